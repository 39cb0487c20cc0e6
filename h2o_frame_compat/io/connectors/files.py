"""Files as a source: those that a path, a pattern or a folder names, on this machine or in a bucket."""

from __future__ import annotations

import contextlib
import glob
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from h2o_frame_compat.io.connectors import csv_reading, json_reading, objects, streams
from h2o_frame_compat.io.connectors.base import Connector, DriftError, MimeType, MissingError, Partition, Source
from h2o_frame_compat.io.connectors.places import Item, LocalPlace, Place, translated
from h2o_frame_compat.io.connectors.secret import SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from h2o_frame_compat.io.connectors.base import BadRow

_SPLIT = 1 << 12  # bytes below which a file is not divided


class Filed(Connector):
    """What sources and sinks of files share: the place, the path in it, the format."""

    def __post_init__(self) -> None:
        location = self.location or ""
        if self.spec_uid == "azure":
            plain, signature = objects.without_query(location)
            if signature is not None:
                if "sasToken" in self.config:
                    raise ValueError("sasToken: is given, and the location has a signature as well")
                self.location = location = plain
                self.config["sasToken"] = SecretRef("value", signature)
            objects.azure_parts(location, self.config.get("containerName"))
        elif self.spec_uid != "file":
            objects.bucket_of(location)
        known = streams.mime_type_of(location)
        if self.mime_type is None:
            if known is None:
                says = f"{location} does not end in .csv, .json, .jsonl or .parquet"
                msg = f"mime_type: is missing, and {says}"
                raise ValueError(msg)
            self.mime_type = known
        self.format: MimeType = self.mime_type

    @cached_property
    def _where(self) -> tuple[Place, str]:
        location = self.location or ""
        if self.spec_uid != "file":
            return objects.place_of(self.spec_uid, self.config, location, self.role)
        return LocalPlace(), local_path(location)

    @property
    def files(self) -> Place:
        """The place that the files are in."""
        return self._where[0]

    @property
    def path(self) -> str:
        """The path in it."""
        return self._where[1]

    @contextlib.contextmanager
    def parquet(self, item: Item) -> Iterator[pq.ParquetFile]:
        """Open a Parquet file.

        Parameters
        ----------
        item : Item
            It.

        Yields
        ------
        pyarrow.parquet.ParquetFile

        Raises
        ------
        DriftError
            When it is none.
        """
        with self.files.open(item) as raw:
            try:
                opened = pq.ParquetFile(raw, pre_buffer=True)
            except pa.ArrowInvalid as error:
                msg = f"{self.files.address(item.path)}: is not Parquet: {error}"
                raise DriftError(msg) from None
            with opened:
                yield opened

    @property
    def place(self) -> str:
        """The place in a form that is equal for equal places, without secrets."""
        if self.spec_uid == "azure":
            named = self.config.get("containerName")
            account, endpoint, container, path = objects.azure_parts(self.location or "", named)
            root = f"azure {endpoint or account}/{container}/"
        elif self.spec_uid == "file":
            root, path = "/", os.path.realpath("/" + local_path(self.location or "")).lstrip("/")
        else:
            bucket, path = objects.bucket_of(self.location or "")
            kind = "s3" if self.spec_uid == "minio" else self.spec_uid
            root = f"{kind} {self.config.get('endpoint', '').rstrip('/')} {bucket}/"
        fixed = path
        for sign in "*?[":
            fixed = fixed.partition(sign)[0]
        return root + (path if fixed == path else fixed.rpartition("/")[0]).rstrip("/")


def local_path(location: str) -> str:
    """Give the absolute path of a location, without the ``/`` at its beginning.

    Parameters
    ----------
    location : str
        A path, or an address with ``file://``.

    Returns
    -------
    str
        ``/`` at its end stays; a folder gets one.
    """
    plain = unquote(location[len("file://") :]) if location.lower().startswith("file://") else location
    made = os.path.abspath(Path(plain).expanduser())  # noqa: PTH100 - patterns and links stay as they are
    folder = plain.endswith("/") or (not glob.has_magic(plain) and Path(made).is_dir())
    return made.lstrip("/") + ("/" if folder else "")


