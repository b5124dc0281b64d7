"""A family of processes that count: the parent prints what is read at the end (for test_metrics.py).

python counting.py CHILDREN TURNS
"""

import json
import os
import signal
import sys
import threading

from idp.core import metrics
from idp.core.metrics import HASHES_WAITING, LATENCY, TOKENS

children, turns = int(sys.argv[1]), int(sys.argv[2])
THREADS = 4


def child(number: int) -> int:
    """Count in several threads, beside a name of its own; then be killed with somebody still waiting."""
    if process := os.fork():
        return process

    def work() -> None:
        for _ in range(turns):
            metrics.count(TOKENS, "refresh_token")
            metrics.observe(LATENCY, 0.003, "/oidc/token")

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    metrics.count(TOKENS, f"of child {number}")
    metrics.count(HASHES_WAITING)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


metrics.count(TOKENS, "of the parent")
for first in (0, children):
    for process in [child(first + number) for number in range(children)]:
        os.waitpid(process, 0)
columns = metrics._board._head[1]
print(json.dumps([columns, [[list(series), values] for series, values in metrics.read().items()]]))
