"""`mgen-connect legacy rotate-pepper`: every digest under another pepper, without a number, while people sign in."""

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from legacy_bridge.walking import CAMILLE, DOMINIQUE, import_members, many

from idp.core.crypto import Keyring
from idp.core.db import db
from idp.core.runtime import Runtime
from idp.legacy_bridge import authentication, directory, pepper_rotation, peppers
from idp.legacy_bridge.nir import Nir
from idp.settings import Settings
from tests.importing import (
    Sample,
    import_file,
    make_sample,
    plain_rows,
    read_rows,
    run_command,
    select,
    signs_in,
    start_command,
    stored,
    write_rows,
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 3_000)


def rotate(settings: Settings, *options: str) -> dict[str, Any]:
    status, out, err = run_command(settings, "legacy", "rotate-pepper", "--json", *options)
    assert status == 0, err
    report: dict[str, Any] = json.loads(out)
    return report


def forms_of(settings: Settings) -> dict[str, int]:
    return dict(select(settings, "SELECT pepper, count(*) FROM legacy_member GROUP BY pepper"))


def tried(runtime: Runtime) -> list[str]:
    return [form for (form,) in runtime.sql.all("SELECT form FROM digest_form ORDER BY form", {})]


def test_every_row_gets_the_new_pepper_and_everybody_still_signs_in(
    settings: Settings, sample: Sample, tmp_path: Path, runtime: Runtime
) -> None:
    rows = plain_rows(sample)
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    before = {row["nir_digest"] for row in stored(settings).values()}
    report = rotate(settings)
    assert (report["pepper"], report["rows"], report["forms"]) == ("k2", 10, {"k2(k1)": 10})
    assert not before & {row["nir_digest"] for row in stored(settings).values()}
    assert tried(runtime) == ["k2(k1)"]
    assert all(signs_in(sample, row["member_ref"]) for row in rows)


def test_a_row_met_at_sign_in_has_the_plain_new_form_and_look_ups_try_two(
    settings: Settings, members: None, runtime: Runtime
) -> None:
    rotate(settings)
    authentication.authenticate(CAMILLE.nir, CAMILLE.password, source="192.0.2.1")
    assert forms_of(settings) == {"k2": 1, "k2(k1)": 5}
    assert tried(runtime) == ["k2", "k2(k1)"]
    assert len(peppers.digests(Nir.parse(CAMILLE.nir))) == 2
    # Again, in either form.
    for member in (CAMILLE, DOMINIQUE):
        authentication.authenticate(member.nir, member.password, source="192.0.2.1")


def test_a_wrong_password_leaves_the_row_as_it_is(settings: Settings, members: None, runtime: Runtime) -> None:
    rotate(settings)
    before = forms_of(settings)
    with pytest.raises(authentication.NirRefused):
        authentication.authenticate(CAMILLE.nir, "un autre mot de passe", source="192.0.2.1")
    assert forms_of(settings) == before


def test_a_second_rotation_goes_over_every_form(settings: Settings, members: None, runtime: Runtime) -> None:
    rotate(settings)
    authentication.authenticate(CAMILLE.nir, CAMILLE.password, source="192.0.2.1")
    report = rotate(settings)
    assert (report["pepper"], report["rows"]) == ("k3", 6)
    assert report["forms"] == {"k3(k2(k1))": 5, "k3(k2)": 1}
    for member in (CAMILLE, DOMINIQUE):
        authentication.authenticate(member.nir, member.password, source="192.0.2.1")
    assert forms_of(settings) == {"k3": 2, "k3(k2(k1))": 4}


def test_a_dry_run_says_how_many_and_touches_nothing(settings: Settings, members: None) -> None:
    before, keyring = stored(settings), settings.secret_key_file.read_bytes()
    report = rotate(settings, "--dry-run")
    assert (report["rows"], report["pepper"]) == (6, "k1")
    assert stored(settings) == before
    assert settings.secret_key_file.read_bytes() == keyring


def test_the_new_key_is_for_digests_of_numbers_alone(settings: Settings, members: None, keyring: Keyring) -> None:
    """Codes, cookies and seals keep theirs; the file keeps its mode, and the database knows the key."""
    rotate(settings)
    rotated = Keyring.load(settings.secret_key_file)
    assert (rotated.current, rotated.newest(peppers.PURPOSE)) == ("k1", "k2")
    assert rotated.digest("attempts", b"x") == keyring.digest("attempts", b"x")
    assert settings.secret_key_file.stat().st_mode & 0o777 == 0o600
    known = dict(select(settings, "SELECT key_id, value FROM keyring_check"))
    assert known["k2"] == rotated.check_value("k2")


