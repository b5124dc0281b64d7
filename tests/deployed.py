"""The settings of a deployment in a folder of a test."""

from pathlib import Path
from typing import Any

from idp.settings import Settings, load

ISSUER = "http://localhost:8000"
CLIENTS = Path(__file__).parent / "clients"


def settings_in(folder: Path, **overrides: Any) -> Settings:
    """Those of the tests: cheap hashes, messages and letters as files; each may be given by name."""
    return load(
        {
            "issuer": ISSUER,
            "environment": "development",
            "secret_key_file": folder / "keyring.json",
            "database_url": f"sqlite:///{folder / 'idp.db'}",
            "mail_url": f"maildir://{folder / 'mail'}",
            "letter_url": f"dir://{folder / 'letters'}",
            "clients_dir": CLIENTS,
            "argon2_memory_kib": 64,
            "argon2_time_cost": 1,
            "workers": 1,
            **overrides,
        }
    )
