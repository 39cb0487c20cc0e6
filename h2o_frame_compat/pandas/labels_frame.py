"""Labels of a frame: reading, replacing, dropping, turning into columns and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core import relabel
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.labels import (
    NO,
    ROWS,
    Labels,
    as_index,
    dropped_level,
    filtered_rows,
    labels_or_mask,
    level_places,
    shadow_of,
)
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from collections.abc import Hashable


class FrameLabels(Labels):
    """What only frames have."""

    @property
    def columns(self) -> pd.Index[Any]:
        """The column labels, as a pandas index."""
        return self._block.labels

    @columns.setter
    def columns(self, value: Any) -> None:
        labels = value if isinstance(value, pd.Index) else pd.Index(to_local(value, "setting columns"))
        count = len(self._block.columns)
        if len(labels) != count:
            msg = f"Length mismatch: Expected axis has {count} elements, new values have {len(labels)} elements"
            raise ValueError(msg)
        object.__setattr__(self, "_block", replace(self._block, labels=labels))

    @property
    def axes(self) -> list[Any]:
        """The row labels and the column labels."""
        return [self.index, self.columns]

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = NO) -> Self:
        """Give a frame with other labels; see `Series.set_axis`, which has those of rows alone."""
        if axis not in {1, "columns"}:
            return super().set_axis(labels, axis=axis, copy=copy)
        made = self.copy()
        made.columns = labels
        return made

    def rename(
        self,
        mapper: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = None,
        copy: Any = NO,
        inplace: bool = False,
        level: Any = None,
        errors: str = "ignore",
    ) -> Self | None:
        """Rename labels.

        Parameters
        ----------
        mapper : dict or function, optional
            Old label to new one, along `axis`.
        index, columns : dict or function, optional
            The same for each axis.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels `mapper` is for; the rows' by default.
        copy : bool
            Without effect, as in pandas.
        inplace : bool, default False
            Whether to change this frame.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        errors : {"ignore", "raise"}, default "ignore"
            What happens when a label is not there.

        Returns
        -------
        DataFrame or None
        """
        if mapper is not None:
            if index is not None or columns is not None:
                msg = "Cannot specify both 'mapper' and any of 'index' or 'columns'"
                raise TypeError(msg)
            index, columns = (mapper, None) if axis is None or axis in ROWS else (None, mapper)
        elif index is None and columns is None:
            msg = "must pass an index to rename"
            raise TypeError(msg)
        made = (
            self._mapped_labels(index, level if columns is None else None, errors) if index is not None else self._block
        )
        if columns is not None:
            mapping = columns if callable(columns) else to_local(columns, "rename")
            named = shadow_of(made.labels).rename(columns=mapping, level=level, errors=errors)
            made = replace(made, labels=named.columns)
        return self._result(made, inplace=inplace)

    def add_prefix(self, prefix: str, axis: Any = None) -> Self:
        """Put a text before each label.

        Parameters
        ----------
        prefix : str
            The text.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels; the columns' by default.

        Returns
        -------
        DataFrame
        """
        return self._relabelled(lambda label: f"{prefix}{label}", axis)

    def add_suffix(self, suffix: str, axis: Any = None) -> Self:
        """Put a text after each label; see `add_prefix`.

        Parameters
        ----------
        suffix : str
            The text.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels; the columns' by default.

        Returns
        -------
        DataFrame
        """
        return self._relabelled(lambda label: f"{label}{suffix}", axis)

    def _relabelled(self, function: Any, axis: Any) -> Self:
        made = self.rename(columns=function) if axis in {None, 1, "columns"} else self.rename(index=function)
        assert made is not None
        return made

    def drop(
        self,
        labels: Any = None,
        *,
        axis: Any = 0,
        index: Any = None,
        columns: Any = None,
        level: Any = None,
        inplace: bool = False,
        errors: str = "raise",
    ) -> Self | None:
        """Leave out rows or columns.

        Parameters
        ----------
        labels : label or list-like, optional
            What to leave out, along `axis`.
        axis : {0, 1, "index", "columns"}, default 0
            Where `labels` are.
        index, columns : label or list-like, optional
            What to leave out of each axis.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        inplace : bool, default False
            Whether to change this frame.
        errors : {"raise", "ignore"}, default "raise"
            What happens when a label is not there.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When a label is not there.
        """
        if labels is not None:
            if index is not None or columns is not None:
                msg = "Cannot specify both 'labels' and 'index'/'columns'"
                raise ValueError(msg)
            index, columns = (labels, None) if axis in ROWS else (None, labels)
        elif index is None and columns is None:
            msg = "Need to specify at least one of 'labels', 'index' or 'columns'"
            raise ValueError(msg)
        made = self
        if columns is not None:
            kept = shadow_of(self._block.labels).drop(columns=as_index(columns), level=level, errors=errors)
            made = type(self)._of(replace(self._block.select(kept.iloc[0].tolist()), labels=kept.columns))
        block = made._drop_rows(index, errors, level) if index is not None else made._block
        return self._result(block, inplace=inplace)

    def set_index(
        self,
        keys: Any,
        *,
        drop: bool = True,
        append: bool = False,
        inplace: bool = False,
        verify_integrity: bool = False,
    ) -> Self | None:
        """Turn columns into the row labels.

        Parameters
        ----------
        keys : label, array-like, or list of them
            Columns, or arrays as long as the frame.
        drop : bool, default True
            Whether the columns go.
        append : bool, default False
            Whether the levels there are stay.
        inplace : bool, default False
            Whether to change this frame.
        verify_integrity : bool, default False
            Whether repeated labels are refused.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When there is no such column.
        """
        wanted = keys if isinstance(keys, list) else [keys]
        parts: list[Any] = []
        for key in wanted:
            if isinstance(key, RowLabels):
                parts.extend(key._level(n)._block for n in range(key.nlevels))
            elif isinstance(key, pd.MultiIndex):
                parts.extend(key.get_level_values(n) for n in range(key.nlevels))
            else:
                parts.append(key._block if isinstance(key, NDFrame) else key)
        made = labelling.set_index(self._block, parts, drop=drop, append=append, verify_integrity=verify_integrity)
        return self._result(made, inplace=inplace)

    def reset_index(
        self,
        level: Any = None,
        *,
        drop: bool = False,
        inplace: bool = False,
        col_level: Any = 0,
        col_fill: Hashable = "",
        allow_duplicates: Any = NO,
        names: Any = None,
    ) -> Self | None:
        """Turn the row labels into columns, and number the rows.

        Parameters
        ----------
        level : int, hashable or list of them, optional
            The levels that go; all by default.
        drop : bool, default False
            Whether the labels are dropped.
        inplace : bool, default False
            Whether to change this frame.
        col_level, col_fill
            As in pandas, for column labels of several levels.
        allow_duplicates : bool, default False
            Whether a new column may have a label that is there already.
        names : hashable or list of hashable, optional
            The labels of the new columns.

        Returns
        -------
        DataFrame or None
        """
        block = self._block
        places = level_places(block, level)
        labels: list[Hashable] = []
        if not drop:  # pandas says what the new columns are called
            how: dict[str, Any] = {"col_level": col_level, "col_fill": col_fill, "names": names}
            how |= {} if allow_duplicates is NO else {"allow_duplicates": allow_duplicates}
            shadow = pd.DataFrame([], index=self._no_labels(), columns=block.labels).reset_index(level, **how)
            labels = list(shadow.columns[: len(places)])
        made = labelling.reset_index(block, places, labels, drop=drop)
        return self._result(made, inplace=inplace)

    def reindex(
        self,
        labels: Any = None,
        *,
        index: Any = None,
        columns: Any = None,
        axis: Any = None,
        method: Any = None,
        copy: Any = NO,
        level: Any = None,
        fill_value: Any = np.nan,
        limit: int | None = None,
        tolerance: Any = None,
    ) -> Self:
        """Give the rows and columns of other labels; what is not there is missing.

        Parameters
        ----------
        labels : list-like, optional
            New labels along `axis`.
        index, columns : list-like, optional
            New labels of each axis.
        axis : {0, 1, "index", "columns"}, optional
            Where `labels` go; the rows by default.
        method : {"ffill", "bfill", "nearest"}, optional
            Which row stands in for one that is not there.
        copy : bool
            Without effect, as in pandas.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        fill_value : scalar, default NaN
            What stands where nothing was.
        limit, tolerance
            As in pandas, for `method`.

        Returns
        -------
        DataFrame
        """
        if labels is not None:
            index, columns = (labels, columns) if axis is None or axis in ROWS else (index, labels)
        how = {"method": method, "level": level, "limit": limit, "tolerance": tolerance}
        along = any(v is not None for v in how.values())
        block = self._block
        if columns is not None:
            wanted = as_index(columns)
            wanted = wanted if isinstance(wanted, pd.Index) else pd.Index(wanted).rename(block.labels.name)
            if along:
                block = relabel.reindex_columns_along(block, wanted, fill_value, **how)
            else:
                block = labelling.reindex_columns(block, wanted, fill_value)
        if index is not None:
            rows = self._new_index(index)
            change = relabel.reindex_along if along else labelling.reindex_rows
            block = change(block, rows, fill_value, **(how if along else {}))
        return type(self)._of(block)

    def filter(
        self, arg: Any = None, /, like: str | None = None, regex: str | None = None, axis: Any = None, *,
        items: Any = None, cond: Any = None, na: Any = False,
    ) -> Self:
        """Keep columns or rows, by their labels or by a condition.

        Parameters
        ----------
        arg : list-like or callable, optional
            The labels; or a function of this object that gives a condition.
        like : str, optional
            A part of the labels.
        regex : str, optional
            A regular expression that is searched in them.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels, the columns' by default; or what a condition is about, the rows by default.
        items : list-like, optional
            The labels.
        cond : array-like of bool or callable, optional
            The condition.
        na : {False, True, "raise"}, default False
            What a missing value in the condition means.

        Returns
        -------
        same type
        """
        items, mask = labels_or_mask(self, arg, items, cond, na, like, regex)
        if mask is not None:
            kept: Self = self.loc[:, mask] if axis in {1, "columns"} else self.loc[mask]
            return kept
        if axis is not None and axis in ROWS:
            return type(self)._of(filtered_rows(self._block, as_index(items), like, regex))
        found = shadow_of(self._block.labels).filter(items=as_index(items), like=like, regex=regex, axis=1)
        return type(self)._of(self._block.select(found.iloc[0].tolist()))

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Self:
        """Keep columns by their dtypes.

        Parameters
        ----------
        include, exclude : dtype, str or list of them
            What to keep, what to leave out; as in pandas.

        Returns
        -------
        DataFrame
        """
        block = self._block
        empty = pd.DataFrame({n: pd.Series([], dtype=pandas_dtype(d)) for n, d in enumerate(block.dtypes)})
        return type(self)._of(block.select(empty.select_dtypes(include, exclude).columns.tolist()))

    def droplevel(self, level: Any, axis: Any = 0) -> Self:
        """Drop index levels.

        Parameters
        ----------
        level : int, hashable or list of them
            Which.
        axis : {0, 1, "index", "columns"}, default 0
            Of the rows or of the columns.

        Returns
        -------
        DataFrame
        """
        if axis not in ROWS:
            return type(self)._of(replace(self._block, labels=self._block.labels.droplevel(level)))
        return type(self)._of(dropped_level(self._block, level))

    def swapaxes(self, axis1: Any, axis2: Any) -> Any:
        """Give the transposed frame, or the frame itself; as in pandas before version 3."""
        return self.T if axis1 != axis2 else self
