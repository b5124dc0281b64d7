"""The commands of the identities that come from other sites."""

from typing import Any

import click

from idp.core.import_command import Options, import_options, perform


@click.group()
def identities() -> None:
    """The email identities of the loyalty site and the forum."""


@identities.command("import")
@import_options
def import_(**options: Any) -> None:
    """Load the other sites' identities file; started again, it goes on where it stopped."""
    from idp.accounts.importing import IdentityLoader
    from idp.web.bare import application

    with application():
        perform(IdentityLoader(), Options(**options))
