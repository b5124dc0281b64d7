"""The commands of the bridge: the old member file comes in, people are invited, the numbers go."""

from pathlib import Path
from typing import IO, Any

import click
import orjson

from idp.core.import_command import Options, import_options, perform
from idp.legacy_bridge import reports

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be done; nothing is.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def legacy() -> None:
    """The bridge from social security number to email identifier."""


@legacy.command("import")
@import_options
def import_(**options: Any) -> None:
    """Load the old portal's member file; started again, it goes on where it stopped."""
    from idp.legacy_bridge import sunset
    from idp.legacy_bridge.importing import MemberLoader
    from idp.web.bare import application

    def after() -> dict[str, Any]:
        stored = sunset.store_default()
        return {"bridge_sunset": stored.isoformat() if stored else None}

    with application():
        if sunset.is_over():
            raise click.ClickException("the NIR door has closed: no number comes back")
        perform(MemberLoader(), Options(**options), after)


@legacy.command()
@_FILE
@_JSON
def rehearse(*, file: Path, as_json: bool) -> None:
    """What an import of this file would meet; nothing is stored, no password compared."""
    from idp.core.csv_file import CsvFile, CsvFileError
    from idp.legacy_bridge import old_file, rehearsal
    from idp.web.bare import application

    with application():
        try:
            source = CsvFile(file, old_file.COLUMNS, optional=old_file.OPTIONAL)
        except CsvFileError as error:
            raise click.ClickException(str(error)) from None
        facts = rehearsal.as_json(rehearsal.rehearse(source), source)
    _report(facts, reports.rehearsal, as_json=as_json)


@legacy.command()
@_JSON
def status(*, as_json: bool) -> None:
    """How far the bridge has come."""
    from idp.legacy_bridge import status as service
    from idp.web.bare import application

    with application():
        facts = service.funnel()
    _report(facts, reports.status, as_json=as_json)


@legacy.command("export-progress")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False, atomic=True), default="-")
@_JSON
def export_progress(*, file: IO[str], as_json: bool) -> None:
    """Who has changed and who stands where, as CSV for the member base: no number, no address."""
    from idp.legacy_bridge import progress
    from idp.web.bare import application

    with application():
        progress.write(file, as_json=as_json)


@legacy.command()
@click.option("--limit", type=click.IntRange(1), required=True, help="How many members at most.")
@click.option("--per-minute", type=click.IntRange(1), required=True, help="How many messages leave in a minute.")
@_DRY_RUN
@_JSON
def invite(*, limit: int, per_minute: int, dry_run: bool, as_json: bool) -> None:
    """Invite members who have not changed, by email, at their own address; nobody twice in 90 days."""
    from idp.legacy_bridge import invitations
    from idp.web.bare import application

    with application():
        try:
            wave = invitations.invite(limit, per_minute, dry_run=dry_run)
        except invitations.DoorClosed:
            raise click.ClickException("the NIR door has closed: there is nothing to invite to") from None
    _report(reports.facts(wave), reports.wave, as_json=as_json)


@legacy.command("rotate-pepper")
@_DRY_RUN
@_JSON
def rotate_pepper(*, dry_run: bool, as_json: bool) -> None:
    """Give the digests of the numbers another pepper, while people sign in; killed, it goes on where it stopped."""
    from idp.legacy_bridge import pepper_rotation
    from idp.web.bare import application

    with application():
        rotation = pepper_rotation.rotate(dry_run=dry_run)
    _report(reports.facts(rotation), reports.rotation, as_json=as_json)


@legacy.command()
@_DRY_RUN
@_JSON
def sunset(*, dry_run: bool, as_json: bool) -> None:
    """After the last day: remove digests, tombstones and old passwords, and prove it with counts."""
    from idp.legacy_bridge import closing
    from idp.web.bare import application

    with application():
        try:
            closed = closing.close(dry_run=dry_run)
        except closing.NotOver as error:
            raise click.ClickException(str(error)) from None
    _report(reports.facts(closed), reports.closing, as_json=as_json)


def _report(facts: dict[str, Any], tell: Any, *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(facts))
        return
    for line in tell(facts):
        click.echo(line)
