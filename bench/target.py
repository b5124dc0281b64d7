"""What is measured: a provider on loopback, who its people are, and what its documents say."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from bench.base64url import number_from
from bench.wire import Connection

SECRET = "bench-secret-0123456789abcdef"
PASSWORD = "correct horse battery"
REDIRECT = "http://127.0.0.1:9/cb"
SCOPE = "openid profile email"


@dataclass(frozen=True, slots=True)
class Target:
    """A provider with one confidential client `bench`, and `users` people who all have the same password."""

    issuer: str
    # Server, database and Redis: what an operation costs is summed over them and their descendants.
    processes: tuple[int, ...] = ()
    user: str = "user{}@bench.test"
    users: int = 160
    user_field: str = "email"
    # What the first request for a refresh token says beside the usual.
    offline: dict[str, str] = field(default_factory=dict)
    # Sign-ins at the provider that each virtual user of W2 and W4 has, used in turn.
    sessions: int = 1


@dataclass(frozen=True, slots=True)
class Documents:
    """The paths of the endpoints, and the keys that ID tokens may be signed with."""

    authorize: str
    token: str
    userinfo: str
    introspect: str
    jwks: str
    keys: dict[str, RSAPublicKey]


def read(aim: Target) -> Documents:
    """Discovery and JWKS of a provider that runs. Raises as `documents`."""
    with Connection(aim.issuer) as connection:
        return documents(connection)


def documents(connection: Connection) -> Documents:
    """Discovery and JWKS. Raises `OSError`, `KeyError` where they say too little."""
    found = json.loads(connection.request("GET", "/.well-known/openid-configuration", {}).body)
    paths = {name: urlsplit(found[name]).path for name in found if name.endswith(("_endpoint", "_uri"))}
    keys = json.loads(connection.request("GET", paths["jwks_uri"], {}).body)["keys"]
    return Documents(
        authorize=found["authorization_endpoint"],
        token=paths["token_endpoint"],
        userinfo=paths["userinfo_endpoint"],
        introspect=paths["introspection_endpoint"],
        jwks=paths["jwks_uri"],
        keys={key["kid"]: _public(key) for key in keys if key["kty"] == "RSA"},
    )


def _public(key: dict[str, str]) -> RSAPublicKey:
    return RSAPublicNumbers(number_from(key["e"]), number_from(key["n"])).public_key()
