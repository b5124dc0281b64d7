"""The chosen address has an account: its password, or the message for another one (S5, S11, S12, S13)."""

from flask import Response, g, jsonify, request, session
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import recovery
from idp.accounts.sending import Asked, Sending
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import linking, linking_factors, linking_resets, paths
from idp.legacy_bridge.forms import ContinueForm
from idp.legacy_bridge.linking import AnotherEspace, NotEvaluated, WrongPassword
from idp.legacy_bridge.linking_factors import FactorDue
from idp.legacy_bridge.views.base import (
    Detour,
    Way,
    blueprint,
    change_to_watch,
    on_the_way,
    page,
    to,
    url,
    waiting_interaction,
)
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source

_NOTES = ("resent", "too-soon", "enough", "not-yet")


@blueprint.get(paths.LINKING)
def link_account() -> Response:
    """Its password; none is asked where it has just been set in this browser."""
    way = _way()
    if linking_factors.find(way.change, browser_id()):
        raise Detour(paths.LINKING_FACTOR)
    return _form(way, ContinueForm())


@blueprint.post(paths.LINKING)
def link_account_post() -> BaseResponse:
    """Prove the account; an unvalidated or blocked one is told whatever was typed, and a message leaves."""
    way = _way()
    action, form = request.form.get("action"), ContinueForm()
    if action == "forgotten":
        return _send(way, first=True)
    if action != "fresh" and not form.validate():
        return _form(way, form, 400)
    try:
        if action == "fresh":
            state = linking_resets.prove(way.change.id, browser_id(), source=client_source())
        else:
            state = linking.prove_password(
                way.change.id, form.password.data, browser=browser_id(), source=client_source()
            )
    except NotEvaluated as closed:
        return _frozen(way) if closed.standing == "frozen" else _send(way, first=True)
    except FactorDue:
        return to(paths.LINKING_FACTOR)
    except WrongPassword:
        form.password.errors = ["legacy-link-wrong"]
        return _form(way, form, 403)
    except AnotherEspace:
        return page("address_taken", 409, ticket=way.ticket, email=way.shown_address, change_url=url(paths.ADDRESS))
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("legacy-choose-another", url(paths.ADDRESS)), ("web-help", HELP)])
    return to(paths.STEPS[state])


@blueprint.get(paths.LINKING_MESSAGE)
def linking_message() -> Response:
    """Where the message went and why; the page goes on by itself once the password is set."""
    way = _way()
    reset = linking_resets.find(way.change)
    if reset is None or reset.is_done:
        raise Detour(paths.LINKING)
    note, text = request.args.get("envoi"), f"legacy-link-message-{reset.standing}"
    return page(
        "linking_message", ticket=way.ticket, standing=reset.standing, title=f"{text}-title", lead=text,
        note=f"legacy-link-message-{note}" if note in _NOTES else None, validity=current().settings.reset_life,
        email=way.shown_address, poll_url=url(paths.LINKING_STATE), back_url=url(paths.LINKING),
        change_url=url(paths.ADDRESS), code_url=url(paths.FORGOTTEN + paths.MESSAGE),
    )  # fmt: skip


@blueprint.post(paths.LINKING_MESSAGE)
def linking_message_post() -> BaseResponse:
    """Another message, or "continue", for who has no JavaScript."""
    way = _way()
    if request.form.get("action") == "resend":
        return _send(way)
    # Had it been set, the page of the password would have been shown.
    return to(paths.LINKING_MESSAGE, envoi="not-yet")


@blueprint.get(paths.LINKING_STATE)
def linking_state() -> Response:
    """For the script of the page: where to go, once there is somewhere. Looking is no use of the ticket."""
    path, change = change_to_watch("link")
    if change is not None:
        reset = linking_resets.find(change)
        path = paths.LINKING if reset is None or reset.is_done else None
    return jsonify({"next": url(path) if path else None})


def _way() -> Way:
    way = on_the_way("link")
    if linking.target(way.change) is None:
        # Deleted meanwhile, or known by another address: the address is chosen again.
        raise Detour(paths.ADDRESS)
    return way


def _form(way: Way, form: ContinueForm, status: int = 200) -> Response:
    reset = linking_resets.find(way.change)
    fresh = linking_resets.was_set_here(way.change, browser_id())
    return page(
        "linking", status, ticket=way.ticket, form=form, error=None, email=way.shown_address,
        username=None if way.hides_address else way.change.address, fresh=fresh,
        renewed=not fresh and reset is not None and reset.is_done, change_url=url(paths.ADDRESS),
    )  # fmt: skip


def _send(way: Way, *, first: bool = False) -> BaseResponse:
    interaction = waiting_interaction(way.ticket)
    asked = Asked(
        browser_id(), interaction.id if interaction else None, way.change.client_id, g.locale, client_source()
    )
    try:
        recovery_id, sending = linking_resets.send(way.change.id, asked)
    except NotEvaluated:
        return _frozen(way)
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("legacy-choose-another", url(paths.ADDRESS)), ("web-help", HELP)])
    # The page of the other door where this browser may type the message's code.
    session[recovery.PURPOSE] = recovery_id.hex()
    return to(paths.LINKING_MESSAGE) if first and sending is Sending.SENT else to(paths.LINKING_MESSAGE, envoi=sending)


def _frozen(way: Way) -> Response:
    return page("linking_frozen", 403, ticket=way.ticket, email=way.shown_address, change_url=url(paths.ADDRESS))
