"""A frame leaves the cluster as batches of rows, each of the dtypes that the whole has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.config import options
from h2o_frame_compat.core import convert
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.expr import Local
from h2o_frame_compat.io.gather import batch_rows
from h2o_frame_compat.session.progress import progress_bar
from h2o_frame_compat.session.wire_format import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd


def frames(block: Block, what: str, *, multiple: int = 1) -> Iterator[pd.DataFrame]:
    """Fetch a frame in batches.

    Parameters
    ----------
    block : Block
        The frame; what has to be computed for it is computed once.
    what : str
        What is made of it, for the progress bar.
    multiple : int
        The number of rows of every batch but the last is a multiple of this.

    Yields
    ------
    pandas.DataFrame
        At least one, if need be without rows.
    """
    levels = 0 if isinstance(block.index, RangeLabels) else len(block.index)
    rows = max(1, batch_rows(len(block.columns) + levels) // multiple) * multiple
    if isinstance(block.rel, Local) and block.rel.table is not None:
        local = block.to_pandas()
        yield from (local.iloc[at : at + rows] for at in range(0, max(1, len(local)), rows))
        return
    block = block.rooted
    total = block.nrows
    if total <= rows:
        yield block.to_pandas()
        return
    floats = _become_floats(block)
    with progress_bar(
        total=total, desc=what, unit=" rows", leave=False, delay=2.0, disable=not options.progress
    ) as bar:
        for at in range(0, total, rows):
            batch = block.slice(at, min(total, at + rows)).to_pandas()
            yield _as_floats(batch, floats, levels)
            bar.update(len(batch))


def stream(block: Block, what: str) -> pa.RecordBatchReader:
    """Give a frame's columns as a stream of Arrow batches, each fetched when it is asked for; labels are left out.

    Parameters
    ----------
    block : Block
        The frame; what has to be computed for it is computed once.
    what : str
        What asks for it, for the progress bar.

    Returns
    -------
    pyarrow.RecordBatchReader
    """
    names = [str(label) for label in block.labels]
    rows = batch_rows(len(block.columns))
    block = block if isinstance(block.rel, Local) else block.rooted
    total = block.nrows

    def table(start: int, stop: int) -> pa.Table:
        part = block.slice(start, stop)
        return convert.decode_arrow(executor().fetch(part.rel, part.columns), part.dtypes, names)

    # Some ask for a stream just to see its schema: nothing is fetched for that, unless only the values tell it.
    first = table(0, min(rows, total)) if any(d.kind == "category" for d in block.dtypes) else None
    schema = _schema(block.dtypes, names) if first is None else first.schema

    def batches() -> Iterator[pa.RecordBatch]:
        shown = options.progress and total > rows
        with progress_bar(total=total, desc=what, unit=" rows", leave=False, delay=2.0, disable=not shown) as bar:
            for at in range(0, max(1, total), rows):
                part = first if at == 0 and first is not None else table(at, min(total, at + rows)).cast(schema)
                yield from part.to_batches()
                bar.update(part.num_rows)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _schema(dtypes: Sequence[dt.DType], names: Sequence[str]) -> pa.Schema:
    """Tell the Arrow types of columns, by decoding some without rows."""
    kinds = [TYPES.get(convert.wire_of(d), pa.timestamp("ms")) for d in dtypes]
    empty = [pa.chunked_array([], kind) for kind in kinds]
    return convert.decode_arrow(pa.table(empty, names=[f"{i}" for i in range(len(kinds))]), dtypes, names).schema


def _become_floats(block: Block) -> dict[int, str]:
    """Tell what becomes of integers and booleans that have missing or infinite values in any of the batches."""
    index = () if isinstance(block.index, RangeLabels) else block.index
    exprs = (*index, *block.columns)
    unsure = [n for n, e in enumerate(exprs) if (e.dtype.is_integer or e.dtype.is_bool) and not e.dtype.holds_na]
    found = reduce(block.rel, [(f, exprs[n]) for n in unsure for f in ("nas", "min", "max")])
    made = {}
    for n, missing, low, high in zip(unsure, found[::3], found[1::3], found[2::3], strict=True):
        if missing or math.isinf(low) or math.isinf(high):
            made[n] = "object" if exprs[n].dtype == dt.BOOL else "float64"
    return made


def _as_floats(batch: pd.DataFrame, changes: dict[int, str], levels: int) -> pd.DataFrame:
    for n, dtype in changes.items():
        if n >= levels:
            batch.isetitem(n - levels, batch.iloc[:, n - levels].astype(dtype))
        elif levels == 1:
            batch.index = batch.index.astype(dtype)
    return batch
