"""Looks at everything, one check after another, each on its own: what is broken must not hide what else is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from idp.core import runtime
from idp.core.crypto import Keyring, KeyringError
from idp.core.runtime import Runtime
from idp.operations import check_machine, check_outside, check_stores, check_work
from idp.operations.verdicts import Verdict, Verdicts, error, why
from idp.settings import Settings, SettingsError, load
from idp.web import logs

Check = Callable[[Runtime], Verdicts]
LIMIT = 15
_HERE: Mapping[str, Check] = {
    "settings": check_machine.settings,
    "clock": check_machine.steady_time,
    "disk": check_machine.disk,
    "keyring file": check_machine.keyring_file,
    "passwords": check_machine.passwords,
    **check_outside.CHECKS,
    "redis": check_stores.redis,
    "database": check_stores.database,
}
_IN_THE_DATABASE: Mapping[str, Check] = {
    "schema": check_stores.schema,
    "keyring": check_stores.keyring,
    "time of the database": check_stores.same_time,
    "signing keys": check_work.keys,
    "clients": check_work.clients,
    "jobs": check_work.waiting,
    "expired rows": check_work.expired,
    "bridge": check_work.bridge,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said; `do` is empty where nothing is to be done."""

    check: str
    state: Literal["ok", "warning", "error"]
    said: str
    do: str


def examine() -> list[Finding]:
    """Everything there is to say, in the order of the checks; changes nothing, and raises nothing."""
    try:
        settings = load()
    except SettingsError as failure:
        return [_finding("settings", error(str(failure), "config/default.toml says what each setting is for"))]
    # What a check logs goes through the redaction, to standard error.
    logs.configure(settings)
    parts = runtime.build(settings, _keyring(settings))
    found = [each for name, check in _HERE.items() for each in _look(name, check, parts)]
    if any(each.check == "database" and each.state == "error" for each in found):
        return found
    return found + [each for name, check in _IN_THE_DATABASE.items() for each in _look(name, check, parts)]


def _keyring(settings: Settings) -> Keyring:
    try:
        return Keyring.load(settings.secret_key_file)
    except (KeyringError, OSError):
        # A check says so; the others need none, or say that this one opens nothing.
        return Keyring("k0", {"k0": bytes(32)})


def _look(name: str, check: Check, parts: Runtime) -> list[Finding]:
    found: list[Verdict] = []

    def work() -> None:
        runtime.enter(parts)
        try:
            found.extend(check(parts))
        except Exception as failure:  # the next check has its turn whatever happens
            found.append(error(f"the check itself failed: {why(failure)}", "look at what else is wrong first"))
        finally:
            parts.sql.close()

    # A thread that may be left behind: what hangs must not hold up the others, nor the end.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(LIMIT)
    if thread.is_alive():
        found.append(error(f"no answer within {LIMIT} s", "see whether it answers others"))
    return [_finding(name, verdict) for verdict in found]


def _finding(name: str, verdict: Verdict) -> Finding:
    return Finding(name, verdict.state, verdict.said, verdict.do)
