"""The last step of a change, alone or two at once, done to the provider and to the model."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from legacy_bridge.change_model import Account, Ticket, now
from legacy_bridge.change_stage import MEMBERS, Stage
from legacy_bridge.walking import REVIEW, Walk, field_of
from werkzeug.test import TestResponse


class Ending(Stage):
    """Who wins the address, and what is left to the other."""

    def finishes(self, browser: int, crash: str | None = None) -> None:
        walk = self.browsers[browser]
        page = walk.get(REVIEW)
        version = field_of(page, "version") if page.status_code == 200 and 'name="version"' in page.text else "-1"
        ticket = self.way(browser)
        if ticket and now() - ticket.seen >= 10:
            ticket.seen = now()
        ticket, answer, verbs = self.on_the_way(browser, lambda: walk.post(REVIEW, version=version), crash)
        if ticket is None:
            return
        if self.world.crashed:
            return
        assert bool(verbs) == (ticket.change.state == "review")
        if verbs:
            self._ends(browser, ticket, verbs)
            assert answer.status_code == (303 if ticket.change.state == "done" else 409)

    def _ends(self, browser: int, ticket: Ticket, verbs: list[str]) -> None:
        """The last step came to its end, or lost its address: which, the model knows."""
        change, address = ticket.change, ticket.change.address
        holder = self.holder_of(address)
        if change.target is not None or change.proved_at is not None:
            account = self.accounts.get(change.target or b"")
            fits = account is not None and (account.standing, account.member) == ("open", None)
            wins = fits and account is not None and account.epoch == change.epoch and holder == change.target
        else:
            wins = holder is None
        assert verbs[-1] == ("complete" if wins else "lose_address"), verbs
        if wins:
            self._is_done(browser, ticket)
        elif holder is None or self.accounts[holder].member:
            change.drop()
            self.moved(ticket.member)
        else:
            change.forget()
            change.target, change.link, change.default, change.mailbox = holder, None, False, False
            self.moved(ticket.member)

    def _is_done(self, browser: int, ticket: Ticket) -> None:
        change, member = ticket.change, ticket.member
        row = self.world.change_row(next(each for each in MEMBERS if each.ref == member))
        assert row
        account_id = row[3]
        if change.target is not None:
            # The account is the one it was: so is every `sub`.
            assert account_id == change.target
            account = self.accounts[account_id]
            account.epoch += 1
            account.password = change.password or account.password
            account.due = False
        else:
            assert account_id not in self.accounts
            assert change.address
            assert change.password
            account = self.accounts[account_id] = Account(change.address, change.password)
        account.member = member
        change.state, change.link = "done", None
        self.done[member] = account_id
        ticket.consumed = True
        self.sessions[browser] = account_id
        self.read_mail()

    def both_finish(self, first: int, second: int) -> None:
        """At the same moment: two browsers, or two tabs of one."""
        ways = [self.way(first), self.way(second)]
        walks = [self.browsers[first], self.browsers[second] if first != second else self._tab_of(first)]
        if None in ways or any(way.change.state != "review" for way in ways if way):
            return
        forms = [(walk, walk.forgery_token(), field_of(walk.get(REVIEW), "version")) for walk in walks]
        for way in ways:
            if way and now() - way.seen >= 10:
                way.seen = now()
        barrier = Barrier(2)

        def press(form: tuple[Walk, str, str]) -> TestResponse:
            barrier.wait()
            try:
                return form[0].post(REVIEW, token=form[1], version=form[2])
            finally:
                self.world.runtime.sql.close()

        def race() -> TestResponse:
            with ThreadPoolExecutor(2) as pool:
                return max(pool.map(press, forms), key=lambda answer: answer.status_code)

        _, verbs = self.act(race)
        # The one whose verbs came first was first.
        pressed = {way.change.id: (way, browser) for way, browser in zip(ways, (first, second), strict=True) if way}
        order = [pressed[change_id] for change_id in verbs]
        winners = [each for each in order if verbs[each[0].change.id][-1] == "complete"]
        for ticket, browser in [*winners, *(each for each in order if each not in winners)]:
            self._ends(browser, ticket, verbs[ticket.change.id])

    def _tab_of(self, browser: int) -> Walk:
        tab = self.world.browser()
        for name in ("mgen_connect", "mgen_connect_ticket"):
            cookie = self.browsers[browser].client.get_cookie(name)
            if cookie:
                tab.client.set_cookie(name, cookie.value)
        return tab
