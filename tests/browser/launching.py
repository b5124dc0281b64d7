"""Debian's Chromium, without a window."""

import os
from shutil import which

from playwright.sync_api import Browser, Playwright


def launch(playwright: Playwright) -> Browser:
    """Start it: the build without windows, which starts and draws faster, where it is there."""
    path = which("chromium-headless-shell") or which("chromium")
    assert path, "the tests need chromium-headless-shell or chromium: run `make system`"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
