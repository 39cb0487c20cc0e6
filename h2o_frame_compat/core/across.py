"""Statistics that do not go down one column: across the columns of each row, over all values, of counts too small."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.elementwise import common_columns
from h2o_frame_compat.core.statistics import result_dtype, row_wise, statistics
from h2o_frame_compat.expr import Concat, Expr, Group, Project, Zip, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

_BY_COUNT = {"var", "std", "sem"}  # divided by the count less ddof
_TRUTH = {"any", "all"}


def common_dtype(block: Block) -> dt.DType:
    """Give the dtype of the array that NumPy makes of all columns."""
    return common_columns(block.columns)


def stacked(block: Block) -> tuple[Expr, Expr, Concat]:
    """Put the values of all columns one after the other.

    Parameters
    ----------
    block : Block
        At least one column, of dtypes that have a common one.

    Returns
    -------
    rows, values : Expr
        The number of the row that a value is of, and the value.
    rel : Concat
        Their relation.
    """
    common = common_dtype(block)
    rows = call("rownum", block.rel.fields[0].col())
    parts = [Project(block.rel, (rows, call("cast", e, params=(common,)))) for e in block.columns]
    rel = Concat(parts, (dt.INT64, common))
    return rel.fields[0].col(), rel.fields[1].col(), rel


def of_all(function: str, block: Block, *, skipna: bool, ddof: int = 1, min_count: int = 0) -> Any:
    """Give a statistic of all values of a frame, as ``axis=None`` does."""
    _, values, rel = stacked(block)
    return of_columns(rel, function, [values], skipna=skipna, ddof=ddof, min_count=min_count)[0]


def of_columns(
    rel: Any, function: str, columns: Sequence[Expr], *, skipna: bool, ddof: int = 1, min_count: int = 0
) -> list[Any]:
    """Compute one statistic of several columns; see `statistics` for what is the same.

    Parameters
    ----------
    rel : Relation
        The rows.
    function : str
        Name of the statistic.
    columns : sequence of Expr
        The columns, over `rel`.
    skipna : bool
        Whether missing values are left out.
    ddof : int
        What variances subtract from the count in their divisor.
    min_count : int
        How many values must be present; with fewer the result is missing.

    Returns
    -------
    list
    """
    again = function in _BY_COUNT and ddof != 1
    asked = [("var" if again else function, e) for e in columns]
    counted = min_count > 0 or again
    found = statistics(rel, asked + [("count", e) for e in columns] * counted, skipna=skipna)
    values, counts = found[: len(columns)], found[len(columns) :]
    if again:
        values = [_divided(function, v, int(n), ddof) for v, n in zip(values, counts, strict=True)]
    if min_count > 0:
        values = [v if n >= min_count else _nothing(v) for v, n in zip(values, counts, strict=True)]
    return values


def _divided(function: str, variance: Any, count: int, ddof: int) -> Any:
    """Give what was divided by ``count - 1`` divided by ``count - ddof``."""
    if count - ddof <= 0 or variance is pd.NA:
        return _nothing(variance)
    made = 0.0 if count == 1 else variance * (count - 1) / (count - ddof)
    if function == "sem":
        made /= count
    return type(variance)(made if function == "var" else math.sqrt(made))


def _nothing(value: Any) -> Any:
    if value is pd.NA or isinstance(value, (pd.Timedelta, pd.Timestamp)):
        return pd.NaT if value is not pd.NA else value
    return type(value)(np.nan) if isinstance(value, np.floating) else np.float64(np.nan)


def of_rows(function: str, block: Block, *, skipna: bool, ddof: int = 1, min_count: int = 0) -> Block | None:
    """Give a statistic across the columns of each row.

    Parameters
    ----------
    function : str
        Name of the statistic, as `statistics` has it.
    block : Block
        The columns.
    skipna, ddof, min_count
        As in `of_columns`.

    Returns
    -------
    Block or None
        One column without a label; None where pandas has to do it.
    """
    if not block.columns or not all(e.dtype.is_numeric and not e.dtype.nullable for e in block.columns):
        return None
    if function in _TRUTH and not skipna:
        return None
    made = row_wise(function, block.columns) if ddof == 1 or function not in _BY_COUNT else None
    if made is None:
        block, made = _by_rows(function, block, ddof)
    present = row_wise("count", block.columns)
    assert present is not None
    holes = any(e.dtype.holds_na for e in block.columns)
    if not skipna and holes:
        short = call("lt", present, lit(len(block.columns)))
        made = call("where", short, lit(None, dt.FLOAT64), made)
    if min_count > 0:
        made = call("where", call("lt", present, lit(min_count)), lit(None, dt.FLOAT64), made)
    return block.with_columns([made], [None])


def _by_rows(function: str, block: Block, ddof: int) -> tuple[Block, Expr]:
    """Take each row as a group of values; give the block beside the statistics, and these."""
    rows, values, rel = stacked(block)
    again = function in _BY_COUNT and ddof != 1
    name = "var" if again else function
    wanted = [(name, values, result_dtype(name, values.dtype)), ("count", values, dt.INT64)]
    group = Group(rel, (rows,), wanted, dropna=False, sort=True)
    executor().store(group)  # its number of rows is known to be that of the frame only then
    beside = replace(block, rel=Zip(block.rel, group))
    made: Expr = group.fields[1].col()
    if again:
        made = _divided_rows(function, made, group.fields[2].col(), ddof)
    return beside, made


def _divided_rows(function: str, variance: Expr, count: Expr, ddof: int) -> Expr:
    spread = call("mul", variance, call("truediv", call("sub", count, lit(1)), call("sub", count, lit(ddof))))
    made: Expr = call("where", call("eq", count, lit(1)), lit(0.0), spread)
    made = call("where", call("gt", count, lit(ddof)), made, lit(None, dt.FLOAT64))
    if function == "sem":
        made = call("truediv", made, count)
    return made if function == "var" else call("sqrt", made)


def order_statistics(block: Block, q: float, how: str) -> list[Any]:
    """Give a quantile of every column as one of its values, or as the middle of two.

    Parameters
    ----------
    block : Block
        The columns.
    q : float
        Between 0 and 1.
    how : {"lower", "higher", "nearest", "midpoint"}
        Which value stands for one that lies between two.

    Returns
    -------
    list
        Of pandas scalars.
    """
    counts = statistics(block.rel, [("count", e) for e in block.columns])
    found = []
    for n, count in enumerate(counts):
        one = block.select([n])
        place = float(np.float64(q) * (count - 1))
        low, high = math.floor(place), math.ceil(place)
        if not count:
            found.append(np.float64(np.nan))
            continue
        places = {"lower": [low], "higher": [high], "nearest": [round(place)], "midpoint": [low, high]}[how]
        ordered = one.rooted.sort(one.rooted.columns, [True], na_last=True)
        values = ordered.take_positions(places).to_pandas().iloc[:, 0]
        found.append(values.iloc[0] if how != "midpoint" else values.iloc[0] / 2 + values.iloc[1] / 2)
    return found


def cumulated(op: str, expr: Expr, *, skipna: bool) -> Expr:
    """Accumulate down a column; without `skipna` all after a missing value is missing."""
    made = _summed(expr) if op == "cumsum" and expr.dtype.is_integer else call(op, expr)
    if skipna or not expr.dtype.holds_na:
        return made
    gone = call("cummax", call("cast", call("isna", expr), params=(dt.INT64,)))
    return call("where", call("eq", gone, lit(1)), lit(None, made.dtype), made)


_PART = 1 << 26


def _summed(expr: Expr) -> Expr:
    """Add up whole numbers so far: in two parts, each of which a double holds exactly for 10^8 rows."""
    plain = call("cumsum", expr)
    if "compat.total" not in executor().primitives or expr.dtype.kind in {"int8", "int16", "uint8", "uint16"}:
        return plain
    wide = call("cast", expr, params=(plain.dtype,))
    high, low = (call("cumsum", call(op, wide, lit(_PART))) for op in ("floordiv", "mod"))
    return call("add", call("mul", high, lit(_PART)), low)


_STEPS = {"cumsum": "add", "cumprod": "mul", "cummax": "gt", "cummin": "lt"}


def cumulated_across(op: str, block: Block, *, skipna: bool, numeric_only: bool) -> Block | None:
    """Accumulate across the columns of each row; None where pandas has to do it."""
    if numeric_only:
        block = block.select([n for n, d in enumerate(block.dtypes) if d.is_numeric])
    values = _numbers_in_one_dtype(block)
    if values is None:
        return None
    common = values[0].dtype
    so_far: Expr | None = None
    columns: list[Expr] = []
    for value in values:
        step = value if so_far is None else _step(op, so_far, value)
        if so_far is not None and skipna and common.holds_na:
            step = call("where", call("isna", so_far), value, call("where", call("isna", value), so_far, step))
        so_far = step
        shown = skipna and common.holds_na
        columns.append(call("where", call("isna", value), lit(None, common), step) if shown else step)
    return block.with_columns(columns)


def _step(op: str, so_far: Expr, value: Expr) -> Expr:
    if op in {"cumsum", "cumprod"}:
        return call(_STEPS[op], so_far, value)
    keeps = call("or", call(_STEPS[op], so_far, value), call("isna", so_far))
    return call("where", keeps, so_far, value)


def _numbers_in_one_dtype(block: Block) -> list[Expr] | None:
    """Give the columns in their common dtype, as NumPy's array of them has it; None unless all are plain numbers."""
    plain = [d.is_numeric and not d.is_bool and not d.nullable for d in block.dtypes]
    if not plain or not all(plain):
        return None
    common = common_dtype(block)
    return [e if e.dtype == common else call("cast", e, params=(common,)) for e in block.columns]


