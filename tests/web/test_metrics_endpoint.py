"""What Prometheus reads: what was asked and answered, who waits, what people did; for our networks."""

import ast
import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families
from protocol import Protocol

import idp
from idp.accounts import creation, credentials
from idp.core import clock
from idp.core import outbox as jobs
from idp.core.db import transaction
from idp.core.hashing import Busy
from idp.core.throttle import FREE_FAILURES, TooManyAttempts
from tests.email_door.browsing import ADDRESS, PASSWORD, sign_in

METRICS = "/-/metrics"


def numbers(client):
    """Every sample, by name and labels."""
    answer = client.get(METRICS)
    assert answer.status_code == 200
    return Counter(
        {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
    )


@pytest.fixture
def grown(client):
    """What has grown since this was asked for, or since the last call; gauges that have moved too."""
    before = numbers(client)

    def since():
        nonlocal before
        now = numbers(client)
        found = {key: now[key] - before[key] for key in now if now[key] != before[key] and METRICS not in key}
        before = now
        return found

    return since


def test_requests_are_counted_by_endpoint_and_never_by_address(client, grown):
    """A path of the edge, a rule of Flask, or neither; a method that somebody made up has no name."""
    client.get("/oidc/jwks?a=secret")
    client.post("/oidc/token")
    client.get("/connexion/")
    client.get("/oidc/interaction/somebody/")
    client.get("/static/nothing.css")
    client.open("/oidc/jwks", method="SOMEBODY")
    found = {key[1:]: times for key, times in grown().items() if key[0] == "mgen_connect_requests_total"}
    assert found == {
        ("/oidc/jwks", "GET", "200"): 1,
        ("/oidc/token", "POST", "400"): 1,
        ("/connexion/", "GET", "200"): 1,
        ("none", "GET", "404"): 1,
        ("/static/<path:filename>", "GET", "404"): 1,
        ("/oidc/jwks", "other", "405"): 1,
    }


def test_each_endpoint_has_its_latencies(client, grown):
    """As many as its requests; none took an hour."""
    for _ in range(3):
        client.get("/oidc/jwks")
    found = grown()
    assert found["mgen_connect_request_seconds_count", "/oidc/jwks"] == 3
    assert found["mgen_connect_request_seconds_bucket", "/oidc/jwks", "+Inf"] == 3
    assert 0 < found["mgen_connect_request_seconds_sum", "/oidc/jwks"] < 60


def test_sign_ins_are_counted_by_door_and_result(client, runtime, grown):
    """With the hashes they took."""
    with transaction():
        stored = credentials.hash_password(PASSWORD)
        creation.create_account(ADDRESS, stored, origin="registration", locale="fr", verified_by="registration")
    grown()
    sign_in(client, ADDRESS, "ce n'est pas du tout lui")
    sign_in(client, ADDRESS, PASSWORD)
    found = grown()
    assert found["mgen_connect_events_total", "sign_in_refused", "email"] == 1
    assert found["mgen_connect_events_total", "sign_in", "email"] == 1
    assert found["mgen_connect_hash_seconds_count",] == 2


def test_codes_and_tokens_are_counted(client, runtime, grown):
    """By the grant type; a refresh token that comes back too."""
    op = Protocol(runtime)
    session = op.sign_in()
    first = op.tokens(session, "member-area", "openid offline_access")["refresh_token"]
    second = op.refresh(first).json["refresh_token"]
    op.refresh(second)
    with time_machine.travel(clock.now() + 60):
        assert op.refresh(first).status_code == 400
    found = grown()
    assert found["mgen_connect_codes_issued_total",] == 1
    assert found["mgen_connect_tokens_issued_total", "authorization_code"] == 1
    assert found["mgen_connect_tokens_issued_total", "refresh_token"] == 2
    assert found["mgen_connect_events_total", "refresh_token_reused", ""] == 1


def test_limits_are_counted_by_name(client, runtime, grown):
    """Never by what they limit."""
    runtime.throttle.allow("requests:192.0.2.7", 1, 60)
    with pytest.raises(TooManyAttempts):
        runtime.throttle.allow("requests:192.0.2.7", 1, 60)
    with pytest.raises(TooManyAttempts):
        runtime.throttle.check("requests:192.0.2.7", 1)
    for _ in range(FREE_FAILURES):
        runtime.throttle.claim(b"x" * 32)
    with pytest.raises(TooManyAttempts):
        runtime.throttle.claim(b"x" * 32)
    assert grown() == {
        ("mgen_connect_throttled_total", "requests"): 2,
        ("mgen_connect_throttled_total", "password"): 1,
    }


def test_who_waits_for_a_hash_is_seen(client, runtime, grown, settings):
    """And who was sent away."""
    room = settings.pages_at_once
    with ExitStack() as places:
        for _ in range(room):
            places.enter_context(runtime.hashing.place())
        with pytest.raises(Busy), runtime.hashing.place():
            pass
        assert grown() == {("mgen_connect_hash_waiting",): room, ("mgen_connect_hash_refused_total",): 1}
    assert numbers(client)["mgen_connect_hash_waiting",] == 0


def test_the_outbox_is_read_when_it_is_asked_for(client, runtime, grown):
    """How late it is, how many wait, are tried again, were given up; what a try came to."""

    def fail(_payload):
        raise ConnectionError

    with transaction():
        jobs.put("mail", {})
        jobs.put("letter", {})
    with time_machine.travel(clock.now() + 90):
        found = grown()
    assert 89 <= found["mgen_connect_outbox_lag_seconds",] <= 91
    assert found["mgen_connect_outbox_jobs", "mail", "waiting"] == 1
    jobs.drain({"mail": fail, "letter": lambda _payload: None})
    found = grown()
    assert found["mgen_connect_outbox_tries_total", "mail", "failed"] == 1
    assert found["mgen_connect_outbox_tries_total", "letter", "done"] == 1
    assert numbers(client)["mgen_connect_outbox_jobs", "mail", "retrying"] == 1
    runtime.sql.run("UPDATE outbox SET failed_at = 1", {})
    assert numbers(client)["mgen_connect_outbox_jobs", "mail", "given_up"] == 1


def test_messages_are_counted_where_they_leave(client, runtime, outbox, grown):
    """Not those to nobody, which are dropped."""
    message = {"template": "account_frozen", "locale": "fr", "args": {"letter_url": "/"}}
    with transaction():
        for to in ("camille@exemple.fr", None):
            jobs.put("mail", {**message, "to": to})
    outbox()
    found = grown()
    assert found["mgen_connect_mail_total", "sent"] == 1
    assert found["mgen_connect_outbox_tries_total", "mail", "done"] == 2


def test_without_the_database_the_rest_is_shown(client, runtime):
    """The numbers of the processes need no store."""
    runtime.sql.run("DROP TABLE outbox", {})
    found = numbers(client)
    assert ("mgen_connect_outbox_lag_seconds",) not in found
    assert any(name == "mgen_connect_build_info" for name, *_ in found)


class TestReaders:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "status"),
        [
            ("127.0.0.1", "", 200),
            ("::1", "", 200),
            ("192.0.2.7", "", 404),
            ("127.0.0.1", "192.0.2.7", 404),
            ("127.0.0.1", "127.0.0.1", 404),
            ("", "", 404),
        ],
    )
    def test_this_machine_alone_reads_them(self, client, peer, forwarded, status):
        """Not what a front passes on, of which nobody told us; for others there is nothing there."""
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        answer = client.get(METRICS, environ_base={"REMOTE_ADDR": peer}, headers=headers)
        assert answer.status_code == status
        assert (b"mgen_connect" in answer.data) == (status == 200)

    class TestBehindAFront:
        @pytest.fixture
        def settings(self, make_settings):
            return make_settings(trusted_proxies=["10.0.0.0/8"], metrics_networks=["192.0.2.0/24"])

        @pytest.mark.parametrize(
            ("peer", "forwarded", "status"),
            [("10.0.0.1", "192.0.2.7", 200), ("10.0.0.1", "198.51.100.1", 404), ("127.0.0.1", "", 404)],
        )
        def test_a_network_of_the_settings_reads_them(self, client, peer, forwarded, status):
            """By the address that a trusted proxy tells."""
            headers = {"X-Forwarded-For": forwarded} if forwarded else {}
            assert client.get(METRICS, environ_base={"REMOTE_ADDR": peer}, headers=headers).status_code == status


