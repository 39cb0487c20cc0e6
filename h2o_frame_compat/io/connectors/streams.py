"""Streams of bytes and of batches: formats by their endings, compression, whole rows, types."""

from __future__ import annotations

import datetime
import io
import json
import lzma
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from h2o_frame_compat.io.connectors.base import BadRow, DriftError, MimeType, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    OnBadRow = Callable[[BadRow], None]

SAMPLE = 4 << 20
"""Bytes from which the types of columns are found out."""
_NEVER_ENDS = 64 << 20  # bytes without an end of a row: a quotation mark that is not one
_COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4", ".xz": "xz"}


def compression_of(path: str) -> str | None:
    """Tell by its ending how a file is compressed.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    str or None
    """
    return next((name for ending, name in _COMPRESSIONS.items() if path.lower().endswith(ending)), None)


def mime_type_of(path: str) -> MimeType | None:
    """Tell by its ending what format a file has.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    MimeType or None
        None when the ending says nothing.
    """
    plain = re.sub(r"\.(gz|bz2|zst|lz4|xz)$", "", path.lower())
    endings = {
        "csv": MimeType.CSV_WITH_HEADER, "json": MimeType.JSON, "jsonl": MimeType.JSONL, "ndjson": MimeType.JSONL,
        "parquet": MimeType.PARQUET, "pq": MimeType.PARQUET,
    }  # fmt: skip
    return endings.get(plain.rpartition(".")[2]) if "." in plain.rpartition("/")[2] else None


class Pieces(io.RawIOBase):
    """A stream of pieces as a file.

    Parameters
    ----------
    pieces : iterable of bytes
        They.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the next piece goes."""
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = piece
        n = min(len(buffer), len(self._held))
        buffer[:n], self._held = self._held[:n], self._held[n:]
        return n


def unpacked(pieces: Iterable[bytes], compression: str | None, size: int) -> Iterator[bytes]:
    """Decompress a stream.

    Parameters
    ----------
    pieces : iterable of bytes
        It.
    compression : str or None
        How it is compressed.
    size : int
        Bytes of the pieces that are given.

    Yields
    ------
    bytes
    """
    if compression is None:
        yield from pieces
        return
    raw = io.BufferedReader(Pieces(pieces), 1 << 20)
    file: Any
    if compression == "xz":
        file = lzma.open(raw)  # noqa: SIM115 - the stream below is the generator's
    else:
        file = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), compression)
    while True:
        piece = file.read(size)
        if not piece:
            return
        yield piece


# --------------------------------------------------------------------------------------------- whole rows


def whole_rows(pieces: Iterable[bytes], *, quoted: bool) -> Iterator[bytes]:
    """Cut a stream where rows end.

    Parameters
    ----------
    pieces : iterable of bytes
        The stream.
    quoted : bool
        Whether an end of line between quotation marks ends no row.

    Yields
    ------
    bytes
        One or more rows.
    """
    held = b""
    for piece in pieces:
        held = held + piece if held else piece
        cut = last_end(held, quoted=quoted)
        if cut:
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held


def last_end(block: bytes, *, quoted: bool) -> int:
    """Give where the last whole row of a block ends.

    Parameters
    ----------
    block : bytes
        It.
    quoted : bool
        Whether an end of line between quotation marks ends no row.

    Returns
    -------
    int
        0 when no row ends.
    """
    at = block.rfind(b"\n")
    if not quoted or at < 0:
        return at + 1
    marks = block.count(b'"', 0, at)
    while marks % 2:
        before = block.rfind(b"\n", 0, at)
        if before < 0:
            return block.rfind(b"\n") + 1 if len(block) > _NEVER_ENDS else 0
        marks -= block.count(b'"', before, at)
        at = before
    return at + 1


