"""The signing keys: which one signs, which are published, and what a rotation changes."""

import threading

import pytest
from protocol import Protocol

from idp.core.crypto import Keyring
from idp.core.runtime import Runtime
from idp.oidc import keys
from idp.oidc.keys import KeyStore


def by_state(algorithm: str = "RS256") -> dict[str, str]:
    return {key["state"]: key["kid"] for key in keys.listing() if key["algorithm"] == algorithm}


def published(op: Protocol) -> set[str]:
    return {key["kid"] for key in op.http.get("/oidc/jwks").json["keys"]}


def test_one_active_key_signs_with_its_kid_never_another(runtime: Runtime) -> None:
    """Trap P4: over forty signatures, one key and its `kid`."""
    store = KeyStore(runtime)
    signed = [store.sign(algorithm, b"{}", "JWT") for algorithm in keys.ALGORITHMS for _ in range(10)]
    assert len({token.split(".")[0] for token in signed}) == 4
    assert all(store.read(token, "JWT") == {} for token in signed)


def test_init_makes_one_active_and_one_next_key_each_and_only_once(runtime: Runtime) -> None:
    before = keys.listing()
    assert sorted((key["algorithm"], key["state"]) for key in before) == [
        ("ES256", "active"), ("ES256", "next"), ("EdDSA", "active"), ("EdDSA", "next"),
        ("PS256", "active"), ("PS256", "next"), ("RS256", "active"), ("RS256", "next"),
    ]  # fmt: skip
    keys.ensure_keys()
    assert keys.listing() == before


def test_a_rotation_uses_a_key_that_everyone_knows_already(op: Protocol, time_machine) -> None:
    """OpenID Connect Core §10.1.1: published ahead; within a second every worker signs with it."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    before, known = by_state(), published(op)
    keys.rotate()
    time_machine.shift(1)
    after = by_state()
    assert after["active"] == before["next"]
    assert after["retired"] == before["active"]
    assert after["next"] not in known
    assert op.keys.sign("RS256", b"{}", "JWT").split(".")[0] != ""
    token = op.tokens(op.sign_in())["id_token"]
    assert op.read_jwt(token)["iss"]
    assert op.keys.read(token, "JWT")


def test_tokens_of_a_retired_key_stay_good_until_the_last_has_expired(op: Protocol, time_machine) -> None:
    """docs/rules.md §5: the overlap is at least the longest token life; an old `id_token_hint` is known for ever."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    retired = by_state()["active"]
    issued = op.tokens(op.sign_in(), "partner", "openid")
    keys.rotate()
    time_machine.shift(599)
    assert retired in published(op)
    assert op.read_jwt(issued["id_token"])
    assert op.userinfo(issued["access_token"]).status_code == 200
    time_machine.shift(3601)
    assert retired not in published(op)
    assert op.keys.read_id_token(issued["id_token"])


def test_a_rotation_under_load_breaks_nothing(op: Protocol) -> None:
    """Without an outage: every token issued while keys rotate can be checked."""
    session, tokens, stop = op.sign_in(), [], threading.Event()

    def sign() -> None:
        while not stop.is_set():
            tokens.append(op.keys.sign("RS256", b"{}", "JWT"))

    thread = threading.Thread(target=sign)
    thread.start()
    for _ in range(3):
        keys.rotate()
    stop.set()
    thread.join()
    fresh = KeyStore(op.runtime)
    assert tokens
    assert all(fresh.read(token, "JWT") == {} for token in tokens)
    assert op.tokens(session)["id_token"]


def test_private_halves_are_sealed_and_those_of_retired_keys_are_gone(runtime: Runtime, keyring: Keyring) -> None:
    """docs/rules.md §3.2: what the file holds opens with the keyring only."""
    keys.rotate()
    rows = runtime.sql.all("SELECT state, kid, private_sealed FROM signing_key", {})
    assert {bytes(sealed) for state, _, sealed in rows if state == "retired"} == {b""}
    kid, sealed = next((kid, sealed) for state, kid, sealed in rows if state == "active")
    assert b"\x30\x82" not in sealed[:8]
    assert keyring.open("signing-key", sealed, kid.encode())


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "é.é.é", "e30.e30.", "e30.e30.e30", "W10.e30.AA", "." * 50])
def test_what_is_no_token_of_ours_is_read_as_none(runtime: Runtime, text: str) -> None:
    assert KeyStore(runtime).read(text, "JWT") is None


def test_a_changed_token_or_another_typ_is_read_as_none(runtime: Runtime) -> None:
    """ASVS 9.1.1, 9.2.2: signature and `typ`; no algorithm is taken from the token."""
    store = KeyStore(runtime)
    token = store.sign("RS256", b'{"a":1}', "JWT")
    head, body, signature = token.split(".")
    assert store.read(token, "JWT") == {"a": 1}
    assert store.read(token, "logout+jwt") is None
    assert store.read(f"{head}.{body}x.{signature}", "JWT") is None
    assert store.read(f"{head}.eyJhIjoyfQ.{signature}", "JWT") is None
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    assert store.read(f"{none}.{body}.", "JWT") is None
    other = store.sign("ES256", b'{"a":1}', "JWT").split(".")[0]
    assert store.read(f"{other}.{body}.{signature}", "JWT") is None


def test_one_algorithm_is_rotated_alone(op: Protocol) -> None:
    """Where one key is lost, the others stay."""
    before = {row["kid"]: row["state"] for row in keys.listing()}
    keys.rotate(["ES256"])
    after = {row["kid"]: row for row in keys.listing()}
    changed = {after[kid]["algorithm"] for kid, state in before.items() if after[kid]["state"] != state}
    assert changed == {"ES256"}
    assert {row["algorithm"] for row in after.values() if row["kid"] not in before} == {"ES256"}


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
def test_what_a_retired_key_has_signed_is_still_read(runtime: Runtime, algorithm: str) -> None:
    """RFC 7518 §3, RFC 8037 §3.1: by the public half alone; a changed one is not."""
    store = KeyStore(runtime)
    token = store.sign(algorithm, b'{"a":1}', "JWT")
    keys.rotate()
    keys.rotate()
    fresh = KeyStore(runtime)
    assert fresh.read(token, "JWT") == {"a": 1}
    head, body, signature = token.split(".")
    for changed in (signature[:-4] + "AAAA", signature[:-8], "", signature + "AAAA"):
        assert fresh.read(f"{head}.{body}.{changed}", "JWT") is None


def test_a_key_serves_the_algorithm_of_its_name_alone(runtime: Runtime) -> None:
    """RFC 8725 §3.1: RS256 and PS256 have RSA keys both, and never the same."""
    store = KeyStore(runtime)
    head, body, signature = store.sign("RS256", b"{}", "JWT").split(".")
    forged = store.sign("PS256", b"{}", "JWT").split(".")[0]
    assert head != forged
    assert store.read(f"{forged}.{body}.{signature}", "JWT") is None


def test_nothing_but_an_id_token_is_taken_for_one(runtime: Runtime) -> None:
    """RFC 8725 §3.11, §3.12: a signed answer, a logout token or a thing without a subject names no sign-in."""
    store = KeyStore(runtime)
    good = b'{"iss":"i","sub":"s","aud":"a"}'
    assert store.read_id_token(store.sign("RS256", good, "JWT"))
    for claims, typ in ((good, ""), (good, "logout+jwt"), (b'{"iss":"i","aud":"a"}', "JWT"), (b'{"sub":7}', "JWT")):
        assert store.read_id_token(store.sign("RS256", claims, typ)) is None
