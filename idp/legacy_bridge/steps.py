"""What the bridge adds to a sign-in: the change of identifier, and the Espace personnel that a site needs."""

from idp.interaction.dispatcher import Standing


def identifier_change_is_due(standing: Standing) -> bool:
    """Somebody signed in by NIR in this interaction: no session and no code before the end (S2)."""
    return standing.ticket is not None


def member_is_due(standing: Standing) -> bool:
    """The site serves only people with an Espace personnel, and this account holds none (docs/rules.md §7.9)."""
    return standing.requires_member and standing.session is not None and standing.session.member_ref is None
