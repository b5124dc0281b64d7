"""The fixtures of tests that drive a real Chromium."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser.launching import launch
from browser.person import NEW_PASSWORD, SECURITY, Person
from browser.running_demo import Demo, Stores
from browser.watch import Watch
from playwright.sync_api import Browser, expect, sync_playwright
from servers import Postgres, RedisServer, Server, free_ports


def pytest_configure(config: pytest.Config) -> None:
    """Name our mark."""
    config.addinivalue_line("markers", "pictured: with SCREENSHOTS=1 its pages are kept in docs/screenshots")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives Chromium."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium without a window, the only one of this process."""
    # A machine that runs every test at once is slow.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str, at_scale: bool) -> Iterator[Demo]:
    """The running demo that all tests share, also those of other processes: each takes members of its own."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    with _shared(folder.with_suffix(".json")) as state:
        servers = _servers(state) if at_scale else []
        running = Demo(folder, state.get("port") or free_ports(5), worker_id, _stores(servers))
        if "port" not in state:
            running.start()
            state.update(port=running.port, process=running.process.pid, users=0)
        state["users"] += 1
        running.invent_members()
    yield running
    with _shared(folder.with_suffix(".json")) as state:
        state["users"] -= 1
        running.leave(state["process"], stop=not state["users"])
        for server in servers:
            server.leave(stop=not state["users"])


def _servers(state: dict[str, Any]) -> list[Server]:
    """The PostgreSQL and the Redis that the processes of one run share: started by the first of them."""
    servers: list[Server] = []
    for kind in (Postgres, RedisServer):
        server: Server = kind.shared(state.get(kind.__name__))
        state[kind.__name__] = server.shareable()
        servers.append(server)
    return servers


def _stores(servers: list[Server]) -> Stores | None:
    if not servers:
        return None
    return Stores(servers[0].url("postgres"), servers[1].url(), tuple(server.folder for server in servers))


@contextmanager
def _shared(path: Path) -> Iterator[dict[str, Any]]:
    """What the processes of one run share, for one of them at a time."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state: dict[str, Any] = json.loads(file.read() or "{}")
        yield state
        file.truncate(0)
        file.write(json.dumps(state))


@pytest.fixture
def watch(request: pytest.FixtureRequest, at_scale: bool) -> Iterator[Watch]:
    """The checks of every page that this test meets: how it looks is the same with every store, and looked at once."""
    pictured = request.node.get_closest_marker("pictured") and os.environ.get("SCREENSHOTS") == "1"
    watching = Watch(request.path.stem.split("_")[1] if pictured else None, looks=not at_scale)
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
def enters(someone: Callable[..., Person], demo: Demo) -> Callable[..., Person]:
    """Somebody with a new account, signed in, on the page of their security."""

    def make(address: str, *, scripts: bool = True) -> Person:
        demo.new_account(address, NEW_PASSWORD)
        person = someone(scripts=scripts)
        person.goes_to(demo.issuer + SECURITY).signs_in_by_email(address, NEW_PASSWORD)
        return person.sees("Votre sécurité")

    return make


@pytest.fixture
def person(someone: Callable[..., Person]) -> Person:
    """Somebody in front of a browser."""
    return someone()
