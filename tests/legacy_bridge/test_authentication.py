"""The NIR door's sign-in: who gets in, what everybody else is told, and when nothing is compared any more."""

import dataclasses
import itertools
import json
import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from idp.accounts.creation import create_account
from idp.accounts.credentials import descriptor_of, hash_password
from idp.accounts.foreign_hashes import Descriptor
from idp.core.db import db
from idp.core.runtime import Runtime
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge.authentication import NirSignedIn, authenticate
from idp.legacy_bridge.directory import contact_proposal, masked_name
from idp.legacy_bridge.dummy import stored_password
from idp.legacy_bridge.errors import AccountBlocked, AlreadyChanged, BridgeClosed, NirRefused
from idp.legacy_bridge.models import LegacyMember
from idp.legacy_bridge.nir import NirError
from idp.settings import Settings
from tests.importing import Sample, import_file, make_sample

HOME = "192.0.2.1"
UNKNOWN = "255089612345604"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 300)


class People:
    """Members of the sample by what is particular about them."""

    def __init__(self, sample: Sample, runtime: Runtime) -> None:
        self._secrets = sample.good_members()
        self._runtime = runtime

    def one(self, status: str = "active", *, password: bool = True, encoding: str = "utf-8") -> dict[str, str]:
        return next(
            {"ref": ref, **row}
            for ref, row in self._secrets.items()
            if row["status"] == status and bool(row["password"]) == password and row["encoding"] == encoding
        )

    def row(self, person: dict[str, str]) -> LegacyMember:
        found = self._runtime.sql.one("SELECT id FROM legacy_member WHERE member_ref = :r", {"r": person["ref"]})
        assert found
        return db.session.get_one(LegacyMember, found[0])

    def change(self, person: dict[str, str], password: str) -> None:
        """What the end of the change leaves: an account, and a tombstone."""
        sql = self._runtime.sql
        with sql.together():
            account = create_account("moi@courriel.example", hash_password(password), origin="x", locale="fr")
            sql.run(
                "UPDATE legacy_member SET state = 'changed', account_id = :account WHERE member_ref = :ref",
                {"account": account.id, "ref": person["ref"]},
            )


@pytest.fixture
def people(settings: Settings, sample: Sample, runtime: Runtime) -> People:
    import_file(settings, "legacy", sample.members)
    return People(sample, runtime)


def test_the_old_password_signs_in_with_either_writing_of_the_number(people: People) -> None:
    person = people.one()
    for typed in (person["nir13"], person["nir15"], f" {person['nir13'][0]} {person['nir13'][1:]} "):
        signed_in = authenticate(typed, person["password"], source=HOME)
        assert isinstance(signed_in, NirSignedIn)
        assert signed_in.member_ref == person["ref"]
        assert signed_in.member_id == people.row(person).id


def test_accents_hashed_by_an_old_portal_sign_in(people: People) -> None:
    person = people.one(encoding="latin-1")
    assert not person["password"].isascii()
    authenticate(person["nir15"], person["password"], source=HOME)


@pytest.mark.parametrize(
    ("status", "password"), [("active", True), ("never_activated", False), ("reset_pending", False)]
)
def test_whoever_is_refused_is_told_the_same(people: People, status: str, password: bool) -> None:
    person = people.one(status, password=password)
    for nir in (person["nir15"], UNKNOWN):
        for typed in ("faux", "un mot de passe assez long", "été", "", "\ud800"):
            with pytest.raises(NirRefused) as caught:
                authenticate(nir, typed, source=HOME)
            assert caught.value.args == ()


def test_a_pending_reset_with_a_hash_still_opens(people: People) -> None:
    person = people.one("reset_pending")
    authenticate(person["nir15"], person["password"], source=HOME)


def test_a_blocked_account_is_told_to_its_password_alone(people: People) -> None:
    person = people.one("blocked")
    with pytest.raises(NirRefused):
        authenticate(person["nir15"], "faux", source=HOME)
    with pytest.raises(AccountBlocked) as caught:
        authenticate(person["nir15"], person["password"], source=HOME)
    assert caught.value.member_id == people.row(person).id


def test_after_the_change_the_old_password_and_the_new_one_are_told_so(people: People) -> None:
    person = people.one()
    people.change(person, "le mot de passe choisi")
    for password in (person["password"], "le mot de passe choisi"):
        with pytest.raises(AlreadyChanged):
            authenticate(person["nir15"], password, source=HOME)
    for password in ("faux", "un autre mot de passe"):
        with pytest.raises(NirRefused):
            authenticate(person["nir15"], password, source=HOME)


def test_the_new_password_of_an_account_opens_no_other_number(people: People) -> None:
    people.change(people.one(), "le mot de passe choisi")
    for nir in (people.one("blocked")["nir15"], UNKNOWN):
        with pytest.raises(NirRefused):
            authenticate(nir, "le mot de passe choisi", source=HOME)


@pytest.mark.parametrize("typed", ["", "nc", "255089612345", UNKNOWN[:13] + "00", "9" * 15, "1" * 65])
def test_what_is_no_number_is_said_and_neither_looked_up_nor_counted(
    people: People, runtime: Runtime, typed: str
) -> None:
    with pytest.raises(NirError):
        authenticate(typed, "soleil75", source=HOME)
    assert runtime.sql.all("SELECT 1 FROM password_attempts", {}) == []
    assert runtime.sql.all("SELECT 1 FROM throttle_window", {}) == []


