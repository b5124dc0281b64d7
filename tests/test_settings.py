"""A setting that is missing, wrong or unknown stops the start with one line that names it."""

import re
import tomllib
from pathlib import Path

import pytest

from idp.paths import resource
from idp.settings import Settings, SettingsError, load

GOOD = {
    "MGEN_CONNECT_ISSUER": "https://connect.example.fr",
    "MGEN_CONNECT_SECRET_KEY_FILE": "/etc/keyring.json",
    "MGEN_CONNECT_MAIL_URL": "smtp://127.0.0.1",
}


@pytest.fixture
def environment(monkeypatch):
    """Set variables, without the prefix."""

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"MGEN_CONNECT_{name.upper()}", value)

    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return put


@pytest.fixture
def config(environment, tmp_path):
    """Write the TOML file of the deployment."""

    def put(text: str) -> Path:
        path = tmp_path / "mgen-connect.toml"
        path.write_text(text)
        environment(config=str(path))
        return path

    return put


def refusal() -> str:
    with pytest.raises(SettingsError) as error:
        load()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_three_settings_are_enough(environment):
    """Everything else has a safe value."""
    settings = load()
    assert settings.environment == "production"
    assert settings.argon2_memory_kib * settings.argon2_time_cost >= 2 * 19456


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_one_is_named(environment, monkeypatch, name):
    """As the variable to set."""
    monkeypatch.delenv(name)
    assert refusal().startswith(f"{name}: ")


def test_an_unknown_variable_refuses_to_start(environment):
    """A misspelt setting would silently be the default."""
    environment(isuer="https://x.example")
    assert refusal() == "MGEN_CONNECT_ISUER: no such setting"


def test_an_unknown_key_of_the_file_refuses_to_start(config):
    """Likewise."""
    config('isuer = "https://x.example"')
    assert "ISUER: no such setting" in refusal()


@pytest.mark.parametrize("text", ["issuer = ", "\x00", "[threads]\na = 1"])
def test_a_file_that_cannot_be_read_is_named(config, text):
    """Whatever is wrong with it."""
    config(text)
    assert refusal()


def test_a_file_that_is_not_there_is_named(environment):
    """It was asked for."""
    environment(config="/nowhere.toml")
    assert refusal() == "MGEN_CONNECT_CONFIG: there is no file /nowhere.toml"


def test_the_environment_goes_before_the_file_and_the_file_before_the_defaults(environment, config):
    """Each says only what differs."""
    config("threads = 4\nsession_idle = 60")
    environment(threads="8")
    settings = load()
    assert (settings.threads, settings.session_idle, settings.ticket_idle) == (8, 60, 1800)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http://connect.example.fr"),
        ("issuer", "https://connect.example.fr/"),
        ("issuer", "https://connect.example.fr/oidc"),
        ("issuer", "connect.example.fr"),
        ("port", "70000"),
        ("threads", "1"),
        ("database_url", "mysql://x"),
        ("mail_url", "maildir:///tmp/mail"),
        ("mail_url", "sendmail"),
        ("argon2_memory_kib", "1024"),
        ("password_min_length", "7"),
        ("trusted_proxies", '["10.0.0.1/8"]'),
        ("secret_question", "maybe"),
        ("bridge_sunset", "soon"),
        ("environment", "staging"),
        ("implicit_flows", "true"),
        ("registration", "open"),
        ("registration", "sometimes"),
        ("allowed_loopback_hosts", '["localhost:8443"]'),
        ("allowed_loopback_hosts", '["*"]'),
        ("clock_offset_file", "/run/clock"),
        ("client_certificate_header", "X Client\nCert"),
        ("par_life", "600"),
        ("breached_passwords", "/nowhere.txt"),
        ("breached_passwords", "/etc/passwd"),
    ],
)
def test_a_wrong_or_unsafe_value_is_named(environment, name, value):
    """Production starts only when it is safe."""
    environment(**{name: value})
    assert re.match(rf"MGEN_CONNECT_{name.upper()}: ", refusal())


def test_a_list_that_is_no_json_is_named(environment):
    """Networks are easily written without brackets."""
    environment(trusted_proxies="10.0.0.0/8")
    assert "trusted_proxies" in refusal()


def test_settings_are_frozen(environment):
    """Nothing changes them behind anybody's back."""
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_the_default_file_tells_of_every_setting():
    """With a comment where it has no value."""
    text = (resource("config") / "default.toml").read_text()
    told = set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE))
    assert told == set(Settings.model_fields)
    assert set(tomllib.loads(text)) <= told
