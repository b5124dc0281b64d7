"""What the new password and the secret answer of a member must not be (docs/rules.md §7.3, §7.6)."""

from idp.accounts import credentials, password_policy, secret_question
from idp.accounts.identifiers import Address
from idp.core.runtime import current
from idp.legacy_bridge.directory import birth_date, names
from idp.legacy_bridge.models import LegacyMember
from idp.legacy_bridge.nir import Nir, NirError
from idp.web.i18n import LOCALES, translate

_NIR_LENGTH = 13


def check_password(member: LegacyMember, address: str, password: str) -> None:
    """Raise `PasswordRefused` unless the policy takes it: built on no NIR, birth date, name or address of theirs."""
    known = [address, *birth_date(member).spellings]
    if member.contact_address:
        known.append(member.contact_address)
    password_policy.check(
        password,
        context=names(member),
        forbidden=[*known, *_numbers_in(password)],
        minimum=current().settings.password_min_length,
        breached=current().settings.breached_passwords,
    )


def is_imported(member: LegacyMember, password: str) -> bool:
    """Whether this is the password that came with the old file; one set here since may be kept. Hashes."""
    stored = member.password
    return credentials.descriptor_of(stored) is not None and credentials.verify_password(stored, password).ok


def is_address(stored: str | None, address: Address) -> bool:
    """Whether the password chosen before is this address or its first part: all that a hash still tells. Hashes."""
    if stored is None:
        return False
    texts = {text for whole in (address.typed, address.canonical) for text in (whole, whole.rpartition("@")[0])}
    long_enough = [text for text in sorted(texts) if len(text) >= current().settings.password_min_length]
    with current().hashing.place():
        return any(credentials.verify_password(stored, text).ok for text in long_enough)


def check_answer(member: LegacyMember, question: str, answer: str, *, address: str, password: str) -> None:
    """Raise `AnswerRefused` unless the answer may be kept: not the question, the address, the password or a name."""
    texts = [translate(locale, f"accounts-question-{question}") for locale in LOCALES]
    secret_question.check(answer, forbidden=[*texts, address, password, *names(member)])


def _numbers_in(password: str) -> list[str]:
    """Every NIR that stands in the password. Ours is not kept, so nobody's will do."""
    compact = "".join(filter(str.isalnum, password[: password_policy.MAXIMUM_BYTES])).upper()
    found = []
    for start in range(len(compact) - _NIR_LENGTH + 1):
        candidate = compact[start : start + _NIR_LENGTH]
        if candidate[:5].isdigit() and _is_nir(candidate):
            found.append(candidate)
    return found


def _is_nir(text: str) -> bool:
    try:
        Nir.parse(text)
    except NirError:
        return False
    return True
