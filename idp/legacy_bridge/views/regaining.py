"""What a guided proof leads to, in the browser that brought it: a new password and the change, or the number's way."""

from contextlib import suppress

from flask import Response
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.password_policy import PasswordRefused
from idp.core.db import db, rollback
from idp.core.runtime import current
from idp.interaction import service as interactions
from idp.interaction.dispatcher import with_interaction
from idp.interaction.service import Interaction, InteractionError
from idp.interaction.views import current_interaction, show_site
from idp.legacy_bridge import paths, regaining
from idp.legacy_bridge.errors import ProofSpent
from idp.legacy_bridge.forms import NewPasswordForm, error_key
from idp.legacy_bridge.models import GuidedRequest, LegacyMember
from idp.legacy_bridge.regaining import Stand
from idp.legacy_bridge.views.base import Detour, blueprint, page, to
from idp.legacy_bridge.views.door import begin
from idp.web.pages import browser_id, client_source

# In the browser's cookie: its last guided request.
REQUEST = "guided"
_PAGES = {
    Stand.SPENT: paths.GUIDED,
    Stand.UNLOCK: paths.UNLOCK,
    Stand.UNLOCKED: paths.UNLOCKED,
    Stand.NEW_PASSWORD: paths.NEW_PASSWORD,
    Stand.REGAINED: paths.REGAINED,
    Stand.CHANGED: paths.EMAIL_DOOR,
    Stand.ACCOUNT: paths.LETTER_PASSWORD,
    Stand.FROZEN: paths.LETTER_CHOICE,
    Stand.ACCOUNT_REGAINED: paths.LETTER_DONE,
}


def go_where_it_stands(identifier: bytes) -> BaseResponse:
    """To the page that the request of this browser is at."""
    return to(_PAGES[regaining.stand(identifier, browser_id())])


def at(*stands: Stand) -> bytes:
    """The request of this browser, if it stands at one of `stands`; else raises what leads to the right page."""
    current_interaction()
    identifier = bytes.fromhex(cookie.get(REQUEST, ""))
    stand = regaining.stand(identifier, browser_id())
    if stand not in stands:
        raise Detour(_PAGES[stand])
    show_site(_request(identifier).client_id)
    return identifier


def waiting_interaction(identifier: bytes) -> Interaction | None:
    """The site's request that was waiting when the way began, where it still does, in this browser."""
    asked = _request(identifier)
    if asked.interaction_id:
        with suppress(InteractionError):
            return interactions.load(asked.interaction_id, browser_id())
    return current_interaction()


@blueprint.get(paths.NEW_PASSWORD)
def new_password() -> Response:
    """A new password for the number's way."""
    return _form(at(Stand.NEW_PASSWORD), NewPasswordForm())


@blueprint.post(paths.NEW_PASSWORD)
def new_password_post() -> BaseResponse:
    """Take it, or say which rule it breaks."""
    identifier, form = at(Stand.NEW_PASSWORD), NewPasswordForm()
    if not form.validate():
        return _form(identifier, form, 400)
    try:
        regaining.set_password(identifier, browser_id(), form.new_password.data, source=client_source())
    except PasswordRefused as refused:
        form.new_password.errors = [error_key("password", refused.code)]
        return _form(identifier, form, 400)
    return to(paths.REGAINED)


@blueprint.get(paths.REGAINED)
def regained() -> Response:
    """The password is kept; the change comes next."""
    at(Stand.REGAINED)
    return page("regained")


@blueprint.post(paths.REGAINED)
def regained_post() -> BaseResponse:
    """On to the change, in this browser alone."""
    identifier = at(Stand.REGAINED)
    asked = _request(identifier)
    assert asked.member_id is not None
    return begin(asked.member_id, waiting_interaction(identifier), asked.client_id)


@blueprint.get(paths.UNLOCKED)
def unlocked() -> Response:
    """The number's way is open again; nobody is signed in."""
    interaction = waiting_interaction(at(Stand.UNLOCKED))

    def onward(path: str) -> str:
        return with_interaction(path, interaction.id if interaction else None)

    return page("unlocked", door_url=onward(paths.DOOR), guided_url=onward(paths.GUIDED))


def _form(identifier: bytes, form: NewPasswordForm, status: int = 200) -> Response:
    member = db.session.get_one(LegacyMember, _request(identifier).member_id)
    return page(
        "new_password", status, form=form, error=None, min_length=current().settings.password_min_length,
        never_created=member.password is None,
    )  # fmt: skip


def _request(identifier: bytes) -> GuidedRequest:
    return db.session.get_one(GuidedRequest, identifier)


@blueprint.errorhandler(ProofSpent)
def _spent(_error: ProofSpent) -> BaseResponse:
    """Used, replaced or too old, perhaps by this very browser a moment ago: the page says how it stands."""
    rollback()
    return go_where_it_stands(bytes.fromhex(cookie.get(REQUEST, "")))
