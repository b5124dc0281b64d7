"""Imports that are killed, or run twice at once, load every row once and leave nothing half-loaded."""

import json
import signal
import time
from pathlib import Path

import pytest

from idp.settings import Settings
from tests.importing import Sample, import_file, make_sample, select, start_command

ROWS = 4_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), ROWS)


def progress(settings: Settings) -> tuple[int, int]:
    """The line the last run stands at, and the members stored."""
    rows = select(settings, "SELECT line FROM import ORDER BY id DESC LIMIT 1")
    return (rows[0][0] if rows else 0), select(settings, "SELECT count(*) FROM legacy_member")[0][0]


@pytest.mark.slow
def test_a_killed_import_goes_on_where_it_stood(settings: Settings, sample: Sample) -> None:
    stops = []
    for batch in range(1, 4):
        process = start_command(settings, "legacy", "import", sample.members, "--json")
        while progress(settings)[0] <= batch * 1_000 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        stops.append(progress(settings))
    assert [line for line, _ in stops] == sorted({line for line, _ in stops})
    # Whole batches only: what is stored belongs to the lines before the checkpoint.
    assert all(count <= line - 1 and count % 1_000 > 900 for line, count in stops)
    report = import_file(settings, "legacy", sample.members)
    assert not report["already_imported"]
    assert report["rows"] == ROWS
    assert report["imported"] == ROWS - len(report["refused"])
    assert len(report["refused"]) == 13
    assert import_file(settings, "legacy", sample.members)["already_imported"]


@pytest.mark.slow
def test_of_two_imports_at_once_one_loads_the_file(settings: Settings, sample: Sample) -> None:
    pair = [start_command(settings, "legacy", "import", sample.members, "--json") for _ in range(2)]
    ends = [process.communicate() for process in pair]
    reports = [json.loads(out) for out, _ in ends if out]
    assert all("another import" in err for out, err in ends if not out)
    # One that starts late finds the work done.
    (report,) = (report for report in reports if not report["already_imported"])
    assert report["rows"] == ROWS
    assert progress(settings)[1] == report["imported"] + 1


@pytest.mark.slow
def test_a_newer_file_overtakes_the_import_of_an_older_one(settings: Settings, sample: Sample, tmp_path: Path) -> None:
    newer = tmp_path / "newer.csv"
    newer.write_bytes(sample.members.read_bytes().replace(b",blocked,", b",active,"))
    older = start_command(settings, "legacy", "import", sample.members)
    while progress(settings)[0] <= 1_000:
        time.sleep(0.01)
    report = import_file(settings, "legacy", newer)
    assert older.wait() == 1
    older.communicate()
    assert report["rows"] == ROWS
    assert select(settings, "SELECT count(*) FROM legacy_member WHERE state = 'blocked'") == [(0,)]
