"""The first clients of an integrator, as docs/integrators.md has them made: registered, run, signed in."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
HOME = "http://localhost:8010/"


@pytest.fixture
def first_client(demo):
    registered = demo.command(
        "client", "add", "premier", "--name", "Premier site", "--redirect-uri", f"{HOME}retour",
        "--scope", "openid email", "--json",
    )  # fmt: skip
    secret = json.loads(registered)["client_secret"]
    environment = {**os.environ, "ISSUER": demo.issuer, "CLIENT_ID": "premier", "CLIENT_SECRET": secret}
    with subprocess.Popen(
        [sys.executable, EXAMPLES / "minimal.py"], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(HOME)
        yield
        process.terminate()


def wait_for(address):
    for _ in range(200):
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def test_the_smallest_client_signs_somebody_in_without_a_restart_of_the_provider(person, demo, first_client):
    changed = demo.personas()["already-changed"]
    person.goes_to(HOME).presses("Se connecter").sees("Connectez-vous à Premier site")
    person.signs_in_by_email(changed["email"], changed["password"]).sees("Accepter de vous connecter à Premier site ?")
    # It is not one of MGEN's own: the person agrees, once.
    person.presses("Accepter et continuer").reads(f"Bonjour {changed['email']}")


@pytest.fixture
def fapi_client(demo):
    """It registers itself; then it prints where to go, and in the end who signed in."""
    made = demo.command("client", "token", "premiere-equipe", "--profile", "fapi2", "--json")
    token = json.loads(made)["initial_access_token"]
    environment = {**os.environ, "ISSUER": demo.issuer, "INITIAL_ACCESS_TOKEN": token}
    with subprocess.Popen(
        [sys.executable, EXAMPLES / "fapi.py"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.terminate()


def test_a_fapi_client_registers_itself_pushes_its_request_and_binds_its_tokens(person, demo, fapi_client):
    changed = demo.personas()["already-changed"]
    person.goes_to(fapi_client.stdout.readline().removeprefix("Open ").strip())
    person.signs_in_by_email(changed["email"], changed["password"])
    person.presses("Accepter et continuer").reads("Vous pouvez fermer cette page.")
    assert fapi_client.stdout.readline() == f"Signed in: {changed['email']}\n"
