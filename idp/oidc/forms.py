"""The forms of the provider's own pages: whether a field is well formed. Errors are Fluent keys."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

_LONGEST_CODE = 64


class DeviceForm(FlaskForm):
    """The code that a device shows (RFC 8628 §3.3)."""

    user_code = StringField(
        validators=[
            InputRequired("oidc-device-code-missing"),
            Length(max=_LONGEST_CODE, message="oidc-device-code-wrong"),
        ]
    )
