"""Clients declared in files, and the registry that finds them."""

import hashlib
from pathlib import Path

import pytest

from idp.core import db
from idp.core.runtime import Runtime
from idp.oidc import clients, declarations
from idp.oidc.client_metadata import InvalidMetadata
from idp.paths import resource

SITE = """
client_id = "boutique"
client_name = "Boutique"
site = "https://boutique.example"
redirect_paths = ["/retour"]
secret_file = "boutique.secret"
"""
SECRET = "a-secret-of-the-boutique-0123"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good declaration."""
    folder = tmp_path / "clients"
    folder.mkdir()
    (folder / "boutique.toml").write_text(SITE)
    (folder / "boutique.secret").write_text(SECRET + "\n")
    return folder


def test_paths_lie_below_the_site_and_the_secret_in_a_file(runtime: Runtime, folder: Path) -> None:
    """A site moves by one line; only the digest of its secret is kept."""
    declarations.apply_declared(folder)
    client = clients.Clients(runtime).find("boutique")
    assert client is not None
    assert client.redirect_uris == ("https://boutique.example/retour",)
    assert clients.matches(client, SECRET)
    assert not clients.matches(client, SECRET + "x")
    assert client.secret_digest == hashlib.sha256(SECRET.encode()).digest()


def test_applying_twice_changes_nothing(runtime: Runtime, folder: Path) -> None:
    """Idempotent; each client is told as created, updated or unchanged."""
    assert declarations.apply_declared(folder).created == ["boutique"]
    assert declarations.apply_declared(folder).unchanged == ["boutique"]
    (folder / "boutique.toml").write_text(SITE.replace('"Boutique"', '"La boutique"'))
    assert declarations.apply_declared(folder).updated == ["boutique"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (SITE + 'colour = "blue"', "colour"),
        (SITE + 'redirect_uris = ["https://x.example/cb"]', "redirect_paths"),
        (SITE.replace('["/retour"]', '["retour"]'), "slash"),
        (SITE.replace('["/retour"]', "[7]"), "slash"),
        (SITE.replace('site = "https://boutique.example"', ""), "site"),
        (SITE.replace("boutique.secret", "none.secret"), "none.secret"),
        (SITE + 'secret_digest = "sha256:00"', "secret_file"),
        (SITE.replace('secret_file = "boutique.secret"', 'secret_digest = "sha256:00"'), "secret_digest"),
        (SITE.replace('secret_file = "boutique.secret"', f'secret_digest = "sha256:{"z" * 64}"'), "hex"),
        (SITE.replace('secret_file = "boutique.secret"', ""), "secret"),
        ("client_id = ", "Invalid"),
        ("", "client_id"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_applied(runtime: Runtime, folder: Path, text: str, word: str) -> None:
    """One line, one transaction."""
    (folder / "zz.toml").write_text(text.replace('"boutique"', '"other"'))
    with pytest.raises(InvalidMetadata, match=word) as caught:
        declarations.apply_declared(folder)
    assert "zz.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert clients.find_stored("boutique") is None


def test_a_secret_that_is_a_key_is_sealed_and_applying_again_changes_nothing(runtime: Runtime, folder: Path) -> None:
    """OpenID Connect Core §9: client_secret_jwt needs the secret itself; a seal looks different each time."""
    (folder / "boutique.toml").write_text(SITE + 'token_endpoint_auth_method = "client_secret_jwt"')
    assert declarations.apply_declared(folder).created == ["boutique"]
    assert declarations.apply_declared(folder).unchanged == ["boutique"]
    client = clients.Clients(runtime).find("boutique")
    assert client
    assert SECRET.encode() not in client.secret_sealed
    assert clients.shared_key(runtime.keyring, client) == SECRET.encode()
    assert "secret" not in repr(client).replace("client_secret_jwt", "")


def test_a_client_that_cannot_be_read_any_more_stops_no_other(runtime: Runtime, folder: Path) -> None:
    """A newer version may refuse what an older one registered."""
    declarations.apply_declared(folder)
    with db.transaction():
        runtime.sql.run("UPDATE client SET metadata_json = '{\"client_id\": \"boutique\"}' WHERE id = 'boutique'", {})
    registry = clients.Clients(runtime)
    assert registry.find("boutique") is None
    assert registry.find("forum")


def test_a_short_secret_is_refused(runtime: Runtime, folder: Path) -> None:
    """128 bits at least, and no character that Basic would have to encode."""
    for secret in ("short", "é" * 30, "with spaces in it, a long one"):
        (folder / "boutique.secret").write_text(secret)
        with pytest.raises(InvalidMetadata, match="secret"):
            declarations.apply_declared(folder)


def test_two_files_cannot_declare_one_client(runtime: Runtime, folder: Path) -> None:
    (folder / "again.toml").write_text(SITE)
    with pytest.raises(InvalidMetadata, match="another file"):
        declarations.apply_declared(folder)


def test_a_change_is_seen_within_a_second(runtime: Runtime, folder: Path, time_machine) -> None:
    """Every worker looks at the version once a second."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    registry = clients.Clients(runtime)
    assert registry.find("boutique") is None
    declarations.apply_declared(folder)
    time_machine.shift(1)
    assert registry.find("boutique") is not None
    assert "boutique" in [client.client_id for client in registry.all()]


def test_the_sites_of_the_product_are_well_declared(runtime: Runtime, tmp_path: Path) -> None:
    """`config/clients/`: with a secret beside each, they apply as they are, each in a sector of its own."""
    for path in (resource("config") / "clients").glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
        (tmp_path / f"{path.stem}.secret").write_text(SECRET)
    declared = declarations.read_directory(tmp_path)
    assert {client.client_id for client in declared} == {"member-area", "avantage", "forum"}
    assert all(client.first_party and client.nir_door for client in declared)
    assert len({client.sector for client in declared}) == 3
    assert [client.client_id for client in declared if "espace_personnel" in client.scope] == ["member-area"]
