"""Step 2 of 3: the new password, and the secret question (S3)."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.password_policy import PasswordRefused
from idp.accounts.secret_question import AnswerRefused
from idp.core.runtime import current
from idp.legacy_bridge import change_choices, identifier_change, paths
from idp.legacy_bridge.forms import PasswordForm, error_key
from idp.legacy_bridge.views.base import Way, blueprint, on_the_way, page, to, url
from idp.web.pages import client_source


@blueprint.get(paths.PASSWORD)
def password() -> Response:
    """Empty each time but for the question: what is secret is never shown again."""
    way = on_the_way("password")
    return _form(way, _only_due(way, PasswordForm(secret_question=way.change.secret_question)))


@blueprint.post(paths.PASSWORD)
def password_post() -> BaseResponse:
    """Take both, or say which rule one breaks."""
    way = on_the_way("password")
    form = _only_due(way, PasswordForm())
    if not form.validate():
        return _form(way, form, 400)
    try:
        state = change_choices.choose_password(
            way.change.id,
            form.new_password.data if form.new_password else None,
            form.secret_question.data if form.secret_question else None,
            form.secret_answer.data if form.secret_answer else None,
            source=client_source(),
        )
    except PasswordRefused as refused:
        form.new_password.errors = [error_key("password", refused.code)]
    except AnswerRefused as refused:
        form.secret_answer.errors = [error_key("answer", refused.code)]
    else:
        return to(paths.STEPS[state])
    return _form(way, form, 400)


def _only_due(way: Way, form: PasswordForm) -> PasswordForm:
    """An account that is linked keeps what it has: the rest is not asked for."""
    if identifier_change.is_linking(way.change):
        if not way.change.password_due:
            del form.new_password, form.confirm_password
        if not way.change.question_due:
            del form.secret_question, form.secret_answer
    return form


def _form(way: Way, form: PasswordForm, status: int = 200) -> Response:
    # An answer is a secret too.
    if form.secret_answer:
        form.secret_answer.data = None
    settings = current().settings
    linking = identifier_change.is_linking(way.change)
    lead = "password" if not linking else "due-password" if form.new_password else "due-question"
    return page(
        "password", status, ticket=way.ticket, form=form, error=None, email=way.shown_address,
        username=None if way.hides_address else way.change.address, lead=f"legacy-{lead}-lead",
        min_length=settings.password_min_length, question=settings.secret_question, back_url=url(paths.ADDRESS),
    )  # fmt: skip
