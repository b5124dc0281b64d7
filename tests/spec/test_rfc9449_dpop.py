"""RFC 9449: a token that only the holder of a key can use."""

import time
from collections import Counter

import pytest
from oidc.test_token_races import all_at_once, without_lane
from parties import InSeconds, Party, key, proof, public, resolved, sign, thumbprint
from protocol import Protocol, bearer

ISSUER = "http://localhost:8000"
USERINFO = "/oidc/userinfo"
OFFLINE = "openid email offline_access"


@pytest.fixture
def party(op: Protocol) -> Party:
    """A client that may bind its tokens, and need not."""
    return Party.register(op)


def own(party: Party, headers: dict[str, str]):
    """A token for the client itself."""
    return party.post(headers=headers, grant_type="client_credentials")


def bound(party: Party, scope: str = "openid email"):
    """Tokens bound to the ES256 key `one`."""
    session = party.op.sign_in()
    return party.redeem(party.code(session, scope), proof(party.op)).json


def userinfo(op: Protocol, token: str, headers: dict[str, str], scheme: str = "DPoP"):
    """UserInfo, by GET."""
    return op.http.get(USERINFO, headers={"Authorization": f"{scheme} {token}", **headers})


def refused(answer, error: str = "invalid_dpop_proof") -> str:
    """The description of a refusal at the token endpoint."""
    assert (answer.status_code, answer.json["error"]) == (400, error), answer.text
    return answer.json["error_description"]


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256", "EdDSA"])
def test_a_proof_binds_the_tokens(party: Party, algorithm: str) -> None:
    """§5, §6.1, §7.1; RFC 7800 §3.1."""
    op, pair = party.op, key(algorithm)
    answer = party.redeem(party.code(op.sign_in()), proof(op, algorithm=algorithm)).json
    assert answer["token_type"] == "DPoP"
    token = answer["access_token"]
    told = userinfo(op, token, proof(op, USERINFO, "GET", algorithm=algorithm, token=token))
    assert (told.status_code, told.json["email"]) == (200, "marie@exemple.fr")
    seen = party.post("/oidc/introspect", token=token).json
    assert (seen["token_type"], seen["cnf"]) == ("DPoP", {"jkt": thumbprint(pair)})


def test_an_access_token_for_others_names_the_key(op: Protocol) -> None:
    """§6.1: `cnf` in a JWT."""
    party = Party.register(op, access_token_format="jwt")
    token = own(party, proof(op)).json["access_token"]
    assert op.read_jwt(token, "at+jwt")["cnf"] == {"jkt": thumbprint(key())}


def test_without_a_proof_nothing_is_bound(party: Party) -> None:
    """§5: the client chooses, unless its registration does."""
    answer = own(party, {}).json
    assert answer["token_type"] == "Bearer"
    assert "cnf" not in party.post("/oidc/introspect", token=answer["access_token"]).json


def test_a_registration_may_want_a_proof_always(op: Protocol) -> None:
    """§5.2."""
    party = Party.register(op, dpop_bound_access_tokens=True)
    assert "missing" in refused(own(party, {}))
    assert own(party, proof(op)).json["token_type"] == "DPoP"


