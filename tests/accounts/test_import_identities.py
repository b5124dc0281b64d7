"""`mgen-connect identities import`: accounts of the loyalty site and the forum, with their passwords and mailboxes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from idp.accounts import creation
from idp.accounts.credentials import hash_password, verify_password
from idp.accounts.directory import AccountRow, find_by_address
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.importing import Sample, import_file, make_sample, read_rows, refused, run_command, select, write_rows

PASSWORD = "soleil75"
SHA1 = "sha1$abcde$" + hashlib.sha1(b"abcde" + PASSWORD.encode()).hexdigest()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return make_sample(tmp_path_factory.mktemp("sample"), 300, "--identities", "300")


@pytest.fixture
def settings(make_settings: Callable[..., Settings], sample: Sample, tmp_path: Path) -> Settings:
    key = tmp_path / "site-key"
    key.write_text(sample.secrets["site_key"] + "\n")
    return make_settings(site_key_file=key)


def identity(reference: str, email: str, **changes: str) -> dict[str, str]:
    row = {
        "identity_ref": reference, "email": email, "password_hash": SHA1, "validated": "yes", "blocked": "no",
        "source": "avantage", "created_on": "2019-03-01",
    }  # fmt: skip
    return row | changes


def load(settings: Settings, folder: Path, *rows: dict[str, str]) -> dict[str, Any]:
    name = f"{len(list(folder.glob('*.csv')))}.csv"
    return import_file(settings, "identities", write_rows(folder / name, list(rows)))


def account(address: str) -> AccountRow:
    found = find_by_address(address)
    assert found
    return found


def opens(address: str, password: str = PASSWORD) -> bool:
    return verify_password(account(address).password, password).ok


def test_every_identity_of_one_row_is_loaded_with_its_state_and_password(
    settings: Settings, sample: Sample, runtime: Runtime
) -> None:
    report = import_file(settings, "identities", sample.identities)
    assert report["warnings"] == {}
    assert set(refused(report).values()) <= {"shared_mailbox", "mailbox_of_another_row"}
    lines = dict(enumerate(read_rows(sample.identities), 2))
    for line in refused(report):
        del lines[line]
    assert len(lines) == report["imported"]
    for row in lines.values():
        found, secret = account(row["email"]), sample.secrets["identities"][row["identity_ref"]]
        assert found.verified == (row["validated"] == "yes")
        assert found.state == ("blocked" if row["blocked"] == "yes" else "active")
        assert verify_password(found.password, secret["password"]).ok, secret["format"]
    formats = {sample.secrets["identities"][row["identity_ref"]]["format"] for row in lines.values()}
    assert len(formats) == 9


def test_the_import_says_how_a_mailbox_was_proved(settings: Settings, tmp_path: Path, runtime: Runtime) -> None:
    load(settings, tmp_path, identity("I1", "a@b.example"), identity("I2", "c@b.example", validated="no"))
    rows = runtime.sql.all("SELECT canonical, verified_by FROM identifier ORDER BY canonical", {})
    assert rows == [("a@b.example", "import"), ("c@b.example", None)]


def test_no_digest_of_the_file_is_in_the_database(settings: Settings, sample: Sample, tmp_path: Path) -> None:
    import_file(settings, "identities", sample.identities)
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("idp.db*"))
    for row in read_rows(sample.identities):
        digest = row["password_hash"].rpartition("$")[2].partition(":")[0]
        assert digest.encode() not in everything
        assert len(digest) != 32 or bytes.fromhex(digest) not in everything


@pytest.mark.parametrize(
    ("validated", "reasons"),
    [
        (("yes", "no"), {3: "mailbox_of_another_row"}),
        (("no", "yes"), {2: "mailbox_of_another_row"}),
        (("no", "no"), {2: "shared_mailbox", 3: "shared_mailbox"}),
        (("yes", "yes"), {2: "shared_mailbox", 3: "shared_mailbox"}),
        (("no", "yes", "no"), {2: "mailbox_of_another_row", 4: "mailbox_of_another_row"}),
    ],
)
def test_of_identities_with_one_mailbox_the_validated_one_wins_or_none(
    settings: Settings, tmp_path: Path, runtime: Runtime, validated: tuple[str, ...], reasons: dict[int, str]
) -> None:
    spellings = ("Jean@École.example", "jean@xn--cole-9oa.example", "JEAN@école.example")
    rows = [identity(f"I{n}", spellings[n], validated=word) for n, word in enumerate(validated)]
    assert refused(load(settings, tmp_path, *rows)) == reasons
    assert (find_by_address("jean@école.example") is not None) == (len(reasons) < len(validated))


def test_an_address_that_an_account_of_ours_has_is_refused(
    settings: Settings, tmp_path: Path, runtime: Runtime
) -> None:
    with runtime.sql.together():
        creation.create_account("a@b.example", hash_password("le mien"), origin="avantage", locale="fr")
    assert refused(load(settings, tmp_path, identity("I1", "A@B.example"))) == {2: "address_taken"}
    assert opens("a@b.example", "le mien")


def test_a_newer_file_updates_what_nobody_has_used_here(settings: Settings, tmp_path: Path, runtime: Runtime) -> None:
    rows = [identity(f"I{n}", f"p{n}@b.example", validated="no") for n in range(4)]
    load(settings, tmp_path, *rows)
    rows[0] |= {"validated": "yes", "blocked": "yes"}
    rows[1] |= {"password_hash": "sha1$abcde$" + hashlib.sha1(b"abcdenouveau").hexdigest()}
    report = load(settings, tmp_path, *rows)
    assert (report["updated"], report["unchanged"]) == (2, 2)
    assert account("p0@b.example").verified
    assert account("p0@b.example").state == "blocked"
    assert opens("p1@b.example", "nouveau")
    assert not opens("p1@b.example")
    assert opens("p2@b.example")


@pytest.mark.parametrize(
    "used",
    [
        "UPDATE account SET password = :own",
        "UPDATE account SET epoch = 1",
        "INSERT INTO membership (account_id, member_ref, attached_at) SELECT id, 'M1', 0 FROM account",
    ],
)
def test_an_account_that_was_used_here_is_never_touched_again(
    settings: Settings, tmp_path: Path, runtime: Runtime, used: str
) -> None:
    load(settings, tmp_path, identity("I1", "a@b.example"))
    runtime.sql.run(used, {"own": hash_password("le mien")} if ":own" in used else {})
    before = account("a@b.example")
    report = load(settings, tmp_path, identity("I1", "a@b.example", blocked="yes", password_hash="!"))
    assert report["unchanged"] == 1
    assert account("a@b.example") == before


def test_a_known_identity_with_another_address_is_refused(settings: Settings, tmp_path: Path, runtime: Runtime) -> None:
    load(settings, tmp_path, identity("I1", "a@b.example"))
    assert refused(load(settings, tmp_path, identity("I1", "b@b.example"))) == {2: "another_address"}


def test_the_two_sites_may_use_the_same_reference(settings: Settings, tmp_path: Path, runtime: Runtime) -> None:
    forum = identity("I1", "c@b.example", source="forum", password_hash=hashlib.md5(b"soleil75").hexdigest())
    report = load(settings, tmp_path, identity("I1", "a@b.example"), forum)
    assert report["imported"] == 2
    # The forum's bare MD5 has no key in front.
    assert opens("c@b.example")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"identity_ref": "I 1"}, "identity_ref"),
        ({"email": ""}, "email_empty"),
        ({"email": "jean@"}, "email_format"),
        ({"email": "jean@boite\u200b.example"}, "email_control"),
        ({"password_hash": "{X}y"}, "unknown_hash"),
        ({"password_hash": "$P$9short"}, "malformed_hash"),
        ({"validated": "maybe"}, "validated"),
        ({"blocked": "1"}, "blocked"),
        ({"source": "boutique"}, "unknown_source"),
    ],
)
def test_what_a_cell_must_not_be(settings: Settings, tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    rows = [identity("I0", "x@b.example"), identity("I1", "a@b.example") | changes]
    report = load(settings, tmp_path, *rows)
    assert (refused(report), report["imported"]) == ({3: reason}, 1)


def test_one_reference_on_two_rows_refuses_both(settings: Settings, tmp_path: Path) -> None:
    report = load(settings, tmp_path, identity("I1", "a@b.example"), identity("I1", "c@b.example"))
    assert refused(report) == {2: "duplicate_identity_ref", 3: "duplicate_identity_ref"}


def test_without_the_shops_key_its_passwords_are_told_to_be_of_no_use(
    make_settings: Callable[..., Settings], sample: Sample
) -> None:
    report = import_file(make_settings(site_key_file=None), "identities", sample.identities)
    keyed = [row for row in sample.secrets["identities"].values() if row["format"] == "md5-sitekey"]
    assert 0 < report["warnings"]["site_key_missing"] <= len(keyed)


def test_a_dry_run_stores_no_account(settings: Settings, sample: Sample) -> None:
    status, out, _ = run_command(settings, "identities", "import", sample.identities, "--dry-run")
    assert status == 0
    assert "nothing was stored" in out
    assert select(settings, "SELECT count(*) FROM account") == [(0,)]
