"""The sign-in as a step."""

from idp.interaction.dispatcher import Standing


def sign_in_is_due(standing: Standing) -> bool:
    """No session, an older one than the request allows, or another person's than the one it names."""
    session = standing.session
    if session is None or session.auth_time < standing.not_before:
        return True
    return standing.account_id is not None and session.account_id.hex() != standing.account_id
