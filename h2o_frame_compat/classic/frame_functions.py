"""What only frames can do: statistics of all columns, and factors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.classic import primitives
from h2o_frame_compat.classic.data import only_column
from h2o_frame_compat.classic.table import Table
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from h2o_frame_compat.classic.frame import H2OFrame


class FrameFunctions(Table):
    """See `H2OFrame`."""

    # ------------------------------------------------------------------ statistics

    def min(self) -> Any:
        """Give the smallest value of all columns.

        Returns
        -------
        number
        """
        return min(self._present("min"), default=math.nan)

    def max(self) -> Any:
        """Give the largest value of all columns.

        Returns
        -------
        number
        """
        return max(self._present("max"), default=math.nan)

    def sum(self) -> Any:
        """Give the sum of all columns.

        Returns
        -------
        number
        """
        return sum(self._present("sum"))

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
        return self._statistics("median")

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
        source = primitives.sent(self._numbers("var"), self.names())
        made = primitives.made(text.call("var", source.key, source.key, text.string("everything"), "1"))
        return self._framed(made)

    # ------------------------------------------------------------------ factors

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
        return self._vecs[self._place(col)].levels()

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
        only_column(self, "setLevel")
        return self._vecs[0].setLevel(level).frame()

    def setLevels(self, levels: list[str]) -> None:
        """Give the levels of the only column other texts, in place.

        Parameters
        ----------
        levels : list of str
            As many as there are levels.
        """
        only_column(self, "setLevels")
        self._vecs[0].setLevels(levels)
