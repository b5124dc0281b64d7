"""Makes a deployment to measure: `python bench/prepare.py FOLDER PORT`, then
`MGEN_CONNECT_CONFIG=FOLDER/settings.toml mgen-connect serve`.

One confidential client (`bench`), users user0@bench.test to user159@bench.test, argon2id at its real cost, on loopback.
"""

import os
import sys
from pathlib import Path

USERS = 160
PASSWORD = "correct horse battery"  # noqa: S105 - a user of a bench
SECRET = "bench-secret-0123456789abcdef"  # noqa: S105

SETTINGS = """\
issuer = "http://127.0.0.1:{port}"
environment = "development"
secret_key_file = "{folder}/keyring.json"
database_url = "sqlite:///{folder}/mgen-connect.db"
mail_url = "maildir://{folder}/mail"
clients_dir = "{folder}/clients"
port = {port}
log_level = "warning"
failures_per_source = 1000000
"""
CLIENT = """\
client_id = "bench"
client_name = "Bench"
site = "http://127.0.0.1:9"
redirect_uris = ["http://127.0.0.1:9/cb"]
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
token_endpoint_auth_method = "client_secret_basic"
scope = "openid profile email offline_access"
require_pkce = true
first_party = true
secret_digest = "sha256:{digest}"
"""


def prepare(folder: Path, port: int) -> None:
    """Make `folder` ready to serve; it must be new."""
    import hashlib

    (folder / "clients").mkdir(parents=True)
    (folder / "settings.toml").write_text(SETTINGS.format(folder=folder, port=port))
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    (folder / "clients" / "bench.toml").write_text(CLIENT.format(digest=digest))
    os.environ["MGEN_CONNECT_CONFIG"] = str(folder / "settings.toml")

    from idp import cli
    from idp.accounts.creation import create_account
    from idp.accounts.credentials import hash_password
    from idp.core import db
    from idp.settings import load
    from idp.web.bare import application

    cli.init.callback()
    with application(load()):
        # One hash for all: the cost of making them is not what is measured.
        password = hash_password(PASSWORD)
        with db.transaction():
            for number in range(USERS):
                create_account(f"user{number}@bench.test", password, origin="bench", locale="fr", verified_by="bench")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
