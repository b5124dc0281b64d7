"""What a check of the doctor may say: one line each, and one of what to do. Never a secret, an address or a URL."""

import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from idp.core.db import Unavailable


@dataclass(frozen=True, slots=True)
class Verdict:
    """`error`: it does not work, or not safely; `warning`: it will not for long, or not for everybody."""

    state: Literal["ok", "warning", "error"]
    said: str
    do: str = ""


Verdicts = Iterable[Verdict]


def ok(said: str) -> Verdict:
    """All is well."""
    return Verdict("ok", said)


def warning(said: str, do: str) -> Verdict:
    """Something to do soon."""
    return Verdict("warning", said, do)


def error(said: str, do: str) -> Verdict:
    """Something to do now."""
    return Verdict("error", said, do)


def why(failure: BaseException) -> str:
    """A failure without what it may quote: names and numbers only."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return failure.verify_message
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    if isinstance(failure, Unavailable):
        return "no answer"
    return type(failure).__name__


def writable(folder: Path) -> bool:
    """Whether this user may make files in `folder`, or make the folder itself."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
