"""All that is held of one person, for them to read and to take away (GDPR art. 15 and 20).

No hash, no answer, no number; times are aware datetimes.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from idp.account_pages.sentences import is_of_staff, sentence
from idp.accounts import record
from idp.accounts.directory import AccountRow
from idp.core import clock
from idp.core.runtime import current
from idp.oidc import consents, visits
from idp.web.i18n import words

Data = dict[str, Any]
_EVERY_LINE = 1_000_000


def gather(account: AccountRow, locale: str, site_name: Callable[[str], str]) -> Data:
    """Everything, by subject; `site_name` gives a site's name for its id, and the record speaks `locale`."""
    return {
        "account": _account(account),
        "addresses": _rows(
            "SELECT address, status, created_at, verified_at, retired_at FROM identifier WHERE account_id = :id"
            " ORDER BY created_at", account, "address", "status", "since_at", "confirmed_at", "retired_at",
        ),
        "other_addresses": _rows(
            "SELECT address, known_since FROM known_address WHERE account_id = :id ORDER BY known_since",
            account, "address", "since_at",
        ),
        "sessions": _rows(
            "SELECT user_agent, source, auth_time, seen_at, ended_at FROM session WHERE account_id = :id"
            " ORDER BY auth_time DESC", account, "device", "from", "signed_in_at", "seen_at", "ended_at",
        ),
        "sites": [
            {"site": site_name(client_id), "first_at": clock.as_datetime(since)}
            for client_id, since in visits.known(account.id)
        ],
        "agreements": [
            {"site": site_name(each.client_id), "may": [*each.scope], "since_at": clock.as_datetime(each.granted_at)}
            for each in consents.listing(account.id)
        ],
        "factors": _factors(account),
        "record": _record(account, locale, site_name),
    }  # fmt: skip


def _account(account: AccountRow) -> Data:
    (row,) = _rows(
        "SELECT public_name, origin, created_at, password_set_at, seen_at, deletion_at, attached_at FROM account"
        " LEFT JOIN membership ON membership.account_id = account.id WHERE account.id = :id", account,
        "public_name", "origin", "created_at", "password_set_at", "seen_at", "deletion_at", "member_attached_at",
    )  # fmt: skip
    return {
        "address": account.address,
        "address_confirmed": account.verified,
        "state": account.state,
        "language": account.locale,
        "member_reference": account.member_ref,
        "has_password": account.password is not None,
        "has_secret_question": account.secret_question is not None,
        **row,
    }


def _factors(account: AccountRow) -> Data:
    (codes,) = _rows("SELECT count(*) FROM recovery_code WHERE account_id = :id", account, "left")
    return {
        "passkeys": _rows(
            "SELECT name, created_at, last_used_at FROM passkey WHERE account_id = :id ORDER BY created_at",
            account, "name", "since_at", "used_at",
        ),
        "code_applications": _rows(
            "SELECT created_at, last_used_at FROM totp WHERE account_id = :id", account, "since_at", "used_at"
        ),
        "recovery_codes_left": codes["left"],
        "remembered_devices": _rows(
            "SELECT user_agent, created_at, expires_at FROM remembered_device WHERE account_id = :id ORDER BY 2",
            account, "device", "since_at", "until_at",
        ),
    }  # fmt: skip


def _record(account: AccountRow, locale: str, site_name: Callable[[str], str]) -> list[Data]:
    t = words(locale)["t"]
    return [
        {
            "at": clock.as_datetime(line.at),
            "event": line.event,
            "what": t(sentence(line)),
            "site": site_name(line.client_id) if line.client_id else None,
            "from": None if is_of_staff(line) else line.source,
        }
        for line in record.lines(account.id, account.member_ref, most=_EVERY_LINE)
    ]


def _rows(statement: str, account: AccountRow, *names: str) -> list[Data]:
    found = current().sql.all(statement, {"id": account.id})
    return [{name: _value(name, value) for name, value in zip(names, row, strict=True)} for row in found]


def _value(name: str, value: Any) -> Any:
    return _time(value) if name.endswith("_at") else value


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else clock.as_datetime(seconds)
