"""`mgen-connect audit …`: whether the record is whole, and the record itself."""

import datetime as dt
import sys
from dataclasses import asdict

import click
import orjson

from idp.core import audit_check

_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def audit() -> None:
    """The record of what happened: 12 months of it, sealed."""


@audit.command()
@click.option("--kept", metavar="NUMBER:DIGEST", help="A last seal of former times: was the end cut off since?")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def verify(*, kept: str | None, as_json: bool) -> None:
    """Recompute every seal; say what was changed, removed or inserted. Ends with 1 where something was."""
    from idp.web.bare import application

    with application():
        report = audit_check.verify(_seal(kept) if kept else None)
    if as_json:
        click.echo(orjson.dumps(asdict(report)))
    else:
        click.echo(f"{report.lines:>9}  lines under {report.seals} seals, {report.waiting} still to be sealed")
        click.echo(f"{report.taken:>9}  taken by retention, twelve months after")
        if report.head:
            click.echo("The last seal is {}:{}: keep it elsewhere.".format(*report.head))
        for fault in report.faults:
            click.echo(f"FAULT {fault}")
        if not report.faults:
            click.echo("Every line is as it was sealed.")
    sys.exit(bool(report.faults))


@audit.command()
@click.option("--since", type=_MOMENT, help="From this day or second on (UTC).")
@click.option("--until", type=_MOMENT, help="Before this day or second (UTC).")
def export(*, since: dt.datetime | None, until: dt.datetime | None) -> None:
    """Write the lines to the standard output, one JSON object a line, oldest first."""
    from idp.web.bare import application

    with application():
        for line in audit_check.export(_seconds(since), _seconds(until)):
            click.echo(line)


def _seal(text: str) -> tuple[int, str]:
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 52:
        raise click.BadParameter("a number, a colon and the digest, as this command and the logs say them")
    return int(number), digest.upper()


def _seconds(moment: dt.datetime | None) -> int | None:
    return int(moment.replace(tzinfo=dt.UTC).timestamp()) if moment else None