def shifted_across(block: Block, periods: int, edge: Expr) -> Block:
    """Move the columns to the right, or to the left; those that nothing moves into get the values of `edge`."""
    count = min(abs(periods), len(block.columns))
    stay = len(block.columns) - count
    if periods > 0:
        return block.with_columns([*[edge] * count, *block.columns[:stay]], block.labels)
    return block.with_columns([*block.columns[count:], *[edge] * count], block.labels)


def filled_across(op: str, block: Block) -> Block | None:
    """Fill missing values with the last (``"bfill"``: next) one in the row; None where pandas has to do it."""
    values = _numbers_in_one_dtype(block)
    if values is None or not (values[0].dtype.holds_na or block.nrows):
        return None
    made: list[Expr] = []
    for value in values if op == "ffill" else reversed(values):
        gap = made and value.dtype.holds_na
        made.append(call("where", call("isna", value), made[-1], value) if gap else value)
    return block.with_columns(made if op == "ffill" else made[::-1], block.labels)


MOST_RANKED = 24
"""Columns whose values are compared with each other, each with each."""


def ranked_across(block: Block, method: str, na_option: str, *, ascending: bool, pct: bool) -> Block | None:
    """Give the rank of each value in its row; None where pandas has to do it.

    Parameters
    ----------
    block : Block
        The columns.
    method, na_option, ascending, pct
        As `pandas.DataFrame.rank` has them.

    Returns
    -------
    Block or None
    """
    values = _numbers_in_one_dtype(block)
    if values is None or not 1 < len(values) <= MOST_RANKED:
        return None
    gaps = [call("isna", v) for v in values] if values[0].dtype.holds_na else []
    missing_first = na_option == "top"
    known = [call("not", g) for g in gaps]

    def before(one: int, other: int) -> Expr:
        lower = call("lt" if ascending else "gt", values[one], values[other])
        if not gaps or na_option == "keep":
            return lower
        sides = (gaps[one], known[other]) if missing_first else (known[one], gaps[other])
        return call("or", lower, call("and", *sides))

    def equal(one: int, other: int) -> Expr:
        same = call("eq", values[one], values[other])
        return call("or", same, call("and", gaps[one], gaps[other])) if gaps else same

    def fold(op: str, tests: Sequence[Expr]) -> Expr:
        return reduce(lambda x, y: call(op, x, y), tests)

    def count(tests: Sequence[Expr]) -> Expr:
        return fold("add", [lit(0.0), *(call("cast", t, params=(dt.FLOAT64,)) for t in tests)])

    places = range(len(values))
    ties = {pair: equal(*pair) for pair in combinations(places, 2)}
    new = [fold("and", [call("not", ties[i, n]) for i in range(n)]) for n in places[1:]]
    made = []
    for n in places:
        tied = [ties[min(i, n), max(i, n)] for i in places if i != n]
        lower = [before(i, n) for i in places if i != n]
        if method == "dense":  # of equal values the first counts
            lower = [call("and", before(i, n), new[i - 1]) if i else before(i, n) for i in places if i != n]
        rank = call("add", count(lower), lit(1.0))
        if method == "average":
            rank = call("add", rank, call("truediv", count(tied), lit(2.0)))
        elif method in {"max", "first"}:
            rank = call("add", rank, count(tied if method == "max" else tied[:n]))
        made.append(rank)
    if pct:
        counted = known if na_option == "keep" else []
        whole: Expr = count(counted) if counted else lit(float(len(values)))
        if method == "dense":
            each = [call("and", *two) for two in zip(new, counted[1:], strict=True)] if counted else new
            whole = call("add", count(each), call("cast", counted[0], params=(dt.FLOAT64,)) if counted else lit(1.0))
        made = [call("truediv", rank, whole) for rank in made]
    if gaps and na_option == "keep":
        made = [call("where", gap, lit(None, dt.FLOAT64), rank) for gap, rank in zip(gaps, made, strict=True)]
    return block.with_columns(made, block.labels)

