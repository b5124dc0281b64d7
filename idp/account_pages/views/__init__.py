"""The pages, a file a subject of the account."""

from flask import Blueprint

from idp.account_pages.views import (
    access,
    address,
    connections,
    data,
    deletion,
    home,
    password,
    question,
    record,
    security,
    security_codes,
    security_passkeys,
    security_totp,
)
from idp.account_pages.views.base import navigation, stand_apart

blueprint = Blueprint("account_pages", __name__)
for part in (
    home, security, security_passkeys, security_totp, security_codes, password, address, question,
    connections, access, record, data, deletion,
):  # fmt: skip
    blueprint.register_blueprint(part.blueprint)
blueprint.context_processor(navigation)
blueprint.after_request(stand_apart)
