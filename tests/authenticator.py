"""An authenticator in software (WebAuthn Level 3 §6), which can also do what no real one would: lie, and be copied."""

import copy
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, encode_cbor

from idp.core.crypto import b64u

_PRESENT, _VERIFIED, _ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


class Authenticator:
    """One credential of one person; `origin` is the page that asks, `counts` whether it has a counter."""

    def __init__(self, origin: str = "http://localhost:8000", *, counts: bool = True, synced: bool = False) -> None:
        self.origin = origin
        self.rp_id = "localhost"
        self.verifies = True
        self.cross_origin = False
        self.credential_id = secrets.token_bytes(32)
        self.user_handle: bytes | None = None
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._count = 0
        self._counts = counts
        self._synced = synced

    def copied(self) -> "Authenticator":
        """Another one with the same key and counter."""
        return copy.copy(self)

    def create(self, options: str) -> str:
        """The answer to creation options, as a browser posts it."""
        wanted = json.loads(options)
        self.user_handle = base64url_to_bytes(wanted["user"]["id"])
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._cose()
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(_ATTESTED) + attested}
        client_data = self._client_data("webauthn.create", wanted["challenge"])
        response = {"attestationObject": b64u(encode_cbor(statement)), "transports": ["internal", "from-the-future"]}
        return self._answer(client_data, response)

    def get(self, options: str, user_handle: bytes | None = None) -> str:
        """The answer to request options; it says that the credential is of `user_handle`, by default its own."""
        client_data = self._client_data("webauthn.get", json.loads(options)["challenge"])
        data = self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "authenticatorData": b64u(data),
            "signature": b64u(self._key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": b64u(user_handle or self.user_handle or b""),
        }
        return self._answer(client_data, response)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(data).encode()

    def _data(self, flags: int) -> bytes:
        if self._counts:
            self._count += 1
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0) | ((_ELIGIBLE | _BACKED_UP) if self._synced else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self._count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _answer(self, client_data: bytes, response: dict[str, Any]) -> str:
        name = b64u(self.credential_id)
        given = {"clientDataJSON": b64u(client_data), **response}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": given})
