"""The fixtures of tests that drive a real Chromium."""

import os
from collections.abc import Callable, Iterator
from shutil import which

import pytest
from browser.person import Person
from browser.running_demo import Demo, free_ports
from browser.watch import Watch
from playwright.sync_api import Browser, expect, sync_playwright


def pytest_configure(config: pytest.Config) -> None:
    """Name our mark."""
    config.addinivalue_line("markers", "pictured: with SCREENSHOTS=1 its pages are kept in docs/screenshots")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives Chromium, and keep the tests of the demo in two groups: at most two demos run at once."""
    files = sorted({item.path for item in items if "demo" in getattr(item, "fixturenames", ())})
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.path in files:
            item.add_marker(pytest.mark.xdist_group(f"demo-{files.index(item.path) % 2}"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium without a window, the only one of this process."""
    path = which("chromium")
    assert path, "the tests need chromium: run `make system`"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    # A machine that runs every test at once is slow.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo, shared by the tests of this process: each takes members of its own."""
    running = Demo(tmp_path_factory.mktemp("demo") / "folder", free_ports(5))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """The checks of every page that this test meets."""
    pictured = request.node.get_closest_marker("pictured") and os.environ.get("SCREENSHOTS") == "1"
    watching = Watch(request.path.stem.split("_")[1] if pictured else None)
    yield watching
    assert watching.complaints == []


@pytest.fixture
def someone(demo: Demo, chromium: Browser, watch: Watch) -> Iterator[Callable[..., Person]]:
    """Make people, each with a browser of their own."""
    made: list[Person] = []

    def make(*, scripts: bool = True) -> Person:
        made.append(Person(demo, chromium, watch, scripts=scripts))
        return made[-1]

    yield make
    for person in made:
        person.context.close()


@pytest.fixture
def person(someone: Callable[..., Person]) -> Person:
    """Somebody in front of a browser."""
    return someone()
