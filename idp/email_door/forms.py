"""The forms of `/connexion/`: whether a field is well formed. Errors are Fluent keys or Messages."""

from collections.abc import Callable

from flask import g
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import StopValidation

from idp.accounts.identifiers import AddressError, parse_address
from idp.accounts.password_policy import MAXIMUM_BYTES, PasswordRefused, check
from idp.accounts.sign_in import looks_like_nir
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.core.runtime import current
from idp.interaction.sites import Site
from idp.web.i18n import Message

_LONGEST_CODE = 64


def _filled(key: str) -> Callable[[FlaskForm, StringField], None]:
    """A field that must hold something; `key` is the error's text."""

    def validate(_form: FlaskForm, field: StringField) -> None:
        if not field.data:
            raise StopValidation(key)

    return validate


def nir_door_is_offered() -> bool:
    """Whether this page leads to the NIR door: where no site waits, or one that opens it."""
    site: Site | None = g.get("site")
    return site is None or site.nir_door


def _an_address(form: FlaskForm, field: StringField) -> None:
    """An email address; a NIR typed in its place is told by its shape, and neither kept nor shown again."""
    typed = field.data or ""
    if looks_like_nir(typed):
        field.data = ""
        way_is_here = isinstance(form, SignInForm) and nir_door_is_offered()
        raise StopValidation("accounts-refused-nir-typed" if way_is_here else "accounts-nir-typed")
    try:
        parse_address(typed)
    except AddressError as error:
        raise StopValidation(f"web-error-email-{error.code.replace('_', '-')}") from None


def _short_enough(_form: FlaskForm, field: StringField) -> None:
    if len(field.data.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        raise StopValidation("web-error-too-long")


def _a_good_password(form: FlaskForm, field: StringField) -> None:
    site, settings = g.get("site"), current().settings
    context = [site.name] if site else []
    # docs/rules.md §7.6: nobody's number, for ours is not known here.
    numbers = [found[0] for found in NIR_IN_TEXT.finditer(field.data[:MAXIMUM_BYTES])]
    try:
        check(
            field.data,
            context=context,
            forbidden=[form.address, *numbers],
            minimum=settings.password_min_length,
            breached=settings.breached_passwords,
        )
    except PasswordRefused as refused:
        key = f"web-error-password-{refused.code.replace('_', '-')}"
        raise StopValidation(Message(key, {"min": settings.password_min_length})) from None


def _the_same_twice(form: FlaskForm, field: StringField) -> None:
    if field.data != form.new_password.data:
        raise StopValidation("web-error-password-mismatch")


def _as_long_as_a_code(_form: FlaskForm, field: StringField) -> None:
    if len(field.data) > _LONGEST_CODE:
        field.data = ""
        raise StopValidation("web-error-code")


class _Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        # Forgery is refused before any form is read, for the whole application.
        csrf = False


class SignInForm(_Form):
    """`/connexion/`."""

    email = StringField(validators=[_an_address])
    password = PasswordField(validators=[_filled("web-error-required-password"), _short_enough])


class PasswordForm(_Form):
    """The password alone: of a registration, or of an account, in another browser than its own."""

    password = PasswordField(validators=[_filled("web-error-required-password"), _short_enough])


class RegisterForm(_Form):
    """`/connexion/inscription/`."""

    email = StringField(validators=[_an_address])
    new_password = PasswordField(validators=[_filled("web-error-required-new-password"), _a_good_password])
    confirm_password = PasswordField(validators=[_filled("web-error-required-confirm"), _the_same_twice])

    @property
    def address(self) -> str:
        """What the password must not resemble."""
        return self.email.data or ""


class ForgottenForm(_Form):
    """`/connexion/mot-de-passe-oublie/`."""

    email = StringField(validators=[_an_address])


class AnswerForm(_Form):
    """The answer to the secret question."""

    secret_answer = StringField(validators=[_filled("web-error-required-secret-answer"), _short_enough])


class NewPasswordForm(_Form):
    """A new password in the place of a forgotten one; `address` is the account's."""

    new_password = PasswordField(validators=[_filled("web-error-required-new-password"), _a_good_password])
    confirm_password = PasswordField(validators=[_filled("web-error-required-confirm"), _the_same_twice])
    address = ""


class ReplaceForm(_Form):
    """Another address for the account."""

    email = StringField(validators=[_an_address])


class ReplaceLaterForm(ReplaceForm):
    """The same, some time after the password was typed: it is asked again."""

    password = PasswordField(validators=[_filled("web-error-required-password"), _short_enough])


class CodeForm(_Form):
    """The code of a message."""

    code = StringField(validators=[_filled("web-error-required-code"), _as_long_as_a_code])


class SecondFactorForm(_Form):
    """The code of an application, or a recovery code; `remember` spares this browser the next time."""

    otp = StringField(validators=[_filled("web-error-required-code"), _as_long_as_a_code])
    remember = BooleanField()
