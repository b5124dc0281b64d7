"""A database that is away for long, while workers die."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.browser import Front
from chaos.deployment import wait_for
from chaos.ledger import Ledger, Refused, Unknown
from chaos.people import write_file
from chaos.scaled import Scaled


def answers(front: Front) -> bool:
    try:
        return front.send("GET", "/-/ready", None, {}).status == 200
    except (Unknown, Refused):
        return False


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user's server can be let into."""
    with tempfile.TemporaryDirectory(prefix="mgen-chaos-") as name:
        yield Path(name)


@pytest.mark.slow
def test_a_node_outlives_an_outage_in_which_its_workers_die(folder: Path) -> None:
    """Those that start without a database wait for it, and take no connection; a front goes elsewhere meanwhile."""
    deployment = Scaled(folder / "run")
    try:
        write_file(deployment.folder / "members.csv", [])
        deployment.start(deployment.folder / "members.csv")
        deployment.postgres.kill()
        for node in deployment.nodes:
            node.kill_workers()
        # Longer than the server of a worker that dies again and again puts up with.
        time.sleep(9)
        deployment.postgres.start()
        front = Front(deployment.issuer, deployment.ports[:1], Ledger())
        wait_for(lambda: answers(front), deployment.nodes[0].log.read_text(), 15)
    finally:
        deployment.end()