@pytest.mark.parametrize("known", [True, False])
def test_after_five_failures_nothing_is_compared_known_or_not(people: People, known: bool) -> None:
    person = people.one()
    nir = person["nir15"] if known else UNKNOWN
    with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            with pytest.raises(NirRefused):
                authenticate(nir, "faux", source=HOME)
        with pytest.raises(TooManyAttempts) as caught:
            authenticate(nir, person["password"], source="198.51.100.9")
        assert caught.value.until == int(time.time()) + 60
        clock.shift(timedelta(seconds=60))
        with pytest.raises(NirRefused):
            authenticate(nir, "faux", source=HOME)


def test_a_right_password_forgets_the_failures(people: People) -> None:
    person = people.one()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NirRefused):
                authenticate(person["nir15"], "faux", source=HOME)
        authenticate(person["nir15"], person["password"], source=HOME)


def test_the_same_old_password_never_closes_the_door_to_itself_after_the_change(people: People) -> None:
    person = people.one()
    people.change(person, "le mot de passe choisi")
    for _ in range(30):
        with pytest.raises(AlreadyChanged):
            authenticate(person["nir15"], person["password"], source=HOME)


def test_the_301st_attempt_from_one_network_is_not_compared(people: People, sample: Sample) -> None:
    numbers = [row["nir15"] for row in sample.good_members().values()]
    for nir in itertools.islice(itertools.cycle(numbers), 300):
        with pytest.raises(NirRefused):
            authenticate(nir, "azerty-azerty", source=HOME)
    person = people.one()
    with pytest.raises(TooManyAttempts):
        authenticate(person["nir15"], person["password"], source=HOME)
    authenticate(person["nir15"], person["password"], source="198.51.100.9")


def test_after_the_last_day_nothing_is_compared(people: People) -> None:
    person = people.one()
    last = datetime.now(UTC) + timedelta(days=547)
    with time_machine.travel(last - timedelta(days=2)):
        authenticate(person["nir15"], person["password"], source=HOME)
    with time_machine.travel(last + timedelta(days=4)), pytest.raises(BridgeClosed):
        authenticate(person["nir15"], person["password"], source=HOME)


@pytest.mark.embedded
def test_the_audit_names_the_member_where_known_and_never_the_number(people: People, runtime: Runtime) -> None:
    person = people.one()
    for nir, password in ((person["nir15"], "faux"), (UNKNOWN, "faux")):
        with pytest.raises(NirRefused):
            authenticate(nir, password, source=HOME)
    authenticate(person["nir15"], person["password"], source=HOME)
    lines = runtime.sql.all(
        "SELECT event, member_ref, source, detail FROM audit WHERE event LIKE 'sign_in%' ORDER BY rowid", {}
    )
    assert [line[:3] for line in lines] == [
        ("sign_in_refused", person["ref"], HOME),
        ("sign_in_refused", None, HOME),
        ("sign_in", person["ref"], HOME),
    ]
    assert all(json.loads(detail) == {"way": "nir"} for *_, detail in lines)


def test_an_unknown_number_is_compared_in_the_formats_of_the_members(people: People, runtime: Runtime) -> None:
    counts = dict(runtime.sql.all("SELECT descriptor, count FROM legacy_format", {}))
    drawn = Counter(
        str(dataclasses.replace(Descriptor.parse(descriptor_of(stored_password(os.urandom(32))) or ""), salt=b""))
        for _ in range(2_000)
    )
    assert set(drawn) <= set(counts)
    assert abs(drawn["ssha::"] / 2_000 - counts["ssha::"] / sum(counts.values())) < 0.06
    digest = os.urandom(32)
    assert len({descriptor_of(stored_password(digest)) for _ in range(20)}) == 1


@pytest.mark.parametrize(
    "form",
    ["bcrypt:4:", "des-crypt::", "drupal7:7:", "md5-crypt::", "phpass:7:", "sha512-crypt:1000:", "ssha::", "md5::"],
)
def test_what_stands_in_for_an_unknown_number_can_be_computed(people: People, runtime: Runtime, form: str) -> None:
    runtime.sql.run("DELETE FROM legacy_format", {})
    runtime.sql.run("INSERT INTO legacy_format (descriptor, count) VALUES (:form, 1)", {"form": form})
    with pytest.raises(NirRefused):
        authenticate(UNKNOWN, "faux", source=HOME)


def test_the_contact_address_is_proposed_until_it_identifies_an_espace(people: People, runtime: Runtime) -> None:
    shared = runtime.sql.all(
        "SELECT id FROM legacy_member WHERE contact_canonical IN (SELECT contact_canonical FROM legacy_member"
        " GROUP BY contact_canonical HAVING count(*) = 2) ORDER BY contact_canonical LIMIT 2",
        {},
    )
    first, second = (db.session.get_one(LegacyMember, row[0]) for row in shared)
    assert contact_proposal(first)
    assert contact_proposal(second)
    with runtime.sql.together():
        account = create_account(first.contact_address or "", None, origin="forum", locale="fr")
    assert contact_proposal(second) == second.contact_address
    runtime.sql.run(
        "INSERT INTO membership (account_id, member_ref, attached_at) VALUES (:id, :ref, 0)",
        {"id": account.id, "ref": first.member_ref},
    )
    assert contact_proposal(second) is None


def test_the_masked_name_tells_the_first_name_and_an_initial(people: People) -> None:
    name = masked_name(people.row(people.one()))
    assert name.endswith(".")
    assert len(name.rpartition(" ")[2]) == 2
