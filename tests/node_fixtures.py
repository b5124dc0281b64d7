"""Nodes over the stores of a test; they end with it."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from deployed import CLIENTS, settings_in
from nodes import Node
from servers import Postgres, free_port

from idp.cli import prepare_database
from idp.core.crypto import Keyring

# What one guess costs, in tests that are not about that.
CHEAP = {"argon2_memory_kib": 64, "argon2_time_cost": 1}


@pytest.fixture
def make_node(stores: dict[str, Any], tmp_path: Path) -> Iterator[Callable[..., Node]]:
    """Make a node, not started yet, over this test's stores."""
    made: list[Node] = []

    def make(**settings: Any) -> Node:
        given = {"clients_dir": CLIENTS, **CHEAP, **stores, **settings}
        made.append(Node(tmp_path, name=f"node{len(made)}", **given))
        return made[-1]

    yield make
    for node in made:
        if hasattr(node, "process"):
            node.stop()


@pytest.fixture
def scale(postgres: Postgres, redis_url: str, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The settings that name a PostgreSQL and a Redis with what `init` leaves, whatever the engine of the run."""
    name = f"test_{secrets.token_hex(6)}"
    postgres.create(name, "template0")
    stores = {"database_url": postgres.url(name), "redis_url": redis_url, "secret_key_file": tmp_path / "scale.json"}
    Keyring.create(stores["secret_key_file"])
    prepare_database(settings_in(tmp_path, **stores))
    yield stores
    postgres.drop(name)


@pytest.fixture
def two_ports() -> list[int]:
    """Ports for two nodes."""
    return [free_port(), free_port()]


@pytest.fixture
def start(make_node: Callable[..., Node]) -> Callable[..., Node]:
    """Start a node over this test's stores, and wait until it answers."""

    def run(**settings: Any) -> Node:
        node = make_node(**settings).start()
        node.wait()
        return node

    return run
