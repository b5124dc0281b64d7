"""Somebody who agrees to what a site that is not MGEN's asks, and takes it back on the page of their account."""

from typing import Any

import rp
import visits
from email_door.browsing import send
from flask import Flask
from flask.testing import FlaskClient
from visits import Site
from werkzeug.test import TestResponse

CONSENT, ACCOUNT, SITES = "/oidc/consentement/", "/compte/", "/compte/acces/"


def other_site(app: Flask, **metadata: Any) -> Site:
    """A site that is not MGEN's."""
    values = {
        "client_name": "Chez Paul",
        "first_party": False,
        "scope": "openid email profile name offline_access recettes:lire",
        "grant_types": ["authorization_code", "refresh_token"],
        **metadata,
    }
    return visits.register(app, **values)


def agree(browser: FlaskClient, begun: TestResponse) -> dict[str, str]:
    """Agree on the page that a site's request led to; what the site receives."""
    assert rp.goes_to(begun, CONSENT), begun.location
    decided = send(browser, begun.location, agree="yes")
    return visits.received(browser.get(decided.location))[1]


def withdraw(browser: FlaskClient, site: Site) -> TestResponse:
    """Take back what the site was allowed, in a tab that may be older than what was done elsewhere."""
    return send(browser, ACCOUNT, SITES, client_id=site.id)
