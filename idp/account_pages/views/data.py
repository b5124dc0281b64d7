"""`/compte/donnees/`: all that is held of the person, to read and to take away (GDPR art. 15 and 20)."""

import orjson
from flask import Blueprint, g, make_response
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages import own_data
from idp.account_pages.devices import name_of
from idp.account_pages.own_data import Data
from idp.account_pages.paths import DATA, RECORD
from idp.account_pages.views.base import account_of, of_person, shown, site_name
from idp.core import audit
from idp.sessions.service import Session
from idp.web.i18n import words
from idp.web.pages import client_source

blueprint = Blueprint("data", __name__)
_FILE = "mgen-connect.json"


@blueprint.get(DATA)
@of_person("donnees", fresh=True)
def show(person: Session) -> BaseResponse:
    """What the file has, in words; the record has a page of its own."""
    data = own_data.gather(account_of(person), g.locale, site_name)
    return shown("data", own=data["account"], lists=_lists(data), record_lines=len(data["record"]), record_url=RECORD)


@blueprint.post(DATA)
@of_person("donnees", fresh=True)
def download(person: Session) -> BaseResponse:
    """The file."""
    account = account_of(person)
    audit.record("data_exported", account_id=account.id, member_ref=account.member_ref, source=client_source())
    data = own_data.gather(account, g.locale, site_name)
    response = make_response(orjson.dumps(data, option=orjson.OPT_INDENT_2))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    return response


def _lists(data: Data) -> list[tuple[str, list[str]]]:
    """By the key of their title, what there is several of."""
    speak = words(g.locale)
    t, long_date = speak["t"], speak["long_date"]

    def since(rows: list[Data], name: str, at: str = "since_at") -> list[str]:
        return [t("account-data-used", what=row[name], date=long_date(row[at])) for row in rows]

    former = [row for row in data["addresses"] if row["retired_at"]]
    return [
        ("account-data-other-addresses", list(dict.fromkeys(since(former + data["other_addresses"], "address")))),
        ("account-data-sessions", [t(name_of(row["device"] or "")) for row in data["sessions"] if not row["ended_at"]]),
        ("account-data-sites", since(data["sites"], "site", "first_at")),
        ("account-data-consents", since(data["agreements"], "site")),
        ("account-data-factors", _factors(data["factors"])),
    ]


def _factors(factors: Data) -> list[str]:
    speak = words(g.locale)
    t, long_date = speak["t"], speak["long_date"]
    lines = [
        t("account-data-passkey", name=row["name"], date=long_date(row["since_at"])) for row in factors["passkeys"]
    ]
    lines += [t("account-data-totp", date=long_date(row["since_at"])) for row in factors["code_applications"]]
    counts = {"codes": factors["recovery_codes_left"], "devices": len(factors["remembered_devices"])}
    return lines + [t(f"account-data-{name}", count=count) for name, count in counts.items() if count]
