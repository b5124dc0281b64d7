"""The change of identifier walked at random and by plan, beside a model (docs/rules.md §3 rows 13 to 15)."""

import time

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from legacy_bridge.change_model import DAY, EDGES, PARKED, World
from legacy_bridge.change_stage import CHOSEN, FREE, KNOWN, MEMBERS
from legacy_bridge.change_walker import Walker
from legacy_bridge.walking import CAMILLE, SACHA, import_members

# Above two: a browser that stands at the right page, where there is one.
BROWSERS = st.integers(0, 11)
CRASHES = st.sampled_from([None] * 9 + ["audit", "outbox", "commit"])
ADDRESSES = st.sampled_from([CAMILLE.contact] * 3 + [*FREE] * 3 + [*KNOWN])
NEWEST = st.sampled_from([1, 1, 1, 2, 3])
RIGHT = st.sampled_from([True] * 5 + [False])


def at(*states):
    """Only where a browser stands there; now and then another one tries it all the same."""
    return precondition(lambda self: self.walker.stands_at(*states))


def with_some(name):
    """Only once there is such a thing."""
    return precondition(lambda self: getattr(self.walker, name))


class ChangeMachine(RuleBasedStateMachine):
    """What may come in any order."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.walker = Walker(self.world)

    @rule(browser=BROWSERS, member=st.sampled_from(MEMBERS), right=RIGHT, crash=CRASHES)
    def signs_in(self, browser, member, right, crash):
        self.walker.signs_in(browser % 3, member, right, crash)

    @at()
    @rule(browser=BROWSERS, address=ADDRESSES, crash=CRASHES)
    def gives(self, browser, address, crash):
        self.walker.gives(self.walker.pick(browser), address, crash)

    @at()
    @rule(browser=BROWSERS, address=ADDRESSES, password=st.sampled_from(CHOSEN))
    def goes_on(self, browser, address, password):
        self.walker.goes_on(self.walker.pick(browser), address, password)

    @at()
    @rule(browser=BROWSERS, address=ADDRESSES, password=st.sampled_from(CHOSEN))
    def goes_further(self, browser, address, password):
        for _ in range(2):
            self.walker.goes_on(self.walker.pick(browser), address, password)

    @at("password", "waiting", "review")
    @rule(browser=BROWSERS, password=st.sampled_from(CHOSEN), crash=CRASHES)
    def chooses(self, browser, password, crash):
        self.walker.chooses(self.walker.pick(browser, "password", "waiting", "review"), password, crash)

    @at("link")
    @rule(browser=BROWSERS, right=RIGHT, crash=CRASHES)
    def proves_account(self, browser, right, crash):
        self.walker.proves_account(self.walker.pick(browser, "link"), right, crash)

    @at("link")
    @rule(browser=BROWSERS, crash=CRASHES)
    def forgets(self, browser, crash):
        self.walker.forgets(self.walker.pick(browser, "link"), crash)

    @with_some("resets")
    @rule(browser=BROWSERS, newest=NEWEST, crash=CRASHES)
    def resets_password(self, browser, newest, crash):
        self.walker.resets_password(self.walker.pick(browser, "link"), newest, crash)

    @at("review")
    @rule(browser=BROWSERS, crash=CRASHES)
    def finishes(self, browser, crash):
        self.walker.finishes(self.walker.pick(browser, "review"), crash)

    @at("review")
    @rule(first=BROWSERS, second=BROWSERS)
    def both_finish(self, first, second):
        self.walker.both_finish(self.walker.pick(first, "review"), self.walker.pick(second, "review"))

    @at("waiting")
    @rule(browser=BROWSERS, crash=CRASHES)
    def asks_again(self, browser, crash):
        self.walker.asks_again(self.walker.pick(browser, "waiting"), crash)

    @with_some("links")
    @rule(browser=BROWSERS, newest=NEWEST, crash=CRASHES)
    def follows(self, browser, newest, crash):
        self.walker.follows(self.walker.pick(browser, "waiting"), newest, crash)

    @with_some("links")
    @rule(browser=BROWSERS, newest=NEWEST, crash=CRASHES)
    def refuses(self, browser, newest, crash):
        self.walker.refuses(browser % 3, newest, crash)

    @with_some("changes")
    @rule(browser=BROWSERS)
    def takes_back(self, browser):
        self.walker.takes_back(browser % 3)

    @with_some("links")
    @rule(browser=BROWSERS, newest=NEWEST, password=st.sampled_from([*CHOSEN, "pas le bon du tout"]))
    def continues_elsewhere(self, browser, newest, password):
        self.walker.continues_elsewhere(browser % 3, newest, password)

    @with_some("changes")
    @rule(seconds=st.sampled_from([61] * 4 + [1_000, 1_000, 1_801, 7_201, DAY + 1, PARKED + 1]))
    def waits(self, seconds):
        self.walker.waits(seconds)

    @with_some("changes")
    @rule(address=st.sampled_from([*FREE, CAMILLE.contact]))
    def somebody_registers(self, address):
        self.walker.somebody_registers(address)

    @with_some("changes")
    @rule(address=st.sampled_from([*KNOWN, *FREE]), erased=st.booleans())
    def an_account_moves(self, address, erased):
        if erased:
            self.walker.an_account_goes(address)
        else:
            self.walker.an_account_moves(address)

    @invariant()
    def everything_holds(self):
        if hasattr(self, "walker"):
            self.walker.check()

    def teardown(self):
        if hasattr(self, "walker"):
            self.walker.passwords_are_kept()


@pytest.fixture
def world(app, runtime, tmp_path, monkeypatch):
    """The provider with the old file of two members, on a clock that stands still."""
    import_members(tmp_path, MEMBERS)
    saved = tmp_path / "saved.db"
    runtime.sql.run("VACUUM INTO :path", {"path": str(saved)})
    began = time.time()
    with time_machine.travel(began, tick=False) as travel:
        world = World(app, runtime, str(saved), travel, began)
        world.install(monkeypatch)
        yield world


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_random_walks_agree_with_the_model(world):
    """One address one Espace, nobody half changed, no session before the end, nothing lost: after each step of each."""
    machine = type("Machine", (ChangeMachine,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50, stateful_step_count=50, deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    print(world.report())
    assert len(world.taken) > len(EDGES) // 2


CONTACT, (NEW, ANOTHER) = CAMILLE.contact, FREE
# Browser 0 brings the change of Camille there.
REACHED = {
    "address": [],
    "link": [("gives", 0, "open@forum.test")],
    "password": [("gives", 0, CONTACT)],
    "due": [("gives", 0, "weak@forum.test"), ("proves_account", 0)],
    "waiting": [("gives", 0, NEW), ("chooses", 0)],
    "review": [("gives", 0, CONTACT), ("chooses", 0)],
    "linked": [("gives", 0, "open@forum.test"), ("proves_account", 0)],
}
# Each of these dies first, just before its commit, and is done again.
DEADLY = ("signs_in", "gives", "chooses", "proves_account", "finishes", "follows", "refuses")
ELSEWHERE = ("signs_in", 1, CAMILLE)
GUIDED = [
    *[(state, [("waits", PARKED + 1), ELSEWHERE]) for state in REACHED],
    *[(state, [ELSEWHERE]) for state in REACHED],
    *[(state, [("gives", 0, address)]) for state in REACHED for address in (CONTACT, NEW, "open@forum.test")],
    ("linked", [("finishes", 0)]),
    ("due", [("chooses", 0), ("chooses", 0), ("finishes", 0)]),
    ("review", [("chooses", 0), ("both_finish", 0, 0)]),
    ("waiting", [("chooses", 0), ("waits", 61), ("asks_again", 0), ("gives", 0, ANOTHER), ("follows", 0)]),
    ("password", [("gives", 0, ANOTHER), ("chooses", 0, "neuve.adresse"), ("gives", 0, NEW)]),
    ("waiting", [("follows", 2), ("finishes", 0)]),
    ("waiting", [ELSEWHERE, ("follows", 2)]),
    ("waiting", [("refuses", 2)]),
    ("waiting", [ELSEWHERE, ("refuses", 2)]),
    ("waiting", [("somebody_registers", NEW), ("gives", 0, NEW), ("refuses", 2)]),
    ("waiting", [("somebody_registers", NEW), ("follows", 0)]),
    ("review", [("somebody_registers", CONTACT), ("finishes", 0)]),
    ("linked", [("an_account_moves", "open@forum.test"), ("finishes", 0)]),
    ("linked", [("an_account_goes", "open@forum.test"), ("finishes", 0)]),
    ("link", [("an_account_goes", "open@forum.test"), ELSEWHERE]),
    ("waiting", [("signs_in", 1, SACHA), ("gives", 1, NEW), ("chooses", 1), ("follows", 1), ("follows", 0, 2)]),
    ("review", [("signs_in", 1, SACHA), ("gives", 1, CONTACT), ("chooses", 1), ("both_finish", 0, 1)]),
    ("linked", [("signs_in", 1, SACHA), ("goes_on", 1, "open@forum.test"), ("goes_on", 1, ""), ("both_finish", 0, 1)]),
    ("address", [("gives", 0, "blocked@forum.test"), ("forgets", 0), ("resets_password", 0), ("finishes", 0)]),
    (
        "address",
        [("gives", 0, "unvalidated@forum.test"), ("forgets", 0), ("resets_password", 1), ("proves_account", 0)],
    ),
]


@pytest.mark.embedded
@pytest.mark.timeout(600)
def test_guided_walks_take_every_transition_of_the_table(world):
    """The table promises nothing that cannot come, and each transition does what the model says."""
    for state, script in GUIDED:
        walker = Walker(world)
        for verb, *values in [("signs_in", 0, CAMILLE), *REACHED[state], *script]:
            if verb in DEADLY:
                getattr(walker, verb)(*values, crash="commit")
                walker.check()
            getattr(walker, verb)(*values)
            walker.check()
        walker.passwords_are_kept()
    print(world.report())
    assert set(world.taken) == EDGES
