"""Run one of the example sites: python examples/site.py CONFIG.json"""

import json
import signal
import sys
from pathlib import Path
from typing import Any

from sites import SiteConfig, create_site
from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Says nothing of the requests that go well: their addresses hold codes and states."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def main(arguments: list[str]) -> int:
    """Serve the site described by the file named in `arguments`, until it is told to stop."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    config = SiteConfig(**json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    server = make_server("127.0.0.1", config.port, create_site(config), threaded=True, request_handler=QuietHandler)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
