"""The forms of the bridge: whether a field is well formed. Errors are Fluent keys or Messages."""

from collections.abc import Callable
from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import StopValidation

from idp.accounts.identifiers import AddressError, parse_address
from idp.accounts.password_policy import MAXIMUM_BYTES
from idp.accounts.secret_question import QUESTIONS
from idp.core import clock
from idp.core.runtime import current
from idp.legacy_bridge.birth_date import BirthDate, BirthDateError
from idp.legacy_bridge.nir import Nir, NirError, looks_like_nir
from idp.web.i18n import Message

_LONGEST_CODE = 64


def error_key(subject: str, code: StrEnum) -> Message:
    """The text of an error's code: `web-error-<subject>-<code>`."""
    return Message(f"web-error-{subject}-{code.replace('_', '-')}", {"min": current().settings.password_min_length})


def _filled(key: str) -> Callable[[FlaskForm, Field], None]:
    """A field that must hold something; `key` is the error's text."""

    def validate(_form: FlaskForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(key)

    return validate


def _readable(_form: FlaskForm, field: Field) -> None:
    # What was no UTF-8 comes with this in its place.
    if "\ufffd" in (field.data or ""):
        raise StopValidation("web-error-text")


def _short_enough(_form: FlaskForm, field: Field) -> None:
    if len(field.data.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        raise StopValidation("web-error-too-long")


def _a_nir(_form: FlaskForm, field: Field) -> None:
    try:
        Nir.parse(field.data)
    except NirError as error:
        raise StopValidation(error_key("nir", error.code)) from None


def _a_birth_date(_form: FlaskForm, field: Field) -> None:
    try:
        BirthDate.parse(field.data, today=clock.as_datetime(clock.now()).date())
    except BirthDateError:
        raise StopValidation("legacy-error-birth-date") from None


def _an_address(_form: FlaskForm, field: Field) -> None:
    if looks_like_nir(field.data or ""):
        field.data = ""
        raise StopValidation("web-error-email-format")
    try:
        parse_address(field.data or "")
    except AddressError as error:
        raise StopValidation(error_key("email", error.code)) from None


def _the_same_twice(form: FlaskForm, field: Field) -> None:
    if field.data != form.new_password.data:
        raise StopValidation("web-error-password-mismatch")


def _one_of_the_list(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data not in QUESTIONS:
        raise StopValidation("web-error-choice")


def _asked_for(key: str) -> Callable[[FlaskForm, Field], None]:
    """A part of the secret question: needed where it is required, or where the other part is given."""

    def validate(form: FlaskForm, field: Field) -> None:
        mode = current().settings.secret_question
        given = bool(form.secret_question.data or form.secret_answer.data)
        if mode == "off" or (mode == "optional" and not given):
            field.data = None
            raise StopValidation
        if not field.data:
            raise StopValidation(key)

    return validate


class QuestionField(StringField):
    """The choice of a question: its name, and the key of its text."""

    choices = tuple((name, f"accounts-question-{name}") for name in QUESTIONS)


class NirForm(FlaskForm):
    """The NIR door."""

    nir = StringField(validators=[_filled("web-error-nir-empty"), _a_nir])
    password = PasswordField(validators=[_filled("web-error-required-password"), _short_enough])


class BirthDateForm(FlaskForm):
    """The guided ways, where the number was typed just before."""

    birth_date = StringField(validators=[_filled("legacy-error-birth-date-empty"), _a_birth_date])


class GuidedForm(BirthDateForm):
    """The guided ways."""

    nir = StringField(validators=[_filled("web-error-nir-empty"), _a_nir])


class AddressForm(FlaskForm):
    """Step 1."""

    email = StringField(validators=[_readable, _an_address])


class PasswordForm(FlaskForm):
    """Step 2."""

    new_password = PasswordField(validators=[_filled("web-error-required-new-password"), _readable, _short_enough])
    confirm_password = PasswordField(validators=[_filled("web-error-required-confirm"), _the_same_twice])
    secret_question = QuestionField(validators=[_asked_for("web-error-required-secret-question"), _one_of_the_list])
    secret_answer = StringField(validators=[_asked_for("web-error-required-secret-answer"), _readable, _short_enough])


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    new_password = PasswordField(validators=[_filled("web-error-required-new-password"), _readable, _short_enough])
    confirm_password = PasswordField(validators=[_filled("web-error-required-confirm"), _the_same_twice])


class ContinueForm(FlaskForm):
    """The new password, where the first page is gone."""

    password = PasswordField(validators=[_filled("web-error-required-password"), _short_enough])


class CodeForm(FlaskForm):
    """The code of a message."""

    code = StringField(validators=[_filled("web-error-required-code")])

    def validate_code(self, field: Field) -> None:
        """A code is short; what is not is neither compared nor shown again."""
        if len(field.data) > _LONGEST_CODE:
            field.data = ""
            raise StopValidation("web-error-code")


class LetterCodeForm(CodeForm):
    """The code of a letter, where the number was typed just before."""

    code = StringField(validators=[_filled("legacy-error-letter-code")])


class LetterForm(LetterCodeForm):
    """The code of a letter."""

    nir = StringField(validators=[_filled("web-error-nir-empty"), _a_nir])


class FactorForm(FlaskForm):
    """The second factor of the account to link: a code of its application, or a recovery code."""

    otp = StringField(validators=[_filled("web-error-required-code")])

    def validate_otp(self, field: Field) -> None:
        """A code is short; what is not is neither compared nor shown again."""
        if len(field.data) > _LONGEST_CODE:
            raise StopValidation("web-error-code")
