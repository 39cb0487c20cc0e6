"""Arrow batches become bytes of CSV, JSON and Parquet."""

from __future__ import annotations

import base64
import bz2
import contextlib
import gzip
import io
import json
import lzma
from typing import TYPE_CHECKING, Any, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from h2o_frame_compat.io.connectors.base import MimeType, PartWriter

if TYPE_CHECKING:
    from h2o_frame_compat.io.connectors.places import NewFile

ENDINGS = {
    MimeType.CSV: "csv", MimeType.CSV_WITH_HEADER: "csv", MimeType.JSON: "json", MimeType.JSONL: "jsonl",
    MimeType.PARQUET: "parquet",
}  # fmt: skip


class Writer(Protocol):
    """Writes batches of one schema."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""

    def close(self) -> None:
        """Write what ends the file; the file itself stays open."""


def writer(mime_type: MimeType, file: Any, schema: pa.Schema) -> Writer:
    """Begin to write.

    Parameters
    ----------
    mime_type : MimeType
        The format.
    file : binary file
        Where to.
    schema : pyarrow.Schema
        Of the batches.

    Returns
    -------
    Writer
    """
    if mime_type is MimeType.PARQUET:
        return _Parquet(file, schema)
    if mime_type in {MimeType.JSON, MimeType.JSONL}:
        return _Json(file, lines=mime_type is MimeType.JSONL)
    return _Csv(file, schema, header=mime_type is MimeType.CSV_WITH_HEADER)


class WrittenPart(PartWriter):
    """A part that is a file in one of the formats.

    Parameters
    ----------
    job_id : str
        The job.
    partition_id : str
        The partition.
    mime_type : MimeType
        The format.
    file : binary file
        Where to.
    schema : pyarrow.Schema
        Of the batches.
    """

    def __init__(self, job_id: str, partition_id: str, mime_type: MimeType, file: Any, schema: pa.Schema) -> None:
        super().__init__(job_id, partition_id)
        self._writer: Writer | None = writer(mime_type, file, schema)

    def _take(self, batch: pa.RecordBatch) -> None:
        self._open().write(batch)

    def _end(self) -> None:
        """Write what ends the file."""
        self._open().close()
        self._forget()

    def _forget(self) -> None:
        """Write nothing more, which a writer would do when it is collected."""
        self._writer = None

    def _open(self) -> Writer:
        assert self._writer is not None, "the part is open"
        return self._writer


def parquet_writer(file: Any, schema: pa.Schema) -> pq.ParquetWriter:
    """Begin to write Parquet. Numbers get no dictionary: most are different, and to find that out takes longest.

    Parameters
    ----------
    file : binary file
        Where to.
    schema : pyarrow.Schema
        Of the batches.

    Returns
    -------
    pyarrow.parquet.ParquetWriter
    """
    numbers = (pa.types.is_floating, pa.types.is_integer)
    others = [field.name for field in schema if not any(test(field.type) for test in numbers)]
    return pq.ParquetWriter(pa.PythonFile(file, mode="w"), schema, use_dictionary=others)


class _Parquet:
    def __init__(self, file: Any, schema: pa.Schema) -> None:
        self._writer = parquet_writer(file, schema)

    def write(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch)

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, file: Any, schema: pa.Schema, *, header: bool) -> None:
        plain = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in schema]
        self._schema = pa.schema(plain)
        options = pacsv.WriteOptions(include_header=header, quoting_style="needed")
        self._writer = pacsv.CSVWriter(pa.PythonFile(file, mode="w"), self._schema, write_options=options)

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [c.cast(f.type) for c, f in zip(batch.columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def csv_header(names: list[str]) -> bytes:
    """Give the first row of a file.

    Parameters
    ----------
    names : list of str
        The columns.

    Returns
    -------
    bytes
    """
    out = io.BytesIO()
    empty = pa.schema([(name, pa.string()) for name in names]).empty_table()
    pacsv.write_csv(empty, out, pacsv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


class _Json:
    """Writes objects; the columns become texts as a whole, which is much faster than row by row."""

    def __init__(self, file: Any, *, lines: bool) -> None:
        self._file, self._lines, self._begun = file, lines, False

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        pieces: list[Any] = []
        for n, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
            pieces += [("{" if n == 0 else ", ") + json.dumps(name, ensure_ascii=False) + ": ", _texts(column)]
        rows = pc.binary_join_element_wise(*pieces, "}\n" if self._lines else "},\n", "")
        made = rows.buffers()[2].to_pybytes()
        if self._lines:
            self._file.write(made)
        else:
            self._file.write((b",\n" if self._begun else b"[\n") + made[:-2])
            self._begun = True

    def close(self) -> None:
        if not self._lines:
            self._file.write(b"\n]\n" if self._begun else b"[]\n")


def _texts(column: pa.Array) -> pa.Array:
    """Write each value of a column as JSON; what JSON has no number for is null."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        made = column.cast(pa.string())
    elif pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind)).cast(pa.string())
        whole = pc.invert(pc.match_substring_regex(finite, "[.e]"))
        made = pc.if_else(whole, pc.binary_join_element_wise(finite, ".0", ""), finite)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        coded = column.cast(pa.string()).dictionary_encode()
        words = [json.dumps(word, ensure_ascii=False) for word in coded.dictionary.to_pylist()]
        made = pa.array(words, pa.string()).take(coded.indices)
    else:
        values = column.to_pylist()
        texts = [None if v is None else json.dumps(v, default=_plain, ensure_ascii=False) for v in values]
        made = pa.array(texts, pa.string())
    return pc.fill_null(made, "null")


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def packed(file: NewFile, compression: str | None) -> Any:
    """Compress what is written to a file.

    Parameters
    ----------
    file : NewFile
        It.
    compression : str or None
        How.

    Returns
    -------
    binary file
        Closing it ends the compression and leaves the file open.

    Raises
    ------
    ValueError
        When there is no such compression.
    """
    kinds: dict[str, Any] = {
        # No name and no time: the same bytes each time.
        "gzip": lambda: gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0),
        "bz2": lambda: bz2.BZ2File(file, "wb"),
        "xz": lambda: lzma.LZMAFile(cast("Any", file), "wb"),  # noqa: SIM115 - closed by who writes
        "zstd": lambda: pa.CompressedOutputStream(pa.PythonFile(file, mode="w"), "zstd"),
        "lz4": lambda: pa.CompressedOutputStream(pa.PythonFile(file, mode="w"), "lz4"),
    }
    return kinds[compression]() if compression else file


def abandon(out: Any, file: NewFile) -> None:
    """End the compression of a file that is thrown away: its library would end it when it is collected, after the file.

    Parameters
    ----------
    out : binary file
        What `packed` gave; it may be closed.
    file : NewFile
        The file, still open.
    """
    if out is not file:
        with contextlib.suppress(Exception):  # nobody will read what it wrote
            out.close()
