"""The clock that a test of a whole deployment may step."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.core import clock


@pytest.fixture
def offset(tmp_path: Path) -> Iterator[Path]:
    """A file that the clock of this process follows."""
    path = tmp_path / "clock"
    clock.step(path, 0)
    clock.follow(path)
    yield path
    clock.follow(None)


@pytest.mark.parametrize("seconds", [600, -600])
def test_a_step_is_seen_at_once(offset: Path, seconds: int) -> None:
    """Ahead and back, in seconds and milliseconds."""
    clock.step(offset, seconds)
    assert abs(clock.now() - time.time() - seconds) < 2
    assert abs(clock.now_ms() / 1000 - time.time() - seconds) < 2
    clock.step(offset, 0)
    assert abs(clock.now() - time.time()) < 2


def test_a_step_of_another_process_is_seen(offset: Path) -> None:
    """The file is shared memory, not read anew."""
    step = "import sys; from pathlib import Path; from idp.core import clock; clock.step(Path(sys.argv[1]), 600)"
    subprocess.run([sys.executable, "-c", step, str(offset)], check=True)
    assert abs(clock.now() - time.time() - 600) < 5


def test_without_a_file_it_is_the_time_of_the_machine() -> None:
    """As in every real deployment."""
    clock.follow(None)
    assert abs(clock.now() - time.time()) < 2
