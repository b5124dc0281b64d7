"""An authorization request, from its parameters to what is kept of it; and what refuses one."""

from dataclasses import asdict, dataclass, field
from typing import Any

# Where the edge leaves what Flask goes on with.
OUTCOME = "mgen_connect.authorization"


class Refused(Exception):
    """A check that does not pass: a response error to the relying party, or a page until it is known."""

    def __init__(self, error: str, description: str, *, parameter: str | None = None, clause: str = "") -> None:
        super().__init__(error)
        self.error = error
        # Plain ASCII for an integrator; nothing that came with the request is ever in it (RFC 6749 §4.1.2.1).
        self.description = description
        self.parameter = parameter
        # Where the rule stands, in plain ASCII; the table of checks fills it in where a check leaves it out.
        self.clause = clause
        # The relying party, where it is known although it cannot be answered.
        self.client_id: str | None = None

    @property
    def text(self) -> str:
        """What is wrong and the rule, in one line."""
        return f"{self.description} ({self.clause})" if self.clause else self.description


@dataclass(slots=True)
class AuthorizationRequest:
    """What is kept of an accepted request (OpenID Connect Core §3.1.2.1); plain values, so that it can wait."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = "code"
    response_mode: str = "query"
    # The algorithm of a signed answer (JARM).
    signed_with: str = "RS256"
    state: str | None = None
    scope: tuple[str, ...] = ()
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    # The levels of sign-in (`sessions.levels`): without which nothing is answered, wished for, and those of which one
    # must come back (OpenID Connect Core §5.5.1.1). Empty: any.
    acr_needed: str = ""
    acr_wished: str = ""
    acr_essential: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)
    login_hint: str | None = None
    ui_locales: str | None = None
    # RFC 8707: the one resource that the tokens are for; an empty text where it is ourselves.
    resource: str = ""
    # RFC 9449 §10: the key that the code is bound to.
    dpop_jkt: str | None = None
    # RFC 9126: the reference that it came by, which one answer uses up.
    pushed: str | None = None
    # RFC 8628: the device that waits, by its id; a person answers it on a page, and no site is answered.
    device: str | None = None
    # The one `sub` that may answer (id_token_hint, or a value asked for in `claims`).
    subject: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The values, for an interaction to keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "AuthorizationRequest":
        """The request again. What another version kept of it besides is left, what it did not keep is as by default."""
        kept: dict[str, Any] = {name: value[name] for name in cls.__slots__ if name in value}
        lists: dict[str, Any] = {name: tuple(each) for name, each in kept.items() if isinstance(each, list)}
        return cls(**{**kept, **lists})
