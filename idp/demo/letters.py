"""The letters of a folder, shown beside the messages: the demo's print service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from idp.demo.messages import Message

_SUBJECT = "Courrier postal : votre code"
_TEXT = """(Ce courrier serait imprimé et posté à l’adresse postale du membre {member_ref}.)

Bonjour,

Vous avez demandé un code par courrier pour retrouver l’accès à votre Espace personnel. Le voici :

{code}

Saisissez-le sur cette page, avec votre numéro de sécurité sociale :
{page}

Ce code est valable jusqu’au {valid_until} et ne sert qu’une fois. Ne le donnez à personne. Vous n’avez rien
demandé ? Ne faites rien, ou appelez un conseiller MGEN.
"""


def read_letters(folder: Path) -> Iterator[Message]:
    """Each letter as a message to a member's reference. A file that is no letter is left out."""
    for path in folder.glob("*.json"):
        try:
            letter = json.loads(path.read_text("utf-8"))
            code = f"{letter['code'][:4]} {letter['code'][4:]}"
            text = _TEXT.format_map({**letter, "code": code})
        except (OSError, ValueError, KeyError, TypeError):
            continue
        arrival = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
        yield Message(path.stem, [letter["member_ref"]], _SUBJECT, arrival, text, "", [letter["page"]])
