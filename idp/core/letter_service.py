"""Handing letters to a print service: a JSON file each in a folder, or a POST to its address.

The service knows the postal address by the member's reference, which is all that a letter says of who it is for. It
gets `id`, `member_ref`, `code`, `locale`, `valid_until` (a date), `purpose` ("access_code", or "branch_code" for what
is printed and handed over at a branch) and `page` (where the code is typed).
"""

import os
from pathlib import Path

import orjson
import requests

from idp.core.outbox import Payload
from idp.core.runtime import current

KIND = "letter"
_FOLDER = "dir://"
_TIMEOUT = 10


class NotTaken(Exception):
    """The print service did not take the letter; the outbox tries again."""


def deliver(payload: Payload) -> None:
    """The outbox handler `letter`. Done twice, it is one letter: its id names the file, or the request's key.

    A letter for nobody is dropped (docs/rules.md §3 row 17). Raises where it was not taken.
    """
    if payload["member_ref"] is None:
        return
    url = current().settings.letter_url
    if url.startswith(_FOLDER):
        _write(Path(url.removeprefix(_FOLDER)), payload)
    else:
        _post(url, payload)


def _write(folder: Path, payload: Payload) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole, part = folder / f"{payload['id']}.json", folder / f".{payload['id']}.part"
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(payload, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    # Whole or not at all: a reader of the folder never sees half a letter.
    part.replace(whole)


def _post(url: str, payload: Payload) -> None:
    with requests.post(
        url,
        data=orjson.dumps(payload),
        headers={"Content-Type": "application/json", "Idempotency-Key": payload["id"]},
        timeout=_TIMEOUT,
        allow_redirects=False,
        stream=True,
    ) as answer:
        if not answer.ok or answer.is_redirect:
            raise NotTaken(str(answer.status_code))
