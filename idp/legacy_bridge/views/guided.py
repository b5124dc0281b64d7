"""`/login-adherent/mot-de-passe-oublie/` and `…/debloquez-votre-compte/`: the form, and the page after it.

Both answer everybody alike (docs/rules.md §7.1). The message's link is in `guided_links`, what a proof leads to in
`regaining`.
"""

from flask import Response, g, request
from flask import session as cookie
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.sending import Asked
from idp.core import clock
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.interaction.views import current_interaction
from idp.legacy_bridge import directory, guided, kept_number, letters, paths, regaining, sunset
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.directory import Number
from idp.legacy_bridge.errors import BridgeClosed, ProofSpent
from idp.legacy_bridge.forms import BirthDateForm, CodeForm, GuidedForm
from idp.legacy_bridge.guided import Kind
from idp.legacy_bridge.models import GuidedRequest
from idp.legacy_bridge.nir import Nir
from idp.legacy_bridge.regaining import Stand
from idp.legacy_bridge.views.base import Detour, blueprint, page, to, url
from idp.legacy_bridge.views.regaining import REQUEST, go_where_it_stands
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source

_WAYS: dict[Kind, str] = {"forgotten": paths.GUIDED, "unlock": paths.UNLOCK}
_FORGOTTEN: dict[str, Kind] = {"kind": "forgotten"}
_UNLOCK: dict[str, Kind] = {"kind": "unlock"}


@blueprint.get(paths.GUIDED, defaults=_FORGOTTEN)
@blueprint.get(paths.UNLOCK, defaults=_UNLOCK)
def guided_form(kind: Kind) -> Response:
    """The number and the birth date; the birth date alone where the number was refused a moment ago."""
    current_interaction()
    if sunset.is_over():
        raise BridgeClosed
    kept = kept_number_meant()
    return _form(kind, BirthDateForm() if kept else GuidedForm(), kept=kept is not None)


@blueprint.post(paths.GUIDED, defaults=_FORGOTTEN)
@blueprint.post(paths.UNLOCK, defaults=_UNLOCK)
def guided_post(kind: Kind) -> BaseResponse:
    """The same page next, whatever was typed."""
    asked = asked_here()
    kept = kept_number_meant()
    form = BirthDateForm() if kept else GuidedForm()
    if not form.validate():
        return _form(kind, form, 400, kept=(kept or keep_what_was_read(form)) is not None)
    number = kept or directory.number_of(Nir.parse(form.nir.data))
    born = BirthDate.parse(form.birth_date.data, today=clock.as_datetime(clock.now()).date())
    try:
        cookie[REQUEST] = guided.begin(kind, number, born, asked).hex()
    except TooManyAttempts as many:
        return too_many(many)
    return to(_WAYS[kind] + paths.MESSAGE)


@blueprint.get(paths.GUIDED + paths.MESSAGE, defaults=_FORGOTTEN)
@blueprint.get(paths.UNLOCK + paths.MESSAGE, defaults=_UNLOCK)
def guided_message(kind: Kind) -> Response:
    """ "Consultez votre messagerie", always."""
    _asked_for(kind)
    return _message(CodeForm(formdata=None))


@blueprint.post(paths.GUIDED + paths.MESSAGE, defaults=_FORGOTTEN)
@blueprint.post(paths.UNLOCK + paths.MESSAGE, defaults=_UNLOCK)
def guided_message_post(kind: Kind) -> BaseResponse:
    """The code of the message, another message, or a letter."""
    waiting = _asked_for(kind)
    action = request.form.get("action")
    if action == "code":
        return _try_code(waiting)
    try:
        if action == "letter":
            letters.ask(waiting, source=client_source())
            return to(_WAYS[kind] + paths.POSTED)
        guided.resend(waiting, source=client_source())
    except TooManyAttempts as many:
        return too_many(many)
    return to(_WAYS[kind] + paths.MESSAGE, renvoye="1")


@blueprint.get(paths.GUIDED + paths.POSTED, defaults=_FORGOTTEN)
@blueprint.get(paths.UNLOCK + paths.POSTED, defaults=_UNLOCK)
def guided_posted(kind: Kind) -> Response:
    """A letter leaves, where there is an address to send it to."""
    return page(
        "letter_asked", letter_url=url(paths.LETTER), back_url=url(_WAYS[kind] + paths.MESSAGE),
        validity=current().settings.letter_life,
    )  # fmt: skip


def kept_number_meant() -> Number | None:
    """The number kept for this browser, where the page's address says that it is meant."""
    meant = request.args.get("numero") == kept_number.IN_URL["numero"]
    return kept_number.find(browser_id()) if meant else None


def keep_what_was_read(form: FlaskForm) -> Number | None:
    """A good number beside a mistake: kept, not to be shown or typed again."""
    return None if "nir" in form.errors else kept_number.keep(browser_id(), Nir.parse(form["nir"].data))


def asked_here() -> Asked:
    """Where this form was sent from."""
    interaction = current_interaction()
    return Asked(
        browser=browser_id(),
        interaction_id=interaction.id if interaction else None,
        client_id=interaction.client_id if interaction else None,
        locale=g.locale,
        source=client_source(),
    )


def _asked_for(kind: Kind) -> GuidedRequest:
    """The open request of this browser; raises what leads to where it belongs."""
    current_interaction()
    identifier = cookie.get(REQUEST)
    waiting = guided.find(bytes.fromhex(identifier)) if identifier else None
    if waiting is None or waiting.browser != browser_id() or waiting.kind == "letter":
        raise Detour(_WAYS[kind])
    if waiting.proved_in == browser_id():
        raise ProofSpent
    return waiting


def _try_code(waiting: GuidedRequest) -> BaseResponse:
    form, identifier = CodeForm(), waiting.id
    if not form.validate():
        return _message(form, 400)
    if guided.prove_by_code(waiting, form.code.data, browser=browser_id(), source=client_source()):
        return proved(identifier)
    if regaining.stand(identifier, browser_id()) is not Stand.SPENT:
        # A double click: the first one was right.
        return go_where_it_stands(identifier)
    form.code.errors = ["web-error-code"]
    return _message(form, 400)


def proved(identifier: bytes) -> BaseResponse:
    """To what the proof that this browser just brought leads to; an unlocking needs nothing more."""
    if regaining.stand(identifier, browser_id()) is Stand.UNLOCK:
        regaining.unlock(identifier, browser_id(), source=client_source())
    return go_where_it_stands(identifier)


def _form(kind: Kind, form: FlaskForm, status: int = 200, *, kept: bool) -> Response:
    base = _WAYS[kind]
    return page(
        "guided", status, form=form, error=None, unlocks=kind == "unlock", kept=kept,
        action_url=url(base, **(kept_number.IN_URL if kept else {})), other_number_url=url(base),
        letter_url=url(paths.LETTER), email_url=url(paths.EMAIL_DOOR),
    )  # fmt: skip


def _message(form: CodeForm, status: int = 200) -> Response:
    return page(
        "guided_message", status, form=form, error=None, asked_again="renvoye" in request.args,
        validity=current().settings.reset_life, letter_url=url(paths.LETTER),
    )  # fmt: skip


def too_many(many: TooManyAttempts) -> Response:
    """When to try again, and the other ways."""
    return errors.too_many(many.until, [("legacy-letter-have", url(paths.LETTER)), ("web-help", url(HELP))])
