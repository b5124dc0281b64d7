"""Members of an old file change their identifier, over four weeks of a clock that is moved; staff look at the funnel.

    PYTHONPATH=tests:. python tests/backoffice/walk.py FOLDER PEOPLE PICTURES

FOLDER holds the old file, the accounts of the sites and their passwords (members.csv, identities.csv, secrets.json);
the same seed walks the same way. What the page shows is compared with what was done, and drawn into PICTURES.
"""

import contextvars
import csv
import heapq
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from deployed import settings_in
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.walking import Member
from servers import free_port

from idp import jobs, retention
from idp.accounts.identifiers import AddressError, canonical
from idp.accounts.importing import IdentityLoader
from idp.app import create_app
from idp.backoffice import funnel, snapshot
from idp.cli import prepare_database
from idp.core import clock, outbox
from idp.core.batch_import import load
from idp.core.crypto import Keyring
from idp.core.csv_file import CsvFile
from idp.legacy_bridge.importing import MemberLoader
from idp.oidc.commands import apply_declared_clients
from idp.settings import Settings
from tests.backoffice.stories import CHANGE_LIFE, NOWHERE, STORIES, Old, Person, Story
from tests.conftest import Browser

DAYS = 27
DAY, HOUR = 86_400, 3600


class Relay:
    """A real one: it keeps what comes by address, and refuses what is for nowhere."""

    def __init__(self) -> None:
        self.messages: dict[str, list[EmailMessage]] = defaultdict(list)
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def end(self) -> None:
        self._server.stop()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.endswith(NOWHERE):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default)
        for address in envelope.rcpt_tos:
            self.messages[address.casefold()].append(message)
        return "250 OK"


