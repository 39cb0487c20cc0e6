"""Groups of rows: aggregates, functions of each group, and missing values filled within groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.classic.rows import plain
from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.frame import DataFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.table import Table
    from h2o_frame_compat.pandas.groupby.frame import DataFrameGroupBy

_NAMES = {"sd": "std", "sdev": "std", "count": "size", "nrow": "size"}
_AGGREGATES = {"size", "mean", "sum", "min", "max", "var", "std", "median", "first", "last", "mode"}
_OF_TEXTS = {"mode", "first", "last"}
_MISSING = ("all", "ignore", "rm")


def aggregated(
    frame: Table, keys: Sequence[int], wanted: Sequence[tuple[Any, ...]], order: Sequence[int] = ()
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
    checked = [(name, *_checked(frame, keys, *spec)) for name, *spec in wanted]
    made = _aggregates(frame, keys, {ask for _, function, place, na in checked for ask in _needed(function, place, na)})
    block = made._block.select(range(len(keys)))
    columns = list(block.columns)
    for _, function, place, na in checked:
        result = _modes(frame, keys, place)[_label(place)] if function == "mode" else _result(made, function, place, na)
        block, other = side_by_side(block.with_columns(columns, range(len(columns))), result._block)
        columns = [*block.columns, other.columns[0]]
    block = block.with_columns(columns, range(len(columns)))
    if order:
        ordered: Any = DataFrame._of(block).sort_values(list(order), kind="stable", ignore_index=True)
        block = ordered._block
    names = [*(frame.names()[k] for k in keys), *(name for name, *_ in checked)]
    return frame._framed(block.with_columns(block.columns, names), frame._columns, pending=True)


def _checked(
    frame: Table, keys: Sequence[int], function: str, column: Any = 0, na: str = "all"
) -> tuple[str, int, str]:
    name = _NAMES.get(function, function)
    if name not in _AGGREGATES or na not in _MISSING:
        msg = (
            f"{function!r}, {na!r}: an aggregate is one of count, mean, sum, min, max, var, sd, median, mode, first, "
            f"last, and missing values are treated as one of {', '.join(_MISSING)}"
        )
        raise ValueError(msg)
    place = frame._place(column)
    if name == "size":
        return name, place, na
    if place in keys:
        msg = f"{frame.names()[place]!r} makes the groups; it is not aggregated"
        raise ValueError(msg)
    if name not in _OF_TEXTS and meaning.is_text(frame._columns[place].expr):
        msg = f"{frame.names()[place]!r} holds texts, which have no {function}; asnumeric() makes numbers of them"
        raise ValueError(msg)
    if frame._columns[place].expr.dtype.is_temporal and ({"sum", "var", "std"} & dict(_needed(name, place, na)).keys()):
        msg = f"{frame.names()[place]!r} holds times, of which there is no such {function}"
        raise ValueError(msg)
    return name, place, na


def _label(place: int) -> str:
    """Give the name that a column has here; those of the frame may repeat."""
    return f"c{place}"


def _groups(frame: Table, keys: Sequence[int]) -> DataFrameGroupBy:
    labels = [_label(k) for k in keys]
    groups: DataFrameGroupBy = _labelled(frame).groupby(labels, dropna=False, sort=True, observed=True)
    return groups


def _labelled(frame: Table) -> DataFrame:
    """Give a frame of the pandas dialect, in which flags are numbers."""
    frame._with_levels()
    evaluate(frame._columns)
    block = joined(frame._columns)
    exprs = [meaning.counted(e) for e in block.columns]
    return DataFrame._of(block.with_columns(exprs, [_label(n) for n in range(len(exprs))]))


def _needed(function: str, place: int, na: str) -> list[tuple[str, int]]:
    """Give what an aggregate is computed from."""
    if function in {"size", "mode"}:
        return []
    if na == "ignore" and function == "mean":
        return [("sum", place)]
    if na == "ignore" and function in {"var", "std"}:
        return [("var", place), ("count", place)]
    return [(function, place), ("count", place)] if na == "all" else [(function, place)]


def _aggregates(frame: Table, keys: Sequence[int], asked: Collection[tuple[str, int]]) -> Any:
    """Compute aggregates of groups at once; give a frame of the groups, their rows and the aggregates."""
    groups = _groups(frame, keys)
    if not asked:
        return groups.size().reset_index(name="rows")
    named: dict[str, Any] = {f"{function} {place}": (_label(place), function) for function, place in sorted(asked)}
    (_, anywhere), *_ = asked
    return groups.agg(**named, rows=(_label(anywhere), "size")).reset_index()


def _result(made: Any, function: str, place: int, na: str) -> Any:
    """Give one aggregate as a series of the pandas dialect."""
    if function == "size":
        return made["rows"]
    if na == "ignore" and function == "mean":
        return made[f"sum {place}"] / made["rows"]
    if na == "ignore" and function in {"var", "std"}:
        wider = made[f"var {place}"] * (made[f"count {place}"] - 1) / (made["rows"] - 1)
        return wider if function == "var" else wider ** 0.5
    found = made[f"{function} {place}"]
    return found.where(made[f"count {place}"] == made["rows"]) if na == "all" else found


def _modes(frame: Table, keys: Sequence[int], place: int) -> Any:
    """Give the most frequent value of each group, in their order; a missing one only where there is no other."""
    counts = _groups(frame, [*keys, place]).size().reset_index(name="count")
    counts["count"] = counts["count"].where(counts[_label(place)].notna(), 0)
    labels = [_label(k) for k in keys]
    ordered = counts.sort_values([*labels, "count"], ascending=[True] * len(keys) + [False], kind="stable")
    return ordered.drop_duplicates(labels).reset_index(drop=True)


def each(frame: Table, keys: Sequence[int], fun: Callable[[H2OFrame], Any]) -> H2OFrame:
    """Apply a function to the frame of each group, one after the other."""
    groups = _groups(frame, keys).size().reset_index(name="rows").to_pandas().iloc[:, : len(keys)]
    rows: list[list[Any]] = []
    for values in groups.itertuples(index=False):
        mask: Any = None
        for key, value in zip(keys, values, strict=True):
            own = frame[key]
            wanted = value.timestamp() * 1000 if isinstance(value, pd.Timestamp) else value
            one = own.isna() if pd.isna(value) else own == wanted
            mask = one if mask is None else mask & one
        found = fun(frame[mask])
        rows.append([*values, *(found if isinstance(found, (list, tuple)) else [found])])
    count = len(rows[0]) - len(keys) if rows else 0
    names = [*(frame.names()[k] for k in keys), *(f"ddply_C{n}" for n in range(1, count + 1))]
    return frame._frame_class(pd.DataFrame(rows, columns=names).astype(dict(zip(names, groups.dtypes, strict=False))))


def filled(frame: Table, place: int, method: str | None, combine: str, keys: Sequence[int]) -> Column:
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
    if not keys:
        value = _one_value(frame, place, method, combine)
        expr = column.expr if text else meaning.number(column.expr)
        return split(column.block.with_columns([call("where", call("isna", expr), lit(value), expr)]), [column])[0]
    local, label, labels = _labelled(frame), _label(place), [_label(k) for k in keys]
    if method == "mode":
        fill = local[labels].merge(_modes(frame, keys, place)[[*labels, label]], on=labels, how="left")[label]
    else:
        fill = local.groupby(labels, dropna=False, observed=True)[label].transform(method)
    own, other = side_by_side(local[[label]]._block, fill.reset_index(drop=True)._block)
    (expr,) = own.columns
    return split(own.with_columns([call("where", call("isna", expr), other.columns[0], expr)]), frame._columns)[0]


def _one_value(frame: Table, place: int, method: str, combine: str) -> Any:
    """Give the value that missing ones of a column are filled with."""
    vec = frame._vecs[place]
    if method == "mean":
        return vec.mean()
    if method == "median":
        between = {"lo": "low", "hi": "high"}.get(combine, combine)
        return vec.quantile(0.5, between)[0, 1] if between in {"low", "high"} else vec.median()
    counts = _labelled(vec.frame())[_label(0)].value_counts()
    if not len(counts):
        msg = f"{frame.names()[place]!r} has no value that missing ones could be filled with"
        raise ValueError(msg)
    return plain(counts.index[0])


class GroupBy:
    """Aggregates of groups, added one by one.

    Parameters
    ----------
    frame : H2OFrame
        The rows.
    keys : sequence of int
        The columns that make the groups.
    """

    def __init__(self, frame: Table, keys: Sequence[int]) -> None:
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
