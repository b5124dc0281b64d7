"""A child that serves says whether it is ready before and after its parent was told to stop (for test_health.py)."""

import os

from idp.app import create_app
from idp.web import health

from_child, from_parent = os.pipe(), os.pipe()
if os.fork() == 0:
    client = create_app().test_client()
    print(client.get(health.READY).status_code, flush=True)
    os.write(from_child[1], b"ready")
    os.read(from_parent[0], 1)
    print(client.get(health.READY).status_code, flush=True)
    os._exit(0)
os.read(from_child[0], 5)
health.drain()
os.write(from_parent[1], b"x")
os.wait()
