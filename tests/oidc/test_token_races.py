"""What two requests at once may not do: real threads, each with its own connection."""

import contextvars
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from protocol import Protocol
from werkzeug.test import TestResponse

OFFLINE = "openid offline_access"


def all_at_once(op: Protocol, count: int, request: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers of `count` threads that send the same request together."""
    answers: list[TestResponse] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        answers.append(request())
        op.runtime.sql.close()

    threads = [threading.Thread(target=contextvars.Context().run, args=(run,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def without_lane(monkeypatch: Any) -> None:
    """Threads of one process take turns: give that up, so that the database alone decides, as between processes."""
    from contextlib import nullcontext

    from idp.core.lane import lane

    monkeypatch.setattr(lane, "held", lambda **_: nullcontext())


def test_a_code_has_one_winner_in_a_hundred(op: Protocol, monkeypatch: Any) -> None:
    """Trap P1, RFC 6749 §4.1.2: and what the winner got is revoked, for a code came twice."""
    without_lane(monkeypatch)
    code = op.code(op.sign_in())
    answers = all_at_once(op, 100, lambda: op.redeem(code))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 99}
    winner = next(answer.json for answer in answers if answer.status_code == 200)
    assert op.userinfo(winner["access_token"]).status_code == 401


def test_four_on_one_code_never_both_win(op: Protocol, monkeypatch: Any) -> None:
    """Trap P1 as it was seen: forty codes, four threads each."""
    without_lane(monkeypatch)
    session = op.sign_in()
    for _ in range(40):
        code = op.code(session)
        answers = all_at_once(op, 4, lambda code=code: op.redeem(code))
        assert [answer.status_code for answer in answers].count(200) == 1


def test_a_refresh_token_rotates_once_however_many_ask(op: Protocol, monkeypatch: Any) -> None:
    """RFC 9700 §4.14.2: all of them within the grace, one successor, a family that lives on."""
    without_lane(monkeypatch)
    token = op.tokens(op.sign_in(), "member-area", OFFLINE)["refresh_token"]
    answers = all_at_once(op, 20, lambda: op.refresh(token))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json["refresh_token"] for answer in answers}
    assert len(successors) == 1
    assert op.runtime.sql.all('SELECT generation FROM "authorization"', {}) == [(1,)]
    assert op.refresh(successors.pop()).status_code == 200


def test_a_first_visit_is_written_once(op: Protocol, monkeypatch: Any) -> None:
    """`architecture.md`: `participation`, once a visit."""
    without_lane(monkeypatch)
    session = op.sign_in()
    codes = [op.code(session) for _ in range(10)]
    answers = all_at_once(op, 10, lambda: op.redeem(codes.pop()))
    assert {answer.status_code for answer in answers} == {200}
    assert op.runtime.sql.all("SELECT client_id FROM participation", {}) == [("avantage",)]
