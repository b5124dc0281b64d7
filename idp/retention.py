"""What is kept how long (docs/rules.md §1, GDPR art. 5(1)(e)): a table of rules, and the job that carries them out.

What lives for minutes or hours is not here: `jobs.clean` deletes it when it has expired.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idp.accounts import dormancy, erasure
from idp.core import batches, clock
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import sunset
from idp.legacy_bridge.models import OPEN_STATES

# The last sign of life; where no sign-in was noted, an account is as old as its password.
_ALIVE = (
    "(SELECT max(column1) FROM (VALUES (coalesce(seen_at, 0)), (created_at), (coalesce(password_set_at, 0))) AS times)"
)
_UNVALIDATED = (
    "seen_at IS NULL AND created_at <= :limit AND coalesce(password_set_at, 0) <= :limit AND state != 'frozen'"
    " AND NOT EXISTS (SELECT 1 FROM membership WHERE account_id = account.id)"
    " AND EXISTS (SELECT 1 FROM identifier WHERE account_id = account.id AND status = 'active' AND verified_at IS NULL)"
)
_FORGET_CHANGE = (
    "UPDATE identifier_change SET state = 'abandoned', version = version + 1, updated_at = :now, password = NULL,"
    " secret_question = NULL, secret_answer = NULL, linked_account_id = NULL, linked_epoch = NULL, linked_at = NULL"
)
# The lines of all seals before the first that is young enough to stay; the seals stay, and say what they were.
_SEALED_BEFORE = (
    "seal < (SELECT coalesce((SELECT min(number) FROM audit_seal WHERE last_at > :limit), max(number) + 1)"
    " FROM audit_seal)"
)


def _always() -> bool:
    return True


def _rows_are_over() -> bool:
    end = sunset.rows_end()
    return end is not None and sunset.today() > end


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes `age` days after: rows of `table` that fit `where` (`:limit` is that long ago), by `statement` or `do`.

    `statement` is a DELETE or UPDATE without its WHERE; `do` is called with an id, in a write transaction.
    """

    name: str
    what: str
    age: int
    table: str
    where: str
    statement: str = ""
    do: Callable[[bytes], object] | None = None
    key: str = "id"
    applies: Callable[[], bool] = _always


def _gone(name: str, what: str, age: int, table: str, where: str, *, key: str = "id") -> Rule:
    return Rule(name, what, age, table, where, f"DELETE FROM {table}", key=key)  # noqa: S608


