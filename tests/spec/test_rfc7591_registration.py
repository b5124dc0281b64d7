"""RFC 7591 and OpenID Connect Registration 1.0: clients that register themselves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from protocol import Protocol, basic
from werkzeug.test import TestResponse

from idp.core import clock, db
from idp.core.crypto import b64u
from idp.oidc import registration, registration_policy, registration_rules
from idp.oidc.registration_policy import OPEN, Policy
from idp.settings import Settings

PATH = "/oidc/register"
CALLBACK = "https://new.example/cb"
_SERVED: dict[str, Any] = {"registration": "open", "registrations_per_source": 1000}


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path, signer: ECKey) -> Settings:
    """Anybody may register, and one key signs software statements."""
    keys = tmp_path / "statements.json"
    keys.write_bytes(orjson.dumps(KeySet([signer]).as_dict(private=False)))
    return make_settings(**_SERVED, software_statement_keys=keys)


@pytest.fixture(scope="session")
def signer() -> ECKey:
    """Who signs software statements."""
    return ECKey.generate_key("P-256", {"kid": "directory", "alg": "ES256", "use": "sig"})


@pytest.fixture
def new(op: Protocol) -> Callable[..., TestResponse]:
    """Registers a client with one redirect URI, and with what is given."""
    registration.register(op.edge, op.runtime, op.clients, op.keys)

    def post(token: str = "", **metadata: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return op.http.post(PATH, json={"redirect_uris": [CALLBACK], **metadata}, headers=headers)

    return post


New = Callable[..., TestResponse]


def test_s3_2_1_the_answer_holds_the_id_the_secret_and_what_was_registered(op: Protocol, new: New) -> None:
    answer = new(client_name="Nouveau")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json
    assert (made["client_name"], made["redirect_uris"]) == ("Nouveau", [CALLBACK])
    assert made["token_endpoint_auth_method"] == "client_secret_basic"
    assert (made["response_types"], made["grant_types"]) == (["code"], ["authorization_code"])
    assert made["client_secret_expires_at"] == 0
    assert abs(made["client_id_issued_at"] - clock.now()) <= 2
    assert made["registration_client_uri"] == f"{op.runtime.settings.issuer}{PATH}?client_id={made['client_id']}"


def test_a_new_client_can_be_used_at_once(op: Protocol, new: New) -> None:
    op.clients.find("forum")
    made = new(grant_types=["authorization_code", "refresh_token"]).json
    answer = op.post("/oidc/token", {"grant_type": "refresh_token", "refresh_token": "x"},
                     basic(made["client_id"], made["client_secret"]))  # fmt: skip
    assert answer.json["error"] == "invalid_grant"


def test_it_is_never_one_of_ours(op: Protocol, new: New) -> None:
    """docs/rules.md §5, 10.7.1: everybody agrees first, whatever it says of itself."""
    made = new(first_party=True, nir_door=True, registration=True, client_id="mine", client_secret="mine").json
    client = op.clients.find(made["client_id"])
    assert client
    assert (client.first_party, client.nir_door, client.registration) == (False, False, False)
    assert made["client_id"] != "mine"


def test_only_these_names_are_a_clients_own_to_choose() -> None:
    """A new setting of a client is an operator's until somebody decides otherwise here."""
    assert {
        "application_type", "authorization_signed_response_alg", "backchannel_logout_session_required",
        "backchannel_logout_uri", "client_name", "client_uri", "contacts", "default_acr_values", "default_max_age",
        "dpop_bound_access_tokens", "frontchannel_logout_session_required", "frontchannel_logout_uri", "grant_types",
        "id_token_signed_response_alg", "initiate_login_uri", "introspection_signed_response_alg", "jwks", "jwks_uri",
        "logo_uri", "policy_uri", "post_logout_redirect_uris", "redirect_uris", "request_object_signing_alg",
        "request_uris", "require_pushed_authorization_requests", "require_signed_request_object", "response_types",
        "scope", "sector_identifier_uri", "software_id", "software_version", "subject_type",
        "tls_client_auth_san_dns", "tls_client_auth_san_email", "tls_client_auth_san_ip", "tls_client_auth_san_uri",
        "tls_client_auth_subject_dn", "tls_client_certificate_bound_access_tokens", "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg", "tos_uri", "userinfo_signed_response_alg",
    } == registration_rules.NAMES  # fmt: skip


