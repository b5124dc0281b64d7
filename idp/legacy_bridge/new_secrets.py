"""What the new password and the secret answer of a member must not be (docs/rules.md §7.3, §7.6)."""

from idp.accounts import password_policy, secret_question
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
    )


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
