"""The sign-in as a step, and what it must be worth."""

from idp.accounts.factors import listing
from idp.interaction.dispatcher import Standing
from idp.sessions.levels import reaches


def sign_in_is_due(standing: Standing) -> bool:
    """No session, an older one than the request allows, or another person's than the one it names."""
    session = standing.session
    if session is None or session.auth_time < standing.not_before:
        return True
    return standing.account_id is not None and session.account_id.hex() != standing.account_id


def second_factor_is_due(standing: Standing) -> bool:
    """A sign-in below the level that the site needs; or below the one it wishes, of who has a second factor."""
    session = standing.session
    if session is None:
        return False
    if not reaches(session.acr, standing.acr_needed):
        return True
    return not reaches(session.acr, standing.acr_wished) and listing.of(session.account_id).any
