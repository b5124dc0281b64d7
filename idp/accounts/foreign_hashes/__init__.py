"""The password hashes of the old sites: read, stripped of what is secret, computed again (docs/rules.md §3.3).

A text of an old file becomes a `ForeignHash`. Its `digest` is never stored as it is; its `descriptor` is, and
computes the same digest from a typed password. What wraps that digest in argon2id is not here.
"""

from idp.accounts.foreign_hashes.formats import SITE_KEY_HINT, ForeignHash, is_no_password, parse
from idp.accounts.foreign_hashes.schemes import Descriptor, MalformedHash, UnknownHash, candidates

__all__ = [
    "SITE_KEY_HINT",
    "Descriptor",
    "ForeignHash",
    "MalformedHash",
    "UnknownHash",
    "candidates",
    "is_no_password",
    "parse",
]
