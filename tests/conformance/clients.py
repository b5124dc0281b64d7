"""The clients that the suite plays: declared to the provider in files, told to the suite in its configuration."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from conformance.front import self_signed
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import RSAKey

Json = dict[str, Any]
_SCOPE = "openid email name offline_access"
_GRANTS = ["authorization_code", "refresh_token"]
_NUMBERS = ("one", "two")
# How a FAPI client proves who it is, how its tokens are bound to it, and its name in our client ids.
_FAPI = [
    (profile, method, binding)
    for profile in ("sp", "ms")
    for method in ("pkjwt", "mtls")
    for binding in ("dpop", "mtls")
]
_METHODS = {"pkjwt": "private_key_jwt", "mtls": "self_signed_tls_client_auth"}


@dataclass(frozen=True)
class Clients:
    """What the suite must know of its clients: their ids and secrets, and the private keys of the FAPI ones."""

    secrets: dict[str, str]
    keys: dict[str, Json]
    certificates: dict[str, Json]

    def named(self, client_id: str) -> Json:
        """A client with a secret, as the suite's configuration takes it."""
        return {"client_id": client_id, "client_secret": self.secrets[client_id]}


def declare(folder: Path, base: str) -> Clients:
    """Write a declaration for each client; `base` is where the suite receives answers."""
    folder.mkdir(parents=True)
    made = Clients({}, {}, {})
    for client_id, more in _with_secrets(base).items():
        made.secrets[client_id] = secrets.token_urlsafe(32)
        plain = {"request_object_signing_alg": "none"}
        _write(folder, client_id, {**_common(base, [f"{base}/callback"]), **plain, **more})
        (folder / f"{client_id}.secret").write_text(made.secrets[client_id])
    for number in _NUMBERS:
        key = rsa.generate_private_key(65537, 2048)
        pem, certificate = self_signed(f"oidf-{number}", key)
        made.keys[number] = _private_jwk(pem, certificate, number)
        made.certificates[number] = {"cert": certificate.decode(), "key": pem.decode()}
        for profile, method, binding in _FAPI:
            _write(
                folder,
                f"oidf-{profile}-{method}-{binding}-{number}",
                _fapi(base, profile, method, binding, made, number),
            )
    return made


def _with_secrets(base: str) -> dict[str, Json]:
    return {
        "oidf-one": {"token_endpoint_auth_method": "client_secret_basic"},
        "oidf-two": {"token_endpoint_auth_method": "client_secret_basic"},
        "oidf-post": {"token_endpoint_auth_method": "client_secret_post"},
        "oidf-backchannel": {"backchannel_logout_uri": f"{base}/backchannel_logout"},
        "oidf-frontchannel": {
            "frontchannel_logout_uri": f"{base}/frontchannel_logout",
            "frontchannel_logout_session_required": True,
        },
    }


def _common(base: str, redirect_uris: list[str]) -> Json:
    return {
        "client_name": "Suite de conformité",
        "redirect_uris": redirect_uris,
        "post_logout_redirect_uris": [f"{base}/post_logout_redirect"],
        "grant_types": _GRANTS,
        "scope": _SCOPE,
    }


def _fapi(base: str, profile: str, method: str, binding: str, made: Clients, number: str) -> Json:
    public = {name: value for name, value in made.keys[number].items() if name not in {"d", "p", "q", "dp", "dq", "qi"}}
    # FAPI 2.0: the second client's address carries a query.
    query = "?dummy1=lorem&dummy2=ipsum" if number == "two" else ""
    signing = {"request_object_signing_alg": "PS256", "authorization_signed_response_alg": "PS256"}
    return {
        **_common(base, [f"{base}/callback{query}"]),
        "post_logout_redirect_uris": [],
        "profile": "fapi2_message_signing" if profile == "ms" else "fapi2",
        "token_endpoint_auth_method": _METHODS[method],
        "dpop_bound_access_tokens": binding == "dpop",
        "tls_client_certificate_bound_access_tokens": binding == "mtls",
        "id_token_signed_response_alg": "PS256",
        **({"token_endpoint_auth_signing_alg": "PS256"} if method == "pkjwt" else {}),
        **(signing if profile == "ms" else {}),
        "jwks": {"keys": [public]},
    }


def _private_jwk(pem: bytes, certificate: bytes, number: str) -> Json:
    assert load_pem_private_key(pem, None)
    der = "".join(line for line in certificate.decode().splitlines() if "-" not in line)
    told = {"kid": f"oidf-{number}", "use": "sig", "alg": "PS256", "x5c": [der]}
    return {**RSAKey.import_key(pem.decode()).as_dict(private=True), **told}


def _write(folder: Path, client_id: str, values: Json) -> None:
    declared = {"client_id": client_id, **values}
    if "jwks" not in values:
        declared["secret_file"] = f"{client_id}.secret"
    lines = [f"{name} = {_toml(value)}\n" for name, value in declared.items()]
    (folder / f"{client_id}.toml").write_text("".join(lines), "utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return orjson.dumps(value).decode()
