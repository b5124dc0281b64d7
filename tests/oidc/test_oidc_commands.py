"""`mgen-connect client …` and `mgen-connect keys …`, as an operator runs them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from idp.cli import group
from idp.settings import PREFIX, Settings

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the database of this test."""
    for name in ("issuer", "environment", "secret_key_file", "database_url", "mail_url", "clients_dir"):
        monkeypatch.setenv(PREFIX + name.upper(), str(getattr(settings, name)))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(group, arguments)

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def add(run: Run, *more: str) -> Any:
    uri = ("--redirect-uri", "https://shop.example/cb")
    return told(run("client", "add", "shop", "--name", "La boutique", *uri, *more, "--json"))


def test_a_client_is_added_shown_listed_and_removed(run: Run) -> None:
    secret = add(run, "--scope", "openid email", "--require-pkce")["client_secret"]
    assert len(secret) == 43
    shown = told(run("client", "show", "shop", "--json"))
    assert shown["redirect_uris"] == ["https://shop.example/cb"]
    assert (shown["scope"], shown["require_pkce"], shown["declared"]) == ("email openid", True, False)
    assert secret not in json.dumps(shown)
    assert "shop" in run("client", "list").output
    assert "shop" in [one["client_id"] for one in told(run("client", "list", "--json"))]
    assert told(run("client", "remove", "shop", "--json")) == {"removed": "shop"}
    assert run("client", "show", "shop").exit_code == 1


def test_a_public_client_has_no_secret(run: Run) -> None:
    assert add(run, "--token-endpoint-auth-method", "none") == {"client_id": "shop"}


def test_a_secret_is_rotated_and_shown_once(run: Run) -> None:
    first = add(run)["client_secret"]
    second = told(run("client", "rotate-secret", "shop", "--json"))["client_secret"]
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("show", "nobody"), "no such client"),
        (("remove", "nobody"), "no such client"),
        (("rotate-secret", "nobody"), "no such client"),
        (("rotate-secret", "avantage"), "declares"),
        (("add", "avantage", "--name", "x", "--redirect-uri", "https://x.example/"), "already"),
        (("add", "x", "--name", "x", "--redirect-uri", "http://x.example/"), "redirect_uris"),
        (("add", "x", "--name", "x"), "redirect URI"),
        (("add", "a b", "--name", "x", "--redirect-uri", "https://x.example/"), "client_id"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, arguments: tuple[str, ...], word: str) -> None:
    result = run("client", *arguments)
    assert result.exit_code == 1
    assert word in result.output
    assert "Traceback" not in result.output


def test_a_folder_of_declarations_is_applied(run: Run, tmp_path: Path) -> None:
    assert "avantage" in told(run("client", "apply", "--json"))["unchanged"]
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "app.toml").write_text(
        'client_id = "app"\nclient_name = "App"\nredirect_uris = ["https://app.example/cb"]\n'
        'token_endpoint_auth_method = "none"\n'
    )
    assert told(run("client", "apply", str(tmp_path / "one"), "--json"))["created"] == ["app"]


def test_keys_are_listed_and_rotated(run: Run) -> None:
    before = {key["kid"]: key["state"] for key in told(run("keys", "list", "--json"))}
    after = {key["kid"]: key["state"] for key in told(run("keys", "rotate", "--json"))}
    assert sorted(before.values()) == ["active"] * 4 + ["next"] * 4
    assert {after[kid] for kid, state in before.items() if state == "next"} == {"active"}
    assert {after[kid] for kid, state in before.items() if state == "active"} == {"retired"}
    assert "active" in run("keys", "list").output
