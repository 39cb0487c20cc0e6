"""The order of rows, and choosing rows by it, by chance, or by their repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import ordering
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.indexers import positions_of, rows_by_position
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import as_index, level_places, shadow_of
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.series import Series

_ROWS = {0, "index", "rows"}


class Sorting(NDFrame):
    """What frames and series share."""

    def _ordered(
        self, block: Block, keys: list[Expr], ascending: Any, *, na_position: str, ignore_index: bool, inplace: bool
    ) -> Self | None:
        """Sort a block by keys over its relation."""
        if na_position not in {"first", "last"}:
            msg = f"invalid na_position: {na_position}"
            raise ValueError(msg)
        made = block.sort(keys, ordering.directions(ascending, len(keys)), na_last=na_position == "last")
        if ignore_index:
            made = made.with_index(RangeLabels(), (None,))
        return self._result(made, inplace=inplace)

    def _keyed(self, block: Block, keys: list[Expr], key: Any) -> tuple[Block, list[Expr]]:
        """Replace sort keys by what a function makes of them."""
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        made: list[Expr] = []
        for expr in keys:
            value = key(Series._of(block.with_columns([expr], [None])))
            held = value._block if isinstance(value, NDFrame) else Block.from_pandas(pd.DataFrame({"key": value}))
            block, right = ordering.beside_by_position(block, held)
            made.append(right.columns[0])
        return block, made

    def sort_index(
        self,
        *,
        axis: Any = 0,
        level: Any = None,
        ascending: Any = True,
        inplace: bool = False,
        kind: str = "quicksort",
        na_position: str = "last",
        sort_remaining: bool = True,
        ignore_index: bool = False,
        key: Any = None,
    ) -> Self | None:
        """Order the rows (or columns) by their labels.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            What to order.
        level : int, hashable or list of them, optional
            The levels to order by.
        ascending : bool or list of bool, default True
            For each level.
        inplace : bool, default False
            Whether to change this object.
        kind : str
            As in pandas; the order is always stable here.
        na_position : {"first", "last"}, default "last"
            Where missing labels go.
        sort_remaining : bool, default True
            Whether the other levels decide among equal ones.
        ignore_index : bool, default False
            Whether to number the rows anew.
        key : function, optional
            Applied to each level first.

        Returns
        -------
        same type or None
        """
        block = self._block
        if axis not in _ROWS:
            shadow = shadow_of(block.labels).sort_index(
                axis=1, level=level, ascending=ascending, kind="stable", na_position=na_position,
                sort_remaining=sort_remaining, key=key,
            )  # fmt: skip
            made = replace(block.select(shadow.iloc[0].tolist()), labels=shadow.columns)
            return self._result(made, inplace=inplace)
        if isinstance(block.index, RangeLabels) and key is None and is_scalar(ascending):
            down = (block.index.step > 0) != bool(ascending)
            made = rows_by_position(block, slice(None, None, -1)) if down else block
            made = made.with_index(RangeLabels(), (None,)) if ignore_index else made
            return self._result(made, inplace=inplace)
        places = level_places(block, level)
        if level is not None:
            wanted = level if isinstance(level, (list, tuple)) else [level]
            places = [level_places(block, one)[0] for one in wanted]
            if sort_remaining:
                places += [n for n in range(len(block.index_names)) if n not in places]
        if not is_scalar(ascending):
            ascending = [*ascending, *[True] * (len(places) - len(ascending))]
        keys = [block.index_columns[n] for n in places]
        if key is not None:
            block, keys = self._keyed(block, keys, key)
        return self._ordered(
            block, keys, ascending, na_position=na_position, ignore_index=ignore_index, inplace=inplace
        )

    def sample(
        self,
        n: int | None = None,
        frac: float | None = None,
        replace: bool = False,
        weights: Any = None,
        random_state: Any = None,
        axis: Any = None,
        ignore_index: bool = False,
    ) -> Self:
        """Give rows chosen by chance: the same ones as pandas with the same `random_state`.

        Parameters
        ----------
        n : int, optional
            How many; one by default.
        frac : float, optional
            What share, instead of `n`.
        replace : bool, default False
            Whether a row may come more than once.
        weights : str or array-like, optional
            How likely each row is.
        random_state : int, numpy.random.RandomState or Generator, optional
            Where chance comes from.
        axis : {0, 1, "index", "columns"}, optional
            Rows, or columns.
        ignore_index : bool, default False
            Whether to number the rows anew.

        Returns
        -------
        same type
        """
        if axis is not None and axis not in _ROWS:
            found = shadow_of(self._block.labels).sample(n, frac, replace, weights, random_state, axis=1)
            return type(self)._of(self._block.select(found.iloc[0].tolist()))
        if isinstance(weights, str):
            weights = self[weights]
        likely = to_local(weights, "sample")
        likely = likely.to_numpy() if isinstance(likely, pd.Series) else likely
        rows = pd.Series(np.arange(len(self))).sample(n, frac, replace, likely, random_state)
        made = self._block.take_positions(rows.to_numpy())
        return type(self)._of(made.with_index(RangeLabels(), (None,)) if ignore_index else made)

    def take(self, indices: Any, axis: Any = 0, **kwargs: Any) -> Self:
        """Give rows (or columns) by position.

        Parameters
        ----------
        indices : array-like of int
            Positions; negative ones count from the end.
        axis : {0, 1, "index", "columns"}, default 0
            Rows, or columns.
        **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type
        """
        if axis not in _ROWS:
            return type(self)._of(self._block.select(positions_of(indices, len(self._block.columns)).tolist()))
        return type(self)._of(self._block.take_positions(positions_of(indices, len(self))))

    def _without_repeats(self, keys: list[Expr], keep: Any, *, inplace: bool, ignore_index: bool) -> Self | None:
        made = ordering.distinct_rows(self._block, keys, ordering.kept(keep)) if keys else self._block
        if ignore_index:
            made = made.with_index(RangeLabels(), (None,))
        return self._result(made, inplace=inplace)


class FrameSorting(Sorting):
    """What only frames have."""

    def sort_values(
        self,
        by: Any,
        *,
        axis: Any = 0,
        ascending: Any = True,
        inplace: bool = False,
        kind: str = "quicksort",
        na_position: str = "last",
        ignore_index: bool = False,
        key: Any = None,
    ) -> Self | None:
        """Order the rows by columns; rows that are equal there keep their order.

        Parameters
        ----------
        by : label or list of labels
            Columns, or names of index levels.
        axis : {0, 1, "index", "columns"}, default 0
            What to order; columns are ordered in pandas.
        ascending : bool or list of bool, default True
            For each column.
        inplace : bool, default False
            Whether to change this frame.
        kind : str
            As in pandas; the order is always stable here.
        na_position : {"first", "last"}, default "last"
            Where missing values go.
        ignore_index : bool, default False
            Whether to number the rows anew.
        key : function, optional
            Applied to each column first.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When there is no such column.
        """
        if axis not in _ROWS:
            made: Self | None = self._fallback(
                "sort_values",
                by,
                axis=axis,
                ascending=ascending,
                inplace=inplace,
                kind=kind,
                na_position=na_position,
                ignore_index=ignore_index,
                key=key,
                why="ordering columns by values",
            )
            return made
        block = self._block
        wanted = by if isinstance(by, list) else [by]
        if not is_scalar(ascending) and len(ascending) != len(wanted):
            msg = f"Length of ascending ({len(ascending)}) != length of by ({len(wanted)})"
            raise ValueError(msg)
        if not wanted:
            return self._result(block, inplace=inplace)
        keys = [ordering.key_of(block, label) for label in wanted]
        if key is not None:
            block, keys = self._keyed(block, keys, key)
        return self._ordered(
            block, keys, ascending, na_position=na_position, ignore_index=ignore_index, inplace=inplace
        )

    def nlargest(self, n: int, columns: Any, keep: str = "first") -> Self:
        """Give the rows with the largest values.

        Parameters
        ----------
        n : int
            How many.
        columns : label or list of labels
            Where the values are.
        keep : {"first", "last", "all"}, default "first"
            Which of equal rows to give.

        Returns
        -------
        DataFrame
        """
        return self._extreme("nlargest", n, columns, keep)

    def nsmallest(self, n: int, columns: Any, keep: str = "first") -> Self:
        """Give the rows with the smallest values.

        Parameters
        ----------
        n : int
            How many.
        columns : label or list of labels
            Where the values are.
        keep : {"first", "last", "all"}, default "first"
            Which of equal rows to give.

        Returns
        -------
        DataFrame
        """
        return self._extreme("nsmallest", n, columns, keep)

    def _extreme(self, name: str, n: int, columns: Any, keep: str) -> Self:
        wanted = columns if isinstance(columns, (list, tuple)) else [columns]
        keys = [ordering.key_of(self._block, label) for label in wanted]
        for label, key in zip(wanted, keys, strict=True):
            if not (key.dtype.is_numeric or key.dtype.is_temporal):
                msg = f"Column {label!r} has dtype {key.dtype}, cannot use method {name!r} with this dtype"
                raise TypeError(msg)
        made = ordering.first_ones(self._block, keys, n, keep, ascending=name == "nsmallest")
        if made is None:
            result: Self = self._fallback(name, n, columns, keep, why=f"keep={keep!r}")
            return result
        return type(self)._of(made)

    def drop_duplicates(
        self, subset: Any = None, *, keep: Any = "first", inplace: bool = False, ignore_index: bool = False
    ) -> Self | None:
        """Leave out rows that repeat another one.

        Parameters
        ----------
        subset : label or list of labels, optional
            The columns to compare; all by default.
        keep : {"first", "last", False}, default "first"
            Which of equal rows stays; False: none.
        inplace : bool, default False
            Whether to change this frame.
        ignore_index : bool, default False
            Whether to number the rows anew.

        Returns
        -------
        DataFrame or None
        """
        keys = self._compared(subset)
        return self._without_repeats(keys, keep, inplace=inplace, ignore_index=ignore_index)

    def duplicated(self, subset: Any = None, keep: Any = "first") -> Series:
        """Tell which rows repeat another one.

        Parameters
        ----------
        subset : label or list of labels, optional
            The columns to compare; all by default.
        keep : {"first", "last", False}, default "first"
            Which of equal rows does not count as a repeat; False: none.

        Returns
        -------
        Series
            Booleans.
        """
        return self._series_of(ordering.repeats(self._block, self._compared(subset), ordering.kept(keep)))

    def _series_of(self, block: Block) -> Series:
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        return Series._of(block)

    def _compared(self, subset: Any) -> list[Expr]:
        block = self._block
        if subset is None:
            return list(block.columns)
        wanted = (
            [subset]
            if is_scalar(subset) or (isinstance(subset, tuple) and subset in block.labels)
            else list(as_index(subset))
        )
        missing = [label for label in wanted if not block.find(label)]
        if missing:
            raise KeyError(pd.Index(missing))
        return [block.columns[n] for label in wanted for n in block.find(label)]


class SeriesSorting(Sorting):
    """What only series have."""

    def sort_values(
        self,
        *,
        axis: Any = 0,
        ascending: Any = True,
        inplace: bool = False,
        kind: str = "quicksort",
        na_position: str = "last",
        ignore_index: bool = False,
        key: Any = None,
    ) -> Self | None:
        """Order the values; equal ones keep their order.

        Parameters
        ----------
        axis : {0, "index"}
            As in pandas.
        ascending : bool, default True
            Whether the smallest comes first.
        inplace : bool, default False
            Whether to change this series.
        kind : str
            As in pandas; the order is always stable here.
        na_position : {"first", "last"}, default "last"
            Where missing values go.
        ignore_index : bool, default False
            Whether to number the rows anew.
        key : function, optional
            Applied to the values first.

        Returns
        -------
        Series or None
        """
        block, keys = self._block, list(self._block.columns)
        if key is not None:
            block, keys = self._keyed(block, keys, key)
        return self._ordered(
            block, keys, ascending, na_position=na_position, ignore_index=ignore_index, inplace=inplace
        )

    def nlargest(self, n: int = 5, keep: str = "first") -> Self:
        """Give the largest values.

        Parameters
        ----------
        n : int, default 5
            How many.
        keep : {"first", "last", "all"}, default "first"
            Which of equal values to give.

        Returns
        -------
        Series
        """
        return self._extreme("nlargest", n, keep)

    def nsmallest(self, n: int = 5, keep: str = "first") -> Self:
        """Give the smallest values.

        Parameters
        ----------
        n : int, default 5
            How many.
        keep : {"first", "last", "all"}, default "first"
            Which of equal values to give.

        Returns
        -------
        Series
        """
        return self._extreme("nsmallest", n, keep)

    def _extreme(self, name: str, n: int, keep: str) -> Self:
        d = self._block.dtypes[0]
        if not (d.is_numeric or d.is_temporal):
            msg = f"Cannot use method {name!r} with dtype {d}"
            raise TypeError(msg)
        made = ordering.first_ones(self._block, self._block.columns, n, keep, ascending=name == "nsmallest")
        if made is None:
            result: Self = self._fallback(name, n, keep, why=f"keep={keep!r}")
            return result
        return type(self)._of(made)

    def drop_duplicates(self, *, keep: Any = "first", inplace: bool = False, ignore_index: bool = False) -> Self | None:
        """Leave out values that repeat another one.

        Parameters
        ----------
        keep : {"first", "last", False}, default "first"
            Which of equal values stays; False: none.
        inplace : bool, default False
            Whether to change this series.
        ignore_index : bool, default False
            Whether to number the rows anew.

        Returns
        -------
        Series or None
        """
        keys = list(self._block.columns)
        return self._without_repeats(keys, keep, inplace=inplace, ignore_index=ignore_index)

    def duplicated(self, keep: Any = "first") -> Self:
        """Tell which values repeat another one.

        Parameters
        ----------
        keep : {"first", "last", False}, default "first"
            Which of equal values does not count as a repeat; False: none.

        Returns
        -------
        Series
            Booleans.
        """
        made = ordering.repeats(self._block, list(self._block.columns), ordering.kept(keep))
        return type(self)._of(made.with_columns(made.columns, self._block.labels))
