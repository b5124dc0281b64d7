"""RFC 7592: a client reads, changes and deletes its own registration."""

from collections.abc import Callable
from typing import Any

import pytest
from protocol import Protocol, bearer
from werkzeug.test import TestResponse

from idp.oidc import registration, registration_management
from idp.settings import Settings

PATH = "/oidc/register"
CALLBACK = "https://new.example/cb"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Anybody may register."""
    return make_settings(registration="open")


@pytest.fixture
def made(op: Protocol) -> dict[str, Any]:
    """A client that registered itself."""
    for module in (registration, registration_management):
        module.register(op.edge, op.runtime, op.clients, op.keys)
    answer = op.http.post(PATH, json={"redirect_uris": [CALLBACK], "client_name": "Nouveau"})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def call(op: Protocol, method: str, made: dict[str, Any], **options: Any) -> TestResponse:
    """A request to the client's own address, with its token."""
    uri = made["registration_client_uri"].removeprefix(op.runtime.settings.issuer)
    return op.http.open(uri, method=method, headers=bearer(made["registration_access_token"]), **options)


def metadata(made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a client sends back, changed."""
    ours = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
    return {**{name: value for name, value in made.items() if name not in ours}, **changes}


def test_s2_1_a_client_reads_its_registration(op: Protocol, made: dict[str, Any]) -> None:
    told = call(op, "GET", made).json
    assert told == {name: value for name, value in made.items() if not name.startswith("client_secret")}


def test_s2_2_a_change_replaces_all_and_its_token_is_another(op: Protocol, made: dict[str, Any]) -> None:
    answer = call(op, "PUT", made, json=metadata(made, client_name="Renommé"))
    assert answer.status_code == 200, answer.text
    assert answer.json["client_name"] == "Renommé"
    assert call(op, "GET", made).status_code == 401
    assert call(op, "GET", answer.json).json["client_name"] == "Renommé"
    # The secret stays: nothing was asked of it.
    assert "client_secret" not in answer.json


def test_s2_2_a_change_that_is_refused_changes_nothing(op: Protocol, made: dict[str, Any]) -> None:
    for body in (
        metadata(made, redirect_uris=["http://new.example/"]),
        metadata(made, client_id="forum"),
        metadata(made, client_secret="another"),
        {**metadata(made), "registration_access_token": "x"},
    ):
        assert call(op, "PUT", made, json=body).status_code == 400
    assert call(op, "GET", made).json["redirect_uris"] == [CALLBACK]


def test_a_client_that_begins_to_need_a_secret_gets_one(op: Protocol, made: dict[str, Any]) -> None:
    public = call(op, "PUT", made, json=metadata(made, token_endpoint_auth_method="none")).json
    assert "client_secret" not in public
    again = metadata({**made, **public}, token_endpoint_auth_method="client_secret_post")
    del again["client_secret"]
    assert call(op, "PUT", public, json=again).json["client_secret"]


def test_s2_3_a_deleted_client_is_gone_with_all_that_it_was_granted(op: Protocol, made: dict[str, Any]) -> None:
    assert call(op, "DELETE", made).status_code == 204
    assert call(op, "GET", made).status_code == 401
    assert op.http.get("/oidc/userinfo", headers=bearer("x")).status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_s2_nobody_else_touches_a_registration(op: Protocol, made: dict[str, Any], method: str) -> None:
    """Another client's token, no token, a client that an operator made, one that does not exist."""
    for client_id, token in (
        (made["client_id"], "x"),
        (made["client_id"], ""),
        ("forum", made["registration_access_token"]),
        ("nobody", made["registration_access_token"]),
        ("", ""),
    ):
        answer = op.http.open(f"{PATH}?client_id={client_id}", method=method, headers=bearer(token), json={})
        assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_a_change_that_comes_after_the_end_brings_nothing_back(
    op: Protocol, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its check and its write, another process deletes the client."""
    once = registration.made

    def meanwhile(values: dict[str, Any]) -> Any:
        op.runtime.sql.run("DELETE FROM client WHERE id = :id", {"id": made["client_id"]})
        return once(values)

    monkeypatch.setattr(registration, "made", meanwhile)
    assert call(op, "PUT", made, json=metadata(made, client_name="Trop tard")).status_code == 401
    assert op.runtime.sql.one("SELECT 1 FROM client WHERE id = :id", {"id": made["client_id"]}) is None
