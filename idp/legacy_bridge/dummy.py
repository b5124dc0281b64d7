"""What an unknown NIR's password is compared with: as dear as a member's, and of a format drawn like the members'.

The draw follows the digest of what was typed, so that the same NIR costs the same each time (docs/rules.md §3 row 17).
"""

from itertools import accumulate

from idp.accounts import credentials
from idp.accounts.foreign_hashes import Descriptor
from idp.core.runtime import current

# A salt that each scheme can read; a dot is a letter of crypt's base-64.
_SALTS = {
    "bcrypt": b"." * 22,
    "des-crypt": b"." * 2,
    "drupal7": b"." * 8,
    "md5-crypt": b"." * 8,
    "phpass": b"." * 8,
    "sha512-crypt": b"." * 16,
}
_SALT = bytes(8)


def stored_password(digest: bytes) -> str:
    """A stored text that no password opens, for what was typed as `digest` (at least 8 bytes of it)."""
    rows = current().sql.all("SELECT descriptor, count FROM legacy_format WHERE count > 0 ORDER BY descriptor", {})
    if not rows:
        return credentials.dummy()
    place = int.from_bytes(digest[:8]) % sum(count for _, count in rows)
    ends = accumulate(count for _, count in rows)
    drawn = next(descriptor for (descriptor, _), end in zip(rows, ends, strict=True) if place < end)
    made_by = Descriptor.parse(drawn)
    return credentials.dummy(str(Descriptor(made_by.scheme, made_by.cost, _SALTS.get(made_by.scheme, _SALT))))
