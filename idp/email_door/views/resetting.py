"""What the link or code of a forgotten password opens: the secret question, then the new password.

Reading a link changes nothing: programs follow links. It may be opened in any browser, and signs nobody in.
"""

from datetime import timedelta

from flask import Blueprint, flash, get_flashed_messages, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from idp.accounts import mailbox_proofs, notices, recovery, resetting
from idp.accounts.directory import AccountRow
from idp.accounts.models import MailboxProof, Recovery
from idp.accounts.resetting import NotOpen, Way
from idp.core import clock, db
from idp.core.runtime import current
from idp.core.throttle import TooManyAttempts
from idp.email_door.forms import AnswerForm, NewPasswordForm
from idp.email_door.views.entering import FORGOTTEN
from idp.email_door.views.recovering import OPENED, finished
from idp.interaction.views import show_site
from idp.web import errors
from idp.web.pages import browser_id, client_source

blueprint = Blueprint("reset", __name__, url_prefix="/mot-de-passe-oublie")


@blueprint.get("/lien/<token>/")
def link(token: str) -> Response:
    """What the link of the message is good for now."""
    return _show(mailbox_proofs.find(token, recovery.PURPOSE))


@blueprint.post("/lien/<token>/")
def link_post(token: str) -> Response:
    """The answer, the new password, or another link."""
    return _act(mailbox_proofs.find(token, recovery.PURPOSE))


@blueprint.get("/nouveau/")
def opened() -> Response:
    """The same, where the message's code was typed."""
    return _show(_opened_proof())


@blueprint.post("/nouveau/")
def opened_post() -> Response:
    """The same, where the message's code was typed."""
    return _act(_opened_proof())


def _show(proof: MailboxProof | None) -> Response:
    asked, account = _found(proof)
    if proof is None or asked is None:
        return _expired(can_renew=False)
    if asked.completed_at:
        return finished(asked)
    if account is None or not mailbox_proofs.is_live(proof):
        return _expired(can_renew=account is not None)
    way = resetting.way_of(account)
    if way is Way.FROZEN:
        return make_response(render_template("email_door/closed.html", state="frozen", letter_url=notices.LETTER), 403)
    if way is Way.ELSEWHERE:
        return make_response(render_template("email_door/reset_ways.html", letter_url=notices.LETTER), 403)
    if way is Way.QUESTION and not resetting.is_answered(account, proof.id, browser_id()):
        return _question_page(account, proof, AnswerForm(formdata=None))
    return _password_page(account, proof, NewPasswordForm(formdata=None))


def _act(proof: MailboxProof | None) -> Response:
    asked, account = _found(proof)
    if proof is None or asked is None or account is None or asked.completed_at:
        return redirect(request.path, code=303)
    if not mailbox_proofs.is_live(proof):
        flash(f"accounts-check-mail-{recovery.resend(asked, source=client_source())}")
        return redirect(request.path, code=303)
    way = resetting.way_of(account)
    answered = way is Way.QUESTION and resetting.is_answered(account, proof.id, browser_id())
    if way is Way.QUESTION and not answered:
        return _take_answer(account, proof)
    # An answer sent twice, or a page of before: look again.
    if way not in (Way.AT_ONCE, Way.QUESTION) or "new_password" not in request.form:
        return redirect(request.path, code=303)
    return _take_password(account, proof)


def _take_answer(account: AccountRow, proof: MailboxProof) -> Response:
    form, source = AnswerForm(), client_source()
    if not form.validate():
        return _question_page(account, proof, form, status=400)
    answer = form.secret_answer.data
    try:
        right = resetting.check_answer(account, proof.id, answer, browser=browser_id(), source=source)
    except TooManyAttempts as many:
        return _other_ways(many)
    if right:
        return redirect(request.path, code=303)
    form.secret_answer.errors = ["accounts-reset-answer-refused"]
    return _question_page(account, proof, form, status=403)


def _take_password(account: AccountRow, proof: MailboxProof) -> Response:
    form = NewPasswordForm()
    form.address = account.address
    if not form.validate():
        return _password_page(account, proof, form, status=400)
    try:
        resetting.complete(proof, form.new_password.data, browser=browser_id(), source=client_source())
    except NotOpen:
        db.rollback()
    # Whoever was first: the page of the link says how it stands.
    return redirect(request.path, code=303)


def _found(proof: MailboxProof | None) -> tuple[Recovery | None, AccountRow | None]:
    asked = recovery.find(proof.subject_id) if proof else None
    if asked is None:
        return None, None
    show_site(asked.client_id)
    return asked, recovery.account_of(asked)


def _opened_proof() -> MailboxProof | None:
    identifier = session.get(OPENED)
    return mailbox_proofs.find_by_id(bytes.fromhex(identifier)) if identifier else None


def _question_page(account: AccountRow, proof: MailboxProof, form: AnswerForm, status: int = 200) -> Response:
    try:
        resetting.check_open(account)
    except TooManyAttempts as many:
        return _other_ways(many)
    # An answer is a secret: it is not shown again.
    form.secret_answer.data = None
    html = render_template(
        "email_door/reset_question.html",
        form=form,
        question=f"accounts-question-{account.secret_question}",
        letter_url=notices.LETTER,
        until=clock.as_datetime(proof.expires_at),
    )
    return make_response(html, status)


def _password_page(account: AccountRow, proof: MailboxProof, form: NewPasswordForm, status: int = 200) -> Response:
    minimum = current().settings.password_min_length
    html = render_template(
        "email_door/reset_password.html",
        form=form,
        email=account.address,
        min_length=minimum,
        until=clock.as_datetime(proof.expires_at),
        after_question=resetting.way_of(account) is Way.QUESTION,
    )
    return make_response(html, status)


def _other_ways(many: TooManyAttempts) -> Response:
    ways = [("accounts-way-letter", notices.LETTER), ("accounts-closed-contact", current().settings.support_url)]
    return errors.too_many(many.until, ways)


def _expired(*, can_renew: bool) -> Response:
    notes = get_flashed_messages()
    html = render_template(
        "email_door/link_expired.html",
        validity=timedelta(seconds=current().settings.reset_life),
        # Just asked for: the button would only be pressed again.
        can_renew=can_renew and not notes,
        notes=notes,
        again="accounts-recovery-again",
        again_label="accounts-forgotten-title",
        sign_in_url=FORGOTTEN,
    )
    return make_response(html, 410)
