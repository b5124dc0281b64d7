"""Checks of the work at hand: keys, clients, jobs that wait, rows that should be gone, the end of the bridge."""

from idp.core import clock
from idp.core.runtime import Runtime
from idp.core.throttle import DAY
from idp.legacy_bridge import sunset
from idp.oidc import keys as signing
from idp.oidc.clients import Clients
from idp.operations.verdicts import Verdicts, error, ok, warning
from idp.sessions.service import KEPT

_OLD = 365
_LATE = 300
_FORGOTTEN = 3600
_NEAR = 60
# Until when rows of a table live; the jobs of `serve` delete them each minute.
_LIVES = {
    "ephemeral": "expires_at",
    "throttle_window": "ends_at",
    "device_code": "expires_at",
    "authorization": "ends_at",
    "revoked": "until",
    "session": f"ends_at + {KEPT}",
}


def keys(parts: Runtime) -> Verdicts:
    """That each algorithm has one key that signs and one that will, and that they can be opened."""
    found = signing.listing()
    for algorithm in signing.ALGORITHMS:
        for state in ("active", "next"):
            count = sum(each["algorithm"] == algorithm and each["state"] == state for each in found)
            if count != 1:
                yield error(f"{algorithm} has {count} {state} keys, not one", "run `mgen-connect init`")
    store = signing.KeyStore(parts)
    for algorithm in signing.ALGORITHMS:
        store.sign(algorithm, b"{}", "doctor")
    active = [each["activated_at"] or each["created_at"] for each in found if each["state"] == "active"]
    days = (clock.now() - min(active, default=clock.now())) // DAY
    said = f"{len(active)} algorithms sign, the oldest key for {days} days"
    yield warning(said, "run `mgen-connect keys rotate`: no outage") if days > _OLD else ok(said)


def clients(parts: Runtime) -> Verdicts:
    """That every client can be read."""
    row = parts.sql.one("SELECT count(*) FROM client", {})
    stored, read = (row[0] if row else 0), len(Clients(parts).all())
    if stored != read:
        yield error(f"{stored - read} of {stored} clients cannot be read", "the log names them: mend their metadata")
    elif not stored:
        yield warning("there is none", "declare them in clients_dir, or run `mgen-connect client add`")
    else:
        yield ok(f"{stored} clients")
    folder = parts.settings.clients_dir
    if folder and not folder.is_dir():
        yield error("clients_dir is no folder", "make it, or take the setting away")


def waiting(parts: Runtime) -> Verdicts:
    """That messages, letters and logouts leave."""
    now = clock.now()
    row = parts.sql.one(
        "SELECT count(*), min(next_at) FROM outbox WHERE failed_at IS NULL AND next_at <= :now", {"now": now}
    )
    count, oldest = row or (0, None)
    late = now - oldest if oldest else 0
    if late > _LATE:
        yield error(f"{count} jobs wait, the oldest for {late} s", "is serve running? docs/runbook.md, Jobs wait")
    else:
        yield ok(f"{count} jobs wait")
    row = parts.sql.one("SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL", {})
    if row and row[0]:
        yield warning(f"{row[0]} jobs were given up", "docs/runbook.md, Jobs wait")


def expired(parts: Runtime) -> Verdicts:
    """That what has expired is deleted."""
    late = 0
    for table, ends in _LIVES.items():
        statement = f'SELECT count(*) FROM (SELECT 1 FROM "{table}" WHERE {ends} < :limit LIMIT 10000) AS late'  # noqa: S608
        row = parts.sql.one(statement, {"limit": clock.now() - _FORGOTTEN})
        late += row[0] if row else 0
    if late:
        yield warning(f"{late} rows expired more than an hour ago", "is serve running? It deletes them each minute")
    else:
        yield ok("nothing is left over")


def bridge(parts: Runtime) -> Verdicts:
    """How long the NIR door is open, and whether it was cleared away."""
    last = sunset.last_day()
    if last is None:
        yield ok("no last day yet: the first import sets it")
        return
    days = (last - sunset.today()).days
    if days >= 0:
        said = f"the NIR door is open until {last}, {days} days more"
        yield warning(said, "run `mgen-connect legacy status`, and invite who is left") if days < _NEAR else ok(said)
        return
    row = parts.sql.one("SELECT count(*) FROM legacy_member WHERE nir_digest IS NOT NULL", {})
    if row and row[0]:
        yield error(f"the last day has passed, and {row[0]} digests are left", "run `mgen-connect legacy sunset`")
    else:
        yield ok("the NIR door has closed, and nothing is left of it")
