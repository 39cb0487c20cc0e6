"""Levels of labels, and labels brought to those of another object."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core import relabel
from h2o_frame_compat.core.indexers import (
    local_index,
    plain_levels,
    rows_at_levels,
    with_labels,
    without_levels,
)
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import NO, ROWS, level_places, shadow_of
from h2o_frame_compat.pandas.wrap import from_local


class Levels(NDFrame):
    """What frames and series share."""

    def xs(self, key: Any, axis: Any = 0, level: Any = None, drop_level: bool = True) -> Any:
        """Give the rows (or columns) that have a value in a level of their labels.

        Parameters
        ----------
        key : label or tuple of labels
            The value, or one for each level.
        axis : {0, 1, "index", "columns"}, default 0
            Whose labels.
        level : int, hashable or list of them, optional
            Which levels; the first ones by default.
        drop_level : bool, default True
            Whether these levels are left out of the result.

        Returns
        -------
        DataFrame, Series or scalar

        Raises
        ------
        KeyError
            When there is no such label.
        """
        if isinstance(key, list):
            msg = "list keys are not supported in xs, pass a tuple instead"
            raise TypeError(msg)
        block = self._block
        if axis not in ROWS:
            return self._columns_at(key, level, drop_level=drop_level)
        if level is None and (drop_level or len(block.index_names) == 1):
            return self.loc[key]
        if len(block.index_names) == 1:
            msg = "Index must be a MultiIndex"
            raise TypeError(msg)
        wanted = self._at_levels(key, level)
        if not plain_levels(block, wanted):
            return self._fallback("xs", key, axis=axis, level=level, drop_level=drop_level, why="keys of this kind")
        picked = rows_at_levels(block, wanted, key)
        drop = drop_level and len(wanted) < len(block.index_names)
        return type(self)._of(without_levels(picked, wanted) if drop else picked)

    def _at_levels(self, key: Any, level: Any) -> dict[int, Any]:
        """Give the value wanted of each level, by the level's position."""
        if level is None:
            return dict(enumerate(key if isinstance(key, tuple) else (key,)))
        if not isinstance(level, (list, tuple)):
            return {level_places(self._block, level)[0]: key}
        if len(level) != len(key):
            msg = "Key for location must have same length as number of levels"
            raise AssertionError(msg)
        return {level_places(self._block, one)[0]: value for one, value in zip(level, key, strict=True)}

    def _columns_at(self, key: Any, level: Any, *, drop_level: bool) -> Any:
        found = shadow_of(self._block.labels).xs(key, axis=1, level=level, drop_level=drop_level)
        if isinstance(found, pd.Series):
            return self._series(int(found.iloc[0]))
        return type(self)._of(with_labels(self._block, [int(n) for n in found.iloc[0]], found.columns))

    # ------------------------------------------------------------------ the labels of another object

    def reindex_like(
        self, other: Any, method: Any = None, copy: Any = NO, limit: int | None = None, tolerance: Any = None
    ) -> Self:
        """Give the rows and columns that another object has; what is not there is missing.

        Parameters
        ----------
        other : DataFrame or Series
            The other object.
        method : {"ffill", "bfill", "nearest"}, optional
            Which row stands in for one that is not there.
        copy : bool
            Without effect, as in pandas.
        limit, tolerance
            As in pandas, for `method`.

        Returns
        -------
        same type
        """
        like = from_local(other)._block
        if method is None:
            made = labelling.reindex_like(self._block, like)
            return type(self)._of(made if self.ndim == 1 else labelling.reindex_columns(made, like.labels))
        how = {"method": method, "limit": limit, "tolerance": tolerance}
        if self.ndim == 1:
            filled: Self = self.reindex(local_index(like), **how)
        else:
            filled = self.reindex(index=local_index(like), columns=like.labels, **how)
        return filled

    def align(
        self, other: Any, join: str = "outer", axis: Any = None, level: Any = None, copy: Any = NO,
        fill_value: Any = None,
    ) -> tuple[Any, Any]:
        """Give two objects the same labels.

        Parameters
        ----------
        other : DataFrame or Series
            The other one.
        join : {"outer", "inner", "left", "right"}, default "outer"
            The labels of both, those in common, or those of one.
        axis : {0, 1, "index", "columns"}, optional
            The only axis; of two frames both by default.
        level : int or hashable, optional
            As in pandas; it runs on the client.
        copy : bool
            Without effect, as in pandas.
        fill_value : scalar, optional
            What stands where nothing was.

        Returns
        -------
        tuple
            This object and the other one, aligned.
        """
        other = from_local(other)
        if self.ndim != other.ndim and axis is None:
            msg = "Must specify axis=0 or 1"
            raise ValueError(msg)
        a, b = self._block, other._block
        both = self.ndim == other.ndim == 2
        across = self.ndim + other.ndim == 3 and axis not in ROWS
        try:
            if level is not None or across:
                raise NotImplementedError("by a level, or a series along the columns")
            if axis is None or axis in ROWS:
                a, b = relabel.align_rows(a, b, join, fill_value if both else None)
        except NotImplementedError as error:
            how = {"join": join, "axis": axis, "level": level, "fill_value": fill_value}
            first, second = self._fallback("align", other, why=str(error), **how)
            return from_local(first), from_local(second)
        if both and (axis is None or axis not in ROWS):
            a, b = relabel.align_columns(a, b, join, fill_value)
        made = type(self)._of(a), type(other)._of(b)
        if both or fill_value is None:
            return made
        return made[0].fillna(fill_value), made[1].fillna(fill_value)  # beside a series, old gaps are filled too


class FrameLevels(Levels):
    """What only frames have."""

    def swaplevel(self, i: Any = -2, j: Any = -1, axis: Any = 0) -> Self:
        """Swap two levels of the labels.

        Parameters
        ----------
        i, j : int or hashable
            The levels.
        axis : {0, 1, "index", "columns"}, default 0
            Whose labels.

        Returns
        -------
        DataFrame
        """
        return type(self)._of(relabel.reordered(self._block, lambda d: d.swaplevel(i, j, axis=axis)))

    def reorder_levels(self, order: Any, axis: Any = 0) -> Self:
        """Bring the levels of the labels into another order.

        Parameters
        ----------
        order : list of int or hashable
            All levels.
        axis : {0, 1, "index", "columns"}, default 0
            Whose labels.

        Returns
        -------
        DataFrame
        """
        return type(self)._of(relabel.reordered(self._block, lambda d: d.reorder_levels(order, axis=axis)))


class SeriesLevels(Levels):
    """What only series have."""

    def swaplevel(self, i: Any = -2, j: Any = -1, copy: Any = NO) -> Self:
        """Swap two levels of the row labels.

        Parameters
        ----------
        i, j : int or hashable
            The levels.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        Series
        """
        return self._with_levels(lambda d: d.iloc[:, 0].swaplevel(i, j).to_frame())

    def reorder_levels(self, order: Any) -> Self:
        """Bring the levels of the row labels into another order.

        Parameters
        ----------
        order : list of int or hashable
            All levels.

        Returns
        -------
        Series
        """
        return self._with_levels(lambda d: d.iloc[:, 0].reorder_levels(order).to_frame())

    def _with_levels(self, change: Any) -> Self:
        return type(self)._of(relabel.reordered(self._block, change, series=True))
