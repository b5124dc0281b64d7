"""What a client is, in the names of RFC 7591 and OpenID Connect Registration §2; `read` makes one, or refuses it."""

from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from idp.oidc import client_fields as fields
from idp.oidc import client_rules
from idp.oidc.client_fields import check_uri, is_loopback
from idp.oidc.profiles import PROFILES, Profile

__all__ = ["Client", "InvalidMetadata", "check_uri", "is_loopback", "read"]
_DAY = 86_400
Secret = Annotated[bytes | None, Field(repr=False, exclude=True)]


class InvalidMetadata(Exception):
    """A registration is refused; one line that names what is wrong. `field` is the first name it is about, or none."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class Client(BaseModel):
    """A relying party. Frozen; made only through the rules of `client_rules`, whoever registers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: fields.Id
    client_name: fields.Name
    profile: Literal["oidc", "fapi2", "fapi2_message_signing"] = "oidc"
    application_type: Literal["web", "native"] = "web"

    # Its addresses.
    redirect_uris: fields.Uris = ()
    # Where its home page is, without a final slash; by default the origin of its first redirect URI.
    site: fields.Uri = ""
    post_logout_redirect_uris: fields.Uris = ()
    initiate_login_uri: fields.Uri | None = None
    backchannel_logout_uri: fields.Uri | None = None
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: fields.Uri | None = None
    frontchannel_logout_session_required: bool = False

    # What people are shown of it.
    client_uri: fields.Uri | None = None
    logo_uri: fields.Uri | None = None
    policy_uri: fields.Uri | None = None
    tos_uri: fields.Uri | None = None
    contacts: fields.Texts = ()
    software_id: fields.Text | None = None
    software_version: fields.Text | None = None

    # What it may ask for.
    response_types: fields.ResponseTypes = ("code",)
    grant_types: tuple[fields.GrantType, ...] = ("authorization_code",)
    scope: fields.Scope = frozenset({"openid"})
    # RFC 8707: the resources that its tokens may be for.
    resources: fields.Resources = ()
    default_max_age: Annotated[int | None, Field(ge=0)] = None
    default_acr_values: fields.Texts = ()
    require_pkce: bool = False
    require_pushed_authorization_requests: bool = False
    require_signed_request_object: bool = False
    request_object_signing_alg: fields.RequestAlgorithm | None = None
    request_uris: fields.RequestUris = ()

    # Who it is.
    token_endpoint_auth_method: fields.AuthMethod = "client_secret_basic"  # noqa: S105
    token_endpoint_auth_signing_alg: fields.AssertionAlgorithm | None = None
    jwks: fields.Jwks | None = None
    jwks_uri: fields.Uri | None = None
    tls_client_auth_subject_dn: fields.Text | None = None
    tls_client_auth_san_dns: fields.Text | None = None
    tls_client_auth_san_uri: fields.Text | None = None
    tls_client_auth_san_ip: fields.Text | None = None
    tls_client_auth_san_email: fields.Text | None = None
    secret_digest: Annotated[Secret, Field(min_length=32, max_length=32)] = None
    # The secret itself, sealed: only where it is a key (client_secret_jwt).
    secret_sealed: Secret = None

    # What it is given.
    id_token_signed_response_alg: fields.Algorithm = "RS256"  # noqa: S105
    userinfo_signed_response_alg: fields.Algorithm | None = None
    introspection_signed_response_alg: fields.Algorithm = "RS256"
    authorization_signed_response_alg: fields.Algorithm = "RS256"
    tls_client_certificate_bound_access_tokens: bool = False
    dpop_bound_access_tokens: bool = False
    access_token_format: Literal["sealed", "jwt"] = "sealed"  # noqa: S105
    subject_type: Literal["pairwise", "public"] = "pairwise"
    # The name under which `sub` is made: it stays when the site moves. By default the host of the redirect URIs.
    sector_identifier: fields.Sector = ""
    sector_identifier_uri: fields.Uri | None = None
    # Seconds that a refresh token lives in all, and unused.
    refresh_life: Annotated[int, Field(gt=0, le=366 * _DAY)] = 30 * _DAY
    refresh_idle: Annotated[int | None, Field(gt=0)] = None

    # Ours: nobody is asked to agree; whether the NIR door, and the creation of an account, are offered on the way.
    first_party: bool = False
    nir_door: bool = False
    registration: bool = False
    # Where it is told that a person's email address has changed (identifier_events.py).
    identifier_changed_uri: fields.Uri | None = None
    # Whether it is of use only to who holds an Espace personnel (docs/rules.md §7.9).
    requires_member: bool = False

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        return client_rules.completed(values) if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _agree(self) -> "Client":
        client_rules.check(self)
        return self

    @property
    def public(self) -> bool:
        """Whether it cannot keep a secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == "none"  # noqa: S105

    @cached_property
    def rules(self) -> Profile:
        """The row of its profile."""
        return PROFILES[self.profile]

    @cached_property
    def sector(self) -> str:
        """Clients of one sector see the same `sub` for an account; all clients with public subjects share one."""
        if self.subject_type == "public":
            return ""
        uri = self.sector_identifier_uri or (self.redirect_uris[0] if self.redirect_uris else self.site)
        return self.sector_identifier or str(urlsplit(uri).hostname)

    @cached_property
    def takes_part_in_logout(self) -> bool:
        """Whether it asks for a logout or is told of one: only then does a session have a name for it (`sid`)."""
        return bool(self.post_logout_redirect_uris or self.backchannel_logout_uri or self.frontchannel_logout_uri)

    @property
    def sender_constrained(self) -> bool:
        """Whether its access tokens are always bound to a key or a certificate (RFC 9449 §5.2, RFC 8705 §3.4)."""
        return self.dpop_bound_access_tokens or self.tls_client_certificate_bound_access_tokens

    def accepts_redirect(self, uri: str) -> bool:
        """Whether `uri` is registered, to the byte; a native client's loopback address may have any port."""
        if uri in self.redirect_uris:
            return True
        # RFC 8252 §7.3.
        return self.public and any(fields.same_but_port(registered, uri) for registered in self.redirect_uris)


def read(values: dict[str, Any]) -> Client:
    """The client that `values` describe. Raises `InvalidMetadata`."""
    try:
        return Client(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        reason = "no such key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise InvalidMetadata(f"{name}: {reason}" if name else reason, name) from None
