"""Every setting, typed. Values come from the environment, then a TOML file, then `config/default.toml`."""

import os
import re
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from idp.paths import resource

PREFIX = "MGEN_CONNECT_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_LONGEST_LINE = 80
_DIGEST_LINE = re.compile(rb"[0-9A-Fa-f]{40}(?![0-9A-Fa-f])")
_HOST_AND_PORT = re.compile(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]+\]):[0-9]{1,5}")


class SettingsError(Exception):
    """A setting is missing, wrong or unknown; the text is one line that names it."""


class Settings(BaseSettings):
    """The settings of one deployment: frozen; `config/default.toml` says what each is for."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    issuer: str
    environment: Literal["production", "development"]
    secret_key_file: Path
    database_url: str
    redis_url: str | None = None
    mail_url: str
    mail_from: str
    letter_url: str
    clients_dir: Path | None = None
    site_key_file: Path | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    support_url: str
    metrics_networks: tuple[IPv4Network | IPv6Network, ...]
    tracing_endpoint: str | None = None

    host: str
    port: int = Field(ge=0, le=65535)
    workers: int = Field(ge=0)
    threads: int = Field(ge=2)
    connections: int = Field(ge=100)
    header_seconds: int = Field(ge=1)
    body_seconds: int = Field(ge=2)
    drain_seconds: int = Field(ge=0)
    log_level: Literal["debug", "info", "warning", "error"]

    argon2_memory_kib: int = Field(ge=8)
    argon2_time_cost: int = Field(ge=1)
    argon2_parallelism: int = Field(ge=1)
    hash_threads: int = Field(ge=1)
    hash_niceness: int = Field(ge=0, le=19)

    bridge_sunset: date | None = None
    secret_question: Literal["required", "optional", "off"]
    password_min_length: int = Field(ge=8)
    breached_passwords: Path | None = None
    trust_checked_contact: bool

    session_idle: int
    session_life: int
    interaction_life: int
    ticket_idle: int
    ticket_life: int
    change_life: int
    link_life: int
    reset_life: int
    letter_life: int
    contest_life: int
    code_life: int
    token_life: int
    par_life: int = Field(ge=5, lt=600)
    device_life: int

    registration: Literal["closed", "token", "open"]
    software_statement_keys: Path | None = None
    implicit_flows: bool
    session_management: bool
    dpop_nonces: bool
    client_certificate_header: str = ""
    client_certificate_authorities: Path | None = None
    allowed_loopback_hosts: tuple[str, ...] = ()
    clock_offset_file: Path | None = None

    requests_per_source: int = Field(ge=1)
    failures_per_source: int = Field(ge=1)
    registrations_per_source: int = Field(ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = [resource("config") / "default.toml"]
        if named := os.environ.get(CONFIG_VARIABLE):
            files.append(Path(named))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=files)

    @field_validator("issuer")
    @classmethod
    def _issuer_is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        # OpenID Connect Discovery 1.0 §3: no query or fragment; a path would break the __Host- cookies.
        if parts.scheme not in ("https", "http") or not parts.hostname or value != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("must be an origin such as https://connect.example.fr, without a path or a final slash")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_supported(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_supported(cls, value: str | None) -> str | None:
        if value and not value.startswith(("redis://", "rediss://", "unix://", "sentinel://")):
            raise ValueError("must start with redis://, rediss://, unix:// or sentinel://")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_is_supported(cls, value: str) -> str:
        if not value.startswith(("smtp://", "smtps://", "maildir:///")):
            raise ValueError("must start with smtp://, smtps:// or maildir:///")
        return value

    @field_validator("letter_url")
    @classmethod
    def _letters_are_supported(cls, value: str) -> str:
        if not value.startswith(("dir:///", "https://", "http://")):
            raise ValueError("must start with dir:///, https:// or http://")
        return value

    @field_validator("tracing_endpoint")
    @classmethod
    def _traces_can_leave(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        if not _is_installed("opentelemetry.exporter.otlp.proto.http"):
            raise ValueError("needs the extra `tracing`: pip install 'mgen-connect[tracing]'")
        return value

    @field_validator("breached_passwords")
    @classmethod
    def _breached_passwords_can_be_searched(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        try:
            with value.open("rb") as file:
                first = file.readline(_LONGEST_LINE)
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror}") from None
        if not _DIGEST_LINE.match(first):
            raise ValueError("must be a file of SHA-1 digests in hexadecimal, one a line, in order")
        return value

    @field_validator("client_certificate_header")
    @classmethod
    def _header_has_a_name(cls, value: str) -> str:
        if value and not _HEADER.fullmatch(value):
            raise ValueError("must be the name of a header, such as X-Client-Cert")
        return value

    @field_validator("allowed_loopback_hosts")
    @classmethod
    def _hosts_are_exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_HOST_AND_PORT.fullmatch(one) for one in value):
            raise ValueError("must hold hosts with their ports, such as localhost:8443")
        return value

    @model_validator(mode="after")
    def _production_is_safe(self) -> "Settings":
        if self.environment == "production":
            if not self.secure:
                raise ValueError("issuer: production needs an https issuer")
            if self.argon2_memory_kib * self.argon2_time_cost < 19456 * 2:
                raise ValueError("argon2_memory_kib: production needs 19456 KiB with two passes, or as much work")
            if self.mail_url.startswith("maildir:"):
                raise ValueError("mail_url: production needs smtp:// or smtps://")
            if self.letter_url.startswith("http:"):
                raise ValueError("letter_url: production needs dir:/// or https://")
            if self.registration == "open":
                raise ValueError("registration: production needs closed or token")
            if "-" in self.client_certificate_header:
                # A client could write `_` for each `-`, which WSGI cannot tell apart, past a front that looks for one.
                raise ValueError("client_certificate_header: production needs a name without a hyphen")
            # What only tests need (and RFC 9700 §2.1.2).
            for name in ("implicit_flows", "allowed_loopback_hosts", "clock_offset_file"):
                if getattr(self, name):
                    raise ValueError(f"{name}: not in production")
        return self

    @property
    def secure(self) -> bool:
        """Whether people reach the issuer over https."""
        return self.issuer.startswith("https://")

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite:")

    @property
    def pages_at_once(self) -> int:
        """How many of a worker's requests may be pages, hashes included; the others are for what programs ask."""
        return max(1, self.threads * 3 // 4)

    @property
    def sqlite_path(self) -> str:
        """The file of the embedded database; without meaning where it is not `embedded`."""
        return self.database_url.removeprefix("sqlite:///")


def load(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings once. Raises `SettingsError` on the first that is missing, wrong or unknown."""
    config = os.environ.get(CONFIG_VARIABLE)
    if config and not Path(config).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE}: there is no file {config}")
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name}: no such setting")
    try:
        return Settings(**(overrides or {}))
    except ValidationError as error:
        raise SettingsError(PREFIX + _one_line(error)) from None
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{config}: {error}") from None
    except ValueError as error:
        # A list or another structure in the environment that is no JSON; the text names the field.
        raise SettingsError(str(error)) from None


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    reason = "no such setting" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
    # A rule about several settings begins with the name of one.
    name, _, reason = (str(first["loc"][0]), "", reason) if first["loc"] else reason.partition(": ")
    return f"{name.upper()}: {reason}"