def test_a_newer_file_finds_rows_of_every_form(
    settings: Settings, sample: Sample, tmp_path: Path, runtime: Runtime
) -> None:
    """And writes what it changes, and what has an older form, in the plain new one."""
    rows = plain_rows(sample)
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    rotate(settings)
    assert signs_in(sample, rows[0]["member_ref"])
    before = stored(settings)
    rows[1]["last_name"] = "Nouveaunom"
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert (report["imported"], report["refused"]) == (0, [])
    assert {ref: row["id"] for ref, row in stored(settings).items()} == {ref: row["id"] for ref, row in before.items()}
    assert forms_of(settings) == {"k2": 10}
    twin = rows[2] | {"member_ref": "M99999999"}
    report = import_file(settings, "legacy", write_rows(tmp_path / "c.csv", [*rows, twin]))
    assert len(stored(settings)) == 10
    assert not signs_in(sample, rows[2]["member_ref"])


def test_what_is_kept_of_a_number_outlives_a_rotation(settings: Settings, members: None, runtime: Runtime) -> None:
    """A page that waits for a birth date has digests alone."""
    kept = peppers.digests(Nir.parse(CAMILLE.nir))
    rotate(settings)
    row = peppers.find("SELECT member_ref FROM legacy_member WHERE nir_digest IN", kept)
    assert row == (CAMILLE.ref,)


def test_a_rotation_in_the_middle_of_a_look_up_is_seen(
    settings: Settings, members: None, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row moves after its forms were read, and before it is."""
    read = peppers.forms
    moments: list[Callable[[], object]] = [lambda: rotate(settings)]

    def forms() -> list[str]:
        found = read()
        while moments:
            moments.pop()()
        return found

    monkeypatch.setattr(peppers, "forms", forms)
    assert directory.find_credentials(Nir.parse(CAMILLE.nir)) is not None


@pytest.mark.slow
def test_nobody_is_refused_while_the_digests_are_rotated(app: Flask, settings: Settings, tmp_path: Path) -> None:
    """People sign in without a pause, in a process that was started with the old keyring, through two rotations."""
    with app.app_context():
        import_members(tmp_path, many(300))
        import_members(tmp_path, many(300, first=300))
    people, stop = many(600), threading.Event()
    passed: list[str] = []
    failed: list[BaseException] = []

    def sign_in(first: int) -> None:
        place = first
        with app.app_context():
            while not stop.is_set():
                member = people[place % len(people)]
                try:
                    found = authentication.authenticate(member.nir, member.password, source=f"192.0.2.{first}")
                    assert found.member_ref == member.ref
                    passed.append(member.ref)
                except BaseException as error:
                    failed.append(error)
                    return
                place += 7
            db.session.remove()

    threads = [threading.Thread(target=sign_in, args=(first,)) for first in range(3)]
    for thread in threads:
        thread.start()
    done = []
    for _ in range(2):
        process = start_command(settings, "legacy", "rotate-pepper", "--json")
        out, err = process.communicate()
        assert process.returncode == 0, err
        done.append((json.loads(out)["pepper"], len(passed)))
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [pepper for pepper, _ in done] == ["k2", "k3"]
    assert done[0][1] > 20
    assert {form.partition("(")[0] for form in forms_of(settings)} == {"k3"}


@pytest.mark.slow
def test_a_killed_rotation_goes_on_where_it_stopped(settings: Settings, sample: Sample, runtime: Runtime) -> None:
    import_file(settings, "legacy", sample.members)
    total = sum(forms_of(settings).values())
    process = start_command(settings, "legacy", "rotate-pepper")
    while len(forms_of(settings)) < 2 and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    half = forms_of(settings)
    assert set(half) == {"k1", "k2(k1)"}
    good = [row for row in sample.good_members().items() if row[1]["password"]][:40]
    states = {row["member_ref"]: row["status"] for row in read_rows(sample.members)}
    assert all(signs_in(sample, ref) for ref, _ in good if states[ref] == "active")
    report = rotate(settings)
    assert (report["pepper"], report["taken_up"]) == ("k2", True)
    assert report["rows"] <= half["k1"]
    assert sum(report["forms"].values()) == total
    assert set(report["forms"]) == {"k2", "k2(k1)"}
    assert all(signs_in(sample, ref) for ref, _ in good if states[ref] == "active")
    assert pepper_rotation.count_forms() == forms_of(settings)
