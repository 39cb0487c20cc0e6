"""`H2OVec`: one column."""

from __future__ import annotations

import sys
import warnings
from numbers import Integral
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.classic import factors, meaning, rows
from h2o_frame_compat.classic.columns import Column, joined, split
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.classic.primitives import sent
from h2o_frame_compat.classic.whole import Whole
from h2o_frame_compat.pandas.series import Series
from h2o_frame_compat.pandas.wrap import series_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.classic.data import Data
    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.core.block import Block


# How many references ``frame[0][mask] = value`` makes to the vec on its way into __setitem__, before Python 3.14.
_UNNAMED = 3


class Name:
    """The name of a column, which a frame shares with the vecs that are taken out of it."""

    __slots__ = ("text",)

    def __init__(self, text: Any) -> None:
        self.text = of_kind(text, str, f"a column's name is a text, not a {type(text).__name__}")


class H2OVec(Whole["H2OVec"]):
    """A column of one type, computed when output is asked of it.

    Parameters
    ----------
    name : str
        Its name.
    data : list, pandas.Series or Series
        Its values.

    Examples
    --------
    >>> H2OVec("age", [1, 2, None]).mean()   # doctest: +SKIP
    1.5
    """

    def __init__(self, name: str, data: Any) -> None:
        self._label = Name(name)
        block = data._block if isinstance(data, Series) else series_block(pd.Series(data))
        self._column = split(block)[0]

    @classmethod
    def _of(cls, label: Name, column: Column) -> H2OVec:
        made = H2OVec.__new__(H2OVec)
        made._label, made._column = label, column
        return made

    @classmethod
    def _named(cls, name: str, column: Column) -> H2OVec:
        """Make a vec with a name of its own."""
        return cls._of(Name(name), column)

    @property
    def _columns(self) -> list[Column]:
        return [self._column]

    def _made(self, block: Block, parts: Sequence[Column], names: Sequence[str] | None = None) -> H2OVec:
        return H2OVec._named(names[0] if names else self._name, split(block, parts)[0])

    # ------------------------------------------------------------------ names

    @property
    def _name(self) -> str:
        return self._label.text

    @_name.setter
    def _name(self, name: str) -> None:
        self._label.text = Name(name).text

    def name(self) -> str:
        """Give the name.

        Returns
        -------
        str
        """
        return self._name

    def names(self) -> list[str]:
        """Give the name, in a list.

        Returns
        -------
        list of str
        """
        return [self._name]

    def key(self) -> str:
        """Put the column into the cluster as a frame of its own.

        Returns
        -------
        str
            Its key; the cluster keeps it as long as this object lives and sends no other.
        """
        self._sent = sent([self._column], [self._name])
        return self._sent.key

    def setName(self, name: str) -> None:
        """Give it a new name, also in the frame that it was taken out of.

        Parameters
        ----------
        name : str
            The name.
        """
        if not name:
            msg = "a column's name is a text of at least one character"
            raise ValueError(msg)
        self._name = name

    # ------------------------------------------------------------------ size

    def __len__(self) -> int:
        return self.nrow()

    def dim(self) -> tuple[int, int]:
        """Give the number of rows, and 1.

        Returns
        -------
        tuple of int
        """
        return self.nrow(), 1

    # ------------------------------------------------------------------ statistics

    def min(self) -> Any:
        """Give the smallest value.

        Returns
        -------
        number
        """
        return self._statistics("min")[0]

    def max(self) -> Any:
        """Give the largest value.

        Returns
        -------
        number
        """
        return self._statistics("max")[0]

    def sum(self) -> Any:
        """Give the sum.

        Returns
        -------
        number
        """
        return self._statistics("sum")[0]

    def mean(self) -> float:
        """Give the mean.

        Returns
        -------
        float
        """
        return float(self._statistics("mean")[0])

    def median(self) -> float:
        """Give the median.

        Returns
        -------
        float
        """
        return float(self._statistics("median")[0])

    def sd(self) -> float:
        """Give the standard deviation of a sample.

        Returns
        -------
        float
        """
        return float(self._statistics("std")[0])

    def var(self) -> float:
        """Give the variance of a sample.

        Returns
        -------
        float
        """
        return float(self._statistics("var")[0])

    def summary(self) -> dict[str, Any]:
        """Give the type, the extremes, the mean, the deviation, the zeros and the missing values.

        Returns
        -------
        dict
        """
        return self._facts()[0]

    # ------------------------------------------------------------------ factors

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
        return self._made(joined(self._columns).with_columns([expr]), self._columns)

    def setLevels(self, levels: list[str]) -> None:
        """Give the levels other texts, in place.

        Parameters
        ----------
        levels : list of str
            As many as there are levels.
        """
        expr = factors.relabelled(self._column, levels)
        self._column = split(joined(self._columns).with_columns([expr]), self._columns)[0]

    # ------------------------------------------------------------------ other columns

    def ascharacter(self) -> H2OVec:
        """Make texts of it.

        Returns
        -------
        H2OVec
        """
        return self._each(meaning.as_text)

    def asnumeric(self) -> H2OVec:
        """Make numbers of a factor or of texts.

        Returns
        -------
        H2OVec
            The numbers that the levels say; where they say none, their positions, from 0.
        """
        self._with_levels()
        return self._each(lambda e: factors.as_number(self._column, e))

    def asfactor(self) -> H2OVec:
        """Make a factor of it.

        Returns
        -------
        H2OVec
        """
        return self._each(factors.as_factor)

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
        return self._rowwise("cut", list(breaks), list(labels or []), include_lowest, right, dig_lab)

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
        return self._each(lambda e: meaning.matched(e, values, nomatch))

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
        made = self.frame()
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
        if not all(isinstance(other, H2OVec) for other in others):
            msg = "what is put below a vec is a vec"
            raise ValueError(msg)
        named = [H2OVec._named(self._name, other._column).frame() for other in others]
        return self.frame().rbind(named)._vecs[0]

    # ------------------------------------------------------------------ rows

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, Integral):
            return rows.cell(self, i)
        return H2OVec._named(self._name, rows.selected([self._column], i)[0])

    def __iter__(self) -> Any:
        return iter(rows.values(self))

    def row_select(self, vec: Data[Any]) -> H2OVec:
        """Keep the rows where a condition is true.

        Parameters
        ----------
        vec : H2OVec
            The condition; where it is missing, the row is left out.

        Returns
        -------
        H2OVec
        """
        return H2OVec._named(self._name, rows.selected([self._column], vec)[0])

    def __setitem__(self, where: Any, value: Any) -> None:
        if sys.version_info < (3, 14) and sys.getrefcount(self) <= _UNNAMED:
            warnings.warn(
                "this changes a vec that nobody holds, not the frame it was taken out of; write frame[rows, column] = "
                "value, or give the vec a name first",
                UserWarning, stacklevel=2,
            )
        self._column = rows.assigned(self, where, value)

    # ------------------------------------------------------------------ the other dialects

    def dataframe(self) -> Series:
        """Give the same data as a series of the pandas dialect; nothing is copied.

        Returns
        -------
        Series
        """
        self._with_levels()
        block = joined([self._column])
        return Series._of(block.with_columns(block.columns, [self._name]))

    def frame(self) -> H2OFrame:
        """Give a frame of this column alone.

        Returns
        -------
        H2OFrame
        """
        return self._frame_class._of([self])

    def _remove(self) -> None:
        self._column.remove()

    def _copy(self) -> H2OVec:
        return H2OVec._of(self._label, self._column)

    def _copies(self) -> list[H2OVec]:
        return [H2OVec._named(self._name, self._column)]