class FileSource(Filed, Source):
    """Files of one format, in the order of their paths."""

    @cached_property
    def items(self) -> list[Item]:
        """The files.

        Raises
        ------
        MissingError
            When there are none.
        """
        found = self.files.matching(self.path)
        if not found:
            msg = f"{self.location}: no file is there"
            raise MissingError(msg)
        return found

    def check(self) -> None:
        """See whether there are files, whether they can be read, and whether they have the format.

        Raises
        ------
        ConnectorError
            When one of this is not so.
        """
        self.schema()

    def schema(self) -> pa.Schema:
        """Give names and types of the columns, from the beginning of the first file.

        Returns
        -------
        pyarrow.Schema
        """
        return self._schema

    @cached_property
    def _schema(self) -> pa.Schema:
        item = next((item for item in self.items if item.size), self.items[0])
        where = self.files.address(item.path)
        if self.format is MimeType.PARQUET:
            with self.parquet(item) as file:
                return pa.schema([pa.field(f.name, f.type) for f in file.schema_arrow])
        pieces = self._pieces(item, 0, item.size, streams.SAMPLE)
        try:
            if self.format in {MimeType.JSON, MimeType.JSONL}:
                return json_reading.json_schema(pieces, where, lines=self.format is MimeType.JSONL)
            return csv_reading.csv_schema(pieces, where, header=self.format is MimeType.CSV_WITH_HEADER)
        except (pa.ArrowInvalid, UnicodeDecodeError, EOFError, OSError) as error:
            msg = f"{where}: is not {self.format}: {error}"
            raise DriftError(msg) from None

    def _pieces(self, item: Item, start: int, end: int, size: int = 0) -> Iterator[bytes]:
        compression = streams.compression_of(item.path)
        size = size or self.files.chunk
        return streams.unpacked(self.files.stream(item.path, start, end), compression, size)

    # ------------------------------------------------------------------------------- partitions

    def partitions(self, n: int) -> list[Partition]:
        """Divide the source, in order: files, and large files where their format can be divided.

        Parquet is divided by its row groups, JSON lines at ends of lines, CSV where rows end; the last needs to look
        at all of the file and is done for files of this machine. Compressed files and arrays of JSON stay whole.

        Parameters
        ----------
        n : int
            How many partitions are wanted.

        Returns
        -------
        list of Partition
        """
        whole = sum(item.size for item in self.items)
        every = max(_SPLIT, -(-whole // max(1, n)))
        units = [unit for item in self.items for unit in self._units(item, every if n > 1 else whole + 1)]
        groups: list[list[dict[str, Any]]] = []
        done, last = 0, -1
        for unit in units:  # to where its middle is
            group = min(n - 1, (2 * done + unit["bytes"]) * n // (2 * whole)) if whole and n > 1 else 0
            if group != last:
                groups.append([])
            groups[-1].append(unit)
            done, last = done + unit["bytes"], group
        return [
            Partition(
                f"{i:05d}",
                {"files": group},
                sum(unit["rows"] for unit in group) if all("rows" in unit for unit in group) else None,
                sum(unit["bytes"] for unit in group),
            )
            for i, group in enumerate(groups)
        ]

    def _units(self, item: Item, every: int) -> list[dict[str, Any]]:
        """Describe the parts of a file."""
        file = {"path": item.path, "size": item.size, "tag": item.tag}
        if self.format is MimeType.PARQUET:
            return self._row_groups(item, file, every)
        cuts = self._cuts(item, every) if item.size > every else []
        ends = [*cuts, item.size]
        return [
            {**file, "start": start, "end": end, "bytes": end - start}
            for start, end in zip([0, *cuts], ends, strict=True)
            if end > start or item.size == 0
        ]

    def _row_groups(self, item: Item, file: dict[str, Any], every: int) -> list[dict[str, Any]]:
        with self.parquet(item) as opened:
            about = opened.metadata
            sizes = [about.row_group(i).total_byte_size or 1 for i in range(about.num_row_groups)]
            rows = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
        part = max(1.0, sum(sizes) * every / max(1, item.size))
        made: list[dict[str, Any]] = []
        held = 0.0
        for i, (size, count) in enumerate(zip(sizes, rows, strict=True)):
            if not made or held >= part:
                made.append({**file, "groups": [], "rows": 0, "bytes": 0})
                held = 0.0
            held += size
            made[-1]["groups"].append(i)
            made[-1]["rows"] += count
            made[-1]["bytes"] += round(size * item.size / sum(sizes))
        return made or [{**file, "groups": [], "rows": 0, "bytes": 0}]

    def _cuts(self, item: Item, every: int) -> list[int]:
        if streams.compression_of(item.path) or self.format is MimeType.JSON:
            return []
        if self.format is MimeType.JSONL:
            cuts = (self._line_end(item, at) for at in range(every, item.size, every))
            return sorted({cut for cut in cuts if cut < item.size})
        if self.spec_uid != "file":
            return []
        return [cut for cut in streams.row_ends(self.files.stream(item.path, 0, item.size), every) if cut < item.size]

    def _line_end(self, item: Item, at: int) -> int:
        """Give where the first line after a position begins."""
        while at < item.size:
            piece = b"".join(self.files.stream(item.path, at, min(item.size, at + (1 << 16))))
            end = piece.find(b"\n")
            if end >= 0:
                return at + end + 1
            at += len(piece)
        return item.size

    # ------------------------------------------------------------------------------- reading

    def read(
        self,
        partition: Partition,
        batch_rows: int,
        *,
        schema: pa.Schema | None = None,
        on_bad_row: Callable[[BadRow], None] | None = None,
    ) -> Generator[pa.RecordBatch, None, None]:
        """Read a partition as a stream; see `Source.read`.

        A schema for CSV without a header may say the names too, when it has as many columns.
        """
        wanted = self._wanted(schema)
        for unit in partition.what["files"]:
            where = self.files.address(unit["path"])
            item = self.files.head(unit["path"])
            if item is None or (item.size, item.tag) != (unit["size"], unit["tag"]):
                msg = f"{where}: {'is gone' if item is None else 'has changed'} since the job was planned"
                raise DriftError(msg)
            with translated(where):
                if self.format is MimeType.PARQUET:
                    yield from self._read_parquet(item, unit["groups"], batch_rows, wanted, on_bad_row)
                else:
                    yield from self._read_text(item, unit, batch_rows, wanted, on_bad_row)

    def _wanted(self, schema: pa.Schema | None) -> pa.Schema:
        own = self.schema()
        if schema is None:
            return own
        if self.format is MimeType.CSV and len(schema) == len(own) and not {*schema.names} & {*own.names}:
            return schema
        given = {field.name: field.type for field in schema}
        return pa.schema([pa.field(f.name, given.get(f.name, f.type)) for f in own])

    def _read_parquet(
        self, item: Item, groups: list[int], rows: int, wanted: pa.Schema, on_bad_row: Callable[[BadRow], None] | None
    ) -> Iterator[pa.RecordBatch]:
        where, before = self.files.address(item.path), 0
        with self.parquet(item) as file:
            streams.same_columns(file.schema_arrow.names, wanted, where)
            for i in range(groups[0] if groups else 0):
                before += file.metadata.row_group(i).num_rows
            for batch in file.iter_batches(batch_size=rows, row_groups=groups, use_threads=False):
                yield from streams.fitted(batch.select(wanted.names), wanted, where, on_bad_row, before)
                before += batch.num_rows

    def _read_text(
        self,
        item: Item,
        unit: dict[str, Any],
        rows: int,
        wanted: pa.Schema,
        on_bad_row: Callable[[BadRow], None] | None,
    ) -> Iterator[pa.RecordBatch]:
        pieces = self._pieces(item, unit["start"], unit["end"])
        where = self.files.address(item.path) + (f", from byte {unit['start']}" if unit["start"] else "")
        if self.format in {MimeType.JSON, MimeType.JSONL}:
            lines = self.format is MimeType.JSONL
            tables = json_reading.json_tables(pieces, wanted, where, on_bad_row, rows, lines=lines)
        else:
            header = self.format is MimeType.CSV_WITH_HEADER and unit["start"] == 0
            tables = csv_reading.csv_tables(pieces, wanted, where, on_bad_row, header=header)
        yield from streams.in_batches(tables, wanted, rows)
