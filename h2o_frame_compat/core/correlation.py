"""Correlations and covariances of pairs of columns, over the rows where both are present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import Expr, Group, Project, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.expr import Relation

METHODS = {"pearson", "spearman", "kendall"}
_LARGEST_TABLE = 4_000_000  # cells, of the counts that Kendall's coefficient is computed from


def correlation(block: Block, method: str = "pearson", min_periods: int = 1) -> pd.DataFrame:
    """Correlate every pair of columns, in one call (Kendall's: one for each pair).

    Parameters
    ----------
    block : Block
        Numeric columns.
    method : {"pearson", "spearman", "kendall"}
        Which coefficient.
    min_periods : int
        How many rows a pair needs.

    Returns
    -------
    pandas.DataFrame
        Symmetric, with ones on the diagonal; NaN where a column is constant or a pair has too few rows.

    Raises
    ------
    ValueError
        When a column is not numeric, in pandas' words.
    """
    check_numbers(block)
    places = _places(block)
    found = correlations(block.rel, [(block.columns[i], block.columns[j]) for i, j in places], method, min_periods)
    values = [1.0 if i == j and not np.isnan(v) else v for (i, j), v in zip(places, found, strict=True)]
    return _matrix(block, values)


def covariance(block: Block, min_periods: int | None, ddof: int) -> pd.DataFrame:
    """Give the covariance of every pair of columns, in one call; see `correlation`."""
    check_numbers(block)
    pairs = [(block.columns[i], block.columns[j]) for i, j in _places(block)]
    return _matrix(block, covariances(block.rel, pairs, min_periods or 1, ddof))


def _places(block: Block) -> list[tuple[int, int]]:
    count = len(block.columns)
    return [(i, j) for i in range(count) for j in range(i, count)]


def _matrix(block: Block, values: list[float]) -> pd.DataFrame:
    count = len(block.columns)
    matrix = np.full((count, count), np.nan)
    for (i, j), value in zip(_places(block), values, strict=True):
        matrix[i, j] = matrix[j, i] = value
    return pd.DataFrame(matrix, index=block.labels, columns=block.labels)


def check_numbers(block: Block) -> None:
    """Refuse columns that hold no numbers, in pandas' words."""
    for label, dtype in zip(block.labels, block.dtypes, strict=True):
        if not dtype.is_numeric:
            msg = f"could not convert column {label!r} of dtype {dtype} to float; pass numeric_only=True"
            raise ValueError(msg)


def correlations(
    rel: Relation, pairs: Sequence[tuple[Expr, Expr]], method: str = "pearson", min_periods: int = 1
) -> list[float]:
    """Correlate pairs of columns of one relation.

    Parameters
    ----------
    rel : Relation
        The rows.
    pairs : sequence of (Expr, Expr)
        Numeric columns.
    method : {"pearson", "spearman", "kendall"}
        Which coefficient.
    min_periods : int
        How many rows a pair needs.

    Returns
    -------
    list of float
    """
    if method == "kendall":
        return [_kendall(rel, x, y, min_periods) for x, y in pairs]
    if method == "spearman":
        pairs = [_ranked(x, y) for x, y in pairs]
    needed = max(min_periods, 2)
    if _together(pairs):
        return [p.correlation() if p.rows >= needed else np.nan for p in _pairs(rel, pairs)]
    found = _measured(rel, pairs, lambda x, y: f'(cor {x} {y} "complete.obs" "Pearson")')
    return [float(np.clip(value, -1, 1)) if rows >= needed else np.nan for value, rows in found]


def covariances(rel: Relation, pairs: Sequence[tuple[Expr, Expr]], min_periods: int, ddof: int) -> list[float]:
    """Give the covariances of pairs of columns; `ddof` is subtracted from the count in the divisor."""
    if _together(pairs):
        found = [(p.xy, p.rows) for p in _pairs(rel, pairs)]
    else:
        measured = _measured(rel, pairs, lambda x, y: f'(var {x} {y} "complete.obs" {int(x == y)})')
        found = [(0.0 if rows == 1 else value * (rows - 1), rows) for value, rows in measured]
    needed = max(min_periods, 1)
    return [xy / (rows - ddof) if rows >= needed and rows > ddof else np.nan for xy, rows in found]


class _Pair(NamedTuple):
    """How two columns go together: rows with both, their means, sums of squares and products of distances from them."""

    rows: float
    x: float
    y: float
    xx: float
    yy: float
    xy: float

    def correlation(self) -> float:
        """Give Pearson's coefficient, missing beside a constant."""
        spread = np.sqrt(self.xx * self.yy)
        return float(np.clip(self.xy / spread, -1, 1)) if spread else np.nan


def _together(pairs: Sequence[tuple[Expr, Expr]]) -> bool:
    return "compat.pairs" in executor().primitives and bool(pairs)


def _pairs(rel: Relation, pairs: Sequence[tuple[Expr, Expr]]) -> list[_Pair]:
    """Look at pairs of columns in one pass over the data."""
    columns = list({id(e): e for pair in pairs for e in pair}.values())
    places = {id(e): n for n, e in enumerate(columns)}
    sides = [" ".join(str(places[id(pair[side])]) for pair in pairs) for side in (0, 1)]
    answer = executor().evaluate(
        rel, columns, lambda c: f"(compat.pairs (cbind {' '.join(c)}) [{sides[0]}] [{sides[1]}])"
    ).value
    assert isinstance(answer, list)
    return [_Pair(*map(float, answer[n : n + 6])) for n in range(0, len(answer), 6)]


def _measured(rel: Relation, pairs: Sequence[tuple[Expr, Expr]], text: Any) -> list[tuple[float, int]]:
    """Compute something of pairs of columns, and how many rows have both, in one call."""
    if not pairs or not executor().nrows(rel):
        return [(np.nan, 0)] * len(pairs)
    flat = [e for pair in pairs for e in pair]

    def body(columns: Sequence[str]) -> str:
        # H2O's own matrix form leaves out every row with a gap in any column; pandas looks at each pair alone.
        parts = []
        for x, y in zip(columns[::2], columns[1::2], strict=True):
            parts += [text(x, y), f"(sumNA (& (not (is.na {x})) (not (is.na {y}))))"]
        return f"(getrow (cbind {' '.join(parts)}))"

    answer = executor().evaluate(rel, flat, body).value
    assert isinstance(answer, list)
    numbers = [float(x) for x in answer]
    return [(value, int(rows)) for value, rows in zip(numbers[::2], numbers[1::2], strict=True)]


def _ranked(x: Expr, y: Expr) -> tuple[Expr, Expr]:
    """Rank each of two columns among the rows where both are present."""
    params = ("average", True, "keep", False)
    pair = []
    for own, other in ((x, y), (y, x)):
        numbers = call("cast", own, params=(dt.FLOAT64,))
        if other.dtype.holds_na and other is not own:
            numbers = call("where", call("isna", other), lit(None, dt.FLOAT64), numbers)
        pair.append(call("rank", numbers, params=params))
    return pair[0], pair[1]


def _kendall(rel: Relation, x: Expr, y: Expr, min_periods: int) -> float:
    """Give Kendall's tau-b, from how often each pair of values occurs."""
    cells = Project(rel, (call("cast", x, params=(dt.FLOAT64,)), call("cast", y, params=(dt.FLOAT64,))))
    keys = tuple(f.col() for f in cells.fields)
    counts = Group(cells, keys, [("size", keys[0], dt.INT64)], dropna=True, sort=False)
    made = Block.from_relation(counts, ["x", "y", "n"])
    check_size(made.nbytes(), "Kendall's correlation")
    table = made.to_pandas()
    total = int(table["n"].sum())
    if x is y and total >= max(min_periods, 1):
        return 1.0  # also of a constant, as pandas has it
    if total < max(min_periods, 2):
        return np.nan
    rows, columns = pd.factorize(table["x"], sort=True)[0], pd.factorize(table["y"], sort=True)[0]
    size = (rows.max() + 1, columns.max() + 1)
    check_size(8 * size[0] * size[1] if size[0] * size[1] > _LARGEST_TABLE else 0, "Kendall's correlation")
    grid = np.zeros(size)
    grid[rows, columns] = table["n"]
    below = np.zeros(size)  # for each cell: how many pairs have less of both
    below[1:, 1:] = grid.cumsum(0).cumsum(1)[:-1, :-1]
    above = np.zeros(size)  # ... and how many have less of one and more of the other
    above[1:, :-1] = grid.cumsum(0)[:, ::-1].cumsum(1)[:-1, :-1][:, ::-1]
    agreeing, opposed = float((grid * below).sum()), float((grid * above).sum())
    pairs = total * (total - 1) / 2
    ties = [float((n * (n - 1) / 2).sum()) for n in (grid.sum(1), grid.sum(0))]
    spread = (pairs - ties[0]) * (pairs - ties[1])
    return float(np.clip((agreeing - opposed) / np.sqrt(spread), -1, 1)) if spread else np.nan
