"""The storm: what the SSO redirects of four users feel while sixty-four others sign in with a password.

`python -m bench.storm embedded|scale`. A 503 with Retry-After is a refusal, and no failure. Ends with 1 where W2's p99
is more than five times what it was alone, or an operation failed.
"""

import sys
import time

from bench import deployment, target
from bench.driver import Counted, Load
from bench.target import Target

MOST = 5.0
_FLOWS = 10_000
_ALONE = 10.0
_SLICE = 15.0
_SLICES = 30
_REDIRECTS, _SIGN_INS = 4, 64


def storm(aim: Target, flows: int = _FLOWS) -> tuple[Counted, Counted, Counted]:
    """W2 alone, W2 in the storm, and the W3 of the storm, until `flows` operations of the storm are over."""
    documents = target.read(aim)
    redirects = Load(aim, documents, "w2", _REDIRECTS, processes=1)
    sign_ins = Load(aim, documents, "w3", _SIGN_INS, processes=1)
    try:
        alone = _together(_ALONE, redirects)[0]
        within, around = Counted(), Counted()
        for _ in range(_SLICES):
            for total, part in zip((within, around), _together(_SLICE, redirects, sign_ins), strict=True):
                total.add(part)
            if len(within.latencies) + len(around.latencies) >= flows:
                break
    finally:
        redirects.close()
        sign_ins.close()
    return alone, within, around


def _together(seconds: float, *loads: Load) -> list[Counted]:
    begins = time.monotonic() + 1
    for load in loads:
        load.start(begins, begins + seconds)
    return [load.counted() for load in loads]


def main() -> int:
    """The command line; the exit code."""
    with deployment.running(sys.argv[1], users=1000) as aim:
        alone, within, around = storm(aim)
    for title, counted in (("W2 alone", alone), ("W2 in the storm", within), ("W3 of the storm", around)):
        p50, p95, p99 = (counted.percentile(part) for part in (0.5, 0.95, 0.99))
        print(
            f"{title:16} {len(counted.latencies):6} flows   p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms"
            f"   {counted.refusals} refused   {counted.failures} failed {counted.sample}"
        )
    ratio = within.percentile(0.99) / alone.percentile(0.99)
    print(f"W2's p99 is {ratio:.2f} times what it is alone (at most {MOST})")
    return 1 if ratio > MOST or within.failures or around.failures else 0


if __name__ == "__main__":
    sys.exit(main())
