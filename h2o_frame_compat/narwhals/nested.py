"""Lists, structs and what else H2O has no column for: computed by Arrow, once for each distinct value.

The cluster holds such values as text (`core.packing`). Where an operation looks into them, the distinct ones come to
the client, narwhals' own pyarrow backend computes, and the table of old and new values goes up again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from narwhals._compliant.any_namespace import ListNamespace, StructNamespace
from narwhals._utils import generate_temporary_column_name, isinstance_or_issubclass
from narwhals.exceptions import DuplicateError, InvalidOperationError, ShapeError

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr import call
from h2o_frame_compat.narwhals.operands import guarded
from h2o_frame_compat.narwhals.refusals import refusing_all
from h2o_frame_compat.pandas.frame import DataFrame
from h2o_frame_compat.pandas.series import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.narwhals.series import EagerSeries


def is_packed(native: Any) -> bool:
    """Tell whether one of our series holds values as text that is not text."""
    return bool(native._block.dtypes[0].kind == "packed")


def only_arrow_has(values: Sequence[Any], wanted: Any) -> bool:
    """Tell whether Arrow has a type for values, or for the dtype they shall have, and H2O has no column.

    Parameters
    ----------
    values : sequence
        Python values.
    wanted : narwhals.dtypes.DType or its class, optional
        The dtype asked for.

    Returns
    -------
    bool
    """
    if wanted is not None:
        return any(isinstance_or_issubclass(wanted, k) for k in (nw.List, nw.Array, nw.Struct, nw.Time, nw.Binary))
    first = next((v for v in values if v is not None), None)
    return isinstance(first, (list, tuple, dict, bytes, datetime.time)) or type(first) is datetime.date


def of_arrow(values: pa.Array | pa.ChunkedArray) -> Any:
    """Make one of our series of Arrow values, of any type that is held here.

    Parameters
    ----------
    values : pyarrow.Array or pyarrow.ChunkedArray
        The values.

    Returns
    -------
    Series
    """
    chunked = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
    return Series(pd.Series(pd.arrays.ArrowExtensionArray(chunked)))


def computed(series: EagerSeries, function: Callable[[Any], Any], what: str) -> Any:
    """Compute with narwhals' series of Arrow values, once for each distinct value.

    Parameters
    ----------
    series : EagerSeries
        Ours.
    function : callable
        Takes the distinct values as a ``narwhals.Series`` on pyarrow, gives as many values as one.
    what : str
        What asks for it, for the message of the size limit.

    Returns
    -------
    EagerSeries
    """

    def compute(values: pd.Series) -> pd.Series:
        arrow = pa.chunked_array([pa.array(values, from_pandas=True)]) if len(values) else _empty(series)
        if pa.types.is_dictionary(arrow.type):
            arrow = arrow.cast(arrow.type.value_type)
        made = function(nw.from_native(arrow, series_only=True)).to_native()
        return pd.Series(pd.arrays.ArrowExtensionArray(made))

    return series._with_native(series._by_distinct(compute, what), preserve_broadcast=True)


def _empty(series: EagerSeries) -> pa.ChunkedArray:
    kind = series.native._block.dtypes[0].arrow
    return pa.chunked_array([], pa.string() if kind is None else kind)


class _Accessor:
    def __init__(self, series: EagerSeries) -> None:
        self._series = series

    @property
    def compliant(self) -> Any:
        """The series of narwhals that it belongs to."""
        return self._series


@refusing_all
class Lists(_Accessor, ListNamespace["EagerSeries"]):
    """Functions of lists."""

    def _computed(self, word: str, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(self._series.dtype, (nw.List, nw.Array)):
            msg = f"`list.{word}` operation not supported for dtype `{self._series.dtype}`, expected List type"
            raise InvalidOperationError(msg)
        return computed(self._series, lambda s: getattr(s.list, word)(*args, **kwargs), f"list.{word}")

    def len(self) -> Any:
        """Give lengths."""
        return self._computed("len")

    def contains(self, item: Any) -> Any:
        """Tell which lists have a value."""
        return self._computed("contains", item)

    def get(self, index: int) -> Any:
        """Give one element of each, missing where the list is shorter."""
        return self._rewritten(lambda v: v[index] if index < len(v) else None)

    def min(self) -> Any:
        """Give the least elements."""
        return self._computed("min")

    def max(self) -> Any:
        """Give the greatest elements."""
        return self._computed("max")

    def mean(self) -> Any:
        """Give the means."""
        return self._computed("mean")

    def sum(self) -> Any:
        """Give the sums."""
        return self._computed("sum")

    def median(self) -> Any:
        """Give the medians."""

        def middle(values: list[Any]) -> float | None:
            known = [v for v in values if v is not None]
            return float(np.median(known)) if known else None

        return self._rewritten(middle, pa.float64())

    def sort(self, *, descending: bool, nulls_last: bool) -> Any:
        """Order the elements of each."""
        return self._computed("sort", descending=descending, nulls_last=nulls_last)

    def unique(self, *, maintain_order: bool) -> Any:  # noqa: ARG002 - it always does
        """Give the distinct elements of each."""
        return self._rewritten(lambda v: pa.array(v).unique().to_pylist(), self._kind)

    @property
    def _kind(self) -> Any:
        return self._series.native._block.dtypes[0].arrow

    def _rewritten(self, function: Callable[[list[Any]], Any], kind: Any = None) -> Any:
        """Apply a function of Python's lists; the result has the type of the elements unless one is given."""

        def compute(lists: nw.Series[Any]) -> nw.Series[Any]:
            made = [None if v is None else function(v) for v in lists.to_native().to_pylist()]
            wanted = kind if kind is not None else self._kind.value_type
            return nw.from_native(pa.chunked_array([pa.array(made, wanted)]), series_only=True)

        return computed(self._series, compute, "a function of lists")


