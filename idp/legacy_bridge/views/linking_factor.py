"""The second factor of the account to link, once its password is proved (docs/rules.md §3 row 8)."""

from flask import Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import notices, second_factor
from idp.accounts.factors import listing
from idp.accounts.second_factor import PASSKEY, TYPED, Asked, FactorRefused
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import linking, linking_factors, paths
from idp.legacy_bridge.forms import FactorForm
from idp.legacy_bridge.linking_factors import Waiting
from idp.legacy_bridge.views.base import Detour, Way, blueprint, on_the_way, page, to, url
from idp.web import errors
from idp.web.pages import HELP, browser_id, client_source


@blueprint.get(paths.LINKING_FACTOR)
def linking_factor() -> Response:
    """What the account has."""
    way, waiting = _way()
    return _form(way, waiting, FactorForm())


@blueprint.post(paths.LINKING_OPTIONS)
def linking_factor_options() -> Response:
    """What the browser needs to ask for one of its passkeys."""
    options = second_factor.passkey_options(_asked(_way()[1]))
    return make_response(options, {"Content-Type": "application/json"})


@blueprint.post(paths.LINKING_FACTOR)
def linking_factor_post() -> BaseResponse:
    """Take the proof: the change goes on."""
    (way, waiting), form = _way(), FactorForm()
    answer = request.form.get("credential", "")
    if not answer and not form.validate():
        return _form(way, waiting, form, 400)
    try:
        if answer:
            amr, kind = second_factor.prove_by_passkey(_asked(waiting), answer).amr, PASSKEY
        else:
            amr, kind = TYPED, second_factor.prove_by_code(waiting.account_id, form.otp.data, source=client_source())
    except TooManyAttempts as many:
        return errors.too_many(many.until, [("legacy-choose-another", url(paths.ADDRESS)), ("web-help", HELP)])
    except FactorRefused as refused:
        text = f"factors-refused-{refused.reason}"
        form.otp.errors = [] if answer else [text]
        return _form(way, waiting, form, 403, error=text if answer else None)
    linking_factors.keep(way.change.id, waiting, browser_id(), kind, amr, answer)
    return to(paths.STEPS[linking.prove_factor(way.change.id, waiting, source=client_source())])


def _way() -> tuple[Way, Waiting]:
    way = on_the_way("link")
    waiting = linking_factors.find(way.change, browser_id())
    if waiting is None:
        # Too late, or another account: its password again.
        raise Detour(paths.LINKING)
    return way, waiting


def _asked(waiting: Waiting) -> Asked:
    return Asked("linking", browser_id(), client_source(), waiting.account_id)


def _form(way: Way, waiting: Waiting, form: FactorForm, status: int = 200, *, error: str | None = None) -> Response:
    # A code is good once: it is not shown again.
    form.otp.data = None
    return page(
        "linking_factor", status, ticket=way.ticket, form=form, error=error, email=way.shown_address,
        factors=listing.of(waiting.account_id), options_url=url(paths.LINKING_OPTIONS), remember=False,
        letter_url=notices.LETTER, change_url=url(paths.ADDRESS),
    )  # fmt: skip
