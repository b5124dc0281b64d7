"""RFC 8707: the one API that an access token is for."""

import pytest
from parties import Party
from protocol import Protocol

REPORTS = "https://reports.example/api"
FILES = "urn:example:files"
OFFLINE = "openid email offline_access"


@pytest.fixture
def party(op: Protocol) -> Party:
    """A client with two APIs."""
    return Party.register(op, resources=[REPORTS, FILES])


def audience(party: Party, answer) -> str:
    """Whom an access token is for, by itself and by introspection."""
    assert answer.status_code == 200, answer.text
    token = answer.json["access_token"]
    told = party.op.read_jwt(token, "at+jwt")["aud"]
    assert party.post("/oidc/introspect", token=token).json["aud"] == told
    return told


def refused(answer) -> None:
    """§2: `invalid_target`."""
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_target")
    assert "RFC 8707" in answer.json["error_description"]


def test_the_token_is_for_the_resource_of_the_authorization_request(party: Party) -> None:
    """§2.1, RFC 9068 §3: others must be able to read it, so it is a JWT."""
    code = party.code(party.op.sign_in(), resource=REPORTS)
    assert audience(party, party.redeem(code)) == REPORTS


def test_it_may_be_named_again_and_not_changed(party: Party) -> None:
    """§2.2: a subset of what was granted; what was refused spends no code."""
    session = party.op.sign_in()
    code = party.code(session, resource=REPORTS)
    refused(party.redeem(code, resource=FILES))
    refused(party.redeem(code, resource=party.op.runtime.settings.issuer))
    assert audience(party, party.redeem(code, resource=REPORTS)) == REPORTS


def test_it_may_be_named_at_the_token_endpoint_alone(party: Party) -> None:
    """§2.2; the client for itself too."""
    code = party.code(party.op.sign_in())
    assert audience(party, party.redeem(code, resource=FILES)) == FILES
    assert audience(party, party.post(grant_type="client_credentials", resource=REPORTS)) == REPORTS


def test_a_refresh_keeps_it(party: Party) -> None:
    """§2.2."""
    first = party.redeem(party.code(party.op.sign_in(), OFFLINE, resource=REPORTS)).json
    refused(party.refresh(first["refresh_token"], resource=FILES))
    answer = party.refresh(first["refresh_token"])
    assert audience(party, answer) == REPORTS
    assert audience(party, party.refresh(answer.json["refresh_token"], resource=REPORTS)) == REPORTS


def test_without_one_a_refresh_may_choose(party: Party) -> None:
    """§2.2: each access token for another API."""
    token = party.redeem(party.code(party.op.sign_in(), OFFLINE)).json["refresh_token"]
    for resource in (REPORTS, FILES):
        answer = party.refresh(token, resource=resource)
        assert audience(party, answer) == resource
        token = answer.json["refresh_token"]
    assert "." not in party.refresh(token).json["access_token"]


@pytest.mark.parametrize(
    "resource",
    [REPORTS + "/", REPORTS.upper(), "https://elsewhere.example", "x", "é", "//", REPORTS + "#f", "A" * 5000],
)
def test_only_what_is_registered_is_a_target(party: Party, resource: str) -> None:
    """§2: to the byte."""
    refused(party.post(grant_type="client_credentials", resource=resource))


def test_a_client_without_resources_has_none(op: Protocol) -> None:
    """§2; ours is the one that every token opens."""
    plain = Party.register(op)
    refused(plain.post(grant_type="client_credentials", resource=REPORTS))
    answer = plain.post(grant_type="client_credentials", resource=op.runtime.settings.issuer)
    assert "." not in answer.json["access_token"]


def test_one_a_request(party: Party) -> None:
    """§2 lets us: a token that is good in two places can be carried from one to the other."""
    form = [("grant_type", "client_credentials"), ("resource", REPORTS), ("resource", FILES)]
    answer = party.op.post("/oidc/token", form, party.credentials()[1])
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_token_for_an_api_is_not_for_us(party: Party) -> None:
    """§5, RFC 9068 §4: an API that holds it cannot ask UserInfo with it."""
    token = party.redeem(party.code(party.op.sign_in(), resource=REPORTS)).json["access_token"]
    answer = party.op.userinfo(token)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_it_dies_with_the_code(party: Party) -> None:
    """RFC 6749 §4.1.2: reuse ends this one too."""
    code = party.code(party.op.sign_in(), resource=REPORTS)
    token = party.redeem(code).json["access_token"]
    party.redeem(code)
    assert party.post("/oidc/introspect", token=token).json == {"active": False}
