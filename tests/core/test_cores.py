"""Of a worker that keeps to a core, the hash thread alone runs where it likes."""

import os
import subprocess
import sys

import pytest

WORKER = """
import os
from idp.core.cores import Cores
from idp.core.hashing import Hashing
from idp.settings import load

everywhere = os.sched_getaffinity(0)
Cores(len(everywhere)).keep_one()
assert len(os.sched_getaffinity(0)) == 1
settings = load({"issuer": "http://localhost:8000", "environment": "development", "secret_key_file": "keyring.json",
                 "mail_url": "smtp://127.0.0.1:25"})
assert Hashing(settings).run(lambda: os.sched_getaffinity(0)) == everywhere
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a machine of one core has none to share out")
def test_a_hash_runs_on_any_core():
    """While its worker answers on its own."""
    subprocess.run([sys.executable, "-c", WORKER], check=True)
