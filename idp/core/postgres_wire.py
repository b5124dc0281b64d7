"""One connection to PostgreSQL by libpq alone: for the statements of the hot way, prepared once and sent as they are.

A cursor of psycopg costs as much again as the statement (docs/decisions/0009); what is needed of a driver is a page.
"""

import re
import select
import struct
from collections.abc import Callable
from typing import Any

from psycopg import OperationalError, errors, pq
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from idp.core.lane import lane
from idp.core.statements import Parameters, Row, Unavailable

PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_READABLE = select.POLLIN | select.POLLERR | select.POLLHUP
# More words than a server says when it leaves.
_WORDS = 4
# A server that takes no writes any more, or tables that are no longer as they were: another connection may do.
_NOT_HERE = ("25006", "0A000")
_OIDS: dict[type, int] = {bytes: 17, bool: 16, int: 20}
_LOADERS: dict[int, Callable[[bytes], Any]] = {
    16: lambda raw: raw == b"\x01",
    17: bytes,
    20: lambda raw: struct.unpack(">q", raw)[0],
    21: lambda raw: struct.unpack(">h", raw)[0],
    23: lambda raw: struct.unpack(">i", raw)[0],
    **dict.fromkeys((18, 19, 25, 705, 1043), bytes.decode),
    2278: lambda _void: None,
}


def is_spent(connection: PGconn, poll: "select.poll | None" = None) -> bool:
    """Whether the server has left: an idle connection that can be read holds a farewell, or a word of TLS.

    `poll` is one that has the connection already; else one is made.
    """
    if connection.status != ConnStatus.OK:
        return True
    if poll is None:
        poll = select.poll()
        poll.register(connection.socket, _READABLE)
    for _ in range(_WORDS):
        if not poll.poll(0):
            return False
        try:
            connection.consume_input()
        except OperationalError:
            break
    return True


class _Prepared:
    """A statement that the server knows by its name."""

    __slots__ = ("loaders", "name", "names")

    def __init__(self, name: bytes, names: tuple[str, ...]) -> None:
        self.name = name
        self.names = names
        self.loaders: list[Callable[[bytes], Any]] | None = None


class Wire:
    """A connection in autocommit, of one seat; it gives up the lane while it waits, `patience` seconds at most."""

    def __init__(self, conninfo: str, patience: int) -> None:
        with lane.released():
            self.connection = pq.PGconn.connect(conninfo.encode())
        if self.connection.status != ConnStatus.OK:
            raise Unavailable("no connection")
        self._patience = patience * 1000
        self._poll = select.poll()
        self._poll.register(self.connection.socket, _READABLE)
        self._known: dict[str, _Prepared] = {}

    def __del__(self) -> None:
        # Closed with the seat that held it.
        self.close()

    def close(self) -> None:
        """Leave the server."""
        if connection := getattr(self, "connection", None):
            connection.finish()

    @property
    def is_spent(self) -> bool:
        """See `is_spent`."""
        return is_spent(self.connection, self._poll)

    @property
    def is_open(self) -> bool:
        """Whether anything can be asked."""
        return self.connection.status == ConnStatus.OK

    def say(self, command: bytes) -> None:
        """Run a command without parameters: BEGIN, COMMIT. Raises as `ask`; also where a COMMIT has undone it all."""
        status = self._exchange(self.connection.send_query, command).command_status
        if command == b"COMMIT" and status != command:
            raise Unavailable("undone")

    def ask(self, sql: str, parameters: Parameters) -> tuple[list[Row], int]:
        """The rows of a statement, and how many it changed.

        Raises `Unavailable`, or what psycopg has for the error of the server.
        """
        prepared = self._known.get(sql) or self._prepare(sql, parameters)
        values: list[bytes | None] = []
        formats: list[Format] = []
        for name in prepared.names:
            value = parameters[name]
            if value.__class__ is bytes:
                values.append(value)
                formats.append(Format.BINARY)
            else:
                values.append(_as_text(value))
                formats.append(Format.TEXT)
        send = self.connection.send_query_prepared
        result = self._exchange(send, prepared.name, values, formats, Format.BINARY)
        if not result.nfields:
            return [], result.command_tuples or 0
        if prepared.loaders is None:
            prepared.loaders = [_LOADERS[result.ftype(column)] for column in range(result.nfields)]
        get, columns = result.get_value, list(enumerate(prepared.loaders))
        rows = [
            tuple([None if (raw := get(row, column)) is None else load(raw) for column, load in columns])
            for row in range(result.ntuples)
        ]
        return rows, len(rows)

    def _prepare(self, sql: str, parameters: Parameters) -> _Prepared:
        names: list[str] = []

        def numbered(found: re.Match[str]) -> str:
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"

        text = PARAMETER.sub(numbered, sql)
        prepared = _Prepared(b"s%d" % len(self._known), tuple(names))
        # What is no number and no bytes, the server knows better from where it stands.
        oids = [_OIDS.get(parameters[name].__class__, 0) for name in names]
        self._exchange(self.connection.send_prepare, prepared.name, text.encode(), oids)
        self._known[sql] = prepared
        return prepared

    def _exchange(self, send: Callable[..., None], *arguments: Any) -> PGresult:
        """Send something; its only result."""
        connection = self.connection
        try:
            send(*arguments)
            with lane.released():
                ready = self._poll.poll(self._patience)
            while ready:
                connection.consume_input()
                if not connection.is_busy():
                    break
                with lane.released():
                    ready = self._poll.poll(self._patience)
            else:
                raise OperationalError("no answer in time")
            result = connection.get_result()
            # The end of the answer has come with it.
            while connection.get_result() is not None:
                pass
        except OperationalError as error:
            # What it says later would be taken for another answer.
            self.close()
            raise Unavailable(str(error).partition("\n")[0]) from error
        if result is None:
            self.close()
            raise Unavailable("no result")
        if result.status in (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE):
            state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
            if state in _NOT_HERE:
                self.close()
            raise _error(state, result)
        return result


def _as_text(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return b"t" if value else b"f"
    return str(value).encode()


def _error(state: str, result: PGresult) -> Exception:
    # The details may repeat values.
    message = (result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"").decode("utf-8", "replace")
    try:
        kind = errors.lookup(state)
    except KeyError:
        return Unavailable(message)
    if state in _NOT_HERE or issubclass(kind, (errors.OperationalError, errors.InternalError)):
        return Unavailable(f"{state} {message}")
    return kind(message)
