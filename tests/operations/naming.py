"""The settings of a test, for a process of its own."""

import os

from idp.settings import Settings

_NAMES = (
    "issuer", "environment", "secret_key_file", "database_url", "redis_url", "mail_url", "letter_url", "clients_dir",
    "argon2_memory_kib", "argon2_time_cost", "bridge_sunset",
)  # fmt: skip


def environment(settings: Settings) -> dict[str, str]:
    """The variables that name these settings, beside those that are there."""
    given = {name: getattr(settings, name) for name in _NAMES}
    ours = {f"MGEN_CONNECT_{name.upper()}": str(value) for name, value in given.items() if value is not None}
    return os.environ | ours
