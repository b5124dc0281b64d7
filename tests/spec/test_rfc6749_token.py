"""RFC 6749: the token endpoint, by clause."""

import base64
from urllib.parse import quote

import pytest
from protocol import REDIRECT, Protocol, basic, secret_of


def test_a_code_brings_tokens_that_no_cache_keeps(op: Protocol) -> None:
    """§5.1."""
    answer = op.redeem(op.code(op.sign_in()))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 600
    assert answer.json["scope"] == "openid email"
    assert "refresh_token" not in answer.json


def test_a_code_is_good_once_and_a_second_use_revokes_what_it_brought(op: Protocol) -> None:
    """§4.1.2."""
    code = op.code(op.sign_in())
    first = op.redeem(code).json
    assert op.userinfo(first["access_token"]).status_code == 200
    second = op.redeem(code)
    assert (second.status_code, second.json["error"]) == (400, "invalid_grant")
    assert op.userinfo(first["access_token"]).status_code == 401
    events = [row[0] for row in op.runtime.sql.all("SELECT event FROM audit", {})]
    assert "code reused" in events


def test_a_second_use_cuts_the_refresh_token_too(op: Protocol) -> None:
    """§4.1.2, RFC 9700 §4.13."""
    code = op.code(op.sign_in(), "member-area", "openid offline_access")
    first = op.redeem(code, "member-area").json
    op.redeem(code, "member-area")
    assert op.refresh(first["refresh_token"]).json["error"] == "invalid_grant"


def test_the_code_of_another_client_is_refused_and_stays_good_for_its_own(op: Protocol) -> None:
    """§4.1.3: the code was issued to the authenticated client."""
    code = op.code(op.sign_in(), "avantage")
    stolen = op.redeem(code, "forum", redirect_uri=REDIRECT["avantage"])
    assert (stolen.status_code, stolen.json["error"]) == (400, "invalid_grant")
    assert op.redeem(code).status_code == 200


def test_a_used_code_from_another_client_revokes_nothing(op: Protocol) -> None:
    """§4.1.2: only its own client can tell that a code was used twice."""
    code = op.code(op.sign_in())
    first = op.redeem(code).json
    op.redeem(code, "forum")
    assert op.userinfo(first["access_token"]).status_code == 200


