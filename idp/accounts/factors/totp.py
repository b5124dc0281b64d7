"""One-time codes of an authenticator application (RFC 6238): SHA-1, six digits, 30 s, one step either way.

A step is taken once: neither a code used twice nor an older one is ever right (RFC 6238 §5.2).
"""

import io
import re

import pyotp
import segno

from idp.accounts.factors import changes, tries
from idp.core import clock
from idp.core.crypto import SealBroken, equal
from idp.core.db import write
from idp.core.runtime import current

_STEP = 30
_ISSUER = "MGEN Connect"
_PURPOSE = "totp"
_KIND = b"totp"
_CODE = re.compile("[0-9]{6}")


def new_secret() -> str:
    """A new secret of 160 bits, in base32."""
    return pyotp.random_base32(32)


def uri(secret: str, address: str) -> str:
    """The `otpauth:` URI by which an application learns the secret; it shows `address` beside the codes."""
    return pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=_ISSUER)


def qr_svg(text: str) -> str:
    """A QR code of `text` as an SVG element, dark on white whatever the page's colours, four modules of margin."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue().decode()


def seal(secret: str, owner: bytes) -> bytes:
    """What is kept of a secret; `owner` is the id it belongs to."""
    return current().keyring.seal(_PURPOSE, secret.encode(), owner)


def unseal(sealed: bytes, owner: bytes) -> str:
    """The secret again. Raises `SealBroken`."""
    return current().keyring.open(_PURPOSE, sealed, owner).decode()


def matching_step(secret: str, code: str) -> int | None:
    """The step of this moment, of the last or of the next, whose code was typed; spaces do not count."""
    typed = "".join(code.split())
    if not _CODE.fullmatch(typed):
        return None
    now, of = clock.now() // _STEP, pyotp.TOTP(secret)
    found = [step for step in (now - 1, now, now + 1) if equal(of.generate_otp(step), typed)]
    return found[0] if found else None


def enrol(account_id: bytes, secret: str, code: str, *, source: str | None = None) -> bool:
    """Keep the secret whose code was typed, tell the person; False for a wrong code, or where one is set already.

    Raises `TooManyAttempts`.
    """
    step = matching_step(secret, code)
    if step is None:
        return False
    changes.allow(account_id)
    write()
    kept = current().sql.run(
        "INSERT INTO totp (account_id, secret, last_step, created_at, last_used_at)"
        " VALUES (:account_id, :secret, :step, :now, NULL) ON CONFLICT DO NOTHING",
        {"account_id": account_id, "secret": seal(secret, account_id), "step": step, "now": clock.now()},
    )
    if not kept:
        return False
    changes.tell(account_id, "factor_added", source=source, way=changes.TOTP)
    return True


def verify(account_id: bytes, code: str) -> bool:
    """Take the code of a step later than the last one taken; of two who bring the same, one gets False.

    Counts a try, so call it before `db.write()`. Raises `TooManyAttempts`.
    """
    tries.claim(account_id, _KIND)
    row = current().sql.one("SELECT secret FROM totp WHERE account_id = :account_id", {"account_id": account_id})
    if row is None:
        return False
    try:
        step = matching_step(unseal(row[0], account_id), code)
    except SealBroken:
        return False
    taken = step is not None and current().sql.run(
        "UPDATE totp SET last_step = :step, last_used_at = :now"
        " WHERE account_id = :account_id AND last_step < :step AND secret = :secret",
        {"account_id": account_id, "step": step, "secret": row[0], "now": clock.now()},
    )
    if taken:
        tries.clear(account_id, _KIND)
    return bool(taken)


def remove(account_id: bytes, *, source: str | None = None) -> bool:
    """Forget the application and tell the person; whether one was set."""
    write()
    if not current().sql.run("DELETE FROM totp WHERE account_id = :account_id", {"account_id": account_id}):
        return False
    changes.removed(account_id, changes.TOTP, source=source)
    return True
