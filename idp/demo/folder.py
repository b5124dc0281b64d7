"""The folder of a demo: where each thing lies, and the files written before anything starts."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from idp.demo.personas import Persona
from idp.demo.stack import DemoError
from idp.paths import resource

SITES = ("member-area", "avantage", "forum")
_SITE_LINE = re.compile(r"^site = .*$", re.MULTILINE)


@dataclass(frozen=True)
class Folder:
    """A demo in `path`, with its provider on `port` and the rest on the four ports after it."""

    path: Path
    port: int
    # Other stores than a file of the folder.
    database_url: str | None = None
    redis_url: str | None = None

    @property
    def ports(self) -> list[int]:
        """The provider's, the three sites', the mailbox's."""
        return list(range(self.port, self.port + 5))

    @property
    def issuer(self) -> str:
        """The provider's address."""
        return f"http://localhost:{self.port}"

    def site_url(self, key: str) -> str:
        """The address of one of `SITES`."""
        return f"http://localhost:{self.port + 1 + SITES.index(key)}"

    @property
    def mailbox_url(self) -> str:
        """The address of the mailbox page."""
        return f"http://localhost:{self.port + 4}"

    @property
    def mail(self) -> Path:
        """The Maildir that every message lands in."""
        return self.path / "mail"

    @property
    def letters(self) -> Path:
        """Where letters lie, a file each, instead of being printed."""
        return self.path / "letters"

    @property
    def mailbox_arguments(self) -> tuple[str, ...]:
        """What the mailbox is started with."""
        return str(self.mail), str(self.letters), str(self.port + 4)

    @property
    def logs(self) -> Path:
        """What each process says."""
        return self.path / "log"

    @property
    def config(self) -> Path:
        """The provider's settings; `MGEN_CONNECT_CONFIG` names them for any other command on this demo."""
        return self.path / "provider.toml"

    @property
    def personas(self) -> Path:
        """The people, for programs. Written last: a folder that has it is complete."""
        return self.path / "personas.json"

    def site_config(self, key: str) -> Path:
        """The configuration of one of `SITES`."""
        return self.path / "sites" / f"{key}.json"

    def claim(self) -> None:
        """Make the folder, for this user alone. Raises `DemoError` where it holds something else."""
        if self.path.is_dir() and any(self.path.iterdir()) and not self.config.is_file():
            raise DemoError(f"{self.path} holds other things: name an empty folder with --dir")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write_settings(self) -> None:
        """Write the provider's settings, and the declaration and the configuration of each site with a new secret."""
        fixed = (resource("config") / "demo.toml").read_text("utf-8")
        places: dict[str, str | list[str]] = {
            "issuer": self.issuer,
            "secret_key_file": f"{self.path}/keyring.json",
            "database_url": self.database_url or f"sqlite:///{self.path}/mgen-connect.db",
            "mail_url": f"maildir://{self.mail}",
            "letter_url": f"dir://{self.letters}",
            "clients_dir": f"{self.path}/clients",
        }
        if self.redis_url:
            places["redis_url"] = self.redis_url
        # The sites are told of a logout on this machine; JSON's texts and lists are TOML's too.
        places["allowed_loopback_hosts"] = [self.site_url(key).removeprefix("http://") for key in SITES]
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in places.items()]
        self.config.write_text(f"{fixed}port = {self.port}\n{''.join(lines)}", "utf-8")
        for key in SITES:
            self._write_site(key)

    def _write_site(self, key: str) -> None:
        secret = secrets.token_urlsafe(32)
        declared = (resource("config") / "clients" / f"{key}.toml").read_text("utf-8")
        here = _SITE_LINE.sub(f'site = "{self.site_url(key)}"', declared)
        _write(self.path / "clients" / f"{key}.toml", here)
        _write(self.path / "clients" / f"{key}.secret", secret)
        config = {
            "key": key,
            "port": self.port + 1 + SITES.index(key),
            "issuer": self.issuer,
            "client_id": key,
            "client_secret": secret,
            "base_url": self.site_url(key),
        }
        _write(self.site_config(key), json.dumps(config, indent=1))

    def write_personas(self, personas: Sequence[Persona]) -> None:
        """Write `personas.json`."""
        _write(self.personas, json.dumps([each.as_json() for each in personas], indent=1, ensure_ascii=False))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
