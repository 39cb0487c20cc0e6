"""The stream between client and server extension: Arrow tables as H2O frames and back, exactly, uncopied.

The module knows the stream, not HTTP: it is handed an open connection, the complete path and the headers, and
leaves authentication, retries and the meaning of errors to its caller. ``docs/extension.md`` has the format.

Server types and Arrow types correspond one to one:

========  ==========================================================================================
numeric   ``int8`` ``int16`` ``int32`` ``int64`` (missing by bitmap) or ``float64`` (missing is NaN)
enum      ``dictionary(int8 | int16 | int32, string)``
time      ``timestamp("ms")``
string    ``string`` or ``large_string``
========  ==========================================================================================
"""

from __future__ import annotations

import itertools
import json
import select
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

__all__ = ["Progress", "StreamError", "chunk_rows", "get", "plan_chunks", "put", "score"]

#: Called with the rows done and the rows in all.
Progress = Callable[[int, int], None]

PROTOCOL = 2
_MAGIC, _FRAME, _END, _ERROR = 0x31433248, 0x4D415246, 0x21444E45, 0x21525245
_MARK = struct.Struct("<IIQ")
_SEND = 1 << 20  # between two sends of this size we look whether the server has answered already
_JOIN = 1 << 16  # smaller buffers are joined before they are sent

_WIRES: dict[pa.DataType, bytes] = {
    pa.float64(): b"d",
    pa.int64(): b"l",
    pa.int32(): b"i",
    pa.int16(): b"h",
    pa.int8(): b"b",
}
_TYPES = {wire: kind for kind, wire in _WIRES.items()}
_DTYPES: dict[bytes, npt.DTypeLike] = {b"d": "<f8", b"l": "<i8", b"i": "<i4", b"h": "<i2", b"b": "<i1"}

_Result = TypeVar("_Result")
_Buffer = bytes | bytearray | memoryview


class StreamError(Exception):
    """The server refused a stream, or ended one early.

    Parameters
    ----------
    status
        The HTTP status; 0 if the stream broke after a status was sent.
    exception_type
        The server's class name, or an empty string.
    message
        The reason.
    """

    def __init__(self, status: int, exception_type: str, message: str) -> None:
        super().__init__(status, exception_type, message)
        self.status = status
        self.exception_type = exception_type
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} (status {self.status})" if self.status else self.message