@refusing_all
class Structs(_Accessor, StructNamespace["EagerSeries"]):
    """Functions of structs."""

    def field(self, name: str) -> Any:
        """Give one field."""
        return computed(self._series, lambda s: s.struct.field(name), "struct.field").alias(name)


def combined(series: Sequence[EagerSeries], build: Callable[[pa.Table], pa.Array]) -> EagerSeries:
    """Make one value of the values of each row, once for each distinct row.

    Parameters
    ----------
    series : sequence of EagerSeries
        Columns with the same rows.
    build : callable
        Takes a table of the distinct rows, gives as many values.

    Returns
    -------
    EagerSeries
    """
    ids, known = _distinct_rows(series)
    return series[0]._with_native(of_arrow(build(known)).iloc[ids])


def _distinct_rows(series: Sequence[EagerSeries]) -> tuple[Any, pa.Table]:
    """Give the number of each row's distinct row, and these as a table."""
    names = [f"{i}" for i in range(len(series))]
    frame = series[0].to_frame().with_series([s.alias(n) for s, n in zip(series, names, strict=True)]).native
    block = frame._block
    keys = [call("cast", e, params=(dt.STR,)) if e.dtype.kind == "packed" else e for e in block.columns]
    groups = DataFrame._of(block.with_columns(keys)).groupby(names, dropna=False, sort=False, observed=True)
    ids = groups.ngroup()
    first = DataFrame._of(block.with_columns(keys)).duplicated()
    return ids, guarded(frame[~first], "list, struct or explode").to_arrow()


def make_lists(table: pa.Table) -> pa.Array:
    """Give a list of the values of each row."""
    kind = pa.unify_schemas(
        [pa.schema([("item", t)]) for t in table.schema.types], promote_options="permissive"
    ).field(0).type  # fmt: skip
    columns = [c.cast(kind).to_pylist() for c in table.columns]
    return pa.array([list(row) for row in zip(*columns, strict=True)], pa.list_(kind))


def make_structs(names: Sequence[str]) -> Callable[[pa.Table], pa.Array]:
    """Give the function that makes a struct of the values of each row.

    Parameters
    ----------
    names : sequence of str
        Names of the fields.

    Returns
    -------
    callable

    Raises
    ------
    narwhals.exceptions.DuplicateError
        When two fields would have one name.
    """
    if len(set(names)) < len(names):
        msg = f"Expected unique field names in `struct`, got: {list(names)}"
        raise DuplicateError(msg)
    return lambda table: pa.StructArray.from_arrays([c.combine_chunks() for c in table.columns], names=list(names))


def explode(frame: Any, columns: Sequence[str]) -> Any:
    """Give a row for each element of lists; an empty or missing list gives a missing element.

    Parameters
    ----------
    frame : EagerFrame
        The frame.
    columns : sequence of str
        Columns of lists, of equal lengths in each row.

    Returns
    -------
    DataFrame

    Raises
    ------
    narwhals.exceptions.InvalidOperationError
        When a column holds no lists.
    narwhals.exceptions.ShapeError
        When lists of a row have different lengths.
    """
    schema = frame.schema
    for name in columns:
        if not isinstance(schema[name], nw.List):
            msg = f"`explode` operation not supported for dtype `{schema[name]}`, expected List type"
            raise InvalidOperationError(msg)
    ids, known = _distinct_rows([frame.get_column(name) for name in columns])
    found = list(zip(*known.to_pydict().values(), strict=True))
    if any(len({None if v is None else len(v) for v in row}) > 1 for row in found):
        msg = "exploded columns must have matching element counts"
        raise ShapeError(msg)
    rows = [[v or [None] for v in row] for row in found]
    token = generate_temporary_column_name(8, frame.columns)
    names = [f"{token} {i}" for i in range(len(columns))]
    elements = {
        name: pa.array([v for row in rows for v in row[i]], known.schema.types[i].value_type)
        for i, name in enumerate(names)
    }
    numbers = pa.array([i for i, row in enumerate(rows) for _ in row[0]], pa.int64())
    made = frame.native.assign(**{token: ids}).merge(
        DataFrame.from_arrow(pa.table({token: numbers, **elements})), on=token, how="left"
    )
    for name, column in zip(names, columns, strict=True):
        made[column] = made[name]
    return made.drop(columns=[token, *names])


