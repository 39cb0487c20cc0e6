"""Gaps filled with values between their neighbours."""

from __future__ import annotations

from typing import Any, Self

from h2o_frame_compat.core.interpolation import interpolated
from h2o_frame_compat.pandas.filling import Filling

_BY_LABEL = {"index", "values", "time"}


class Interpolating(Filling):
    """What frames and series share."""

    def interpolate(
        self, method: str = "linear", *, axis: Any = 0, limit: int | None = None, inplace: bool = False,
        limit_direction: str | None = None, limit_area: str | None = None, **kwargs: Any,
    ) -> Self:
        """Fill gaps with values between their neighbours.

        Parameters
        ----------
        method : str, default "linear"
            ``"linear"`` goes by row, ``"index"``, ``"values"`` and ``"time"`` by row label; the others run in pandas.
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows; across the columns it runs in pandas.
        limit : int, optional
            How many values of a gap are filled.
        inplace : bool, default False
            Whether to change this object.
        limit_direction : {"forward", "backward", "both"}, optional
            From which edge gaps are filled.
        limit_area : {"inside", "outside"}, optional
            Whether only gaps between values, or only those at the ends, are filled.
        **kwargs
            For the methods that run in pandas.

        Returns
        -------
        same type

        Raises
        ------
        ValueError
            For other words, limits below 1, and ``"time"`` without times as row labels.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([0.0, None, 3.0, None]).interpolate().tolist()
        [0.0, 1.5, 3.0, 3.0]
        """
        block = self._block
        plain = all(d.is_numeric and not d.nullable for d in block.dtypes)
        labels = [e.dtype for e in block.index_columns] if method in _BY_LABEL else []
        known = method == "linear" or all(d.is_integer or d.is_float or d.kind == "datetime" for d in labels)
        if not plain or kwargs or axis not in {0, "index"} or not known or method not in {"linear", *_BY_LABEL}:
            given = {"axis": axis, "limit": limit, "limit_direction": limit_direction, "limit_area": limit_area}
            made: Self = self._fallback("interpolate", method, **given, **kwargs)
            return self._changed(made._block, inplace=inplace)
        direction = _checked(limit, limit_direction, limit_area)
        if method != "linear" and len(labels) > 1:
            msg = "Only `method=linear` interpolation is supported on MultiIndexes."
            raise ValueError(msg)
        if method == "time" and labels[0].kind != "datetime":
            msg = "time-weighted interpolation only works on Series or DataFrames with a DatetimeIndex"
            raise ValueError(msg)
        along = block.index_columns[0] if labels else None
        filled = interpolated(block, along=along, limit=limit, direction=direction, area=limit_area)
        return self._changed(filled, inplace=inplace)


def _checked(limit: Any, direction: str | None, area: str | None) -> str:
    """Give the direction in use, and refuse in pandas' words what is none."""
    words = ["forward", "backward", "both"]
    chosen = "forward" if direction is None else direction.lower()
    if chosen not in words:
        msg = f"Invalid limit_direction: expecting one of {words}, got '{direction}'."
        raise ValueError(msg)
    if area is not None and area not in {"inside", "outside"}:
        msg = f"Invalid limit_area: expecting one of ['inside', 'outside'], got {area}."
        raise ValueError(msg)
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        msg = "Limit must be an integer" if not isinstance(limit, int) else "Limit must be greater than 0"
        raise ValueError(msg)
    return chosen
