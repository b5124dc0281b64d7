"""A small model of the change of identifier, and the real provider beside it; the machine compares the two."""

import contextvars
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from legacy_bridge.walking import Member, Walk

from idp.core import audit, clock, db, outbox
from idp.legacy_bridge import attaching, change_choices, change_proofs, completion, identifier_change, linking
from idp.legacy_bridge.identifier_change import TRANSITIONS

DAY = 86_400
IDLE, LIFE, PARKED = 1_800, 7_200, 7 * DAY
Edge = tuple[str, str, str]
EDGES: frozenset[Edge] = frozenset((each.verb, source, each.target) for each in TRANSITIONS for source in each.sources)


class Crash(Exception):
    """The process dies before its transaction is kept."""


@dataclass
class Account:
    """An account as its owner knows it; `due` secrets are asked for when it is linked."""

    address: str
    password: str
    due: bool = False
    standing: str = "open"
    epoch: int = 0
    member: str | None = None


@dataclass
class Change:
    """What a member has chosen and proved so far."""

    id: bytes
    state: str = "address"
    touched: int = 0
    address: str | None = None
    default: bool = False
    mailbox: bool = False
    password: str | None = None
    target: bytes | None = None
    proved_at: int | None = None
    epoch: int | None = None
    due: bool = False
    # The link that is good now, and since when.
    link: str | None = None
    sent_at: int = 0

    def forget(self) -> None:
        """What goes with the browser."""
        self.password = self.proved_at = self.epoch = None
        self.due = False

    def drop(self) -> None:
        """Back to the first step."""
        self.forget()
        self.address = self.target = self.link = None
        self.default = self.mailbox = False

    def lacks(self) -> str:
        """The state by what is missing, first things first."""
        if self.address is None:
            return "address"
        if self.target is not None or self.proved_at is not None:
            if self.proved_at is None:
                return "link"
            return "password" if self.due else "review"
        if self.password is None:
            return "password"
        return "review" if self.default or self.mailbox else "waiting"


@dataclass
class Ticket:
    """A NIR sign-in in one browser."""

    member: str
    change: Change
    created: int
    seen: int
    consumed: bool = False


@dataclass
class World:
    """The provider, put back to its beginning for each walk, and what happens in it."""

    app: Any
    runtime: Any
    saved: str
    travel: Any
    began: float
    walks: int = 0
    requests: int = 0
    deaths: int = 0
    taken: Counter[Edge] = field(default_factory=Counter)
    moves: list[tuple[bytes, Edge]] = field(default_factory=list)
    crash_at: str | None = None
    crashed: bool = False

    def install(self, monkeypatch: Any) -> None:
        """Note each transition, and let a transaction die where it is told to."""
        move = identifier_change.move

        def noted(change: Any, verb: str) -> None:
            source = change.state
            move(change, verb)
            self.moves.append((change.id, (verb, source, change.state)))

        for module in (identifier_change, change_choices, change_proofs, linking, completion, attaching):
            monkeypatch.setattr(module, "move", noted)
        for name, module, function in (("audit", audit, "record"), ("outbox", outbox, "put"), ("commit", db, "commit")):
            monkeypatch.setattr(module, function, self._deadly(name, getattr(module, function)))

    def _deadly(self, name: str, function: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if self.crash_at == name and db.is_writing():
                self.crashed, self.crash_at = True, None
                self.deaths += 1
                raise Crash
            return function(*args, **kwargs)

        return wrapped

    def reset(self) -> None:
        """Everything as it was after the import."""
        self.walks += 1
        self.travel.move_to(self.began)
        path = self.runtime.settings.sqlite_path
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("ATTACH :saved AS saved", {"saved": self.saved})
            connection.execute("BEGIN IMMEDIATE")
            tables = "SELECT name FROM saved.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            for (table,) in connection.execute(tables).fetchall():
                connection.execute(f"DELETE FROM main.{table}")
                connection.execute(f"INSERT INTO main.{table} SELECT * FROM saved.{table}")
            connection.execute("COMMIT")

    def report(self) -> str:
        """How far the walks went."""
        missing = "; ".join(" ".join(edge) for edge in sorted(EDGES - set(self.taken)))
        return (
            f"{self.walks} walks, {self.requests} requests, {self.deaths} deaths before the commit,"
            f" {self.taken.total()} transitions: {len(self.taken)} of {len(EDGES)}; missing: {missing or 'none'}"
        )

    def browser(self) -> Walk:
        return Walk(self.app.test_client())

    def mails(self) -> list[dict[str, Any]]:
        """What was written to mailboxes since the last call."""
        found: list[dict[str, Any]] = []

        def drain() -> None:
            with self.app.app_context():
                while outbox.drain({"mail": found.append, "access_cut": lambda _payload: None}):
                    pass

        contextvars.Context().run(drain)
        return found

    def snapshot(self) -> list[Any]:
        """All that a crash must leave alone."""
        tables = ("account", "identifier", "membership", "session", "outbox", "known_address")
        rows = [self.runtime.sql.all(f"SELECT * FROM {table} ORDER BY 1", {}) for table in tables]
        rows.append(self.runtime.sql.all("SELECT id, state, account_id FROM legacy_member ORDER BY 1", {}))
        return [*rows, self.runtime.sql.all("SELECT * FROM identifier_change ORDER BY id", {})]

    def change_row(self, member: Member) -> tuple[Any, ...] | None:
        """The newest change of a member, as it is stored."""
        return self.runtime.sql.one(  # type: ignore[no-any-return]
            "SELECT identifier_change.id, identifier_change.state, address, identifier_change.account_id"
            " FROM identifier_change JOIN legacy_member ON legacy_member.id = member_id"
            " WHERE member_ref = :ref ORDER BY identifier_change.rowid DESC LIMIT 1",
            {"ref": member.ref},
        )


def now() -> int:
    return clock.now()
