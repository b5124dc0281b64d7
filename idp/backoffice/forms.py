"""The forms of `/backoffice/`: whether a field is well formed. Errors are Fluent keys or Messages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from idp.accounts.password_policy import MAXIMUM_BYTES
from idp.accounts.sign_in import looks_like_nir
from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.email_door.forms import NewPasswordForm

_LONGEST, _LONGEST_REASON, _SHORTEST_REASON = 254, 200, 5


def _no_number(_form: FlaskForm, field: StringField) -> None:
    """docs/rules.md §7.7: nobody here looks a number up, or writes one down; it is not shown again either."""
    if looks_like_nir(field.data or "") or NIR_IN_TEXT.search(field.data or ""):
        field.data = ""
        raise StopValidation("backoffice-error-number")


def _whom(_form: FlaskForm, field: StringField) -> None:
    if not (field.data or "").strip() or len(field.data) > _LONGEST:
        raise StopValidation("backoffice-error-who")


def _a_reason(_form: FlaskForm, field: StringField) -> None:
    field.data = " ".join((field.data or "").split())
    if not _SHORTEST_REASON <= len(field.data) <= _LONGEST_REASON:
        raise StopValidation("backoffice-error-reason")


def _filled(_form: FlaskForm, field: StringField) -> None:
    if not field.data or len(field.data.encode("utf-8", "surrogatepass")) > MAXIMUM_BYTES:
        raise StopValidation("backoffice-error-empty")


class _Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        # Forgery is refused before any form is read, for the whole application.
        csrf = False


class StaffSignInForm(_Form):
    """Address, password and code, together."""

    email = StringField(validators=[_filled])
    password = PasswordField(validators=[_filled])
    code = StringField(validators=[_filled])


class EnrolForm(NewPasswordForm):
    """A password, and the first code of the application."""

    code = StringField(validators=[_filled])


class SearchForm(_Form):
    """Whom to find."""

    who = StringField(validators=[_no_number, _whom])


class ActForm(_Form):
    """Why something is done for a member; `once` lets a form that is sent twice do it once."""

    reason = StringField(validators=[_no_number, _a_reason])
    once = HiddenField()
