"""What every page carries, and one transaction a request: kept with the answer, undone with the failure."""

import re

import pytest
from flask import abort, make_response, render_template_string, session
from sqlalchemy.exc import OperationalError

from idp.app import create_app
from idp.core import audit
from idp.core.db import Unavailable, write
from idp.core.hashing import Busy
from idp.core.throttle import TooManyAttempts
from idp.web import pages

FORM = '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"></form>'


@pytest.fixture
def page(app):
    """Add a page that does what it is given."""
    number = 0

    def add(view, **options):
        nonlocal number
        number += 1
        app.add_url_rule(f"/test/{number}", f"test{number}", view, **options)
        return f"/test/{number}"

    return add


def events(runtime):
    return [event for (event,) in runtime.sql.all("SELECT event FROM audit WHERE event LIKE 'test%'", {})]


def record_and(what):
    def view():
        write()
        audit.record("test_written")
        return what()

    return view


class TestOneTransaction:
    @pytest.mark.parametrize("status", [200, 303, 400, 422])
    def test_what_a_view_wrote_is_kept_with_its_answer(self, client, runtime, page, status):
        """On a 4xx too: a refused attempt has been made."""
        client.get(page(record_and(lambda: make_response("", status))))
        assert events(runtime) == ["test_written"]

    def test_it_is_kept_before_the_answer_leaves(self, app, client, runtime, page):
        """Nobody is told of what may still be lost."""
        seen = []
        address = page(record_and(lambda: "done"))
        # The last of the hooks: what runs after the commit.
        app.after_request_funcs[None].insert(0, lambda response: seen.extend(events(runtime)) or response)
        client.get(address)
        assert seen == ["test_written"]

    @pytest.mark.parametrize("failure", [lambda: 1 / 0, lambda: abort(400), lambda: abort(404)])
    def test_a_failure_undoes_it(self, client, runtime, page, failure):
        """All of it."""
        assert client.get(page(record_and(failure))).status_code >= 400
        assert events(runtime) == []

    def test_a_failure_undoes_nothing_of_the_next_request(self, client, runtime, page):
        """A thread that failed serves again."""
        failing, working = page(record_and(lambda: 1 / 0)), page(record_and(lambda: "done"))
        client.get(failing)
        client.get(working)
        assert events(runtime) == ["test_written"]

    def test_what_was_counted_before_the_transaction_survives(self, client, runtime, page):
        """A failure count outlives the refusal (`architecture.md` rule 12)."""

        def view():
            runtime.throttle.count("test", 60)
            write()
            audit.record("test_written")
            raise TooManyAttempts(2_000_000_000)

        client.get(page(view))
        assert events(runtime) == []
        assert runtime.throttle.count("test", 60) == 2


class TestForgery:
    @pytest.fixture
    def form(self, page):
        return page(lambda: render_template_string(FORM), methods=["GET", "POST"])

    def token(self, client, form):
        return re.search(r'value="([^"]+)"', client.get(form).text)[1]

    def test_a_form_of_ours_is_taken(self, client, form):
        """With the cookie of the same browser."""
        assert client.post(form, data={"csrf_token": self.token(client, form)}).status_code == 200

    @pytest.mark.parametrize("token", ["", "x", "é\udc80\0", "a" * 5000])
    def test_another_gets_the_stale_page(self, client, form, token):
        """Which says what to do next, in words, and offers it."""
        answer = client.post(form, data={"csrf_token": token.encode("utf-8", "surrogateescape")})
        assert answer.status_code == 400
        assert "page" in answer.text
        assert f'href="{form}' in answer.text

    def test_the_token_of_another_browser_is_stale(self, app, client, form):
        """It is bound to the cookie."""
        theirs = self.token(app.test_client(), form)
        client.get(form)
        assert client.post(form, data={"csrf_token": theirs}).status_code == 400

    def test_the_refusal_speaks_the_persons_language(self, client, form):
        """As every page."""
        assert '<html lang="en"' in client.post(form + "?hl=en").text
        assert '<html lang="fr"' in client.post(form + "?hl=fr").text


