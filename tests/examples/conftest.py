"""The example sites as a reader runs them: their folder is where Python looks for their modules."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2] / "examples"))

from lying_provider import LyingProvider, running
from site_browser import browser_for


@pytest.fixture(scope="session")
def running_provider() -> Iterator[LyingProvider]:
    """The one provider of all these tests."""
    with running() as found:
        yield found


@pytest.fixture
def provider(running_provider: LyingProvider) -> LyingProvider:
    """A provider that tells the truth until the test says otherwise."""
    running_provider.be_honest()
    return running_provider


@pytest.fixture
def browser(provider: LyingProvider) -> FlaskClient:
    """A browser in front of Avantage, signed out."""
    return browser_for(provider.issuer)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab of a real Chromium."""
    tab = chromium.new_page()
    yield tab
    tab.close()
