"""The email address that signs in: read, compared, masked, and its likely slips (docs/rules.md §3 row 14)."""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

import email_validator

_LONGEST = 254
_LONGEST_LOCAL_PART = 64
_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*", re.ASCII | re.IGNORECASE)
# One letter wrong, missing or too many, or two that changed places.
_LIKENESS_OF_A_SLIP = 0.87

# Reserved for tests, examples and demonstrations (RFC 6761): no network finds them, and we ask none.
email_validator.SPECIAL_USE_DOMAIN_NAMES = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in ("test", "localhost")
]


class AddressProblem(StrEnum):
    """Why a text is no address of ours."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    FORMAT = "format"


class AddressError(ValueError):
    """The text is no email address; carries the `code` and never the text."""

    def __init__(self, code: AddressProblem) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """An email address: as `typed` (outer space dropped) to write to, `canonical` to look up."""

    typed: str
    canonical: str

    @property
    def routable(self) -> str:
        """The address for a mail relay: the local part as typed, the domain in its ASCII form."""
        return self.typed.rpartition("@")[0] + "@" + self.canonical.rpartition("@")[2]


def parse_address(text: str) -> Address:
    """Read an address typed or found in a file, or raise `AddressError`, and nothing else, whatever the text.

    Canonical: NFKC, domain as a lower-case A-label, local part case-folded; dots and plus kept.
    """
    typed = text.strip()
    if not typed:
        raise AddressError(AddressProblem.EMPTY)
    local = typed.rpartition("@")[0]
    if len(typed) > _LONGEST or len(local.encode("utf-8", "replace")) > _LONGEST_LOCAL_PART:
        raise AddressError(AddressProblem.TOO_LONG)
    if not typed.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in typed
    ):
        raise AddressError(AddressProblem.CONTROL)
    domain = _ascii_domain(typed)
    canonical = _fold(local) + "@" + domain
    # Compatibility forms may hide an @, a space or two dots.
    if not typed.isascii():
        _ascii_domain(canonical)
    return Address(typed, canonical)


def canonical(email: str) -> str:
    """The form under which an address is unique; raises `AddressError`."""
    return parse_address(email).canonical


def suggest_domain(address: str) -> str | None:
    """The common mail domain that the one of `address` nearly is; None where it is one, or is like none."""
    domain = address.strip().rpartition("@")[2].lower()
    known = _common_domains()
    if domain in known or len(domain) > _LONGEST:
        return None
    if domain == "gmail.fr":
        return "gmail.com"
    return next(iter(difflib.get_close_matches(domain, known, n=1, cutoff=_LIKENESS_OF_A_SLIP)), None)


def mask_address(email: str) -> str:
    """The address for a screen that must not tell it: first and last letter, and the domain (`j…t@x.fr`)."""
    local, at, domain = email.rpartition("@")
    if not at:
        return "…"
    first, last = (local[:1] if len(local) > 1 else ""), (local[-1:] if len(local) > 3 else "")
    return f"{first}…{last}@{domain}"


@cache
def _common_domains() -> tuple[str, ...]:
    return tuple(resources.files("idp.accounts").joinpath("data/mail_domains.txt").read_text("utf-8").split())


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    # Nearly every address: only its domain needs the library, and there are few of those.
    if domain.isascii() and _PLAIN_LOCAL_PART.fullmatch(local):
        return _checked_domain("a@" + domain)
    return _checked_domain.__wrapped__(address)


@lru_cache(maxsize=1024)
def _checked_domain(address: str) -> str:
    """The domain of a good address, in ASCII. Raises `AddressError`."""
    try:
        found = email_validator.validate_email(address, check_deliverability=False).ascii_domain
    except email_validator.EmailNotValidError:
        raise AddressError(AddressProblem.FORMAT) from None
    return found.lower()


def _fold(local: str) -> str:
    # Twice: folding case may undo the normal form.
    for _ in range(2):
        local = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", local).casefold())
    return local
