"""Functions of whole columns that frames and vecs have alike."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import factors, meaning, primitives
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.classic.data import Data, Made, only_column
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.classic.rows import plain
from h2o_frame_compat.classic.showing import Showing
from h2o_frame_compat.classic.texts import Texts
from h2o_frame_compat.classic.times import Times
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.core.uniques import distinct
from h2o_frame_compat.expr import call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.vec import H2OVec

PROBABILITIES = [0.01, 0.1, 0.25, 0.333, 0.5, 0.667, 0.75, 0.9, 0.99]
RULES = ("sturges", "rice", "sqrt", "doane", "scott")
COMBINE = ("interpolate", "average", "low", "high")


class Whole(Texts[Made], Times[Made], Showing[Made]):
    """See `H2OFrame` and `H2OVec`."""

    def _with_levels(self) -> None:
        """Learn the levels of factors that only the cluster knows."""
        factors.learn_levels(self._columns)

    def _vec(self, column: Column) -> H2OVec:
        """Make a vec of a column that had no name."""
        return self._vec_class._named("C1", column)

    def _rowwise(self, name: str, *args: Any) -> H2OVec:
        """Apply a primitive that gives a value for each row, of the first column."""
        first = self._columns[:1]
        block = primitives.applied(name, first, ["C1"], *args)
        block.rel.row_set = first[0].block.rel.row_set  # so that it goes with the frame's columns
        return self._vec(split(block, pending=False)[0])

    def _of_numbers(self, name: str, *args: Any) -> H2OFrame:
        """Apply a primitive that gives a frame to numbers; times are numbers for it, texts are refused."""
        return self._framed(primitives.applied(name, self._numbers(name), self.names(), *args))

    def _numbers(self, name: str) -> list[Column]:
        texts = [n for n, c in zip(self.names(), self._columns, strict=True) if meaning.is_text(c.expr)]
        if texts:
            msg = f"{name} takes numbers, and {texts[0]!r} holds texts; asnumeric() makes numbers of them"
            raise ValueError(msg)
        return [
            split(c.block.with_columns([meaning.number(c.expr)]), [c])[0] if c.expr.dtype.is_temporal else c
            for c in self._columns
        ]

    # ------------------------------------------------------------------ statistics

    def _statistics(self, name: str) -> list[Any]:
        """Compute a statistic of the values of every column that are present; of factors and texts it is missing."""
        evaluate(self._columns)
        block = joined(self._columns)
        exprs = [None if meaning.is_text(e) else meaning.number(e) for e in block.columns]
        wanted = [(name, e) for e in exprs if e is not None]
        found = iter(statistics(block.rel, wanted) if name == "median" else reduce(block.rel, wanted))
        return [math.nan if e is None else plain(next(found)) for e in exprs]

    def _present(self, name: str) -> list[Any]:
        """Compute a statistic of every column that has one."""
        return [v for v in self._statistics(name) if not math.isnan(v)]

    def all(self) -> bool:
        """Tell whether no value is 0.

        Returns
        -------
        bool
        """
        return all(self._present("all"))

    def any(self) -> bool:
        """Tell whether a value is not 0.

        Returns
        -------
        bool
        """
        return any(self._present("any"))

    def quantile(self, prob: float | list[float] | None = None, combine_method: str = "interpolate") -> H2OFrame:
        """Compute quantiles of each column.

        Parameters
        ----------
        prob : float or list of float, optional
            Which ones.
        combine_method : {"interpolate", "average", "low", "high"}
            What lies between two values.

        Returns
        -------
        H2OFrame
            The probabilities, then a column of quantiles for each column.
        """
        wanted = PROBABILITIES if prob is None else [prob] if isinstance(prob, (int, float)) else list(prob)
        if combine_method not in COMBINE or not all(0 <= p <= 1 for p in wanted):
            msg = f"probabilities lie between 0 and 1, and combine_method is one of {', '.join(COMBINE)}"
            raise ValueError(msg)
        return self._of_numbers("quantile", wanted, combine_method, "_")

    def hist(self, breaks: Any = "Sturges", plot: bool = False) -> H2OFrame:
        """Count the values of each of some intervals.

        Parameters
        ----------
        breaks : str, int or list of float, default "Sturges"
            A rule ("Sturges", "Rice", "Sqrt", "Doane", "Scott"), how many intervals, or their edges.
        plot : bool
            Whether to draw them.

        Returns
        -------
        H2OFrame
        """
        only_column(self, "hist")
        if isinstance(breaks, str) and breaks.lower() not in RULES:
            msg = f"breaks is one of {', '.join(RULES)}, a number of intervals, or their edges, not {breaks!r}"
            raise ValueError(msg)
        made = self._of_numbers("hist", breaks)
        if plot:
            from matplotlib import pyplot  # noqa: PLC0415 - matplotlib is the user's choice

            drawn = made.dataframe().to_pandas()
            pyplot.bar(drawn["mids"][1:], drawn["counts"][1:], width=drawn["breaks"].diff()[1:])
        return made

    def table(self, data2: Data[Any] | None = None) -> H2OFrame:
        """Count the rows of each value, or of each pair of values.

        Parameters
        ----------
        data2 : H2OVec, optional
            The other column.

        Returns
        -------
        H2OFrame
        """
        names, columns = self.names(), self._columns
        if data2 is not None:
            more = of_kind(data2, Data, f"table counts with a vec, not with a {type(data2).__name__}")
            columns = [*columns, *more._columns]
            names = [*names, *(n if n not in names else f"{n}2" for n in more.names())]
        if len(columns) > 2:
            msg = f"table counts the values of one column, or of two, not of {len(columns)}"
            raise ValueError(msg)
        counted = [factors.of_text(c) for c in columns]
        return self._framed(primitives.applied("table", counted, names, True))

    def unique(self) -> H2OFrame:
        """Give the distinct values of a column.

        Returns
        -------
        H2OFrame
        """
        column = only_column(self, "unique")
        rel, cols = distinct(column.block.rel, (column.expr,))
        return self._framed(Block(rel, cols, pd.Index(self.names())), [column], pending=True)

    def which(self) -> H2OVec:
        """Give the numbers of the rows where a condition is true.

        Returns
        -------
        H2OVec
        """
        column = only_column(self, "which")
        block = column.block
        numbers = block.with_columns([call("rownum", block.rel.fields[0].col())])
        return self._vec(split(numbers.filter(meaning.flag(column.expr)), [column])[0])

    # ------------------------------------------------------------------ other columns

    def anyfactor(self) -> bool:
        """Tell whether a column is a factor.

        Returns
        -------
        bool
        """
        return any(c.expr.dtype.kind == "category" for c in self._columns)

    def transpose(self) -> H2OFrame:
        """Give rows as columns.

        Returns
        -------
        H2OFrame
        """
        return self._framed(primitives.applied("t", self._numbers("transpose"), self.names()))

    def scale(self, center: Any = True, scale: Any = True) -> Made:
        """Move the columns to the mean 0 and divide them by their standard deviations.

        Parameters
        ----------
        center : bool, number or list of numbers
            Whether to subtract the means, or what to subtract.
        scale : bool, number or list of numbers
            Whether to divide by the standard deviations, or what to divide by.

        Returns
        -------
        Expr or H2OVec
        """
        block = joined(self._columns)
        shifts, spreads = _amounts(center, len(block.columns), 0.0), _amounts(scale, len(block.columns), 1.0)
        numbers = {n: meaning.number(e) for n, e in enumerate(block.columns) if not meaning.is_text(e)}
        asked = [name for name, given in (("mean", shifts), ("std", spreads)) if given is None]
        found = iter(reduce(block.rel, [(name, e) for e in numbers.values() for name in asked]))
        made = list(block.columns)
        for n, e in numbers.items():
            shift = next(found) if shifts is None else shifts[n]
            spread = next(found) if spreads is None else spreads[n]
            moved = call("sub", call("cast", e, params=(dt.FLOAT64,)), lit(float(shift)))
            made[n] = call("truediv", moved, lit(float(spread)))
        return self._made(block.with_columns(made), self._columns)

    def runif(self, seed: int | None = None) -> H2OVec:
        """Draw a number between 0 and 1 for each row.

        Parameters
        ----------
        seed : int, optional
            Numbers of one seed are the same for the same data; without it they are other ones each time.

        Returns
        -------
        H2OVec
        """
        return self._rowwise("h2o.runif", -1 if seed is None else seed)

    def kfold_column(self, n_folds: int = 3, seed: int = -1) -> H2OVec:
        """Draw a fold for each row.

        Parameters
        ----------
        n_folds : int
            How many folds there are.
        seed : int
            Folds of one seed are the same for the same data; -1 for other ones each time.

        Returns
        -------
        H2OVec
        """
        if n_folds < 2:
            msg = f"there are at least 2 folds, not {n_folds}"
            raise ValueError(msg)
        return self._rowwise("kfold_column", n_folds, seed)


def _amounts(wanted: Any, count: int, nothing: float) -> list[float] | None:
    """Read what columns are moved or divided by; None stands for a statistic of their own."""
    if wanted is True:
        return None
    amounts = list(wanted) if isinstance(wanted, (list, tuple)) else [nothing if wanted is False else wanted] * count
    if len(amounts) != count or not all(isinstance(x, Real) for x in amounts):
        msg = f"center and scale are a bool, a number, or a list of {count} numbers"
        raise ValueError(msg)
    return [float(x) for x in amounts]
