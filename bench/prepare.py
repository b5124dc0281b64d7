"""Makes a deployment to measure: `python -m bench.prepare FOLDER PORT`, then
`MGEN_CONNECT_CONFIG=FOLDER/settings.toml mgen-connect serve`.

One confidential client (`bench`), users user0@bench.test and so on, who are members of the old file too, argon2id at
its real cost, on loopback. SQLite, unless `--database-url` and `--redis-url` name an empty database and a Redis.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from bench.target import REDIRECT, SECRET

USERS = 160
_CLIENT = f"""\
client_id = "bench"
client_name = "Bench"
site = "http://127.0.0.1:9"
redirect_uris = ["{REDIRECT}"]
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
token_endpoint_auth_method = "client_secret_basic"
scope = "openid profile email offline_access"
require_pkce = true
first_party = true
secret_digest = "sha256:{hashlib.sha256(SECRET.encode()).hexdigest()}"
"""


def prepare(
    folder: Path,
    port: int,
    *,
    users: int = USERS,
    authorizations: int = 0,
    database_url: str | None = None,
    redis_url: str | None = None,
    plain_hashes: bool = False,
) -> None:
    """Make `folder` ready to serve; it must be new, and so must the database.

    `plain_hashes`: argon2id at no cost, so that whatever else a sign-in costs can be seen.
    """
    (folder / "clients").mkdir(parents=True)
    settings: dict[str, Any] = {
        "issuer": f"http://127.0.0.1:{port}",
        "environment": "development",
        "secret_key_file": str(folder / "keyring.json"),
        "database_url": database_url or f"sqlite:///{folder}/mgen-connect.db",
        "mail_url": f"maildir://{folder}/mail",
        "clients_dir": str(folder / "clients"),
        "port": port,
        "log_level": "warning",
        # One address is everybody here.
        "failures_per_source": 1_000_000,
        "requests_per_source": 1_000_000,
    }
    if redis_url:
        settings["redis_url"] = redis_url
    if plain_hashes:
        settings |= {"argon2_memory_kib": 8, "argon2_time_cost": 1}
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (folder / "settings.toml").write_text("\n".join(lines) + "\n")
    (folder / "clients" / "bench.toml").write_text(_CLIENT)
    os.environ["MGEN_CONNECT_CONFIG"] = str(folder / "settings.toml")

    # Read with the settings in place.
    from bench.fill import fill
    from idp import cli
    from idp.settings import load
    from idp.web.bare import application

    cli.init.callback()
    with application(load()):
        fill(users, authorizations)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("--users", type=int, default=USERS)
    parser.add_argument("--authorizations", type=int, default=0)
    parser.add_argument("--database-url")
    parser.add_argument("--redis-url")
    parser.add_argument("--plain-hashes", action="store_true")
    values = vars(parser.parse_args())
    prepare(values.pop("folder").resolve(), values.pop("port"), **values)


if __name__ == "__main__":
    main()
