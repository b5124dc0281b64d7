"""`mgen-connect doctor`, `backup` and `restore`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from idp.core import clock

_SILENT = "a store gave no answer"
_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


@click.command()
@_JSON
def doctor(*, as_json: bool) -> None:
    """Look at settings, machine, stores, relay and work; say what is wrong and what to do. Ends with 1 on an error."""
    from idp.operations.doctor import examine

    found = examine()
    if as_json:
        click.echo(orjson.dumps([asdict(each) for each in found]))
    else:
        for each in found:
            click.echo(f"{each.state:8} {each.check:20} {each.said}")
            if each.do:
                click.echo(f"{'':29} -> {each.do}")
    sys.exit(any(each.state == "error" for each in found))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_JSON
def backup(*, file: Path, as_json: bool) -> None:
    """Write a sealed backup to FILE, while `serve` runs. The keyring is not in it: keep a copy of it elsewhere."""
    from sqlalchemy.exc import SQLAlchemyError

    from idp.core.db import Unavailable
    from idp.operations import backup as service
    from idp.web.bare import application

    with application():
        try:
            manifest = service.write(file)
        except FileExistsError:
            raise click.ClickException(f"there is a file {file} already") from None
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror}") from None
        except (Unavailable, SQLAlchemyError) as error:
            raise click.ClickException(f"{_SILENT} ({type(error).__name__}); nothing was written") from None
    _tell(_facts(manifest), as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put the database that is there aside.")
@click.option("--dry-run", is_flag=True, help="Read the file to its end; change nothing.")
@_JSON
def restore(*, file: Path, replace: bool, dry_run: bool, as_json: bool) -> None:
    """Go back to the backup FILE, with `serve` stopped. Everybody signs in again: nothing that was used comes back."""
    from sqlalchemy.exc import SQLAlchemyError

    from idp.core.db import Unavailable
    from idp.operations import restore as service
    from idp.operations.archive import ArchiveError
    from idp.operations.places import InUse
    from idp.settings import load

    settings = load()
    try:
        if dry_run:
            return _tell(_facts(service.inspect(settings, file)), as_json)
        done = service.restore(settings, file, replace=replace)
    except ArchiveError as error:
        raise click.ClickException(f"{file}: {error}") from None
    except service.NotEmpty:
        raise click.ClickException("there is a database: --replace puts it aside") from None
    except (Unavailable, SQLAlchemyError) as error:
        raise click.ClickException(f"{_SILENT} ({type(error).__name__}); nothing was changed") from None
    except InUse:
        raise click.ClickException("the database is in use: stop `serve` on every node first") from None
    facts = _facts(done.manifest)
    facts |= {"messages_dropped": done.messages_dropped, "former": done.former, "lost": done.since}
    return _tell(facts, as_json)


def _facts(manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "taken": f"{clock.as_datetime(manifest['at']):%Y-%m-%dT%H:%M:%SZ}",
        "version": manifest["version"],
        "schema": manifest["schema"],
        "keys": sorted(manifest["keyring"]),
        "rows": manifest["rows"],
    }


_WORDS = {
    "taken": "Taken",
    "version": "By version",
    "schema": "Schema",
    "keys": "Keys of the keyring",
    "rows": "Rows",
    "messages_dropped": "Messages whose link has died, not sent",
    "former": "The former database, which you may delete, is",
    "lost": "In the former database's audit since then, now undone",
}


def _tell(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(facts))
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            click.echo(f"{_WORDS[name]}:")
            for what, count in value.items():
                click.echo(f"{count:>9}  {what}")
        else:
            text = ", ".join(value) if isinstance(value, list) else "unknown" if value is None else str(value)
            click.echo(f"{_WORDS[name]}: {text}")
