"""The forms of `/compte/securite/`: whether a field is well formed. Errors are Fluent keys or Messages."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import StopValidation

from idp.accounts import public_name
from idp.web.i18n import Message


class PasskeyNameForm(FlaskForm):
    """What a person calls a passkey; `kept` is what it is kept as, once it is valid."""

    passkey_name = StringField()
    kept: str = ""

    def validate_passkey_name(self, field: StringField) -> None:
        """Read what was typed."""
        try:
            name = public_name.read(field.data or "")
        except public_name.NameRefused as refused:
            key = f"security-error-name-{refused.code}"
            raise StopValidation(Message(key, {"longest": public_name.LONGEST})) from None
        if name is None:
            raise StopValidation("security-error-name-empty")
        self.kept = name


class TotpForm(FlaskForm):
    """The code that an application shows."""

    totp = StringField()

    def validate_totp(self, field: StringField) -> None:
        """Ask for six digits, spaced as one likes."""
        typed = "".join((field.data or "").split())
        if not typed:
            raise StopValidation("security-error-totp-empty")
        if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
            field.data = ""
            raise StopValidation("security-error-totp-wrong")
