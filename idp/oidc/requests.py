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
        self.clause = clause
        # The relying party, where it is known although it cannot be answered.
        self.client_id: str | None = None


@dataclass(slots=True)
class AuthorizationRequest:
    """What is kept of an accepted request (OpenID Connect Core §3.1.2.1); plain values, so that it can wait."""

    client_id: str = ""
    redirect_uri: str = ""
    response_mode: str = "query"
    state: str | None = None
    scope: tuple[str, ...] = ()
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)
    login_hint: str | None = None
    ui_locales: str | None = None
    # The one `sub` that may answer (id_token_hint, or a value asked for in `claims`).
    subject: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The values, for an interaction to keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "AuthorizationRequest":
        """The request again."""
        lists = {name: tuple(value[name]) for name in ("scope", "prompt", "acr_values")}
        return cls(**{**value, **lists})
