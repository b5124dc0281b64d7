"""An authenticator without a device: it answers as one does, or as none should."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from idp.core import clock
from idp.core.db import Statements
from idp.core.ids import new_id

ORIGIN, RP_ID = "http://localhost:8000", "localhost"
_PRESENT, _VERIFIED, _ELIGIBLE, _BACKED_UP = 1, 4, 8, 16


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftwarePasskey:
    """A credential of one account."""

    def __init__(self, account_id: bytes, *, synced: bool = False) -> None:
        self.account_id = account_id
        self.id = secrets.token_bytes(16)
        self.synced = synced
        self.counter = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def keep(self, sql: Statements) -> "SoftwarePasskey":
        """Put it where the provider keeps those that were made."""
        numbers = self._key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        sql.run(
            "INSERT INTO passkey (id, account_id, credential_id, public_key, sign_count, backup_eligible, backed_up,"
            " transports, name, created_at) VALUES (:id, :account_id, :credential_id, :key, :count, :synced, :synced,"
            " 'internal', 'Ma clé', :now)",
            {
                "id": new_id(),
                "account_id": self.account_id,
                "credential_id": self.id,
                "key": cbor2.dumps(cose),
                "count": self.counter,
                "synced": self.synced,
                "now": clock.now(),
            },
        )
        return self

    def answer(
        self, options: dict[str, Any], *, origin: str = ORIGIN, verified: bool = True, handle: bytes | None = None
    ) -> str:
        """What a browser brings back for `options`, as JSON."""
        client_data = json.dumps({"type": "webauthn.get", "challenge": options["challenge"], "origin": origin}).encode()
        flags = _PRESENT | (_VERIFIED if verified else 0) | (_ELIGIBLE | _BACKED_UP if self.synced else 0)
        data = hashlib.sha256(RP_ID.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return json.dumps(
            {
                "id": _text(self.id),
                "rawId": _text(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "clientDataJSON": _text(client_data),
                    "authenticatorData": _text(data),
                    "signature": _text(signature),
                    "userHandle": _text(handle or self.account_id),
                },
            }
        )


def allowed(options: dict[str, Any]) -> list[bytes]:
    """The credentials that `options` let the person use."""
    return [urlsafe_b64decode(each["id"] + "==") for each in options.get("allowCredentials", [])]
