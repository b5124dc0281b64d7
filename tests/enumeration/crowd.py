"""People of every kind, and as many who are nobody: an address or a number looks the same for both."""

from collections.abc import Callable
from pathlib import Path

from legacy_bridge.walking import import_members, many

from idp.accounts import creation, credentials
from idp.accounts.directory import AccountRow
from idp.core import clock, db
from idp.core.runtime import current

BIRTH_DATE = "14/11/1960"


def address(number: int, *, known: bool) -> str:
    """An address that has an account, or one as long that has none."""
    return f"{'personne' if known else 'inconnue'}{number:04}@domaine.test"


def nir(number: int, *, known: bool) -> str:
    """The number of a member, or one of nobody."""
    return f"260117512{0 if known else 1}{100 + number}"


def settle(folder: Path, size: int) -> None:
    """Fill the database of the present application: `size` accounts, and `size` members of the old portal."""
    import_members(folder, many(size))
    _give_contacts(size)
    password, answer = credentials.hash_password("trois chats dorment"), credentials.hash_answer("la bicyclette")
    with db.transaction():
        for number in range(size):
            _ACCOUNTS[number % len(_ACCOUNTS)](number, password, answer)
            _MEMBERS[number % len(_MEMBERS)](number, password)


def _account(
    number: int,
    password: str,
    answer: str | None = None,
    *,
    state: str = "active",
    proved: bool = True,
    member: bool = False,
) -> AccountRow:
    account = creation.create_account(
        address(number, known=True),
        password,
        origin="registration",
        locale="fr",
        verified_by="registration" if proved else None,
        secret_question="object" if answer else None,
        secret_answer=answer,
        state=state,
    )
    if member:
        creation.attach_member(account.id, f"A{number}")
    return account


_ACCOUNTS: tuple[Callable[[int, str, str], object], ...] = (
    lambda number, password, answer: _account(number, password, answer),
    lambda number, password, answer: _account(number, password),
    lambda number, password, answer: _account(number, password, proved=False),
    lambda number, password, answer: _account(number, password, answer, state="blocked"),
    lambda number, password, answer: _account(number, password, answer, member=True),
    lambda number, password, answer: _account(number, password, answer, member=True, proved=False),
    lambda number, password, answer: _account(number, password, answer, member=True, state="frozen"),
    lambda number, password, answer: _account(number, password, member=True, proved=False),
)


def _give_contacts(size: int) -> None:
    for number in range(size):
        # The third of each kind has none, and every fifth shares it with the one before.
        contact = None if number % 24 in (16, 17, 18) else f"contact{number - (number % 5 == 4)}@domaine.test"
        current().sql.run(
            "UPDATE legacy_member SET contact_address = :contact, contact_canonical = :contact WHERE member_ref = :ref",
            {"contact": contact, "ref": f"N{100 + number:05}"},
        )


def _member(number: int, **columns: object) -> None:
    if columns:
        what = ", ".join(f"{name} = :{name}" for name in columns)
        current().sql.run(
            f"UPDATE legacy_member SET {what} WHERE member_ref = :ref", {**columns, "ref": f"N{100 + number:05}"}
        )


def _changed(number: int, password: str, state: str = "active") -> None:
    account = creation.create_account(
        f"change{number}@domaine.test", password, origin="change", locale="fr", verified_by="link", state=state
    )
    creation.attach_member(account.id, f"N{100 + number:05}")
    _member(number, state="changed", password=None, account_id=account.id, changed_at=clock.now() - 86_400)


_MEMBERS: tuple[Callable[[int, str], object], ...] = (
    lambda number, password: _member(number),
    lambda number, password: _member(number, state="blocked"),
    lambda number, password: _member(number, state="never_activated", password=None),
    lambda number, password: _member(number, state="reset_pending", password=None),
    lambda number, password: _member(number, state="conflict"),
    lambda number, password: _changed(number, password),
    lambda number, password: _changed(number, password, "frozen"),
    lambda number, password: _member(number, contact_changed_on=clock.as_datetime(clock.now()).date().isoformat()),
)
