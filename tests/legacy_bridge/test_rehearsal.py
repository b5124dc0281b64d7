"""`mgen-connect legacy rehearse`: what an import of a file would meet, with nothing written."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from idp.core.hashing import Hashing
from idp.settings import Settings
from tests.importing import (
    Sample,
    dump,
    import_file,
    make_sample,
    plain_rows,
    read_rows,
    run_command,
    select,
    write_rows,
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 600)


def rehearse(settings: Settings, path: Path) -> dict[str, Any]:
    status, out, err = run_command(settings, "legacy", "rehearse", path, "--json")
    assert (status, err) == (0, "")
    report: dict[str, Any] = json.loads(out)
    return report


def test_it_foretells_the_import_line_by_line(settings: Settings, sample: Sample) -> None:
    foretold = rehearse(settings, sample.members)
    report = import_file(settings, "legacy", sample.members)
    assert {reason: len(lines) for reason, lines in foretold["refused_lines"].items()} == report["reasons"]
    lines = sorted((line, reason) for reason, lines in foretold["refused_lines"].items() for line in lines)
    assert lines == [(row["line"], row["reason"]) for row in report["refused"]]
    assert {reason: len(lines) for reason, lines in foretold["incomplete_lines"].items()} == report["warnings"]
    for name in ("rows", "imported", "updated", "unchanged"):
        assert foretold[name] == report[name]
    stored = dict(select(settings, "SELECT descriptor, count FROM legacy_format"))
    states = dict(select(settings, "SELECT state, count(*) FROM legacy_member GROUP BY state"))
    assert {name: count for name, count in foretold["formats"].items() if name != "none"} == stored
    assert foretold["statuses"] == {state: count for state, count in states.items() if state != "conflict"}


def test_nothing_is_written_and_nothing_is_hashed(
    settings: Settings, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(settings)
    monkeypatch.setattr(Hashing, "hash", None)
    monkeypatch.setattr(Hashing, "verify", None)
    rehearse(settings, sample.members)
    assert dump(settings) == before


def test_against_a_base_that_has_the_members_already(settings: Settings, sample: Sample, tmp_path: Path) -> None:
    rows = plain_rows(sample)
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    rows[0] |= {"last_name": "Nouveaunom"}
    report = rehearse(settings, write_rows(tmp_path / "b.csv", rows))
    assert (report["imported"], report["updated"], report["unchanged"]) == (0, 1, 9)


def test_addresses_are_told_apart(settings: Settings, sample: Sample, tmp_path: Path) -> None:
    rows = plain_rows(sample)[:7]
    addresses = ["a@b.test", "A@B.TEST", "c@b.test", "", "sans-arobase", "a@nulle-part.invalid", "a@poste.local"]
    for row, address in zip(rows, addresses, strict=True):
        row["contact_email"] = address
    report = rehearse(settings, write_rows(tmp_path / "a.csv", rows))
    assert report["addresses"]["usable"] == 3
    assert report["addresses"]["shared"] == 2
    assert report["addresses"]["missing"] == 1
    assert report["addresses"]["malformed"] + report["addresses"]["dead"] == 3


def test_the_sample_s_addresses_are_counted_as_the_generator_made_them(settings: Settings, sample: Sample) -> None:
    report = rehearse(settings, sample.members)
    kinds = Counter("missing" if not row["contact_email"].strip() else "written" for row in read_rows(sample.members))
    assert report["addresses"]["missing"] == kinds["missing"]
    assert report["addresses"]["shared"] > 0
    assert report["addresses"]["malformed"] > 0


def test_the_words_name_the_lines(settings: Settings, sample: Sample) -> None:
    status, out, _ = run_command(settings, "legacy", "rehearse", sample.members)
    assert status == 0
    report = rehearse(settings, sample.members)
    [line] = report["refused_lines"]["unknown_status"]
    assert f"refused: unknown_status 1: line {line}" in out
    assert not [word for word in out.split() if word.isdigit() and len(word) >= 13]


def test_a_file_that_is_none_is_refused_in_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    status, _, err = run_command(settings, "legacy", "rehearse", tmp_path / "a.csv")
    assert status == 1
    assert "columns" in err
