"""Rows and columns put together, grouped, scaled, filled and applied to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import factors, grouping, meaning
from h2o_frame_compat.classic.columns import check_lengths, joined, split
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.frame_functions import FrameFunctions
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.classic.table import Table
from h2o_frame_compat.core.concat import below
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.statistics import row_wise
from h2o_frame_compat.expr import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.classic.frame import H2OFrame
    from h2o_frame_compat.classic.vec import H2OVec
    from h2o_frame_compat.core.block import Block

_IMPUTE = ("mean", "median", "mode")


class Munging(FrameFunctions):
    """See `H2OFrame`."""

    # ------------------------------------------------------------------ side by side, one below the other

    def cbind(self, data: Any) -> None:
        """Put columns beside those of this frame, in place.

        Parameters
        ----------
        data : H2OFrame or H2OVec
            The other columns.
        """
        more = of_kind(data, Data, f"what is put beside a frame is a frame or a vec, not a {type(data).__name__}")
        check_lengths([c.block for c in (*self._columns, *more._columns)])
        self._vecs.extend(more._copies())

    def rbind(self, data: Any) -> H2OFrame:
        """Put rows below those of this frame, in a new one.

        Parameters
        ----------
        data : H2OFrame or list of H2OFrame
            Frames with the same columns; levels of factors are united.

        Returns
        -------
        H2OFrame
        """
        frames = [self, *(data if isinstance(data, (list, tuple)) else [data])]
        for other in frames[1:]:
            if not isinstance(other, Table) or other.names() != self.names():
                msg = f"frames that are put below each other have the same columns, here {self.names()[:20]}"
                raise ValueError(msg)
        parts = [c for f in frames for c in f._columns]
        blocks = [f._stackable() for f in frames]
        try:
            made = below(blocks, blocks[0].labels, ignore_index=True, keys=None)
        except TypeError as problem:
            raise ValueError(str(problem)) from None
        again = [call("cast", e, params=(dt.CATEGORY,)) if c.expr.dtype.kind == "category" else e
                 for e, c in zip(made.columns, self._columns, strict=True)]
        return self._framed(made.with_columns(again, self.names()), parts, pending=True)

    def _stackable(self) -> Block:
        """Give factors as texts and flags as numbers, with the numbers of columns for their labels."""
        block = joined(self._columns)
        return block.with_columns([meaning.as_text(e) if meaning.is_text(e) else meaning.counted(e)
                                   for e in block.columns])

    def merge(self, other: H2OFrame, allLeft: bool = False, allRite: bool = False) -> H2OFrame:
        """Join two frames on the columns whose names they share.

        Parameters
        ----------
        other : H2OFrame
            The other frame.
        allLeft, allRite : bool
            Whether rows of this frame, or of the other, stay that have no match.

        Returns
        -------
        H2OFrame
            In the order of this frame's rows.
        """
        of_kind(other, Table, f"a frame is merged with another one, not with a {type(other).__name__}")
        common = [n for n in self.names() if n in other.names()]
        if not common:
            msg = "the frames have no column name in common, and are joined on those"
            raise ValueError(msg)
        how = "outer" if allLeft and allRite else "left" if allLeft else "right" if allRite else "inner"
        block = self.dataframe().merge(other.dataframe(), on=common, how=how)._block
        return self._framed(block, [*self._columns, *other._columns], pending=True)

    # ------------------------------------------------------------------ groups

    def group_by(self, cols: Any, a: dict[str, Any] | None = None, order_by: Any = None) -> Any:
        """Compute aggregates of groups of rows.

        Parameters
        ----------
        cols : str, int, or list of them
            The columns whose equal values make a group; a missing value is one of them.
        a : dict, optional
            For each column of the result ``[aggregate, column, NA handling]``: an aggregate of ``count``, ``mean``,
            ``sum``, ``min``, ``max``, ``var``, ``sd``, ``median``, ``mode``, ``first``, ``last``; ``"all"`` (a missing
            value makes the aggregate missing), ``"rm"`` (they are left out) or ``"ignore"`` (they are left out, but
            counted). Without it, an object whose methods add aggregates and whose ``get_frame`` gives the result.
        order_by : str, int, or list of them, optional
            Columns of the groups to order the result by; by default all of them.

        Returns
        -------
        H2OFrame or GroupBy
        """
        keys = [self._place(c) for c in (cols if isinstance(cols, (list, tuple)) else [cols])]
        if a is None:
            return grouping.GroupBy(self, keys)
        ordering = [] if order_by is None else [
            self._place(c) for c in (order_by if isinstance(order_by, (list, tuple)) else [order_by])
        ]
        if not set(ordering) <= set(keys):
            msg = "the groups are ordered by the columns that make them"
            raise ValueError(msg)
        order = [keys.index(place) for place in ordering]
        return grouping.aggregated(self, keys, [(name, *spec) for name, spec in a.items()], order)

    def ddply(self, cols: Any, fun: Callable[[H2OFrame], Any]) -> H2OFrame:
        """Apply a function to each group of rows.

        Parameters
        ----------
        cols : list of str or int
            The columns whose equal values make a group.
        fun : callable
            Takes the frame of a group, gives a number or a list of them.

        Returns
        -------
        H2OFrame
            The groups' values, then what the function gave.
        """
        keys = [self._place(c) for c in (cols if isinstance(cols, (list, tuple)) else [cols])]
        return grouping.each(self, keys, fun)

    # ------------------------------------------------------------------ values

    def asnumeric(self) -> H2OFrame:
        """Make numbers of factors; other columns stay.

        Returns
        -------
        Expr
        """
        self._with_levels()
        block = joined(self._columns)
        exprs = [e if e.dtype.kind == "str" else factors.as_number(c, e)
                 for c, e in zip(self._columns, block.columns, strict=True)]
        return self._made(block.with_columns(exprs), self._columns)

    def impute(
        self, column: Any, method: Any = _IMPUTE, combine_method: Any = ("interpolate", "average", "low", "high"),
        by: Any = None, inplace: bool = True,
    ) -> Self:
        """Fill the missing values of a column.

        Parameters
        ----------
        column : int, str or H2OVec
            The column.
        method : {"mean", "median", "mode"}, or a list of them
            What goes in; of several, the mean for numbers and the mode for factors.
        combine_method : {"interpolate", "average", "low", "high"}
            What the median of an even number of values is.
        by : int, str, or list of them, optional
            The columns whose equal values make a group, each of which is filled with its own mean or mode.
        inplace : bool
            Whether this frame is changed, else a copy of it is.

        Returns
        -------
        H2OFrame
            The frame that was changed.
        """
        place = self._place(column.names()[0] if isinstance(column, Data) else _first(column))
        keys = [] if by is None else [
            self._place(b.names()[0] if isinstance(b, Data) else b)
            for b in (by if isinstance(by, (list, tuple)) else [by])
        ]
        filled = grouping.filled(self, place, _first(method, several=None), _first(combine_method), keys)
        target = self if inplace else self._copy()
        target._vecs[place]._column = filled
        return target

    def apply(self, fun: Callable[[Any], Any], axis: int = 0) -> H2OFrame:
        """Apply a function to each column, or to the rows.

        Parameters
        ----------
        fun : callable
            Takes a column, or for rows an object whose ``[i]`` are the columns and whose ``sum``, ``mean``, ``min``,
            ``max`` and ``sd`` go along the rows; gives a number, or a column.
        axis : {0, 1}
            0 for columns, 1 for rows.

        Returns
        -------
        H2OFrame
        """
        if axis not in {0, 1}:
            msg = f"axis is 0 for columns or 1 for rows, not {axis!r}"
            raise ValueError(msg)
        frame = self._frame_class
        if axis == 1:
            found = fun(Row(self))
            return frame(vecs=found.vecs() if isinstance(found, Table) else [found])
        results = [fun(v) for v in self]
        if all(isinstance(r, Data) for r in results):
            return frame(vecs=[c for r in results for c in r._copies()])
        made = frame([results])
        made.setNames(self.names())
        return made

    def filterNACols(self, frac: float = 0.2) -> list[int]:
        """Find the columns of which less than a fraction is missing.

        Parameters
        ----------
        frac : float
            The fraction.

        Returns
        -------
        list of int
            Their numbers.
        """
        count = self.nrow()
        block = joined(self._columns)
        missing = reduce(block.rel, [("nas", e) for e in block.columns])
        return [n for n, found in enumerate(missing) if not count or found / count < frac]

    def insert_missing_values(self, fraction: float = 0.1, seed: int | None = None) -> Self:
        """Make some values missing, in place.

        Parameters
        ----------
        fraction : float
            How many.
        seed : int, optional
            Rows of one seed are the same for the same data.

        Returns
        -------
        H2OFrame
            This frame.
        """
        for n, vec in enumerate(self._vecs):
            vec[vec.runif(None if seed is None else seed + n) < fraction] = None
        return self


class Row:
    """What a function of rows gets: the columns, and statistics along the rows.

    Parameters
    ----------
    frame : H2OFrame
        The columns.
    """

    def __init__(self, frame: Table) -> None:
        self._frame = frame

    def __getitem__(self, i: Any) -> Any:
        return self._frame[i]

    def __len__(self) -> int:
        return len(self._frame.names())

    def _along(self, function: str) -> H2OVec:
        columns = self._frame._columns
        block = joined(columns)
        found = row_wise(function, [meaning.number(e) for e in block.columns])
        assert found is not None
        return self._frame._vec(split(block.with_columns([found], range(1)), columns)[0])

    def sum(self) -> H2OVec:
        """Add the values of each row."""
        return self._along("sum")

    def mean(self) -> H2OVec:
        """Give the mean of each row."""
        return self._along("mean")

    def min(self) -> H2OVec:
        """Give the smallest value of each row."""
        return self._along("min")

    def max(self) -> H2OVec:
        """Give the largest value of each row."""
        return self._along("max")

    def sd(self) -> H2OVec:
        """Give the standard deviation of each row."""
        return self._along("std")


def _first(value: Any, *, several: Any = ...) -> Any:
    """Give what is asked for of a list of choices: the first one, or `several` where there are more."""
    if not isinstance(value, (list, tuple)):
        return value
    return value[0] if len(value) == 1 or several is ... else several