ASKED_DELETIONS = Rule(
    "asked_deletions", "accounts whose person asked for it a day before: erased", 0, "account",
    "deletion_at <= :now AND state != 'frozen'", do=lambda identifier: erasure.erase(identifier, why="asked"),
)  # fmt: skip
RULES = (
    Rule("expired_changes", "changes of identifier past their time: given up, their secrets wiped", 0,
         "identifier_change", f"state IN {OPEN_STATES} AND +expires_at <= :limit", _FORGET_CHANGE),
    _gone("abandoned_changes", "changes of identifier given up", 7,
          "identifier_change", "state = 'abandoned' AND updated_at <= :limit"),
    _gone("links", "links and codes of messages, after their end", 7, "mailbox_proof", "expires_at <= :limit"),
    _gone("recoveries", "recoveries of an account, after their end", 7, "recovery", "expires_at <= :limit"),
    _gone("address_changes", "changes of address, after their end", 7, "address_change", "expires_at <= :limit"),
    _gone("guided_requests", "recoveries and unlockings by number, after their end", 7,
          "guided_request", "expires_at <= :limit"),
    _gone("letters", "codes of letters, after their end", 7, "letter", "expires_at <= :limit"),
    _gone("given_up", "messages, letters and notices that could not be handed over", 30,
          "outbox", "failed_at <= :limit"),
    _gone("staff_requests", "requests that take two colleagues, after their end", 7,
          "staff_request", "expires_at <= :limit"),
    _gone("held_addresses", "addresses of erased accounts, free again", 0, "held_address", "until <= :limit",
          key="digest"),
    Rule("unvalidated_accounts", "accounts whose mailbox nobody proved", 30, "account", _UNVALIDATED,
         do=lambda identifier: erasure.erase(identifier, why="unvalidated")),
    Rule("dormancy_notices", "accounts nobody signs in to: told by message", dormancy.NOTICE_DAYS, "account",
         f"{_ALIVE} <= :limit AND coalesce(dormancy_told_at, 0) <= {_ALIVE}", do=dormancy.tell),
    Rule("dormant_accounts", "accounts nobody signs in to, told a year before: erased", dormancy.ERASURE_DAYS,
         "account", f"{_ALIVE} <= :limit AND dormancy_told_at > {_ALIVE}"
         f" AND dormancy_told_at <= :now - {dormancy.WARNING_DAYS * DAY}",
         do=lambda identifier: erasure.erase(identifier, why="dormant")),
    ASKED_DELETIONS,
    Rule("legacy_rows", "rows of the old member file, three months after the last day of the NIR door", 0,
         "legacy_member", "TRUE", "DELETE FROM legacy_member", applies=_rows_are_over),
    _gone("audit", "audit lines, by whole sealed batches", 365, "audit", _SEALED_BEFORE, key="seal"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule found, or did: `rows` of them; `more` where it stopped before the end."""

    rule: Rule
    rows: int
    more: bool = False


def look() -> list[Outcome]:
    """What would go now."""
    return [Outcome(rule, _count(rule)) for rule in RULES]


def run(most: int | None = None) -> list[Outcome]:
    """Carry the rules out, in small transactions; at most `most` batches a rule, so that other jobs get their turn."""
    return [_apply(rule, most) for rule in RULES]


def erase_asked() -> Outcome:
    """Erase the accounts whose day has come: each minute, for somebody was told the hour."""
    return _apply(ASKED_DELETIONS, 1)


def _count(rule: Rule) -> int:
    if not rule.applies():
        return 0
    statement = f"SELECT count(*) FROM {rule.table} WHERE {rule.where}"  # noqa: S608
    return int(current().sql.all(statement, _values(rule))[0][0])


def _apply(rule: Rule, most: int | None) -> Outcome:
    done, number, last = 0, 0, b""
    while rule.applies() and (most is None or number < most):
        started = clock.steady()
        keys = _next(rule, last)
        if not keys:
            return Outcome(rule, done)
        with current().sql.together(alone=True):
            done += _act(rule, keys)
        number, last = number + 1, keys[-1]
        batches.pause(started)
    return Outcome(rule, done, more=rule.applies())


def _next(rule: Rule, last: bytes) -> list[bytes]:
    # What a statement removes is not met again; what is only told, or must wait, is.
    onwards = f" AND {rule.key} > :last ORDER BY {rule.key}" if rule.do else ""
    rows = current().sql.all(
        f"SELECT {rule.key} FROM {rule.table} WHERE {rule.where}{onwards} LIMIT :size",  # noqa: S608
        {**_values(rule), "last": last, "size": batches.SIZE},
    )
    # Several rows may have one key.
    return list(dict.fromkeys(key for (key,) in rows))


def _act(rule: Rule, keys: list[bytes]) -> int:
    """Each is looked at again, in the transaction: somebody may have come back meanwhile."""
    done = 0
    for key in keys:
        values, where = {**_values(rule), "key": key}, f"WHERE {rule.key} = :key AND {rule.where}"
        if rule.do is None:
            done += current().sql.run(f"{rule.statement} {where}", values)
        elif current().sql.one(f"SELECT 1 FROM {rule.table} {where}", values):  # noqa: S608
            done += bool(rule.do(key))
    return done


def _values(rule: Rule) -> dict[str, Any]:
    return {"now": clock.now(), "limit": clock.now() - rule.age * DAY}
