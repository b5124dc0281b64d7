"""What is in `deploy/` is true: it can be read by what reads it, and names settings and commands that exist."""

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from idp import serve
from idp.cli import group
from idp.settings import CONFIG_VARIABLE, PREFIX, Settings, load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
UNITS = ("mgen-connect.service", "mgen-connect-backup.service", "mgen-connect-backup.timer")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_and_command_exists(path):
    """Wherever one is named."""
    words = path.read_text("utf-8")
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", words)) <= KNOWN
    for name in re.findall(r"bin/mgen-connect ([a-z-]+)", words):
        assert CliRunner().invoke(group, [name, "--help"]).exit_code == 0, name


def test_the_example_of_settings_can_be_read(monkeypatch):
    """In production, as it stands; and with the two lines of several machines."""
    example = DEPLOY / "provider.example.toml"
    monkeypatch.setenv(CONFIG_VARIABLE, str(example))
    assert load().environment == "production"
    several = dict(re.findall(r'^# (\w+_url) = "(.+)"$', example.read_text("utf-8"), re.MULTILINE))
    assert several.keys() == {"database_url", "redis_url"}
    assert not load(several).embedded


def unit(name):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / name)
    return parser


def test_the_unit_waits_for_the_drain():
    """As long as `serve` may need, and a little more; it stops its children itself."""
    service = unit("mgen-connect.service")["Service"]
    assert int(service["TimeoutStopSec"]) > serve._STOP_SECONDS
    assert (service["KillMode"], service["User"]) == ("mixed", "mgen-connect")
    for node in ("node-1", "node-2"):
        assert int(COMPOSE["services"][node]["stop_grace_period"].removesuffix("s")) > serve._STOP_SECONDS


@pytest.mark.parametrize("name", UNITS)
def test_the_units_are_systemds(name, tmp_path):
    """Where systemd is, it reads them without a remark, and finds little that is left open."""
    assert unit(name).sections()[0] == "Unit"
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    for each in UNITS:
        words = (DEPLOY / each).read_text("utf-8")
        (tmp_path / each).write_text(words.replace("/opt/mgen-connect/bin/mgen-connect", "/bin/true"))
    checked = subprocess.run([analyze, "verify", tmp_path / name], capture_output=True, text=True, check=False)
    ours = [line for line in checked.stderr.splitlines() if "mgen-connect" in line]
    assert (checked.returncode, ours) == (0, [])
    if name.endswith(".service"):
        judged = [analyze, "security", "--offline=true", "--threshold=20", str(tmp_path / name)]
        assert subprocess.run(judged, capture_output=True, check=False).returncode == 0


def test_the_composition_fits_together():
    """Services, networks and volumes that are named exist; Redis throws nothing away; nobody but nginx is outside."""
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service["networks"]) <= COMPOSE["networks"].keys()
        assert set(service.get("depends_on", ())) <= services.keys()
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or source in ("./nginx.conf", "./tls")
        assert ("ports" in service) == (name == "front")
    assert services["cache"]["command"][services["cache"]["command"].index("--maxmemory-policy") + 1] == "noeviction"
    assert services["init"]["command"] == ["init"]
    for node in ("node-1", "node-2"):
        assert services[node]["read_only"] is True
        assert services[node]["cap_drop"] == ["ALL"]
        assert f"server {node}:8000" in (DEPLOY / "nginx.conf").read_text("utf-8")
    [subnet] = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert subnet["subnet"] in services["node-1"]["environment"]["MGEN_CONNECT_TRUSTED_PROXIES"]


def test_the_image_is_nobodys_root():
    """What it copies is there, and it ends as another user."""
    words = (DEPLOY / "Containerfile").read_text("utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", words, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
    assert re.findall(r"^USER (\S+)$", words, re.MULTILINE)[-1] == "mgen-connect"
    assert all("/" not in image for image in re.findall(r"^FROM (\S+)", words, re.MULTILINE))


def test_the_image_has_what_was_tested():
    """Each package of its lock file is the very one of the other, and none that we need is missing."""

    def pinned(path):
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))

    served, tested = pinned(DEPLOY / "requirements.lock"), pinned(ROOT / "requirements.lock")
    assert served.items() <= tested.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["tracing"]]
    assert {re.split(r"[\[>]", each)[0] for each in needed} <= served.keys()
