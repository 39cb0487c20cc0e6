"""Labels of a series: reading, replacing, dropping, turning into columns and back."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core import relabel
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.labels import (
    NO,
    Labels,
    as_index,
    dropped_level,
    filtered_rows,
    labels_or_mask,
    level_places,
)


class SeriesLabels(Labels):
    """What only series have."""

    @property
    def axes(self) -> list[Any]:
        """The row labels, in a list."""
        return [self.index]

    def rename(
        self,
        index: Any = None,
        *,
        axis: Any = None,
        copy: Any = NO,
        inplace: bool = False,
        level: Any = None,
        errors: str = "ignore",
    ) -> Self | None:
        """Rename the series, or its row labels.

        Parameters
        ----------
        index : hashable, dict, Series or function, optional
            A new name; or old row labels to new ones.
        axis, copy
            Without effect, as in pandas.
        inplace : bool, default False
            Whether to change this series.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        errors : {"ignore", "raise"}, default "ignore"
            What happens when a label is not there.

        Returns
        -------
        Series or None
        """
        if callable(index) or isinstance(index, (dict, pd.Series, NDFrame)):
            made = self._mapped_labels(index, level, errors)
        else:
            made = self._block.with_columns(self._block.columns, [index])
        return self._result(made, inplace=inplace)

    def add_prefix(self, prefix: str, axis: Any = None) -> Self:
        """Put a text before each row label.

        Parameters
        ----------
        prefix : str
            The text.
        axis : {0, "index"}, optional
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(self._mapped_labels(lambda label: f"{prefix}{label}"))

    def add_suffix(self, suffix: str, axis: Any = None) -> Self:
        """Put a text after each row label.

        Parameters
        ----------
        suffix : str
            The text.
        axis : {0, "index"}, optional
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(self._mapped_labels(lambda label: f"{label}{suffix}"))

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
        """Leave out rows.

        Parameters
        ----------
        labels : label or list-like
            What to leave out.
        axis : {0, "index"}
            As in pandas.
        index : label or list-like
            What to leave out.
        columns
            As in pandas, without effect.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        inplace : bool, default False
            Whether to change this series.
        errors : {"raise", "ignore"}, default "raise"
            What happens when a label is not there.

        Returns
        -------
        Series or None
        """
        wanted = labels if labels is not None else index
        if wanted is None and columns is None:
            msg = "Need to specify at least one of 'labels', 'index' or 'columns'"
            raise ValueError(msg)
        made = self._block if wanted is None else self._drop_rows(wanted, errors, level)
        return self._result(made, inplace=inplace)

    def reset_index(
        self,
        level: Any = None,
        *,
        drop: bool = False,
        name: Any = NO,
        inplace: bool = False,
        allow_duplicates: bool = False,
    ) -> Any:
        """Turn the row labels into columns of a frame, or drop them.

        Parameters
        ----------
        level : int, hashable or list of them, optional
            The levels that go; all by default.
        drop : bool, default False
            Whether the labels are dropped.
        name : hashable, optional
            The label of the column of values; the series' name by default, or 0.
        inplace : bool, default False
            Whether to change this series, which needs ``drop``.
        allow_duplicates : bool, default False
            Whether a new column may have the label of the values.

        Returns
        -------
        DataFrame, Series or None
        """
        places = level_places(self._block, level)
        if drop:
            return self._result(labelling.reset_index(self._block, places, [], drop=True), inplace=inplace)
        if inplace:
            msg = "Cannot reset_index inplace on a Series to create a DataFrame"
            raise TypeError(msg)
        frame = self.to_frame(name) if name is not NO else self.to_frame()
        return frame.reset_index(level, allow_duplicates=allow_duplicates)

    def to_frame(self, name: Any = NO) -> Any:
        """Give a frame with this one column.

        Parameters
        ----------
        name : hashable, optional
            Its label; the series' name by default, or 0.

        Returns
        -------
        DataFrame
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module

        label = name if name is not NO else self._block.labels[0]
        label = 0 if label is None and name is NO else label
        return DataFrame._of(self._block.with_columns(self._block.columns, [label]))

    def reindex(
        self,
        index: Any = None,
        *,
        axis: Any = None,
        method: Any = None,
        copy: Any = NO,
        level: Any = None,
        fill_value: Any = None,
        limit: int | None = None,
        tolerance: Any = None,
    ) -> Self:
        """Give the values of other labels; what is not there is missing.

        Parameters
        ----------
        index : list-like
            New labels.
        axis : {0, "index"}, optional
            As in pandas.
        method : {"ffill", "bfill", "nearest"}, optional
            Which value stands in for one that is not there.
        copy : bool
            Without effect, as in pandas.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        fill_value : scalar, optional
            What stands where nothing was.
        limit, tolerance
            As in pandas, for `method`.

        Returns
        -------
        Series
        """
        if index is None:
            return self.copy()
        how = {"method": method, "level": level, "limit": limit, "tolerance": tolerance}
        if any(v is not None for v in how.values()):
            return type(self)._of(relabel.reindex_along(self._block, self._new_index(index), fill_value, **how))
        return type(self)._of(labelling.reindex_rows(self._block, self._new_index(index), fill_value))

    def droplevel(self, level: Any, axis: Any = 0) -> Self:
        """Drop index levels.

        Parameters
        ----------
        level : int, hashable or list of them
            Which.
        axis : {0, "index"}, default 0
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(dropped_level(self._block, level))

    def filter(
        self, arg: Any = None, /, like: str | None = None, regex: str | None = None, axis: Any = None, *,
        items: Any = None, cond: Any = None, na: Any = False,
    ) -> Self:
        """Keep rows, by their labels or by a condition.

        Parameters
        ----------
        arg : list-like or callable, optional
            The labels; or a function of this object that gives a condition.
        like : str, optional
            A part of the labels.
        regex : str, optional
            A regular expression that is searched in them.
        axis : {0, 1, "index", "columns"}, optional
            Accepted for the frame's sake.
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
            kept: Self = self.loc[mask]
            return kept
        return type(self)._of(filtered_rows(self._block, as_index(items), like, regex))
