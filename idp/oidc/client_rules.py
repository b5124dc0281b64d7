"""What the values of a registration must be together: one table, whoever registers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from idp.oidc.client_fields import is_loopback
from idp.oidc.profiles import PROFILES

if TYPE_CHECKING:
    from idp.oidc.client_metadata import Client

SECRET_METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
_KEYS = ("private_key_jwt", "self_signed_tls_client_auth")
_CERTIFICATE_NAMES = (
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
)
# What follows from the profile, where the registration leaves it out.
_SIGNED = (
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "introspection_signed_response_alg",
    "authorization_signed_response_alg",
    "token_endpoint_auth_signing_alg",
    "request_object_signing_alg",
)
_OURS = ("id_token_signed_response_alg", "introspection_signed_response_alg", "authorization_signed_response_alg")


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """A registration with what follows from the rest of it."""
    whole = dict(values)
    grants = whole.get("grant_types")
    if "response_types" not in whole and isinstance(grants, list | tuple) and "authorization_code" not in grants:
        # RFC 7591 §2: the default, `code`, is for the code grant.
        whole["response_types"] = ()
    # RFC 9700 §2.1.1: always for public clients.
    if whole.get("token_endpoint_auth_method") == "none":
        whole["require_pkce"] = True
    uris = whole.get("redirect_uris")
    if "site" not in whole and isinstance(uris, list | tuple) and uris and isinstance(uris[0], str):
        whole["site"] = "/".join(uris[0].split("/", 3)[:3])
    profile = PROFILES.get(str(whole.get("profile")))
    if profile:
        whole["require_pkce"] = whole.get("require_pkce") or profile.pkce_required
        for name in _OURS:
            whole.setdefault(name, profile.algorithms[0])
    return whole


def check(client: "Client") -> None:
    """Run the table. Raises `ValueError` with one line."""
    for rule in RULES:
        if reason := rule(client):
            raise ValueError(reason)


def _types_and_grants(client: "Client") -> str | None:
    issued = {word for kind in client.response_types for word in kind.split()}
    if "authorization_code" in client.grant_types and not (client.redirect_uris and "code" in issued):
        return "authorization_code needs a redirect URI and the response type code"
    if "code" in issued and "authorization_code" not in client.grant_types:
        return "response_types: code needs the grant type authorization_code"
    if issued & {"id_token", "token"} and "implicit" not in client.grant_types:
        return "response_types: id_token and token need the grant type implicit"
    if "implicit" in client.grant_types and not (client.redirect_uris and issued & {"id_token", "token"}):
        return "implicit needs a redirect URI and a response type with id_token or token"
    return None


def _has_a_home(client: "Client") -> str | None:
    return None if client.site else "a client without a redirect URI needs a site"


def _web_clients_of_the_front_channel(client: "Client") -> str | None:
    # OpenID Connect Registration §2, application_type.
    if "implicit" not in client.grant_types or client.application_type == "native":
        return None
    local = any(is_loopback(str(urlsplit(uri).hostname)) for uri in client.redirect_uris)
    return "redirect_uris: a web client of the grant type implicit has https and no loopback" if local else None


def _refresh(client: "Client") -> str | None:
    ways = {"authorization_code", "urn:ietf:params:oauth:grant-type:device_code"}
    if "refresh_token" in client.grant_types and not ways & {*client.grant_types}:
        return "refresh_token needs the grant type authorization_code, or the one of devices"
    if "offline_access" in client.scope and "refresh_token" not in client.grant_types:
        return "the scope offline_access needs the grant type refresh_token"
    return None


def _secret(client: "Client") -> str | None:
    if client.public and (client.secret_digest or "client_credentials" in client.grant_types):
        return "a public client has neither a secret nor the grant type client_credentials"
    if client.token_endpoint_auth_method in SECRET_METHODS and not client.secret_digest:
        return "a confidential client needs a secret"
    if client.token_endpoint_auth_method == "client_secret_jwt" and not client.secret_sealed:  # noqa: S105
        return "client_secret_jwt needs the secret itself, sealed"
    return None


def _keys(client: "Client") -> str | None:
    if client.jwks is not None and client.jwks_uri is not None:
        return "jwks: stands instead of jwks_uri (RFC 7591 §2)"
    has_keys = client.jwks is not None or client.jwks_uri is not None
    if client.token_endpoint_auth_method in _KEYS and not has_keys:
        return f"token_endpoint_auth_method: {client.token_endpoint_auth_method} needs jwks or jwks_uri"
    if client.request_object_signing_alg not in (None, "none") and not has_keys:
        return "request_object_signing_alg: needs jwks or jwks_uri"
    return None


def _certificate(client: "Client") -> str | None:
    named = [name for name in _CERTIFICATE_NAMES if getattr(client, name) is not None]
    wanted = 1 if client.token_endpoint_auth_method == "tls_client_auth" else 0  # noqa: S105
    # RFC 8705 §2.1.2: exactly one of them.
    return None if len(named) == wanted else "tls_client_auth needs exactly one of the tls_client_auth_ names"


def _assertion_algorithm(client: "Client") -> str | None:
    algorithm, method = client.token_endpoint_auth_signing_alg, client.token_endpoint_auth_method
    wanted = {"private_key_jwt": algorithm != "HS256", "client_secret_jwt": algorithm == "HS256"}
    if algorithm is None or wanted.get(method, True):
        return None
    return f"token_endpoint_auth_signing_alg: not one of {method}"


def _request_objects(client: "Client") -> str | None:
    if client.require_signed_request_object and client.request_object_signing_alg == "none":
        return "require_signed_request_object: with request_object_signing_alg none, nothing is signed"
    return None


def _binding(client: "Client") -> str | None:
    bearing = any("token" in kind.split() for kind in client.response_types)
    # Nothing proves a key where the browser brings the answer.
    return (
        "a response type with token cannot give bound access tokens" if client.sender_constrained and bearing else None
    )


def _sector(client: "Client") -> str | None:
    hosts = {urlsplit(uri).hostname for uri in client.redirect_uris}
    # OpenID Connect Core §8.1.
    if client.subject_type == "pairwise" and len(hosts) > 1 and not (
        client.sector_identifier or client.sector_identifier_uri
    ):  # fmt: skip
        return "redirect URIs on several hosts need a sector_identifier"
    return None


def _profile(client: "Client") -> str | None:
    row = client.rules
    if row.auth_methods and client.token_endpoint_auth_method not in row.auth_methods:
        return f"token_endpoint_auth_method: {row.name} allows {', '.join(row.auth_methods)}"
    if row.response_types and not {*client.response_types} <= {*row.response_types}:
        return f"response_types: {row.name} allows {', '.join(row.response_types)}"
    if row.sender_constrained and not client.sender_constrained:
        return f"{row.name} needs dpop_bound_access_tokens or tls_client_certificate_bound_access_tokens"
    # HS256 stays with the method that has a secret.
    for name in _SIGNED:
        algorithm = getattr(client, name)
        if algorithm == "none" and row.unsigned_request_objects:
            continue
        if algorithm not in (None, "HS256", *row.algorithms):
            return f"{name}: {row.name} allows {', '.join(row.algorithms)}"
    if row.signed_request_required and client.jwks is None and client.jwks_uri is None:
        return f"{row.name} needs jwks or jwks_uri"
    return None


RULES: tuple[Callable[["Client"], str | None], ...] = (
    # OpenID Connect Registration §2, RFC 7591 §2.1: grants and response types agree.
    _types_and_grants,
    _has_a_home,
    _web_clients_of_the_front_channel,
    # OpenID Connect Core §11.
    _refresh,
    # RFC 6749 §2.1.
    _secret,
    # RFC 7591 §2, OpenID Connect Core §9.
    _keys,
    # RFC 8705 §2.1.2.
    _certificate,
    _assertion_algorithm,
    # RFC 9101 §10.5.
    _request_objects,
    # RFC 9449 §5.2, RFC 8705 §3.4.
    _binding,
    _sector,
    # FAPI 2.0 Security Profile §5.
    _profile,
)
