"""What a client is held to: one row a profile. Every rule reads the row, none asks for a profile by its name."""

from dataclasses import dataclass

JWT_MODES = ("jwt", "query.jwt", "fragment.jwt", "form_post.jwt")
PLAIN_MODES = ("query", "fragment", "form_post")


@dataclass(frozen=True, slots=True)
class Profile:
    """One row. Times in seconds."""

    name: str
    # Of the authorization request.
    par_required: bool = False
    signed_request_required: bool = False
    unsigned_request_objects: bool = True
    pkce_required: bool = False
    response_types: tuple[str, ...] = ()  # empty: all of them
    response_modes: tuple[str, ...] = (*PLAIN_MODES, *JWT_MODES)
    code_life: int = 600
    # Of the client.
    auth_methods: tuple[str, ...] = ()  # empty: all of them
    # What its keys and ours may sign with, beside a secret it shares with us.
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "EdDSA")
    sender_constrained: bool = False
    # Whether the `aud` of an assertion is the issuer as one text, and nothing else.
    strict_audience: bool = False
    rotates_refresh_tokens: bool = True
    # How far ahead of ours the clock of a client may be (`iat`, `nbf`).
    clock_ahead: int = 60
    # How long after its `nbf` a request object may come, and live; None: as long as its `exp` says.
    request_object_life: int | None = None


_FAPI2 = {
    # FAPI 2.0 Security Profile §5.3.2.2: PAR, `code` alone, PKCE, a code of 60 s.
    "par_required": True,
    "unsigned_request_objects": False,
    "pkce_required": True,
    "response_types": ("code",),
    "code_life": 60,
    # §5.3.2.1: confidential clients, mutual TLS or an assertion for the issuer, bound tokens, refresh tokens that stay.
    "auth_methods": ("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"),
    "sender_constrained": True,
    "strict_audience": True,
    "rotates_refresh_tokens": False,
    "clock_ahead": 30,
    # §5.4.1.
    "algorithms": ("PS256", "ES256", "EdDSA"),
}
PROFILES: dict[str, Profile] = {
    row.name: row
    for row in (
        Profile("oidc"),
        Profile("fapi2", **_FAPI2),  # type: ignore[arg-type]
        Profile(
            "fapi2_message_signing",
            # FAPI 2.0 Message Signing §5.3, §5.4: signed requests, signed responses.
            signed_request_required=True,
            response_modes=JWT_MODES,
            request_object_life=3600,
            **_FAPI2,  # type: ignore[arg-type]
        ),
    )
}
