"""What people do in the change of identifier, done to the provider and to the model."""

from legacy_bridge.change_ending import Ending
from legacy_bridge.change_model import DAY, IDLE, LIFE, Account, Change, Ticket, now
from legacy_bridge.change_stage import OTHER, WEAK
from legacy_bridge.walking import (
    ANSWER,
    CAMILLE,
    LINKING,
    NEW_PASSWORD,
    RESUME,
    WAITING,
    Member,
)


class Walker(Ending):
    """Each verb of a person; what the provider then says is what the model expects."""

    def goes_on(self, browser: int, address: str, password: str = NEW_PASSWORD) -> None:
        """The step that waits."""
        ticket = self.way(browser)
        state = ticket.change.state if ticket else None
        if state == "address":
            self.gives(browser, address)
        elif state == "link":
            self.proves_account(browser)
        elif state == "password":
            self.chooses(browser, password)
        elif state == "waiting":
            self.follows(browser)
        elif state == "review":
            self.finishes(browser)

    def signs_in(self, browser: int, member: Member, right: bool = True, crash: str | None = None) -> None:
        former = self.tickets[browser]
        same = former.change.id if former else None
        walk = self.browsers[browser]
        answer, verbs = self.act(lambda: walk.signs_in(member, None if right else "faux-mdp-2009"), crash)
        if not right or answer.status_code != 303:
            assert not verbs
            return
        if member.ref in self.done:
            assert not verbs
            self.tickets[browser] = None
            return
        known = self.changes.get(member.ref)
        stale = known is not None and known.proved_at is not None and known.proved_at + LIFE <= now()
        expected = ["abandon"] if known and not self.is_open(known) else []
        expected += ["forget_secrets"] if known and not expected and (known.id != same or stale) else []
        assert verbs.get(known.id if known else b"", []) == expected
        if known is None or expected == ["abandon"]:
            row = self.world.change_row(member)
            assert row
            known = self.changes[member.ref] = Change(row[0], touched=now())
        elif expected:
            known.forget()
            self.moved(member.ref)
        self.tickets[browser] = Ticket(member.ref, known, now(), now())
        self.holders[known.id] = browser

    def gives(self, browser: int, address: str, crash: str | None = None) -> None:
        walk = self.browsers[browser]
        ticket, answer, verbs = self.on_the_way(browser, lambda: walk.gives(address, as_typed="yes"), crash)
        if ticket is None or answer.status_code != 303:
            assert not verbs
            return
        assert verbs == ["choose_address"]
        change, holder = ticket.change, self.holder_of(address)
        same = (change.address or "").lower() == address.lower()
        if holder is not None:
            change.mailbox = change.default = False
            change.link = None
            if change.target != holder:
                change.forget()
                change.target = holder
        else:
            if change.target is not None or change.proved_at is not None:
                change.forget()
                change.target = None
            if not same:
                change.link, change.mailbox = None, False
                if change.password == address.partition("@")[0]:
                    change.password = None
            change.default = address == CAMILLE.contact
        change.address = address
        self.moved(ticket.member)

    def chooses(self, browser: int, password: str = NEW_PASSWORD, crash: str | None = None) -> None:
        walk = self.browsers[browser]
        ticket, answer, verbs = self.on_the_way(browser, lambda: walk.chooses(password), crash)
        if ticket is None or "choose_password" not in verbs:
            assert not verbs
            return
        change = ticket.change
        assert verbs == ["choose_password"]
        assert change.target is None or change.state in ("password", "review")
        assert password != (change.address or "").partition("@")[0]
        assert answer.status_code == 303
        linked = self.accounts.get(change.target or b"")
        if linked is None or linked.password == WEAK:
            change.password = password
        change.due = False
        self.moved(ticket.member)

    def proves_account(self, browser: int, right: bool = True, crash: str | None = None) -> None:
        walk, ticket = self.browsers[browser], self.way(browser)
        account = self.accounts.get(ticket.change.target or b"") if ticket else None
        typed = account.password if account and right else "pas le bon du tout"
        ticket, _, verbs = self.on_the_way(browser, lambda: walk.post(LINKING, password=typed), crash)
        self.read_mail()
        if ticket is None or not verbs:
            return
        assert verbs == ["prove_account"]
        assert account
        assert right
        assert (account.standing, account.member) == ("open", None)
        self._account_is_proved(ticket, account, due=account.due)

    def _account_is_proved(self, ticket: Ticket, account: Account, *, due: bool) -> None:
        ticket.change.proved_at, ticket.change.epoch, ticket.change.due = now(), account.epoch, due
        self.moved(ticket.member)

    def forgets(self, browser: int, crash: str | None = None) -> None:
        walk = self.browsers[browser]
        _, _, verbs = self.on_the_way(browser, lambda: walk.post(LINKING, action="forgotten"), crash)
        assert not verbs
        self.read_mail()

    def resets_password(self, browser: int, newest: int = 1, crash: str | None = None) -> None:
        """By the link of a message, in any browser; and then the page that asks for no password there."""
        if len(self.resets) < newest:
            return
        address, link = self.resets[-newest]
        holder = self.holder_of(address)
        walk = self.browsers[browser]
        walk.post(link, secret_answer=ANSWER)
        before = self.world.runtime.sql.one("SELECT epoch, password FROM account WHERE id = :id", {"id": holder})
        self.act(lambda: walk.post(link, new_password=OTHER, confirm_password=OTHER), crash)
        after = self.world.runtime.sql.one("SELECT epoch, password FROM account WHERE id = :id", {"id": holder})
        self.read_mail()
        if holder is None or after == before:
            return
        account = self.accounts[holder]
        if account.standing == "unvalidated":
            account.due = True
        else:
            account.due = account.due and account.password != WEAK
        account.password, account.epoch, account.standing = OTHER, after[0], "open"
        here = self.way(browser)
        ticket, _, verbs = self.on_the_way(browser, lambda: walk.post(LINKING, action="fresh"))
        if verbs:
            assert verbs == ["prove_account"]
            assert ticket is here
            assert ticket
            assert ticket.change.target == holder
            self._account_is_proved(ticket, account, due=account.due)

    def asks_again(self, browser: int, crash: str | None = None) -> None:
        walk = self.browsers[browser]
        ticket, _, verbs = self.on_the_way(browser, lambda: walk.post(WAITING, action="resend"), crash)
        if ticket and verbs:
            assert verbs == ["send_again"]
            self.moved(ticket.member)

    def follows(self, browser: int, newest: int = 1, crash: str | None = None) -> None:
        """The link of a message, in whichever browser."""
        if len(self.links) < newest:
            return
        member, link = self.links[-newest]
        change, ticket = self.changes[member], self.way(browser)
        live = change.link == link and now() < change.sent_at + DAY and self.is_open(change)
        expected = live and change.state in ("password", "waiting")
        _, verbs = self.act(lambda: self.browsers[browser].post(link), crash)
        took = verbs.get(change.id, [])
        if self.world.crashed or took == ["send_again"]:
            self.moved(member) if took else None
            return
        assert (took[:1] == ["prove_mailbox"]) == expected, (took, expected, change)
        if not expected:
            assert not verbs
            return
        ends = ticket is not None and ticket.change is change and change.state == "waiting"
        assert len(took) == (1 if not ends else len(took))
        if ends and ticket:
            self._ends(browser, ticket, took)
        if change.state != "done" and took[-1] == "prove_mailbox":
            change.mailbox, change.link = True, None
            self.moved(member)

    def refuses(self, browser: int, newest: int = 1, crash: str | None = None) -> None:
        if len(self.links) < newest:
            return
        member, link = self.links[-newest]
        _, verbs = self.act(lambda: self.browsers[browser].post(link + "arreter/"), crash)
        if verbs:
            assert verbs == {self.changes[member].id: ["refuse_address"]}
            self.changes[member].drop()
            self.moved(member)

    def takes_back(self, browser: int) -> None:
        """ "Reprendre ici": a living ticket is enough."""
        ticket = self.tickets[browser]
        _, verbs = self.act(lambda: self.browsers[browser].post(RESUME, action="resume"))
        assert not verbs
        alive = ticket and not ticket.consumed and now() < min(ticket.seen + IDLE, ticket.created + LIFE)
        if ticket and alive and self.is_open(ticket.change):
            self.holders[ticket.change.id] = browser

    def continues_elsewhere(self, browser: int, newest: int = 1, password: str = NEW_PASSWORD) -> None:
        """The first tab is gone: proved mailbox and new password."""
        if len(self.links) < newest:
            return
        member, link = self.links[-newest]
        change = self.changes[member]
        answer, verbs = self.act(lambda: self.browsers[browser].post(link + "continuer/", password=password))
        assert not verbs
        if answer.status_code == 303 and "mgen_connect_ticket" in str(answer.headers.getlist("Set-Cookie")):
            assert change.password == password
            self.tickets[browser] = Ticket(member, change, now(), now())
            self.holders[change.id] = browser