PRIVATE = dict(key().as_dict(private=True))
BAD_HEADERS = [
    ({"typ": None}, "typ"),
    ({"typ": "JWT"}, "typ"),
    ({"typ": 3}, "typ"),
    ({"jwk": None}, "jwk"),
    ({"jwk": "key"}, "jwk"),
    ({"jwk": {}}, "signature"),
    ({"jwk": PRIVATE}, "jwk"),
    ({"jwk": {"kty": "oct", "k": "AAAA"}}, "jwk"),
    ({"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}, "jwk"),
    ({"jwk": {"kty": "RSA", "n": "A" * 3000, "e": "AQAB"}}, "jwk"),
    ({"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}, "signature"),
    ({"jwk": {"kty": "EC", "crv": "P-256", "x": 5, "y": []}}, "jwk"),
    ({"jwk": public(key("ES256", "another"))}, "signature"),
    ({"crit": ["x"], "x": 1}, "signature"),
]


@pytest.mark.parametrize(("header", "named"), BAD_HEADERS)
def test_what_is_wrong_with_its_header_is_named(party: Party, header: dict, named: str) -> None:
    """§4.3 items 4 to 7; never a 500."""
    good = proof(party.op)["DPoP"]
    import json

    from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

    head, body, signature = good.split(".")
    changed = {**json.loads(urlsafe_b64decode(head.encode())), **header}
    changed = {name: value for name, value in changed.items() if value is not None}
    head = urlsafe_b64encode(json.dumps(changed).encode()).decode()
    assert named in refused(own(party, {"DPoP": f"{head}.{body}.{signature}"}))


@pytest.mark.parametrize("algorithm", [None, "none", "HS256", "ES384", "RS512", ["ES256"], {}, 5])
def test_the_algorithm_is_one_of_those_published(party: Party, algorithm: object) -> None:
    """§4.3 item 5: asymmetric, allowed, never none."""
    import json

    from joserfc.util import urlsafe_b64encode

    header = {"typ": "dpop+jwt", "jwk": public(key()), "alg": algorithm}
    head = urlsafe_b64encode(json.dumps(header).encode()).decode()
    _, body, signature = proof(party.op)["DPoP"].split(".")
    for last in (signature, ""):
        assert "alg" in refused(own(party, {"DPoP": f"{head}.{body}.{last}"}))


@pytest.mark.parametrize("text", ["x", "a.b", "a.b.c", "..", "e30..", "W10.e30.e30", "é", "A" * 9000, "bnVsbA.e30.AA"])
def test_what_is_no_jwt_is_no_proof(party: Party, text: str) -> None:
    """§4.3 item 2."""
    refused(own(party, {"DPoP": text}))


def test_one_header_one_proof(party: Party) -> None:
    """§4.3 item 1."""
    one, two = proof(party.op)["DPoP"], proof(party.op)["DPoP"]
    answer = party.op.http.post(
        "/oidc/token",
        data={"grant_type": "client_credentials"},
        headers=[*party.credentials()[1].items(), ("DPoP", one), ("DPoP", two)],
    )
    assert "once" in refused(answer)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"htm": "GET"}, "htm"),
        ({"htm": "post"}, "htm"),
        ({"htm": None}, "htm"),
        ({"htm": 5}, "htm"),
        ({"htu": None}, "htu"),
        ({"htu": 5}, "htu"),
        ({"htu": ISSUER + "/oidc/userinfo"}, "htu"),
        ({"htu": "https://localhost:8000/oidc/token"}, "htu"),
        ({"htu": "http://localhost:8001/oidc/token"}, "htu"),
        ({"htu": "http://x@localhost:8000/oidc/token"}, "htu"),
        ({"htu": "http://localhost:port/oidc/token"}, "htu"),
        ({"htu": "http://[/oidc/token"}, "htu"),
        ({"htu": "/oidc/token"}, "htu"),
        ({"htu": ISSUER + "/oidc%2Ftoken"}, "htu"),
        ({"iat": None}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"iat": True}, "iat"),
        ({"iat": InSeconds(-400)}, "iat"),
        ({"iat": InSeconds(400)}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 5}, "jti"),
        ({"jti": "x" * 513}, "jti"),
        ({"exp": 5}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"nbf": InSeconds(400)}, "nbf"),
    ],
)
def test_what_is_wrong_with_its_claims_is_named(party: Party, changes: dict, named: str) -> None:
    """§4.2, §4.3 items 8 to 11; never a 500."""
    assert named in refused(own(party, proof(party.op, **resolved(changes))))


@pytest.mark.parametrize(
    "htu",
    [
        "HTTP://LOCALHOST:8000/oidc/token",
        ISSUER + "/oidc/token?a=b",
        ISSUER + "/oidc/token#f",
        ISSUER + "/%6Fidc/tok%65n",
    ],
)
def test_addresses_are_compared_as_addresses(party: Party, htu: str) -> None:
    """§4.3: RFC 3986 §6.2.2, §6.2.3; without query and fragment."""
    assert own(party, proof(party.op, htu=htu)).status_code == 200


def test_a_proof_lives_sixty_seconds(party: Party, time_machine) -> None:
    """docs/rules.md §5, by our clock; a clock that is a little ahead is no harm."""
    time_machine.move_to("2030-10-01T08:00:00Z", tick=False)
    now = int(time.time())
    for good in (now - 60, now, now + 10, now + 0.5):
        assert own(party, proof(party.op, iat=good)).status_code == 200
    for bad in (now - 61, now + 61):
        assert "iat" in refused(own(party, proof(party.op, iat=bad)))


def test_it_may_say_itself_how_long_it_is_good(party: Party) -> None:
    """RFC 7519 §4.1.4, §4.1.5."""
    now = int(time.time())
    assert own(party, proof(party.op, nbf=now, exp=now + 300)).status_code == 200


def test_it_counts_once(party: Party) -> None:
    """§11.1."""
    headers = proof(party.op)
    assert own(party, headers).status_code == 200
    assert "before" in refused(own(party, headers))


def test_it_counts_once_until_it_has_expired(party: Party, time_machine) -> None:
    """§11.1: its mark lives as long as it does."""
    time_machine.move_to("2030-10-01T08:00:00Z", tick=False)
    headers = proof(party.op, iat=int(time.time()) + 10)
    assert own(party, headers).status_code == 200
    time_machine.shift(70)
    assert "before" in refused(own(party, headers))
    time_machine.shift(1)
    assert "iat" in refused(own(party, headers))


