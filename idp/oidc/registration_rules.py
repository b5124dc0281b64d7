"""What a client that registers itself may say of itself, and what is made of it (RFC 7591 §2, §3.2.1).

A registration is narrowed to what is served, rather than refused: clients ask for everything they could do.
"""

from typing import Any
from urllib.parse import urlsplit

from idp.oidc.client_fields import GRANT_TYPES, RESPONSE_TYPES
from idp.oidc.client_metadata import Client, InvalidMetadata
from idp.oidc.registration_policy import Policy

Values = dict[str, Any]
# What operators alone decide; every other name of a client is its own to choose, and any other name is ignored.
OURS = frozenset(
    {
        "client_id",
        "site",
        "sector_identifier",
        "profile",
        "resources",
        "require_pkce",
        "access_token_format",
        "refresh_life",
        "refresh_idle",
        "first_party",
        "nir_door",
        "registration",
        "requires_member",
        "identifier_changed_uri",
    }
)
_SECRETS = {"secret_digest", "secret_sealed"}
NAMES = frozenset(Client.model_fields) - OURS - _SECRETS
# Served by nobody here: to ignore them would be to promise secrecy, or consent, that is not given.
_REFUSED = ("_encrypted_response_alg", "_encrypted_response_enc", "_encryption_alg", "_encryption_enc")
_REFUSED_NAMES = ("authorization_details_types", "backchannel_token_delivery_mode")
_NAMELESS = "Application"
_MOST_WORDS = 50


def values_of(body: Values, policy: Policy, *, implicit: bool) -> Values:
    """The metadata that `read` takes, out of what a client sent, within its `policy`. Raises `InvalidMetadata`.

    `implicit` is whether tokens through the browser's address are served at all.
    """
    _refuse(body)
    # RFC 7592 §2.2: null is the same as absent.
    values = {name: body[name] for name in NAMES if body.get(name) is not None}
    values["profile"] = policy.profile
    _narrow_types(values, policy, implicit)
    values["scope"] = _scope(values, policy)
    _complete(values, policy)
    _keep_to(values, policy)
    return values


def _refuse(body: Values) -> None:
    for name, value in body.items():
        if value is not None and (name.endswith(_REFUSED) or name in _REFUSED_NAMES):
            raise InvalidMetadata(f"{name if name.isascii() else 'a name'}: is not supported", name)


def _words(values: Values, name: str) -> list[str] | None:
    found = values.get(name)
    if found is None:
        return None
    if not isinstance(found, list) or len(found) > _MOST_WORDS or not all(isinstance(word, str) for word in found):
        raise InvalidMetadata(f"{name}: a list of texts", name)
    return found


def _narrow_types(values: Values, policy: Policy, implicit: bool) -> None:
    kinds = [" ".join(sorted(kind.split())) for kind in _words(values, "response_types") or ["code"]]
    asked = _words(values, "grant_types")
    if asked is None:
        # RFC 7591 §2.1: a type says which grant it needs.
        asked = [grant for kind in kinds for grant in sorted(_grants_of(kind))]
    grants = [one for one in dict.fromkeys(asked) if one in GRANT_TYPES and one in policy.grant_types]
    if not implicit:
        grants = [one for one in grants if one != "implicit"]
    served = [kind for kind in dict.fromkeys(kinds) if kind in RESPONSE_TYPES and _grants_of(kind) <= {*grants}]
    needed = {grant for kind in served for grant in _grants_of(kind)}
    unused = {"authorization_code", "implicit"} - needed
    values["grant_types"] = [one for one in grants if one not in unused]
    values["response_types"] = served
    if not values["grant_types"]:
        raise InvalidMetadata("grant_types: nothing of what is asked for is served", "grant_types")


def _grants_of(kind: str) -> set[str]:
    words = {*kind.split()}
    needed = {"authorization_code"} if "code" in words else set()
    return needed | ({"implicit"} if words & {"id_token", "token"} else set())


def _scope(values: Values, policy: Policy) -> str:
    asked = values.get("scope")
    if asked is not None and not isinstance(asked, str):
        raise InvalidMetadata("scope: a text with spaces between the scopes", "scope")
    granted = {*policy.scope} & {*(policy.scope if asked is None else asked.split())} or {"openid"} & {*policy.scope}
    if "refresh_token" not in values["grant_types"]:
        granted -= {"offline_access"}
    return " ".join(sorted(granted))


def _complete(values: Values, policy: Policy) -> None:
    uris = [uri for uri in _words(values, "redirect_uris") or [] if uri.isascii()]
    if not uris and values["response_types"]:
        raise InvalidMetadata("redirect_uris: needed for these response types", "redirect_uris")
    hosts = list(dict.fromkeys(_host(uri) for uri in uris))
    values.setdefault("client_name", hosts[0][:100] if hosts and hosts[0] else _NAMELESS)
    if "subject_type" not in values and len(hosts) > 1 and "sector_identifier_uri" not in values:
        # OpenID Connect Core §8.1: without a common name there is nothing to make pairwise subjects under.
        values["subject_type"] = "public"
    if policy.unsigned_requests and values["profile"] == "oidc" and not values.get("require_signed_request_object"):
        # It is told in the answer.
        values.setdefault("request_object_signing_alg", "none")
    if not uris and "client_uri" in values:
        values["site"] = values["client_uri"]


def _keep_to(values: Values, policy: Policy) -> None:
    allowed = policy.redirect_hosts
    if allowed and not all(_host(uri) in allowed for uri in values.get("redirect_uris", [])):
        raise InvalidMetadata("redirect_uris: not on a host that the initial access token is for", "redirect_uris")
    if policy.software_id and values.get("software_id") != policy.software_id:
        raise InvalidMetadata("software_id: not the software that the initial access token is for", "software_id")


def _host(uri: str) -> str:
    try:
        return str(urlsplit(uri).hostname or "")
    except ValueError:
        return ""
