"""Request objects (RFC 9101, OpenID Connect Core §6): by value or by reference, signed or, where registered so, not."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from parties import key, public
from visits import Site

from idp.oidc import jose
from idp.settings import Settings

OTHER_TYPES = ["dpop+jwt", "at+jwt", "logout+jwt", "secevent+jwt", "JWS"]


class Files:
    """A site's own server: what it serves, and what was asked of it."""

    def __init__(self) -> None:
        files = self
        self.content: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                files.asked.append(self.path)
                status, body = files.content.get(self.path, (404, b""))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/good")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"

    def put(self, path: str, body: str | bytes, status: int = 200) -> str:
        """Serve this; its address."""
        self.content[path] = (status, body.encode() if isinstance(body, str) else body)
        return f"http://{self.host}{path}"


@pytest.fixture
def files() -> Iterator[Files]:
    """A server on loopback."""
    files = Files()
    thread = threading.Thread(target=files.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield files
    files.server.shutdown()
    thread.join()
    files.server.server_close()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], files: Files) -> Settings:
    """A deployment that may call that server, and no other on loopback."""
    return make_settings(allowed_loopback_hosts=[files.host])


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site with a key."""
    return visits.register(app, with_keys=True)


def by_value(site: Site, browser: FlaskClient, text: str, **beside: str | None) -> dict[str, str]:
    """What the site receives for a request object, with the parameters of the good request beside it."""
    return visits.received(site.ask(browser, request=text, **beside))[1]


def unsigned(site: Site, **changes: Any) -> str:
    """A request object that nobody signed."""
    claims = {name: value for name, value in {**site.parameters(), **changes}.items() if value is not None}
    return ".".join([encoded({"alg": "none"}), encoded(claims), ""])


def encoded(value: Any) -> str:
    """JSON in base64url."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


# By value.


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_s5_a_request_signed_by_the_client_is_answered(app: Flask, browser: FlaskClient, algorithm: str) -> None:
    site = visits.register(app, with_keys=True, algorithm=algorithm)
    only = {"client_id": site.id, "request": site.request_object(state="of the object")}
    answer = visits.received(site.send(browser, only))[1]
    assert answer["state"] == "of the object"
    assert site.redeem(answer["code"]).status_code == 200


def test_core_s6_1_what_the_object_says_goes_before_what_stands_beside_it(site: Site, browser: FlaskClient) -> None:
    text = site.request_object(state="of the object", scope="openid", redirect_uri=visits.RETURN)
    answer = by_value(site, browser, text, state="beside", redirect_uri="https://evil.example/")
    assert answer["state"] == "of the object"
    assert site.redeem(answer["code"]).json["scope"] == "openid"


def test_core_s6_1_what_only_stands_beside_it_completes_it(site: Site, browser: FlaskClient) -> None:
    answer = by_value(site, browser, site.request_object(state=None, nonce=None), state="beside", nonce="beside")
    assert answer["state"] == "beside"


def test_s5_where_requests_must_be_signed_what_stands_beside_the_object_was_never_said(
    app: Flask, browser: FlaskClient
) -> None:
    site = visits.register(app, with_keys=True, require_signed_request_object=True)
    answer = by_value(site, browser, site.request_object(state=None), state="beside")
    assert "state" not in answer
    assert "code" in answer
    assert by_value(site, browser, site.request_object(client_id=None))["error"] == "invalid_request_object"


def test_s10_5_a_client_that_must_sign_is_refused_anything_else(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, with_keys=True, require_signed_request_object=True)
    assert visits.error_of(site.ask(browser)) == "invalid_request"
    assert by_value(site, browser, unsigned(site))["error"] == "invalid_request_object"


def test_claims_and_max_age_may_be_json(site: Site, browser: FlaskClient) -> None:
    text = site.request_object(max_age=600, claims={"id_token": {"email": None}}, resource=[rp.ISSUER])
    assert "code" in by_value(site, browser, text)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "forum"},
        {"response_type": "id_token"},
        {"iss": "forum"},
        {"aud": "https://elsewhere.example"},
        {"aud": []},
        {"aud": {"a": 1}},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": -1},
        {"nbf": 1 << 40},
        {"iat": 1 << 40},
        {"sub": "site"},
        {"request": "x"},
        {"request_uri": "https://site.example/"},
        {"state": "a\0b"},
        {"a\0b": "c"},
        {f"p{n}": "1" for n in range(300)},
    ],
)
def test_s6_what_is_wrong_in_it_is_told_as_of_the_object(
    site: Site, browser: FlaskClient, changes: dict[str, Any]
) -> None:
    answer = by_value(site, browser, site.request_object(**changes))
    assert (answer["error"], answer["state"]) == ("invalid_request_object", "the state")
    assert answer["error_description"].isascii()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "nope"}, "invalid_scope"),
        ({"scope": ["openid"]}, None),
        ({"scope": {"a": "openid"}}, "invalid_scope"),
        ({"prompt": "bogus"}, "invalid_request"),
        ({"max_age": -1}, "invalid_request"),
        ({"max_age": 1.5}, "invalid_request"),
        ({"claims": [1]}, "invalid_request"),
        ({"nonce": "x" * 5000}, "invalid_request"),
        ({"registration": {}}, "registration_not_supported"),
        ({"unknown": {"deep": [[[[[[]]]]]]}}, None),
    ],
)
def test_the_table_of_checks_runs_over_what_the_object_holds(
    site: Site, browser: FlaskClient, changes: dict[str, Any], error: str | None
) -> None:
    assert by_value(site, browser, site.request_object(**changes)).get("error") == error


