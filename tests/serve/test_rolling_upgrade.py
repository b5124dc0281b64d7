"""Two nodes behind nginx on one PostgreSQL and one Redis: each is replaced under load, and no flow fails."""

import shutil
import time
from pathlib import Path

import pytest
from driving import Load, people, redirect, sign_in
from nodes import Nginx, Node, run

from idp import migrations

# What the next version brings: a table and a column that this one knows nothing of.
EXPANSION = '''"""The next version

Nothing is locked for long; the previous version keeps serving while this runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    op.create_table("of_the_next_version", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("account", sa.Column("of_the_next_version", sa.Integer()))
'''
SETTLED = 2.0


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A folder with the code of the version after this one: the same, and one migration more."""
    root, folder = Path(migrations.__file__).parents[2], tmp_path / "next"
    shutil.copytree(root / "idp", folder / "idp", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "config"):
        (folder / name).symlink_to(root / name)
    text = EXPANSION.format(newest=migrations.newest())
    (folder / "idp" / "migrations" / "versions" / "9999_the_next_version.py").write_text(text)
    return folder


def replace(node: Node, code: Path) -> None:
    """Let a node end as its manager does, and start it with other code."""
    assert node.leave() == 0
    node.code = code
    node.start().wait()


@pytest.mark.slow
def test_a_rolling_upgrade_fails_no_flow(scale, make_node, two_ports, tmp_path, next_version):
    """The schema first, while the previous version serves; then each node. Redirects and sign-ins go on throughout."""
    nginx = Nginx(tmp_path, two_ports)
    shared = {**scale, "issuer": f"http://localhost:{nginx.port}", "drain_seconds": 3, "workers": 1}
    nodes = [make_node(port=port, **shared) for port in two_ports]
    for node in nodes:
        node.start().wait()
    nginx.start()
    try:
        persons = people(nodes[0].as_settings(), 8)
        with (
            Load(nginx.url, persons, redirect, threads=4, pause=0.01) as redirects,
            Load(nginx.url, persons, sign_in, threads=2, pause=0.05) as sign_ins,
        ):
            time.sleep(SETTLED)
            run(nodes[0], "db", "upgrade", code=next_version)
            time.sleep(SETTLED)
            for node in nodes:
                replace(node, next_version)
                time.sleep(SETTLED)
    finally:
        nginx.end()
    assert (redirects.outcome.failures, sign_ins.outcome.failures) == ([], [])
    assert len(redirects.outcome.seconds) > 300
    assert len(sign_ins.outcome.seconds) > 30
