"""`mgen-connect client …` and `mgen-connect keys …`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from idp.core import clock, db
from idp.core.runtime import current
from idp.oidc import clients, declarations, registration_commands
from idp.oidc import keys as signing_keys
from idp.oidc.client_metadata import Client, InvalidMetadata, read

_Command = TypeVar("_Command", bound=Callable[..., Any])
_as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for a program.")


def apply_declared_clients() -> declarations.Report | None:
    """Apply the folder of the settings, as `serve` does when it starts; None where no folder is set.

    Raises `InvalidMetadata`, which names the file.
    """
    folder = current().settings.clients_dir
    return declarations.apply_declared(folder) if folder else None


@contextmanager
def _at_work() -> Iterator[None]:
    from idp.web.bare import application

    try:
        with application():
            yield
    except (InvalidMetadata, clients.ClientError) as error:
        raise click.ClickException(str(error)) from None


def _tell(value: Any, as_json: bool, text: str) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if as_json else text)


@click.group()
def client() -> None:
    """The relying parties."""


for command in (registration_commands.token, registration_commands.tokens):
    client.add_command(command)


@client.command("list")
@_as_json
def list_clients(as_json: bool) -> None:
    """Every client."""
    with _at_work():
        found = clients.Clients(current()).all()
    lines = [f"{each.client_id:24} {each.client_name}" for each in found]
    _tell([_metadata(each) for each in found], as_json, "\n".join(lines) or "There is no client.")


@client.command()
@click.argument("client_id")
@_as_json
def show(client_id: str, as_json: bool) -> None:
    """One client, without its secret."""
    with _at_work():
        stored = clients.find_stored(client_id)
        if stored is None:
            raise clients.ClientError(f"{client_id}: there is no such client")
    metadata = {**_metadata(stored[0]), "declared": stored[1]}
    _tell(metadata, as_json, "\n".join(f"{name:32} {_text(value)}" for name, value in metadata.items()))


def _options(command: _Command) -> _Command:
    """The metadata that `add` takes, by their names in a declaration."""
    several = {"redirect_uris": "A whole URI.", "post_logout_redirect_uris": "A whole URI.", "grant_types": ""}
    for name, text in several.items():
        command = click.option("--" + name.rstrip("s").replace("_", "-"), name, multiple=True, help=text)(command)
    single = ("scope", "site", "initiate_login_uri", "backchannel_logout_uri", "identifier_changed_uri")
    for name in (*single, "token_endpoint_auth_method", "subject_type", "sector_identifier", "access_token_format"):
        command = click.option("--" + name.replace("_", "-"), name)(command)
    for name in ("require_pkce", "first_party", "nir_door", "registration"):
        command = click.option("--" + name.replace("_", "-"), name, is_flag=True)(command)
    return command


@client.command()
@click.argument("client_id")
@click.option("--name", "client_name", required=True, help="As people will read it.")
@_options
@_as_json
def add(as_json: bool, **values: Any) -> None:
    """Register a client. Its secret is shown once, and kept nowhere."""
    given = {name: value for name, value in values.items() if value}
    secret = clients.new_secret() if clients.has_secret(given) else None
    with _at_work():
        made = read(clients.with_secret(given, secret) if secret else given)
        with db.transaction():
            clients.add(made)
    _tell_secret(made.client_id, secret, as_json)


@client.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@_as_json
def apply(folder: Path | None, as_json: bool) -> None:
    """Apply the declared clients of FOLDER, or of the setting clients_dir."""
    with _at_work():
        report = declarations.apply_declared(folder) if folder else apply_declared_clients()
    if report is None:
        raise click.UsageError("name a folder, or set clients_dir")
    told = report.as_dict()
    _tell(told, as_json, "\n".join(f"{name:10} {', '.join(ids)}" for name, ids in told.items() if ids))


@client.command("rotate-secret")
@click.argument("client_id")
@_as_json
def rotate_secret(client_id: str, as_json: bool) -> None:
    """Give a client another secret; the old one stops at once. It is shown once, and kept nowhere."""
    with _at_work(), db.transaction():
        secret = clients.rotate_secret(client_id)
    _tell_secret(client_id, secret, as_json)


@client.command()
@click.argument("client_id")
@_as_json
def remove(client_id: str, as_json: bool) -> None:
    """Forget a client: it can no longer sign anybody in."""
    with _at_work(), db.transaction():
        clients.remove(client_id)
    _tell({"removed": client_id}, as_json, f"{client_id} is removed.")


@click.group()
def keys() -> None:
    """The signing keys."""


@keys.command("list")
@_as_json
def list_keys(as_json: bool) -> None:
    """Every key: those that sign, those that will, those that did."""
    with _at_work():
        found = signing_keys.listing()
    _tell_keys(found, as_json)


@keys.command()
@click.argument("algorithm", nargs=-1, type=click.Choice(list(signing_keys.ALGORITHMS)))
@_as_json
def rotate(algorithm: tuple[str, ...], as_json: bool) -> None:
    """Sign with the next keys of each ALGORITHM, or of all, from now on. What was signed before stays good."""
    with _at_work():
        signing_keys.rotate(algorithm or signing_keys.ALGORITHMS)
        found = signing_keys.listing()
    _tell_keys(found, as_json)


def _tell_keys(found: list[dict[str, Any]], as_json: bool) -> None:
    lines = [
        f"{each['kid']}  {each['algorithm']}  {each['state']:8} made {clock.as_datetime(each['created_at']):%Y-%m-%d}"
        for each in found
    ]
    _tell(found, as_json, "\n".join(lines))


def _tell_secret(client_id: str, secret: str | None, as_json: bool) -> None:
    told: Mapping[str, str] = {"client_id": client_id, **({"client_secret": secret} if secret else {})}
    _tell(told, as_json, "\n".join(f"{name:14} {value}" for name, value in told.items()))


def _metadata(one: Client) -> dict[str, Any]:
    return {**one.model_dump(), "scope": " ".join(sorted(one.scope))}


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