class World:
    """The provider, its clock, its mail, and everybody's stories in the order of their times."""

    def __init__(self, app: Flask, relay: Relay, clock_file: Path, start: int) -> None:
        self.app, self.relay, self._clock_file = app, relay, clock_file
        self.told: Counter[str] = Counter()
        self.people: list[Person] = []
        self._start = self._turn_at = start
        self._order = count()
        self._waiting: list[tuple[float, int, Story]] = []
        self._moves(start)

    def browser(self, source: str) -> FlaskClient:
        """Another one, at an address of its own."""
        client = Browser(self.app)
        client.environ_base["REMOTE_ADDR"] = source
        return client

    def mail(self, address: str) -> EmailMessage:
        """The newest message to an address."""
        self._deliver()
        return self.relay.messages[address.casefold()][-1]

    def letter(self, ref: str) -> str:
        """The code of the newest letter to a member."""
        self._deliver()
        folder = Path(self.app.extensions["mgen_connect"].settings.letter_url.removeprefix("dir://"))
        letters = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
        return str([each["code"] for each in letters if each["member_ref"] == ref][-1])

    def meets(self, old: Old, story: Callable[[Person], Story], hours: float) -> None:
        """Somebody comes, so many hours after the start."""

        def walked() -> Story:
            person = Person(self, old, len(self.people))
            self.people.append(person)
            yield from story(person)

        self._later(self._start + hours * HOUR, walked())

    def goes_by(self, end: float) -> None:
        """Everybody does what they do until then, some of them in the middle of it; the jobs work each hour."""
        while self._waiting and self._waiting[0][0] < end:
            moment, _, story = heapq.heappop(self._waiting)
            self._works_until(moment)
            hours = next(story, None)
            if hours is not None:
                self._later(moment + hours * HOUR, story)
        self._works_until(end)

    def under_way(self) -> Counter[str]:
        """Where those stand who have begun, as they know it."""
        return Counter(each.step for each in self.people if each.step and not each.has_lapsed())

    def given_up(self) -> int:
        """How many changes nobody came back to: they are kept for a week from the hour in which their time was over."""
        lapsed = [moved_at for each in self.people for moved_at in each.lapsed]
        lapsed += [each.moved_at for each in self.people if each.has_lapsed()]
        ended = [self._start + -(-(moved_at + CHANGE_LIFE - self._start) // HOUR) * HOUR for moved_at in lapsed]
        return sum(at + 7 * DAY > clock.now() for at in ended)

    def _later(self, moment: float, story: Iterator[float]) -> None:
        heapq.heappush(self._waiting, (moment, next(self._order), story))

    def _works_until(self, moment: float) -> None:
        while self._turn_at <= moment:
            self._moves(self._turn_at)
            self._deliver()
            jobs.seal(self.app)
            contextvars.Context().run(self._retain)
            self._turn_at += HOUR
        self._moves(moment)

    def _moves(self, moment: float) -> None:
        """Time never goes back."""
        if moment > clock.now() or not self.people:
            clock.step(self._clock_file, int(moment - time.time()))

    def _deliver(self) -> None:
        contextvars.Context().run(self._drain)

    def _drain(self) -> None:
        with self.app.app_context():
            while outbox.drain(jobs.HANDLERS):
                pass

    def _retain(self) -> None:
        with self.app.app_context():
            retention.run()


def people_of(folder: Path) -> dict[str, list[Old]]:
    """Who can live which story: `own` has an address of their own, `nobody` none, `taken` that of an account."""
    secrets = json.loads((folder / "secrets.json").read_text("utf-8"))
    rows = _rows(folder / "members.csv")
    bad = {each["member_ref"] for each in secrets["anomalies"]}
    contacts = Counter(_key(row["contact_email"]) for row in rows)
    numbers = Counter("".join(filter(str.isalnum, row["nir"]))[:13] for row in rows)
    accounts = {_key(row["email"]): row for row in _rows(folder / "identities.csv")}
    found: dict[str, list[Old]] = defaultdict(list)
    for row in rows:
        secret, contact = secrets["members"].get(row["member_ref"], {}), row["contact_email"]
        known = row["member_ref"] not in bad and numbers[secret["nir13"]] == 1 and row["postal_address_ok"] == "1"
        plain = contact.isascii() and (secret.get("password") or "").isascii()
        if not known or not plain or (contact and contacts[_key(contact)] > 1):
            continue
        account = accounts.get(_key(contact)) if contact else None
        kind = _kind(row, account)
        taken = secrets["identities"][account["identity_ref"]]["password"] if account else ""
        if kind and taken.isascii():
            member = Member(row["member_ref"], secret["nir15"], contact, secret["password"] or "", row["status"])
            found[kind].append(Old(member, row["birth_date"], taken))
    return found


def _kind(row: dict[str, str], account: dict[str, str] | None) -> str:
    if account:
        usable = row["status"] == "active" and account["validated"] == "yes" and account["blocked"] == "no"
        return "taken" if usable else ""
    if not row["contact_email"]:
        return "nobody" if row["status"] == "active" else ""
    return {"active": "own", "blocked": "blocked", "never_activated": "never"}.get(row["status"], "")


def _key(address: str) -> str:
    try:
        return canonical(address)
    except AddressError:
        return ""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def walk(app: Flask, relay: Relay, clock_file: Path, folder: Path, people: int, seed: int = 1) -> World:
    """Import the files, and let so many members come: each story once, then as often as its share says."""
    drawn = random.Random(seed)
    end = int(time.time()) // DAY * DAY
    world = World(app, relay, clock_file, end - DAYS * DAY)
    with app.app_context():
        load(MemberLoader(), CsvFile(folder / "members.csv", MemberLoader.columns), jobs=1)
        load(IdentityLoader(), CsvFile(folder / "identities.csv", IdentityLoader.columns), jobs=1)
    free = people_of(folder)
    for olds in free.values():
        drawn.shuffle(olds)
    shares = [share for share, *_ in STORIES]
    for _, kind, story in [*STORIES, *drawn.choices(STORIES, shares, k=people - len(STORIES))]:
        # By day, fewer in the first days and in the last.
        day, hour = drawn.betavariate(1.4, 1.4) * DAYS, drawn.triangular(7, 22, 10)
        world.meets(free[kind].pop(), story, int(day) * 24 + hour)
    world.goes_by(end - 60)
    jobs.seal(app)
    jobs.count(app)
    return world


def compare(world: World) -> dict[str, tuple[Any, Any]]:
    """What the page of staff shows, and what was done: by name, where both are not the same."""
    with world.app.app_context():
        shown, facts = funnel.look(), snapshot.read()
    assert facts
    told = dict(world.told)
    bounced = told.pop("bounced", 0)
    pairs = {
        "steps and troubles": ({**shown.steps, **shown.troubles}, told),
        "changed": (facts["change"]["changed"], sum(each.has_changed for each in world.people)),
        "under way": (facts["change"]["changes"]["open"], dict(world.under_way())),
        "given up": (facts["change"]["changes"]["abandoned"], world.given_up()),
        # Those of the last day are still tried again.
        "bounced": (sum(facts["messages"][state] for state in ("waiting", "retrying", "given_up")), bounced),
        "reasons": (set(facts["messages"]["reasons"]), {"SMTPRecipientsRefused"}),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@contextmanager
def deployed(folder: Path, **overrides: Any) -> Iterator[tuple[Flask, Relay, Path]]:
    """A provider in a folder, with its relay and the file of its clock."""
    relay, clock_file = Relay(), folder / "clock"
    clock.step(clock_file, 0)
    Keyring.create(folder / "keyring.json")
    settings = settings_in(folder, mail_url=f"smtp://127.0.0.1:{relay.port}", clock_offset_file=clock_file,
                           log_level="error", **overrides)  # fmt: skip
    app = _prepared(settings)
    try:
        yield app, relay, clock_file
    finally:
        clock.follow(None)
        relay.end()


def _prepared(settings: Settings) -> Flask:
    prepare_database(settings)
    app = create_app(settings)
    with app.app_context():
        apply_declared_clients()
    return app


def main(folder: Path, people: int, pictures: Path) -> None:
    """Walk, compare, draw; leave nothing else."""
    from tests.backoffice import pictured

    key = json.loads((folder / "secrets.json").read_text("utf-8"))["site_key"]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "site.key").write_text(key)
        issuer = f"http://localhost:{free_port()}"
        with deployed(Path(name), issuer=issuer, site_key_file=Path(name) / "site.key") as (app, relay, clock_file):
            began = time.perf_counter()
            world = walk(app, relay, clock_file, folder, people)
            print(f"{len(world.people)} members walked in {time.perf_counter() - began:.0f} s", flush=True)
            for what, number in world.told.most_common():
                print(f"{what:18} {number:6}")
            differences = compare(world)
            pictured.draw(app, issuer, pictures, people)
    print(differences or "The page shows what was done.")
    sys.exit(bool(differences))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
