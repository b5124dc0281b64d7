"""Going back to a backup, without reviving what was used, revoked or ended since, or before.

The backup is put into a new database beside the present one, checked to its end, and only then takes its place. What
can be spent is in no backup (`kept.py`); what is sealed, and lies in other hands, dies with the epoch of every account.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import MetaData

from idp import migrations
from idp.core import audit, clock, db, keyring_check
from idp.core.crypto import Keyring, SealBroken
from idp.core.runtime import Runtime
from idp.oidc import replay, tokens
from idp.operations import archive
from idp.operations.archive import ArchiveError
from idp.operations.backup import Manifest
from idp.operations.places import place_of
from idp.settings import Settings
from idp.web.bare import unchecked_application

# 2026-01-01: epochs count seconds from there after a restore, which fits four bytes until 2094.
_EPOCHS_BEGIN = 1_767_225_600
_MOVE_EPOCHS = "UPDATE account SET epoch = CASE WHEN epoch >= :epoch THEN epoch + 1 ELSE :epoch END"


class NotEmpty(Exception):
    """There is a database, and nobody said that it may be replaced."""


@dataclass(slots=True)
class Restored:
    """What was done: what the backup held, how many messages were left away, and where the former database is now.

    `since` counts the audit lines of the former database after the backup, by event; None where it could not be read.
    """

    manifest: Manifest
    messages_dropped: int = 0
    former: str | None = None
    since: dict[str, int] | None = None


def inspect(settings: Settings, path: Path) -> Manifest:
    """Read a backup to its end, and change nothing. Raises as `restore`, but for `NotEmpty` and `InUse`."""
    with path.open("rb") as file:
        manifest, frames = _open(file, Keyring.load(settings.secret_key_file))
        counted = dict.fromkeys(manifest["rows"], 0)
        for frame in frames:
            counted[frame["table"]] += len(frame["rows"])
    _compare(manifest, counted)
    return manifest


def restore(settings: Settings, path: Path, *, replace: bool) -> Restored:
    """Make the database of `settings` what the backup says, with everything spent that could be. `serve` is stopped.

    Raises `ArchiveError` for a file that is not whole, not ours or too new; `NotEmpty`, `InUse`, `KeyringError`, and
    what a store raises that cannot be reached. Until the very end nothing has changed.
    """
    manifest = inspect(settings, path)
    place, done = place_of(settings), Restored(manifest)
    if not place.is_empty():
        if not replace:
            raise NotEmpty
        place.claim()
        done.since = _events_since(settings, manifest["at"])
    beside = place.aside()
    try:
        with unchecked_application(beside) as parts, path.open("rb") as file:
            manifest, frames = _open(file, parts.keyring)
            _load(manifest, frames)
            keyring_check.verify(parts.sql, parts.keyring)
            done.messages_dropped = _spend(parts, manifest["at"])
        # Somebody may have started a server meanwhile.
        place.claim()
        done.former = place.swap()
    finally:
        place.discard()
    return done


def _open(file: Any, keyring: Keyring) -> tuple[Manifest, Iterator[Any]]:
    frames = archive.read(file, keyring)
    manifest: Manifest = next(frames)
    if manifest["schema"] > migrations.newest():
        raise ArchiveError(f"the backup is of a newer version ({manifest['version']}): restore it with that one")
    if manifest["at"] > clock.now():
        raise ArchiveError("the backup is from the future: put this machine's clock right first")
    return manifest, frames


def _load(manifest: Manifest, frames: Iterator[Any]) -> None:
    """Fill an empty database with the schema of the backup, and then bring it to ours."""
    migrations.upgrade(manifest["schema"])
    counted = dict.fromkeys(manifest["rows"], 0)
    with db.transaction():
        connection, schema = db.db.session.connection(), MetaData()
        schema.reflect(connection)
        # What a migration put there is in the backup too.
        for name in reversed(manifest["columns"]):
            connection.execute(schema.tables[name].delete())
        for frame in frames:
            name = frame["table"]
            counted[name] += len(frame["rows"])
            connection.execute(schema.tables[name].insert(), list(_rows(manifest, name, frame["rows"])))
    _compare(manifest, counted)
    migrations.upgrade()


def _rows(manifest: Manifest, table: str, rows: list[list[Any]]) -> Iterator[dict[str, Any]]:
    columns, binary = manifest["columns"][table], set(manifest["binary"][table])
    for row in rows:
        yield {
            column: base64.b64decode(value) if column in binary and value is not None else value
            for column, value in zip(columns, row, strict=True)
        }


def _compare(manifest: Manifest, counted: dict[str, int]) -> None:
    if counted != manifest["rows"]:
        raise ArchiveError("the backup holds other rows than it says")


def _spend(parts: Runtime, taken_at: int) -> int:
    """End everything that was given out before now; the number of messages whose link has died with it."""
    with parts.sql.together():
        parts.sql.run(_MOVE_EPOCHS, {"epoch": clock.now() - _EPOCHS_BEGIN})
        tokens.refuse_all(parts)
        dropped = _drop_dead_messages(parts)
        audit.record("backup restored", taken_at=taken_at)
    # Where these lie in Redis, they are not in the new database: it is emptied before that one takes its place.
    parts.ephemeral.empty()
    replay.refuse_older(parts)
    return dropped


def _drop_dead_messages(parts: Runtime) -> int:
    dropped = 0
    for identifier, sealed in parts.sql.all("SELECT id, payload FROM outbox WHERE kind = 'mail'", {}):
        try:
            job = orjson.loads(parts.keyring.open("outbox", sealed, identifier))
        except SealBroken:
            continue
        # A message that says how long its link is good for (`templates/mail/`).
        if "validity" in job["args"]:
            dropped += parts.sql.run("DELETE FROM outbox WHERE id = :id", {"id": identifier})
    return dropped


def _events_since(settings: Settings, moment: int) -> dict[str, int] | None:
    try:
        with unchecked_application(settings) as parts:
            rows = parts.sql.all(
                "SELECT event, count(*) FROM audit WHERE at >= :moment GROUP BY event ORDER BY event",
                {"moment": moment},
            )
    except Exception:  # it may be anything, or nothing: that is why it is replaced
        return None
    return dict(rows)
