"""`mgen-connect demo`: the whole product on one machine, with ten people to be."""

import os
import sys
import time
import webbrowser
from pathlib import Path

import click

from idp.demo.change import change_identifier
from idp.demo.folder import SITES, Folder
from idp.demo.personas import IDENTITIES, MEMBERS, Persona, as_text, load_personas
from idp.demo.stack import DemoError, Stack, refuse_busy_ports
from idp.paths import resource
from idp.settings import CONFIG_VARIABLE, PREFIX

_HIGHEST = 65535 - 4
_PROVIDER = [sys.executable, "-c", "from idp.cli import main; main()"]


@click.command()
@click.option(
    "--dir",
    "path",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where everything is kept; a second run goes on with it.",
)
@click.option("--port", type=click.IntRange(1, _HIGHEST), default=8000, show_default=True, help="The first of five.")
@click.option("--database-url", help="A PostgreSQL, in the place of a file of the folder: postgresql://…")
@click.option("--redis-url", help="A Redis for what lives shortly: redis://…")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
def demo(path: Path, port: int, database_url: str | None, redis_url: str | None, no_browser: bool) -> None:
    """Start the provider, three sites and a mailbox on http://localhost, with ten people to be."""
    folder = Folder(path.absolute(), port, database_url, redis_url)
    personas = load_personas()
    try:
        refuse_busy_ports(folder.ports)
        folder.claim()
        folder.write_settings()
        with Stack(folder.logs, _environment(folder)) as stack:
            timings, enrolment = _start(stack, folder, personas)
            click.echo(_welcome(folder, personas, timings, enrolment))
            if not no_browser and _has_display():
                webbrowser.open(folder.site_url("member-area"))
            stack.watch()
    except DemoError as error:
        click.echo(f"mgen-connect: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command goes on with the same people.")


def _environment(folder: Folder) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return ours | {CONFIG_VARIABLE: str(folder.config), "PYTHONUNBUFFERED": "1"}


def _start(stack: Stack, folder: Folder, personas: list[Persona]) -> tuple[dict[str, float], str]:
    """Start every process, after preparing a new folder: how many seconds each part took, and the link for staff.

    There is a link in a new folder alone.
    """
    timings: dict[str, float] = {}
    enrolment = ""
    begun = time.monotonic()

    def took(part: str) -> None:
        nonlocal begun
        timings[part] = time.monotonic() - begun
        begun = time.monotonic()

    for key in SITES:
        stack.start(key, [sys.executable, str(resource("examples") / "site.py"), str(folder.site_config(key))])
    stack.start("mailbox", [sys.executable, "-m", "idp.demo.mailbox", *folder.mailbox_arguments])
    is_new = not folder.personas.is_file()
    if is_new:
        stack.start("init", [*_PROVIDER, "init"])
        stack.finish("init")
        took("keys and database")
    stack.start("provider", [*_PROVIDER, "serve"])
    if is_new:
        stack.start("members", [*_PROVIDER, "legacy", "import", str(MEMBERS)])
        stack.start("identities", [*_PROVIDER, "identities", "import", str(IDENTITIES)])
        stack.start("staff", [*_PROVIDER, "staff", "add", "--name", "Accueil", "--email", "accueil@mgen.example"])
        stack.finish("members")
        stack.finish("identities")
        enrolment = stack.take_word("staff")
        took("members")
    stack.wait_for(folder.ports)
    took("provider and sites")
    if is_new:
        changed = next(each for each in personas if each.old_password)
        change_identifier(folder.site_url("member-area"), changed, folder.mail)
        folder.write_personas(personas)
        took("one change of identifier")
    return timings, enrolment


def _welcome(folder: Folder, personas: list[Persona], timings: dict[str, float], enrolment: str) -> str:
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in timings.items())
    once = f"  For staff, once, within a day:\n  {enrolment}\n" if enrolment else ""
    return f"""
{as_text(personas)}
Ten people to be, above and in {folder.personas}.
Ready in {sum(timings.values()):.1f} s ({parts}).

  Member area   {folder.site_url("member-area")}
  Avantage      {folder.site_url("avantage")}
  Forum         {folder.site_url("forum")}
  Mailbox       {folder.mailbox_url}
  Provider      {folder.issuer}
  Account       {folder.issuer}/compte/
  Back office   {folder.issuer}/backoffice/
{once}
Ctrl-C stops all of it."""


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
