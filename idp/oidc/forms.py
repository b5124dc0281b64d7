"""The forms of the provider's own pages: whether a field is well formed. Errors are Fluent keys."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, StopValidation

from idp.accounts import public_name
from idp.web.i18n import Message

_LONGEST_CODE = 64


class DeviceForm(FlaskForm):
    """The code that a device shows (RFC 8628 §3.3)."""

    user_code = StringField(
        validators=[
            InputRequired("oidc-device-code-missing"),
            Length(max=_LONGEST_CODE, message="oidc-device-code-wrong"),
        ]
    )


class NameForm(FlaskForm):
    """The name that sites show; `name` is what it is kept as, once it is valid."""

    public_name = StringField()
    name: str | None = None

    def validate_public_name(self, field: StringField) -> None:
        """Read what was typed."""
        try:
            self.name = public_name.read(field.data or "")
        except public_name.NameRefused as refused:
            raise StopValidation(Message(f"oidc-name-{refused.code}", {"longest": public_name.LONGEST})) from None
