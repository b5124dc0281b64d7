"""A second import of the member file: what it changes, and what it never touches (docs/rules.md §3.3)."""

import datetime as dt
from pathlib import Path

import pytest

from idp.accounts.credentials import hash_password
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.importing import (
    Sample,
    import_file,
    make_sample,
    plain_rows,
    refused,
    run_command,
    signs_in,
    stored,
    write_rows,
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 300)


@pytest.fixture
def rows(sample: Sample) -> list[dict[str, str]]:
    return plain_rows(sample)


def test_a_file_that_was_loaded_is_not_loaded_again(settings: Settings, sample: Sample) -> None:
    first = import_file(settings, "legacy", sample.members)
    before = stored(settings)
    second = import_file(settings, "legacy", sample.members)
    assert not first["already_imported"]
    assert second["already_imported"]
    assert second["refused"] == first["refused"]
    assert stored(settings) == before


def test_a_newer_file_changes_what_it_says_otherwise_and_only_that(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    before = stored(settings)
    rows[0] |= {"last_name": "Nouveaunom", "contact_email": "nouveau@courriel.example", "status": "blocked"}
    rows[1] |= {"password_hash": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert (report["imported"], report["updated"], report["unchanged"]) == (0, 2, 8)
    after = stored(settings)
    assert [ref for ref in after if after[ref] != before[ref]] == [row["member_ref"] for row in rows[:2]]
    first = after[rows[0]["member_ref"]]
    assert (first["state"], first["contact_canonical"]) == ("blocked", "nouveau@courriel.example")
    assert first["password"] == before[rows[0]["member_ref"]]["password"]
    assert signs_in(sample, rows[1]["member_ref"], "password")
    assert not signs_in(sample, rows[1]["member_ref"])


def test_a_new_digest_under_the_same_salt_is_noticed(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    rows[0]["password_hash"] = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    assert signs_in(sample, rows[0]["member_ref"], "password")
    rows[0]["password_hash"] = "1b6453892473a467d07372d45eb05abc2031647a"
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert report["updated"] == 1
    assert signs_in(sample, rows[0]["member_ref"], "4")
    assert not signs_in(sample, rows[0]["member_ref"], "password")


def test_a_member_who_has_changed_is_never_touched(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    runtime.sql.run("UPDATE legacy_member SET state = 'changed' WHERE member_ref = :r", {"r": rows[0]["member_ref"]})
    before = stored(settings)
    twin = rows[0] | {"member_ref": "M99999999"}
    rows[0] |= {"last_name": "Autre", "password_hash": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "status": "blocked"}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert report["unchanged"] == 10
    assert stored(settings) == before
    import_file(settings, "legacy", write_rows(tmp_path / "c.csv", [*rows, twin]))
    assert stored(settings) == before


def test_a_password_that_was_set_here_outlives_every_file(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    runtime.sql.run(
        "UPDATE legacy_member SET password = :p WHERE member_ref = :r",
        {"p": hash_password("mot de passe choisi ici"), "r": rows[0]["member_ref"]},
    )
    rows[0] |= {"first_name": "Autre", "password_hash": "", "status": "never_activated"}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert report["updated"] == 1
    assert signs_in(sample, rows[0]["member_ref"], "mot de passe choisi ici")


def test_two_rows_with_one_number_are_both_in_conflict_and_neither_signs_in(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    twin = rows[0] | {"member_ref": "M99999999"}
    report = import_file(settings, "legacy", write_rows(tmp_path / "a.csv", [*rows, twin]))
    assert refused(report) == {2: "duplicate_nir", 12: "duplicate_nir"}
    assert not signs_in(sample, rows[0]["member_ref"])
    assert [row["state"] for row in stored(settings).values()].count("conflict") == 1
    # A file that says it once again ends the conflict, for the other of the two as well.
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", [*rows[1:], twin]))
    assert report["updated"] == 1
    assert signs_in(sample, rows[0]["member_ref"])
    assert "M99999999" in stored(settings)


def test_a_clash_in_a_newer_file_closes_the_row_of_an_earlier_one(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    twin = rows[0] | {"member_ref": "M99999999", "password_hash": "{X-LEGACY}bm90aGluZw=="}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", [*rows, twin]))
    assert refused(report) == {2: "duplicate_nir", 12: "unknown_hash"}
    assert not signs_in(sample, rows[0]["member_ref"])


def test_one_reference_on_two_rows_refuses_both(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    rows[1]["member_ref"] = rows[0]["member_ref"]
    report = import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    assert refused(report) == {2: "duplicate_member_ref", 3: "duplicate_member_ref"}
    assert not signs_in(sample, rows[0]["member_ref"])


def test_a_number_that_changes_hands_between_two_files_is_refused(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    before = stored(settings)
    rows[0]["member_ref"] = "M99999999"
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert refused(report) == {2: "nir_of_another_member"}
    assert stored(settings) == before


def test_a_member_may_get_another_number(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows[:1]))
    moved = rows[0] | {"nir": rows[1]["nir"], "birth_date": rows[1]["birth_date"]}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", [moved]))
    assert report["updated"] == 1
    assert not signs_in(sample, rows[0]["member_ref"])
    assert signs_in(sample, rows[1]["member_ref"], sample.secrets["members"][rows[0]["member_ref"]]["password"])


def test_whoever_acted_here_keeps_state_and_password(
    settings: Settings, sample: Sample, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    """An unlocked account is not blocked again by the next file, nor by a clash in it; the rest of the row follows."""
    rows[0]["status"] = "blocked"
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    reference = rows[0]["member_ref"]
    runtime.sql.run("UPDATE legacy_member SET state = 'active', acted_at = 1 WHERE member_ref = :r", {"r": reference})
    before = stored(settings)[reference]
    rows[0] |= {"contact_email": "nouveau@courriel.example", "password_hash": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="}
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    assert report["updated"] == 1
    after = stored(settings)[reference]
    assert (after["state"], after["password"], after["acted_at"]) == ("active", before["password"], 1)
    assert after["contact_canonical"] == "nouveau@courriel.example"
    twin = rows[0] | {"member_ref": "M99999999"}
    import_file(settings, "legacy", write_rows(tmp_path / "c.csv", [*rows, twin]))
    assert stored(settings)[reference]["state"] == "active"
    assert signs_in(sample, reference)


def test_a_reopened_member_is_not_given_the_old_password_again(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    """A contested change leaves the row without a password (docs/rules.md §3 row 5)."""
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    runtime.sql.run(
        "UPDATE legacy_member SET state = 'reset_pending', password = NULL, acted_at = 1 WHERE member_ref = :r",
        {"r": rows[0]["member_ref"]},
    )
    rows[0]["last_name"] = "Autre"
    import_file(settings, "legacy", write_rows(tmp_path / "b.csv", rows))
    after = stored(settings)[rows[0]["member_ref"]]
    assert (after["state"], after["password"]) == ("reset_pending", None)


def test_the_days_of_changed_addresses_may_be_told(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    """Two columns more, in any place; what cannot be read counts as changed today (docs/rules.md §3.1)."""
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    assert {row["contact_changed_on"] for row in stored(settings).values()} == {None}
    told = [{"postal_changed_on": "2024-02-29", "contact_changed_on": "", **row} for row in rows]
    told[1]["contact_changed_on"] = "hier"
    report = import_file(settings, "legacy", write_rows(tmp_path / "b.csv", told))
    assert (report["updated"], report["warnings"]["contact_changed_on"]) == (10, 1)
    after = stored(settings)
    first, second = after[rows[0]["member_ref"]], after[rows[1]["member_ref"]]
    assert (first["postal_changed_on"], first["contact_changed_on"]) == ("2024-02-29", None)
    assert second["contact_changed_on"] == dt.datetime.now(dt.UTC).date().isoformat()


def test_an_optional_column_that_is_named_twice_is_refused(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "a.csv", rows)
    lines = [line + ",," for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join([lines[0][:-2] + ",postal_changed_on,postal_changed_on", *lines[1:]]), "utf-8")
    status, _, err = run_command(settings, "legacy", "import", path)
    assert status == 1
    assert "postal_changed_on" in err
