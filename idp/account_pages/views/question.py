"""`/compte/question/`: the secret question chosen, replaced or, where it is a choice, removed (docs/rules.md §7.3)."""

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.forms import QuestionForm
from idp.account_pages.paths import HOME, QUESTION
from idp.account_pages.views.base import account_of, note, of_person, shown, stay_signed_in
from idp.accounts import own_changes
from idp.accounts.directory import AccountRow
from idp.accounts.own_changes import MovedOn
from idp.accounts.secret_question import AnswerRefused
from idp.core import db
from idp.core.runtime import current
from idp.sessions.service import Session
from idp.web.i18n import translate
from idp.web.pages import client_source

blueprint = Blueprint("question", __name__)


@blueprint.before_request
def _offered() -> None:
    mode = current().settings.secret_question
    if mode == "off":
        abort(404)


@blueprint.get(QUESTION)
@of_person("question", fresh=True)
def show(person: Session) -> BaseResponse:
    """The question as it stands; its answer is never shown."""
    account = account_of(person)
    return _page(account, QuestionForm(formdata=None, secret_question=account.secret_question))


@blueprint.post(QUESTION)
@of_person("question", fresh=True)
def change(person: Session) -> BaseResponse:
    """Keep a question and an answer, or remove both."""
    account = account_of(person)
    try:
        return _remove(person, account) if request.form.get("action") == "remove" else _choose(person, account)
    except MovedOn:
        db.rollback()
        return redirect(QUESTION, 303)


def _choose(person: Session, account: AccountRow) -> BaseResponse:
    form = QuestionForm()
    if not form.validate():
        return _page(account, form, 400)
    question = form.secret_question.data
    in_words = translate(account.locale, f"accounts-question-{question}")
    try:
        fresh = own_changes.choose_question(
            account, question, form.secret_answer.data, asked_in_words=in_words, source=client_source()
        )
    except AnswerRefused as refused:
        key = "web-error-too-long" if refused.code == "too_long" else f"web-error-answer-{refused.code}"
        form.secret_answer.errors = [key]
        return _page(account, form, 400)
    note("account-question-kept")
    return stay_signed_in(person, fresh.epoch, redirect(HOME, 303))


def _remove(person: Session, account: AccountRow) -> BaseResponse:
    mode = current().settings.secret_question
    if mode != "optional":
        return redirect(QUESTION, 303)
    if account.secret_question is None:
        note("account-question-already")
        return redirect(HOME, 303)
    fresh = own_changes.remove_question(account, source=client_source())
    note("account-question-removed")
    return stay_signed_in(person, fresh.epoch, redirect(HOME, 303))


def _page(account: AccountRow, form: QuestionForm, status: int = 200) -> BaseResponse:
    # An answer is a secret: it is not shown again.
    form.secret_answer.data = None
    present = f"accounts-question-{account.secret_question}" if account.secret_question else None
    mode = current().settings.secret_question
    return shown("question", status, form=form, present=present, removable=mode == "optional" and present is not None)
