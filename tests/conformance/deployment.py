"""The product as the suite needs it: a deployment of its own, with its settings, one member, and the clients."""

import secrets
import shutil
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from conformance.clients import Clients, declare
from conformance.front import Front
from conformance.suite import SuiteError
from servers import free_port

from idp.accounts import creation, credentials, directory
from idp.core import db
from idp.core.runtime import current
from idp.demo.stack import Stack
from idp.oidc import consents
from idp.settings import CONFIG_VARIABLE, load
from idp.web.bare import application

ADDRESS = "jeanne.martin@exemple.test"
CERTIFICATE_HEADER = "X-Client-Certificate"
_COMMAND = [sys.executable, "-c", "from idp.cli import main; main()"]


@dataclass(frozen=True)
class Deployment:
    """Where the product listens, who signs in there, and the clients that the suite plays."""

    folder: Path
    issuer: str
    password: str
    clients: Clients
    upstream: int
    suite_url: str

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "provider.toml"

    def environment(self) -> dict[str, str]:
        """What its commands are run with."""
        trusted = str(self.folder / "trusted.pem")
        # Its own calls reach the suite, whose certificate only this deployment knows.
        return {CONFIG_VARIABLE: str(self.config), "SSL_CERT_FILE": trusted, "PATH": "/usr/bin:/bin"}

    def rotate_keys(self) -> None:
        """What an operator does while `oidcc-server-rotate-keys` waits: the suite takes new keys of RSA and EC only."""
        command = [*_COMMAND, "keys", "rotate", "RS256", "ES256"]
        subprocess.run(command, env=self.environment(), check=True, stdout=subprocess.DEVNULL)

    def forget_agreements(self) -> None:
        """Withdraw every agreement of the member, so that the next client asks again."""
        with application(load(_by_name(self))):
            member = directory.find_by_address(ADDRESS)
            assert member
            with db.transaction():
                for each in consents.listing(member.id):
                    consents.withdraw(member.id, each.client_id)


def prepare(folder: Path, host: str, port: int, suite_url: str, alias: str, certificate: Path) -> Deployment:
    """Write everything that a new deployment starts from. Raises `SuiteError`."""
    try:
        socket.getaddrinfo(host, port)
    except OSError:
        raise SuiteError(f"OIDF_OP_HOST: {host} has no address; it must lead to this machine") from None
    clients = declare(folder / "clients", f"{suite_url}/test/a/{alias}")
    made = Deployment(folder, f"https://{host}:{port}", secrets.token_urlsafe(16), clients, free_port(), suite_url)
    defaults = Path(ssl.get_default_verify_paths().cafile or "")
    trusted = defaults.read_text() if defaults.is_file() else ""
    (folder / "trusted.pem").write_text(trusted + certificate.read_text())
    made.config.write_text("".join(f"{name} = {_toml(value)}\n" for name, value in _settings(made).items()))
    return made


def _settings(made: Deployment) -> dict[str, Any]:
    authority = made.suite_url.removeprefix("https://")
    return {
        "issuer": made.issuer,
        "environment": "development",
        "secret_key_file": f"{made.folder}/keyring.json",
        "database_url": f"sqlite:///{made.folder}/mgen-connect.db",
        "mail_url": f"maildir://{made.folder}/mail",
        "letter_url": f"dir://{made.folder}/letters",
        "clients_dir": f"{made.folder}/clients",
        "port": made.upstream,
        "workers": 1,
        "trusted_proxies": ["127.0.0.1/32"],
        "argon2_memory_kib": 64,
        "argon2_time_cost": 1,
        "requests_per_source": 100_000,
        "failures_per_source": 100_000,
        "registration": "open",
        "registrations_per_source": 100_000,
        "implicit_flows": True,
        "session_management": True,
        "allowed_loopback_hosts": [authority],
        "client_certificate_header": CERTIFICATE_HEADER,
    }


def _toml(value: Any) -> str:
    # JSON's texts, numbers, booleans and lists are TOML's too.
    return orjson.dumps(value).decode()


def start(made: Deployment, stack: Stack, front: Front) -> None:
    """Make the keys and the member, and start the processes."""
    stack.start("init", [*_COMMAND, "init"])
    stack.finish("init")
    with application(load(_by_name(made))):
        password = credentials.hash_password(made.password)
        with db.transaction():
            member = creation.create_account(ADDRESS, password, origin="registration", locale="fr", verified_by="link")
            named = {"id": member.id, "name": "Jeanne M."}
            current().sql.run("UPDATE account SET public_name = :name WHERE id = :id", named)
    stack.start("provider", [*_COMMAND, "serve"])
    stack.start("front", front.command())
    stack.wait_for([made.upstream, front.port])


def _by_name(made: Deployment) -> dict[str, Any]:
    return {name: value for name, value in _settings(made).items() if name != "clients_dir"}


def empty(folder: Path) -> None:
    """Remove what another run left, but its results."""
    for each in folder.glob("*") if folder.is_dir() else ():
        if each.name != "results":
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    folder.mkdir(parents=True, exist_ok=True)
