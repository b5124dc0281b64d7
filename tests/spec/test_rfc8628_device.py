"""RFC 8628: a device shows a code, a person agrees elsewhere."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
import rp
from email_door.browsing import send
from flask import Flask
from flask.testing import FlaskClient
from oidc.test_token_races import all_at_once, without_lane
from parties import Party, proof
from protocol import Protocol

from idp.oidc import device

GRANT = device.GRANT
PAGE = "/oidc/appareil/"


@pytest.fixture
def television(op: Protocol) -> Party:
    """A device: it can keep no secret."""
    return Party.register(
        op,
        client_name="Ma télé",
        redirect_uris=[],
        site="https://tele.example",
        token_endpoint_auth_method="none",
        grant_types=[GRANT, "refresh_token"],
        first_party=True,
    )


def begin(party: Party, scope: str = "openid email", **form: str) -> dict:
    """The codes of a device."""
    answer = party.post("/oidc/device", scope=scope, **form)
    assert answer.status_code == 200, answer.text
    return answer.json


def poll(party: Party, codes: dict, headers: dict[str, str] | None = None):
    """Ask for the tokens."""
    return party.post(headers=headers, grant_type=GRANT, device_code=codes["device_code"])


def error(answer) -> str:
    """What the device is told."""
    assert answer.status_code == 400
    return answer.json["error"]


def agree(op: Protocol, codes: dict, session=None) -> bool:
    """A person's agreement."""
    asked = device.find(op.runtime, codes["user_code"])
    assert asked
    return device.approve(op.runtime, asked, session or op.sign_in())


def test_a_device_gets_two_codes(television: Party) -> None:
    """§3.1, §3.2; docs/rules.md §5: ten minutes, five seconds."""
    answer = television.post("/oidc/device", scope="openid email")
    assert answer.headers["Cache-Control"] == "no-store"
    codes = answer.json
    issuer = television.op.runtime.settings.issuer
    assert codes["verification_uri"] == issuer + PAGE
    assert codes["verification_uri_complete"] == f"{issuer}{PAGE}?user_code={codes['user_code']}"
    assert (codes["expires_in"], codes["interval"]) == (600, 5)
    # §6.1: nothing that can be taken for something else.
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", codes["user_code"])
    assert codes["user_code"].replace("-", "") not in codes["device_code"]


def test_who_agrees_gives_tokens_once(television: Party) -> None:
    """§3.4, §3.5."""
    op, codes = television.op, begin(television)
    assert error(poll(television, codes)) == "authorization_pending"
    assert agree(op, codes)
    answer = poll(television, codes)
    assert answer.status_code == 200
    assert op.userinfo(answer.json["access_token"]).json["email"] == "marie@exemple.fr"
    assert op.read_jwt(answer.json["id_token"])["aud"] == television.id
    assert error(poll(television, codes)) == "invalid_grant"


def test_of_twenty_polls_at_once_one_wins(television: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    """§3.4, with real threads: the database alone decides."""
    without_lane(monkeypatch)
    op, codes = television.op, begin(television)
    agree(op, codes)
    answers = all_at_once(op, 20, lambda: poll(television, codes))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 19}
    winner = next(answer.json for answer in answers if answer.status_code == 200)
    assert op.userinfo(winner["access_token"]).status_code == 200


def test_of_two_answers_the_first_counts(television: Party) -> None:
    """§3.3."""
    op, codes = television.op, begin(television)
    asked = device.find(op.runtime, codes["user_code"])
    assert asked
    assert device.deny(op.runtime, asked)
    assert not device.approve(op.runtime, asked, op.sign_in())
    assert error(poll(television, codes)) == "access_denied"


def test_who_polls_too_often_is_slowed_down(television: Party, time_machine) -> None:
    """§3.5: by five seconds each time."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    codes = begin(television)
    assert error(poll(television, codes)) == "authorization_pending"
    time_machine.shift(4)
    assert error(poll(television, codes)) == "slow_down"
    time_machine.shift(9)
    assert error(poll(television, codes)) == "slow_down"
    time_machine.shift(15)
    assert error(poll(television, codes)) == "authorization_pending"


def test_five_seconds_are_enough(television: Party, time_machine) -> None:
    """§3.2: the interval that was told."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    codes = begin(television)
    for _ in range(4):
        assert error(poll(television, codes)) == "authorization_pending"
        time_machine.shift(5)


def test_codes_live_ten_minutes(television: Party, time_machine) -> None:
    """§3.2, docs/rules.md §5; deleted afterwards."""
    from idp.oidc import tokens

    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    op, codes = television.op, begin(television)
    time_machine.shift(599)
    assert error(poll(television, codes)) == "authorization_pending"
    time_machine.shift(2)
    assert error(poll(television, codes)) == "expired_token"
    assert device.find(op.runtime, codes["user_code"]) is None
    tokens.clean(op.runtime)
    assert op.runtime.sql.all("SELECT * FROM device_code", {}) == []
    assert error(poll(television, codes)) == "expired_token"