def test_of_twenty_at_once_one_counts(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    """§11.1, with real threads: the database alone decides."""
    without_lane(monkeypatch)
    headers = proof(party.op)
    answers = all_at_once(party.op, 20, lambda: own(party, headers))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 19}


def test_the_same_jti_under_another_key_is_another(party: Party) -> None:
    """§11.1: nobody can use up the names of others."""
    assert own(party, proof(party.op, jti="same")).status_code == 200
    assert own(party, proof(party.op, jti="same", pair=key("ES256", "another"))).status_code == 200


def test_a_refused_proof_spends_nothing(party: Party) -> None:
    """The code is as good as before: the client can prove its key again."""
    code = party.code(party.op.sign_in())
    refused(party.redeem(code, proof(party.op, htm="GET")))
    assert party.redeem(code, proof(party.op)).status_code == 200


def test_a_bound_token_is_no_bearer_token(party: Party) -> None:
    """§7.2: it must not be taken under the other scheme."""
    token = bound(party)["access_token"]
    for answer in (
        party.op.http.get(USERINFO, headers=bearer(token)),
        party.op.post(USERINFO, {"access_token": token}),
        party.op.http.get(USERINFO, headers={**bearer(token), **proof(party.op, USERINFO, "GET", token=token)}),
    ):
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_a_bearer_token_is_no_bound_token(party: Party) -> None:
    """§7.1: under the scheme DPoP, a token has a key."""
    token = party.redeem(party.code(party.op.sign_in())).json["access_token"]
    answer = userinfo(party.op, token, proof(party.op, USERINFO, "GET", token=token))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_a_bound_token_needs_a_proof_by_its_key_for_itself(party: Party) -> None:
    """§4.3 item 12, §7.1."""
    op, token = party.op, bound(party)["access_token"]
    for headers, error in (
        ({}, "invalid_dpop_proof"),
        (proof(op, USERINFO, "GET"), "invalid_dpop_proof"),
        (proof(op, USERINFO, "GET", token="another"), "invalid_dpop_proof"),
        (proof(op, USERINFO, "GET", token=token, ath=5), "invalid_dpop_proof"),
        (proof(op, USERINFO, "POST", token=token), "invalid_dpop_proof"),
        (proof(op, "/oidc/token", "GET", token=token), "invalid_dpop_proof"),
        (proof(op, USERINFO, "GET", token=token, pair=key("ES256", "another")), "invalid_token"),
    ):
        answer = userinfo(op, token, headers)
        assert (answer.status_code, answer.json["error"]) == (401, error)
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge.startswith("DPoP ")
        assert f'error="{error}"' in challenge
        assert 'algs="ES256 PS256 RS256 EdDSA"' in challenge
    for scheme in ("dpop", "DPOP"):
        assert userinfo(op, token, proof(op, USERINFO, "GET", token=token), scheme).status_code == 200


def test_without_a_token_both_schemes_are_offered(op: Protocol) -> None:
    """§7.1."""
    challenges = op.http.get(USERINFO).headers.getlist("WWW-Authenticate")
    assert [one.partition(" ")[0] for one in challenges] == ["Bearer", "DPoP"]


def test_the_refresh_token_of_a_public_client_is_bound(op: Protocol) -> None:
    """§5: it has nothing else that proves it."""
    party = Party.register(op, token_endpoint_auth_method="none")
    first = bound(party, OFFLINE)
    for headers in ({}, proof(op, pair=key("ES256", "another"))):
        assert party.refresh(first["refresh_token"], headers).json["error"] == "invalid_grant"
    # It was not spent by those.
    second = party.refresh(first["refresh_token"], proof(op)).json
    assert second["token_type"] == "DPoP"
    assert party.refresh(second["refresh_token"], {}).json["error"] == "invalid_grant"


def test_a_public_client_s_plain_refresh_token_stays_plain(op: Protocol) -> None:
    """§5: only what was bound is bound."""
    party = Party.register(op, token_endpoint_auth_method="none")
    first = party.redeem(party.code(op.sign_in(), OFFLINE)).json
    second = party.refresh(first["refresh_token"]).json
    assert second["token_type"] == "Bearer"
    assert party.refresh(second["refresh_token"], proof(op)).json["token_type"] == "DPoP"


def test_the_refresh_token_of_a_confidential_client_may_meet_another_key(party: Party) -> None:
    """§5: it is bound to the client by its authentication."""
    first = bound(party, OFFLINE)
    another = key("ES256", "another")
    answer = party.refresh(first["refresh_token"], proof(party.op, pair=another)).json
    seen = party.post("/oidc/introspect", token=answer["access_token"]).json
    assert seen["cnf"] == {"jkt": thumbprint(another)}


