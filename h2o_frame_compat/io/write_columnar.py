"""Parquet, Feather and ORC files, written a batch of rows at a time, with what pandas writes about the columns."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pandas.io.common import get_handle
from pyarrow import orc

from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.io import stores
from h2o_frame_compat.io.leave import frames
from h2o_frame_compat.io.write import removed_on_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FEATHER_ROWS = 1 << 16


def _tables(block: Block, what: str, index: bool | None) -> tuple[pa.Schema, Iterator[pa.Table]]:
    """Give the schema of the file, as pandas would describe the whole frame, and its parts."""
    batches = (pa.Table.from_pandas(batch, preserve_index=index) for batch in frames(block, what))
    first = next(batches)
    schema = first.schema
    for n, field in enumerate(schema):
        if pa.types.is_null(field.type):  # booleans of which the first batch has none
            schema = schema.set(n, field.with_type(pa.bool_()))
    schema = _with_range(schema, block)

    def parts() -> Iterator[pa.Table]:
        yield first.cast(schema)
        for batch in batches:
            yield batch.replace_schema_metadata(schema.metadata).cast(schema)

    return schema, parts()


def table(block: Block, what: str, index: bool | None = None) -> pa.Table:
    """Give a frame as one table on the client, with what pandas writes about its columns.

    Parameters
    ----------
    block : Block
        The frame.
    what : str
        What is made of it, for the progress bar.
    index : bool, optional
        Whether the row labels go along; None takes a range as a description.

    Returns
    -------
    pyarrow.Table
    """
    return pa.concat_tables(_tables(block, what, index)[1])


def _with_range(schema: pa.Schema, block: Block) -> pa.Schema:
    described = json.loads(schema.metadata[b"pandas"])
    labels = block.range_index()
    for level in described["index_columns"]:
        if isinstance(level, dict) and labels is not None:
            level.update(start=labels.start, stop=labels.stop, step=labels.step)
    return schema.with_metadata({**schema.metadata, b"pandas": json.dumps(described).encode()})


def to_parquet(block: Block, path: Any, options: Mapping[str, Any]) -> None:
    """Write a Parquet file, or a folder of them.

    Parameters
    ----------
    block : Block
        The frame.
    path : path or file object
        Where to.
    options : dict
        The other arguments of ``DataFrame.to_parquet``.
    """
    given = {k: v for k, v in options.items() if k not in {"engine", "index", "storage_options"}}
    compression, columns = given.pop("compression"), given.pop("partition_cols", None)
    filesystem = given.pop("filesystem", None)
    schema, tables = _tables(block, "write Parquet", options["index"])
    if columns is not None:
        _to_folder(path, schema, tables, columns, {**given, "compression": compression}, options)
        return
    rows = given.pop("row_group_size", None)
    storage = options["storage_options"]
    with removed_on_error(path, storage_options=storage), contextlib.ExitStack() as stack:
        sink = os.fspath(path) if isinstance(path, os.PathLike) else path
        if filesystem is None:
            sink = stack.enter_context(get_handle(path, "wb", is_text=False, compression=None, storage_options=storage))
            sink = sink.handle
        writer = stack.enter_context(
            pq.ParquetWriter(sink, schema, compression=compression, filesystem=filesystem, **given)
        )
        for table in tables:
            writer.write_table(table, row_group_size=rows)


def _to_folder(
    path: Any,
    schema: pa.Schema,
    tables: Iterator[pa.Table],
    columns: list[str] | str,
    given: dict[str, Any],
    options: Mapping[str, Any],
) -> None:
    """Write a file for each combination of values of some columns."""
    columns = [columns] if isinstance(columns, str) else list(columns)
    where, filesystem = os.fspath(path), options.get("filesystem")
    if stores.is_stored(where) and filesystem is None:
        import fsspec  # noqa: PLC0415 - an extra

        filesystem, where = fsspec.core.url_to_fs(where, **(options["storage_options"] or {}))
    unique = uuid.uuid4().hex
    parquet = ds.ParquetFileFormat()
    batches = (batch for table in tables for batch in table.to_batches())
    try:
        ds.write_dataset(
            pa.RecordBatchReader.from_batches(schema, batches),
            where,
            filesystem=filesystem,
            format=parquet,
            file_options=parquet.make_write_options(**given),
            partitioning=ds.partitioning(pa.schema([schema.field(c) for c in columns]), flavor="hive"),
            basename_template=f"{unique}-{{i}}.parquet",
            existing_data_behavior="overwrite_or_ignore",
            preserve_order=True,
        )
    except BaseException:
        if filesystem is None:
            for part in Path(where).rglob(f"{unique}-*.parquet"):
                part.unlink()
        raise


def to_feather(block: Block, path: Any, options: Mapping[str, Any]) -> None:
    """Write a Feather file.

    Parameters
    ----------
    block : Block
        The frame.
    path : path or file object
        Where to.
    options : dict
        ``compression``, ``compression_level`` and ``chunksize`` of ``pyarrow.feather.write_feather``.
    """
    schema, tables = _tables(block, "write Feather", None)
    name = options.get("compression", "lz4")
    codec = None if name in {None, "uncompressed"} else pa.Codec(name, options.get("compression_level"))
    with (
        removed_on_error(path, storage_options=options.get("storage_options")),
        get_handle(path, "wb", is_text=False, storage_options=options.get("storage_options")) as handles,
        pa.ipc.new_file(handles.handle, schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer,
    ):
        for table in tables:
            writer.write_table(table, options.get("chunksize") or _FEATHER_ROWS)


def default_labels(block: Block) -> bool:
    """Tell whether rows are labelled by their number, as ORC needs it.

    Parameters
    ----------
    block : Block
        The frame.

    Returns
    -------
    bool
    """
    return block.index == RangeLabels() and block.index_names == (None,)


def to_orc(block: Block, path: Any, options: Mapping[str, Any]) -> None:
    """Write an ORC file.

    Parameters
    ----------
    block : Block
        The frame, with `default_labels`.
    path : path or file object
        Where to.
    options : dict
        The other arguments of ``DataFrame.to_orc``.

    Raises
    ------
    NotImplementedError
        When ORC has no type for a column.
    """
    _, tables = _tables(block, "write ORC", bool(options["index"]))
    with (
        removed_on_error(path),
        get_handle(path, "wb", is_text=False) as handles,
    ):
        try:
            with orc.ORCWriter(handles.handle, **(options["engine_kwargs"] or {})) as writer:
                for table in tables:
                    writer.write(table)
        except (TypeError, pa.ArrowNotImplementedError) as error:
            msg = "The dtype of one or more columns is not supported yet."
            raise NotImplementedError(msg) from error