@pytest.mark.parametrize("typ", OTHER_TYPES)
def test_rfc8725_s3_11_what_was_signed_to_be_something_else_is_no_request(
    site: Site, browser: FlaskClient, typ: Any
) -> None:
    text = site.request_object(header={"typ": typ})
    assert by_value(site, browser, text)["error"] == "invalid_request_object"


@pytest.mark.parametrize("typ", [None, "JWT", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"])
def test_s10_8_the_type_of_a_request_is_accepted_and_may_be_left_out(
    site: Site, browser: FlaskClient, typ: str | None
) -> None:
    assert "code" in by_value(site, browser, site.request_object(header={"typ": typ}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b.c",
        "é.é.é",
        "e30.e30.",
        "e30.e30.e30",
        "W10.e30.AA",
        "." * 50,
        "a.b.c.d.e",
        encoded({"alg": ["RS256"]}) + ".e30.AA",
        encoded({"alg": None}) + ".e30.AA",
        encoded({"alg": "RS256", "kid": {}}) + ".e30.AA",
        encoded({"alg": "ES256"}) + "." + encoded([]) + ".AA",
        "x" * 50_000,
    ],
)
def test_s6_what_is_no_jwt_is_refused_without_a_failure(site: Site, browser: FlaskClient, text: str) -> None:
    parameters = site.parameters()
    if not text:
        parameters = {**parameters, "request": "."}
    response = browser.post(rp.AUTHORIZE, data={**parameters, "request": text or "."})
    assert visits.error_of(response) == "invalid_request_object"


def test_s6_2_a_signature_of_somebody_else_is_refused(site: Site, browser: FlaskClient) -> None:
    text = site.request_object(pair=key("ES256", "somebody else"))
    assert by_value(site, browser, text)["error"] == "invalid_request_object"


def test_cve_2026_27962_a_key_that_comes_along_is_not_believed(site: Site, browser: FlaskClient) -> None:
    other = key("ES256", "somebody else")
    for header in ({"jwk": public(other)}, {"jku": "https://evil.example/"}, {"x5c": ["AA"]}):
        text = site.request_object(pair=other, header=header)
        assert by_value(site, browser, text)["error"] == "invalid_request_object"


def test_rfc8725_s2_1_a_public_key_is_no_secret(site: Site, browser: FlaskClient) -> None:
    signed = ".".join([encoded({"alg": "HS256"}), encoded(site.parameters())])
    mac = hmac.digest(site.pair.as_pem(private=False), signed.encode(), "sha256")
    text = signed + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    assert by_value(site, browser, text)["error"] == "invalid_request_object"


def test_rfc7515_s4_1_11_what_must_be_understood_is_refused(site: Site, browser: FlaskClient) -> None:
    head, body, signature = site.request_object().split(".")
    text = ".".join([encoded({"alg": "ES256", "crit": ["b64"], "b64": False}), body, signature])
    assert head
    assert by_value(site, browser, text)["error"] == "invalid_request_object"


def test_registration_s2_the_algorithm_of_the_registration_is_the_only_one(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, with_keys=True, request_object_signing_alg="PS256")
    assert by_value(site, browser, site.request_object())["error"] == "invalid_request_object"


def test_core_s6_1_an_unsigned_object_is_for_clients_registered_so(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, request_object_signing_alg="none")
    assert "code" in by_value(site, browser, unsigned(site))
    head, body, _ = unsigned(site).split(".")
    assert by_value(site, browser, f"{head}.{body}.AA")["error"] == "invalid_request_object"


def test_core_s3_1_2_6_a_client_that_registered_nothing_of_the_kind_is_told_so(
    app: Flask, site: Site, browser: FlaskClient
) -> None:
    assert by_value(site, browser, unsigned(site))["error"] == "request_not_supported"
    bare = visits.register(app, name="bare")
    assert by_value(bare, browser, unsigned(bare))["error"] == "request_not_supported"


def test_an_error_of_the_object_without_an_address_beside_it_is_a_page(site: Site, browser: FlaskClient) -> None:
    response = site.send(browser, {"client_id": site.id, "request": site.request_object(exp=1)})
    assert response.status_code == 400
    assert "RFC 9101" in response.get_data(as_text=True)


def test_a_redirect_uri_of_the_object_that_is_not_registered_is_a_page(site: Site, browser: FlaskClient) -> None:
    response = site.ask(browser, request=site.request_object(redirect_uri="https://evil.example/"))
    assert response.status_code == 400


def test_s5_a_request_and_a_reference_to_one_do_not_come_together(site: Site, browser: FlaskClient) -> None:
    response = site.ask(browser, request=site.request_object(), request_uri="https://site.example/r")
    assert visits.error_of(response) == "invalid_request"


# By reference.


def referring(app: Flask, files: Files, *paths: str, **metadata: Any) -> Site:
    """A site that has registered addresses on its server."""
    uris = [f"http://{files.host}{path}" for path in paths]
    return visits.register(app, with_keys=True, request_uris=uris, **metadata)


def test_s5_2_an_object_is_fetched_from_a_registered_address(app: Flask, files: Files, browser: FlaskClient) -> None:
    site = referring(app, files, "/good")
    uri = files.put("/good", site.request_object(state="fetched") + "\n")
    answer = visits.received(site.send(browser, {"client_id": site.id, "request_uri": uri}))[1]
    assert answer["state"] == "fetched"
    assert "code" in answer


def test_registration_s2_the_fragment_of_a_registered_address_says_only_that_it_changed(
    app: Flask, files: Files, browser: FlaskClient
) -> None:
    site = referring(app, files, "/good#c29tZS1oYXNo")
    uri = files.put("/good", site.request_object())
    for suffix in ("", "#YW5vdGhlcg"):
        assert "code" in visits.received(site.ask(browser, request_uri=uri + suffix))[1]
    assert files.asked == ["/good", "/good"]


def test_core_s6_2_only_registered_addresses_are_fetched(app: Flask, files: Files, browser: FlaskClient) -> None:
    site = referring(app, files, "/good")
    for path in ("/other", "/good/", "/good?x=1", "/GOOD"):
        uri = files.put(path, site.request_object())
        assert visits.error_of(site.ask(browser, request_uri=uri)) == "invalid_request_uri"
    assert files.asked == []


def test_core_s3_1_2_6_a_client_without_registered_addresses_is_told_so(site: Site, browser: FlaskClient) -> None:
    response = site.ask(browser, request_uri="https://site.example/r")
    assert visits.error_of(response) == "request_uri_not_supported"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, b"", "invalid_request_uri"),
        (500, b"", "invalid_request_uri"),
        (302, b"", "invalid_request_uri"),
        (200, b"x" * 70_000, "invalid_request_uri"),
        (200, b"", "invalid_request_object"),
        (200, b"not a JWT", "invalid_request_object"),
        (200, b"\xff\xfe", "invalid_request_object"),
    ],
)
def test_s6_a_bad_answer_of_that_address_is_told(
    app: Flask, files: Files, browser: FlaskClient, status: int, body: bytes, error: str
) -> None:
    site = referring(app, files, "/bad")
    files.put("/good", site.request_object())
    uri = files.put("/bad", body, status)
    assert visits.error_of(site.ask(browser, request_uri=uri)) == error
    # No redirect is followed.
    assert files.asked == ["/bad"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:9/r",
        "https://127.0.0.1:9/r",
        "https://localhost/r",
        "https://[::1]/r",
        "https://10.0.0.1/r",
        "https://169.254.169.254/latest/meta-data",
        "https://nowhere.invalid/r",
    ],
)
def test_asvs_13_2_4_addresses_that_are_not_public_are_never_called(app: Flask, browser: FlaskClient, uri: str) -> None:
    site = visits.register(app, with_keys=True, request_uris=[uri])
    assert visits.error_of(site.ask(browser, request_uri=uri)) == "invalid_request_uri"


