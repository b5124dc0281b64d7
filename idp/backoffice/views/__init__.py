"""The pages, a file a subject."""

from flask import Blueprint

from idp.backoffice.views import enrolling, entering, home, members, requests
from idp.backoffice.views.base import BASE, stand_apart

blueprint = Blueprint("backoffice", __name__, url_prefix=BASE.rstrip("/"))
for part in (home, entering, enrolling, members, requests):
    blueprint.register_blueprint(part.blueprint)
blueprint.after_request(stand_apart)
