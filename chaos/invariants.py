"""What must hold after every fault: the ledger against the database, the mailbox, the answers, the logs."""

import hashlib
import random
import re
from pathlib import Path
from typing import Any

import orjson

from chaos.actions import SESSION, World, sign_in
from chaos.browser import Browser
from chaos.contradictions import CONTRADICTIONS
from chaos.deployment import Deployment
from chaos.ledger import Fact, Refused, Stuck, Unknown
from chaos.mailbox import Message
from chaos.people import Person
from idp.core.crypto import Keyring

_TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
_WORD = re.compile(r"[\w@.-]{8,}")
_NOTICES = {"Votre mot de passe a été changé", "Votre identifiant a changé"}
_NOBODY = "personne@nulle-part.test"
_ASKED = 4


class Inspector:
    """Checks one deployment, again and again."""

    def __init__(self, deployment: Deployment, world: World, seed: int) -> None:
        self._deployment = deployment
        self._world = world
        self._ledger = world.ledger
        self._dice = random.Random(f"{seed}-inspector")
        self._read: dict[Path, int] = {}

    def check(self) -> None:
        """Everything, while nobody acts."""
        self._contradictions()
        self._accounts()
        self._consents()
        self._families()
        self._messages()
        try:
            self._answers()
        except (Unknown, Refused, Stuck) as error:
            self._ledger.check(False, lambda error=error: f"in the quiet: {type(error).__name__} {error}")
        self._logs()

    def _contradictions(self) -> None:
        for name, statement in CONTRADICTIONS.items():
            count = self._deployment.rows(statement)[0][0]
            self._ledger.check(count == 0, lambda count=count, name=name: f"{count} × {name}")

    def _accounts(self) -> None:
        """No acknowledged registration or change is lost."""
        rows = self._deployment.rows(
            "SELECT address FROM identifier WHERE status = 'active' AND (verified_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM membership m WHERE m.account_id = identifier.account_id))"
        )
        there = {address for (address,) in rows}
        self._settle("account", self._ledger.accounts, there)
        changed = {ref for (ref,) in self._deployment.rows("SELECT member_ref FROM membership")}
        self._settle("change of identifier", self._ledger.changes, changed)

    def _consents(self) -> None:
        rows = self._deployment.rows(
            "SELECT i.address, c.client_id FROM consent c JOIN identifier i ON i.account_id = c.account_id"
            " AND i.status = 'active'"
        )
        self._settle("consent", self._ledger.consents, {(address, client) for address, client in rows})

    def _settle(self, what: str, facts: dict[Any, Fact[bool]], there: set[Any]) -> None:
        for key, fact in list(facts.items()):
            found = key in there
            self._ledger.check(fact.settle(found), lambda found=found: f"{what}: {'there' if found else 'lost'}")

    def _families(self) -> None:
        """One living generation, the one that was acknowledged last; what was ended stays so."""
        rows = self._deployment.rows('SELECT z, generation, revoked_at FROM "authorization"')
        stored = {bytes(z): (generation, revoked) for z, generation, revoked in rows}
        for z, fact in list(self._ledger.generations.items()):
            generation, revoked = stored.get(z, (-1, None))
            good, possible = fact.settle(generation), sorted(fact.possible)
            self._ledger.check(good, lambda g=generation, p=possible: f"a refresh family is at {g}, not at {p}")
            if self._ledger.ended[z].sure:
                self._ledger.check(revoked is not None, lambda: "a refresh family that was ended lives")

    def _messages(self) -> None:
        """A link that came is stored, a link that is stored came or waits."""
        came = self._links_that_came()
        rows = self._deployment.rows("SELECT token_digest, address FROM mailbox_proof")
        stored = {bytes(digest) for digest, _ in rows}
        undone = came - stored
        self._ledger.check(not undone, lambda: f"{len(undone)} messages of what was undone")
        waiting, addressees = self._outbox()
        # A guided way that leads to nobody keeps a proof too, for an address that is none.
        due = {bytes(digest) for digest, address in rows if address != _NOBODY}
        missing = due - waiting - self._links_that_came()
        self._ledger.check(not missing, lambda: f"{len(missing)} messages were never sent")
        rows = self._deployment.rows(
            "SELECT address FROM recovery WHERE completed_at IS NOT NULL UNION"
            " SELECT l.contact_address FROM legacy_member l JOIN identifier i ON i.account_id = l.account_id"
            " WHERE l.state = 'changed' AND l.contact_canonical <> i.canonical"
        )
        for (address,) in rows:
            told = any(message.subject in _NOTICES for message in self._of(address))
            self._ledger.check(told or address in addressees, lambda: "somebody was not told of a change")

    def _of(self, address: str) -> list[Message]:
        return list(self._world.mailbox.messages.get(address, ()))

    def _links_that_came(self) -> set[bytes]:
        everything = list(self._world.mailbox.messages.values())
        return {_digest(token) for messages in everything for each in list(messages) for token in _tokens(each.text)}

    def _outbox(self) -> tuple[set[bytes], set[str]]:
        """The links, and the addresses, of the messages that wait."""
        keyring = Keyring.load(self._deployment.folder / "keyring.json")
        links: set[bytes] = set()
        addressees: set[str] = set()
        for identifier, sealed in self._deployment.rows("SELECT id, payload FROM outbox WHERE kind = 'mail'"):
            text = keyring.open("outbox", bytes(sealed), bytes(identifier)).decode()
            links |= {_digest(token) for token in _tokens(text)}
            addressees.add(orjson.loads(text)["to"])
        return links, addressees

    def _answers(self) -> None:
        """Ask the provider itself, about some: what was ended is refused, who has a password gets in."""
        for token in self._some(self._ledger.revoked):
            self._ledger.check(not self._world.own.opens(token), lambda: "a revoked token opens UserInfo")
        for cookie in self._some(self._ledger.left):
            browser = Browser(self._world.front)
            browser.cookies[SESSION] = cookie
            self._ledger.check(
                browser.read("/compte/").at.startswith("/connexion/"), lambda: "a session lives after its sign-out"
            )
        there = [address for address, fact in list(self._ledger.accounts.items()) if fact.sure]
        for address in self._some(there):
            try:
                person = Person(address, Browser(self._world.front))
                sign_in(self._world, person, person.browser.read("/connexion/"))
            except Stuck as stuck:
                self._ledger.check(False, lambda stuck=stuck: f"an account does not open any more: {stuck}")

    def _some(self, everything: list[str]) -> list[str]:
        # The newest are those that a fault may have touched.
        return self._dice.sample(everything, min(_ASKED, len(everything))) + everything[-_ASKED:]

    def _logs(self) -> None:
        for path in self._deployment.logs():
            with path.open("rb") as log:
                log.seek(self._read.get(path, 0))
                text = log.read()
                self._read[path] = log.tell()
            told = self._ledger.secrets.intersection(_WORD.findall(text.decode("utf-8", "replace")))
            self._ledger.check(not told, lambda told=told: f"{len(told)} secrets or people in a log")


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(text))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
