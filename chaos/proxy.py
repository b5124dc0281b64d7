"""A TCP proxy between a node and a store: passes, drops, stalls, resets, or is slow."""

import asyncio
import contextlib
import socket
import struct
import threading

_SLOW = 0.05
_CHUNK = 65_536
# SO_LINGER of no time: the other side sees a reset.
_NO_LINGER = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on `port`. `mode` holds for what is open too, but for `drop`, which closes it and takes nothing new.

    pass; stall (nothing moves, nothing is closed); reset (what is open, and each new connection); slow (50 ms a turn).
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._mode = "pass"
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._loop = asyncio.new_event_loop()
        self._moved: asyncio.Event
        self.port = 0
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=[ready], daemon=True)
        self._thread.start()
        ready.wait()

    def set(self, mode: str) -> None:
        """Change the mode, now."""
        asyncio.run_coroutine_threadsafe(self._set(mode), self._loop).result(5)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._moved = asyncio.Event()
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end(server))
        self._loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        for pair in self._pairs:
            for writer in pair:
                writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _set(self, mode: str) -> None:
        self._mode = mode
        self._moved.set()
        self._moved = asyncio.Event()
        if mode in ("reset", "drop"):
            for pair in self._pairs:
                for writer in pair:
                    _cut(writer, reset=mode == "reset")

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode in ("reset", "drop"):
            _cut(writer, reset=True)
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _cut(writer, reset=True)
            return
        pair = (writer, back)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._pairs.discard(pair)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(_CHUNK):
                while self._mode == "stall":
                    await self._moved.wait()
                if self._mode == "slow":
                    await asyncio.sleep(_SLOW)
                target.write(data)
                await target.drain()
        target.close()


def _cut(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    connection = writer.get_extra_info("socket")
    if reset and connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort() if not reset else writer.close()
