"""A bad client in a process of its own: python attacker.py PORT WAY SECONDS (for the tests beside it).

It says `ready` once its connections are there, goes on for SECONDS after its start, and ends.
"""

import asyncio
import contextlib
import re
import resource
import sys
import time
from collections.abc import Awaitable, Callable

PORT, WAY, SECONDS = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
HOST = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
MEGABYTE = 1_000_000
# Of another machine than everybody else, as the provider sees it.
SOURCE = "127.0.0.66"
Client = Callable[[int, asyncio.Event], Awaitable[None]]


async def connect(source: str = SOURCE) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection from an address of the attacker's."""
    return await asyncio.open_connection("127.0.0.1", PORT, local_addr=(source, 0))


async def trickle(start: bytes, there: asyncio.Event) -> None:
    """Send something, then a byte each half second; begin anew where one is sent away."""
    reader, writer = await connect()
    with contextlib.suppress(ConnectionError):
        writer.write(start)
        await writer.drain()
        there.set()
        while not reader.at_eof() and not await heard(reader):
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.5)
    writer.close()
    await asyncio.sleep(0.1)


async def heard(reader: asyncio.StreamReader) -> bool:
    """Whether an answer has come, or the end."""
    try:
        await asyncio.wait_for(reader.read(1000), 0.01)
    except TimeoutError:
        return False
    return True


async def slow_head(number: int, there: asyncio.Event) -> None:
    """Half a head."""
    await trickle(b"GET /oidc/authorize HTTP/1.1\r\n" + HOST + b"X-A: ", there)


async def slow_body(number: int, there: asyncio.Event) -> None:
    """A whole head, and a body that hardly comes."""
    path = b"/oidc/token" if number % 2 else b"/connexion/"
    await trickle(b"POST " + path + b" HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 60000\r\n\r\na=", there)


async def slow_reader(number: int, there: asyncio.Event) -> None:
    """Ask and ask, and read nothing."""
    _, writer = await connect()
    writer.transport.pause_reading()
    there.set()
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"GET /oidc/jwks HTTP/1.1\r\n" + HOST + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.5)
    writer.close()


async def huge(number: int, there: asyncio.Event) -> None:
    """A megabyte of headers, or of address."""
    reader, writer = await connect()
    with contextlib.suppress(ConnectionError):
        if number % 2:
            writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * MEGABYTE + b"\r\n\r\n")
        else:
            writer.write(b"GET /oidc/authorize?" + b"a" * MEGABYTE + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        await writer.drain()
        await reader.read(1000)
    writer.close()
    there.set()
    await asyncio.sleep(0.5)


async def idle(number: int, there: asyncio.Event) -> None:
    """Connect, and say nothing; again, when one is sent away."""
    reader, writer = await connect(f"127.0.1.{1 + number % 20}")
    there.set()
    with contextlib.suppress(ConnectionError):
        await reader.read(10)
    writer.close()
    await asyncio.sleep(1)


async def fields(number: int, there: asyncio.Event) -> None:
    """Forms of thousands of fields."""
    form = b"&".join(b"a%d=" % field for field in range(8000))
    path = [b"/oidc/token", b"/oidc/par", b"/connexion/"][number % 3]
    reader, writer = await connect()
    with contextlib.suppress(ConnectionError):
        head = b"POST " + path + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + FORM
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(form) + form)
        await reader.read()
    writer.close()
    there.set()
    await asyncio.sleep(0.2)


async def guesses(number: int, there: asyncio.Event) -> None:
    """Wrong passwords for addresses that nobody has, as many as are taken."""
    page = await ask(b"GET /connexion/ HTTP/1.1\r\nConnection: close\r\n" + HOST)
    cookie = re.search(rb"set-cookie: ([^;]+)", page, re.IGNORECASE)
    token = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    there.set()
    for turn in range(20 if cookie and token else 0):
        form = b"csrf_token=%s&email=personne%d.%d@domaine.test&password=non" % (token[1], number, turn)
        head = b"POST /connexion/ HTTP/1.1\r\nConnection: close\r\nCookie: " + cookie[1] + b"\r\n" + HOST + FORM
        await ask(head + b"Content-Length: %d\r\n" % len(form), form)
        await asyncio.sleep(0.05)


async def ask(head: bytes, body: bytes = b"") -> bytes:
    """A request by a connection of its own; its whole answer."""
    reader, writer = await connect()
    with contextlib.suppress(ConnectionError):
        writer.write(head + b"\r\n" + body)
        await writer.drain()
        return await reader.read()
    writer.close()
    return b""


WAYS: dict[str, tuple[Client, int]] = {
    "slow heads": (slow_head, 200),
    "slow bodies": (slow_body, 200),
    "slow readers": (slow_reader, 200),
    "huge heads": (huge, 10),
    "idle connections": (idle, 10_000),
    "many fields": (fields, 6),
    "guesses": (guesses, 32),
}


async def main() -> None:
    """As many clients of one way as it has, each again and again."""
    client, count = WAYS[WAY]
    ends_at = time.monotonic() + SECONDS
    there = [asyncio.Event() for _ in range(count)]

    async def again(number: int) -> None:
        while time.monotonic() < ends_at:
            with contextlib.suppress(OSError):
                await client(number, there[number])
        there[number].set()

    tasks = []
    for number in range(count):
        tasks.append(asyncio.create_task(again(number)))
        # No more at once than a backlog holds.
        if number % 200 == 199:
            await there[number].wait()
    for one in there:
        await one.wait()
    print("ready", flush=True)
    await asyncio.sleep(max(0, ends_at - time.monotonic()))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asyncio.run(main())
