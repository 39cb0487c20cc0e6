"""Groups of rows: aggregates, functions of each group, and missing values filled within groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.frame import DataFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.pandas.series import Series

_NAMES = {"sd": "std", "sdev": "std", "count": "size", "nrow": "size"}
_AGGREGATES = {"size", "mean", "sum", "min", "max", "var", "std", "median", "first", "last", "mode"}
_MISSING = ("all", "ignore", "rm")


def aggregated(
    frame: Any, keys: Sequence[int], wanted: Sequence[tuple[Any, ...]], order: Sequence[int] | None = None
) -> H2OFrame:
    """Compute aggregates of groups.

    Parameters
    ----------
    frame : H2OFrame
        The rows.
    keys : sequence of int
        The columns whose equal values make a group.
    wanted : sequence of (str, str, int or str, str)
        For each result its name, the aggregate, the column, and how missing values are treated.
    order : sequence of int, optional
        Which of the keys the result is ordered by.

    Returns
    -------
    H2OFrame
    """
    if not wanted:
        msg = "a group-by needs at least one aggregate"
        raise ValueError(msg)
    checked = [(name, *_checked(frame, *spec)) for name, *spec in wanted]
    groups = _groups(frame, keys)
    results = [_aggregate(frame, groups, keys, function, place, na) for _, function, place, na in checked]
    first = groups.size().reset_index()
    block = first._block.select(range(len(keys)))
    columns, names = list(block.columns), [frame.names()[k] for k in keys]
    for result in results:
        own = result.reset_index(drop=True)._block
        block, other = side_by_side(block.with_columns(columns, range(len(columns))), own)
        columns = [*block.columns, other.columns[0]]
    block = block.with_columns(columns, range(len(columns)))
    if order:
        ordered: Any = DataFrame._of(block).sort_values(list(order), kind="stable", ignore_index=True)
        block = ordered._block
    return _made(block.with_columns(block.columns, [*names, *(name for name, *_ in checked)]), frame._columns)


def _made(block: Any, parts: Sequence[Column]) -> H2OFrame:
    from h2o_frame_compat.classic.frame import H2OFrame  # noqa: PLC0415 - frames have these functions

    return H2OFrame._of_block(block, parts, pending=True)


def _checked(frame: Any, function: str, column: Any = 0, na: str = "all") -> tuple[str, int, str]:
    name = _NAMES.get(function, function)
    if name not in _AGGREGATES or na not in _MISSING:
        msg = (
            f"{function!r}, {na!r}: an aggregate is one of count, mean, sum, min, max, var, sd, median, mode, first, "
            f"last, and missing values are treated as one of {', '.join(_MISSING)}"
        )
        raise ValueError(msg)
    return name, frame._place(column), na


def _groups(frame: Any, keys: Sequence[int]) -> Any:
    return _numbered(frame).groupby(list(keys), dropna=False, sort=True, observed=True)


def _numbered(frame: Any) -> DataFrame:
    """Give a frame of the pandas dialect whose columns are called by their numbers; flags are numbers."""
    frame._with_levels()
    evaluate(frame._columns)
    block = joined(frame._columns)
    exprs = [meaning.number(e) if e.dtype.is_bool else e for e in block.columns]
    return DataFrame._of(block.with_columns(exprs, range(len(exprs))))


def _aggregate(frame: Any, groups: Any, keys: Sequence[int], function: str, place: int, na: str) -> Series:
    if function == "size":
        return groups.size()  # type: ignore[no-any-return]
    if function == "mode":
        return _modes(frame, keys, place)[place]  # type: ignore[no-any-return]
    if place in keys:
        msg = f"{frame.names()[place]!r} makes the groups; it is not aggregated"
        raise ValueError(msg)
    values = groups[place]
    made = getattr(values, function)()
    if na == "ignore" and function in {"mean", "var", "std"}:
        rows, present = groups.size(), values.count()
        if function == "mean":
            return values.sum() / rows  # type: ignore[no-any-return]
        wider = values.var() * (present - 1) / (rows - 1)
        return wider if function == "var" else wider ** 0.5  # type: ignore[no-any-return]
    if na == "all":
        return made.where(values.count() == groups.size())  # type: ignore[no-any-return]
    return made  # type: ignore[no-any-return]


def _modes(frame: Any, keys: Sequence[int], place: int) -> DataFrame:
    """Give the most frequent value of each group, in their order; a missing one only where there is no other."""
    wanted = [*keys, place]
    counts = _groups(frame, wanted).size().reset_index()
    counts.columns = [*wanted, "count"]
    counts["count"] = counts["count"].where(counts[place].notna(), 0)
    ordered = counts.sort_values([*keys, "count"], ascending=[True] * len(keys) + [False], kind="stable")
    return ordered.drop_duplicates(list(keys)).reset_index(drop=True)  # type: ignore[no-any-return]


def each(frame: Any, keys: Sequence[int], fun: Callable[[H2OFrame], Any]) -> H2OFrame:
    """Apply a function to the frame of each group, one after the other."""
    from h2o_frame_compat.classic.frame import H2OFrame  # noqa: PLC0415 - frames have these functions

    groups = _groups(frame, keys).size().reset_index().to_pandas().iloc[:, : len(keys)]
    rows: list[list[Any]] = []
    for values in groups.itertuples(index=False):
        mask: Any = None
        for key, value in zip(keys, values, strict=True):
            own, wanted = frame[key], value.timestamp() * 1000 if hasattr(value, "timestamp") else value
            one = own.isna() if pd.isna(value) else own == wanted
            mask = one if mask is None else mask & one
        found = fun(frame[mask])
        rows.append([*values, *(found if isinstance(found, (list, tuple)) else [found])])
    count = len(rows[0]) - len(keys) if rows else 0
    names = [*(frame.names()[k] for k in keys), *(f"ddply_C{n}" for n in range(1, count + 1))]
    return H2OFrame(pd.DataFrame(rows, columns=names).astype(dict(zip(names, groups.dtypes, strict=False))))


def filled(frame: Any, place: int, method: str | None, combine: str, keys: Sequence[int]) -> Column:
    """Make a column whose missing values are filled.

    Parameters
    ----------
    frame : H2OFrame
        The rows.
    place : int
        The column.
    method : str or None
        ``"mean"``, ``"median"`` or ``"mode"``; None: what fits the column.
    combine : str
        What the median of an even number of values is.
    keys : sequence of int
        The columns that make groups; none for all rows as one.

    Returns
    -------
    Column
    """
    column = frame._columns[place]
    text = meaning.is_text(column.expr)
    method = method or ("mode" if text else "mean")
    if method not in {"mean", "median", "mode"} or (text and method != "mode"):
        what = "a factor by its mode" if text else "numbers by their mean, median or mode"
        msg = f"a column of {what} is filled, not by {method!r}"
        raise ValueError(msg)
    local = _numbered(frame)
    if not keys:
        value = _one_value(frame, place, method, combine)
        made = local[place].fillna(value) if text else None
        if made is None:
            block = joined([column])
            number = meaning.number(block.columns[0])
            return split(block.with_columns([call("where", call("isna", number), lit(value), number)]), [column])[0]
        return split(made._block, frame._columns)[0]
    if method == "mode":
        modes = _modes(frame, keys, place)[[*keys, place]]
        fill = local[list(keys)].merge(modes, on=list(keys), how="left")[place]
    else:
        fill = local.groupby(list(keys), dropna=False, observed=True)[place].transform(method)
    own, other = side_by_side(local[[place]]._block, fill.reset_index(drop=True)._block)
    (expr,) = own.columns
    return split(own.with_columns([call("where", call("isna", expr), other.columns[0], expr)]), frame._columns)[0]


def _one_value(frame: Any, place: int, method: str, combine: str) -> Any:
    if method == "mean":
        return frame[place].mean()
    if method == "median":
        return frame[place].quantile([0.5], {"lo": "low", "hi": "high"}.get(combine, combine))[1][0]
    counts = _numbered(frame)[place].value_counts()
    if not len(counts):
        msg = f"{frame.names()[place]!r} has no value that missing ones could be filled with"
        raise ValueError(msg)
    return counts.index[0]


class GroupBy:
    """Aggregates of groups, added one by one.

    Parameters
    ----------
    frame : H2OFrame
        The rows.
    keys : sequence of int
        The columns that make the groups.
    """

    def __init__(self, frame: Any, keys: Sequence[int]) -> None:
        self._frame, self._keys = frame, list(keys)
        self._wanted: list[tuple[Any, ...]] = []

    def _add(self, function: str, col: Any, na: str) -> GroupBy:
        columns = range(len(self._frame)) if col is None else col if isinstance(col, (list, tuple)) else [col]
        for one in columns:
            place = self._frame._place(one)
            if place in self._keys or (col is None and meaning.is_text(self._frame._columns[place].expr)):
                continue
            self._wanted.append((f"{function}_{self._frame.names()[place]}", function, place, na))
        return self

    def count(self, na: str = "all") -> GroupBy:
        """Count the rows."""
        self._wanted.append(("nrow", "count", 0, na))
        return self

    def mean(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add means."""
        return self._add("mean", col, na)

    def sum(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add sums."""
        return self._add("sum", col, na)

    def min(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add the smallest values."""
        return self._add("min", col, na)

    def max(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add the largest values."""
        return self._add("max", col, na)

    def var(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add variances."""
        return self._add("var", col, na)

    def sd(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add standard deviations."""
        return self._add("sd", col, na)

    def median(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add medians."""
        return self._add("median", col, na)

    def mode(self, col: Any = None, na: str = "all") -> GroupBy:
        """Add the most frequent values."""
        return self._add("mode", col, na)

    def get_frame(self) -> H2OFrame:
        """Give the frame of the groups and their aggregates.

        Returns
        -------
        H2OFrame
        """
        return aggregated(self._frame, self._keys, self._wanted)

    @property
    def frame(self) -> H2OFrame:
        """The frame of the groups and their aggregates."""
        return self.get_frame()