class TestErrorPages:
    @pytest.mark.parametrize("locale", ["fr", "en"])
    @pytest.mark.parametrize(
        ("failure", "status"),
        [
            (lambda: abort(400), 400),
            (lambda: abort(403), 403),
            (lambda: abort(404), 404),
            (lambda: abort(413), 413),
            (lambda: abort(418), 418),
            (lambda: 1 / 0, 500),
        ],
    )
    def test_each_failure_has_a_page(self, client, page, failure, status, locale):
        """In both languages, with a way out; a missing text would fail here."""
        answer = client.get(page(failure) + f"?hl={locale}")
        assert answer.status_code == status
        assert answer.mimetype == "text/html"
        assert f'<html lang="{locale}"' in answer.text
        assert 'href="/login-adherent/vous-avez-des-difficultes' in answer.text
        assert "web-error" not in answer.text

    def test_our_own_failure_has_a_reference_and_no_detail(self, client, page):
        """The log line has the same."""
        answer = client.get(page(lambda: 1 / 0))
        assert answer.headers["X-Request-Id"] in answer.text
        assert "ZeroDivision" not in answer.text

    def test_too_many_attempts_say_when(self, client, page):
        """429, in words and in the header."""

        def view():
            raise TooManyAttempts(0)

        answer = client.get(page(view))
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")

    def test_a_full_waiting_room_says_in_a_moment(self, client, page):
        """503, and the same page again by a link."""

        def view():
            raise Busy

        address = page(view)
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert f'href="{address}' in answer.text

    @pytest.mark.parametrize(
        "failure", [Unavailable("DiskFull"), OperationalError("INSERT", {}, Exception("database or disk is full"))]
    )
    def test_a_store_that_does_not_answer_is_tried_again(self, client, page, failure):
        """503 with a link to the same page, whether plain statements or the ORM met it."""

        def view():
            raise failure

        address = page(view)
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert f'href="{address}' in answer.text
        assert answer.headers["X-Request-Id"] in answer.text

    @pytest.mark.parametrize(
        "path",
        ["/nowhere", "/connexion/%00", "/%ff%fe", "/connexion/..%2f", "/" + "a" * 9000, "/%ED%A0%80", "/static/../x"],
    )
    def test_no_address_makes_us_fail(self, client, path):
        """What is not there is not there."""
        assert client.get(path).status_code in (404, 308)

    @pytest.mark.parametrize(
        "query", ["?hl=%ff", "?hl=%00", "?hl=fr&hl=en", "?i=" + "a" * 9000, "?i=%ED%A0%80", "?&&=;"]
    )
    def test_no_query_makes_us_fail(self, client, query):
        """It is ignored, or refused."""
        assert client.get("/connexion/" + query).status_code < 500

    @pytest.mark.parametrize(
        "cookie",
        [
            "mgen_connect=x",
            "mgen_connect=\xff",
            "mgen_connect_language=" + "é" * 500,
            "=;;=",
            "mgen_connect=" + "." * 3000,
        ],
    )
    def test_no_cookie_makes_us_fail(self, app, cookie):
        """A new one is given."""
        browser = app.test_client(use_cookies=False)
        assert browser.get("/connexion/", headers={"Cookie": cookie}).status_code < 500

    def test_a_body_larger_than_64_kib_is_413(self, client):
        """Before anything is read of it."""
        assert client.post("/connexion/", data={"email": "x" * 70_000}).status_code == 413


class TestHeaders:
    def test_a_page_has_its_policy(self, client, page):
        """Nothing from elsewhere, no inline code but by this answer's nonce."""
        address = page(lambda: render_template_string('<p nonce="{{ csp_nonce }}">'))
        answers = [client.get(address) for _ in range(2)]
        nonces = [re.search('nonce="([^"]+)"', answer.text)[1] for answer in answers]
        assert nonces[0] != nonces[1]
        policy = answers[0].headers["Content-Security-Policy"]
        assert f"script-src 'nonce-{nonces[0]}'" in policy
        for directive in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert directive in policy
        assert "unsafe" not in policy
        assert answers[0].headers["Cache-Control"] == "no-store"

    def test_a_form_may_end_where_the_page_says(self, client, page):
        """Browsers check every redirect after a form (docs/rules.md §5)."""

        def view():
            pages.allow_form_target("https://site.example")
            return "<form>"

        assert (
            client.get(page(view))
            .headers["Content-Security-Policy"]
            .endswith("form-action 'self' https://site.example")
        )

    def test_a_static_file_is_kept_for_a_year(self, app, client):
        """Its address changes with its content."""
        with app.test_request_context():
            address = pages.static_url("mgen-connect.css")
        answer = client.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("issuer", "name"),
        [("https://connect.example", "__Host-mgen_connect"), ("http://localhost:8000", "mgen_connect")],
    )
    def test_the_browsers_cookie(self, make_settings, issuer, name):
        """`__Host-` and Secure wherever there is https; never readable by a script."""
        app = create_app(make_settings(issuer=issuer))
        app.add_url_rule("/test", view_func=lambda: pages.browser_id())
        cookie = app.test_client().get("/test", base_url=issuer).headers["Set-Cookie"]
        assert cookie.startswith(name + "=")
        for attribute in ("HttpOnly", "SameSite=Lax", "Path=/"):
            assert attribute in cookie
        assert ("Secure" in cookie) == issuer.startswith("https")
        assert "Domain" not in cookie
        app.extensions["mgen_connect"].sql.close()

    def test_a_browser_keeps_its_id(self, app, client, page):
        """And another browser has another."""
        address = page(lambda: pages.browser_id() + str(session.permanent))
        first = client.get(address).text
        assert client.get(address).text == first
        assert app.test_client().get(address).text != first


def test_a_chosen_language_is_remembered(client):
    """Until another is chosen."""
    assert '<html lang="fr"' in client.get("/nowhere").text
    assert '<html lang="en"' in client.get("/nowhere?hl=en").text
    assert '<html lang="en"' in client.get("/nowhere").text
    assert '<html lang="fr"' in client.get("/nowhere?hl=fr").text
