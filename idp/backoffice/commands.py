"""`mgen-connect staff …`: who may sign in to the back office."""

import click

from idp.accounts.identifiers import AddressError
from idp.backoffice import staff as service
from idp.core import db
from idp.core.runtime import current

ENROLMENT = "/backoffice/inscription/"


@click.group()
def staff() -> None:
    """The people of the back office."""


@staff.command()
@click.option("--name", required=True, help="As colleagues will read it.")
@click.option("--email", required=True, help="Of work.")
def add(*, name: str, email: str) -> None:
    """Invite somebody: prints the one link with which they enrol, good for a day."""
    from idp.web.bare import application

    with application():
        try:
            with db.transaction():
                token = service.invite(name, email)
        except AddressError:
            raise click.ClickException(f"{email} is no email address") from None
        except service.IsActive:
            raise click.ClickException(f"{email} is enrolled; where a factor is lost, `staff end` first") from None
        click.echo(f"{current().settings.issuer}{ENROLMENT}{token}/")


@staff.command("list")
def list_() -> None:
    """Everybody, and whether they are enrolled."""
    from idp.web.bare import application

    with application():
        for each in service.listing():
            click.echo(f"{each.state:8} {each.address:40} {each.name}")


@staff.command()
@click.argument("email")
def end(*, email: str) -> None:
    """Shut somebody out at once."""
    from idp.web.bare import application

    with application():
        try:
            with db.transaction():
                ended = service.end(email)
        except AddressError:
            ended = False
    if not ended:
        raise click.ClickException(f"nobody of that address: {email}")
