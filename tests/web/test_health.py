"""An orchestrator learns whether the process lives and can serve, and which part fails."""

import pytest
import time_machine

from idp.core import outbox
from idp.core.db import transaction


def test_a_live_process_says_so(client):
    """Whatever its parts do."""
    assert client.get("/-/live").json == {"status": "ok"}


def test_ready_names_each_part(client):
    """All of them well."""
    answer = client.get("/-/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "checks": {"database": "ok", "keyring": "ok", "outbox": "ok"}}
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_keyring_is_seen(client, runtime):
    """As when a restored database meets a new keyring."""
    runtime.sql.run("UPDATE keyring_check SET value = 'x'", {})
    answer = client.get("/-/ready")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": "ok", "keyring": "failing", "outbox": "ok"}


def test_messages_that_do_not_leave_are_seen(client, runtime):
    """Five minutes of delay are too long; a job given up is no delay."""
    with transaction():
        outbox.put("mail", {})
    assert client.get("/-/ready").status_code == 200
    later = outbox.clock.now() + 301
    with time_machine.travel(later):
        assert client.get("/-/ready").json["checks"]["outbox"] == "failing"
    runtime.sql.run("UPDATE outbox SET failed_at = 1", {})
    with time_machine.travel(later):
        assert client.get("/-/ready").status_code == 200


class TestRedis:
    @pytest.fixture
    def settings(self, make_settings, redis_url, request):
        return make_settings(redis_url="redis://127.0.0.1:1/0" if request.param == "down" else redis_url)

    @pytest.mark.parametrize(("settings", "status"), [("up", 200), ("down", 503)], indirect=["settings"])
    def test_a_configured_redis_counts(self, client, status):
        """Absent from the list where none is configured."""
        answer = client.get("/-/ready")
        assert answer.status_code == status
        assert answer.json["checks"]["redis"] == ("ok" if status == 200 else "failing")
