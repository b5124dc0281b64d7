"""The way out of the invitations: a page with a button for people, and the same POST for mail programs (RFC 8058)."""

from flask import Response

from idp.core.db import write
from idp.legacy_bridge import invitations, paths
from idp.legacy_bridge.views.base import blueprint, page
from idp.web.pages import csrf


@blueprint.get(paths.UNINVITE + "<handle>/")
def uninvite_form(handle: str) -> Response:
    """Says what the button does; looking changes nothing."""
    return page("uninvite", stopped=False)


@blueprint.post(paths.UNINVITE + "<handle>/")
def uninvite(handle: str) -> Response:
    """Invites no more; what was not made here is answered the same."""
    write()
    invitations.uninvite(handle)
    return page("uninvite", stopped=True)


# A mail program has no page of ours to take a token from; the link itself cannot be guessed.
csrf.exempt(uninvite)
