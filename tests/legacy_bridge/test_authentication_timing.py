"""A refusal takes as long whoever the number belongs to (docs/rules.md §3 row 17)."""

from collections.abc import Callable

import pytest
from hash_timing import assert_as_long, cost, dear_hash

from idp.accounts.creation import create_account
from idp.accounts.credentials import hash_password
from idp.core.hashing import Hashing
from idp.core.runtime import Runtime
from idp.legacy_bridge.authentication import authenticate
from idp.legacy_bridge.errors import NirRefused
from idp.settings import Settings
from tests.importing import Sample, import_file, make_sample

TRIES = 15


@pytest.fixture
def settings(make_settings: Callable[..., Settings], request: pytest.FixtureRequest) -> Settings:
    return make_settings(**dear_hash() if request.node.get_closest_marker("slow") else {})


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 60, "--anomalies", "0")


def numbers(sample: Sample, runtime: Runtime) -> dict[str, list[str]]:
    """Numbers of each kind."""
    secrets = sample.secrets["members"]
    with_password = [ref for ref, row in secrets.items() if row["password"]]
    changed, known = with_password[:TRIES], with_password[TRIES : 2 * TRIES]
    with runtime.sql.together():
        for place, reference in enumerate(changed):
            account = create_account(f"x{place}@a.example", hash_password("x"), origin="x", locale="fr")
            runtime.sql.run(
                "UPDATE legacy_member SET state = 'changed', account_id = :account WHERE member_ref = :ref",
                {"account": account.id, "ref": reference},
            )
    return {
        "changed": [secrets[ref]["nir13"] for ref in changed],
        "known": [secrets[ref]["nir13"] for ref in known],
        "no password": [row["nir13"] for row in secrets.values() if not row["password"]],
        "unknown": [f"25508961{place:02}456" for place in range(10, 10 + TRIES)],
    }


def refuse(nir: str, password: str) -> None:
    with pytest.raises(NirRefused):
        authenticate(nir, password, source="192.0.2.1")


@pytest.mark.slow
@pytest.mark.parametrize("password", ["faux", "un mot de passe faux"])
def test_a_refusal_takes_as_long_whoever_the_number_belongs_to(
    settings: Settings, sample: Sample, runtime: Runtime, password: str
) -> None:
    import_file(settings, "legacy", sample.members)
    kinds = numbers(sample, runtime)

    def milliseconds(kind: str, turn: int) -> float:
        runtime.sql.run("DELETE FROM password_attempts", {})
        return cost(lambda: refuse(kinds[kind][turn % len(kinds[kind])], password))

    assert_as_long(kinds, milliseconds)


@pytest.mark.parametrize(
    ("password", "evaluations"),
    [("faux", 1), ("été", 2), ("un mot de passe", 2), ("un mot de passé", 4), ("a" * 5_000, 0)],
)
def test_what_is_typed_alone_decides_the_number_of_hashes(
    settings: Settings,
    sample: Sample,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    evaluations: int,
) -> None:
    import_file(settings, "legacy", sample.members)
    verify, counted = Hashing.verify, []
    monkeypatch.setattr(Hashing, "verify", lambda self, *given: counted.append(1) or verify(self, *given))
    for kind, nirs in numbers(sample, runtime).items():
        counted.clear()
        refuse(nirs[0], password)
        assert (kind, len(counted)) == (kind, evaluations)
