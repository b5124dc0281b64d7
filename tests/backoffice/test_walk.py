"""Members with every kind of trouble: the funnel shows what they did, and the record holds nothing it must not."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from idp import jobs
from idp.backoffice.funnel import look
from idp.core import audit_check, clock
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.backoffice.stories import STORIES
from tests.backoffice.walk import Relay, World, compare, walk
from tests.backoffice.working import HOME, Colleague
from tests.importing import Sample, make_sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """An old file, and the accounts of the sites."""
    return make_sample(tmp_path_factory.mktemp("sample"), 1_000)


@pytest.fixture
def relay() -> Iterator[Relay]:
    """Where the messages go."""
    started = Relay()
    yield started
    started.end()


@pytest.fixture
def clock_file(tmp_path: Path) -> Iterator[Path]:
    """The clock of the deployment."""
    path = tmp_path / "clock"
    clock.step(path, 0)
    yield path
    clock.follow(None)


@pytest.fixture
def settings(make_settings: Callable[..., Settings], relay: Relay, clock_file: Path, sample: Sample) -> Settings:
    """Those of the walk."""
    key = clock_file.with_name("site.key")
    key.write_text(sample.secrets["site_key"])
    return make_settings(
        mail_url=f"smtp://127.0.0.1:{relay.port}", clock_offset_file=clock_file, site_key_file=key
    )  # fmt: skip


@pytest.fixture
def walks(app: Flask, relay: Relay, clock_file: Path, sample: Sample) -> Callable[[int], World]:
    """Let so many members come, over four weeks."""
    return lambda people: walk(app, relay, clock_file, sample.folder, people)


def test_the_funnel_shows_what_forty_members_did(walks: Callable[[int], World], ana: Colleague) -> None:
    """By step and by cause, whoever is under way or has given up, and what bounced; spread over several days."""
    world = walks(40)
    assert compare(world) == {}
    for name in ("number", "started", "proved", "changed", "refused", "blocked", "guided", "letter", "bounced"):
        assert world.told[name], name
    assert sum(1 for day in look().days if day.counts["started"]) > 5
    text = ana.reads(HOME)
    assert f"Changements terminés : {world.told['changed']}" in text
    assert "la messagerie refuse l’adresse" in text
    cut_off = [each for each in world.people if each.is_cut_off and not each.has_lapsed()]
    for person in cut_off:
        assert "la messagerie refuse l’adresse" in ana.reads(ana.finds(person.member.ref))


def test_the_record_of_all_they_did_is_whole_and_holds_no_secret(
    walks: Callable[[int], World], app: Flask, runtime: Runtime, clock_file: Path
) -> None:
    """No number, no address, no password, no name, no link: docs/rules.md §3 row 16."""
    world = walks(len(STORIES))
    # What was written before they came is of today.
    clock.step(clock_file, 10)
    jobs.seal(app)
    report = audit_check.verify()
    assert (report.faults, report.waiting) == ([], 0)
    assert report.lines > 100
    said = b"\n".join(audit_check.export()).decode()
    for person in world.people:
        old = person.member
        for secret in (old.nir, old.nir[:13], old.contact, person.fresh, old.password, person.old.birth_date):
            assert not secret or len(secret) < 6 or secret not in said, secret
    assert not re.search(r"@|argon2|/lien/", said)
    assert not NIR_IN_TEXT.search(said)
