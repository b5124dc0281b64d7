"""A file of rows from an old system: encoding and delimiter found out, one line a row, read as a stream.

Each physical line is read alone, so that a stray quote costs one row and never swallows the next. A line that cannot be
read is a `Record` with a problem; what makes the whole file unreadable is a `CsvFileError`.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Final

DELIMITERS: Final = ",;\t|"
_LONGEST_LINE = 65_536
_LONGEST_FIELD = 1_024
_CHUNK = 1 << 20


class CsvFileError(Exception):
    """The file cannot be read at all; one line that says why and repeats nothing of its rows."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two rows: the bytes before it, and the number of the last line before it."""

    offset: int
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the values of the wanted columns in their order, or the `problem` that made it unreadable."""

    line: int
    values: tuple[str, ...]
    problem: str | None
    after: Place


class CsvFile:
    """A file with a heading that names at least `columns`, and perhaps `optional` ones; others are not looked at.

    A row's values come in this order, empty where an optional column is missing. `encoding` and `delimiter` are found
    out where they are None. Raises `CsvFileError`.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[str],
        *,
        optional: Sequence[str] = (),
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        self.path = path
        try:
            self.size, self.sha256, is_utf8 = _scan(path)
            self.encoding = codecs.lookup(encoding).name if encoding else "utf-8" if is_utf8 else "cp1252"
            with path.open("rb") as file:
                heading = file.readline(_LONGEST_LINE)
        except OSError as error:
            raise CsvFileError(f"{path.name} cannot be read: {error.strerror}") from None
        except LookupError:
            raise CsvFileError("there is no such encoding") from None
        self._read_heading(heading, columns, optional, delimiter)
        self.start = Place(len(heading), 1)

    def _read_heading(
        self, heading: bytes, columns: Sequence[str], optional: Sequence[str], delimiter: str | None
    ) -> None:
        try:
            text = heading.removeprefix(codecs.BOM_UTF8).decode(self.encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            raise CsvFileError(f"the first line is not {self.encoding}") from None
        missing: list[str] = []
        for candidate in delimiter or DELIMITERS:
            names = [name.strip().lower() for name in text.replace('"', "").split(candidate)]
            lacking = [name for name in columns if names.count(name) != 1]
            lacking += [name for name in optional if names.count(name) > 1]
            if not lacking:
                self.delimiter, self._width = candidate, len(names)
                # One place further there is an empty field, for the optional columns that are missing.
                places = [names.index(name) if name in names else len(names) for name in (*columns, *optional)]
                self._pick = itemgetter(*places)
                return
            if not missing or len(lacking) < len(missing):
                missing = lacking
        raise CsvFileError(f"the first line must name each of these columns once: {', '.join(missing)}")

    def rows(self, place: Place | None = None) -> Iterator[Record]:
        """The rows after `place`, or all of them; blank lines are no rows."""
        place = place or self.start
        offset, line = place.offset, place.line
        with self.path.open("rb") as file:
            file.seek(offset)
            while raw := file.readline(_LONGEST_LINE):
                line += 1
                offset += len(raw)
                if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
                    offset += _skip_line(file)
                    yield Record(line, (), "oversized", Place(offset, line))
                elif not raw.isspace():
                    yield self._record(line, raw, Place(offset, line))

    def _record(self, line: int, raw: bytes, after: Place) -> Record:
        try:
            text = raw.decode(self.encoding).rstrip("\r\n")
            # Strict: a quote left open is an error, not an invitation to read on.
            fields = next(csv.reader((text,), delimiter=self.delimiter, strict=True))
        except UnicodeDecodeError:
            return Record(line, (), "encoding", after)
        except (csv.Error, StopIteration):
            return Record(line, (), "quotes", after)
        if len(fields) != self._width:
            return Record(line, (), "fields", after)
        values = self._pick([*fields, ""])
        if len(raw) > _LONGEST_FIELD and max(map(len, values)) > _LONGEST_FIELD:
            return Record(line, (), "oversized", after)
        return Record(line, values, None, after)


def _scan(path: Path) -> tuple[int, bytes, bool]:
    """Size, SHA-256, and whether every byte is UTF-8."""
    size, digest, is_utf8 = 0, hashlib.sha256(), True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            digest.update(chunk)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    return size, digest.digest(), is_utf8 and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _skip_line(file: BinaryIO) -> int:
    """Read to the end of the line, in pieces; how many bytes that was."""
    skipped = 0
    while piece := file.readline(_LONGEST_LINE):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped
