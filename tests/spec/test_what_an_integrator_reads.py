"""Every refusal says what is wrong, in which parameter, and where it is written; and nothing of what came."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from protocol import basic
from visits import Site
from werkzeug.test import TestResponse

from idp.settings import Settings
from idp.web import logs

CLAUSE = re.compile(r"\((RFC \d+|OpenID Connect Core|[\w. ]+ Response Types) (section|appendix) [\dA-Z.]+\)$", re.ASCII)
MARK = "a-mark-of-the-integrator"


@pytest.fixture
def site(app: Flask) -> Site:
    """A site with a secret, that must use PKCE."""
    return visits.register(app, require_pkce=True)


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def written(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, dict[str, str]]]:
    """Reads the lines of the log by their reference."""
    logs.configure(settings)

    def read() -> dict[str, dict[str, str]]:
        lines = map(json.loads, capsys.readouterr().err.splitlines())
        return {line["request_id"]: line for line in lines if "request_id" in line}

    return read


def page_of(response: TestResponse) -> dict[str, str]:
    """What the fold of an error page says: by its labels."""
    assert (response.status_code, response.location) == (400, None)
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", response.get_data(as_text=True)))


@pytest.mark.parametrize(
    ("changes", "words", "parameter", "clause"),
    [
        ({"client_id": MARK}, "client_id is not the id", "client_id", "RFC 6749 section 4.1.2.1"),
        ({"redirect_uri": f"https://{MARK}.example/"}, "redirect_uri is not", "redirect_uri", "RFC 9700 section 2.1"),
        ({"request_uri": f"urn:ietf:params:oauth:request_uri:{MARK}", "redirect_uri": None},
         "request_uri is unknown, used or expired", "request_uri", "RFC 9126 section 4"),
    ],
)  # fmt: skip
def test_a_page_says_it_in_its_fold(
    site: Site, browser: FlaskClient, changes: dict[str, str | None], words: str, parameter: str, clause: str
) -> None:
    """RFC 6749 §4.1.2.1: nobody can be sent back, so the browser shows it."""
    response = site.ask(browser, **changes)
    told = page_of(response)
    assert told["Ce qui ne va pas"].startswith(words)
    assert (told["Paramètre"], told["Règle"]) == (parameter, clause)
    assert told["Référence"] == response.headers["X-Request-Id"]
    # The link to the other language is the same request again.
    assert MARK not in response.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]


def test_a_page_names_none_of_the_registered_addresses(site: Site, browser: FlaskClient) -> None:
    """Who guesses learns nothing."""
    assert visits.RETURN not in site.ask(browser, redirect_uri="https://evil.example/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "error", "parameter"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request", "code_challenge"),
        ({"code_challenge_method": "plain"}, "invalid_request", "code_challenge_method"),
        ({"scope": MARK}, "invalid_scope", "scope"),
        ({"response_type": MARK}, "unsupported_response_type", "response_type"),
        ({"response_mode": MARK}, "invalid_request", "response_mode"),
        ({"prompt": MARK}, "invalid_request", "prompt"),
        ({"max_age": MARK}, "invalid_request", "max_age"),
        ({"claims": MARK}, "invalid_request", "claims"),
        ({"id_token_hint": MARK}, "invalid_request", "id_token_hint"),
        ({"request": MARK}, "invalid_request_object", "request object"),
        ({"request_uri": f"https://{MARK}/"}, "request_uri_not_supported", "request_uris"),
        ({"resource": f"https://{MARK}"}, "invalid_target", "resource"),
        ({"dpop_jkt": MARK}, "invalid_request", "dpop_jkt"),
        ({"registration": MARK}, "registration_not_supported", "registration"),
        ({"authorization_details": MARK}, "invalid_authorization_details", "authorization_details"),
        ({"nonce": MARK * 500}, "invalid_request", "nonce"),
        ({MARK: MARK * 500}, "invalid_request", "a parameter"),
    ],
)
def test_an_answer_to_the_site_says_it(
    site: Site, browser: FlaskClient, changes: dict[str, str | None], error: str, parameter: str
) -> None:
    """RFC 6749 §4.1.2.1, `error_description`."""
    answer = visits.received(site.ask(browser, **changes))[1]
    assert answer["error"] == error
    assert parameter in answer["error_description"]
    assert CLAUSE.search(answer["error_description"])
    assert MARK not in answer["error_description"]


def test_what_prompt_none_forbids_is_said_too(site: Site, client: FlaskClient) -> None:
    """OpenID Connect Core §3.1.2.6."""
    answer = visits.received(site.ask(client, prompt="none"))[1]
    assert answer["error"] == "login_required"
    assert CLAUSE.search(answer["error_description"])


@pytest.mark.parametrize(("name", "told"), [("nonce", "nonce"), ("resource", "resource"), (MARK, "a parameter")])
def test_a_parameter_that_comes_twice_is_named_where_it_is_one_of_ours(
    site: Site, browser: FlaskClient, name: str, told: str
) -> None:
    pairs = [*site.parameters(**{name: None}).items(), (name, "1"), (name, "2")]
    query = dict(parse_qsl(urlsplit(browser.get(f"{rp.AUTHORIZE}?{urlencode(pairs)}").location).query))
    assert query["error_description"].startswith(f"{told} comes more than once (RFC 6749")


TOKEN, PAR, DEVICE, INTROSPECT, REVOKE = "/oidc/token", "/oidc/par", "/oidc/device", "/oidc/introspect", "/oidc/revoke"


@pytest.mark.parametrize(
    ("path", "form", "error", "parameter"),
    [
        (TOKEN, {"x": MARK}, "invalid_request", "grant_type"),
        (TOKEN, {"grant_type": MARK}, "unsupported_grant_type", "grant_type"),
        (TOKEN, {"grant_type": "refresh_token"}, "unauthorized_client", "grant_type"),
        (TOKEN, {"grant_type": "authorization_code"}, "invalid_request", "code"),
        (TOKEN, {"grant_type": "authorization_code", "code": MARK}, "invalid_grant", "code"),
        (PAR, {"x": MARK}, "invalid_request", "redirect_uri"),
        (PAR, {"redirect_uri": MARK}, "invalid_request", "redirect_uri"),
        (PAR, {"request_uri": MARK}, "invalid_request", "request_uri"),
        (PAR, {"redirect_uri": visits.RETURN, "response_type": "code", "scope": MARK}, "invalid_scope", "scope"),
        (PAR, {"redirect_uri": visits.RETURN, "response_type": "code", "scope": "openid"}, "invalid_request",
         "code_challenge"),
        (DEVICE, {"x": MARK}, "unauthorized_client", "grant_type"),
        (INTROSPECT, {"x": MARK}, "invalid_request", "token"),
        (REVOKE, {"x": MARK}, "invalid_request", "token"),
    ],
)  # fmt: skip
def test_an_endpoint_of_programs_says_it(
    site: Site, path: str, form: dict[str, str], error: str, parameter: str
) -> None:
    """RFC 6749 §5.2, RFC 9126 §2.3."""
    answer = site.post(path, **form)
    assert (answer.status_code, answer.json["error"]) == (400, error)
    assert parameter in answer.json["error_description"]
    assert CLAUSE.search(answer.json["error_description"])
    assert MARK not in answer.text


def test_a_wrong_secret_looks_like_an_unknown_client(app: Flask, site: Site) -> None:
    """RFC 6749 §5.2: the client learns what to look at, and who tries names learns nothing."""
    form = {"grant_type": "authorization_code", "code": "x"}
    pairs = [(site.id, MARK), (MARK, MARK), (site.id, "")]
    answers = [app.test_client().post(TOKEN, data=form, headers=basic(*pair)) for pair in pairs]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert "token_endpoint_auth_method" in answers[0].json["error_description"]
    assert CLAUSE.search(answers[0].json["error_description"])


def test_the_reference_of_a_refusal_is_in_the_log(
    site: Site, browser: FlaskClient, written: Callable[[], dict[str, dict[str, str]]]
) -> None:
    """Whoever has the reference finds the reason, and the client where it is known."""
    refused = [site.ask(browser, redirect_uri="https://evil.example/"), site.ask(browser, prompt=MARK)]
    called = site.post(TOKEN, grant_type=MARK)
    lines = written()
    for response in refused:
        line = lines[response.headers["X-Request-Id"]]
        assert (line["event"], line["client_id"]) == ("request_refused", site.id)
        assert CLAUSE.search(line["reason"])
    line = lines[called.headers["X-Request-Id"]]
    assert (line["event"], line["error"], line["path"]) == ("call_refused", "unsupported_grant_type", TOKEN)
    assert MARK not in json.dumps(lines)
