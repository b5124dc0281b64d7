"""The command line, `mgen-connect`. Each room brings its own commands; here are those that concern the whole.

A command that cannot start says why in one line and ends with 2.
"""

import importlib
import sys
from pathlib import Path

import click

from idp.core.crypto import Keyring, KeyringError
from idp.settings import Settings, SettingsError, load

# Imported when called for, so that `--help` stays quick.
_ROOMS = {
    "audit": ("idp.operations.audit_commands:audit", "The record of what happened: verify it, export it."),
    "backup": ("idp.operations.commands:backup", "Write a sealed copy of what must last."),
    "client": ("idp.oidc.commands:client", "Register relying parties."),
    "demo": ("idp.demo.commands:demo", "Everything on this machine, to be tried."),
    "doctor": ("idp.operations.commands:doctor", "Look at everything; say what is wrong and what to do."),
    "identities": ("idp.accounts.commands:identities", "Load the accounts of the sites."),
    "keys": ("idp.oidc.commands:keys", "List and rotate the signing keys."),
    "legacy": ("idp.legacy_bridge.commands:legacy", "The bridge: from the old file of members to its end."),
    "staff": ("idp.backoffice.commands:staff", "The people of the back office."),
    "restore": ("idp.operations.commands:restore", "Go back to a backup; nothing that was used comes back."),
}


class _Rooms(click.Group):
    """A group whose other commands live in the rooms."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*self.commands, *_ROOMS])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _ROOMS:
            return super().get_command(context, name)
        module, _, attribute = _ROOMS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        ours = {name: command.get_short_help_str(70) for name, command in self.commands.items()}
        rooms = {name: words for name, (_, words) in _ROOMS.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted((ours | rooms).items()))


@click.group(cls=_Rooms)
@click.version_option(package_name="mgen-connect")
def group() -> None:
    """MGEN Connect: an OpenID Connect provider, and the bridge from social security number to email identifier."""


def main() -> None:
    """The console script."""
    try:
        group(prog_name="mgen-connect")
    except (SettingsError, KeyringError) as error:
        click.echo(f"mgen-connect: {error}", err=True)
        sys.exit(2)


@group.command()
def init() -> None:
    """Make what is missing: the keyring, the database, the signing keys."""
    settings = load()
    make_keyring(settings)
    prepare_database(settings)


@group.group("db")
def database() -> None:
    """The database's schema."""


@database.command()
def upgrade() -> None:
    """Bring the schema to this version; does nothing where it is there already."""
    from idp import migrations
    from idp.web.bare import application

    with application():
        migrations.upgrade()


@group.command()
def serve() -> None:
    """Answer requests, and do the jobs behind them, until stopped."""
    from idp.serve import serve as run

    sys.exit(run(load()))


@group.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would go; nothing goes.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def retention_(*, dry_run: bool, as_json: bool) -> None:
    """Delete what has been kept long enough; `serve` does so each hour."""
    import orjson

    from idp import retention
    from idp.web.bare import application

    with application():
        outcomes = retention.look() if dry_run else retention.run()
    if as_json:
        rows = {outcome.rule.name: outcome.rows for outcome in outcomes}
        click.echo(orjson.dumps({"dry_run": dry_run, "rows": rows}))
        return
    click.echo("Would go, had this been no dry run:" if dry_run else "Gone:")
    for outcome in outcomes:
        click.echo(f"{outcome.rows:>9}  {outcome.rule.what} ({outcome.rule.age} days)")


def make_keyring(settings: Settings) -> None:
    """Make the keyring unless there is one. Raises `KeyringError` where a database has lost its own."""
    path = settings.secret_key_file
    if path.exists():
        return
    if settings.embedded and Path(settings.sqlite_path).exists():
        raise KeyringError(f"the database was made with a keyring that is no longer at {path}: bring it back")
    path.parent.mkdir(parents=True, exist_ok=True)
    Keyring.create(path)


def prepare_database(settings: Settings) -> None:
    """Make the schema, the mark of the keyring and the signing keys, as far as they are missing."""
    from idp import migrations
    from idp.core import keyring_check
    from idp.oidc import keys
    from idp.web.bare import unchecked_application

    if settings.embedded:
        Path(settings.sqlite_path).parent.mkdir(parents=True, exist_ok=True)
    with unchecked_application(settings) as parts:
        migrations.upgrade()
        # The mark of another keyring must stop us before keys are sealed under this one.
        if parts.sql.one("SELECT 1 FROM keyring_check", {}):
            keyring_check.verify(parts.sql, parts.keyring)
        keyring_check.remember(parts.sql, parts.keyring)
        keys.ensure_keys()
