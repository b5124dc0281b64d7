"""The signing keys: made, sealed, rotated, published, and used. Compact JWS (RFC 7515), the only JOSE of the hot way.

Per algorithm one key is `next` (published ahead), one `active` (the only one that signs), the others `retired`
(published until whatever they signed has expired).
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any, cast

import orjson

from idp.core import audit, clock, db
from idp.core.crypto import Keyring
from idp.core.runtime import Runtime, current
from idp.oidc import algorithms, versions
from idp.oidc.algorithms import ALGORITHMS, BadSignature, Check, PrivateKey, decode

__all__ = ["ALGORITHMS", "KeyStore", "ensure_keys", "listing", "rotate"]
VERSION = "keys"
_SEAL = "signing-key"
# Beyond the longest token: clocks that differ, and a token issued in the second of the rotation.
_OVERLAP = 3600
_Row = dict[str, Any]


def ensure_keys() -> None:
    """Make the keys that are missing: one active and one next for each algorithm. For `init`; opens its transaction."""
    made = {(algorithm, state): _new_key(algorithm, state) for algorithm, state in _missing()}
    if not made:
        return
    with db.transaction():
        # Another `init` may have come first.
        for wanted in _missing():
            if wanted in made:
                _insert(made[wanted])
        versions.bump(current().sql, VERSION)


def rotate(names: Iterable[str] = ALGORITHMS) -> None:
    """Sign with the next keys of these algorithms from now on; the active ones retire, and lose their private half.

    Opens its transaction. Relying parties know the next keys already: nothing they hold stops being good.
    """
    ensure_keys()
    made = [_new_key(algorithm, "next") for algorithm in names]
    with db.transaction():
        for row in made:
            _advance(row["algorithm"])
            _insert(row)
        versions.bump(current().sql, VERSION)
        audit.record("signing keys rotated", algorithms=[row["algorithm"] for row in made])


def _advance(algorithm: str) -> None:
    sql, values = current().sql, {"now": clock.now(), "algorithm": algorithm, "nothing": b""}
    sql.run(
        "UPDATE signing_key SET state = 'retired', retired_at = :now, private_sealed = :nothing"
        " WHERE state = 'active' AND algorithm = :algorithm",
        values,
    )
    sql.run(
        "UPDATE signing_key SET state = 'active', activated_at = :now WHERE state = 'next' AND algorithm = :algorithm",
        values,
    )


def listing() -> list[_Row]:
    """Every key, newest first: kid, algorithm, state and its times (seconds since the epoch, or None)."""
    columns = ("kid", "algorithm", "state", "created_at", "activated_at", "retired_at")
    rows = current().sql.all(f"SELECT {', '.join(columns)} FROM signing_key ORDER BY created_at DESC, kid", {})  # noqa: S608
    return [dict(zip(columns, row, strict=True)) for row in rows]


class KeyStore:
    """The keys of a worker, parsed once; a rotation is seen within a second."""

    def __init__(self, runtime: Runtime) -> None:
        self._sql = runtime.sql
        self._keyring = runtime.keyring
        self._kept = runtime.settings.token_life + _OVERLAP
        self._watch = versions.Watch(runtime.sql, VERSION)
        self._loaded = -1
        self._reload_at = 0
        self._signers: dict[str, tuple[str, PrivateKey]] = {}
        self._heads: dict[tuple[str, str], bytes] = {}
        self._public: dict[str, tuple[str, Check]] = {}
        self._jwks = b""
        self._etag = ""

    def sign(self, algorithm: str, claims: bytes, typ: str) -> str:
        """A compact JWS over `claims` (JSON) by the active key of `algorithm`, with its `kid`, and a `typ` if any."""
        self._refresh()
        head = self._heads.get((algorithm, typ)) or self._head(algorithm, typ)
        signed = head + base64.urlsafe_b64encode(claims).rstrip(b"=")
        signature = ALGORITHMS[algorithm].sign(self._signers[algorithm][1], signed)
        return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode("ascii")

    def read(self, text: str, typ: str) -> dict[str, Any] | None:
        """The claims of a JWS that one of our keys, retired ones too, has signed as `typ`; else None.

        Whether it has expired is for the caller: an `id_token_hint` may have.
        """
        self._refresh()
        try:
            head, claims, signature = (decode(part) for part in text.split("."))
            header = orjson.loads(head)
            algorithm, check = self._public[header["kid"]]
            if header.get("typ") != typ or header.get("alg") != algorithm:
                return None
            check(text.rpartition(".")[0].encode("ascii"), signature)
            return cast(dict[str, Any], orjson.loads(claims))
        except (ValueError, KeyError, TypeError, AttributeError, BadSignature):
            return None

    def read_id_token(self, text: str) -> dict[str, Any] | None:
        """The claims of an ID token of ours, expired or not; else None: other things that we sign name no sign-in."""
        claims = self.read(text, "JWT")
        if (
            claims is None
            or not all(isinstance(claims.get(name), str) for name in ("iss", "sub"))
            or not claims.get("aud")
        ):
            return None
        return claims

    def jwks(self) -> tuple[bytes, str]:
        """The published keys (RFC 7517) and the ETag of that document."""
        self._refresh()
        return self._jwks, self._etag

    def _head(self, algorithm: str, typ: str) -> bytes:
        header = {"alg": algorithm, **({"typ": typ} if typ else {}), "kid": self._signers[algorithm][0]}
        head = base64.urlsafe_b64encode(orjson.dumps(header)).rstrip(b"=") + b"."
        self._heads[algorithm, typ] = head
        return head

    def _refresh(self) -> None:
        version = self._watch.value()
        if version != self._loaded or clock.now() >= self._reload_at:
            self._load()
            self._loaded = version

    def _load(self) -> None:
        rows = self._sql.all(
            "SELECT kid, algorithm, state, private_sealed, public_jwk, retired_at FROM signing_key"
            " ORDER BY state, algorithm DESC, kid",
            {},
        )
        now = clock.now()
        public: dict[str, tuple[str, Check]] = {}
        published: list[dict[str, str]] = []
        ends = [now + 86_400]
        for kid, algorithm, state, sealed, jwk, retired_at in rows:
            document = orjson.loads(jwk)
            public[kid] = (algorithm, algorithms.checker(algorithm, document))
            if state == "active":
                self._signers[algorithm] = (kid, _open_key(self._keyring, kid, sealed))
            if state != "retired" or retired_at + self._kept > now:
                published.append(document)
            if state == "retired" and retired_at + self._kept > now:
                ends.append(retired_at + self._kept)
        self._public, self._heads, self._reload_at = public, {}, min(ends)
        self._jwks = orjson.dumps({"keys": published})
        self._etag = f'"{hashlib.sha256(self._jwks).hexdigest()[:16]}"'


def _missing() -> list[tuple[str, str]]:
    rows = current().sql.all("SELECT algorithm, state FROM signing_key WHERE state <> 'retired'", {})
    wanted = [(algorithm, state) for algorithm in ALGORITHMS for state in ("active", "next")]
    return [each for each in wanted if each not in rows]


def _new_key(algorithm: str, state: str) -> _Row:
    private = ALGORITHMS[algorithm].make()
    kid = secrets.token_hex(8)
    return {
        "kid": kid,
        "algorithm": algorithm,
        "state": state,
        "sealed": current().keyring.seal(_SEAL, algorithms.write_private(private), kid.encode()),
        "jwk": orjson.dumps({**algorithms.public_jwk(private), "use": "sig", "alg": algorithm, "kid": kid}).decode(),
        "now": clock.now(),
        "activated_at": clock.now() if state == "active" else None,
    }


def _insert(row: _Row) -> None:
    current().sql.run(
        "INSERT INTO signing_key (kid, algorithm, state, private_sealed, public_jwk, created_at, activated_at)"
        " VALUES (:kid, :algorithm, :state, :sealed, :jwk, :now, :activated_at)",
        row,
    )


def _open_key(keyring: Keyring, kid: str, sealed: bytes) -> PrivateKey:
    return algorithms.read_private(keyring.open(_SEAL, sealed, kid.encode()))