# --------------------------------------------------------------------------------------------------- upload
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
    widest = max((c.nbytes for c in table.columns), default=0)
    pieces = max(1, min(max(4 * cores, -(-n >> 20), widest >> 26), n // 1000))
    if widest >> 30:  # a few long strings: the limit of a batch outweighs that of its rows
        pieces = max(pieces, min(n, widest >> 26))
    bounds = [n * i // pieces & ~7 for i in range(pieces)] + [n]  # whole bytes of the validity bitmaps
    return [b - a for a, b in itertools.pairwise(bounds) if b > a] or [n]


def put(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    *,
    chunk_plan: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Send a table; the server makes a frame of it.

    Parameters
    ----------
    connection
        An open connection. It is closed if the stream breaks or the server refuses it.
    path
        Path and query, such as ``/3/Compat.put?frame_id=a``; with ``overwrite=1`` an old frame of that key is
        replaced, with ``like=b`` the frame shares chunk layout and home nodes of frame ``b``, so that a cbind
        copies nothing (the plan must be that of ``b``: see :func:`chunk_rows`).
    headers
        Headers to send, for example authorization.
    table
        Columns of the server types; see the module.
    chunk_plan
        Rows per chunk; by default that of :func:`plan_chunks`.
    progress
        Called after each chunk.

    Returns
    -------
    dict
        ``frame_id``, ``rows``, ``columns``, ``chunks``.

    Raises
    ------
    StreamError
        If the server refuses the table.
    TypeError
        If a column has a type that the server does not hold.
    ValueError
        If an enum has a missing level, or the plan does not add up to the table's rows.
    OSError
        If the connection breaks.
    """
    _post(connection, path, headers, table, chunk_plan, progress)
    return _answer(connection)


def score(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    *,
    chunk_plan: Sequence[int] | None = None,
) -> pa.Table:
    """Send rows and receive a model's predictions for them; nothing stays in the cluster.

    Parameters
    ----------
    connection, path, headers, table, chunk_plan
        As for :func:`put`; the path is such as ``/3/Compat.score?model=m``.

    Returns
    -------
    pyarrow.Table
        The predictions, as :func:`get` gives a frame.

    Raises
    ------
    StreamError
        If the server refuses the table, or has no such model (404).
    OSError
        If the connection breaks.
    """
    _post(connection, path, headers, table, chunk_plan, None)
    return _received(connection, lambda reader: reader.table(None))


def _post(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    chunk_plan: Sequence[int] | None,
    progress: Progress | None,
) -> None:
    """Send a table, or as much of it as the server reads."""
    plan = list(plan_chunks(table) if chunk_plan is None else chunk_plan) or [0]
    if sum(plan) != table.num_rows:
        raise ValueError(f"the chunk plan has {sum(plan)} rows, the table {table.num_rows}")
    columns = [_Column(name, data) for name, data in zip(table.column_names, table.columns, strict=True)]
    head = _header(columns, plan, table.num_rows)
    bounds = np.concatenate([[0], np.cumsum(plan)]).tolist()
    spans = list(itertools.pairwise(bounds))
    length = len(head) + _MARK.size
    length += sum(_MARK.size + c.length(a, b) for a, b in spans for c in columns)

    said = {**headers, "Content-Type": "application/octet-stream", "Content-Length": str(length)}
    stream = _stream(head, columns, spans, progress)
    try:
        if length < _JOIN:
            connection.request("POST", path, b"".join(stream), said)
        else:
            connection.request("POST", path, headers=said)
            _send(connection, stream)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has given up; its reason may still be there to read
    except BaseException:
        connection.close()
        raise


def _stream(
    head: bytes, columns: list[_Column], spans: list[tuple[int, int]], progress: Progress | None
) -> Iterator[_Buffer]:
    yield head
    rows = spans[-1][1]
    for a, b in spans:
        for column in columns:
            nulls, buffers = column.buffers(a, b)
            yield _MARK.pack(_FRAME, nulls, sum(map(len, buffers)))
            yield from buffers
        if progress is not None:
            progress(b, rows)
    yield _MARK.pack(_END, 0, 0)


def _send(connection: HTTPConnection, buffers: Iterator[_Buffer]) -> None:
    """Send large buffers as they are and small ones joined; stop when the server has answered."""
    small = bytearray()
    for buffer in buffers:
        if len(buffer) < _JOIN:
            small += buffer
            if len(small) < _SEND:
                continue
        if small:
            connection.send(small)
            small = bytearray()
        if len(buffer) >= _JOIN:
            view = memoryview(buffer)
            for at in range(0, len(view), _SEND):
                if _answered(connection):
                    return
                connection.send(view[at : at + _SEND])
    if small:
        connection.send(small)


def _answered(connection: HTTPConnection) -> bool:
    """Whether bytes from the server wait to be read: before the whole body was sent, that is a refusal."""
    sock = getattr(connection, "sock", None)
    return sock is not None and bool(select.select([sock], [], [], 0)[0])


def _answer(connection: HTTPConnection) -> dict[str, Any]:
    try:
        response = connection.getresponse()
        body = response.read()
    except BaseException:
        connection.close()
        raise
    if response.status != 200:
        connection.close()
        raise _refusal(response.status, body)
    answer: dict[str, Any] = json.loads(body)
    return answer


def _refusal(status: int, body: bytes) -> StreamError:
    try:
        answer = json.loads(body)
        return StreamError(status, str(answer.get("exception_type", "")), str(answer.get("msg", "")).strip())
    except (ValueError, AttributeError):  # not ours: a proxy or the login page answered
        return StreamError(status, "", f"the server answered with HTTP status {status}")


def _header(columns: list[_Column], plan: list[int], rows: int) -> bytes:
    parts = [
        struct.pack("<IIIIQ", PROTOCOL, len(columns), len(plan), 0, rows),
        struct.pack(f"<{len(plan)}Q", *plan),
    ]
    for c in columns:
        name = c.name.encode()
        parts.append(struct.pack("<ccHI", c.kind, c.wire, 0, len(name)) + name)
        if c.levels is None:
            parts.append(struct.pack("<i", -1))
        else:
            parts.append(struct.pack("<i", len(c.levels)))
            parts += _utf8_parts(c.levels)
    body = b"".join(parts)
    return struct.pack("<II", _MAGIC, len(body)) + body


def _utf8_parts(strings: pa.Array) -> list[bytes]:
    offsets, data = _utf8(strings)
    return [offsets.astype("<u4").tobytes(), bytes(data)]


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
    """One column of an upload: what the header says of it, and its buffers for any run of rows."""

    def __init__(self, name: str, data: pa.ChunkedArray) -> None:
        self.name = name
        self.levels: pa.Array | None = None
        kind = data.type
        if pa.types.is_dictionary(kind):
            data = data.unify_dictionaries()
            levels = data.chunk(0).dictionary if data.num_chunks else pa.array([], kind.value_type)
            if levels.null_count or not _is_string(levels.type):
                raise ValueError(f"the levels of column {name!r} must be strings, none of them missing")
            self.levels, kind = levels, kind.index_type
            self.kind, self.wire = b"c", _WIRES.get(kind, b"d")
        elif _is_string(kind):
            self.kind, self.wire = b"s", b"s"
        elif kind == pa.timestamp("ms"):
            self.kind, self.wire = b"t", b"l"
        else:
            self.kind, self.wire = b"n", _WIRES.get(kind, b"")
        if not self.wire or (self.kind == b"c" and self.wire == b"d"):
            raise TypeError(f"column {name!r} has type {data.type}, which the server does not hold")
        self.data = data
        self.width = 0 if self.wire == b"s" else np.dtype(_DTYPES[self.wire]).itemsize

    def length(self, a: int, b: int) -> int:
        """Bytes of the payload for rows a..b."""
        part = self.data.slice(a, b - a)
        bitmap = (b - a + 7) >> 3 if part.null_count else 0
        if self.width:
            return bitmap + self.width * (b - a)
        return bitmap + 4 * (b - a + 1) + sum(len(_utf8(chunk)[1]) for chunk in part.chunks)

    def buffers(self, a: int, b: int) -> tuple[int, list[_Buffer]]:
        """Missing values and payload of rows a..b; numbers are handed out where they lie."""
        array = self._array(a, b)
        nulls = array.null_count
        bitmap: list[_Buffer] = [_bitmap(array)] if nulls else []
        if not self.width:
            offsets, data = _utf8(array)
            if int(offsets[-1]) > 2**31 - 2**20:
                raise ValueError(f"a chunk of column {self.name!r} holds over 2 GB of text; plan smaller chunks")
            return nulls, [*bitmap, offsets.astype("<i4").tobytes(), data]
        values = array.buffers()[1]
        if values is None or a == b:
            return nulls, bitmap
        at = array.offset * self.width
        return nulls, [*bitmap, memoryview(values)[at : at + (b - a) * self.width]]

    def _array(self, a: int, b: int) -> pa.Array:
        part = self.data.slice(a, b - a)
        if part.num_chunks == 1:
            array = part.chunk(0)
        else:  # the run crosses chunks of the table: join this run only
            array = pa.concat_arrays(part.chunks) if part.num_chunks else pa.array([], part.type)
        return array.indices if self.levels is not None else array


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


# ------------------------------------------------------------------------------------------------- download
def get(
    connection: HTTPConnection, path: str, headers: Mapping[str, str], *, progress: Progress | None = None
) -> pa.Table:
    """Receive a frame, or a part of one, as a table whose columns are numpy-backed Arrow arrays.

    Parameters
    ----------
    connection
        An open connection. It is closed if the stream breaks.
    path
        Path and query, such as ``/3/Compat.get?frame_id=a&columns=0,2&rows=0:10&wires=d-`` (``wires`` asks
        for a type per column: ``d`` float64, ``l`` ``i`` ``h`` ``b`` int64 to int8, ``-`` as stored).
    headers
        Headers to send.
    progress
        Called after each chunk.

    Returns
    -------
    pyarrow.Table
        Enums come as ``dictionary(int8 | int16 | int32, string)``, strings in one piece per chunk.

    Raises
    ------
    StreamError
        If the server refuses (404: no such frame) or ends the stream with an error.
    OSError
        If the connection breaks.
    """
    return _receive(connection, path, headers, lambda reader: reader.table(progress))


def chunk_rows(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> list[int]:
    """Return the rows of each chunk of a frame: the plan for a frame ``like`` it.

    Parameters
    ----------
    connection
        An open connection.
    path
        Path and query, such as ``/3/Compat.get?frame_id=a``.
    headers
        Headers to send.

    Raises
    ------
    StreamError
        If the server refuses (404: no such frame).
    """
    return _receive(connection, f"{path}&columns=", headers, lambda reader: reader.plan())


def _receive(
    connection: HTTPConnection, path: str, headers: Mapping[str, str], read: Callable[[_Reader], _Result]
) -> _Result:
    try:
        connection.request("GET", path, headers=dict(headers))
    except BaseException:
        connection.close()
        raise
    return _received(connection, read)


def _received(connection: HTTPConnection, read: Callable[[_Reader], _Result]) -> _Result:
    try:
        response = connection.getresponse()
        refusal = _refusal(response.status, response.read()) if response.status != 200 else None
        if refusal is None:
            return read(_Reader(response))
    except BaseException:
        connection.close()  # mid-stream: nothing that follows could be read
        raise
    raise refusal


class _Reader:
    """Reads one stream into buffers of their final size."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response

    def _into(self, view: memoryview) -> None:
        while len(view):
            got = self._response.readinto(view)
            if not got:
                raise ConnectionError("the server ended the stream early")
            view = view[got:]

    def _bytes(self, n: int) -> bytearray:
        buffer = bytearray(n)
        self._into(memoryview(buffer))
        return buffer

    def _mark(self, expected: int) -> tuple[int, int]:
        tag, nulls, length = _MARK.unpack(self._bytes(_MARK.size))
        if tag == _ERROR:
            message = self._bytes(length).decode(errors="replace")
            kind, _, reason = message.partition(": ")
            raise StreamError(0, kind, reason or message)
        if tag != expected:
            _lost()
        return nulls, length

    def _header(self) -> tuple[int, tuple[int, ...], list[_Incoming]]:
        magic, size = struct.unpack("<II", self._bytes(8))
        if magic != _MAGIC:
            _lost()
        return _read_header(self._bytes(size))

    def _end(self) -> None:
        self._mark(_END)
        if self._response.read():
            raise StreamError(0, "", "there is data after the end of the stream")

    def plan(self) -> list[int]:
        _, plan, _ = self._header()
        self._end()
        return list(plan)

    def table(self, progress: Progress | None) -> pa.Table:
        rows, plan, columns = self._header()
        start = 0
        for n in plan:
            for column in columns:
                nulls, length = self._mark(_FRAME)
                column.start(rows)
                bitmap = self._bytes((n + 7) >> 3) if nulls else None
                if column.wire == b"s":
                    offsets = self._bytes(4 * (n + 1))
                    data = self._bytes(length - len(offsets) - len(bitmap or b""))
                    column.add_strings(n, offsets, data, bitmap, nulls)
                else:
                    self._into(column.window(start, n))
                    column.add_nulls(start, n, bitmap, nulls)
            start += n
            if progress is not None:
                progress(start, rows)
        self._end()
        for column in columns:
            column.start(rows)
        return pa.Table.from_arrays([c.finish() for c in columns], names=[c.name for c in columns])


def _lost() -> NoReturn:
    raise StreamError(0, "", "the answer is not a stream of this protocol")


def _read_header(head: bytearray) -> tuple[int, tuple[int, ...], list[_Incoming]]:
    protocol, count, batches, _, rows = struct.unpack_from("<IIIIQ", head)
    if protocol != PROTOCOL:
        _lost()
    at = 24 + 8 * batches
    plan = struct.unpack_from(f"<{batches}Q", head, 24)
    columns = []
    for _ in range(count):
        kind, wire, _, size = struct.unpack_from("<ccHI", head, at)
        at += 8
        name = head[at : at + size].decode()
        (levels,) = struct.unpack_from("<i", head, at + size)
        at += size + 4
        dictionary = None
        if levels >= 0:
            offsets = np.frombuffer(head, "<u4", levels + 1, at).astype(np.int32)
            at += 4 * (levels + 1)
            text = bytes(head[at : at + int(offsets[-1])])
            at += len(text)
            dictionary = pa.StringArray.from_buffers(levels, pa.py_buffer(offsets), pa.py_buffer(text))
        columns.append(_Incoming(name, kind, wire, dictionary))
    return rows, plan, columns


class _Incoming:
    """One column of a download, filled batch by batch."""

    def __init__(self, name: str, kind: bytes, wire: bytes, levels: pa.Array | None) -> None:
        self.name, self.kind, self.wire, self.levels = name, kind, wire, levels
        self.values: npt.NDArray[Any] | None = None
        self.valid: npt.NDArray[np.bool_] | None = None
        self.nulls = 0
        self.pieces: list[pa.Array] = []

    def start(self, rows: int) -> None:
        if self.values is None and self.wire != b"s":
            self.values = np.empty(rows, _DTYPES[self.wire])

    def window(self, start: int, n: int) -> memoryview:
        assert self.values is not None
        return self.values[start : start + n].view(np.uint8).data

    def add_nulls(self, start: int, n: int, bitmap: bytearray | None, nulls: int) -> None:
        if bitmap is None:
            return
        assert self.values is not None
        if self.valid is None:
            self.valid = np.ones(len(self.values), np.bool_)
        self.valid[start : start + n] = np.unpackbits(np.frombuffer(bitmap, np.uint8), bitorder="little", count=n)
        self.nulls += nulls

    def add_strings(self, n: int, offsets: bytearray, data: bytearray, bitmap: bytearray | None, nulls: int) -> None:
        buffers = [pa.py_buffer(b) if b is not None else None for b in (offsets, data, bitmap)]
        self.pieces.append(pa.StringArray.from_buffers(n, buffers[0], buffers[1], buffers[2], nulls))

    def finish(self) -> pa.Array | pa.ChunkedArray:
        if self.wire == b"s":
            return pa.chunked_array(self.pieces, pa.string())
        assert self.values is not None
        bitmap = None if self.valid is None else pa.py_buffer(np.packbits(self.valid, bitorder="little"))
        kind = pa.timestamp("ms") if self.kind == b"t" else _TYPES[self.wire]
        array = pa.Array.from_buffers(kind, len(self.values), [bitmap, pa.py_buffer(self.values)], self.nulls)
        if self.levels is None:
            return array
        return pa.DictionaryArray.from_arrays(array, self.levels, safe=False)