def test_a_code_may_be_bound_to_a_key(party: Party) -> None:
    """§10: `dpop_jkt`; the code is spent by a wrong try, as by any."""
    op, session = party.op, party.op.sign_in()
    good = party.code(session, dpop_jkt=thumbprint(key()))
    assert party.redeem(good, proof(op)).status_code == 200
    for headers in ({}, proof(op, pair=key("ES256", "another"))):
        answer = party.redeem(party.code(session, dpop_jkt=thumbprint(key())), headers)
        assert refused(answer, "invalid_grant")


def test_rs256_is_not_for_fapi(op: Protocol) -> None:
    """FAPI 2.0 Security Profile §5.4.1."""
    party = Party.register(
        op, token_endpoint_auth_method="private_key_jwt", profile="fapi2", dpop_bound_access_tokens=True
    )
    assert "alg" in refused(own(party, proof(op, algorithm="RS256")))
    assert own(party, proof(op, algorithm="PS256")).status_code == 200


def test_fapi_keeps_its_refresh_token(op: Protocol) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1: no rotation; the token stays, and is used as often as the client likes."""
    party = Party.register(
        op, token_endpoint_auth_method="private_key_jwt", profile="fapi2", dpop_bound_access_tokens=True
    )
    token = bound(party, OFFLINE)["refresh_token"]
    for _ in range(3):
        assert party.refresh(token, proof(op)).json["refresh_token"] == token


class TestNonces:
    """§8, §9: where the deployment asks for nonces."""

    @pytest.fixture
    def settings(self, make_settings):
        """With nonces."""
        return make_settings(dpop_nonces=True)

    def test_one_is_handed_out_and_then_asked_for(self, party: Party) -> None:
        """§8: at the token endpoint."""
        answer = own(party, proof(party.op))
        refused(answer, "use_dpop_nonce")
        nonce = answer.headers["DPoP-Nonce"]
        good = own(party, proof(party.op, nonce=nonce))
        assert good.status_code == 200
        # §8.2: the next one comes with every answer.
        assert good.headers["DPoP-Nonce"]
        assert "DPoP-Nonce" in good.headers["Access-Control-Expose-Headers"]

    @pytest.mark.parametrize("nonce", ["", "x", 5, "é", "A" * 22])
    def test_one_of_somebody_else_is_none(self, party: Party, nonce: object) -> None:
        """§8."""
        refused(own(party, proof(party.op, nonce=nonce)), "use_dpop_nonce")

    def test_userinfo_asks_too(self, party: Party) -> None:
        """§9: with a challenge."""
        op = party.op
        nonce = own(party, proof(op)).headers["DPoP-Nonce"]
        token = party.redeem(party.code(op.sign_in()), proof(op, nonce=nonce)).json["access_token"]
        answer = userinfo(op, token, proof(op, USERINFO, "GET", token=token))
        assert answer.status_code == 401
        assert 'error="use_dpop_nonce"' in answer.headers["WWW-Authenticate"]
        good = proof(op, USERINFO, "GET", token=token, nonce=answer.headers["DPoP-Nonce"])
        assert userinfo(op, token, good).headers["DPoP-Nonce"]

    def test_it_grows_old(self, party: Party, time_machine) -> None:
        """§8: good for a minute at least, for two at most."""
        time_machine.move_to("2030-10-01T08:00:30Z", tick=False)
        nonce = own(party, proof(party.op)).headers["DPoP-Nonce"]
        time_machine.shift(60)
        assert own(party, proof(party.op, nonce=nonce)).status_code == 200
        time_machine.shift(60)
        refused(own(party, proof(party.op, nonce=nonce)), "use_dpop_nonce")

    def test_a_plain_client_hears_nothing_of_it(self, party: Party) -> None:
        """Who does not use it does not pay for it."""
        answer = own(party, {})
        assert answer.status_code == 200
        assert "DPoP-Nonce" not in answer.headers


def test_without_nonces_none_is_asked_for(party: Party) -> None:
    """§8: one that comes all the same is ignored."""
    answer = own(party, proof(party.op, nonce="whatever"))
    assert answer.status_code == 200
    assert "DPoP-Nonce" not in answer.headers


def test_a_proof_signed_twice_over_is_read_once(party: Party) -> None:
    """RFC 7515 §10: the JWT that the key signed is the one that is read."""
    claims = {"jti": "a", "htm": "POST", "htu": ISSUER + "/oidc/token", "iat": int(time.time())}
    text = sign(claims, key(), {"alg": "ES256", "typ": "application/dpop+jwt", "jwk": public(key())})
    # §4.2 fixes the value of typ.
    assert "typ" in refused(own(party, {"DPoP": text}))
