"""The forms of `/compte/`: whether a field is well formed. Errors are Fluent keys or Messages."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import StopValidation

from idp.accounts import public_name
from idp.web.i18n import Message


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
