"""Row labels of one level: where a label stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import index_sets as sets
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.index_sets import LabelSets


class LabelSearch(LabelSets):
    """What labels of one level have."""

    def searchsorted(self, value: Any, side: str = "left", sorter: Any = None) -> Any:
        """Give the row number at which a value keeps the labels in order.

        Parameters
        ----------
        value : scalar or array-like
            The value; several, or labels in no order, run in pandas.
        side : {"left", "right"}
            Before or behind labels that equal it.
        sorter : array-like, optional
            Runs in pandas.

        Returns
        -------
        int or numpy.ndarray
        """
        known = is_scalar(value) and sorter is None and side in {"left", "right"}
        if not known or not self._in_order:
            return self._in_pandas("searchsorted", value, side, sorter)
        own = self._level()
        return np.intp((own < value).sum() if side == "left" else (own <= value).sum())

    @property
    def _in_order(self) -> bool:
        return sets.is_ordered(self._bare, ascending=True)

    def _finds(self, label: Any) -> bool:
        """Tell whether a label is found by comparing: one value, among labels in order."""
        text = isinstance(label, str) != (self._levels[0].dtype.kind == "str")  # a part of a date, say
        plain = is_scalar(label) and not pd.isna(label) and not text and self._levels[0].dtype.kind != "category"
        return plain and self._in_order

    def get_slice_bound(self, label: Any, side: str) -> Any:
        """Give the row number at which a slice that begins or ends with a label does.

        Parameters
        ----------
        label : object
            The label; where labels are in no order, or for a part of a date, this runs in pandas.
        side : {"left", "right"}
            Which end of the slice.

        Returns
        -------
        int
        """
        if side in {"left", "right"} and self._finds(label):
            return int(self.searchsorted(label, side=side))
        return self._in_pandas("get_slice_bound", label, side)

    def slice_locs(self, start: Any = None, end: Any = None, step: Any = None) -> Any:
        """Give the row numbers at which a slice of labels begins and ends.

        Parameters
        ----------
        start, end : label, optional
            The ends of the slice; see `get_slice_bound`.
        step : int, optional
            Its step; a negative one runs in pandas.

        Returns
        -------
        tuple of int
        """
        if (step is not None and step < 0) or not all(e is None or self._finds(e) for e in (start, end)):
            return self._in_pandas("slice_locs", start, end, step)
        first = 0 if start is None else self.get_slice_bound(start, "left")
        last = len(self) if end is None else self.get_slice_bound(end, "right")
        return first, last

    def slice_indexer(self, start: Any = None, end: Any = None, step: Any = None) -> slice:
        """Give the slice of row numbers of a slice of labels.

        Parameters
        ----------
        start, end : label, optional
            The ends of the slice; see `get_slice_bound`.
        step : int, optional
            Its step.

        Returns
        -------
        slice
        """
        if (step is not None and step < 0) or not all(e is None or self._finds(e) for e in (start, end)):
            found: slice = self._in_pandas("slice_indexer", start, end, step)
            return found
        first, last = self.slice_locs(start, end, step)
        return slice(first, last, step)

    def asof(self, label: Any) -> Any:
        """Give the last label that is not beyond another one; missing where there is none.

        Parameters
        ----------
        label : object
            The other; where labels are in no order this runs in pandas.

        Returns
        -------
        object
        """
        if not self._finds(label):
            return self._in_pandas("asof", label)
        place = int(self.searchsorted(label, side="right"))
        return self[place - 1] if place else getattr(self._no_labels, "_na_value", np.nan)

    def get_loc(self, key: Any) -> Any:
        """Give the row number of a label: several as a slice where they are together, else as a mask.

        Parameters
        ----------
        key : label
            The label.

        Returns
        -------
        int, slice or numpy.ndarray

        Raises
        ------
        KeyError
            When there is none.
        """
        if not is_scalar(key) or pd.isna(key) or isinstance(key, str) != (self._levels[0].dtype.kind == "str"):
            return self._in_pandas("get_loc", key)
        own = self._values()
        rows = own[own == key].index.tolist()
        if not rows:
            raise KeyError(key)
        if len(rows) == 1:
            return rows[0]
        if rows[-1] - rows[0] == len(rows) - 1 and self._in_order:
            return slice(rows[0], rows[-1] + 1)
        mask = np.zeros(len(self), dtype=bool)
        mask[rows] = True
        return mask
