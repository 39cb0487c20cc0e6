"""What only frames can do: statistics of all columns, factors, columns for splitting."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic import factors, meaning, primitives
from h2o_frame_compat.classic.columns import evaluate, joined, split
from h2o_frame_compat.classic.showing import Showing
from h2o_frame_compat.classic.texts import Texts
from h2o_frame_compat.classic.times import Times
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.uniques import distinct
from h2o_frame_compat.expr import call
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.classic.columns import Column
    from h2o_frame_compat.classic.data import Data
    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.vec import H2OVec

PROBABILITIES = [0.01, 0.1, 0.25, 0.333, 0.5, 0.667, 0.75, 0.9, 0.99]
COMBINE = ("interpolate", "average", "low", "high")


class FrameFunctions(Texts, Times, Showing):
    """See `H2OFrame`."""

    def _with_levels(self) -> None:
        """Learn the levels of factors that only the cluster knows."""
        factors.learn_levels(self._columns)

    def _primitive(self, name: str, *args: Any) -> H2OFrame:
        """Apply a primitive of the cluster that gives a frame."""
        return _frame(primitives.applied(name, self._columns, self.names(), *args))

    # ------------------------------------------------------------------ statistics

    def _statistics(self, name: str) -> list[Any]:
        """Compute a statistic of every column; of factors and texts it is missing."""
        evaluate(self._columns)
        block = joined(self._columns)
        exprs = [None if meaning.is_text(e) else meaning.number(e) for e in block.columns]
        found = iter(reduce(block.rel, [(name, e) for e in exprs if e is not None]))
        return [float("nan") if e is None else next(found) for e in exprs]

    def min(self) -> Any:
        """Give the smallest value of all columns.

        Returns
        -------
        number
        """
        return min(v for v in self._statistics("min") if v == v)  # noqa: PLR0124 - NaN

    def max(self) -> Any:
        """Give the largest value of all columns.

        Returns
        -------
        number
        """
        return max(v for v in self._statistics("max") if v == v)  # noqa: PLR0124 - NaN

    def sum(self) -> Any:
        """Give the sum of all columns.

        Returns
        -------
        number
        """
        return sum(v for v in self._statistics("sum") if v == v)  # noqa: PLR0124 - NaN

    def mean(self) -> list[float]:
        """Give the mean of each column.

        Returns
        -------
        list of float
        """
        return self._statistics("mean")

    def median(self) -> list[float]:
        """Give the median of each column.

        Returns
        -------
        list of float
        """
        return [v.median() for v in self]  # type: ignore[attr-defined]

    def sd(self) -> list[float]:
        """Give the standard deviation of each column.

        Returns
        -------
        list of float
        """
        return self._statistics("std")

    def var(self) -> H2OFrame:
        """Give the covariances of the columns.

        Returns
        -------
        H2OFrame
        """
        _numbers(self, "var")
        source = primitives.sent(self._columns, self.names())
        return _frame(primitives.made(text.call("var", source.key, source.key, text.string("everything"), "1")))

    def all(self) -> bool:
        """Tell whether no value is 0.

        Returns
        -------
        bool
        """
        return all(bool(v) for v in self._statistics("all"))

    def any(self) -> bool:
        """Tell whether a value is not 0.

        Returns
        -------
        bool
        """
        return any(bool(v) for v in self._statistics("any"))

    def quantile(self, prob: list[float] | None = None, combine_method: str = "interpolate") -> H2OFrame:
        """Compute quantiles of each column.

        Parameters
        ----------
        prob : list of float, optional
            Which ones.
        combine_method : {"interpolate", "average", "low", "high"}
            What lies between two values.

        Returns
        -------
        H2OFrame
            The probabilities, then a column of quantiles for each column.
        """
        _numbers(self, "quantile")
        wanted = PROBABILITIES if prob is None else list(prob)
        if combine_method not in COMBINE or not all(0 <= p <= 1 for p in wanted):
            msg = f"probabilities lie between 0 and 1, and combine_method is one of {', '.join(COMBINE)}"
            raise ValueError(msg)
        return self._primitive("quantile", wanted, combine_method, "_")

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
        _single(self, "hist")
        _numbers(self, "hist")
        made = self._primitive("hist", breaks)
        if plot:
            from matplotlib import pyplot  # noqa: PLC0415 - matplotlib is the user's choice

            drawn = made.dataframe().to_pandas().dropna()
            edges = made.dataframe().to_pandas()["breaks"]
            pyplot.bar(drawn["mids"], drawn["counts"], width=edges.diff().iloc[1:])
        return made

    def table(self, data2: Data | None = None) -> H2OFrame:
        """Count the rows of each value, or of each pair of values.

        Parameters
        ----------
        data2 : H2OVec, optional
            The other column.

        Returns
        -------
        H2OFrame
        """
        columns, names = [*self._columns], self.names()
        if data2 is not None:
            columns += data2._columns
            names = [*names, *(n if n not in names else f"{n}2" for n in data2.names())]
        return _frame(primitives.applied("table", columns, names, True))

    def unique(self) -> H2OFrame:
        """Give the distinct values of a column.

        Returns
        -------
        H2OFrame
        """
        _single(self, "unique")
        block = joined(self._columns)
        rel, cols = distinct(block.rel, block.columns)
        return _frame(Block(rel, cols, pd.Index(self.names())), self._columns, pending=True)

    def which(self) -> H2OVec:
        """Give the numbers of the rows where a condition is true.

        Returns
        -------
        H2OVec
        """
        _single(self, "which")
        block = joined(self._columns)
        (expr,) = block.columns
        rows = block.with_columns([call("rownum", block.rel.fields[0].col())]).filter(meaning.flag(expr))
        return _vec("C1", rows, self._columns, pending=True)

    # ------------------------------------------------------------------ factors

    def anyfactor(self) -> bool:
        """Tell whether a column is a factor.

        Returns
        -------
        bool
        """
        return any(c.expr.dtype.kind == "category" for c in self._columns)

    def isfactor(self) -> list[bool]:
        """Tell of each column whether it is a factor.

        Returns
        -------
        list of bool
        """
        return [c.expr.dtype.kind == "category" for c in self._columns]

    def levels(self, col: int | str = 0) -> list[str]:
        """Give the levels of a column.

        Parameters
        ----------
        col : int or str
            The column.

        Returns
        -------
        list of str
        """
        return self[col].levels()  # type: ignore[index, no-any-return]

    def nlevels(self, col: int | str = 0) -> int:
        """Give the number of levels of a column.

        Parameters
        ----------
        col : int or str
            The column.

        Returns
        -------
        int
        """
        return len(self.levels(col))

    def setLevel(self, level: str) -> H2OFrame:
        """Give the frame of a factor whose values are all one of its levels.

        Parameters
        ----------
        level : str
            The level.

        Returns
        -------
        H2OFrame
        """
        _single(self, "setLevel")
        return self[0].setLevel(level).frame()  # type: ignore[index, no-any-return]

    def setLevels(self, levels: list[str]) -> None:
        """Give the levels of the only column other texts, in place.

        Parameters
        ----------
        levels : list of str
            As many as there are levels.
        """
        _single(self, "setLevels")
        self._vecs[0].setLevels(levels)  # type: ignore[attr-defined]

    # ------------------------------------------------------------------ columns for splitting

    def runif(self, seed: int | None = None) -> H2OVec:
        """Draw a number between 0 and 1 for each row.

        Parameters
        ----------
        seed : int, optional
            Numbers of one seed are the same for the same data.

        Returns
        -------
        H2OVec
        """
        drawn = random.randint(123456789, 999999999) if seed is None else seed  # noqa: S311 - no secret
        return self._rowwise("h2o.runif", drawn)

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

    def _rowwise(self, name: str, *args: Any) -> H2OVec:
        """Apply a primitive that gives a value for each row, of the first column."""
        first = self._columns[:1]
        made = _vec("C1", primitives.applied(name, first, ["C1"], *args))
        made._column.block.rel.row_set = first[0].block.rel.row_set  # so that it goes with the frame's columns
        return made


def _single(data: Data, name: str) -> None:
    if len(data._columns) != 1:
        msg = f"{name} takes one column, not {len(data._columns)}; choose it first"
        raise ValueError(msg)


def _numbers(data: Data, name: str) -> None:
    texts = [n for n, c in zip(data.names(), data._columns, strict=True) if meaning.is_text(c.expr)]
    if texts:
        msg = f"{name} takes numbers, and {texts[0]!r} holds texts; asnumeric() makes numbers of them"
        raise ValueError(msg)


def _frame(block: Block, parts: Sequence[Column] = (), *, pending: bool = False) -> H2OFrame:
    from h2o_frame_compat.classic.frame import H2OFrame  # noqa: PLC0415 - frames have these functions

    return H2OFrame._of_block(block, parts, pending=pending)


def _vec(name: str, block: Block, parts: Sequence[Column] = (), *, pending: bool = False) -> H2OVec:
    from h2o_frame_compat.classic.vec import H2OVec, Name  # noqa: PLC0415 - as above

    return H2OVec._of(Name(name), split(block, parts, pending=pending)[0])
