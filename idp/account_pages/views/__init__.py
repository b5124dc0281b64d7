"""The pages, a file a subject of the account."""

from flask import Blueprint

from idp.account_pages.views import access, security, security_codes, security_passkeys, security_totp
from idp.account_pages.views.base import stand_apart

blueprint = Blueprint("account_pages", __name__)
for part in (access, security, security_codes, security_passkeys, security_totp):
    blueprint.register_blueprint(part.blueprint)
blueprint.after_request(stand_apart)
