"""Tables of pandas, NumPy, Arrow or polars data <-> the columns the cluster stores, with their dtypes.

`encode_pandas` and `encode_arrow` go up, `decode_pandas` and `decode_arrow` come down; the rules for single
columns are in `encoding` and `decoding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.internals import create_dataframe_from_blocks

from h2o_frame_compat.core.decoding import (
    decode_arrow_column,
    decode_column,
    from_pandas_dtype,
    pandas_dtype,
    wire_of,
)
from h2o_frame_compat.core.encoding import Array, encode_arrow_column, encode_series
from h2o_frame_compat.core.levels import level_texts

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from pandas.api.extensions import ExtensionArray

    from h2o_frame_compat.dtypes import DType

__all__ = [
    "Encoded",
    "decode_arrow",
    "decode_column",
    "decode_pandas",
    "encode_arrow",
    "encode_pandas",
    "encode_series",
    "from_pandas_dtype",
    "level_texts",
    "pandas_dtype",
    "wire_of",
]

_TILE = 2048
_FEW_ROWS = 1000


@dataclass(frozen=True)
class Encoded:
    """A table ready for the cluster.

    Attributes
    ----------
    table : pyarrow.Table
        Columns ``c0``, ``c1``, ... in types the cluster stores.
    dtypes : list of DType
        What each column means.
    labels : list of hashable
        The columns' labels; they may repeat.
    """

    table: pa.Table
    dtypes: list[DType]
    labels: list[Hashable]


def encode_pandas(df: pd.DataFrame) -> Encoded:
    """Encode the columns of a pandas frame; its index is not looked at.

    Parameters
    ----------
    df : pandas.DataFrame
        Any frame; labels may repeat.

    Returns
    -------
    Encoded
        Numeric columns share the frame's memory where they are contiguous.

    Raises
    ------
    TypeError, ValueError
        For columns H2O cannot hold, by name; see `encode_series`.

    Examples
    --------
    >>> encoded = encode_pandas(pd.DataFrame({"a": [1, 2], "b": ["x", None]}))
    >>> encoded.table.schema.names, [str(dtype) for dtype in encoded.dtypes]
    (['c0', 'c1'], ['int64', 'str'])
    """
    labels = df.columns.tolist()
    columns = _row_major(df)
    if columns is None:  # items() would make a Series of each, which takes longer than to encode it
        columns = list(df._iter_column_arrays())  # noqa: SLF001 - pandas has no public name for it
    return _encoded([encode_series(values, label) for values, label in zip(columns, labels, strict=True)], labels)


def _encoded(columns: list[tuple[pa.ChunkedArray, DType]], labels: list[Hashable]) -> Encoded:
    names = [f"c{i}" for i in range(len(columns))]
    table = pa.table([column for column, _ in columns], names=names)
    return Encoded(table, [dtype for _, dtype in columns], labels)


def _row_major(df: pd.DataFrame) -> list[Array] | None:
    """Give the columns of a frame that wraps one row-major array, laid out one after the other.

    Such a frame (``pd.DataFrame(array)``) would otherwise be read once per column, with a stride.
    """
    if df.shape[1] < 2 or len(df) < _TILE:
        return None
    first = df.dtypes.iloc[0]
    if not isinstance(first, np.dtype) or first.kind not in "biuf" or not (df.dtypes == first).all():
        return None
    column = df.iloc[:, 0].to_numpy()
    if column.strides[0] != column.itemsize * df.shape[1]:
        return None
    rows = df.to_numpy()
    turned = np.empty(rows.shape[::-1], rows.dtype)
    for start in range(0, len(rows), _TILE):
        turned[:, start : start + _TILE] = rows[start : start + _TILE].T
    return list(turned)


def encode_arrow(data: Any) -> Encoded:
    """Encode an Arrow table, or anything that exports an Arrow stream (polars, DuckDB, ...).

    Parameters
    ----------
    data : pyarrow.Table, pyarrow.RecordBatch, pyarrow.RecordBatchReader or object with ``__arrow_c_stream__``
        The table.

    Returns
    -------
    Encoded
        Labels are the column names.

    Raises
    ------
    TypeError
        When `data` is no table, or for a column H2O has no type for.
    ValueError
        For values H2O cannot hold.

    Examples
    --------
    >>> encode_arrow(pa.table({"a": [1.5, None]})).labels
    ['a']
    """
    if isinstance(data, pd.DataFrame):
        return encode_pandas(data)
    if isinstance(data, pa.RecordBatch):
        data = pa.Table.from_batches([data])
    elif not isinstance(data, pa.Table):
        if not hasattr(data, "__arrow_c_stream__"):
            msg = f"expected a table that exports Arrow data (__arrow_c_stream__), not {type(data).__name__}"
            raise TypeError(msg)
        data = pa.RecordBatchReader.from_stream(data).read_all()
    names: list[Hashable] = list(data.schema.names)
    return _encoded(
        [encode_arrow_column(column, name) for column, name in zip(data.columns, names, strict=True)], names
    )


def decode_pandas(
    table: pa.Table,
    dtypes: Sequence[DType],
    labels: Sequence[Hashable] | pd.Index[Any],
    *,
    consume: bool = False,
) -> pd.DataFrame:
    """Build the pandas frame of a table that came from the cluster.

    Parameters
    ----------
    table : pyarrow.Table
        Columns as the cluster sent them.
    dtypes : sequence of DType
        What each column means.
    labels : sequence of hashable, or pandas.Index
        Column labels; a list of tuples becomes a MultiIndex, as in pandas.
    consume : bool
        True lets the frame take over the table's memory without a copy; the table must not be used
        afterwards.

    Returns
    -------
    pandas.DataFrame
        With a RangeIndex.

    Raises
    ------
    ValueError
        When values do not fit their dtype.

    Examples
    --------
    >>> from h2o_frame_compat.dtypes import BOOL
    >>> decode_pandas(pa.table({"c0": pa.array([1, 0], pa.int8())}), [BOOL], ["flag"])["flag"].tolist()
    [True, False]
    """
    columns = [decode_column(table.column(i), dtype, consume=consume) for i, dtype in enumerate(dtypes)]
    blocks = _blocks(columns, table.num_rows < _FEW_ROWS)
    return create_dataframe_from_blocks(blocks, pd.RangeIndex(table.num_rows), _label_index(labels))


def _blocks(columns: list[Array | ExtensionArray], joined: bool) -> list[tuple[Any, Array]]:
    """Give the blocks of a frame: columns of one dtype make one where to copy them is less work than a block."""
    blocks: list[tuple[Any, Array]] = []
    alike: dict[Any, list[int]] = {}
    for i, values in enumerate(columns):
        if isinstance(values, np.ndarray):
            alike.setdefault(values.dtype if joined else i, []).append(i)
        else:
            blocks.append((values, np.array([i])))
    for places in alike.values():
        first = columns[places[0]]
        block = first.reshape(1, -1) if len(places) == 1 else np.array([columns[i] for i in places])
        blocks.append((block, np.array(places)))
    return blocks


def _label_index(labels: Sequence[Hashable] | pd.Index[Any]) -> pd.Index[Any]:
    if isinstance(labels, pd.Index):
        return labels
    counted = all(type(label) is int and label == i for i, label in enumerate(labels))
    if counted and len(labels):
        return pd.RangeIndex(len(labels))
    return pd.Index(list(labels))


def decode_arrow(table: pa.Table, dtypes: Sequence[DType], names: Sequence[str]) -> pa.Table:
    """Build an Arrow table with types that say what the columns mean.

    Parameters
    ----------
    table : pyarrow.Table
        Columns as the cluster sent them.
    dtypes : sequence of DType
        What each column means.
    names : sequence of str
        Column names of the result.

    Returns
    -------
    pyarrow.Table
        Booleans, widths, units, time zones and category values as in the dtypes; missing values are null.

    Examples
    --------
    >>> from h2o_frame_compat.dtypes import BOOL
    >>> decode_arrow(pa.table({"c0": pa.array([1, 0], pa.int8())}), [BOOL], ["flag"]).schema.types
    [DataType(bool)]
    """
    columns = [decode_arrow_column(table.column(i), dtype) for i, dtype in enumerate(dtypes)]
    return pa.table(columns, names=list(names)) if columns else table.select([])
