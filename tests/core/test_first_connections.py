import threading

from flask import Flask

from idp.core import db
from idp.core.lane import lane


def test_the_first_pages_of_a_worker_do_not_wait_for_one_another(app: Flask) -> None:
    """Requests that write, the first of a worker and at the same time, all end."""
    ready = threading.Barrier(8)

    def request() -> None:
        ready.wait()
        with lane.held(), app.app_context():
            db.write()
            db.rollback()

    threads = [threading.Thread(target=request, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
