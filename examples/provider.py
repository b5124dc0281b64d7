"""What a relying party asks of its OpenID Connect provider, and what it checks in the answers.

Authlib does PKCE S256, state, nonce, the signature and the dates of the ID token. What it leaves to
the client is done here, each check beside its clause.
"""

from dataclasses import dataclass
from time import time
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.oauth2.claims import JWTClaims
from flask import Flask, current_app
from joserfc.errors import InvalidClaimError, JoseError, MissingClaimError
from requests import RequestException

# What Authlib raises on an answer that is refused, malformed or of the wrong shape.
BAD_ANSWER = (OAuthError, JoseError, ValueError, KeyError, TypeError, AttributeError)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
SAFE_ALGORITHMS = {"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}
# Claims about the ID token itself rather than about the person.
TOKEN_CLAIMS = {"iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "sid"}


@dataclass(frozen=True)
class Settings:
    """What a site must know of itself and of its provider. `base_url` has no trailing slash."""

    issuer: str
    client_id: str
    client_secret: str
    base_url: str
    scope: str


class Trouble(Exception):
    """A sign-in that can't go on. `reason` picks the words of the page, `status` is the HTTP status."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class LogoutToken(JWTClaims):  # type: ignore[misc]
    """The claims of a logout token. OpenID Connect Back-Channel Logout 1.0 §2.4 and §2.6."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        """Raise a `JoseError` unless this is a logout token that says whose session is over."""
        super().validate(now, leeway)
        if self.header.get("typ", "logout+jwt").lower() != "logout+jwt" or "nonce" in self:
            raise InvalidClaimError("typ")
        if LOGOUT_EVENT not in self.get("events", {}):
            raise MissingClaimError("events")
        if not (self.get("sid") or self.get("sub")):
            raise MissingClaimError("sid")


def register_provider(app: Flask, settings: Settings) -> None:
    """Tell `app` of its provider. Nothing is asked of it yet: it may start later than the site."""
    app.config["PROVIDER_SETTINGS"] = settings
    OAuth(app).register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scope,
            "code_challenge_method": "S256",
            "default_timeout": 10,
            "leeway": 0,
        },
    )


def site_settings() -> Settings:
    """The settings of the site that answers this request."""
    found: Settings = current_app.config["PROVIDER_SETTINGS"]
    return found


def oidc_client() -> Any:
    """Authlib's client (`FlaskOAuth2App`), perhaps before it knows the provider's metadata."""
    return current_app.extensions["authlib.integrations.flask_client"].provider


def ready_client() -> Any:
    """The same, once it has read the metadata: at the first need, and then kept.

    Raises `Trouble` when the provider doesn't answer, or answers for another issuer.
    """
    client = oidc_client()
    try:
        metadata = client.load_server_metadata()
    except (RequestException, ValueError) as error:
        raise Trouble("unreachable", 503) from error
    # OIDC Discovery §4.3: the issuer in the document is the one that was asked.
    if metadata.get("issuer") != site_settings().issuer:
        metadata.pop("_loaded_at", None)
        raise Trouble("unreachable", 503)
    # ASVS 9.1.2: an ID token is signed by a key pair, whatever else the provider lists.
    offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in SAFE_ALGORITHMS]
    return client


def check_issuer(client: Any, sent: str | None) -> None:
    """RFC 9207 §2.4: the answer comes from the provider that was asked, errors too. Else `Trouble`."""
    promised = client.server_metadata.get("authorization_response_iss_parameter_supported")
    if sent != site_settings().issuer and (sent is not None or promised):
        raise Trouble("failed")


def redeem_code(client: Any) -> dict[str, Any]:
    """Change the code of this request for `sub`, `sid`, `claims`, `token`, `id_token`, or `Trouble`."""
    try:
        token = client.authorize_access_token(claims_options=_expected_claims())
        id_token = token["userinfo"]
        claims = {name: value for name, value in id_token.items() if name not in TOKEN_CLAIMS}
        claims.update(_userinfo(client, token, id_token["sub"]))
    except RequestException as error:
        raise Trouble("unreachable", 503) from error
    except BAD_ANSWER as error:
        current_app.logger.warning("sign-in refused: %s", type(error).__name__)
        raise Trouble("failed") from error
    return {
        "sub": id_token["sub"],
        "sid": id_token.get("sid"),
        "claims": claims,
        "token": token,
        "id_token": token["id_token"],
    }


def refresh_if_expired(signed_in: dict[str, Any]) -> bool:
    """Renew tokens and claims in place when they are due. False when the provider says no for good."""
    old = signed_in["token"]
    if not old.get("refresh_token") or old.get("expires_at", time() + 60) > time() + 10:
        return True
    try:
        client = ready_client()
        token = client.fetch_access_token(grant_type="refresh_token", refresh_token=old["refresh_token"])
        signed_in["token"] = {"refresh_token": old["refresh_token"], **token}
        signed_in["claims"].update(_userinfo(client, token, signed_in["sub"]))
    except (RequestException, Trouble):
        return True  # The provider is away: what was known stays shown.
    except BAD_ANSWER:
        return False
    return True


def revoke(client: Any, refresh_token: str | None) -> None:
    """Give a refresh token back (RFC 7009), if there is one. A failure doesn't hold up a sign-out."""
    endpoint = client.server_metadata.get("revocation_endpoint")
    if not (endpoint and refresh_token):
        return
    credentials = (site_settings().client_id, site_settings().client_secret)
    try:
        client.post(endpoint, withhold_token=True, data={"token": refresh_token}, auth=credentials)
    except RequestException:
        current_app.logger.warning("the refresh token could not be revoked")


def read_logout_token(logout_token: str) -> dict[str, Any]:
    """The checked claims of a logout token, or `Trouble`. Back-Channel Logout 1.0 §2.6."""
    # §2.4: `sub` may be left out of a logout token, `iat` and `jti` may not.
    expected = _expected_claims() | {"sub": {}, "iat": {"essential": True}, "jti": {"essential": True}}
    try:
        claims: dict[str, Any] = ready_client().parse_id_token(
            {"id_token": logout_token}, None, claims_options=expected, claims_cls=LogoutToken
        )
    except (RequestException, *BAD_ANSWER) as error:
        raise Trouble("failed") from error
    return claims


def _expected_claims() -> dict[str, dict[str, Any]]:
    return {
        "iss": {"essential": True, "value": site_settings().issuer},
        "aud": {"essential": True, "value": site_settings().client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


def _userinfo(client: Any, token: dict[str, Any], sub: str) -> dict[str, Any]:
    if not client.server_metadata.get("userinfo_endpoint"):
        return {}
    userinfo: dict[str, Any] = client.userinfo(token=token)
    # OIDC Core §5.3.2: an answer about somebody else must not be used.
    if userinfo["sub"] != sub:
        raise InvalidClaimError("sub")
    return userinfo
