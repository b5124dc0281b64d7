"""What a sign-in by email may still ask: to confirm the default address (docs/rules.md §7.4)."""

from idp.core.runtime import current
from idp.interaction.dispatcher import Standing

# The sign-in that the change of identifier opens itself is not a later one.
_SAME_SIGN_IN = 60


def address_is_due(standing: Standing) -> bool:
    """A later sign-in to an account whose default address nobody proved, and not put off in this session."""
    session = standing.session
    if session is None or session.address_unproved_since is None:
        return False
    if session.auth_time <= session.address_unproved_since + _SAME_SIGN_IN:
        return False
    return current().ephemeral.get(postponed_key(session.id)) is None


def postponed_key(session_id: bytes) -> str:
    """Where it is kept that the person of this session said « Plus tard »."""
    return f"address-postponed:{session_id.hex()}"
