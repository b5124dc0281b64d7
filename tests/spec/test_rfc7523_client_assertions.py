"""RFC 7523 §2.2, §3 and OpenID Connect Core §9: a client proves itself by what it signs."""

import time
from collections import Counter
from uuid import uuid4

import pytest
from oidc.test_token_races import all_at_once, without_lane
from parties import ASSERTION_TYPE, SECRET, InSeconds, Party, key, public, resolved, sign
from protocol import Protocol, basic

ISSUER = "http://localhost:8000"


@pytest.fixture(params=["private_key_jwt", "client_secret_jwt"])
def party(request: pytest.FixtureRequest, op: Protocol) -> Party:
    """A client of each method that signs."""
    return Party.register(op, token_endpoint_auth_method=request.param)


def ask(party: Party, assertion: str, **form: str):
    """A token for the client itself."""
    proof, _ = party.credentials(assertion)
    return party.op.post("/oidc/token", {**proof, "grant_type": "client_credentials", **form})


def refused(answer) -> str:
    """The description of a refused client."""
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    # RFC 9110 §15.5.2.
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    return answer.json["error_description"]


@pytest.mark.parametrize(
    "audience",
    [ISSUER, ISSUER + "/oidc/token", [ISSUER], ["https://elsewhere.example", ISSUER + "/oidc/token"]],
)
def test_a_good_assertion_is_who_the_client_is(party: Party, audience: object) -> None:
    """§3: for us, by any of our names."""
    assert ask(party, party.assertion(aud=audience)).status_code == 200


def test_the_client_id_may_be_left_out(party: Party) -> None:
    """RFC 7521 §4.2: the assertion names the client."""
    proof, _ = party.credentials()
    del proof["client_id"]
    assert party.op.post("/oidc/token", {**proof, "grant_type": "client_credentials"}).status_code == 200


@pytest.mark.parametrize("path", ["/oidc/introspect", "/oidc/revoke"])
def test_every_endpoint_of_programs_takes_it(party: Party, path: str) -> None:
    """RFC 7009 §2, RFC 7662 §2.1; the endpoint called is an audience too."""
    for audience in (ISSUER, ISSUER + path):
        proof, _ = party.credentials(party.assertion(aud=audience))
        assert party.op.post(path, {**proof, "token": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"iss": "somebody"}, "iss and sub"),
        ({"iss": None}, "iss and sub"),
        ({"aud": None}, "aud"),
        ({"aud": "https://elsewhere.example"}, "aud"),
        ({"aud": ISSUER + "/"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {"a": ISSUER}}, "aud"),
        ({"aud": 7}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e15}, "exp"),
        ({"exp": InSeconds(-1)}, "exp"),
        ({"exp": InSeconds(4000)}, "exp"),
        ({"iat": InSeconds(70)}, "iat"),
        ({"nbf": InSeconds(70)}, "nbf"),
        ({"iat": "now"}, "iat"),
        ({"iat": []}, "iat"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 5}, "jti"),
        ({"jti": "x" * 513}, "jti"),
    ],
)
def test_what_is_wrong_with_its_claims_is_named(party: Party, changes: dict, named: str) -> None:
    """§3; never a 500."""
    assert named in refused(ask(party, party.assertion(**resolved(changes))))


