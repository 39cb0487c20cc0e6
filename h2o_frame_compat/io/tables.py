"""Tables of other libraries: whatever narwhals reads, as Arrow and in batches where the library gives them so."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat.core.block import Block
from h2o_frame_compat.io.gather import batch_rows, gather

if TYPE_CHECKING:
    from collections.abc import Iterator


# What most callers give: narwhals takes longer to tell that they are not lazy than a small model to score them.
_IN_MEMORY = (np.ndarray, pd.DataFrame, pd.Series, pa.Table, list)


def read(data: Any) -> Block:
    """Bring a table to the cluster.

    Parameters
    ----------
    data : table
        A pandas, polars, pyarrow or modin frame, a lazy frame of polars, dask, duckdb or ibis, a frame of narwhals,
        or anything that exports an Arrow stream. A stream is read and sent in batches, and so are the partitions of
        dask, which are pandas frames.

    Returns
    -------
    Block

    Raises
    ------
    TypeError
        When it is no table, or a column has a type that H2O has not.
    """
    data = nw.to_native(data, pass_through=True)
    if isinstance(data, pd.DataFrame):
        return Block.from_pandas(data)
    if isinstance(data, (pa.Table, pa.RecordBatch)) or nw.dependencies.is_polars_dataframe(data):
        return Block.from_arrow(data)
    if hasattr(data, "__arrow_c_stream__"):
        return gather(_pieces(pa.RecordBatchReader.from_stream(data)), "Arrow")
    if nw.dependencies.is_dask_dataframe(data):
        return gather((part.compute() for part in data.partitions), "dask")
    return Block.from_arrow(in_memory(data))


def in_memory(data: Any) -> Any:
    """Give a lazy table as one in memory; other things as they are.

    Parameters
    ----------
    data : object
        Anything.

    Returns
    -------
    object
        A ``pyarrow.Table`` for what narwhals takes for a lazy frame.
    """
    data = nw.to_native(data, pass_through=True)
    if isinstance(data, _IN_MEMORY):
        return data
    if nw.dependencies.is_into_lazyframe(data):
        return nw.from_native(data).lazy().collect("pyarrow").to_native()
    return nw.from_native(data).to_arrow() if nw.dependencies.is_modin_dataframe(data) else data


def _pieces(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Group the batches of a stream to tables of a good size; there is one at least."""
    rows = batch_rows(len(reader.schema))
    held: list[pa.RecordBatch] = []
    for batch in chain.from_iterable(_cut(batch, rows) for batch in reader):
        if sum(b.num_rows for b in held) + batch.num_rows > rows:
            yield pa.Table.from_batches(held, reader.schema)
            held = []
        held.append(batch)
    yield pa.Table.from_batches(held, reader.schema)


def _cut(batch: pa.RecordBatch, rows: int) -> Iterator[pa.RecordBatch]:
    return (batch.slice(at, rows) for at in range(0, batch.num_rows, rows))