def test_a_secret_goes_to_who_needs_one(new: New) -> None:
    """Trap P8: none to a client that authenticates by nothing, or by a key."""
    key = ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False)
    for metadata in (
        {"token_endpoint_auth_method": "none"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}},
    ):
        made = new(**metadata).json
        assert not {"client_secret", "client_secret_expires_at"} & made.keys()


def test_a_registration_is_narrowed_to_what_is_served(new: New) -> None:
    """RFC 7591 §2: mod_auth_openidc asks for all six response types."""
    kinds = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]
    made = new(
        response_types=kinds, grant_types=["authorization_code", "implicit", "password", "refresh_token"],
        scope="openid email profile espace_personnel offline_access",
    ).json  # fmt: skip
    assert made["response_types"] == ["code"]
    assert made["grant_types"] == ["authorization_code", "refresh_token"]
    assert made["scope"] == "email offline_access openid"


@pytest.mark.parametrize(
    ("metadata", "accepted"),
    [({}, False), ({"request_object_signing_alg": "none"}, True), ({"request_object_signing_alg": None}, False)],
)
def test_a_client_sends_unsigned_requests_where_it_registered_so_itself(
    op: Protocol, new: New, app: Flask, client: FlaskClient, metadata: dict[str, Any], accepted: bool
) -> None:
    """docs/rules.md §5; OpenID Connect Registration §2 leaves what is missing to us."""
    with db.transaction():
        token = registration_policy.make_token("integrator", Policy(), uses=1, life=60)
    made = new(token, **metadata).json
    assert made.get("request_object_signing_alg") == ("none" if accepted else None)
    head, body = ({"alg": "none"}, {"client_id": made["client_id"], "redirect_uri": CALLBACK, "response_type": "code"})
    text = ".".join(b64u(orjson.dumps(part)) for part in (head, body)) + "."
    query = {**body, "scope": "openid", "request": text}
    answer = parse_qs(urlsplit(client.get(f"/oidc/authorize?{urlencode(query)}").location).query)
    assert answer.get("error") == (None if accepted else ["request_not_supported"])


def test_registration_s2_where_anybody_may_register_any_algorithm_is_meant(new: New) -> None:
    assert new().json["request_object_signing_alg"] == "none"
    assert "request_object_signing_alg" not in new(require_signed_request_object=True, jwks_uri=CALLBACK).json


