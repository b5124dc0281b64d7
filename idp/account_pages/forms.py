"""The forms of `/compte/`: whether a field is well formed. Errors are Fluent keys or Messages."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import StopValidation

from idp.accounts import public_name
from idp.accounts.password_policy import MAXIMUM_BYTES, PasswordRefused, check
from idp.accounts.secret_question import QUESTIONS
from idp.core.runtime import current
from idp.email_door.forms import NewPasswordForm, ReplaceForm
from idp.web.i18n import Message

__all__ = ["AddressForm", "DeletionForm", "NameForm", "PasswordChangeForm", "QuestionForm"]
AddressForm = ReplaceForm


def _a_password(_form: FlaskForm, field: PasswordField) -> None:
    if not field.data:
        raise StopValidation("web-error-required-password")
    if len(field.data.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        raise StopValidation("web-error-too-long")


class NameForm(FlaskForm):
    """The name that sites show; `name` is what it is kept as, once it is valid."""

    public_name = StringField()
    name: str | None = None

    def validate_public_name(self, field: StringField) -> None:
        """Read what was typed."""
        try:
            self.name = public_name.read(field.data or "")
        except public_name.NameRefused as refused:
            raise StopValidation(Message(f"account-name-{refused.code}", {"longest": public_name.LONGEST})) from None


class PasswordChangeForm(NewPasswordForm):
    """The present password, and the new one twice; `address` is the account's."""

    current_password = PasswordField(validators=[_a_password])

    def validate_new_password(self, field: PasswordField) -> None:
        """Another one than the present one, which the new one must not resemble either."""
        minimum = current().settings.password_min_length
        try:
            check(field.data, forbidden=[(self.current_password.data or "")[:MAXIMUM_BYTES]], minimum=minimum)
        except PasswordRefused as refused:
            key = f"web-error-password-{refused.code.replace('_', '-')}"
            raise StopValidation(Message(key, {"min": minimum})) from None


class QuestionField(StringField):
    """The choice of a question: its name, and the key of its text."""

    choices = tuple((name, f"accounts-question-{name}") for name in QUESTIONS)


class QuestionForm(FlaskForm):
    """A secret question of the list, and its answer."""

    secret_question = QuestionField()
    secret_answer = StringField()

    def validate_secret_question(self, field: QuestionField) -> None:
        """One of the list."""
        if not field.data:
            raise StopValidation("web-error-required-secret-question")
        if field.data not in QUESTIONS:
            field.data = ""
            raise StopValidation("web-error-choice")

    def validate_secret_answer(self, field: StringField) -> None:
        """Something that can be hashed; what it must be is the service's to say."""
        if not field.data:
            raise StopValidation("web-error-required-secret-answer")
        if len(field.data) > MAXIMUM_BYTES:
            raise StopValidation("web-error-too-long")


class DeletionForm(FlaskForm):
    """The password, and a tick that says that it is understood."""

    password = PasswordField(validators=[_a_password])
    agree = BooleanField()

    def validate_agree(self, field: BooleanField) -> None:
        """Ticked."""
        if not field.data:
            raise StopValidation("account-deletion-agree-missing")