# Keys by reference.


def test_core_s10_1_1_keys_are_fetched_kept_and_fetched_again_for_a_new_name(
    app: Flask, files: Files, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jose, "_fetched", {})
    old, new = key("ES256", "old"), key("ES256", "new")
    uri = files.put("/jwks", json.dumps({"keys": [{**public(old), "kid": "old"}]}))
    site = visits.register(app, jwks_uri=uri)
    for _ in range(2):
        assert "code" in by_value(site, browser, site.request_object(pair=old, header={"kid": "old"}))
    assert files.asked == ["/jwks"]
    files.put("/jwks", json.dumps({"keys": [{**public(new), "kid": "new"}]}))
    # Not at once: whoever sends unknown names must not make us call a hundred times.
    assert "error" in by_value(site, browser, site.request_object(pair=new, header={"kid": "new"}))
    assert files.asked == ["/jwks"]
    at, keys = jose._fetched[uri]
    jose._fetched[uri] = (at - 60, keys)
    assert "code" in by_value(site, browser, site.request_object(pair=new, header={"kid": "new"}))
    assert files.asked == ["/jwks", "/jwks"]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"keys": {}}', '{"keys": [1]}', '{"keys": [{"kty": []}]}', "null"])
def test_a_bad_key_set_is_no_key(
    app: Flask, files: Files, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(jose, "_fetched", {})
    site = visits.register(app, jwks_uri=files.put("/jwks", body))
    assert by_value(site, browser, site.request_object())["error"] == "invalid_request_object"


def test_the_time_of_an_object_may_differ_a_little(site: Site, browser: FlaskClient) -> None:
    now = int(time.time())
    assert "code" in by_value(site, browser, site.request_object(iat=now + 8, nbf=now + 8))
    assert "error" in by_value(site, browser, site.request_object(iat=now + 65))
