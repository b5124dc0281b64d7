"""The demo as one starts it, and what tests ask of it from outside."""

import fcntl
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from browser.old_members import Member, invent, write_accounts, write_file

COMMAND = Path(sys.executable).with_name("mgen-connect")
_CODE = re.compile(r"^[0-9A-Z]{4}[- ]?[0-9A-Z]{4}$", re.MULTILINE)
SITES = ("member-area", "avantage", "forum")


@dataclass(frozen=True)
class Stores:
    """The URLs of a PostgreSQL database and of a Redis, and the folders in which they write."""

    database: str
    redis: str
    folders: tuple[Path, ...]


@dataclass(frozen=True)
class Mail:
    """A message that came: its one link of action, its code."""

    subject: str
    text: str
    link: str
    code: str


class Demo:
    """A demo in `folder`, with five ports from `port`."""

    def __init__(self, folder: Path, port: int, user: str = "", stores: Stores | None = None) -> None:
        self.folder = folder
        self.stores = stores
        self.port = port
        self.issuer = f"http://localhost:{port}"
        self.mailbox = f"http://localhost:{port + 4}"
        self.output = folder.parent / f"{folder.name}.out"
        self.input_file = folder.parent / f"{folder.name}-members-{user}.csv"
        self._user = user
        self.invented: list[Member] = []
        self._free: list[Member] = []
        self._read: set[str] = set()

    def start(self) -> None:
        """Start it, and come back when it says that it is ready."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [COMMAND, "demo", "--dir", self.folder, "--port", str(self.port), "--no-browser", *self._options()],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        deadline = time.monotonic() + 60
        while "Ctrl-C" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def _options(self) -> list[str]:
        return ["--database-url", self.stores.database, "--redis-url", self.stores.redis] if self.stores else []

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Stop it; its exit status."""
        self.process.send_signal(sign)
        return self.process.wait(20)

    def leave(self, process: int, *, stop: bool) -> None:
        """Have nothing more to do with the demo that this or another test process started; the last one stops it."""
        if stop:
            os.kill(process, signal.SIGTERM)
            deadline = time.monotonic() + 20
            while self.is_listening():
                assert time.monotonic() < deadline, self.is_listening()
                time.sleep(0.05)
        if hasattr(self, "process"):
            # Whoever stops it, Popen complains of a child that nobody has waited for.
            self.process.returncode = 0

    def said(self) -> str:
        """What it has printed so far."""
        return self.output.read_text("utf-8")

    def site(self, key: str) -> str:
        """The address of a site."""
        return f"http://localhost:{self.port + 1 + SITES.index(key)}"

    def is_listening(self) -> list[int]:
        """Those of the five ports where somebody answers."""
        return [port for port in range(self.port, self.port + 5) if _answers(port)]

    def personas(self) -> dict[str, dict[str, str]]:
        """The people of `personas.json`, by key."""
        return {each["key"]: each for each in json.loads((self.folder / "personas.json").read_text("utf-8"))}

    def invent_members(self) -> None:
        """Have members that no other test process has met: fifty with a contact address, six without."""
        self._free = [invent(f"{self._user}-{number}") for number in range(50)]
        self._free += [invent(f"{self._user}-{number}", contact="") for number in range(50, 56)]
        self._import(self._free)

    def new_member(self, *, contact: bool = True) -> Member:
        """A member of the old file whom no other test has met."""
        found = next(each for each in self._free if bool(each.contact) == contact)
        self._free.remove(found)
        return found

    def new_couple(self) -> tuple[Member, Member]:
        """Two members with one contact address."""
        one = self.new_member()
        other = invent(f"{one.ref}-2", contact=one.contact)
        self._import([other])
        return one, other

    def member_without_password(self) -> Member:
        """A member whose activation was never finished (S10)."""
        return self._one_more(status="never_activated", password="")

    def blocked_member(self) -> Member:
        """A member whom the old portal had blocked (S8)."""
        return self._one_more(status="blocked")

    def _one_more(self, **differences: str) -> Member:
        member = replace(invent(f"{self._user}-{len(self.invented)}"), **differences)
        self._import([member])
        return member

    def new_account(self, address: str, password: str, *, validated: bool = True, blocked: bool = False) -> None:
        """An account of Avantage, as the old shop had it."""
        path = self.input_file.with_name(f"accounts-{self._user}-{random.getrandbits(64):x}.csv")
        write_accounts(path, address, password, validated=validated, blocked=blocked)
        self._hand_in("identities", path)

    def a_day_passes_since_the_change_to(self, address: str) -> None:
        """Make the identifier a day older: a demo's clock is the machine's."""
        older = "UPDATE identifier SET created_at = created_at - 86400 WHERE address = "
        if self.stores:
            with psycopg.connect(self.stores.database) as connection:
                connection.execute(older + "%s", (address,))
            return
        with closing(sqlite3.connect(self.folder / "mgen-connect.db", timeout=20)) as database, database:
            database.execute(older + "?", (address,))

    def next_letter(self, member: Member) -> str:
        """The code of the next letter to a member that no test has read; it is waited for."""
        letter = self.next_mail(member.ref)
        return letter.code.replace(" ", "")

    def _import(self, members: list[Member]) -> None:
        self.invented += members
        write_file(self.input_file, members)
        self._hand_in("legacy", self.input_file)

    def _hand_in(self, kind: str, path: Path) -> None:
        """Import a file when no other test process does: of two at once, one is refused."""
        with self.output.with_suffix(".import").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self.command(kind, "import", path)

    def command(self, *arguments: str | Path) -> str:
        """The output of a `mgen-connect` command on this demo's database."""
        environment = {**os.environ, "MGEN_CONNECT_CONFIG": str(self.folder / "provider.toml")}
        done = subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Every message sent to `address`, newest first."""
        with urllib.request.urlopen(f"{self.mailbox}/messages.json?to={quote(address)}") as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def next_mail(self, address: str) -> Mail:
        """The next message to `address` that no test has read; it is waited for."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            for each in reversed(self.mails(address)):
                if each["id"] not in self._read:
                    self._read.add(each["id"])
                    return _mail(each, self.issuer)
            time.sleep(0.1)
        raise AssertionError(f"no message came to {address}")


def _mail(each: dict[str, Any], issuer: str) -> Mail:
    links = [link for link in each["links"] if link.startswith(issuer)]
    code = _CODE.search(each["text"])
    return Mail(each["subject"], each["text"], links[0] if links else "", code[0] if code else "")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
