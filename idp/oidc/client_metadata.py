"""What a client is, in the names of RFC 7591 and OpenID Connect, and the one set of rules of a registration."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

# RFC 6749 §2.3.1: some clients send Basic credentials raw, so nothing in them may need an encoding.
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_URI = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_SECTOR = re.compile(r"[a-z0-9.-]{1,253}")
_LOOPBACK_IPS = ("127.0.0.1", "::1")
_DAY = 86_400


class InvalidMetadata(Exception):
    """A registration is refused; one line that names what is wrong."""


def check_uri(uri: str) -> str:
    """A URI that a browser may be sent to, as it is. Raises `ValueError`.

    RFC 9700 §2.1, §4.1: whole and exact, https, or http to this machine only; no fragment, no wildcard.
    """
    if not _URI.fullmatch(uri):
        raise ValueError("a URI has plain URI characters only, and neither a fragment nor a wildcard")
    parts = urlsplit(uri)
    if not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError("a URI is absolute, with a host and no credentials")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("a URI is https; http is for loopback only")
    return uri


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    return host in _LOOPBACK_IPS or host == "localhost"


def _scope(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


def _check_scope(value: frozenset[str]) -> frozenset[str]:
    if not all(_SCOPE_TOKEN.fullmatch(token) for token in value):
        raise ValueError("a scope has visible ASCII characters, without quotes and backslashes (RFC 6749 §3.3)")
    return value


def _check_name(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("a name is printable and not empty")
    return value


def _check_id(value: str) -> str:
    if not CLIENT_ID.fullmatch(value):
        raise ValueError("1 to 64 characters of A-Z a-z 0-9 _ -")
    return value


def _check_sector(value: str) -> str:
    if value and not _SECTOR.fullmatch(value):
        raise ValueError("a host in lower case")
    return value


Uri = Annotated[str, AfterValidator(check_uri)]
Uris = tuple[Uri, ...]


class Client(BaseModel):
    """A relying party. Frozen; made only through the rules below, whoever registers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: Annotated[str, AfterValidator(_check_id)]
    client_name: Annotated[str, AfterValidator(_check_name), Field(max_length=100)]
    redirect_uris: Uris = ()
    # Where its home page is, without a final slash; by default the origin of its first redirect URI.
    site: Uri = ""
    post_logout_redirect_uris: Uris = ()
    initiate_login_uri: Uri | None = None
    backchannel_logout_uri: Uri | None = None
    response_types: tuple[Literal["code"], ...] = ("code",)
    grant_types: tuple[Literal["authorization_code", "refresh_token", "client_credentials"], ...] = (
        "authorization_code",
    )
    scope: Annotated[frozenset[str], BeforeValidator(_scope), AfterValidator(_check_scope)] = frozenset({"openid"})
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post", "none"] = "client_secret_basic"  # noqa: S105
    secret_digest: Annotated[bytes | None, Field(repr=False, exclude=True, min_length=32, max_length=32)] = None
    id_token_signed_response_alg: Literal["RS256"] = "RS256"  # noqa: S105
    subject_type: Literal["pairwise", "public"] = "pairwise"
    # The name under which `sub` is made: it stays when the site moves. By default the host of the redirect URIs.
    sector_identifier: Annotated[str, AfterValidator(_check_sector)] = ""
    default_max_age: Annotated[int | None, Field(ge=0)] = None
    require_pkce: bool = False
    access_token_format: Literal["sealed", "jwt"] = "sealed"  # noqa: S105
    first_party: bool = False
    # Whether the NIR door, and the creation of an account, are offered on the way to it.
    nir_door: bool = False
    registration: bool = False
    # Whether it is of use only to who holds an Espace personnel (docs/rules.md §7.9).
    requires_member: bool = False
    # Seconds that a refresh token lives in all, and unused.
    refresh_life: Annotated[int, Field(gt=0, le=366 * _DAY)] = 30 * _DAY
    refresh_idle: Annotated[int | None, Field(gt=0)] = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        completed = dict(values)
        # RFC 9700 §2.1.1: always for public clients.
        if completed.get("token_endpoint_auth_method") == "none":
            completed["require_pkce"] = True
        uris = completed.get("redirect_uris")
        if "site" not in completed and uris and isinstance(uris[0], str):
            completed["site"] = "/".join(uris[0].split("/", 3)[:3])
        return completed

    @model_validator(mode="after")
    def _agree(self) -> "Client":
        code = "authorization_code" in self.grant_types
        if code and not (self.redirect_uris and self.response_types):
            raise ValueError("authorization_code needs a redirect URI and the response type code")
        if not self.site:
            raise ValueError("a client without a redirect URI needs a site")
        if "refresh_token" in self.grant_types and not code:
            raise ValueError("refresh_token needs the grant type authorization_code")
        if "offline_access" in self.scope and "refresh_token" not in self.grant_types:
            raise ValueError("the scope offline_access needs the grant type refresh_token")
        if self.public and (self.secret_digest or "client_credentials" in self.grant_types):
            raise ValueError("a public client has neither a secret nor the grant type client_credentials")
        if not self.public and not self.secret_digest:
            raise ValueError("a confidential client needs a secret")
        hosts = {urlsplit(uri).hostname for uri in self.redirect_uris}
        # OpenID Connect Core §8.1.
        if self.subject_type == "pairwise" and len(hosts) > 1 and not self.sector_identifier:
            raise ValueError("redirect URIs on several hosts need a sector_identifier")
        return self

    @property
    def public(self) -> bool:
        """Whether it cannot keep a secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == "none"  # noqa: S105

    @cached_property
    def sector(self) -> str:
        """Clients of one sector see the same `sub` for an account; all clients with public subjects share one."""
        if self.subject_type == "public":
            return ""
        uri = self.redirect_uris[0] if self.redirect_uris else self.site
        return self.sector_identifier or str(urlsplit(uri).hostname)

    def accepts_redirect(self, uri: str) -> bool:
        """Whether `uri` is registered, to the byte; a native client's loopback address may have any port."""
        if uri in self.redirect_uris:
            return True
        # RFC 8252 §7.3.
        return self.public and any(_same_but_port(registered, uri) for registered in self.redirect_uris)


def _same_but_port(registered: str, uri: str) -> bool:
    try:
        check_uri(uri)
        known, asked = urlsplit(registered), urlsplit(uri)
    except ValueError:
        return False
    return (
        known.hostname in _LOOPBACK_IPS
        and asked._replace(netloc=known.netloc) == known
        and (asked.hostname == known.hostname)
    )


def read(values: dict[str, Any]) -> Client:
    """The client that `values` describe. Raises `InvalidMetadata`."""
    try:
        return Client(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        reason = "no such key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise InvalidMetadata(f"{name}: {reason}" if name else reason) from None
