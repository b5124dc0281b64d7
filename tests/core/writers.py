"""A process of its own that writes: python writers.py DATABASE_URL KEYRING THREADS TURNS (for test_db.py)."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from idp.core import runtime
from idp.core.crypto import Keyring
from idp.core.db import db, transaction
from idp.core.throttle import ThrottleWindow
from idp.settings import load
from idp.web.bare import bare_app

database, keyring, threads, turns = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
settings = load(
    {
        "issuer": "http://localhost",
        "environment": "development",
        "secret_key_file": keyring,
        "database_url": database,
        "mail_url": f"maildir://{keyring.parent}/mail",
    }
)
app = bare_app(runtime.build(settings, Keyring.load(settings.secret_key_file)))


def work(number: int) -> None:
    """Count up by one, `turns` times: half of the threads through the ORM, half by one statement."""
    for _ in range(turns):
        with app.app_context():
            if number % 2:
                # Read first, as a request does; then again inside the transaction.
                assert db.session.get(ThrottleWindow, "counter") is not None
                with transaction():
                    db.session.get_one(ThrottleWindow, "counter").count += 1
            else:
                runtime.current().sql.run("UPDATE throttle_window SET count = count + 1 WHERE key = 'counter'", {})


with ThreadPoolExecutor(threads) as pool:
    list(pool.map(work, range(threads)))
