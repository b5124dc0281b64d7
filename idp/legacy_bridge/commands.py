"""The commands of the old member file."""

from typing import Any

import click

from idp.core.import_command import Options, import_options, perform


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
        perform(MemberLoader(), Options(**options), after)
