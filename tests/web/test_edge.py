"""The edge parses once and refuses what is doubtful; what every answer carries is the same there and in Flask."""

import re

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from idp.app import create_app
from idp.core.db import Unavailable
from idp.core.runtime import current
from idp.web.bodies import MAX_BODY
from idp.web.calls import ProtocolError, json_answer, redirect
from idp.web.edge import Edge

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def edge(app):
    """The edge of the application with a few endpoints more."""
    edge: Edge = app.wsgi_app

    def refuse(_call):
        raise ProtocolError("invalid_grant", "no such code", headers=(("WWW-Authenticate", "Basic"),), status=401)

    edge.register("/test/form", ["POST"], lambda call: json_answer(call.form()))
    edge.register("/test/query", ["GET"], lambda call: json_answer(sorted(call.query()[1])), cors=True)
    edge.register("/test/cookie", ["GET"], lambda call: json_answer(call.cookie("a")))
    edge.register("/test/go", ["GET"], lambda _call: redirect("https://site.example/"))
    edge.register("/test/refuse", ["POST"], refuse)
    edge.register("/test/crash", ["GET"], lambda _call: 1 / 0)
    edge.register("/oidc/authorize", ["GET"], lambda _call: 1 / 0, page=True)
    app.add_url_rule("/test/page", view_func=lambda: {})
    edge.register("/test/page", ["POST"], lambda _call: None)
    edge.register("/test/source", ["GET"], lambda call: json_answer([call.source, current() is call.runtime]))
    return edge


@pytest.fixture
def browser(app, edge):
    return app.test_client()


class TestForms:
    def test_a_form_is_read(self, browser):
        """Percent-encoded UTF-8; an empty value is as if absent (RFC 6749 §3.1)."""
        answer = browser.post("/test/form", data="a=%C3%A9+1&b=&c=2", content_type=FORM + "; charset=UTF-8")
        assert answer.json == {"a": "é 1", "c": "2"}

    @pytest.mark.parametrize(
        "body",
        [b"a=1&a=2", b"a=1&a=", b"a=%ff", b"a=\xc3\xa9", b"a=%ED%A0%80", b"a=%00", b"%00=a", b"&".join([b"a=1"] * 300)],
        ids=["twice", "twice, once empty", "no UTF-8", "raw", "surrogate", "NUL", "NUL name", "300 fields"],
    )
    def test_a_doubtful_form_is_refused(self, browser, body):
        """One clear error, never a guess."""
        answer = browser.post("/test/form", data=body, content_type=FORM)
        assert answer.status_code == 400
        assert answer.json["error"] == "invalid_request"

    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
    def test_another_content_type_is_refused(self, browser, kind):
        """RFC 6749 §3.2 knows one."""
        answer = browser.post("/test/form", data=b"a=1", content_type=kind)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")

    def test_64_kib_are_read_and_no_byte_more(self, browser):
        """413 for the next one."""
        body = b"a=" + b"x" * (MAX_BODY - 2)
        assert browser.post("/test/form", data=body, content_type=FORM).status_code == 200
        assert browser.post("/test/form", data=body + b"x", content_type=FORM).status_code == 413

    @pytest.mark.parametrize("length", ["-1", "x", "1e3", ""])
    def test_a_strange_length_never_fails(self, edge, length):
        """A body is read, or refused."""
        environ = EnvironBuilder("/test/form", method="POST", content_type=FORM).get_environ()
        environ["CONTENT_LENGTH"] = length
        _, status, _ = run_wsgi_app(edge, environ)
        assert status[:3] in ("200", "400")


def test_a_query_tells_what_came_twice(browser):
    """The endpoint decides what that means."""
    assert browser.get("/test/query?a=1&b=2&a=3&%C3%A9=1").json == ["a"]
    assert browser.get("/test/query?a=%ff").status_code == 400


def test_of_two_cookies_the_first_counts(app, edge):
    """RFC 6265 §5.4: the more specific path comes first."""
    browser = app.test_client(use_cookies=False)
    assert browser.get("/test/cookie", headers={"Cookie": "b=0; a=1; a=2; junk"}).json == "1"
    assert browser.get("/test/cookie").json == ""


class TestMethods:
    def test_another_method_is_405_with_the_ones_allowed(self, browser):
        """ASVS 4.1.4, on both sides of the application."""
        answer = browser.delete("/test/form")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "OPTIONS, POST"
        page = browser.delete("/connexion/")
        assert page.status_code == 405
        assert "GET" in page.headers["Allow"]

    def test_head_is_get_without_a_body(self, browser):
        """With the length it would have had."""
        answer = browser.head("/test/query")
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Length"] == "2"

    def test_options_lists_the_methods(self, browser):
        """And answers a preflight only where scripts may call."""
        answer = browser.options("/test/query")
        assert answer.status_code == 204
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "Access-Control-Allow-Methods" not in browser.options("/test/form").headers

    def test_scripts_of_any_origin_read_only_what_is_meant_for_them(self, browser):
        """No CORS on what a browser is sent to (RFC 9700 §2.6)."""
        assert browser.get("/test/query").headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Origin" not in browser.get("/test/go").headers

    def test_no_endpoint_is_in_both_tables(self, app, edge):
        """A fast and a slow one would diverge; one that hands over has the same path on purpose."""
        handed_over = {"/oidc/authorize", "/test/page"}
        rules = {rule.rule for rule in app.url_map.iter_rules()}
        assert rules & set(edge.paths) <= handed_over