@pytest.mark.parametrize("ahead", [8, 10])
@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_clock_a_little_ahead_is_no_harm(party: Party, name: str, ahead: int) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1: up to 10 s must be accepted."""
    assert ask(party, party.assertion(**{name: int(time.time()) + ahead})).status_code == 200


def test_it_counts_once(party: Party) -> None:
    """§3 item 7, OpenID Connect Core §9: `jti`."""
    assertion = party.assertion()
    assert ask(party, assertion).status_code == 200
    assert "before" in refused(ask(party, assertion))


def test_a_refused_one_uses_up_no_name(party: Party) -> None:
    """Whoever saw a `jti` cannot spoil it: what is not signed leaves no mark."""
    jti = uuid4().hex
    forged = party.assertion(jti=jti)
    forged = forged[:-6] + ("AAAAAA" if forged[-6:] != "AAAAAA" else "BBBBBB")
    assert "signature" in refused(ask(party, forged))
    refused(ask(party, party.assertion(jti=jti, aud="https://elsewhere.example")))
    assert ask(party, party.assertion(jti=jti)).status_code == 200


def test_of_twenty_at_once_one_counts(op: Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    """§3 item 7, with real threads: the database alone decides."""
    party = Party.register(op, token_endpoint_auth_method="private_key_jwt")
    without_lane(monkeypatch)
    assertion = party.assertion()
    answers = all_at_once(op, 20, lambda: ask(party, assertion))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 19}


@pytest.mark.parametrize(
    "text", ["", "x", "a.b.c", "e30.e30.e30", "..", "é.é.é", "[]", "bnVsbA.bnVsbA.AA", "A" * 60000]
)
def test_what_is_no_jwt_is_no_client(op: Protocol, text: str) -> None:
    """Never a 500."""
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text, "grant_type": "client_credentials"}
    answer = op.post("/oidc/token", form)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_the_type_is_named(party: Party) -> None:
    """RFC 7521 §4.2."""
    answer = ask(party, party.assertion(), client_assertion_type="urn:something:else")
    assert "client_assertion_type" in refused(answer)


def test_a_client_id_beside_it_is_the_same(party: Party) -> None:
    """RFC 7521 §4.2."""
    answer = ask(party, party.assertion(), client_id="somebody")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_one_method_a_request(party: Party) -> None:
    """RFC 6749 §2.3."""
    proof, _ = party.credentials()
    form = {**proof, "grant_type": "client_credentials"}
    for answer in (
        party.op.post("/oidc/token", {**form, "client_secret": SECRET}),
        party.op.post("/oidc/token", form, basic(party.id, SECRET)),
    ):
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_only_the_method_of_its_registration_counts(op: Protocol) -> None:
    """OpenID Connect Registration §2; a secret that is a key is no password."""
    signs = Party.register(op, token_endpoint_auth_method="client_secret_jwt")
    refused(op.post("/oidc/token", {"grant_type": "client_credentials"}, basic(signs.id, SECRET)))
    posts = Party.register(op, token_endpoint_auth_method="client_secret_post")
    now = int(time.time())
    claims = {"iss": posts.id, "sub": posts.id, "aud": ISSUER, "exp": now + 60, "jti": "a"}
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": sign(claims, key(), {"alg": "ES256"})}
    refused(op.post("/oidc/token", {**form, "grant_type": "client_credentials"}))


def test_the_algorithm_is_the_registered_one(op: Protocol) -> None:
    """OpenID Connect Registration §2, token_endpoint_auth_signing_alg."""
    both = {"keys": [public(key("RS256")), public(key("ES256"))]}
    bound = Party.register(
        op, token_endpoint_auth_method="private_key_jwt", token_endpoint_auth_signing_alg="ES256", jwks=both
    )
    assert ask(bound, bound.assertion()).status_code == 200
    bound.pair, bound.algorithm = key("RS256"), "RS256"
    assert "alg" in refused(ask(bound, bound.assertion()))


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_each_algorithm_is_checked(op: Protocol, algorithm: str) -> None:
    """RFC 7518 §3.1, RFC 8037 §3.1."""
    party = Party.register(op, token_endpoint_auth_method="private_key_jwt", algorithm=algorithm)
    assert ask(party, party.assertion()).status_code == 200
    party.pair = key(algorithm, "another")
    refused(ask(party, party.assertion()))


def test_a_public_key_is_no_secret(op: Protocol) -> None:
    """RFC 8725 §2.1: HS256 with the text of a public key; alg none; a key that comes along."""
    from joserfc.jwk import OctKey

    party = Party.register(op, token_endpoint_auth_method="private_key_jwt", algorithm="RS256")
    pem = key("RS256").as_pem(private=False)
    now = int(time.time())
    claims = {"iss": party.id, "sub": party.id, "aud": ISSUER, "exp": now + 60, "jti": "a"}
    refused(ask(party, sign(claims, OctKey.import_key(pem.decode().replace("-----", "")), {"alg": "HS256"})))
    none = sign(claims, key("RS256"), {"alg": "RS256"}).split(".")
    refused(ask(party, f"eyJhbGciOiJub25lIn0.{none[1]}."))
    own = key("ES256", "mallory")
    refused(ask(party, sign(claims, own, {"alg": "ES256", "jwk": public(own)})))


def test_fapi_wants_the_issuer_as_one_text(op: Protocol) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1, docs/rules.md §5."""
    party = Party.register(
        op, token_endpoint_auth_method="private_key_jwt", profile="fapi2", dpop_bound_access_tokens=True
    )
    for audience in ([ISSUER], ISSUER + "/oidc/token", [ISSUER, "x"]):
        assert "issuer" in refused(ask(party, party.assertion(aud=audience)))
    # It is known now; what is missing is the proof of its key.
    assert ask(party, party.assertion()).json["error"] == "invalid_dpop_proof"


def test_replay_is_seen_with_redis_too(make_settings, redis_url: str) -> None:
    """`architecture.md`, failures: what is older than the marks themselves is refused, for its mark may be lost."""
    from idp.core import runtime as runtime_module
    from idp.core.crypto import Keyring
    from idp.oidc import replay

    settings = make_settings(redis_url=redis_url)
    runtime = runtime_module.build(settings, Keyring.load(settings.secret_key_file))
    now = int(time.time())
    assert not replay.first_use(runtime, "dpop", "old", made_at=now - 30, life=30)
    assert replay.first_use(runtime, "dpop", "new", made_at=now + 1, life=30)
    assert not replay.first_use(runtime, "dpop", "new", made_at=now + 1, life=30)
    runtime.sql.close()


def test_the_first_proof_that_comes_is_taken(make_settings, redis_url: str, time_machine) -> None:
    """Over an empty Redis the marks are as old as the provider that asks, not as the first proof."""
    from idp.app import create_app
    from idp.oidc import replay

    time_machine.move_to(int(time.time()), tick=False)
    runtime = create_app(make_settings(redis_url=redis_url)).extensions["mgen_connect"]
    made_at = int(time.time()) + 1
    time_machine.shift(2)
    assert replay.first_use(runtime, "assertion", "first", made_at=made_at, life=30)
    runtime.sql.close()
