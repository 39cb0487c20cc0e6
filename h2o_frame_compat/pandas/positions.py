"""Series by row number: what sorts them, where values would go, rows repeated; and choices between values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.expr import Project, Sort, Zip, call
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from collections.abc import Sequence


class Positions(NDFrame):
    """What only series have."""

    def argsort(self, axis: Any = 0, kind: str = "quicksort", order: None = None, stable: None = None) -> Self:
        """Give the row numbers that sort the values, equal ones as they stand and missing ones last.

        Parameters
        ----------
        axis : {0}
            Accepted for NumPy's sake.
        kind : str
            Every way is a stable one here.
        order, stable : None
            Accepted for NumPy's sake.

        Returns
        -------
        Series

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([3, 1, 2]).argsort().tolist()
        [1, 2, 0]
        """
        block = self._block
        numbered = Project(block.rel, (call("rownum", block.columns[0]), block.columns[0]))
        rows, values = (f.col() for f in numbered.fields)
        ordered = Sort(numbered, [values], [True], na_last=True, fields=numbered.fields[:1])
        return type(self)._of(replace(block, rel=Zip(block.rel, ordered), columns=(rows,)))

    def searchsorted(self, value: Any, side: str = "left", sorter: Any = None) -> Any:
        """Give the row numbers where values would go in a sorted series.

        Parameters
        ----------
        value : scalar or array-like
            What is to be put in.
        side : {"left", "right"}
            Before or after equal values.
        sorter : array-like, optional
            What sorts the series; it runs in pandas.

        Returns
        -------
        int or numpy.ndarray
        """
        if sorter is not None or side not in {"left", "right"}:
            return self._fallback("searchsorted", value, side, sorter)
        wanted = [value] if is_scalar(value) else list(to_local(value, "Series.searchsorted"))
        op = "lt" if side == "left" else "le"
        tests = [self._binary(op, v)._block.columns[0] for v in wanted]
        found = np.array(statistics(self._block.rel, [("sum", t) for t in tests]), dtype=np.intp)
        return found[0] if is_scalar(value) else found

    def repeat(self, repeats: int | Sequence[int], axis: None = None) -> Self:
        """Give each row several times.

        Parameters
        ----------
        repeats : int or array of int
            How often, for all rows or for each.
        axis : None
            Accepted for NumPy's sake.

        Returns
        -------
        Series
        """
        times = to_local(repeats, "Series.repeat")
        rows = np.repeat(np.arange(len(self)), np.asarray(times))
        return type(self)._of(self._block.take_positions(rows))

    def case_when(self, caselist: Any) -> Self:
        """Replace values where conditions hold; the first that does decides.

        Parameters
        ----------
        caselist : list of (condition, replacement)
            Conditions are boolean series or arrays, or functions of the series; so are replacements, or scalars.

        Returns
        -------
        Series

        Raises
        ------
        TypeError, ValueError
            When it is no such list.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> s = pd.Series([1, 5, 9])
        >>> s.case_when([(s > 6, 60), (s > 2, 20)]).tolist()
        [1, 20, 60]
        """
        if not isinstance(caselist, list):
            msg = f"The caselist argument should be a list; instead got {type(caselist)}"
            raise TypeError(msg)
        if not caselist:
            msg = "provide at least one boolean condition, with a corresponding replacement."
            raise ValueError(msg)
        for n, entry in enumerate(caselist):
            if not isinstance(entry, tuple):
                msg = f"Argument {n} must be a tuple; instead got {type(entry)}."
                raise TypeError(msg)
            if len(entry) != 2:
                msg = f"Argument {n} must have length 2; a condition and replacement; instead got length {len(entry)}."
                raise ValueError(msg)
        made = self
        for condition, replacement in reversed(caselist):
            test = condition(self) if callable(condition) else condition
            made = made.mask(test, replacement(self) if callable(replacement) else replacement)
        return made

    def rdivmod(self, other: Any, level: Any = None, fill_value: Any = None, axis: Any = 0) -> tuple[Any, Any]:
        """Give the whole quotient and the remainder of `other` by this; see `floordiv` and `mod` for the parameters."""
        kwargs = {"level": level, "fill_value": fill_value, "axis": axis}
        return self.rfloordiv(other, **kwargs), self.rmod(other, **kwargs)

    def to_numpy(
        self, dtype: Any = None, copy: bool = False, na_value: Any = pd.api.extensions.no_default, **kwargs: Any
    ) -> np.ndarray[Any, Any]:
        """Fetch the values as a NumPy array; see the frame's for the parameters."""
        local = self._to_local(guard="Series.to_numpy")
        return np.asarray(local.to_numpy(dtype, copy, na_value, **kwargs))
