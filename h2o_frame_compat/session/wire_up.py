"""An Arrow table as the stream that goes up; numbers are sent from where they lie."""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from h2o_frame_compat.session.wire_format import COLUMN, DTYPES, END, FRAME, MAGIC, MARK, PROTOCOL, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from h2o_frame_compat.session.wire_format import Progress

Buffer = bytes | bytearray | memoryview

_INTEGERS = {TYPES[letter]: letter for letter in "lihb"}
_KINDS = {
    pa.float64(): ("n", "d"),
    **{kind: ("n", letter) for kind, letter in _INTEGERS.items()},
    pa.timestamp("ms"): ("t", "l"),
    pa.string(): ("s", "s"),
    pa.large_string(): ("s", "s"),
}
_TEXT = (pa.string(), pa.large_string())


def plan_chunks(table: pa.Table, *, cores: int = 4) -> list[int]:
    """Return rows per chunk: a few chunks per core, of 1,000 to 2**20 rows and at most about 64 MB a column.

    Parameters
    ----------
    table
        The table to send.
    cores
        Cores of the whole cluster.

    Examples
    --------
    >>> plan_chunks(pa.table({"a": [1, 2, 3]}))
    [3]
    """
    n = table.num_rows
    large = table.get_total_buffer_size() >> 26  # it takes no slices into account, but a fraction of the time
    widest = max(c.nbytes for c in table.columns) if large else 0
    pieces = max(1, min(max(4 * cores, -(-n >> 20), widest >> 26), n // 1000))
    if widest >> 30:  # a few long strings: the limit of a batch outweighs that of its rows
        pieces = max(pieces, min(n, widest >> 26))
    bounds = [n * i // pieces & ~7 for i in range(pieces)] + [n]  # whole bytes of the validity bitmaps
    return [b - a for a, b in itertools.pairwise(bounds) if b > a] or [n]


class Outgoing:
    """The stream of a table.

    Parameters
    ----------
    table
        Columns of the server types.
    plan
        Rows per chunk.
    progress
        Called after each chunk.

    Attributes
    ----------
    length : int
        Its bytes.
    """

    def __init__(self, table: pa.Table, plan: Sequence[int], progress: Progress | None) -> None:
        rows, at = table.num_rows, [0, *itertools.accumulate(plan)]
        if at[-1] != rows:
            raise ValueError(f"the chunk plan has {at[-1]} rows, the table {rows}")
        self._columns = [_Column(name, data) for name, data in zip(table.column_names, table.columns, strict=True)]
        self._spans = list(itertools.pairwise(at)) or [(0, 0)]
        self._progress = progress
        self._head = _header(self._columns, [b - a for a, b in self._spans], rows)
        self._only = list(self._batch(*self._spans[0])) if len(self._spans) == 1 else None
        self.length = len(self._head) + MARK.size
        if self._only is not None:
            self.length += sum(map(len, self._only))
        else:
            self.length += MARK.size * len(self._spans) * len(self._columns)
            self.length += sum(c.length(a, b) for a, b in self._spans for c in self._columns)

    def __iter__(self) -> Iterator[Buffer]:
        yield self._head
        rows = self._spans[-1][1]
        for a, b in self._spans:
            yield from self._only or self._batch(a, b)
            if self._progress is not None:
                self._progress(b, rows)
        yield MARK.pack(END, 0, 0)

    def _batch(self, a: int, b: int) -> Iterator[Buffer]:
        for column in self._columns:
            nulls, buffers = column.buffers(a, b)
            yield MARK.pack(FRAME, nulls, sum(map(len, buffers)))
            yield from buffers


def _header(columns: list[_Column], plan: list[int], rows: int) -> bytes:
    parts = [struct.pack(f"<IIIIQ{len(plan)}Q", PROTOCOL, len(columns), len(plan), 0, rows, *plan)]
    for c in columns:
        name = c.name.encode()
        parts += [COLUMN.pack(ord(c.kind), ord(c.wire), 0, len(name)), name]
        parts.append(struct.pack("<i", -1 if c.levels is None else len(c.levels)))
        if c.levels is not None:
            offsets, data = _utf8(c.levels)
            parts += [offsets.astype("<u4").tobytes(), bytes(data)]
    body = b"".join(parts)
    return struct.pack("<II", MAGIC, len(body)) + body


def _utf8(strings: pa.Array) -> tuple[npt.NDArray[Any], memoryview]:
    """Offsets from 0, and the bytes they point into."""
    n = len(strings)
    _, offsets_buffer, data_buffer = strings.buffers()
    if n == 0 or offsets_buffer is None:
        return np.zeros(n + 1, np.int64), memoryview(b"")
    width = np.dtype(np.int64 if pa.types.is_large_string(strings.type) else np.int32)
    offsets = np.frombuffer(offsets_buffer, width, n + 1, strings.offset * width.itemsize)
    data = memoryview(data_buffer) if data_buffer is not None else memoryview(b"")
    return offsets - offsets[0], data[int(offsets[0]) : int(offsets[-1])]


def _bitmap(array: pa.Array) -> bytes:
    """Return the validity bits of an array with missing values, starting at a byte."""
    n, at = len(array), array.offset
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    if at % 8 == 0:
        return bits[at >> 3 : (at + n + 7) >> 3].tobytes()
    span = np.unpackbits(bits[at >> 3 : (at + n + 7) >> 3], bitorder="little")
    return np.packbits(span[at % 8 : at % 8 + n], bitorder="little").tobytes()


class _Column:
    """One column: what the header says of it, and its buffers for any run of rows."""

    def __init__(self, name: str, data: pa.ChunkedArray) -> None:
        self.name = name
        self.levels: pa.Array | None = None
        kind = data.type
        if isinstance(kind, pa.DictionaryType):
            if data.num_chunks > 1:
                data = data.unify_dictionaries()
            levels = data.chunk(0).dictionary if data.num_chunks else pa.array([], kind.value_type)
            if levels.null_count or levels.type not in _TEXT:
                raise ValueError(f"the levels of column {name!r} must be strings, none of them missing")
            self.levels = levels
            self.kind, self.wire = "c", _INTEGERS.get(kind.index_type, "")
        else:
            self.kind, self.wire = _KINDS.get(kind, ("", ""))
        if not self.wire:
            raise TypeError(f"column {name!r} has type {data.type}, which the server does not hold")
        self._data = data
        self._width = 0 if self.wire == "s" else DTYPES[self.wire].itemsize
        self._flat: memoryview | None = None  # all values, where they lie one after the other and none is missing
        if self._width and data.num_chunks == 1 and not data.null_count:
            self._flat = self._values(data.chunk(0))

    def length(self, a: int, b: int) -> int:
        """Bytes of the payload for rows a..b."""
        if self._flat is not None:
            return self._width * (b - a)
        part = self._part(a, b)
        bitmap = (b - a + 7) >> 3 if part.null_count else 0
        if self._width:
            return bitmap + self._width * (b - a)
        chunks = part.chunks if isinstance(part, pa.ChunkedArray) else [part]
        return bitmap + 4 * (b - a + 1) + sum(len(_utf8(chunk)[1]) for chunk in chunks)

    def buffers(self, a: int, b: int) -> tuple[int, list[Buffer]]:
        """Missing values and payload of rows a..b; numbers are handed out where they lie."""
        if self._flat is not None:
            return 0, [self._flat[self._width * a : self._width * b]]
        array = self._part(a, b)
        if isinstance(array, pa.ChunkedArray):  # the run crosses chunks of the table: join this run only
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
        nulls = array.null_count
        bitmap: list[Buffer] = [_bitmap(array.indices if self.levels is not None else array)] if nulls else []
        if not self._width:
            offsets, data = _utf8(array)
            if int(offsets[-1]) > 2**31 - 2**20:
                raise ValueError(f"a chunk of column {self.name!r} holds over 2 GB of text; plan smaller chunks")
            return nulls, [*bitmap, offsets.astype("<i4").tobytes(), data]
        return nulls, [*bitmap, self._values(array)]

    def _values(self, array: pa.Array) -> memoryview:
        if self.levels is not None:
            array = array.indices
        values = array.buffers()[1]
        if values is None:
            return memoryview(b"")
        at = array.offset * self._width
        return memoryview(values)[at : at + len(array) * self._width]

    def _part(self, a: int, b: int) -> pa.Array | pa.ChunkedArray:
        if self._data.num_chunks != 1:
            part = self._data.slice(a, b - a)
            return part.chunk(0) if part.num_chunks == 1 else part
        only = self._data.chunk(0)
        return only if b - a == len(only) else only.slice(a, b - a)
