"""The pages, a file a subject of the account."""

from flask import Blueprint

from idp.account_pages.views import access, address, connections, deletion, home, password, question
from idp.account_pages.views.base import navigation, stand_apart

blueprint = Blueprint("account_pages", __name__)
for part in (home, password, address, question, connections, access, deletion):
    blueprint.register_blueprint(part.blueprint)
blueprint.context_processor(navigation)
blueprint.after_request(stand_apart)
