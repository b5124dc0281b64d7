"""`mgen-connect legacy export-progress`: what the member base learns, and what it never does."""

import csv
import json
import re
from pathlib import Path

from legacy_bridge.walking import BLOCKED, CAMILLE, DOMINIQUE, FRESH, Walk

from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.importing import run_command

COLUMNS = ["member_ref", "state", "step", "changed_at", "invited_at"]


def test_a_line_a_member_with_their_state_and_step(
    settings: Settings, members: None, walk: Walk, elsewhere: Walk, tmp_path: Path, runtime: Runtime
) -> None:
    walk.changes(CAMILLE)
    elsewhere.waits(DOMINIQUE, FRESH)
    runtime.sql.run("UPDATE legacy_member SET invited_at = 1750000000 WHERE member_ref = :r", {"r": BLOCKED.ref})
    target = tmp_path / "progress.csv"
    assert run_command(settings, "legacy", "export-progress", target)[0] == 0
    with target.open(encoding="utf-8", newline="") as file:
        rows = {row["member_ref"]: row for row in csv.DictReader(file)}
    assert len(rows) == 6
    assert list(rows[CAMILLE.ref]) == COLUMNS
    assert rows[CAMILLE.ref]["state"] == "changed"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", rows[CAMILLE.ref]["changed_at"])
    assert (rows[DOMINIQUE.ref]["state"], rows[DOMINIQUE.ref]["step"]) == ("active", "waiting")
    assert rows[BLOCKED.ref]["invited_at"] == "2025-06-15T15:06:40+00:00"


def test_no_number_no_address_no_name_and_no_formula(settings: Settings, members: None) -> None:
    _, out, _ = run_command(settings, "legacy", "export-progress")
    assert not re.search(r"\d{13}|@|Camille|Factice", out)
    cells = [cell for row in csv.reader(out.splitlines()) for cell in row]
    assert [cell for cell in cells if cell and not cell[0].isalnum()] == []


def test_a_program_may_read_json_instead(settings: Settings, members: None) -> None:
    _, out, _ = run_command(settings, "legacy", "export-progress", "--json")
    rows = json.loads(out)
    assert len(rows) == 6
    assert list(rows[0]) == COLUMNS


def test_an_empty_base_has_a_heading_alone(settings: Settings) -> None:
    assert run_command(settings, "legacy", "export-progress")[1] == ",".join(COLUMNS) + "\n"
    assert json.loads(run_command(settings, "legacy", "export-progress", "--json")[1]) == []
