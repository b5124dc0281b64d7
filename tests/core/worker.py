"""A jobs process of its own: python worker.py DATABASE_URL KEYRING OUT HANG (for test_outbox.py).

Its handler appends the job's number to OUT; with HANG it then waits for ever, so that a test can kill it.
"""

import sys
import time
from pathlib import Path

from idp.core import outbox, runtime
from idp.core.crypto import Keyring
from idp.settings import load
from idp.web.bare import bare_app

database, keyring, out, hang = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "hang"
settings = load(
    {
        "issuer": "http://localhost",
        "environment": "development",
        "secret_key_file": keyring,
        "database_url": database,
        "mail_url": f"maildir://{keyring.parent}/mail",
    }
)


def note(payload: outbox.Payload) -> None:
    """Append one line, whole."""
    with out.open("a") as file:
        file.write(f"{payload['n']}\n")
    while hang:
        time.sleep(1)


with bare_app(runtime.build(settings, Keyring.load(settings.secret_key_file))).app_context():
    while outbox.drain({"note": note}, limit=1):
        pass
