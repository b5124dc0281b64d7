"""The last net under the log: no number, no address, no secret, one JSON line an event whatever came in."""

import json
import logging
import subprocess
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from idp.core import outbox
from idp.core.db import transaction
from idp.web import logs
from idp.web.logs import redact

NIR = "185057800608491"
TOKEN = "k3Jw0aZ1TqBv9Yx2LmNp4RsUu5VcXeDf6Gh7Ij8Ko"


@pytest.fixture(autouse=True)
def _configured(settings):
    logs.configure(settings)


@pytest.fixture
def lines(capsys):
    """The lines written since the last call, parsed."""

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


def log():
    return structlog.get_logger("idp.test")


def test_a_line_says_when_how_bad_and_in_which_request(lines):
    """Without a request, no request id."""
    logs.request_id.set(None)
    log().info("something", count=3)
    logs.request_id.set("abc")
    log().warning("something_else")
    logs.request_id.set(None)
    first, second = lines()
    assert (first["level"], first["event"], first["count"]) == ("info", "something", 3)
    assert first["timestamp"].endswith("Z")
    assert "request_id" not in first
    assert second["request_id"] == "abc"


@pytest.mark.parametrize(
    "written",
    [
        NIR,
        "1 85 05 78 006 084 91",
        "1.85.05.78.006.084",
        "2A: 1850 52A006084",
        "nir=1%2085%2005%2078%20006%20084",
        int(NIR),
    ],
)
def test_a_number_is_masked_wherever_it_stands(lines, written):
    """As people and forms write it, in the event, a field, a list or a key."""
    log().info(f"seen {written}", field=written, deep={"a": [{"b": (written,)}]}, keys={written: 1})
    [line] = lines()
    text = json.dumps(line)
    assert "5780060" not in text.replace(" ", "")
    assert "006084" not in text
    assert "006 084" not in text


@pytest.mark.parametrize(
    "written", ["jean.dupont@exemple.fr", "hélène@mutuelle-été.fr", "login_hint=jean%40exemple.fr"]
)
def test_an_address_is_masked(lines, written):
    """Whoever it belongs to."""
    log().info("sent", note=f"to <{written}>", where=written)
    assert "exemple.fr" not in str(lines())


@pytest.mark.parametrize(
    "written",
    [
        f"/validation?jeton={TOKEN}",
        f"token={TOKEN[:12]}",
        "code: AB2C-D3EF",
        "{'password': 'azerty'}",
        'client_secret="azerty uiop"',
        "Authorization: Basic YTpi",
        "Authorization: Bearer abc.def",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxMjM0NTY3ODkwIiwiYWRtaW4iOnRydWV9.TqBv9Yx2LmNp4RsUu5VcXeDf6Gh7Ij8KoQ",
    ],
)
def test_a_secret_in_a_text_is_masked(lines, written):
    """By the name before it, or by its look."""
    log().info("seen", note=f"a {written} b")
    text = str(lines())
    assert "[redacted]" in text
    for secret in (TOKEN[:12], "AB2C", "azerty", "YTpi", "abc.def", "TqBv9Yx2"):
        assert secret not in text


@pytest.mark.parametrize(
    "name", ["password", "new_password", "client_secret", "access_token", "code", "nir", "answer", "Cookie", "email"]
)
def test_a_field_of_a_secret_name_is_masked(lines, name):
    """Whatever it holds."""
    log().info("seen", **{name: "short"}, deep={name: ["short"]})
    assert "short" not in str(lines())


def test_what_is_harmless_stays_readable(lines):
    """Masking everything would help nobody."""
    log().info("outbox_job_failed", attempts=3, error="TimeoutError", path="/connexion/", status=503, kind="mail")
    [line] = lines()
    assert {
        "attempts": 3,
        "error": "TimeoutError",
        "path": "/connexion/",
        "status": 503,
        "kind": "mail",
    }.items() <= line.items()


