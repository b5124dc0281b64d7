"""A password known from leaks is refused with the reason, by a search in a file that is never read whole."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from email_door.browsing import ADDRESS, register, words_of
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from idp.accounts import breached_passwords
from idp.settings import Settings

LEAKED = "trois petits chats fort bavards"


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()


def write(path: Path, passwords: list[str], *, ending: str = ":3\r\n", upper: bool = True) -> Path:
    """A file as it is downloaded: in order, each with how often it was seen."""
    lines = sorted(digest(each).upper() if upper else digest(each) for each in passwords)
    path.write_bytes("".join(line + ending for line in lines).encode())
    return path


@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    known=st.lists(st.text(max_size=8), min_size=1, max_size=40),
    other=st.text(max_size=8),
    ending=st.sampled_from([":1\r\n", "\n", ":24230577\n"]),
    upper=st.booleans(),
)
def test_what_is_in_the_file_is_found_and_nothing_else(
    tmp_path: Path, known: list[str], other: str, ending: str, upper: bool
) -> None:
    path = write(tmp_path / "known.txt", known, ending=ending, upper=upper)
    assert all(breached_passwords.holds(path, each) for each in known)
    assert breached_passwords.holds(path, other) == (other in known)


def test_a_last_line_without_an_end_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "known.txt", [str(number) for number in range(7)])
    path.write_bytes(path.read_bytes().rstrip(b"\r\n"))
    assert all(breached_passwords.holds(path, str(number)) for number in range(7))


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Those of a deployment that has such a file."""
    return make_settings(breached_passwords=write(tmp_path / "known.txt", [LEAKED, "autre"]))


def test_nobody_may_take_one_and_the_page_says_why(client: FlaskClient) -> None:
    """ASVS 6.2.12."""
    refused = register(client, ADDRESS, LEAKED)
    assert refused.status_code == 400
    assert "figure dans des listes volées à d’autres sites" in words_of(refused)
    assert register(client, ADDRESS, LEAKED + " ensemble").status_code == 303
