"""Step 2 of 3: the new password, and the secret question (S3)."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from idp.accounts.password_policy import PasswordRefused
from idp.accounts.secret_question import AnswerRefused
from idp.core.runtime import current
from idp.legacy_bridge import identifier_change, paths
from idp.legacy_bridge.forms import PasswordForm, error_key
from idp.legacy_bridge.views.base import Way, blueprint, on_the_way, page, to, url
from idp.web.pages import client_source


@blueprint.get(paths.PASSWORD)
def password() -> Response:
    """Empty each time but for the question: what is secret is never shown again."""
    way = on_the_way("password")
    return _form(way, PasswordForm(secret_question=way.change.secret_question))


@blueprint.post(paths.PASSWORD)
def password_post() -> BaseResponse:
    """Take both, or say which rule one breaks."""
    way = on_the_way("password")
    form = PasswordForm()
    if not form.validate():
        return _form(way, form, 400)
    try:
        state = identifier_change.choose_password(
            way.change.id,
            form.new_password.data,
            form.secret_question.data,
            form.secret_answer.data,
            source=client_source(),
        )
    except PasswordRefused as refused:
        form.new_password.errors = [error_key("password", refused.code)]
    except AnswerRefused as refused:
        form.secret_answer.errors = [error_key("answer", refused.code)]
    else:
        return to(paths.STEPS[state])
    return _form(way, form, 400)


def _form(way: Way, form: PasswordForm, status: int = 200) -> Response:
    # An answer is a secret too.
    form.secret_answer.data = None
    settings = current().settings
    return page(
        "password", status, ticket=way.ticket, form=form, error=None, email=way.change.address,
        min_length=settings.password_min_length, question=settings.secret_question, back_url=url(paths.ADDRESS),
    )  # fmt: skip
