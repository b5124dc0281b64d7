"""The two ceremonies of WebAuthn Level 3 §7, over plain values: whose the keys are is not known here.

The relying party is the host of the issuer, the origin the issuer itself; the authenticator must verify its user.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.accounts.factors import challenges
from idp.core.runtime import current

LONGEST_ANSWER = 16_384
_RP_NAME = "MGEN Connect"
_TIMEOUT_MS = 300_000
_REQUIRED = UserVerificationRequirement.REQUIRED
# An answer is made by anybody: what the parsers of JSON, CBOR and COSE raise on nonsense.
_NONSENSE = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)


class CeremonyRefused(Exception):
    """The answer is not good; `code` is `malformed`, `stale`, `challenge`, `origin`, `unverified`, or the caller's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CounterWentBack(CeremonyRefused):
    """A right signature with a counter that was seen already: the authenticator was copied (§6.1.1)."""

    def __init__(self) -> None:
        super().__init__("copied")


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential to keep."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A right answer; `user_handle` is whose the authenticator says the credential is, None where it does not."""

    credential_id: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    user_handle: bytes | None


def creation_options(user_handle: bytes, user_name: str, display: str, exclude: list[bytes], challenge: bytes) -> str:
    """What a browser needs to make a credential (§5.4), as JSON; `exclude` are those that the person has already."""
    options = webauthn.generate_registration_options(
        rp_id=_rp_id(),
        rp_name=_RP_NAME,
        user_id=user_handle,
        user_name=user_name,
        user_display_name=display,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        exclude_credentials=_descriptors(exclude),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
    )
    return options_to_json(options)


def request_options(allow: list[bytes], challenge: bytes) -> str:
    """What a browser needs to use a credential (§5.5), as JSON; with no `allow` the person picks one of theirs."""
    options = webauthn.generate_authentication_options(
        rp_id=_rp_id(),
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=_descriptors(allow),
        user_verification=_REQUIRED,
    )
    return options_to_json(options)


def challenge_of(answer: str) -> bytes:
    """The challenge that an answer was made for, to be taken before the rest is looked at. Raises `CeremonyRefused`."""
    with _refusing():
        return parse_client_data_json(_client_data(answer)).challenge


def take_challenge(answer: str, purpose: str, browser: str) -> bytes:
    """The challenge that an answer was made for, once: `CeremonyRefused` with `stale` for one that `challenges` has not
    (any more) for this purpose and browser.
    """
    challenge = challenge_of(answer)
    if challenges.take(purpose, browser, challenge) is None:
        raise CeremonyRefused("stale")
    return challenge


def credential_id_of(answer: str) -> bytes:
    """The credential that an answer names. Raises `CeremonyRefused`."""
    with _refusing():
        return base64url_to_bytes(_read(answer)["rawId"])


def verify_creation(answer: str, challenge: bytes) -> NewCredential:
    """Check the answer to `creation_options` (§7.1). Raises `CeremonyRefused`."""
    with _refusing():
        _check_client_data(answer, challenge)
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(),
            expected_origin=current().settings.issuer,
            require_user_verification=True,
        )
        transports = _read(answer)["response"].get("transports") or []
        return NewCredential(
            verified.credential_id,
            verified.credential_public_key,
            verified.sign_count,
            verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
            verified.credential_backed_up,
            tuple(sorted({str(each) for each in transports} & _TRANSPORTS)),
        )


def verify_assertion(answer: str, challenge: bytes, public_key: bytes, sign_count: int) -> Assertion:
    """Check the answer to `request_options` with the key that is kept (§7.2). Raises `CeremonyRefused`.

    `CounterWentBack` where the signature is right and the counter is not above `sign_count`, unless both are zero.
    """
    with _refusing():
        _check_client_data(answer, challenge)
        # The counter is compared here, once the signature is known to be right: nobody else raises the alarm.
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(),
            expected_origin=current().settings.issuer,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = _read(answer)["response"].get("userHandle")
        user_handle = base64url_to_bytes(handle) if handle else None
    if sign_count and verified.new_sign_count <= sign_count:
        raise CounterWentBack
    return Assertion(
        verified.credential_id,
        verified.new_sign_count,
        verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        verified.credential_backed_up,
        user_handle,
    )


_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})


def _rp_id() -> str:
    return urlsplit(current().settings.issuer).hostname or ""


def _descriptors(ids: list[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in ids]


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise CeremonyRefused("malformed")
    document: dict[str, Any] = json.loads(answer)
    return document


def _client_data(answer: str) -> bytes:
    return base64url_to_bytes(_read(answer)["response"]["clientDataJSON"])


def _check_client_data(answer: str, challenge: bytes) -> None:
    """§7.1 steps 8 to 11 and §7.2 steps 11 to 14, ahead of the library, for the sake of what the refusal is called."""
    data = parse_client_data_json(_client_data(answer))
    if data.challenge != challenge:
        raise CeremonyRefused("challenge")
    if data.origin != current().settings.issuer or data.cross_origin:
        raise CeremonyRefused("origin")


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (*_NONSENSE, RecursionError) as error:
        unverified = "not verified" in str(error)
        raise CeremonyRefused("unverified" if unverified else "malformed") from error
