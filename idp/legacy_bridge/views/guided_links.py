"""`/login-adherent/mot-de-passe-oublie/lien/…`: the link of a guided message. Reading it changes nothing.

The browser that asked goes on with one press; any other types the birth date again.
"""

from flask import Response
from flask import session as cookie
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts import mailbox_proofs
from idp.accounts.models import MailboxProof
from idp.core import clock
from idp.core.db import rollback
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.legacy_bridge import guided, paths, regaining
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.errors import ProofSpent, WrongBirthDate
from idp.legacy_bridge.forms import BirthDateForm
from idp.legacy_bridge.models import GuidedRequest
from idp.legacy_bridge.regaining import Stand
from idp.legacy_bridge.views.base import blueprint, current_ticket, page, url
from idp.legacy_bridge.views.guided import proved, too_many
from idp.legacy_bridge.views.regaining import REQUEST, go_where_it_stands
from idp.web.pages import browser_id, client_source

_LINK = paths.GUIDED_LINK + "<token>/"


@blueprint.get(_LINK)
def guided_link(token: str) -> BaseResponse:
    """The button, or how the link stands."""
    proof, asked = _find(token)
    if proof is None or asked is None:
        return _expired()
    if mailbox_proofs.is_live(proof):
        return _ask(asked, _form_for(asked))
    if regaining.stand(asked.id, browser_id()) is Stand.SPENT:
        return _expired()
    return go_where_it_stands(asked.id)


@blueprint.post(_LINK)
def guided_link_post(token: str) -> BaseResponse:
    """This browser has proved to read the mailbox, and goes on."""
    proof, asked = _find(token)
    if proof is None or asked is None:
        return _expired()
    identifier = asked.id
    form = _form_for(asked) if mailbox_proofs.is_live(proof) else None
    if form is not None and not form.validate():
        return _ask(asked, form, 400)
    born = BirthDate.parse(form.birth_date.data, today=clock.as_datetime(clock.now()).date()) if form else None
    try:
        guided.prove_by_link(proof, browser=browser_id(), source=client_source(), born=born)
    except TooManyAttempts as many:
        return too_many(many)
    except WrongBirthDate:
        assert form is not None
        form.birth_date.errors = ["legacy-error-birth-date-wrong"]
        return _ask(asked, form, 403)
    except ProofSpent:
        rollback()
        # A double click: the first one was good.
        if regaining.stand(identifier, browser_id()) is Stand.SPENT:
            return _expired()
    cookie[REQUEST] = identifier.hex()
    return proved(identifier)


def _find(token: str) -> tuple[MailboxProof | None, GuidedRequest | None]:
    proof = mailbox_proofs.find(token, guided.PURPOSE)
    return proof, guided.find(proof.subject_id) if proof else None


def _form_for(asked: GuidedRequest) -> BirthDateForm | None:
    return None if asked.browser == browser_id() else BirthDateForm()


def _ask(asked: GuidedRequest, form: BirthDateForm | None, status: int = 200) -> Response:
    if form is not None:
        try:
            guided.check_tries(asked)
        except TooManyAttempts as many:
            return too_many(many)
    # Its button may end at the site that waits for the ticket of this browser.
    current_ticket()
    return page("guided_link", status, form=form, error=None, unlocks=asked.kind == "unlock")


def _expired() -> Response:
    return page(
        "guided_expired", 410, validity=current().settings.reset_life, guided_url=url(paths.GUIDED),
        unlock_url=url(paths.UNLOCK),
    )  # fmt: skip
