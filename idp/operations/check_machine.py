"""Checks of this machine: its settings, clock, disk, the keyring's file, and how fast it hashes."""

import ctypes
import os
import shutil
import stat
import sys
from pathlib import Path

from idp.core import clock, cores
from idp.core.crypto import Keyring, KeyringError
from idp.core.runtime import Runtime
from idp.operations.verdicts import Verdicts, error, ok, warning
from idp.settings import CONFIG_VARIABLE

_TIME_ERROR = 5
_ROUNDS = 3
_SLOW_MS, _FAST_MS = 1000, 10
_GIB = 1 << 30
_LITTLE, _NONE = 0.10, 0.02


def settings(parts: Runtime) -> Verdicts:
    """That they are those of production, and nobody else's to read."""
    ours = parts.settings
    if ours.environment != "production":
        yield warning(f"{ours.issuer}, for development: http, cheap hashes", "set environment to production")
    else:
        yield ok(f"{ours.issuer}, {ours.environment}")
    if ours.secure and not ours.trusted_proxies:
        yield warning(
            "trusted_proxies is empty: everybody seems to come from the front, and shares its limits",
            "name the front's network in trusted_proxies",
        )
    file = os.environ.get(CONFIG_VARIABLE)
    if file and Path(file).stat().st_mode & stat.S_IROTH:
        yield warning("the file of settings can be read by everybody", "chmod o= it: its URLs may hold passwords")


def steady_time(_parts: Runtime) -> Verdicts:
    """That something keeps this machine's clock right."""
    if sys.platform != "linux":
        yield ok(f"{clock.as_datetime(clock.now()):%Y-%m-%d %H:%M:%S} UTC")
        return
    # Asked for no change, the kernel only answers whether the clock is kept.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    now = f"{clock.as_datetime(clock.now()):%Y-%m-%d %H:%M:%S} UTC"
    if state in (-1, _TIME_ERROR):
        yield warning(f"{now}, and nothing keeps it right, as far as the kernel knows", "run chrony or timesyncd")
    else:
        yield ok(f"{now}, kept right")


def keyring_file(parts: Runtime) -> Verdicts:
    """That it is there, whole, and its owner's alone."""
    path = parts.settings.secret_key_file
    try:
        keyring = Keyring.load(path)
        found = path.stat()
    except KeyringError as failure:
        yield error(str(failure), "bring it back from its copy; docs/runbook.md, The keyring is lost")
        return
    if found.st_mode & 0o077:
        yield error("the keyring can be read by others than its owner", f"chmod 600 {path}")
    else:
        yield ok(f"{len(keyring.key_ids)} master keys, for their owner alone")
    if found.st_uid != os.geteuid():
        yield warning(
            "you are not the keyring's owner: files and folders were looked at as you, not as the server",
            "run this as the user that runs serve",
        )


def disk(parts: Runtime) -> Verdicts:
    """That there is room where we write."""
    ours = parts.settings
    folders = {"the keyring": ours.secret_key_file.parent}
    if ours.embedded:
        folders["the database"] = Path(ours.sqlite_path).parent
    for what, folder in folders.items():
        usage = shutil.disk_usage(folder)
        said = f"{usage.free / _GIB:.1f} GiB free where {what} is"
        if usage.free < usage.total * _NONE or usage.free < _GIB // 10:
            yield error(said, "make room now; docs/runbook.md, The disk is full")
        elif usage.free < usage.total * _LITTLE or usage.free < _GIB:
            yield warning(said, "make room; docs/runbook.md, The disk is full")
        else:
            yield ok(said)
    if ours.embedded:
        log = Path(f"{ours.sqlite_path}-wal")
        size = log.stat().st_size if log.exists() else 0
        if size > _GIB:
            yield warning(
                f"the write-ahead log has {size / _GIB:.1f} GiB: a reader holds it open",
                "look for a backup or another program that reads the database, and let it end",
            )


def passwords(parts: Runtime) -> Verdicts:
    """How long one takes here, and how many people that lets in."""
    times = []
    for _ in range(_ROUNDS):
        started = clock.steady()
        parts.hashing.hash(b"how long does it take?")
        times.append(clock.steady() - started)
    taken, count = min(times), len(cores.ours())
    workers = min((parts.settings.workers or count) * parts.settings.hash_threads, count)
    said = f"{taken * 1000:.0f} ms a password: {1 / taken:.0f} sign-ins a second a core, {workers / taken:.0f} here"
    if taken * 1000 > _SLOW_MS:
        yield warning(said, "give the machine faster cores, or lower argon2_memory_kib and argon2_time_cost")
    elif parts.settings.environment == "production" and taken * 1000 < _FAST_MS:
        yield warning(said, "raise argon2_time_cost: a thief of the database would be as fast")
    else:
        yield ok(said)
