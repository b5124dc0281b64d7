"""What an unknown address costs at sign-in."""

from collections import Counter

import pytest

from idp.accounts import creation, credentials, sign_in
from idp.accounts.foreign_hashes import parse
from idp.core import db
from idp.core.runtime import Runtime

PHPASS = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"


def formats_met(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, names: range) -> dict[str, str]:
    """The format of what each unknown address is compared with."""
    met: list[str] = []
    monkeypatch.setattr(
        credentials, "verify_password", lambda stored, _: met.append(stored) or credentials.Verified(ok=False)
    )
    addresses = [f"absent{number}@domaine.test" for number in names]
    for address in addresses:
        with pytest.raises(sign_in.SignInRefused):
            sign_in.authenticate(address, "x", source="192.0.2.1")
    monkeypatch.undo()
    runtime.sql.run("DELETE FROM password_attempts", {})
    runtime.sql.run("DELETE FROM throttle_window", {})
    return {
        address: (credentials.descriptor_of(stored) or "own").partition(":")[0]
        for address, stored in zip(addresses, met, strict=True)
    }


def add(first: int, count: int, stored: str) -> None:
    with db.transaction():
        for number in range(first, first + count):
            creation.create_account(f"connue{number}@domaine.test", stored, origin="import", locale="fr")


def test_unknown_addresses_cost_what_known_ones_cost_in_the_same_proportions(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, old = credentials.hash_password("x" * 12), credentials.wrap_foreign(parse(PHPASS))
    add(0, 300, own)
    add(300, 100, old)
    seen = Counter(formats_met(runtime, monkeypatch, range(200)).values())
    assert 15 <= seen["phpass"] <= 85
    assert seen["own"] == 200 - seen["phpass"]


def test_an_unknown_address_goes_on_costing_the_same_while_accounts_are_added(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, old = credentials.hash_password("x" * 12), credentials.wrap_foreign(parse(PHPASS))
    for number in range(0, 200, 2):
        add(number, 1, own)
        add(number + 1, 1, old)
    before = formats_met(runtime, monkeypatch, range(100))
    assert formats_met(runtime, monkeypatch, range(100)) == before
    add(200, 2, old)
    after = formats_met(runtime, monkeypatch, range(100))
    assert sum(before[address] != after[address] for address in before) <= 10


def test_with_no_account_at_all_an_address_still_costs_a_hash(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(formats_met(runtime, monkeypatch, range(3)).values()) == {"own"}
