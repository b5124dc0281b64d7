"""A browser in front of an example site, and what a person does there."""

from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from lying_provider import LyingProvider
from sites import SiteConfig, create_site
from werkzeug.test import TestResponse

BASE_URL = "http://localhost:8002"


def browser_for(issuer: str, key: str = "avantage") -> FlaskClient:
    """A browser in front of the site `key`, whose provider is `issuer`."""
    site = create_site(SiteConfig(key, 8002, issuer, key, "not-so-secret", BASE_URL))
    return site.test_client()


def start(browser: FlaskClient, provider: LyingProvider, **asked: str) -> dict[str, str]:
    """Press "Se connecter": the parameters of the authorization request."""
    sent = browser.post("/connexion", data=asked).location if asked else browser.get("/connexion").location
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()}
    provider.nonce = parameters["nonce"]
    return parameters


def answer(browser: FlaskClient, provider: LyingProvider, state: str, **changes: str) -> TestResponse:
    """Come back from the provider with a code, or with `changes`."""
    parameters = {"code": "good", "state": state, "iss": provider.issuer} | changes
    return browser.get("/retour", query_string={name: value for name, value in parameters.items() if value})


def sign_in(browser: FlaskClient, provider: LyingProvider) -> TestResponse:
    """A whole sign-in: the answer of /retour."""
    return answer(browser, provider, start(browser, provider)["state"])