def test_labels_are_words_of_the_code():
    """Each event of the audit is written out where it is recorded, or comes from a place that was looked at."""
    looked_at = {
        "tokens.py: why",
        "regaining.py: event",
        "registration.py: event",
        "import_command.py: f'{kind}_import'",
        "acts.py: event",
        "sign_in.py: event",
        "own_changes.py: event",
        "changes.py: event",
    }
    known_ways = {"_WAY", "PURPOSE", "_PASSKEY", "_TOTP", "way", "proof", "request.proved_by", "'letter'"}
    found = set()
    for path in Path(idp.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                event = node.args[0]
                if not isinstance(event, ast.Constant | ast.IfExp):
                    found.add(f"{path.name}: {ast.unparse(event)}")
                ways = [ast.unparse(each.value) for each in node.keywords if each.arg in ("way", "proof")]
                assert set(ways) <= known_ways
    assert found == looked_at


def test_every_number_is_explained(client):
    """docs/metrics.md names what is shown, and nothing else."""
    page = (Path(idp.__file__).parents[1] / "docs" / "metrics.md").read_text("utf-8")
    shown = {family.name for family in text_string_to_metric_families(client.get(METRICS).text)}
    assert set(re.findall(r"^\| `(mgen_connect_\w+?)(?:_total)?[`{]", page, re.MULTILINE)) == shown
