"""Clients declared in TOML files, one a file, applied when the provider starts."""

import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from idp.core import db
from idp.oidc import clients
from idp.oidc.client_metadata import Client, InvalidMetadata, read

# A path below `site`, instead of a whole URI: a site moves by one line.
_PATHS = {
    "redirect_paths": "redirect_uris",
    "post_logout_redirect_paths": "post_logout_redirect_uris",
    "initiate_login_path": "initiate_login_uri",
    "backchannel_logout_path": "backchannel_logout_uri",
    "frontchannel_logout_path": "frontchannel_logout_uri",
    "identifier_changed_path": "identifier_changed_uri",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an application changed: client ids."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, list[str]]:
        """The same, for JSON."""
        return asdict(self)


def apply_declared(directory: Path) -> Report:
    """Make the database agree with the files of `directory`, in one transaction; a second time changes nothing.

    A client whose file has gone stays until `client remove`. Raises `InvalidMetadata`, which names the file.
    """
    declared = read_directory(directory)
    report = Report()
    with db.transaction():
        for client in declared:
            stored = clients.find_stored(client.client_id)
            if stored and stored[1] and clients.is_same(stored[0], client):
                report.unchanged.append(client.client_id)
                continue
            clients.save(client, declared=True)
            (report.updated if stored else report.created).append(client.client_id)
    return report


def read_directory(directory: Path) -> list[Client]:
    """The clients that the files of `directory` declare. Raises `InvalidMetadata`, which names the file."""
    if not directory.is_dir():
        raise InvalidMetadata(f"{directory}: there is no such folder")
    found: dict[str, Client] = {}
    for path in sorted(directory.glob("*.toml")):
        client = read_file(path)
        if client.client_id in found:
            raise InvalidMetadata(f"{path}: another file declares {client.client_id}")
        found[client.client_id] = client
    return list(found.values())


def read_file(path: Path) -> Client:
    """The client that one file declares. Raises `InvalidMetadata`, which names the file."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        return read(_with_secret(_with_uris(values), path.parent))
    except (OSError, ValueError, InvalidMetadata) as error:
        raise InvalidMetadata(f"{path}: {error}") from None


def _with_uris(values: dict[str, Any]) -> dict[str, Any]:
    whole = {name: value for name, value in values.items() if name not in _PATHS}
    for short, name in _PATHS.items():
        if short not in values:
            continue
        paths, site = values[short], values.get("site")
        if name in values or not isinstance(site, str):
            raise InvalidMetadata(f"{short}: needs `site`, and stands instead of {name}")
        whole[name] = [_below(site, path) for path in paths] if isinstance(paths, list) else _below(site, paths)
    return whole


def _below(site: str, path: Any) -> str:
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidMetadata("a path starts with a slash")
    return site.rstrip("/") + path


def _with_secret(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    if "secret_file" in values and "secret_digest" in values:
        raise InvalidMetadata("secret_file: stands instead of secret_digest")
    if "secret_file" in values:
        return clients.with_secret(values, (folder / str(values.pop("secret_file"))).read_text("utf-8").strip())
    if "secret_digest" in values:
        algorithm, _, text = str(values["secret_digest"]).partition(":")
        if algorithm != "sha256" or len(text) != 64:
            raise InvalidMetadata("secret_digest: is written sha256: and 64 hexadecimal digits")
        values["secret_digest"] = bytes.fromhex(text)
    return values
