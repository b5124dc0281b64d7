"""A jobs process in a hurry: python jobs_process.py OUT, with the settings in its environment (for test_jobs.py).

It cleans ten times a second, notes in OUT when it begins and ends, and takes half a second for it.
"""

import os
import sys
import time
from pathlib import Path

from flask import Flask

from idp import jobs
from idp.settings import load

out, clean = Path(sys.argv[1]), jobs.clean


def slowly(app: Flask) -> None:
    """Clean, and note it in whole lines."""
    with out.open("a") as file:
        file.write(f"begin {os.getpid()}\n")
    clean(app)
    time.sleep(0.5)
    with out.open("a") as file:
        file.write(f"end {os.getpid()}\n")


jobs.clean = slowly
jobs._CLEANING_EVERY = 0.1  # type: ignore[assignment]
jobs._LEASE = 3
jobs.run(load())
