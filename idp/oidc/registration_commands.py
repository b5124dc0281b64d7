"""`mgen-connect client token` and `client tokens`: who may register clients by themselves."""

from datetime import timedelta
from typing import Any

import click
import orjson

from idp.core import clock, db
from idp.oidc import registration_policy
from idp.oidc.profiles import PROFILES
from idp.oidc.registration_policy import Policy

_MOST = Policy()


@click.command()
@click.argument("name")
@click.option("--uses", type=click.IntRange(1), default=1, show_default=True, help="How many registrations.")
@click.option("--unlimited", is_flag=True, help="As many registrations as it likes, instead.")
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How long it is good for.")
@click.option("--scope", default=" ".join(_MOST.scope), show_default=True, help="The most that a client may ask for.")
@click.option("--redirect-host", "hosts", multiple=True, help="A host that redirect URIs may have; none, any.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), default=_MOST.profile, show_default=True)
@click.option("--software-id", help="The one software that may be registered.")
@click.option("--statement", is_flag=True, help="Ask for a signed software statement.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for a program.")
def token(name: str, uses: int, unlimited: bool, days: int, as_json: bool, **limits: Any) -> None:
    """Make an initial access token (RFC 7591), called NAME. It is shown once, and kept nowhere."""
    from idp.web.bare import application

    policy = Policy(
        scope=tuple(limits["scope"].split()),
        redirect_hosts=limits["hosts"],
        profile=limits["profile"],
        software_id=limits["software_id"],
        statement_required=limits["statement"],
    )
    life = int(timedelta(days=days).total_seconds())
    try:
        with application(), db.transaction():
            made = registration_policy.make_token(name, policy, uses=None if unlimited else uses, life=life)
    except registration_policy.NameTaken:
        raise click.ClickException(f"{name}: there is an initial access token by this name already") from None
    told = {"name": name, "initial_access_token": made}
    click.echo(orjson.dumps(told).decode() if as_json else made)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for a program.")
def tokens(as_json: bool) -> None:
    """Every initial access token, without itself."""
    from idp.web.bare import application

    with application():
        found = registration_policy.listing()
    lines = [
        f"{each['name']:24} {'any number' if each['uses_left'] is None else each['uses_left']} left,"
        f" until {clock.as_datetime(each['expires_at']):%Y-%m-%d %H:%M} UTC"
        for each in found
    ]
    click.echo(orjson.dumps(found).decode() if as_json else "\n".join(lines) or "There is no initial access token.")