class TestErrors:
    def test_an_error_is_json_with_its_headers(self, browser):
        """RFC 6749 §5.2."""
        answer = browser.post("/test/refuse")
        assert answer.status_code == 401
        assert answer.json == {"error": "invalid_grant", "error_description": "no such code"}
        assert answer.headers["WWW-Authenticate"] == "Basic"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_store_that_does_not_answer_is_503(self, edge, browser):
        """For a program in JSON, for a person on a page; both learn when to come again."""

        def fail(_call):
            raise Unavailable("ConnectionTimeout")

        edge.register("/test/gone", ["GET"], fail)
        edge.register("/oidc/authorize", ["GET"], fail, page=True)
        answer, page = browser.get("/test/gone"), browser.get("/oidc/authorize?client_id=forum")
        assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
        assert (page.status_code, page.mimetype) == (503, "text/html")
        assert answer.headers["Retry-After"] == page.headers["Retry-After"] == "5"

    def test_a_crash_says_nothing_and_is_logged_with_the_request(self, browser, capsys):
        """The reference is in the header and in the line."""
        answer = browser.get("/test/crash")
        assert answer.status_code == 500
        assert answer.json["error"] == "server_error"
        assert b"division" not in answer.data
        line = capsys.readouterr().err
        assert "ZeroDivisionError" in line
        assert answer.headers["X-Request-Id"] in line

    def test_where_people_come_a_crash_is_a_page_with_its_reference(self, browser, capsys):
        """Nobody reads JSON after a click."""
        answer = browser.get("/oidc/authorize")
        assert (answer.status_code, answer.mimetype) == (500, "text/html")
        assert answer.headers["X-Request-Id"] in answer.text
        assert "ZeroDivisionError" in capsys.readouterr().err

    def test_a_redirect_is_303(self, browser):
        """A POST is never replayed at the target (RFC 9700 §4.12)."""
        answer = browser.get("/test/go")
        assert (answer.status_code, answer.headers["Location"]) == (303, "https://site.example/")


class TestHeaders:
    COMMON = ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security", "Cache-Control")

    @pytest.mark.parametrize("issuer", ["http://localhost:8000", "https://connect.example"])
    def test_both_sides_say_the_same(self, make_settings, issuer):
        """What every answer carries does not depend on who made it."""
        app = create_app(make_settings(issuer=issuer))
        app.wsgi_app.register("/test/edge", ["GET"], lambda _call: json_answer({}))
        app.add_url_rule("/test/flask", view_func=lambda: {})
        browser = app.test_client()
        sides = [browser.get(path, base_url=issuer).headers for path in ("/test/edge", "/test/flask", "/nowhere")]
        for name in self.COMMON:
            assert len({headers.get(name) for headers in sides}) == 1, name
        assert sides[0].get("Strict-Transport-Security", "").startswith("max-age=31536000") == issuer.startswith(
            "https"
        )
        assert all(re.fullmatch(r"[\w-]{14}", headers["X-Request-Id"]) for headers in sides)
        assert len({headers["X-Request-Id"] for headers in sides}) == 3
        app.extensions["mgen_connect"].sql.close()

    def test_an_endpoint_that_hands_over_leaves_no_trace(self, browser):
        """Flask's answer is the whole answer."""
        assert browser.post("/test/page").status_code == 405


def test_an_endpoint_finds_its_runtime(browser):
    """And the address it is called from."""
    assert browser.get("/test/source").json == ["127.0.0.1", True]


def test_a_handed_over_response_is_closed(edge, app):
    """PEP 3333: a static file does not stay open."""
    closed = []

    @app.get("/test/closing")
    def closing():
        response = app.response_class("x")
        response.call_on_close(lambda: closed.append(1))
        return response

    environ = EnvironBuilder("/test/closing").get_environ()
    edge(environ, lambda *_: None)
    assert closed == [1]


def test_too_many_pages_are_told_to_come_again_while_programs_are_answered(app, client):
    """503 "Un instant" without a turn; the token endpoint does not notice."""
    turns = app.wsgi_app._turns
    turns._here = turns._most
    page = client.get("/connexion/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "instant" in page.text
    assert client.post("/oidc/token", data={"grant_type": "none"}).status_code == 401
    turns._here = 0
    assert client.get("/connexion/").status_code == 200