def test_an_exception_is_logged_without_what_it_held(lines):
    """The traceback, redacted; never the values of local variables."""
    held = {"password": "azerty-in-a-variable"}
    try:
        raise ValueError(f"no member {NIR} at jean@exemple.fr, code=AB2CD3EF, {len(held)}")
    except ValueError:
        log().exception("failed")
    [line] = lines()
    assert "ValueError" in line["exception"]
    assert "test_logs.py" in line["exception"]
    for secret in (NIR, "jean@", "AB2C", "azerty"):
        assert secret not in str(line)


def test_libraries_go_the_same_way(lines):
    """Their trouble is told, redacted; their chatter is not."""
    logging.getLogger("authlib.oauth2").debug("token %s", TOKEN)
    logging.getLogger("sqlalchemy.engine").info("parameters")
    logging.getLogger("granian").error("failed for %s", NIR)
    [line] = lines()
    assert line["logger"] == "granian"
    assert NIR not in line["event"]


def test_nobody_can_write_a_line_of_his_own(lines):
    """ASVS 16.4.1: what came in stays inside its JSON text."""
    log().info("seen", agent='x\n{"event": "forged"}\r\x1b[2J\u2028y')
    assert len(lines()) == 1


@given(
    st.recursive(
        st.text() | st.binary() | st.integers() | st.floats() | st.none() | st.text(alphabet="\udc80\0\n"),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=8,
    )
)
def test_nothing_stops_the_log(value):
    """Lone surrogates, bytes, huge numbers: whatever is logged can be written."""
    json.dumps(redact(value))
    json.dumps(redact({"x": value})).encode()


def test_a_huge_text_is_cut(lines):
    """And costs no time."""
    log().info("seen", note="a@" * 500_000, digits="1 " * 500_000)
    [line] = lines()
    assert len(str(line)) < 100_000


def test_an_exception_nobody_caught_goes_through_the_net_too():
    """The interpreter's own traceback would tell everything."""
    script = f"""
from idp.settings import load
from idp.core import outbox
from idp.core.db import transaction
from idp.web import logs
logs.configure(load(dict(issuer="http://localhost", environment="development", secret_key_file="/x", mail_url="maildir:///x")))
raise ValueError("member {NIR}")
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "ValueError" in ended.stderr
    assert NIR not in ended.stderr


class TestEachRequest:
    @pytest.fixture
    def settings(self, make_settings, request):
        return make_settings(log_level=request.param)

    @pytest.mark.parametrize(("settings", "told"), [("debug", True), ("info", False)], indirect=["settings"])
    def test_at_the_level_debug_each_request_has_a_line(self, client, lines, told):
        """With the reference that its answer carries, and no address."""
        answer = client.get("/connexion/?login_hint=camille@exemple.fr")
        written = [line for line in lines() if line["event"] == "request"]
        assert len(written) == told
        for line in written:
            assert line["request_id"] == answer.headers["X-Request-Id"]
            assert (line["endpoint"], line["method"], line["status"]) == ("/connexion/", "GET", "200")
            assert "camille" not in str(line)


def test_a_check_of_a_store_is_logged_with_its_request(client, runtime, lines):
    """Although another thread makes it."""
    runtime.sql.run("UPDATE keyring_check SET value = 'x'", {})
    answer = client.get("/-/ready")
    [line] = [line for line in lines() if line["event"] == "not_ready"]
    assert (line["part"], line["request_id"]) == ("keyring", answer.headers["X-Request-Id"])


def test_every_line_of_a_job_has_its_id(runtime, lines):
    """Its own, and not the next one's."""

    def fail(_payload):
        log().info("working")
        raise ConnectionError

    with transaction():
        for _ in range(2):
            outbox.put("mail", {})
    outbox.drain({"mail": fail})
    log().info("afterwards")
    *written, last = lines()
    assert [line["event"] for line in written] == ["working", "outbox_job_failed"] * 2
    ids = [row[0].hex() for row in runtime.sql.all("SELECT id FROM outbox ORDER BY id", {})]
    assert sorted({line["job_id"] for line in written}) == ids
    assert written[0]["job_id"] == written[1]["job_id"]
    assert "job_id" not in last
