"""How long the pages of staff take over a big deployment: python at_size.py ENGINE MEMBERS LINES, by hand.

ENGINE is `embedded` or `scale`. Rows are made in bulk by the database itself, then the jobs' own counting and the pages
are timed: medians of a few tries, in milliseconds.
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pyotp
from deployed import settings_in
from email_door.browsing import token_of
from flask.testing import FlaskClient
from servers import Postgres

from idp.app import create_app
from idp.backoffice import members, snapshot, staff
from idp.cli import prepare_database
from idp.core import audit_check, audit_seals, clock, db
from idp.core.crypto import Keyring
from idp.core.db import be_patient
from idp.core.runtime import Runtime, current

DAY = 86_400
PASSWORD = "sept vaches dorment debout"
NUMBERS = {
    "embedded": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) {insert} FROM n",
    "scale": "{insert} FROM generate_series(0, {last}) AS n(i)",
}
BLOB = {
    "embedded": "CAST(printf('%0{size}d', i) AS BLOB)",
    "scale": "CAST(lpad(CAST(i AS TEXT), {size}, '0') AS BYTEA)",
}


def fill(engine: str, rows: int, table: str, **columns: str) -> None:
    """Insert rows whose values are SQL over their number `i`."""
    insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
    current().sql.run(NUMBERS[engine].format(insert=insert, last=rows - 1), {})


def fill_all(engine: str, people: int, lines: int) -> None:
    """Members, four in ten changed, one in a hundred under way; audit lines of a year, and their counts."""
    now, small, large = clock.now(), BLOB[engine].format(size=16), BLOB[engine].format(size=32)
    state = "CASE i % 10 WHEN 0 THEN 'changed' WHEN 1 THEN 'changed' WHEN 2 THEN 'changed' WHEN 3 THEN 'changed'"
    state += " WHEN 4 THEN 'blocked' WHEN 5 THEN 'never_activated' ELSE 'active' END"
    # One in ten has none, and one in ten shares theirs with the next.
    contact = "CASE i % 10 WHEN 7 THEN NULL WHEN 9 THEN 'm' || (i - 1) || '@d.test' ELSE 'm' || i || '@d.test' END"
    fill(
        engine, people, "legacy_member", id=small, nir_digest=large, pepper="'k1'", member_ref="'M' || i", state=state,
        birth_date=small, names=small, postal_usable="TRUE", imported_at=str(now), source_line="i",
        contact_address=contact, contact_canonical=contact,
    )  # fmt: skip
    fill(engine, people * 4 // 10, "account", id=small, state="'active'", epoch="0", locale="'fr'", origin="'x'",
         created_at=str(now))  # fmt: skip
    fill(engine, people * 4 // 10, "membership", account_id=small, member_ref="'M' || i", attached_at=str(now))
    fill(
        engine, people // 100, "identifier_change", id=small, member_id=small, version="0", is_default="FALSE",
        state="CASE i % 3 WHEN 0 THEN 'address' WHEN 1 THEN 'waiting' ELSE 'password' END", locale="'fr'",
        started_at=str(now), updated_at=str(now), expires_at=str(now + 7 * DAY), password_due="FALSE",
        question_due="FALSE",
    )  # fmt: skip
    events = ("sign_in", "sign_in_refused", "identifier_change_started", "identifier_changed", "sign_out")
    event = "CASE i % 5 " + " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(events)) + " END"
    # The first ten thousand are one member's.
    whose = f"CASE WHEN i < 10000 THEN 'M1' ELSE 'M' || (i % {people}) END"
    fill(engine, lines, "audit", id=small, at=f"{now} - i % {360 * DAY}", event=event, member_ref=whose,
         detail="'{\"way\":\"nir\"}'", seal="1 + i / 1000")  # fmt: skip
    current().sql.run(
        f"INSERT INTO daily_count (day, event, way, count) SELECT at / {DAY}, event, 'nir', count(*) FROM audit"
        " WHERE seal IS NOT NULL GROUP BY 1, 2",
        {},
    )


def timed(name: str, work: Callable[[], object], tries: int = 9) -> None:
    """Say how long something takes."""
    took = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    print(f"{name:44} {statistics.median(took):9.1f} ms, at most {max(took):.1f}", flush=True)


def sign_in(client: FlaskClient) -> None:
    """A colleague, enrolled and at work."""
    with db.transaction():
        path = f"/backoffice/inscription/{staff.invite('Ana', 'ana@mgen.test')}/application/"
    page = client.get(path)
    found = re.search(r'<span class="reference">([A-Z2-7 ]+)</span>', page.text)
    assert found
    otp = pyotp.TOTP(found[1].replace(" ", ""))
    form = {"new_password": PASSWORD, "confirm_password": PASSWORD, "code": otp.now(), "csrf_token": token_of(page)}
    assert client.post(path, data=form).status_code == 303
    current().sql.run("UPDATE staff SET totp_last_step = 0", {})
    token = token_of(client.get("/backoffice/connexion/"))
    form = {"email": "ana@mgen.test", "password": PASSWORD, "code": otp.now(), "csrf_token": token}
    assert client.post("/backoffice/connexion/", data=form).status_code == 303


def measure(engine: str, client: FlaskClient, parts: Runtime, people: int, lines: int) -> None:
    """Fill, then time the jobs and the pages."""
    began = time.perf_counter()
    fill_all(engine, people, lines)
    parts.sql.run("ANALYZE", {})
    print(f"{people} members, {lines} lines: filled in {time.perf_counter() - began:.0f} s", flush=True)
    sign_in(client)
    timed("the jobs count how things stand", snapshot.refresh, 3)
    timed("/backoffice/", lambda: client.get("/backoffice/"))
    [handle] = [each.handle for each in members.search("M1")]
    timed("a member with 10,000 lines", lambda: client.get(f"/backoffice/membres/{handle}/"))
    later = BLOB[engine].format(size=16).replace("i)", "i + 50000000)").replace("i AS", "i + 50000000 AS")
    fill(engine, 20_000, "audit", id=later, at=str(clock.now() - 60), event="'sign_in'",
         detail="'{\"way\":\"email\"}'")  # fmt: skip
    seal = {"number": 1 + lines // 1000, "no": bytes(32)}
    parts.sql.run("INSERT INTO audit_seal VALUES (:number, 0, 0, 0, :no, :no, 0)", seal)
    began = time.perf_counter()
    while audit_seals.seal():
        pass
    print(f"{'20,000 lines are sealed and counted':44} {(time.perf_counter() - began) * 1000:9.1f} ms")
    timed("the first 10,000 lines are exported", export, 1)


def export() -> None:
    """Read ten thousand lines; the ids made here are of a far year."""
    assert len(list(islice(audit_check.export(until=60_000_000_000), 10_000))) == 10_000


def main(engine: str, people: int, lines: int) -> None:
    """Deploy, measure, leave nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Keyring.create(folder / "keyring.json")
        server = Postgres(shared_buffers="512MB", max_wal_size="4GB") if engine == "scale" else None
        if server:
            server.start()
            server.create("sized", "template0")
        settings = settings_in(folder, log_level="error", **({"database_url": server.url("sized")} if server else {}))
        try:
            prepare_database(settings)
            be_patient(settings)
            app = create_app(settings)
            with app.app_context():
                measure(engine, app.test_client(), app.extensions["mgen_connect"], people, lines)
        finally:
            if server:
                server.end()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
