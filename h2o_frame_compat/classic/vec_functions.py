"""What only vecs can do: statistics of one column, factors, times, texts."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import evaluate, joined
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.factors import as_factor, learn_levels, levels
from h2o_frame_compat.classic.rows import plain
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.statistics import statistics

if TYPE_CHECKING:
    from h2o_frame_compat.classic.vec import H2OVec


class VecFunctions(Data):
    """See `H2OVec`."""

    _column: Any

    # ------------------------------------------------------------------ statistics

    def _statistic(self, name: str) -> Any:
        """Compute a statistic of the values that are present; of factors and texts it is missing."""
        evaluate(self._columns)
        block = joined(self._columns)
        (expr,) = block.columns
        if meaning.is_text(expr):
            return math.nan
        value = statistics(block.rel, [(name, meaning.number(expr))])[0] if name == "median" else None
        return plain(value if name == "median" else reduce(block.rel, [(name, meaning.number(expr))])[0])

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

    # ------------------------------------------------------------------ factors

    def _with_levels(self) -> None:
        """Learn the levels of a factor that only the cluster knows."""
        learn_levels([self._column])

    def isfactor(self) -> bool:
        """Tell whether it is a factor.

        Returns
        -------
        bool
        """
        return bool(self._column.expr.dtype.kind == "category")

    def asfactor(self) -> H2OVec:
        """Make a factor of it.

        Returns
        -------
        H2OVec
        """
        return self._each(as_factor)  # type: ignore[no-any-return]