def row_ends(pieces: Iterable[bytes], every: int) -> list[int]:
    """Find where a stream of CSV may be divided.

    Parameters
    ----------
    pieces : iterable of bytes
        The stream.
    every : int
        About how many bytes a part shall have.

    Returns
    -------
    list of int
        Positions at which rows begin.
    """
    found: list[int] = []
    at = 0
    step = max(1, every // 16)
    small = (piece[i : i + step] for piece in pieces for i in range(0, len(piece), step))
    for rows in whole_rows(small, quoted=True):
        at += len(rows)
        if at - (found[-1] if found else 0) >= every:
            found.append(at)
    return found


def records(block: bytes) -> list[bytes]:
    """Divide a block into its rows, those of CSV.

    Parameters
    ----------
    block : bytes
        It.

    Returns
    -------
    list of bytes
    """
    lines = re.findall(rb"[^\n]*\n|[^\n]+$", block)
    if b'"' not in block:
        return lines
    made: list[bytes] = []
    open_ = False
    for line in lines:
        if open_:
            made[-1] += line
        else:
            made.append(line)
        open_ ^= bool(line.count(b'"') % 2)
    return made


def refuse(row: BadRow, on_bad_row: OnBadRow | None) -> None:
    """Hand over a row that cannot be read, or raise it where nobody takes it.

    Parameters
    ----------
    row : BadRow
        It.
    on_bad_row : callable or None
        Who takes it.

    Raises
    ------
    RowError
        When nobody does.
    """
    if on_bad_row is None:
        raise RowError(row)
    on_bad_row(row)


def same_columns(names: list[str], schema: pa.Schema, where: str) -> None:
    """Refuse a file with other columns.

    Parameters
    ----------
    names : list of str
        What it has.
    schema : pyarrow.Schema
        What it shall have.
    where : str
        The file.

    Raises
    ------
    DriftError
        When they differ in more than their order.
    """
    lost = [name for name in schema.names if name not in names]
    new = [name for name in names if name not in schema.names]
    if lost or new:
        told = [f"column {name} is missing" for name in lost[:3]] + [f"column {name} is new" for name in new[:3]]
        msg = f"{where}: {', '.join(told)}"
        raise DriftError(msg)


def fitted(
    batch: pa.RecordBatch, schema: pa.Schema, where: str, on_bad_row: OnBadRow | None, before: int = 0
) -> Iterator[pa.RecordBatch]:
    """Cast a batch; rows that cannot be are found by halving.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        It, with the columns of the schema.
    schema : pyarrow.Schema
        What it shall have.
    where : str
        The file or table, for messages.
    on_bad_row : callable or None
        Gets rows that do not fit; without it they raise `RowError`.
    before : int
        The rows before it.

    Yields
    ------
    pyarrow.RecordBatch
    """
    if batch.schema.equals(schema):
        yield batch
        return
    columns, reason = [], ""
    for field in schema:
        try:
            columns.append(batch.column(field.name).cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            reason = f"column {field.name}: {error}"
            break
    if not reason:
        yield pa.record_batch(columns, schema=schema)
    elif batch.num_rows == 1:
        text = json.dumps(batch.to_pylist()[0], default=str, ensure_ascii=False)
        refuse(BadRow(f"{where}, row {before + 1}", text, reason), on_bad_row)
    elif batch.num_rows:
        middle = batch.num_rows // 2
        yield from fitted(batch.slice(0, middle), schema, where, on_bad_row, before)
        yield from fitted(batch.slice(middle), schema, where, on_bad_row, before + middle)


def of_type(value: Any, field: pa.Field) -> Any:
    """Make a value what its column holds.

    Parameters
    ----------
    value : object
        It.
    field : pyarrow.Field
        The column.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        When it cannot be; the message names the column.
    """
    kind = field.type
    try:
        if value is None:
            return None
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return value if isinstance(value, str) else json.dumps(value, default=str).strip('"')
        if pa.types.is_floating(kind):
            return float(value)
        if pa.types.is_integer(kind):
            if isinstance(value, float) and not value.is_integer():
                raise ValueError("not whole")
            return pa.scalar(int(value), kind).as_py()
        if pa.types.is_timestamp(kind) and isinstance(value, str):
            return datetime.datetime.fromisoformat(value)
        return pa.scalar(value, kind).as_py()
    except (ValueError, TypeError, OverflowError):
        msg = f"column {field.name}: {json.dumps(value, default=str)[:200]} is no {kind}"
        raise ValueError(msg) from None


def in_batches(tables: Iterable[pa.Table], schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    """Cut and join tables into batches of a number of rows; only the last is smaller.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        They.
    schema : pyarrow.Schema
        Theirs.
    rows : int
        The most rows of a batch.

    Yields
    ------
    pyarrow.RecordBatch
    """
    held: list[pa.Table] = []
    have = 0
    for table in tables:
        held.append(table)
        have += table.num_rows
        if have < rows:
            continue
        joined = pa.concat_tables(held)
        whole = have - have % rows
        for at in range(0, whole, rows):
            yield _one_batch(joined.slice(at, rows), schema)
        held, have = [joined.slice(whole)], have - whole
    if have:
        yield _one_batch(pa.concat_tables(held), schema)


def _one_batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return pa.record_batch(batches[0].columns, schema=schema) if batches else schema.empty_table().to_batches()[0]
