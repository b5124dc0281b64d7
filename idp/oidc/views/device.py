"""The pages of the device grant (RFC 8628 §3.3): a person types the code that a device shows, and agrees or refuses."""

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.core import db
from idp.core.runtime import current
from idp.interaction import service, views
from idp.interaction.dispatcher import standing_of
from idp.interaction.service import FinishedInteraction, Interaction, UnknownInteraction
from idp.oidc import claims, consents, device
from idp.oidc.device import Asked
from idp.oidc.forms import DeviceForm
from idp.oidc.requests import AuthorizationRequest
from idp.oidc.views.base import DEVICE_AGREEMENT, blueprint, parts
from idp.oidc.views.consent import in_words
from idp.sessions.levels import lowest
from idp.sessions.service import Session
from idp.web import i18n
from idp.web.pages import LANGUAGE_COOKIE, browser_id, client_source
from idp.web.source import network

END = device.VERIFICATION + "fin/"
_HOUR = 3600


@blueprint.route(device.VERIFICATION, methods=["GET", "POST"])
def device_code() -> BaseResponse:
    """Where a person types the code; the address that a device shows as a picture brings it along (§3.3.1)."""
    form = DeviceForm(request.args) if request.method == "GET" else DeviceForm()
    if request.method == "GET" or not form.validate():
        return _code_page(form, 400 if form.errors else 200)
    throttle, counter = current().throttle, f"device:{network(client_source())}"
    throttle.check(counter, current().settings.failures_per_source)
    asked = device.find(current(), form.user_code.data)
    client = parts().clients.find(asked.client_id) if asked else None
    if asked is None or client is None:
        # §5.1: nobody finds a code by trying.
        throttle.count(counter, _HOUR)
        return _code_page(form, 400, "oidc-device-code-wrong")
    interaction = service.create(
        browser=browser_id(),
        client_id=asked.client_id,
        request=AuthorizationRequest(
            client_id=asked.client_id, scope=tuple(asked.scope.split()), device=asked.z.hex()
        ).as_json(),
        locale=i18n.pick_locale(None, request.cookies.get(LANGUAGE_COOKIE), None),
        acr_needed=lowest(client.default_acr_values),
    )
    return views.go_on(interaction, views.current_session())


@blueprint.route(DEVICE_AGREEMENT, methods=["GET", "POST"])
def device_agreement() -> BaseResponse:
    """What the device will be able to do, and the person's answer to it (§5.4: with the name of who asks)."""
    interaction = views.current_interaction()
    if interaction is None:
        raise UnknownInteraction
    session = views.current_session()
    if session is None or parts().dispatcher.first_due(standing_of(interaction, session)):
        return views.go_on(interaction, session)
    accepted = AuthorizationRequest.from_json(interaction.request)
    asked = device.find_again(current(), bytes.fromhex(accepted.device)) if accepted.device else None
    if asked is None:
        return redirect(END, 303)
    if request.method == "GET" or not {"agree", "refuse"} & request.form.keys():
        return _agreement_page(asked, session)
    return _answer(interaction, asked, session, agreed="agree" in request.form)


@blueprint.get(END)
def device_end() -> BaseResponse:
    """Where it ends: back to the device."""
    answer = request.args.get("reponse")
    return make_response(render_template("oidc/device_end.html", answer=answer if answer in ("oui", "non") else None))


def _answer(interaction: Interaction, asked: Asked, session: Session, *, agreed: bool) -> BaseResponse:
    if not service.finish(interaction):
        raise FinishedInteraction(interaction.client_id)
    db.write()
    counts = device.approve(current(), asked, session) if agreed else device.deny(current(), asked)
    client = parts().clients.find(asked.client_id)
    if agreed and counts and client and not client.first_party:
        # Shown, and withdrawn, like what a site asks for in a browser (ASVS 10.7.3).
        consents.grant(session.account_id, asked.client_id, _wanted(asked))
    return redirect(f"{END}?reponse={'oui' if agreed else 'non'}" if counts else END, 303)


def _code_page(form: DeviceForm, status: int, error: str | None = None) -> BaseResponse:
    html = render_template("oidc/device.html", form=form, error=error)
    return make_response(html, status)


def _agreement_page(asked: Asked, session: Session) -> BaseResponse:
    told = [in_words(scope) for scope in _wanted(asked)]
    return make_response(render_template("oidc/device_agreement.html", told=told, address=session.address))


def _wanted(asked: Asked) -> list[str]:
    return [scope for scope in asked.scope.split() if scope not in claims.SILENT]