@pytest.mark.parametrize("redirect_uri", ["", REDIRECT["avantage"] + "/", "https://avantage.example/RETOUR"])
def test_redirect_uri_must_come_again_as_it_was(op: Protocol, redirect_uri: str) -> None:
    """§4.1.3, OpenID Connect Core §3.1.3.2."""
    answer = op.redeem(op.code(op.sign_in()), redirect_uri=redirect_uri)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_a_code_lives_sixty_seconds(op: Protocol, time_machine) -> None:
    """§4.1.2, docs/rules.md §5; by our clock."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    session = op.sign_in()
    young, old = op.code(session), op.code(session)
    time_machine.shift(59)
    assert op.redeem(young).status_code == 200
    time_machine.shift(1)
    assert op.redeem(old).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE session SET ended_at = 1 WHERE id = :session", "the session has ended"),
        ("UPDATE account SET epoch = epoch + 1 WHERE id = :account", "everything issued before must die"),
        ("UPDATE account SET state = 'blocked' WHERE id = :account", "the account is blocked"),
    ],
)
def test_a_code_dies_with_what_stands_behind_it(op: Protocol, change: str, what: str) -> None:
    """`architecture.md`, The hot way: an issuance in flight is caught."""
    session = op.sign_in()
    code = op.code(session)
    values = {"session": session.id, "account": session.account_id}
    op.runtime.sql.run(change, {name: value for name, value in values.items() if f":{name}" in change})
    assert op.redeem(code).json["error"] == "invalid_grant", what


@pytest.mark.parametrize("code", ["x", "é", "A" * 43, "A" * 60_000, "\ud800".encode("utf-8", "surrogatepass")])
def test_what_is_not_a_code_is_refused_without_a_look_up(op: Protocol, code: str) -> None:
    """§5.2; a handle that was not made here is seen at once."""
    answer = op.redeem(code)
    assert (answer.status_code, answer.json["error"]) in {(400, "invalid_grant"), (400, "invalid_request")}


def test_a_missing_parameter_is_named(op: Protocol) -> None:
    """§5.2."""
    for form, name in (({}, "grant_type"), ({"grant_type": "authorization_code"}, "code")):
        answer = op.token(**form).json
        assert answer["error"] == "invalid_request"
        assert answer["error_description"] == f"{name} is missing (RFC 6749 section 5.2)"


def test_parameters_in_the_query_are_not_read(op: Protocol) -> None:
    """§3.2, trap P9: the form alone counts."""
    code = op.code(op.sign_in())
    answer = op.post(f"/oidc/token?grant_type=authorization_code&code={code}", {}, basic("avantage"))
    assert answer.json["error"] == "invalid_request"


def test_a_parameter_given_twice_is_refused(op: Protocol) -> None:
    """§3.2."""
    form = [("grant_type", "client_credentials"), ("grant_type", "client_credentials")]
    assert op.post("/oidc/token", form, basic("avantage")).json["error"] == "invalid_request"


def test_only_a_form_is_read(op: Protocol) -> None:
    """Appendix B: application/x-www-form-urlencoded; not JSON."""
    answer = op.http.post("/oidc/token", json={"grant_type": "client_credentials"}, headers=basic("avantage"))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_get_is_not_allowed(op: Protocol) -> None:
    """§3.2: the client must use POST."""
    answer = op.http.get("/oidc/token")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_grant_types_are_those_served_and_registered(op: Protocol) -> None:
    """§5.2."""
    assert op.token(grant_type="password").json["error"] == "unsupported_grant_type"
    assert op.token(grant_type="client_credentials").json["error"] == "unauthorized_client"
    assert op.refresh("x", "avantage").json["error"] == "unauthorized_client"


class TestClientAuthentication:
    """§2.3, §3.2.1."""

    def test_basic_credentials_are_form_decoded(self, op: Protocol) -> None:
        """§2.3.1."""
        encoded = "".join(f"%{ord(letter):02X}" for letter in secret_of("avantage"))
        pair = base64.b64encode(f"avantage:{encoded}".encode()).decode()
        answer = op.post("/oidc/token", {"grant_type": "x"}, {"Authorization": f"basic {pair}"})
        assert answer.json["error"] == "unsupported_grant_type"

    @pytest.mark.parametrize(
        "header",
        [
            basic("avantage", "another-secret-0123456789")["Authorization"],
            basic("nobody")["Authorization"],
            basic("avantage", "sécrét")["Authorization"],
            "Basic " + base64.b64encode("avantage:sécrét".encode("latin-1")).decode(),
            "Basic " + base64.b64encode(b"avantage:%FF%FE").decode(),
            "Basic ???",
            "Basic",
            "Bearer abc",
            basic("native", "")["Authorization"],
            basic("native", "secret")["Authorization"],
            basic("partner")["Authorization"],
        ],
    )
    def test_bad_credentials_are_a_401_with_a_challenge(self, op: Protocol, header: str) -> None:
        """§5.2; trap P6: a secret that is not ASCII, or sent by a public client, is no crash."""
        answer = op.post("/oidc/token", {"grant_type": "client_credentials"}, {"Authorization": header})
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"client_id": "avantage"},
            {"client_id": "nobody"},
            {"client_id": "é" * 500},
            {"client_id": "native", "client_secret": secret_of("avantage")},
            {"client_id": "partner", "client_secret": "é"},
            {"client_id": "partner", "client_secret": "wrong"},
            {"client_id": "avantage", "client_secret": secret_of("avantage")},
            {"client_secret": secret_of("avantage")},
        ],
    )
    def test_bad_credentials_in_the_form_are_refused(self, op: Protocol, form: dict[str, str]) -> None:
        """§2.3.1; a client authenticates by the method of its registration only."""
        answer = op.post("/oidc/token", {"grant_type": "client_credentials", **form})
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")

    def test_two_methods_at_once_are_refused(self, op: Protocol) -> None:
        """§2.3."""
        form = {"grant_type": "client_credentials", "client_id": "avantage", "client_secret": secret_of("avantage")}
        answer = op.post("/oidc/token", form, basic("avantage"))
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")

    def test_the_header_and_the_form_name_one_client(self, op: Protocol) -> None:
        """§3.2.1."""
        answer = op.post("/oidc/token", {"grant_type": "x", "client_id": "forum"}, basic("avantage"))
        assert answer.json["error"] == "invalid_request"
        answer = op.post("/oidc/token", {"grant_type": "x", "client_id": "avantage"}, basic("avantage"))
        assert answer.json["error"] == "unsupported_grant_type"

    def test_an_error_says_nothing_of_what_was_sent(self, op: Protocol) -> None:
        """§5.2: descriptions hold plain ASCII, never the secret."""
        header = {"Authorization": "Basic " + base64.b64encode(f"avantage:{quote('mon secret é')}".encode()).decode()}
        answer = op.post("/oidc/token", {"grant_type": "<script>"}, header)
        assert answer.text.isascii()
        assert "secret é" not in answer.text
        assert "<script" not in answer.text


class TestClientCredentials:
    """§4.4."""

    def test_a_client_acts_for_itself(self, op: Protocol) -> None:
        """§4.4.3: no refresh token; and no ID token, for nobody signed in."""
        answer = op.token("partner", grant_type="client_credentials").json
        assert answer["scope"] == "reports:read reports:write"
        assert not {"refresh_token", "id_token"} & set(answer)
        told = op.introspect(answer["access_token"], "partner")
        assert (told["active"], told["sub"]) == (True, "partner")

    @pytest.mark.parametrize("scope", ["openid", "email", "reports:read openid", "reports:delete"])
    def test_scopes_of_a_person_or_unknown_are_refused(self, op: Protocol, scope: str) -> None:
        """§5.2; trap P16: nothing is dropped in silence."""
        answer = op.token("partner", grant_type="client_credentials", scope=scope)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")

    def test_a_scope_may_be_narrowed(self, op: Protocol) -> None:
        """§3.3."""
        answer = op.token("partner", grant_type="client_credentials", scope="reports:read").json
        assert answer["scope"] == "reports:read"

    def test_its_token_opens_no_one_s_claims(self, op: Protocol) -> None:
        """RFC 6750 §3.1: it was not issued for openid."""
        token = op.token("partner", grant_type="client_credentials").json["access_token"]
        assert op.userinfo(token).status_code == 403
