"""Half an hour at 70 % of what a combination can do: memory stays flat, nothing fails, nothing expired stays."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from chaos import curve, report
from chaos.deployment import Deployment
from chaos.ledger import Ledger
from chaos.run import Bench, Made, build

SECONDS = 1800
SHARE = 0.7
_EVERY = 5
_GROWTH = 1.10
_DOCS = Path(__file__).parents[1] / "docs"
# Rows by how long after their end they may still be there: the cleaning comes each minute, retention each hour.
_LATE = 180
_EXPIRED = {
    "ephemeral": f"expires_at <= {{now}} - {_LATE}",
    "throttle_window": f"ends_at <= {{now}} - {_LATE}",
    # A spent code is kept as long as a token of it may live; the mark of a revocation an hour longer.
    "code": f"at <= {{now}} - 660 - {_LATE}",
    "revoked": f"until <= {{now}} - 3600 - {_LATE}",
    "device_code": f"expires_at <= {{now}} - {_LATE}",
    "registration": f"expires_at <= {{now}} - {_LATE}",
}


def soak(name: str, make: Callable[[Path], Made], seed: int, seconds: int = SECONDS) -> int:
    """Run it, draw the curve into docs/; 0 where all is well."""
    with tempfile.TemporaryDirectory(prefix="mgen-chaos-") as folder:
        deployment, _ = make(Path(folder) / "run")
        try:
            world = build(deployment, seed)
            bench = Bench(name, deployment, world, seed, share=SHARE)
            world.ledger.settle_down(0)
            samples = _watch(deployment, world.ledger, seconds)
            bench.load.hold()
            bench.inspect()
            bench.load.stop()
            report.print_troubles(deployment.troubles())
        finally:
            deployment.end()
    title = f"Workers under 70 % load, {name}: proportional set size"
    (_DOCS / f"soak-{name}.svg").write_text(curve.svg(title, samples))
    ledger, rate = world.ledger, world.ledger.tally.done / seconds
    print(
        f"{ledger.tally.done} flows, {rate:.0f} a second, {ledger.checks} checks, {len(ledger.violations)} violations"
    )
    for text in ledger.violations[:40]:
        print(f"VIOLATION: {text}")
    return 1 if ledger.violations else 0


def _watch(deployment: Deployment, ledger: Ledger, seconds: int) -> list[tuple[float, float]]:
    """Look each few seconds: memory, and rows that should be gone."""
    begun, samples = time.monotonic(), list[tuple[float, float]]()
    while (passed := time.monotonic() - begun) < seconds:
        samples.append((passed, sum(node.memory() for node in deployment.nodes) / 2**20))
        if len(samples) % 12 == 0:
            print(f"{passed:6.0f} s {samples[-1][1]:6.0f} MiB {ledger.tally.done:8} flows", flush=True)
            _no_expired(deployment, ledger)
        time.sleep(_EVERY)
    early = statistics.median(value for at, value in samples if 0.2 * seconds <= at < 0.4 * seconds)
    late = statistics.median(value for at, value in samples if at >= 0.8 * seconds)
    ledger.check(late <= early * _GROWTH, lambda: f"memory grew from {early:.0f} to {late:.0f} MiB")
    return samples


def _no_expired(deployment: Deployment, ledger: Ledger) -> None:
    for table, late in _EXPIRED.items():
        count = deployment.rows(f"SELECT count(*) FROM {table} WHERE {late.format(now=int(time.time()))}")[0][0]
        ledger.check(count == 0, lambda table=table, count=count: f"{count} expired rows of {table}")