@pytest.mark.parametrize(
    "metadata",
    [
        {"redirect_uris": ["http://new.example/cb"]},
        {"redirect_uris": ["https://new.example/cb#fragment"]},
        {"redirect_uris": ["https://*.example/cb"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://a;frame-src *;.example/"]},
        {"redirect_uris": "https://new.example/cb"},
        {"redirect_uris": [1]},
        {"redirect_uris": []},
        {"redirect_uris": None},
    ],
)
def test_s3_2_2_a_bad_redirect_uri_has_its_own_error(new: New, metadata: dict[str, Any]) -> None:
    """Trap P8: http to a public host, and no redirect URI at all, were registered."""
    answer = new(**metadata)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_redirect_uri")
    assert answer.json["error_description"].isascii()


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_method": "password"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"id_token_signed_response_alg": "none"},
        {"response_types": ["code"], "grant_types": ["refresh_token"]},
        {"id_token_encrypted_response_alg": "RSA-OAEP"},
        {"authorization_details_types": ["payment"]},
        {"response_types": "code"},
        {"response_types": ["tok en"]},
        {"grant_types": ["password"]},
        {"scope": ["openid"]},
        {"subject_type": "secret"},
        {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
        {"jwks": {"keys": "none"}},
        {"jwks_uri": "http://10.0.0.1/"},
        {"client_name": "\u0000"},
        {"client_name": {"a": 1}},
        {"logo_uri": "javascript:alert(1)"},
        {"default_max_age": -1},
        {"contacts": "a@b.example"},
        {"sector_identifier_uri": "https://localhost/list"},
    ],
)
def test_s3_2_2_what_cannot_be_registered_is_refused(new: New, metadata: dict[str, Any]) -> None:
    """Trap P8: the alg `none` was registered, and types that no grant type stands behind."""
    answer = new(**metadata)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client_metadata"), answer.json
    assert answer.json["error_description"].isascii()


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 10_000, b"nul", b'"text"', b"{", b'{"redirect_uris":\xff}'])
def test_a_body_that_is_no_object_is_refused(op: Protocol, new: New, body: bytes) -> None:
    """Trap P6: a JSON list was a 500."""
    answer = op.http.post(PATH, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client_metadata")
    assert op.http.post(PATH, data=body, content_type="text/plain").status_code == 400


def test_pairwise_clients_on_several_hosts_share_nothing_without_a_sector(new: New) -> None:
    """OpenID Connect Core §8.1."""
    uris = [CALLBACK, "https://other.example/cb"]
    assert new(redirect_uris=uris).json["subject_type"] == "public"
    assert new(redirect_uris=uris, subject_type="pairwise").json["error"] == "invalid_client_metadata"


# Initial access tokens (§3).


@pytest.fixture
def leave(op: Protocol) -> Callable[..., str]:
    """Makes an initial access token."""

    def make(policy: Policy = OPEN, uses: int | None = 1, life: int = 60) -> str:
        with op.runtime.sql.together():
            return registration_policy.make_token(f"name-{clock.steady()}", policy, uses=uses, life=life)

    return make


Leave = Callable[..., str]


def test_s3_a_token_is_good_once_and_only_in_its_time(new: New, leave: Leave) -> None:
    token = leave()
    assert new(token).status_code == 201
    late = leave(life=0)
    for spent in (token, late, "invented"):
        answer = new(spent)
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_refused_registration_does_not_spend_the_token(new: New, leave: Leave) -> None:
    token = leave()
    assert new(token, redirect_uris=["http://new.example/"]).status_code == 400
    assert new(token).status_code == 201


def test_the_policy_of_a_token_is_the_most_that_can_be_had(new: New, leave: Leave) -> None:
    policy = Policy(scope=("openid",), redirect_hosts=("new.example",), software_id="app")
    token = leave(policy, uses=None)
    assert new(token, software_id="app", scope="openid email").json["scope"] == "openid"
    assert new(token, software_id="other").json["error"] == "invalid_client_metadata"
    refused = new(token, software_id="app", redirect_uris=["https://other.example/"])
    assert refused.json["error"] == "invalid_redirect_uri"


# Software statements (§2.3).


def test_s2_3_a_statement_that_is_signed_stands_over_what_the_client_says(new: New, signer: ECKey) -> None:
    claims = {"iss": "directory", "client_name": "Attestée", "software_id": "app"}
    statement = jwt.encode({"alg": "ES256", "kid": "directory"}, claims, signer)
    made = new(software_statement=statement, client_name="Autre").json
    assert (made["client_name"], made["software_id"]) == ("Attestée", "app")


def test_s3_2_2_a_statement_of_somebody_else_is_refused(new: New, signer: ECKey, leave: Leave) -> None:
    other = ECKey.generate_key("P-256", {"kid": "directory"})
    forged = jwt.encode({"alg": "ES256", "kid": "directory"}, {"client_name": "x"}, other)
    expired = jwt.encode({"alg": "ES256", "kid": "directory"}, {"exp": 1}, signer)
    for statement in (forged, expired, "a.b.c", 1, ["a"]):
        answer = new(software_statement=statement)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_software_statement")
    asked = leave(Policy(statement_required=True))
    assert new(asked).json["error"] == "invalid_software_statement"


# Limits.


def test_asvs_2_4_1_a_network_registers_so_many_an_hour(
    make_settings: Callable[..., Settings], op: Protocol, new: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = op.runtime.settings.model_copy(update={"registrations_per_source": 2})
    monkeypatch.setattr(type(op.runtime), "settings", property(lambda _self: few))
    assert [new().status_code for _ in range(3)] == [201, 201, 429]
    assert int(new().headers["Retry-After"]) > 0
