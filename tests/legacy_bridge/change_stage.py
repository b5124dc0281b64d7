"""The stage of the walks: the provider and the model before anybody comes, and what must hold after each step."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from legacy_bridge.change_model import EDGES, IDLE, LIFE, PARKED, Account, Change, Crash, Ticket, World, now
from legacy_bridge.walking import ANSWER, CAMILLE, NEW_PASSWORD, SACHA, SESSION
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from idp.accounts import creation, credentials
from idp.core import db
from idp.sessions import service as sessions

MEMBERS = (CAMILLE, SACHA)
FREE = ("neuve.adresse@boite.test", "autre.adresse@boite.test")
KNOWN: dict[str, dict[str, Any]] = {
    "open@forum.test": {},
    "bare@forum.test": {},
    "weak@forum.test": {},
    "unvalidated@forum.test": {"verified_by": None},
    "blocked@forum.test": {"state": "blocked"},
}
WEAK, OTHER = "soleil12", "quatre poissons nagent au fond"
# The second is the first part of an address that may be chosen after it.
CHOSEN = (NEW_PASSWORD, "neuve.adresse")


class Stage:
    """Two members with one contact address, five accounts, three browsers."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.reset()
        self.browsers = [self.world.browser() for _ in range(3)]
        self.tickets: list[Ticket | None] = [None] * 3
        self.sessions: list[bytes | None] = [None] * 3
        self.holders: dict[bytes, int] = {}
        self.changes: dict[str, Change] = {}
        self.done: dict[str, bytes] = {}
        self.links: list[tuple[str, str]] = []
        self.resets: list[tuple[str, str]] = []
        self.accounts: dict[bytes, Account] = {}
        for address, overrides in KNOWN.items():
            self._make(address, WEAK if address.startswith("weak") else NEW_PASSWORD, **overrides)

    def _make(
        self, address: str, password: str, *, state: str = "active", verified_by: str | None = "registration"
    ) -> None:
        question = None if address.startswith("bare") else "object"
        stored = credentials.hash_password(password)
        with db.transaction():
            account = creation.create_account(
                address, stored, origin="registration", locale="fr", state=state, verified_by=verified_by,
                secret_question=question, secret_answer=credentials.hash_answer(ANSWER) if question else None,
            )  # fmt: skip
        standing = "blocked" if state == "blocked" else "open" if verified_by else "unvalidated"
        self.accounts[account.id] = Account(address, password, question is None or password == WEAK, standing)
        self.world.mails()

    # What the model knows.

    def holder_of(self, address: str | None) -> bytes | None:
        same = (key for key, each in self.accounts.items() if each.address.lower() == (address or "").lower())
        return next(same, None)

    def way(self, browser: int) -> Ticket | None:
        """The ticket of a browser that may act."""
        ticket = self.tickets[browser]
        if ticket is None or ticket.consumed or now() >= min(ticket.seen + IDLE, ticket.created + LIFE):
            return None
        if self.holders.get(ticket.change.id) != browser or not self.is_open(ticket.change):
            return None
        return ticket

    def is_open(self, change: Change) -> bool:
        return change.state not in ("done", "abandoned") and now() < change.touched + PARKED

    def act(
        self, work: Callable[[], TestResponse], crash: str | None = None
    ) -> tuple[TestResponse, dict[bytes, list[str]]]:
        """Send one request; the verbs that it took, by change. One that dies leaves everything as it was."""
        world = self.world
        before = world.snapshot() if crash else None
        world.moves.clear()
        world.crash_at, world.crashed = crash, False
        try:
            answer = work()
        except Crash:
            answer = TestResponse([], "500 DEAD", Headers(), EnvironBuilder().get_request())
        world.crash_at = None
        world.requests += 1
        if world.crashed:
            assert world.snapshot() == before
            world.moves.clear()
        assert answer.status_code < 500 or world.crashed
        verbs: dict[bytes, list[str]] = {}
        for change_id, edge in world.moves:
            world.taken[edge] += 1
            assert edge in EDGES
            verbs.setdefault(change_id, []).append(edge[0])
        return answer, verbs

    def on_the_way(
        self, browser: int, work: Callable[[], TestResponse], crash: str | None = None
    ) -> tuple[Ticket | None, TestResponse, list[str]]:
        """A request of the change; nothing moves but by the ticket that may, and only its own change."""
        ticket = self.way(browser)
        answer, verbs = self.act(work, crash)
        if ticket is None:
            assert not verbs
            return None, answer, []
        if now() - ticket.seen >= 10:
            ticket.seen = now()
        assert set(verbs) <= {ticket.change.id}
        return ticket, answer, verbs.get(ticket.change.id, [])

    def moved(self, member: str) -> None:
        """After a verb: the state is what the model says, and the messages that left are for this change."""
        change = self.changes[member]
        change.state, change.touched = change.lacks(), now()
        self.read_mail(member)

    def read_mail(self, member: str | None = None) -> None:
        for mail in self.world.mails():
            link = urlsplit(mail["args"].get("link") or "").path
            if mail["template"] == "validate_address" and member:
                self.changes[member].link, self.changes[member].sent_at = link, now()
                self.links.append((member, link))
            elif mail["template"] == "password_reset":
                self.resets.append((mail["to"], link))

    def pick(self, wish: int, *states: str) -> int:
        """A browser that may act, at one of `states`, unless the wish is for any."""
        ways = [(browser, self.way(browser)) for browser in range(3)]
        fit = [browser for browser, way in ways if way and (not states or way.change.state in states)]
        return fit[wish % len(fit)] if fit and wish > 2 else wish % 3

    def stands_at(self, *states: str) -> bool:
        """Whether some browser may act, at one of `states`."""
        ways = [self.way(browser) for browser in range(3)]
        return any(way is not None and (not states or way.change.state in states) for way in ways)

    # What happens meanwhile.

    def waits(self, seconds: int) -> None:
        self.world.travel.shift(seconds)

    def somebody_registers(self, address: str) -> None:
        """Another person, or the member, on another site."""
        if self.holder_of(address) is None:
            self._make(address, NEW_PASSWORD)

    def an_account_goes(self, address: str) -> None:
        """Erased, or never validated."""
        holder = self.holder_of(address)
        if holder is None or self.accounts[holder].member:
            return
        self.world.runtime.sql.run("DELETE FROM account WHERE id = :id", {"id": holder})
        del self.accounts[holder]
        for change in self.changes.values():
            if change.target == holder:
                change.target = None

    def an_account_moves(self, address: str) -> None:
        """Its sessions are cut, for any reason."""
        holder = self.holder_of(address)
        if holder is not None:
            self.world.runtime.sql.run("UPDATE account SET epoch = epoch + 1 WHERE id = :id", {"id": holder})
            self.accounts[holder].epoch += 1

    # What must hold at every moment.

    def nobody_is_half_changed(self) -> None:
        """Tombstone, membership, change and audit line: all of them, or none; and where the model says."""
        sql = self.world.runtime.sql
        for member in MEMBERS:
            state, account_id = sql.one(
                "SELECT state, account_id FROM legacy_member WHERE member_ref = :r", {"r": member.ref}
            )
            held = sql.all("SELECT account_id FROM membership WHERE member_ref = :r", {"r": member.ref})
            lines = "SELECT count(*) FROM audit WHERE event = 'identifier_changed' AND member_ref = :r"
            (told,) = sql.one(lines, {"r": member.ref})
            if member.ref in self.done:
                assert (state, account_id, told) == ("changed", self.done[member.ref], 1)
                assert held == [(account_id,)]
            else:
                assert (state, account_id, told, held) == ("active", None, 0, [])

    def the_change_stands_where_the_model_says(self) -> None:
        """Nothing that was chosen is lost, nothing comes of itself."""
        for member in MEMBERS:
            row, change = self.world.change_row(member), self.changes.get(member.ref)
            if change is not None:
                assert row
                assert (row[0], row[1]) == (change.id, change.state)
                assert change.state == "done" or (row[2] or "").lower() == (change.address or "").lower()
        secrets = (
            "SELECT coalesce(password, secret_question, secret_answer) FROM identifier_change WHERE state = 'done'"
        )
        assert not any(secret for (secret,) in self.world.runtime.sql.all(secrets, {}))

    def one_address_one_espace(self) -> None:
        """And every account is there, under its address."""
        rows = self.world.runtime.sql.all(
            "SELECT account.id, canonical, member_ref FROM account"
            " JOIN identifier ON identifier.account_id = account.id AND status = 'active'"
            " LEFT JOIN membership ON membership.account_id = account.id",
            {},
        )
        assert len({canonical for _, canonical, _ in rows}) == len(rows)
        known = {(key, each.address.lower(), each.member) for key, each in self.accounts.items()}
        assert set(rows) == known

    def no_session_before_the_end(self) -> None:
        """A browser is signed in with what it finished, if at all."""
        for browser, walk in enumerate(self.browsers):
            cookie = walk.client.get_cookie(SESSION)
            if cookie:
                session = sessions.find(cookie.value)
                assert session is None or session.account_id == self.sessions[browser]
            else:
                assert self.sessions[browser] is None or self.world.crashed

    def check(self) -> None:
        """All of it, after each step."""
        self.nobody_is_half_changed()
        self.the_change_stands_where_the_model_says()
        self.one_address_one_espace()
        self.no_session_before_the_end()

    def passwords_are_kept(self) -> None:
        """At the end every account opens to the password that its owner knows."""
        for key, account in self.accounts.items():
            row = self.world.runtime.sql.one("SELECT password, epoch FROM account WHERE id = :id", {"id": key})
            assert row
            assert credentials.verify_password(row[0], account.password).ok
            assert row[1] == account.epoch
