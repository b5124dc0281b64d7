"""Changing the pepper of the NIR digests without the NIRs (docs/rules.md §3.2): every row gets HMAC(new, old digest).

The keyring has the new pepper before the first row is written, and rows go in small transactions, each of them whole:
sign-ins go on meanwhile, and a killed rotation is taken up where rows of an older pepper are left.
"""

from dataclasses import dataclass, field

from idp.core import audit, batches, clock, keyring_check
from idp.core.runtime import current
from idp.legacy_bridge import peppers


@dataclass
class Rotation:
    """What a rotation did, or would do, to how many rows; `forms` are all rows by the form of their digest, now."""

    pepper: str
    dry_run: bool
    taken_up: bool
    rows: int = 0
    seconds: float = 0.0
    forms: dict[str, int] = field(default_factory=dict)


def rotate(*, dry_run: bool = False) -> Rotation:
    """Make a new pepper, or take up the rotation to the newest one.

    Raises `KeyringError` where the keyring's file cannot be replaced.
    """
    started = clock.steady()
    waiting = _is_waiting()
    rotation = Rotation(peppers.newest_pepper(), dry_run, taken_up=waiting)
    if not dry_run:
        rotation.pepper = _begin()
        rotation.rows = _rotate_rows(rotation.pepper)
        _forget_forms()
        audit.record("pepper_rotated", pepper=rotation.pepper, rows=rotation.rows)
    rotation.forms = count_forms()
    if dry_run:
        done = rotation.pepper if waiting else ""
        rotation.rows = sum(count for form, count in rotation.forms.items() if not _is_of(form, done))
    rotation.seconds = round(clock.steady() - started, 3)
    return rotation


def count_forms() -> dict[str, int]:
    """How many rows have each form."""
    return dict(
        current().sql.all(
            "SELECT pepper, count(*) FROM legacy_member WHERE nir_digest IS NOT NULL GROUP BY pepper ORDER BY pepper",
            {},
        )
    )


def _begin() -> str:
    """The pepper to rotate to, in the keyring and known to the database."""
    parts = current()
    # Of two that are started at once the second waits here, and takes up what the first began.
    with parts.sql.together(alone=True):
        if not _is_waiting():
            parts.keyring.add_key(peppers.PURPOSE)
        pepper = peppers.newest_pepper()
        keyring_check.remember(parts.sql, parts.keyring)
        for form in peppers.forms():
            if not _is_of(form, pepper):
                peppers.register(f"{pepper}({form})")
    return pepper


def _is_waiting() -> bool:
    """Whether rows may be left of an older pepper than today's."""
    pepper = peppers.newest_pepper()
    return any(not _is_of(form, pepper) for form in peppers.forms())


def _is_of(form: str, pepper: str) -> bool:
    return form == pepper or form.startswith(pepper + "(")


def _rotate_rows(pepper: str) -> int:
    rotated = 0

    def rotate_row(row: batches.Row) -> None:
        nonlocal rotated
        identifier, digest, form = row
        if _is_of(form, pepper):
            return
        rotated += current().sql.run(
            "UPDATE legacy_member SET nir_digest = :digest, pepper = :form WHERE id = :id",
            {"id": identifier, "digest": peppers.rotate(digest, pepper), "form": f"{pepper}({form})"},
        )

    batches.each(
        "SELECT id, nir_digest, pepper FROM legacy_member WHERE id > :last AND nir_digest IS NOT NULL"
        " ORDER BY id LIMIT :size",
        rotate_row,
    )
    return rotated


def _forget_forms() -> None:
    """Look for no form that no row has: whoever writes has the new pepper since the first of our transactions."""
    seen = {*count_forms(), peppers.newest_pepper()}
    for form in set(peppers.forms()) - seen:
        current().sql.run("DELETE FROM digest_form WHERE form = :form", {"form": form})
