"""The import at 10,000 rows: its report, its speed, its memory, and every kind of member signing in afterwards."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from idp.core.runtime import Runtime
from idp.legacy_bridge.authentication import authenticate
from idp.settings import Settings
from tests.importing import Sample, environment, import_file, make_sample, read_rows, select

ROWS = 10_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), ROWS)


@pytest.mark.slow
def test_ten_thousand_rows_of_every_kind_are_loaded_and_sign_in(
    settings: Settings, sample: Sample, runtime: Runtime, tmp_path: Path
) -> None:
    report = import_file(settings, "legacy", sample.members)
    secrets = sample.good_members()
    assert report["rows"] == ROWS
    assert report["imported"] == len(secrets)
    assert len(report["refused"]) == 12 + len(sample.twins())
    # A second of one core, without argon2id.
    assert report["rows_per_second"] > (3_000 if settings.embedded else 1_000)
    chosen = {}
    for row in secrets.values():
        if row["password"] and row["status"] in ("active", "reset_pending"):
            for kind in ("nir_kind", "format", "remark"):
                chosen.setdefault((kind, row[kind], row["encoding"]), row)
    assert {name for kind, name, _ in chosen if kind == "nir_kind"} == {row["nir_kind"] for row in secrets.values()}
    assert len({name for kind, name, _ in chosen if kind == "nir_kind"}) == 14
    assert len({name for kind, name, _ in chosen if kind == "format"}) == 16
    for row in chosen.values():
        authenticate(row["nir13"], row["password"], source="192.0.2.1")
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    found = set(re.findall(rb"(?=([1-8]\d{4}(?:\d\d|2[AB])\d{6}))", everything))
    assert not found & {row["nir13"].encode() for row in sample.secrets["members"].values()}


@pytest.mark.slow
def test_the_memory_stays_flat(settings: Settings, sample: Sample, tmp_path: Path) -> None:
    # ru_maxrss of waited-for children is the largest of them all: a process of its own asks.
    code = (
        "import resource, subprocess, sys;"
        "done = subprocess.run([sys.executable, '-c', 'from idp.cli import main; main()', *sys.argv[1:]]);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(done.returncode)"
    )
    many = tmp_path / "many.csv"
    heading, *lines = sample.members.read_bytes().splitlines(keepends=True)
    many.write_bytes(heading + b"".join(lines * 2))
    peaks = []
    for path in (sample.members, many):
        done = subprocess.run(
            [sys.executable, "-c", code, "legacy", "import", str(path), "--dry-run", "--json"],
            env=environment(settings),
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr.split()[-1]) // 1024)
    assert max(peaks) < 200
    assert peaks[1] < peaks[0] + 20


def test_a_hash_format_is_counted_for_each_member_who_has_it(settings: Settings, tmp_path: Path) -> None:
    small = make_sample(tmp_path / "small", 200)
    import_file(settings, "legacy", small.members)
    stored = [row["password_hash"] for row in read_rows(small.members)]
    counts = dict(select(settings, "SELECT descriptor, count FROM legacy_format"))
    [(total,)] = select(settings, "SELECT count(*) FROM legacy_member WHERE password IS NOT NULL")
    assert sum(counts.values()) == total
    assert all(re.fullmatch(r"[a-z0-9-]+:\d*:", descriptor) for descriptor in counts)
    assert counts["ssha::"] <= sum(text.lower().startswith("{ssha}") for text in stored)
