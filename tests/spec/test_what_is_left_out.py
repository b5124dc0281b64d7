"""What is not served is refused with its own error, never ignored: docs/specifications.md lists it."""

from typing import Any

import pytest
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site

from idp.core.runtime import Runtime
from idp.oidc import registration_policy
from idp.oidc.registration_policy import OPEN

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
DETAILS = '[{"type":"payment"}]'


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that may ask for much."""
    return visits.register(
        app, with_keys=True, grant_types=["authorization_code", "client_credentials", DEVICE], scope="openid email",
        request_object_signing_alg="ES256",
    )  # fmt: skip


@pytest.mark.parametrize(
    "grant",
    [
        pytest.param("urn:openid:params:grant-type:ciba", id="CIBA"),
        pytest.param("urn:ietf:params:oauth:grant-type:token-exchange", id="token exchange (RFC 8693)"),
        pytest.param("urn:ietf:params:oauth:grant-type:jwt-bearer", id="assertions as grants (RFC 7523 section 2.1)"),
        pytest.param("password", id="passwords (RFC 9700 section 2.4)"),
        pytest.param("implicit", id="a grant that has no token endpoint"),
    ],
)
def test_a_grant_type_that_is_not_served(app: Flask, site: Site, grant: str) -> None:
    """RFC 6749 §5.2; and nothing of it is in the metadata."""
    answer = site.post("/oidc/token", grant_type=grant)
    assert (answer.status_code, answer.json["error"]) == (400, "unsupported_grant_type")
    document = app.test_client().get("/.well-known/openid-configuration").json
    assert grant not in document["grant_types_supported"]
    assert not [name for name in document if "backchannel_authentication" in name or "backchannel_token" in name]


def test_authorization_details_in_every_request_that_may_hold_them(site: Site, client: FlaskClient) -> None:
    """RFC 9396 §5: they say what may be done and what may not, so to ignore them would be to give more."""
    assert visits.error_of(site.ask(client, authorization_details=DETAILS)) == "invalid_authorization_details"
    for path, form in (
        (visits.PAR, site.parameters()),
        ("/oidc/token", {"grant_type": "client_credentials"}),
        ("/oidc/device", {"scope": "openid"}),
    ):
        answer = site.post(path, **form, authorization_details=DETAILS)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_authorization_details"), path
        assert "RFC 9396" in answer.json["error_description"]


def test_authorization_details_in_a_request_object(site: Site, client: FlaskClient) -> None:
    """RFC 9396 §3: as JSON there."""
    request = site.request_object(authorization_details=[{"type": "payment"}])
    assert visits.error_of(site.ask(client, request=request)) == "invalid_authorization_details"


@pytest.mark.parametrize(
    "name",
    [
        "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "userinfo_encrypted_response_alg",
        "userinfo_encrypted_response_enc", "introspection_encrypted_response_alg",
        "authorization_encrypted_response_alg", "request_object_encryption_alg", "request_object_encryption_enc",
        "authorization_details_types", "backchannel_token_delivery_mode",
    ],
)  # fmt: skip
def test_a_registration_that_counts_on_it(app: Flask, runtime: Runtime, name: str) -> None:
    """RFC 7591 §2: a name that is not understood is ignored, but not one that promises secrecy, or consent."""
    with runtime.sql.together():
        leave = registration_policy.make_token("a team", OPEN, uses=1, life=60)
    body: dict[str, Any] = {"redirect_uris": ["https://new.example/cb"], name: "RSA-OAEP"}
    answer = app.test_client().post("/oidc/register", json=body, headers={"Authorization": f"Bearer {leave}"})
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client_metadata")
    assert name in answer.json["error_description"]


def test_an_encrypted_request_object(site: Site, client: FlaskClient) -> None:
    """RFC 9101 §6.1."""
    answer = visits.received(site.ask(client, request="e30.a.b.c.d"))[1]
    assert answer["error"] == "invalid_request_object"
    assert "encrypted" in answer["error_description"]


def test_nothing_of_encryption_is_in_the_metadata(app: Flask) -> None:
    document = app.test_client().get("/.well-known/openid-configuration").json
    assert not [name for name in document if "encryption" in name]
    assert "authorization_details_types_supported" not in document
