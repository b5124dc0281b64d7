"""Old files for the tests of the imports, and the command that loads them as an operator would."""

import contextvars
import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from idp import migrations
from idp.cli import group
from idp.core.db import statements
from idp.legacy_bridge.authentication import authenticate
from idp.legacy_bridge.errors import NirRefused
from idp.legacy_bridge.models import LegacyMember
from idp.settings import PREFIX, Settings
from tests.old_file import load_generator

_COMMAND = [sys.executable, "-c", "from idp.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Sample:
    """The files of the generator, and what they stand for."""

    folder: Path
    secrets: dict[str, Any]

    @property
    def members(self) -> Path:
        return self.folder / "members.csv"

    @property
    def identities(self) -> Path:
        return self.folder / "identities.csv"

    @property
    def bad(self) -> set[str]:
        return {row["member_ref"] for row in self.secrets["anomalies"]}

    def good_members(self) -> dict[str, dict[str, Any]]:
        """By reference: those that an importer must load (a twin of an anomaly is not among them)."""
        left_out = self.bad | self.twins()
        return {ref: row for ref, row in self.secrets["members"].items() if ref not in left_out}

    def twins(self) -> set[str]:
        """The good rows whose NIR an anomaly repeats."""
        numbers: dict[str, list[str]] = {}
        for row in read_rows(self.members):
            numbers.setdefault("".join(filter(str.isalnum, row["nir"]))[:13].upper(), []).append(row["member_ref"])
        return {ref for refs in numbers.values() if len(refs) > 1 for ref in refs} - self.bad


def make_sample(folder: Path, rows: int, *options: str) -> Sample:
    """The generator's files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    assert load_generator().main(["--rows", str(rows), "--seed", "5", "--out", str(folder), *options]) == 0
    return Sample(folder, json.loads((folder / "secrets.json").read_text("utf-8")))


def read_rows(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def environment(settings: Settings) -> dict[str, str]:
    """The settings of a test, as the environment of a process of its own."""
    given = {
        name: getattr(settings, name)
        for name in (
            "issuer", "environment", "secret_key_file", "database_url", "redis_url", "mail_url", "clients_dir",
            "site_key_file", "argon2_memory_kib", "argon2_time_cost", "bridge_sunset",
        )
    }  # fmt: skip
    ours = {PREFIX + name.upper(): str(value) for name, value in given.items() if value is not None}
    return {**os.environ, **ours}


def start_command(settings: Settings, *arguments: object, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """`mgen-connect …`, running."""
    return subprocess.Popen(
        [*_COMMAND, *map(str, arguments)],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def run_command(settings: Settings, *arguments: object) -> tuple[int, str, str]:
    """`mgen-connect …` to its end, in this process: exit status, standard output, standard error."""
    runner = CliRunner(env=environment(settings), catch_exceptions=False)
    result = contextvars.Context().run(runner.invoke, group, [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def import_file(settings: Settings, kind: str, path: Path, *options: str) -> dict[str, Any]:
    """The JSON report of `mgen-connect KIND import PATH`, which must succeed."""
    status, out, err = run_command(settings, kind, "import", path, "--json", *options)
    assert status == 0, err
    assert err == ""
    report: dict[str, Any] = json.loads(out)
    assert report["refused"] == sorted(report["refused"], key=lambda row: row["line"])
    refused = len(report["refused"])
    assert report["rows"] == report["imported"] + report["updated"] + report["unchanged"] + refused
    return report


def plain_rows(sample: Sample) -> list[dict[str, str]]:
    """Ten good rows of active members with a password."""
    good = sample.good_members()
    return [
        row
        for row in read_rows(sample.members)
        if row["member_ref"] in good and good[row["member_ref"]]["password"] and row["status"] == "active"
    ][:10]


def select(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, as another process would see them."""
    sql = statements(settings)
    try:
        return sql.all(query, {})
    finally:
        sql.close()


def dump(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {name: select(settings, f'SELECT * FROM "{name}" ORDER BY 1') for name in migrations.metadata().tables}


def stored(settings: Settings) -> dict[str, dict[str, Any]]:
    columns = list(LegacyMember.__table__.columns.keys())
    rows = select(settings, f"SELECT {', '.join(columns)} FROM legacy_member")
    return {row[columns.index("member_ref")]: dict(zip(columns, row, strict=True)) for row in rows}


def signs_in(sample: Sample, reference: str, password: str | None = None) -> bool:
    secret = sample.secrets["members"][reference]
    try:
        authenticate(secret["nir15"], password or secret["password"], source="192.0.2.1")
    except NirRefused:
        return False
    return True


def refused(report: dict[str, Any]) -> dict[int, str]:
    return {row["line"]: row["reason"] for row in report["refused"]}
