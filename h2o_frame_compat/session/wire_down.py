"""The stream that comes down as an Arrow table, read into buffers of their final size."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pyarrow as pa

from h2o_frame_compat.session.wire_format import (
    COLUMN,
    DTYPES,
    END,
    ERROR,
    FRAME,
    MAGIC,
    MARK,
    PROTOCOL,
    TYPES,
    StreamError,
)

if TYPE_CHECKING:
    from io import BufferedIOBase

    import numpy.typing as npt

    from h2o_frame_compat.session.wire_format import Progress


def read_table(source: BufferedIOBase, progress: Progress | None = None) -> pa.Table:
    """Read a stream to its end.

    Parameters
    ----------
    source
        An answer of the server.
    progress
        Called after each chunk.

    Returns
    -------
    pyarrow.Table
        Its columns are numpy-backed Arrow arrays.

    Raises
    ------
    StreamError
        If it ends with an error, or is no stream.
    OSError
        If it breaks off.
    """
    reader = _Reader(source)
    rows, plan, columns = reader.header()
    start = 0
    for n in plan:
        for column in columns:
            nulls, length = reader.mark(FRAME)
            bitmap = reader.bytes((n + 7) >> 3) if nulls else None
            if column.values is None:
                offsets = reader.bytes(4 * (n + 1))
                data = reader.bytes(length - len(offsets) - len(bitmap or b""))
                column.add_strings(n, offsets, data, bitmap, nulls)
            else:
                reader.into(column.values[start : start + n].view(np.uint8).data)
                column.add_nulls(start, n, bitmap, nulls)
        start += n
        if progress is not None:
            progress(start, rows)
    reader.mark(END)
    if source.read():
        raise StreamError(0, "", "there is data after the end of the stream")
    return pa.Table.from_arrays([c.finish() for c in columns], names=[c.name for c in columns])


class _Reader:
    """The parts of a stream."""

    def __init__(self, source: BufferedIOBase) -> None:
        self._source = source
        self._mark = memoryview(bytearray(MARK.size))

    def into(self, view: memoryview) -> None:
        while len(view):
            got = self._source.readinto(view)
            if not got:
                raise ConnectionError("the server ended the stream early")
            view = view[got:]

    def bytes(self, n: int) -> bytearray:
        buffer = bytearray(n)
        self.into(memoryview(buffer))
        return buffer

    def mark(self, expected: int) -> tuple[int, int]:
        self.into(self._mark)
        tag, nulls, length = MARK.unpack(self._mark)
        if tag == ERROR:
            message = self.bytes(length).decode(errors="replace")
            kind, _, reason = message.partition(": ")
            raise StreamError(0, kind, reason or message)
        if tag != expected:
            _lost()
        return nulls, length

    def header(self) -> tuple[int, tuple[int, ...], list[_Incoming]]:
        magic, size = struct.unpack("<II", self.bytes(8))
        if magic != MAGIC:
            _lost()
        head = bytes(self.bytes(size))
        protocol, count, batches, _, rows = struct.unpack_from("<IIIIQ", head)
        if protocol != PROTOCOL:
            _lost()
        at = 24 + 8 * batches
        plan = struct.unpack_from(f"<{batches}Q", head, 24)
        columns = []
        for _ in range(count):
            kind, wire, _, size = COLUMN.unpack_from(head, at)
            at += COLUMN.size
            name = head[at : at + size].decode()
            (levels,) = struct.unpack_from("<i", head, at + size)
            at += size + 4
            dictionary = None
            if levels >= 0:
                end = at + 4 * (levels + 1)  # 0 to the length of all, which are the offsets that Arrow has
                (size,) = struct.unpack_from("<I", head, end - 4)
                offsets, text = pa.py_buffer(head[at:end]), pa.py_buffer(head[end : end + size])
                at = end + size
                dictionary = pa.StringArray.from_buffers(levels, offsets, text, None, 0)
            columns.append(_Incoming(name, chr(kind), chr(wire), dictionary, rows))
        return rows, plan, columns


def _lost() -> NoReturn:
    raise StreamError(0, "", "the answer is not a stream of this protocol")


class _Incoming:
    """One column, filled batch by batch."""

    def __init__(self, name: str, kind: str, wire: str, levels: pa.Array | None, rows: int) -> None:
        self.name = name
        self.values: npt.NDArray[Any] | None = None if wire == "s" else np.empty(rows, DTYPES[wire])
        self._levels = levels
        self._type = pa.timestamp("ms") if kind == "t" else TYPES[wire]
        self._valid: npt.NDArray[np.bool_] | None = None
        self._nulls = 0
        self._pieces: list[pa.Array] = []

    def add_nulls(self, start: int, n: int, bitmap: bytearray | None, nulls: int) -> None:
        if bitmap is None:
            return
        assert self.values is not None
        if self._valid is None:
            self._valid = np.ones(len(self.values), np.bool_)
        self._valid[start : start + n] = np.unpackbits(np.frombuffer(bitmap, np.uint8), bitorder="little", count=n)
        self._nulls += nulls

    def add_strings(self, n: int, offsets: bytearray, data: bytearray, bitmap: bytearray | None, nulls: int) -> None:
        buffers = [pa.py_buffer(b) if b is not None else None for b in (offsets, data, bitmap)]
        self._pieces.append(pa.StringArray.from_buffers(n, buffers[0], buffers[1], buffers[2], nulls))

    def finish(self) -> pa.Array | pa.ChunkedArray:
        if self.values is None:
            return pa.chunked_array(self._pieces, pa.string())
        bitmap = None if self._valid is None else pa.py_buffer(np.packbits(self._valid, bitorder="little"))
        buffers = [bitmap, pa.py_buffer(self.values)]
        array = pa.Array.from_buffers(self._type, len(self.values), buffers, self._nulls)
        if self._levels is None:
            return array
        return pa.DictionaryArray.from_arrays(array, self._levels, safe=False)
