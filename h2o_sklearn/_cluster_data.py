"""Rows that lie in the cluster: our frames and series, and H2O's own frames. They are not downloaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.utils.validation import validate_data

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.convert import decode_column
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.expr import Expr, Field, Local, Source, call, fresh_id, lit
from h2o_frame_compat.session.bridge import from_h2o
from h2o_sklearn._inputs import ENUM, NUMBER, TIME, Feature, LocalTable, encode, refuse_empty, safe_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from h2o_frame_compat.expr import Relation
    from h2o_sklearn._inputs import Label

_H2O_TYPES = {
    "int": dt.INT64.but(nullable=True),
    "enum": dt.CATEGORY,
    "string": dt.STR,
    "time": dt.DATETIME_MS,
}


def in_cluster(data: Any) -> bool:
    """Say whether data lies in the cluster.

    Parameters
    ----------
    data : object
        What was given as X, y or sample_weight.

    Returns
    -------
    bool
        True for our frames and series, and for an H2OFrame.
    """
    return isinstance(getattr(data, "_block", None), Block) or _is_h2o_frame(data)


def _is_h2o_frame(data: Any) -> bool:
    kind = type(data)
    return kind.__name__ == "H2OFrame" and kind.__module__.partition(".")[0] == "h2o"


def block_of(data: Any) -> Block:
    """Return the block behind data in the cluster.

    Parameters
    ----------
    data : DataFrame, Series or H2OFrame
        The data.

    Returns
    -------
    Block
        Its columns and rows; an H2OFrame is used where it lies and stays its owner's.
    """
    block = getattr(data, "_block", None)
    if isinstance(block, Block):
        return block
    key, owner = from_h2o(data)
    fields = [Field(fresh_id(), _H2O_TYPES.get(kind, dt.FLOAT64)) for kind in data.types.values()]
    source = Source(key, fields, data.nrows, owned=False)
    source.kept_alive = owner  # type: ignore[attr-defined]  # the h2o package removes a frame with its handle
    return Block.from_relation(source, list(data.columns))


class ClusterTable:
    """The columns of X, in the cluster.

    Parameters
    ----------
    block : Block
        The frame.
    labels : list
        Names of its columns, or their positions.
    """

    def __init__(self, block: Block, labels: list[Label]) -> None:
        self.block = block
        self.labels = labels
        self.share: Callable[[Block], Block] = lambda same: same  # see _uploads.shared

    @property
    def known_rows(self) -> int | None:
        """Number of rows, where it is known without asking."""
        return self.block.rel.nrows

    def features(self) -> list[Feature]:
        """Describe the columns for ``fit``; the levels of categories are known after it."""
        names = safe_names(self.labels)
        triples = zip(self.labels, names, self.block.columns, strict=True)
        return [Feature(label, name, _kind(column.dtype)) for label, name, column in triples]

    def columns(self) -> list[Expr]:
        """Return the columns as a model reads them: text is a category."""
        return [as_category(column) if column.dtype.kind == "str" else column for column in self.block.columns]

    def take(self, places: NDArray[np.intp]) -> ClusterTable:
        """Return some of the rows, by their numbers."""
        made = ClusterTable(block_of(framed(self.block).iloc[places]), self.labels)
        made.share = self.share
        return made

    def local(self) -> LocalTable:
        """Fetch the rows."""
        table = executor().fetch(self.block.rel, self.columns(), progress=True)
        columns = [encode(column, label) for column, label in zip(table.columns, self.labels, strict=True)]
        return LocalTable(self.labels, columns=columns)


def _kind(dtype: dt.DType) -> str:
    if dtype.kind in {"str", "category"}:
        return ENUM
    return TIME if dtype.kind == "datetime" else NUMBER


def as_category(column: Expr) -> Expr:
    """Return a column as a category of the values that are there, in sorted order."""
    text = call("cast", column, params=(dt.STR,)) if column.dtype.kind == "category" else column
    return call("cast", text, params=(dt.CATEGORY,))


def truth_as_text(block: Block, features: Sequence[Feature]) -> Block:
    """Return a block with booleans as texts, where those were the categories that ``fit`` saw."""
    columns = list(block.columns)
    for place, (column, feature) in enumerate(zip(columns, features, strict=True)):
        if column.dtype.is_bool and feature.truth is not None:
            keys, texts = zip(*feature.truth.items(), strict=True)
            columns[place] = lookup(column, pd.Series(keys), pd.Series(texts, dtype="str"))
    return replace(block, columns=tuple(columns))


def read(estimator: Any, X: Any, *, reset: bool) -> ClusterTable:
    """Read X where it lies, with scikit-learn's checks of its shape and its names.

    Parameters
    ----------
    estimator : estimator
        Whose ``n_features_in_`` and ``feature_names_in_`` are set (``reset``) or compared.
    X : DataFrame or H2OFrame
        The rows.
    reset : bool
        This is ``fit``.

    Returns
    -------
    ClusterTable
        The rows.
    """
    block = block_of(X)
    if getattr(getattr(X, "_pandas_class", None), "__name__", "") == "Series":
        raise ValueError(
            "Expected 2D array, got 1D array instead: X is a Series. Use a DataFrame of one column, X.to_frame()."
        )
    columns: list[Any] = list(block.labels)
    stand_in = pd.DataFrame(columns=pd.Index(columns, dtype=object))
    validate_data(estimator, stand_in, reset=reset, skip_check_array=True)
    rows = block.rel.nrows
    refuse_empty(type(estimator).__name__, 1 if rows is None else rows, len(columns))
    named = all(isinstance(label, str) for label in columns)
    return ClusterTable(block, columns if named else list(range(len(columns))))


# ---------------------------------------------------------------- targets and weights beside X


def beside(table: ClusterTable, column: pa.Array | None, data: Any) -> tuple[ClusterTable, Expr]:
    """Put a column beside the rows of X, by position.

    Parameters
    ----------
    table : ClusterTable
        X.
    column : pyarrow.Array or None
        The column, if it is on this machine.
    data : Series
        The column, if it is in the cluster.

    Returns
    -------
    table : ClusterTable
        X over the rows of both.
    column : Expr
        The column.
    """
    other = table.share(block_of(data)) if column is None else _local_block(column)
    if len(other.columns) != 1:
        raise ValueError(f"y should be a 1d array, got a table of {len(other.columns)} columns instead.")
    counts = (table.known_rows, other.rel.nrows)
    if None not in counts and counts[0] != counts[1]:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {list(counts)}")
    left, right = side_by_side(table.block, other)
    made = ClusterTable(left, table.labels)
    made.share = table.share
    return made, right.columns[0]


def dtype_of(column: pa.Array) -> dt.DType:
    """Return the type in the cluster of a column of rows of this machine."""
    if pa.types.is_dictionary(column.type):
        return dt.CATEGORY
    if pa.types.is_timestamp(column.type):
        return dt.DATETIME_MS
    return dt.FLOAT64 if pa.types.is_floating(column.type) else dt.INT64.but(nullable=True)


def sent_table(rows: LocalTable) -> ClusterTable:
    """Return rows of this machine as rows that are sent to the cluster when they are needed there."""
    fields = [Field(fresh_id(), dtype_of(column)) for column in rows.columns]
    table = pa.Table.from_arrays(rows.columns, names=[field.id for field in fields])
    return ClusterTable(Block.from_relation(Local(table, fields, rows.n_rows), rows.labels), rows.labels)


def _local_block(column: pa.Array) -> Block:
    dtype = dt.CATEGORY if pa.types.is_dictionary(column.type) else dt.FLOAT64
    field = Field(fresh_id(), dtype)
    relation = Local(pa.table({field.id: column}), [field], len(column))
    return Block.from_relation(relation, [None])


def labels_of(domain: Sequence[str], dtype: dt.DType) -> NDArray[Any]:
    """Return the classes that the levels of a response stand for.

    Parameters
    ----------
    domain : sequence of str
        The levels in the cluster.
    dtype : DType
        What the target was.

    Returns
    -------
    ndarray
        The labels, in the order of the levels.
    """
    if dtype.kind == "category" and dtype.categories is not None:
        by_text = dict(zip(level_texts(dtype.categories), dtype.categories, strict=True))
        values = pd.Series([by_text[text] for text in domain]).to_numpy()
        return np.asarray(values) if values.dtype.kind in "biuf" else np.asarray(values, dtype=object)
    if dtype.is_bool:
        return np.array([float(text) != 0 for text in domain])
    if dtype.is_integer or dtype.is_float:
        return np.array([float(text) for text in domain]).astype(dtype.kind)
    return np.array(list(domain), dtype=object)


def fetched(data: Any) -> NDArray[Any]:
    """Fetch a column: a target or weights, where X is on this machine.

    Parameters
    ----------
    data : Series or H2OFrame
        One column.

    Returns
    -------
    ndarray
        Its values.
    """
    block = block_of(data)
    table = executor().fetch(block.rel, block.columns)
    return np.asarray(decode_column(table.column(0), block.columns[0].dtype))


# ---------------------------------------------------------------- predictions


def beside_rows_of(table: ClusterTable, source: Relation, columns: Sequence[Expr], labels: Sequence[Any]) -> Block:
    """Return predictions as a block with the row labels of X.

    Parameters
    ----------
    table : ClusterTable
        X.
    source : Relation
        The predictions, by row of X.
    columns : sequence of Expr
        Columns over them.
    labels : sequence
        Labels of the columns.

    Returns
    -------
    Block
        The columns.
    """
    made = Block(source, tuple(columns), pd.Index(list(labels), tupleize_cols=False))
    if isinstance(table.block.index, RangeLabels):
        return replace(made, index=table.block.index, index_names=table.block.index_names)
    return side_by_side(table.block, made)[1]


def framed(block: Block) -> Any:
    """Return a block as a frame of the pandas dialect."""
    from h2o_sklearn import _frames  # noqa: PLC0415 - the dialect is imported when its frames are made

    return _frames.frame(block)


def most_probable(probabilities: Sequence[Expr]) -> Expr:
    """Return the number of the largest of several columns, the first of equals."""
    best, code = probabilities[0], call("mul", call("isna", probabilities[0]), lit(0.0))
    for number, column in enumerate(probabilities[1:], start=1):
        larger = call("gt", column, best)
        code = call("where", larger, lit(float(number)), code)
        best = call("where", larger, column, best)
    return code
