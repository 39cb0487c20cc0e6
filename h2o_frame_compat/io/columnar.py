"""Parquet, ORC and Feather: read a batch of rows at a time, each made what pandas makes of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pandas.io._util import arrow_table_to_pandas

from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.io import stores
from h2o_frame_compat.io.gather import CELLS, UnsettledError, batch_rows, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PLAIN = {"columns", "filters", "filesystem", "storage_options", "engine"}


def read(kind: str, path: Any, options: Mapping[str, Any]) -> pd.DataFrame | Block:
    """Read a file of columns; a large one goes to the cluster batch by batch.

    Parameters
    ----------
    kind : {"parquet", "orc", "feather"}
        The format.
    path : path or file object
        What to read; file objects are read in one piece.
    options : dict
        The other arguments of pandas' reader.

    Returns
    -------
    pandas.DataFrame or Block
        The frame, if it was read in one piece.
    """
    given = {k: v for k, v in options.items() if v is not None and v is not pd.api.extensions.no_default}
    streamed = isinstance(path, (str, os.PathLike)) and not given.keys() - _PLAIN
    if streamed and given.get("engine", "auto") in {"auto", "pyarrow"}:
        data = _dataset(kind, path, given)
        if data.count_rows() * max(1, len(given.get("columns", data.schema.names))) > 2 * CELLS:
            try:
                return _streamed(kind, data, given, os.path.basename(path))  # noqa: PTH119 - it may be an address
            except UnsettledError:
                pass  # in one piece, then
    return getattr(pd, f"read_{kind}")(path, **options)


def _dataset(kind: str, path: Any, given: Mapping[str, Any]) -> ds.Dataset:
    where, filesystem = os.fspath(path), given.get("filesystem")
    if stores.is_stored(where) and filesystem is None:
        import fsspec  # noqa: PLC0415 - an extra

        filesystem, where = fsspec.core.url_to_fs(where, **given.get("storage_options", {}))
    else:
        where = os.path.expanduser(where)  # noqa: PTH111 - it may be an address
    parts = ds.HivePartitioning.discover(infer_dictionary=True) if kind == "parquet" else None
    return ds.dataset(where, format=kind, partitioning=parts, filesystem=filesystem)


def _streamed(kind: str, data: ds.Dataset, given: Mapping[str, Any], what: str) -> Block:
    described = (data.schema.pandas_metadata or {}).get("index_columns", [])
    columns = given.get("columns")
    if columns is not None and kind != "parquet":
        columns = [c for c in data.schema.names if c in columns]  # in the order of the file, as pandas has them
    elif columns is not None:
        stored = [c for c in described if isinstance(c, str) and c in data.schema.names]
        columns = [*columns, *(c for c in stored if c not in columns)]
    filters = given.get("filters")
    if filters is not None and not isinstance(filters, ds.Expression):
        filters = pq.filters_to_expression(filters)
    scanner = data.scanner(
        columns=columns, filter=filters, batch_size=batch_rows(len(data.schema.names)), batch_readahead=2,
        fragment_readahead=1,
    )  # fmt: skip
    ranges = [c for c in described if isinstance(c, dict)]
    schema = _without_ranges(scanner.projected_schema)
    batches = _merged(scanner.to_batches(), batch_rows(len(schema.names)))
    frames = (arrow_table_to_pandas(_table(batch, schema)) for batch in batches)
    return _labelled(gather(frames, what), ranges)


def _without_ranges(schema: pa.Schema) -> pa.Schema:
    """Take from pandas' description of the file a range of row numbers, which is that of the whole file."""
    metadata = dict(schema.metadata or {})
    if b"pandas" in metadata:
        described = json.loads(metadata[b"pandas"])
        described["index_columns"] = [c for c in described["index_columns"] if isinstance(c, str)]
        metadata[b"pandas"] = json.dumps(described).encode()
    return schema.with_metadata(metadata)


def _table(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(batches, schema.remove_metadata()).replace_schema_metadata(schema.metadata)


def _merged(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[list[pa.RecordBatch]]:
    """Put small batches together; the first group may be empty."""
    group: list[pa.RecordBatch] = []
    held, given = 0, False
    for batch in batches:
        group.append(batch)
        held += batch.num_rows
        if held >= rows:
            yield group
            group, held, given = [], 0, True
    if group or not given:
        yield group


def _labelled(block: Block, ranges: list[dict[str, Any]]) -> Block:
    """Give the row labels of the description, where it describes as many rows as there are."""
    for described in ranges:
        start, step, stop = described["start"], described["step"], described["stop"]
        if len(range(start, stop, step)) == block.nrows:
            return replace(block, index=RangeLabels(start, step), index_names=(described["name"],))
    return block
