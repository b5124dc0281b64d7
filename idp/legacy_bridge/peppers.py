"""The keyed digests under which a NIR is looked up: one for each key of the keyring (docs/rules.md §3.2)."""

from idp.core.crypto import Keyring
from idp.legacy_bridge.nir import Nir


def newest_digest(keyring: Keyring, nir: Nir) -> tuple[str, bytes]:
    """The id of today's pepper, and the digest that new rows get."""
    return keyring.current, nir.digest(keyring.derive("nir", keyring.current))


def digests(keyring: Keyring, nir: Nir) -> list[bytes]:
    """Every digest that a row of this NIR may have, today's first."""
    keys = sorted(keyring.key_ids, key=lambda key_id: key_id != keyring.current)
    return [nir.digest(keyring.derive("nir", key_id)) for key_id in keys]
