"""`mgen-connect legacy import`: what is loaded, what is refused and how that is told, what a second file changes."""

import base64
import contextlib
import json
import os
import pty
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from idp.accounts.foreign_hashes import MalformedHash, UnknownHash, parse
from idp.core.db import db
from idp.core.runtime import Runtime
from idp.legacy_bridge import directory, sunset
from idp.legacy_bridge.models import LegacyMember
from idp.settings import Settings
from tests.importing import (
    Sample,
    import_file,
    make_sample,
    plain_rows,
    read_rows,
    refused,
    run_command,
    select,
    signs_in,
    start_command,
    stored,
    write_rows,
)

REASONS = {
    "bad-key": "nir_key",
    "birth-mismatch": "birth_date_against_nir",
    "control-characters": "control_characters",
    "duplicate-nir": "duplicate_nir",
    "empty-nir": "nir_empty",
    "formula-cell": "formula",
    "impossible-date": "birth_date",
    "nir-2C": "nir_shape",
    "nir-too-short": "nir_length",
    "truncated-ssha": "malformed_hash",
    "unknown-hash": "unknown_hash",
    "unknown-status": "unknown_status",
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 300)


@pytest.fixture
def rows(sample: Sample) -> list[dict[str, str]]:
    return plain_rows(sample)


def test_good_rows_are_loaded_and_bad_ones_refused_by_line_and_reason(settings: Settings, sample: Sample) -> None:
    report = import_file(settings, "legacy", sample.members)
    lines = {row["member_ref"]: number for number, row in enumerate(read_rows(sample.members), 2)}
    expected = {lines[row["member_ref"]]: REASONS[row["kind"]] for row in sample.secrets["anomalies"]}
    expected |= {lines[ref]: "duplicate_nir" for ref in sample.twins()}
    assert refused(report) == expected
    assert report["imported"] == 300 - len(expected)
    active = {ref for ref, row in stored(settings).items() if row["state"] != "conflict"}
    assert active == set(sample.good_members())


def test_no_report_and_no_log_repeats_a_number_or_a_name(settings: Settings, sample: Sample) -> None:
    for options in ((), ("--json",), ("--dry-run",)):
        status, out, err = run_command(settings, "legacy", "import", sample.members, *options)
        assert status == 0
        for secret in sample.secrets["members"].values():
            assert secret["nir13"] not in out + err
        assert "Dup" not in out
        assert not re.search(r"\d{13}|@", out + err)


@pytest.mark.embedded
def test_nothing_the_import_wrote_holds_a_number_a_digest_or_a_name(
    settings: Settings, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(scratch))
    # A reader keeps the journal from being emptied, so that it is searched too.
    reader = sqlite3.connect(settings.sqlite_path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM legacy_member").fetchone()
    status, out, err = run_command(settings, "legacy", "import", sample.members)
    assert status == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") and path.stat().st_size > 100_000 for path in files)
    everything = b"\n".join(path.read_bytes() for path in files) + (out + err).encode()
    reader.close()
    for row in read_rows(sample.members):
        number = re.sub(r"[\s./-]", "", row["nir"]).upper()[:13]
        assert not number or number.encode() not in everything
        for digest in digests(row["password_hash"]):
            assert digest not in everything
        for name in (row["last_name"], row["first_name"]):
            assert len(name) < 5 or name.encode() not in everything


def test_every_member_signs_in_with_the_old_password(settings: Settings, sample: Sample, runtime: Runtime) -> None:
    import_file(settings, "legacy", sample.members)
    secrets = sample.good_members()
    with_password = [ref for ref, row in secrets.items() if row["password"] and row["status"] != "blocked"]
    assert {secrets[ref]["encoding"] for ref in with_password} == {"utf-8", "latin-1"}
    assert [ref for ref in with_password if not signs_in(sample, ref)] == []


@pytest.mark.parametrize("options", [("cp1252", ";"), ("cp1252", ","), ("utf-8-sig", ";"), ("utf-8", "\t")])
def test_both_encodings_and_every_delimiter_are_found_out(
    make_settings: Callable[..., Settings], sample: Sample, tmp_path: Path, options: tuple[str, str], runtime: Runtime
) -> None:
    encoding, delimiter = options
    other = make_sample(tmp_path / "other", 40, "--encoding", encoding, "--delimiter", delimiter, "--anomalies", "0")
    report = import_file(make_settings(), "legacy", other.members)
    assert (report["encoding"], report["delimiter"]) == (encoding.removesuffix("-sig"), delimiter)
    assert report["imported"] == 40
    rows = {row["member_ref"]: row for row in read_rows(other.members, encoding, delimiter)}
    for reference, secret in other.secrets["members"].items():
        found = runtime.sql.one("SELECT id FROM legacy_member WHERE member_ref = :ref", {"ref": reference})
        assert found
        member = db.session.get_one(LegacyMember, found[0])
        last, first = directory.names(member)
        assert first == rows[reference]["first_name"]
        assert last.isprintable()
        assert directory.birth_date(member).iso == secret["birth_date"]


def test_names_are_kept_composed(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path, runtime: Runtime
) -> None:
    rows[0]["last_name"] = "Lefe\u0300vrier"
    import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))
    assert "Lefèvrier" in {directory.names(member)[0] for member in members()}


def digests(text: str) -> set[bytes]:
    """The digest of a hash of the file, in the ways one may write it."""
    with contextlib.suppress(UnknownHash, MalformedHash):
        digest = parse(text).digest
        return {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)[:-3]}
    return set()


