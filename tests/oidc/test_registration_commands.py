"""`mgen-connect client token`: an operator lets somebody register clients."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from idp.cli import group
from idp.oidc import registration_policy
from idp.settings import PREFIX, Settings
from idp.web.bare import application

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the database of this test."""
    for name in ("issuer", "environment", "secret_key_file", "database_url", "mail_url", "clients_dir"):
        monkeypatch.setenv(PREFIX + name.upper(), str(getattr(settings, name)))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(group, ("client", *arguments))

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_token_carries_the_policy_that_it_was_made_with(run: Run, settings: Settings) -> None:
    limits = ("--scope", "openid", "--redirect-host", "a.example", "--profile", "fapi2", "--software-id", "s")
    made = told(run("token", "a-partner", *limits, "--statement", "--json"))["initial_access_token"]
    with application(settings):
        found = registration_policy.find(made)
    assert found
    name, policy = found
    assert name == "a-partner"
    assert (policy.scope, policy.redirect_hosts, policy.profile) == (("openid",), ("a.example",), "fapi2")
    assert (policy.software_id, policy.statement_required) == ("s", True)


def test_a_token_is_shown_once_and_listed_without_itself(run: Run) -> None:
    made = run("token", "a-partner", "--uses", "3").stdout.strip()
    listed = told(run("tokens", "--json"))
    assert [(each["name"], each["uses_left"]) for each in listed] == [("a-partner", 3)]
    assert made not in json.dumps(listed)
    assert "3 left" in run("tokens").output


def test_without_options_it_is_good_once_and_for_seven_days(run: Run) -> None:
    run("token", "a-partner")
    (listed,) = told(run("tokens", "--json"))
    assert listed["uses_left"] == 1
    assert abs(listed["expires_at"] - time.time() - 7 * 86_400) <= 5


def test_a_name_stands_for_one_token_only(run: Run) -> None:
    assert run("token", "a-partner", "--unlimited").exit_code == 0
    again = run("token", "a-partner")
    assert again.exit_code == 1
    assert "already" in again.output
