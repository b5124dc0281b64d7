"""The change of identifier as a step."""

from idp.interaction.dispatcher import Standing


def identifier_change_is_due(standing: Standing) -> bool:
    """Somebody signed in by NIR in this interaction: no session and no code before the end (S2)."""
    return standing.ticket is not None