def members() -> list[LegacyMember]:
    return list(db.session.query(LegacyMember))


def test_unusable_contact_addresses_are_left_out_and_counted(settings: Settings, sample: Sample) -> None:
    report = import_file(settings, "legacy", sample.members)
    kinds = {ref: row["email_kind"] for ref, row in sample.good_members().items()}
    found = stored(settings)
    assert {ref for ref in kinds if found[ref]["contact_address"] is None} <= {
        ref for ref, kind in kinds.items() if kind in ("malformed", "missing")
    }
    assert sum(report["warnings"].values()) > 0
    assert all(warning.startswith("contact_") for warning in report["warnings"])


def test_a_dry_run_reports_the_same_and_stores_nothing(settings: Settings, sample: Sample) -> None:
    rehearsal = import_file(settings, "legacy", sample.members, "--dry-run")
    assert stored(settings) == {}
    assert select(settings, "SELECT count(*) FROM import") == [(0,)]
    assert select(settings, "SELECT count(*) FROM bridge_sunset") == [(0,)]
    report = import_file(settings, "legacy", sample.members)
    for name in ("rows", "imported", "updated", "unchanged", "refused", "warnings", "reasons"):
        assert rehearsal[name] == report[name]


def test_only_the_columns_in_use_are_needed_in_any_order(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    turned = [
        {"comment": "x", **{name: row[name] for name in reversed(row) if not name.startswith(("failed", "last_login"))}}
        for row in rows
    ]
    assert import_file(settings, "legacy", write_rows(tmp_path / "a.csv", turned))["imported"] == 10


def test_a_file_without_a_column_is_refused_whole(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    for row in rows:
        del row["nir"], row["status"]
    status, out, err = run_command(settings, "legacy", "import", write_rows(tmp_path / "a.csv", rows))
    assert (status, out) == (1, "")
    assert "nir, status" in err


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"member_ref": ""}, "member_ref"),
        ({"member_ref": "=1+1"}, "member_ref"),
        ({"nir": "1" * 65}, "nir_too_long"),
        ({"nir": "O84057596012345"}, "nir_shape"),
        ({"birth_date": "12/05/1970"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"first_name": "Anne\u202eeiraM"}, "control_characters"),
        ({"first_name": "Anne\u200bMarie"}, "control_characters"),
        ({"first_name": "Anne\x00"}, "control_characters"),
        ({"first_name": " @SUM(A1)"}, "formula"),
        ({"first_name": "A" * 2_000}, "oversized"),
        ({"postal_address_ok": "maybe"}, "postal_address_ok"),
        ({"password_hash": "soleil75"}, "unknown_hash"),
        ({"password_hash": "$2b$31$" + "a" * 53}, "malformed_hash"),
        ({"status": "ACTIVE"}, "unknown_status"),
    ],
)
def test_what_a_cell_must_not_be(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    rows[3] |= changes
    assert refused(import_file(settings, "legacy", write_rows(tmp_path / "a.csv", rows))) == {5: reason}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"M1;M2", "fields"),
        (b",".join([b"x"] * 13), "fields"),
        (b'"never closed,' + b"a," * 11, "quotes"),
        (b"\xff" + b"a," * 11, "encoding"),
        (b"a" * 200_000, "oversized"),
    ],
)
def test_a_line_that_is_no_row_costs_that_line_alone(
    settings: Settings, rows: list[dict[str, str]], tmp_path: Path, line: bytes, reason: str
) -> None:
    path = write_rows(tmp_path / "a.csv", rows)
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([*lines[:4], line, *lines[4:6], b"", *lines[6:]]))
    report = import_file(settings, "legacy", path, "--encoding", "utf-8")
    assert refused(report) == {5: reason}
    assert report["imported"] == 10


def test_an_empty_file_and_a_folder_are_told_in_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    status, _, err = run_command(settings, "legacy", "import", tmp_path / "empty.csv")
    assert status == 1
    assert len(err.splitlines()) == 1
    assert run_command(settings, "legacy", "import", tmp_path / "nowhere.csv")[0] == 2


def test_the_first_import_sets_the_last_day_of_the_door_and_says_so(
    settings: Settings, sample: Sample, runtime: Runtime
) -> None:
    report = import_file(settings, "legacy", sample.members)
    last = sunset.last_day()
    assert last
    assert report["bridge_sunset"] == last.isoformat()
    assert import_file(settings, "legacy", sample.members)["bridge_sunset"] is None


def test_a_setting_says_the_last_day_instead(make_settings: Callable[..., Settings], sample: Sample) -> None:
    settings = make_settings(bridge_sunset="2099-01-31")
    assert import_file(settings, "legacy", sample.members)["bridge_sunset"] is None


def test_a_terminal_sees_how_far_the_import_is(settings: Settings, sample: Sample) -> None:
    ours, theirs = pty.openpty()
    process = start_command(settings, "legacy", "import", sample.members, stderr=theirs)
    process.communicate()
    os.close(theirs)
    assert b"importing" in os.read(ours, 10_000)
    os.close(ours)


def test_the_import_is_in_the_audit(settings: Settings, sample: Sample, runtime: Runtime) -> None:
    import_file(settings, "legacy", sample.members)
    row = runtime.sql.one("SELECT detail FROM audit WHERE event = 'legacy_import'", {})
    assert row
    assert json.loads(row[0])["rows"] == 300
