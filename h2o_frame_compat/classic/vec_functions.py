"""What only vecs can do: statistics of one column, factors, times, texts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic import factors, meaning
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.classic.rows import plain
from h2o_frame_compat.classic.showing import Showing, vec_summary
from h2o_frame_compat.classic.texts import Texts
from h2o_frame_compat.classic.times import Times
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.statistics import statistics

if TYPE_CHECKING:
    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.vec import H2OVec


class VecFunctions(Texts, Times, Showing):
    """See `H2OVec`."""

    _column: Column

    # ------------------------------------------------------------------ statistics

    def _statistic(self, name: str) -> Any:
        """Compute a statistic of the values that are present; of factors and texts it is missing."""
        evaluate(self._columns)
        block = joined(self._columns)
        (expr,) = block.columns
        if meaning.is_text(expr):
            return math.nan
        wanted = [(name, meaning.number(expr))]
        return plain(statistics(block.rel, wanted)[0] if name == "median" else reduce(block.rel, wanted)[0])

    def min(self) -> Any:
        """Give the smallest value.

        Returns
        -------
        number
        """
        return self._statistic("min")

    def max(self) -> Any:
        """Give the largest value.

        Returns
        -------
        number
        """
        return self._statistic("max")

    def sum(self) -> Any:
        """Give the sum.

        Returns
        -------
        number
        """
        return self._statistic("sum")

    def mean(self) -> float:
        """Give the mean.

        Returns
        -------
        float
        """
        return float(self._statistic("mean"))

    def median(self) -> float:
        """Give the median.

        Returns
        -------
        float
        """
        return float(self._statistic("median"))

    def sd(self) -> float:
        """Give the standard deviation of a sample.

        Returns
        -------
        float
        """
        return float(self._statistic("std"))

    def var(self) -> float:
        """Give the variance of a sample.

        Returns
        -------
        float
        """
        return float(self._statistic("var"))

    def summary(self) -> dict[str, Any]:
        """Give the type, the extremes, the mean, the deviation, the zeros and the missing values.

        Returns
        -------
        dict
        """
        return vec_summary(self)

    # ------------------------------------------------------------------ factors

    def _with_levels(self) -> None:
        """Learn the levels of a factor that only the cluster knows."""
        factors.learn_levels([self._column])

    def isfactor(self) -> bool:
        """Tell whether it is a factor.

        Returns
        -------
        bool
        """
        return self._column.expr.dtype.kind == "category"

    def isnumeric(self) -> bool:
        """Tell whether it holds numbers.

        Returns
        -------
        bool
        """
        return self._column.expr.dtype.is_numeric

    def isstring(self) -> bool:
        """Tell whether it holds texts that are no factor.

        Returns
        -------
        bool
        """
        return self._column.expr.dtype.kind == "str"

    def anyfactor(self) -> bool:
        """Tell whether it is a factor.

        Returns
        -------
        bool
        """
        return self.isfactor()

    def levels(self) -> list[str]:
        """Give the levels of a factor.

        Returns
        -------
        list of str
            None for other columns.
        """
        return factors.levels(self._column)

    def nlevels(self) -> int:
        """Give the number of levels.

        Returns
        -------
        int
        """
        return len(self.levels())

    def setLevel(self, level: str) -> H2OVec:
        """Give a factor whose values are all one of its levels.

        Parameters
        ----------
        level : str
            The level.

        Returns
        -------
        H2OVec
        """
        known = factors.required(self._column)
        if level not in known:
            msg = f"{level!r} is not among the levels {known[:20]}"
            raise ValueError(msg)
        expr = factors.relabelled(self._column, [level] * len(known))
        return self._made(joined(self._columns).with_columns([expr]), self._columns)  # type: ignore[no-any-return]

    def setLevels(self, levels: list[str]) -> None:
        """Give the levels other texts, in place.

        Parameters
        ----------
        levels : list of str
            As many as there are levels.
        """
        expr = factors.relabelled(self._column, levels)
        self._column = split(joined(self._columns).with_columns([expr]), self._columns)[0]

    def unique(self) -> H2OFrame:
        """Give the distinct values.

        Returns
        -------
        H2OFrame
            One column; of a factor the levels that occur.
        """
        return self._frame().unique()

    def table(self, data2: H2OVec | None = None) -> H2OFrame:
        """Count the rows of each value, or of each pair of values.

        Parameters
        ----------
        data2 : H2OVec, optional
            The other column.

        Returns
        -------
        H2OFrame
        """
        return self._frame().table(data2)

    def quantile(self, prob: list[float] | None = None, combine_method: str = "interpolate") -> H2OFrame:
        """Compute quantiles.

        Parameters
        ----------
        prob : list of float, optional
            Which ones.
        combine_method : {"interpolate", "average", "low", "high"}
            What lies between two values.

        Returns
        -------
        H2OFrame
        """
        return self._frame().quantile(prob, combine_method)

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
        return self._frame().hist(breaks, plot)

    def _frame(self) -> H2OFrame:
        return self.frame()  # type: ignore[attr-defined, no-any-return]

    # ------------------------------------------------------------------ other columns

    def ascharacter(self) -> H2OVec:
        """Make texts of it.

        Returns
        -------
        H2OVec
        """
        return self._each(meaning.as_text)  # type: ignore[no-any-return]

    def asnumeric(self) -> H2OVec:
        """Make numbers of a factor or of texts.

        Returns
        -------
        H2OVec
            The numbers that the levels say; where they say none, their positions, from 0.
        """
        self._with_levels()
        return self._each(lambda e: factors.as_number(self._column, e))  # type: ignore[no-any-return]

    def asfactor(self) -> H2OVec:
        """Make a factor of it.

        Returns
        -------
        H2OVec
        """
        return self._each(factors.as_factor)  # type: ignore[no-any-return]

    def scale(self, center: bool | float = True, scale: bool | float = True) -> H2OVec:
        """Move it to the mean 0 and divide it by its standard deviation.

        Parameters
        ----------
        center : bool or number
            Whether to subtract the mean, or what to subtract.
        scale : bool or number
            Whether to divide by the standard deviation, or what to divide by.

        Returns
        -------
        H2OVec
        """
        return self._frame().scale(center, scale)[0]  # type: ignore[no-any-return]

    def cut(
        self, breaks: list[float], labels: list[str] | None = None, include_lowest: bool = False, right: bool = True,
        dig_lab: int = 3,
    ) -> H2OVec:
        """Make a factor of the intervals that numbers lie in.

        Parameters
        ----------
        breaks : list of float
            The edges.
        labels : list of str, optional
            Names of the intervals.
        include_lowest : bool
            Whether the first interval holds its outer edge.
        right : bool
            Whether an interval holds its upper edge, else its lower one.
        dig_lab : int
            Digits in the names that are made.

        Returns
        -------
        H2OVec
        """
        if meaning.is_text(self._column.expr) or len(breaks) < 2:
            msg = "cut takes numbers, and at least two breaks"
            raise ValueError(msg)
        return self._frame()._rowwise("cut", list(breaks), list(labels or []), include_lowest, right, dig_lab)

    def match(self, table: Any, nomatch: float | None = 0) -> H2OVec:
        """Find values in a list.

        Parameters
        ----------
        table : list, number or str
            Where to look.
        nomatch : number, optional
            What stands for a value that is not there; None for a missing value.

        Returns
        -------
        H2OVec
            Positions in the list, from 1.
        """
        values = list(table) if isinstance(table, (list, tuple, set)) else [table]
        texts = all(isinstance(v, str) for v in values)
        if not values or (not texts and not all(isinstance(v, (int, float)) for v in values)):
            msg = "table is a list of texts, or one of numbers"
            raise ValueError(msg)
        return self._each(lambda e: meaning.matched(e, values, nomatch))  # type: ignore[no-any-return]

    def which(self) -> H2OVec:
        """Give the numbers of the rows where a condition is true.

        Returns
        -------
        H2OVec
        """
        evaluate(self._columns)
        return self._frame().which()

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
        return self._frame().runif(seed)

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
        return self._frame().kfold_column(n_folds, seed)

    def cbind(self, data: Any) -> H2OFrame:
        """Put columns beside this one, in a new frame.

        Parameters
        ----------
        data : H2OFrame or H2OVec
            The other columns.

        Returns
        -------
        H2OFrame
        """
        made = self._frame()
        made.cbind(data)
        return made

    def rbind(self, data: Any) -> H2OVec:
        """Put rows below those of this one.

        Parameters
        ----------
        data : H2OVec or list of H2OVec
            The other rows.

        Returns
        -------
        H2OVec
        """
        others = data if isinstance(data, (list, tuple)) else [data]
        renamed = [type(self)._of(self._label, other._column) for other in others]  # type: ignore[attr-defined]
        return self._frame().rbind([v.frame() for v in renamed])[0]  # type: ignore[no-any-return]

    def transpose(self) -> H2OFrame:
        """Give the column as a row.

        Returns
        -------
        H2OFrame
        """
        return self._frame().transpose()
