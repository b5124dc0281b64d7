"""What changes is seen by every worker within a moment, with no restart."""

import shutil
import signal

import requests
from deployed import CLIENTS
from driving import SITE, authorization
from nodes import Node, run, until

WORKERS = 3
NEW = "nouveau"


def by_every_worker(node: Node, holds, times: int = 24) -> bool:
    """Whether an answer of each worker, met by many new connections, is as it should be."""
    return all(holds(node.url) for _ in range(times))


def knows(client_id: str):
    """Whether the provider knows a client: it speaks of what else is wrong with the request."""

    def holds(url: str) -> bool:
        target = authorization(client_id=client_id, redirect_uri="https://nouveau.example/retour")
        return requests.get(url + target, allow_redirects=False, timeout=5).status_code == 303

    return holds


def test_a_client_and_a_key_are_seen_by_every_worker(start):
    """Registered and rotated by another process: the workers look each second."""
    node = start(workers=WORKERS)
    assert requests.get(node.url + authorization(client_id=SITE), allow_redirects=False, timeout=5).status_code == 303
    assert not knows(NEW)(node.url)
    add = ["client", "add", NEW, "--name", "Un nouveau site", "--redirect-uri", "https://nouveau.example/retour"]
    run(node, *add, "--scope", "openid email")
    until(lambda: by_every_worker(node, knows(NEW)), 15, node.log)
    before = keys(node.url)
    run(node, "keys", "rotate")
    until(lambda: by_every_worker(node, lambda url: keys(url) != before), 15, node.log)
    assert node.process.poll() is None


def keys(url: str) -> set[str]:
    """The ids of the keys that are published."""
    return {key["kid"] for key in requests.get(url + "/oidc/jwks", timeout=5).json()["keys"]}


def test_declared_clients_are_applied_again_on_sighup(start, tmp_path):
    """A file more, and one that is wrong: the first is served soon, the second leaves everything as it was."""
    folder = shutil.copytree(CLIENTS, tmp_path / "clients")
    node = start(workers=WORKERS, clients_dir=folder)
    text = (folder / "partner.toml").read_text()
    new = text.replace('client_id = "partner"', f'client_id = "{NEW}"').replace(
        "partner.example/cb", "nouveau.example/retour"
    )
    (folder / "new.toml").write_text(new)
    node.tell(signal.SIGHUP)
    until(lambda: by_every_worker(node, knows(NEW)), 15, node.log)
    (folder / "wrong.toml").write_text("client_id = 1")
    node.tell(signal.SIGHUP)
    until(lambda: b"clients_not_applied" in node.log.read_bytes(), 10, node.log)
    assert knows(NEW)(node.url)
    assert b"child_died" not in node.log.read_bytes()
