"""A jobs process of its own that seals: python sealer.py DATABASE_URL KEYRING TURNS (for test_audit_seals.py).

It says when it begins, so that a test can kill it at any moment after; batches of ten, so that there are many.
"""

import sys
from pathlib import Path

from idp.core import audit_seals, runtime
from idp.core.crypto import Keyring
from idp.settings import load
from idp.web.bare import bare_app

database, keyring = sys.argv[1], Path(sys.argv[2])
audit_seals.SIZE = 10
settings = load(
    {
        "issuer": "http://localhost",
        "environment": "development",
        "secret_key_file": keyring,
        "database_url": database,
        "mail_url": f"maildir://{keyring.parent}/mail",
    }
)
with bare_app(runtime.build(settings, Keyring.load(settings.secret_key_file))).app_context():
    print("begins", flush=True)
    while audit_seals.seal():
        pass
