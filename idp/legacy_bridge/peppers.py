"""The keyed digests under which a NIR is looked up, in the forms that rows have (docs/rules.md §3.2).

A form is written as it is computed: `k1` is HMAC(k1, NIR); `k2(k1)`, HMAC(k2, HMAC(k1, NIR)), is what a rotation makes
of it without the NIR. The table `digest_form` says which forms rows may have, from the transaction on that gives one
its first.
"""

from collections.abc import Iterable
from typing import Any

from idp.core.runtime import current
from idp.legacy_bridge.nir import Nir, rotated_digest

PURPOSE = "nir"
_LENGTH = 32


def newest_pepper() -> str:
    """The id of today's pepper, as the keyring's file has it now: a rotation changes it while we run."""
    keyring = current().keyring
    keyring.refresh()
    return keyring.newest(PURPOSE)


def newest_digest(nir: Nir) -> tuple[str, bytes]:
    """Today's form, and the digest that a row gets: call it in the transaction that writes the row."""
    form = newest_pepper()
    return form, _digest(nir, form)


def forms() -> list[str]:
    """The forms that rows may have."""
    return [form for (form,) in current().sql.all("SELECT form FROM digest_form ORDER BY form", {})]


def register(form: str) -> None:
    """Say that rows may have this form from now on, in the transaction that writes the first."""
    current().sql.run("INSERT INTO digest_form (form) VALUES (:form) ON CONFLICT DO NOTHING", {"form": form})


def digests(nir: Nir) -> list[bytes]:
    """All that a row of this NIR may be looked up by, to be kept a while in place of the NIR: see `find`."""
    known = forms()
    current().keyring.refresh()
    return _tokens(nir, known)


def find(statement: str, wanted: Nir | Iterable[bytes]) -> tuple[Any, ...] | None:
    """The row of a NIR, or of its `digests`: `statement` is a SELECT up to `… nir_digest IN`.

    The statements are the same whether there is one or not. Where a rotation gives rows another form meanwhile, the
    look-up is done again.
    """
    known = forms()
    while True:
        # After the forms: their keys are in the file before them.
        current().keyring.refresh()
        tokens = _tokens(wanted, known) if isinstance(wanted, Nir) else wanted
        values = {f"d{place}": digest for place, digest in enumerate(_as_stored(tokens, known))}
        row = current().sql.one(f"{statement} ({', '.join(':' + name for name in values)})", values)
        before, known = known, forms()
        if row or known == before:
            return row


def renew(member_id: bytes, nir: Nir) -> None:
    """Give the row of a NIR that has just been proved today's form, unless it has it."""
    sql = current().sql
    statement = "SELECT 1 FROM legacy_member WHERE id = :id AND pepper != :pepper AND nir_digest IS NOT NULL"
    if not sql.one(statement, {"id": member_id, "pepper": newest_pepper()}):
        return
    with sql.together(alone=True):
        form, digest = newest_digest(nir)
        register(form)
        sql.run(
            "UPDATE legacy_member SET nir_digest = :digest, pepper = :form WHERE id = :id AND nir_digest IS NOT NULL",
            {"id": member_id, "digest": digest, "form": form},
        )


def rotate(digest: bytes, pepper: str) -> bytes:
    """The digest of a row under one more pepper: its form `f` is then `pepper(f)`."""
    return rotated_digest(current().keyring.derive(PURPOSE, pepper), digest)


def _tokens(nir: Nir, known: list[str]) -> list[bytes]:
    # Today's even where no row has it yet: one may be rewritten while the tokens are kept.
    return [form.encode() + b":" + _digest(nir, form) for form in sorted({*known, current().keyring.newest(PURPOSE)})]


def _as_stored(tokens: Iterable[bytes], known: list[str]) -> list[bytes]:
    """The digests of `tokens`, and what rotations since have made of them."""
    found = {token[: -_LENGTH - 1].decode(): token[-_LENGTH:] for token in tokens}
    for form in sorted(known, key=len):
        pepper, _, inner = form.partition("(")
        if form not in found and inner[:-1] in found:
            found[form] = rotate(found[inner[:-1]], pepper)
    return list(found.values())


def _digest(nir: Nir, form: str) -> bytes:
    innermost, *others = reversed(form.rstrip(")").split("("))
    digest = nir.digest(current().keyring.derive(PURPOSE, innermost))
    for pepper in others:
        digest = rotate(digest, pepper)
    return digest