def test_a_late_agreement_is_none(television: Party, time_machine) -> None:
    """§3.3."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    op, codes = television.op, begin(television)
    session, asked = op.sign_in(), device.find(op.runtime, codes["user_code"])
    assert asked
    time_machine.shift(600)
    assert not device.approve(op.runtime, asked, session)


def test_the_code_of_another_client_is_refused(television: Party) -> None:
    """§3.4: it was issued to the client that asked."""
    op = television.op
    other = Party.register(
        op,
        redirect_uris=[],
        site="https://b.example",
        token_endpoint_auth_method="none",
        grant_types=[GRANT],
        scope="openid",
    )
    codes = begin(television)
    agree(op, codes)
    assert error(poll(other, codes)) == "invalid_grant"
    assert poll(television, codes).status_code == 200


@pytest.mark.parametrize("code", ["x", "é", "A" * 43, "A" * 60_000])
def test_what_is_no_device_code_is_refused(television: Party, code: str) -> None:
    """Never a 500."""
    assert error(poll(television, {"device_code": code})) == "invalid_grant"


def test_an_authorization_code_is_no_device_code(television: Party) -> None:
    """The two ways never mix."""
    op = television.op
    code = op.code(op.sign_in(), "avantage")
    assert error(poll(television, {"device_code": code})) == "invalid_grant"
    codes = begin(television)
    answer = op.redeem(codes["device_code"])
    assert answer.json["error"] == "invalid_grant"


def test_only_clients_of_this_grant_may(op: Protocol) -> None:
    """§3.1."""
    party = Party.register(op)
    assert error(party.post("/oidc/device", scope="openid")) == "unauthorized_client"
    assert error(poll(party, {"device_code": "x"})) == "unauthorized_client"
    assert op.post("/oidc/device", {"client_id": "nobody"}).status_code == 401


@pytest.mark.parametrize("scope", ["", "nope", "espace_personnel"])
def test_a_scope_must_remain(television: Party, scope: str) -> None:
    """§3.1, RFC 6749 §3.3."""
    assert error(television.post("/oidc/device", scope=scope)) == "invalid_scope"


def test_a_confidential_device_proves_itself(op: Protocol) -> None:
    """§3.1: as at the token endpoint."""
    party = Party.register(
        op,
        redirect_uris=[],
        site="https://b.example",
        token_endpoint_auth_method="private_key_jwt",
        grant_types=[GRANT],
        scope="openid",
    )
    codes = begin(party)
    agree(op, codes)
    assert poll(party, codes).status_code == 200
    assert op.post("/oidc/device", {"client_id": party.id, "scope": "openid"}).status_code == 401


def test_a_refresh_token_where_one_is_due(television: Party) -> None:
    """OpenID Connect Core §11: it outlives the session of the person who agreed."""
    op, codes = television.op, begin(television, "openid offline_access")
    agree(op, codes)
    token = poll(television, codes).json["refresh_token"]
    op.runtime.sql.run("UPDATE session SET ended_at = 1", {})
    assert television.refresh(token).status_code == 200


def test_an_agreement_dies_with_its_session(television: Party) -> None:
    """`architecture.md`, The hot way: an issuance in flight is caught."""
    op, codes = television.op, begin(television)
    agree(op, codes)
    op.runtime.sql.run("UPDATE session SET ended_at = 1", {})
    assert error(poll(television, codes)) == "invalid_grant"


def test_tokens_of_a_device_can_be_bound(television: Party) -> None:
    """RFC 9449 §5."""
    op, codes = television.op, begin(television)
    agree(op, codes)
    assert poll(television, codes, proof(op)).json["token_type"] == "DPoP"


def test_a_device_may_name_an_api(op: Protocol) -> None:
    """RFC 8707 §2."""
    api = "https://api.example"
    party = Party.register(
        op,
        redirect_uris=[],
        site="https://b.example",
        token_endpoint_auth_method="none",
        grant_types=[GRANT],
        scope="openid",
        resources=[api],
    )
    assert error(party.post("/oidc/device", scope="openid", resource="https://x.example")) == "invalid_target"
    codes = begin(party, resource=api)
    agree(op, codes)
    assert op.read_jwt(poll(party, codes).json["access_token"], "at+jwt")["aud"] == api


class TestPages:
    """§3.3: where the person is."""

    @pytest.fixture
    def op(self, app: Flask, runtime) -> Protocol:
        """The programs' side of the same provider."""
        return Protocol(runtime)

    @pytest.fixture
    def browser(self, app: Flask, television: Party) -> FlaskClient:
        """A telephone, whose provider knows the device by now."""
        app.extensions["mgen_connect_oidc"].clients._watch._read_at = -1
        return app.test_client()

    def test_a_person_signs_in_and_agrees(self, app: Flask, browser: FlaskClient, television: Party) -> None:
        """§3.3, §5.4: in plain words who asks, and for what."""
        codes = begin(television)
        page = browser.get(PAGE)
        assert page.status_code == 200
        answer = send(browser, PAGE, user_code=codes["user_code"].lower().replace("-", " "))
        assert rp.goes_to(answer, rp.SIGN_IN)
        rp.sign_in(app, browser, rp.person(app))
        waiting = rp.interaction_id(answer)
        to_agree = browser.get(f"/oidc/continue?i={waiting}")
        assert rp.goes_to(to_agree, PAGE + "accord/")
        page = browser.get(to_agree.location)
        assert "Ma télé" in page.text
        assert "camille.durand@exemple.test" in page.text
        assert "lire votre adresse email" in page.text
        done = send(browser, to_agree.location, agree="yes")
        assert done.status_code == 303
        assert "connecté" in browser.get(done.location).text
        assert poll(television, codes).status_code == 200

    def test_a_person_refuses(self, app: Flask, browser: FlaskClient, television: Party) -> None:
        """§3.5: `access_denied`."""
        codes = begin(television)
        rp.sign_in(app, browser, rp.person(app))
        answer = send(browser, PAGE, user_code=codes["user_code"])
        waiting = rp.interaction_id(answer)
        done = send(browser, f"{PAGE}accord/?i={waiting}", refuse="yes")
        assert "refusé" in browser.get(done.location).text
        assert error(poll(television, codes)) == "access_denied"

    def test_the_whole_address_fills_the_field_and_does_no_more(
        self, app: Flask, browser: FlaskClient, television: Party
    ) -> None:
        """§3.3.1, §5.4: the person compares the codes, and presses the button."""
        codes = begin(television)
        rp.sign_in(app, browser, rp.person(app))
        address = urlsplit(codes["verification_uri_complete"])
        page = browser.get(f"{address.path}?{address.query}")
        assert f'value="{codes["user_code"]}"' in page.text
        assert error(poll(television, codes)) == "authorization_pending"

    @pytest.mark.parametrize(
        "typed", ["", "x", "AAAA-AAAA", "é", "A" * 5000, "\ud800".encode("utf-8", "surrogatepass")]
    )
    def test_a_wrong_code_is_told_kindly(self, browser: FlaskClient, typed: str) -> None:
        """§5.1; never a 500."""
        answer = send(browser, PAGE, user_code=typed)
        assert answer.status_code == 400
        assert 'id="error-summary"' in answer.text

    def test_nobody_finds_a_code_by_trying(self, settings, browser: FlaskClient, television: Party) -> None:
        """§5.1: by network; even the right one is not looked at then."""
        codes = begin(television)
        for _ in range(300):
            television.op.runtime.throttle.count("device:127.0.0.1", 3600)
        assert send(browser, PAGE, user_code=codes["user_code"]).status_code == 429

    def test_a_code_that_was_answered_is_over(self, app: Flask, browser: FlaskClient, television: Party) -> None:
        """§3.3: in another tab, or by somebody else."""
        codes = begin(television)
        rp.sign_in(app, browser, rp.person(app))
        waiting = rp.interaction_id(send(browser, PAGE, user_code=codes["user_code"]))
        agree(television.op, codes)
        over = browser.get(f"{PAGE}accord/?i={waiting}")
        assert "plus valable" in browser.get(over.location).text
        assert send(browser, PAGE, user_code=codes["user_code"]).status_code == 400

    def test_another_browser_cannot_answer(self, app: Flask, browser: FlaskClient, television: Party) -> None:
        """`architecture.md`: only the browser that brought it may go on with it."""
        codes = begin(television)
        rp.sign_in(app, browser, rp.person(app))
        waiting = rp.interaction_id(send(browser, PAGE, user_code=codes["user_code"]))
        mallory = app.test_client()
        rp.sign_in(app, mallory, rp.person(app, "mallory@exemple.test"))
        assert mallory.post(f"{PAGE}accord/?i={waiting}", data={"agree": "yes"}).status_code == 400
        assert error(poll(television, codes)) == "authorization_pending"

    def test_a_page_without_a_request_is_over(self, browser: FlaskClient) -> None:
        """Never a 500."""
        assert browser.get(PAGE + "accord/").status_code == 400
        assert browser.get(PAGE + "fin/?reponse=nonsense").status_code == 200
