"""What the two import commands share: their options, the progress bar, the report for people and for programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from idp.core import audit
from idp.core.batch_import import Item, Loader, Progress, load
from idp.core.cores import ours
from idp.core.csv_file import CsvFile, CsvFileError
from idp.core.import_runs import Counts, Overtaken, Run, rehearsal

_SHOWN = 100
_CORES = len(ours())
T = TypeVar("T", bound=Item)
F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: list[Callable[[F], F]] = [
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--dry-run", is_flag=True, help="Check every row, store nothing."),
    click.option("--json", "as_json", is_flag=True, help="Report as JSON, with every refused line."),
    click.option("--encoding", default="auto", show_default=True, help="Of the file; auto: UTF-8, or else cp1252."),
    click.option("--delimiter", default="auto", show_default=True, help="Between the cells: one character."),
    click.option("--jobs", type=click.IntRange(1), default=_CORES, show_default="all cores", help="Threads that hash."),
]


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file, and how to report."""

    file: Path
    dry_run: bool
    as_json: bool
    encoding: str
    delimiter: str
    jobs: int


def import_options(command: F) -> F:
    """Give a click command the arguments that `Options` names."""
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    return command


def perform(loader: Loader[T], options: Options, after: Callable[[], dict[str, Any]] = dict) -> None:
    """Load the file and report. `after` runs at the end of a real run; what it returns joins the report."""
    try:
        file = CsvFile(
            options.file,
            loader.columns,
            optional=loader.optional,
            encoding=None if options.encoding == "auto" else options.encoding,
            delimiter=None if options.delimiter == "auto" else options.delimiter,
        )
        with rehearsal() if options.dry_run else nullcontext():
            with _progress(file.size) as progress:
                run, was_done = load(loader, file, jobs=options.jobs, rehearse=options.dry_run, progress=progress)
            facts = _facts(file, run, options, was_done=was_done)
            if not options.dry_run:
                facts |= after()
                if not was_done:
                    _record(loader.kind, run.counts)
            _print_json(facts, run) if options.as_json else _print_text(facts, run)
    except CsvFileError as error:
        raise click.ClickException(str(error)) from None
    except Overtaken:
        raise click.ClickException("another import of this kind is at work: this one stopped") from None


def _record(kind: str, counts: Counts) -> None:
    audit.record(
        f"{kind}_import", rows=counts.rows, imported=counts.imported, updated=counts.updated, refused=counts.refused
    )


@contextmanager
def _progress(size: int) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=size, label="importing", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _facts(file: CsvFile, run: Run, options: Options, *, was_done: bool) -> dict[str, Any]:
    facts = asdict(run.counts)
    return {
        "file": file.path.name,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "dry_run": options.dry_run,
        "already_imported": was_done,
        **facts,
        **{name: round(value, 3) for name, value in facts.items() if name.endswith("seconds")},
        "jobs": options.jobs,
        "rows_per_second": round(run.counts.rows / max(run.counts.cpu_seconds, 1e-3)),
        "reasons": run.reasons(),
    }


def _print_json(facts: dict[str, Any], run: Run) -> None:
    """The report, its refused lines written as they are read: there may be a million."""
    head = {name: value for name, value in facts.items() if name != "refused"}
    click.echo(orjson.dumps(head)[:-1] + b',"refused":[', nl=False)
    for number, (line, reason) in enumerate(run.refusals()):
        click.echo(b"," * (number > 0) + orjson.dumps({"line": line, "reason": reason}), nl=False)
    click.echo(b"]}")


def _print_text(facts: dict[str, Any], run: Run) -> None:
    if facts["already_imported"]:
        click.echo("This very file has been imported already; nothing was done. Its report was:")
    if facts["dry_run"]:
        click.echo("Checked only: nothing was stored, no password was compared.")
    click.echo(
        "{rows} rows ({encoding}, delimiter {delimiter!r}): {imported} imported, {updated} updated,"
        " {unchanged} unchanged, {refused} refused".format_map(facts)
    )
    click.echo(
        "{seconds} s, of which {argon2_seconds} s for {argon2_hashes} argon2id hashes on {jobs} cores;"
        " without them {cpu_seconds} s of one core: {rows_per_second} rows a second".format_map(facts)
    )
    for kind, count in sorted(facts["warnings"].items()):
        click.echo(f"loaded without it: {kind} {count}")
    for reason, count in facts["reasons"].items():
        click.echo(f"refused: {reason} {count}")
    for number, (line, reason) in enumerate(run.refusals()):
        if number == _SHOWN:
            click.echo("  … (--json lists every line)")
            break
        click.echo(f"  line {line}: {reason}")
    if facts.get("bridge_sunset"):
        click.echo(f"The NIR door closes after {facts['bridge_sunset']}: set now, as no setting says another day.")
