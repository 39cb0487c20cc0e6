"""Missing and unwanted values of frames and series: filling, dropping, keeping, bounding, looking up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core import membership
from h2o_frame_compat.core.across import filled_across
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.choose import where
from h2o_frame_compat.core.clip import clip
from h2o_frame_compat.core.interpolation import only_there
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.core.missing import drop_rows, fill, kept_columns
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import from_local, resolved

if TYPE_CHECKING:
    from collections.abc import Hashable

NO_DEFAULT = pd.api.extensions.no_default


def is_series(value: Any) -> bool:
    """Tell whether a value is a series, ours or that of pandas."""
    return isinstance(value, pd.Series) or getattr(value, "_pandas_class", None) is pd.Series


def as_block(value: Any) -> Any:
    """Give the block of a frame or series, ours or that of pandas; other values as they are."""
    if isinstance(value, (pd.Series, pd.DataFrame)):
        value = from_local(value)
    return value._block if isinstance(value, NDFrame) else value


class Filling(NDFrame):
    """What frames and series share."""

    def _changed(self, block: Block, *, inplace: bool) -> Self:
        """Give a new object, or change this one and give it, as pandas 3 does for ``inplace=True``."""
        if not inplace:
            return type(self)._of(block)
        object.__setattr__(self, "_block", block)
        return self

    def fillna(
        self, value: Any, *, axis: Any = None, inplace: bool = False, limit: int | None = None
    ) -> Self:
        """Replace missing values.

        Parameters
        ----------
        value : scalar, dict, Series or DataFrame
            What to put there: one value, one for each column (for a series: each row label), or values
            matched by labels.
        axis : {0, 1}, optional
            As in pandas; without effect for a scalar.
        inplace : bool, default False
            Whether to change this object.
        limit : int, optional
            How many missing values of a column are replaced at most; runs in pandas on the client.

        Returns
        -------
        same type

        Raises
        ------
        TypeError
            When a column cannot take the value.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1.0, None]).fillna(0).tolist()
        [1.0, 0.0]
        """
        if limit is not None or axis in {1, "columns"}:
            return self._in_place("fillna", value, axis=axis, inplace=inplace, limit=limit)
        if isinstance(value, (list, tuple)):
            msg = f'"value" parameter must be a scalar or dict, but you passed a "{type(value).__name__}"'
            raise TypeError(msg)
        return self._changed(self._filled(value), inplace=inplace)

    def _filled(self, value: Any) -> Block:
        raise NotImplementedError

    def _in_place(self, method: str, *args: Any, inplace: bool, **kwargs: Any) -> Self:
        """Run a method in pandas that gives the changed object, and change this one if that is asked for."""
        made: Self = self._fallback(method, *args, **kwargs)
        return self._changed(made._block, inplace=inplace)

    def ffill(
        self, *, axis: Any = None, inplace: bool = False, limit: int | None = None, limit_area: str | None = None
    ) -> Self:
        """Fill missing values with the last value before them.

        Parameters
        ----------
        axis : {0, 1}, optional
            Down the rows, or across the columns: columns of numbers, without a limit; others run in pandas.
        inplace : bool, default False
            Whether to change this object.
        limit : int, optional
            How many in a row are filled at most.
        limit_area : {"inside", "outside"}, optional
            Whether only gaps between values, or only those at the ends, are filled.

        Returns
        -------
        same type
        """
        return self._carried("ffill", axis, inplace, limit, limit_area)

    def bfill(
        self, *, axis: Any = None, inplace: bool = False, limit: int | None = None, limit_area: str | None = None
    ) -> Self:
        """Fill missing values with the next value after them.

        Parameters
        ----------
        axis : {0, 1}, optional
            Down the rows, or across the columns: columns of numbers, without a limit; others run in pandas.
        inplace : bool, default False
            Whether to change this object.
        limit : int, optional
            How many in a row are filled at most.
        limit_area : {"inside", "outside"}, optional
            Whether only gaps between values, or only those at the ends, are filled.

        Returns
        -------
        same type
        """
        return self._carried("bfill", axis, inplace, limit, limit_area)

    def _carried(self, op: str, axis: Any, inplace: bool, limit: int | None, limit_area: str | None) -> Self:
        if axis in {1, "columns"}:
            across = filled_across(op, self._block) if limit is None and limit_area is None else None
            if across is not None:
                return self._changed(across, inplace=inplace)
            return self._in_place(op, axis=axis, inplace=inplace, limit=limit, limit_area=limit_area)
        if limit is not None and limit <= 0:
            msg = "Limit must be greater than 0"
            raise ValueError(msg)
        block = self._block
        columns = [call(op, e, params=(limit,)) if e.dtype.holds_na else e for e in block.columns]
        if limit_area in {"inside", "outside"}:
            columns = [only_there(op, e, made, limit_area) for e, made in zip(block.columns, columns, strict=True)]
        return self._changed(block.with_columns(columns, block.labels), inplace=inplace)

    def where(
        self, cond: Any, other: Any = NO_DEFAULT, *, inplace: bool = False, axis: Any = None, level: Any = None
    ) -> Self:
        """Keep values where a condition holds, and take others elsewhere.

        Parameters
        ----------
        cond : Series, DataFrame, array-like of bool, or callable
            The condition; a callable is given this object.
        other : scalar, Series, DataFrame, array-like or callable, optional
            The other values; missing values by default.
        inplace : bool, default False
            Whether to change this object.
        axis, level : optional
            As in pandas; a level runs in pandas on the client.

        Returns
        -------
        same type

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> s = pd.Series([1, 2, 3])
        >>> s.where(s > 1, 0).tolist()
        [0, 2, 3]
        """
        return self._kept("where", cond, other, inplace, axis, level)

    def mask(
        self, cond: Any, other: Any = NO_DEFAULT, *, inplace: bool = False, axis: Any = None, level: Any = None
    ) -> Self:
        """Replace values where a condition holds.

        Parameters
        ----------
        cond : Series, DataFrame, array-like of bool, or callable
            The condition; a callable is given this object.
        other : scalar, Series, DataFrame, array-like or callable, optional
            What goes there; missing values by default.
        inplace : bool, default False
            Whether to change this object.
        axis, level : optional
            As in pandas; a level runs in pandas on the client.

        Returns
        -------
        same type
        """
        return self._kept("mask", cond, other, inplace, axis, level)

    def _kept(self, method: str, cond: Any, other: Any, inplace: bool, axis: Any, level: Any) -> Self:
        cond, other = resolved(cond, self), resolved(other, self)
        wide = self._pandas_class is pd.DataFrame
        if level is not None or (wide and is_series(other) and axis not in {0, "index"}):
            return self._in_place(method, cond, other, inplace=inplace, axis=axis, level=level)
        along = (is_series(cond) or not wide, is_series(other) or not wide)
        value = None if other is NO_DEFAULT else as_block(other)
        block = where(self._block, as_block(cond), value, keep=method == "where", series=along)
        return self._changed(block, inplace=inplace)

    def clip(
        self, lower: Any = None, upper: Any = None, *, axis: Any = None, inplace: bool = False, **kwargs: Any
    ) -> Self:
        """Bring values below a lower bound up to it, and those above an upper bound down.

        Parameters
        ----------
        lower, upper : scalar, Series or array-like, optional
            The bounds; a missing one bounds nothing.
        axis : {0, 1}, optional
            How a series of bounds is matched with a frame: 0 along the rows.
        inplace : bool, default False
            Whether to change this object.
        **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([-1, 5, 20]).clip(0, 10).tolist()
        [0, 5, 10]
        """
        if self._pandas_class is pd.DataFrame and not (is_scalar(lower) and is_scalar(upper)):
            along_rows = axis in {0, "index"} and all(is_scalar(b) or is_series(b) for b in (lower, upper))
            if not along_rows:
                return self._in_place("clip", lower, upper, axis=axis, inplace=inplace)
        return self._changed(clip(self._block, as_block(lower), as_block(upper)), inplace=inplace)

    def isin(self, values: Any) -> Self:
        """Tell which values are among given ones.

        Parameters
        ----------
        values : list, set, Series, dict or others
            The values; a dict gives them for each column of a frame.

        Returns
        -------
        same type
            Booleans.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series(["a", "b"]).isin(["b"]).tolist()
        [False, True]
        """
        if is_scalar(values):
            msg = f"only list-like objects are allowed to be passed to isin(), you passed a `{type(values).__name__}`"
            raise TypeError(msg)
        wide = self._pandas_class is pd.DataFrame
        if wide and isinstance(as_block(values), Block):
            return type(self)._of(self._fallback("isin", values)._block)
        block = self._block
        columns = []
        for label, e in zip(block.labels, block.columns, strict=True):
            wanted = values.get(label, ()) if wide and isinstance(values, dict) else values
            columns.append(membership.isin(e, as_block(wanted)))
        return type(self)._of(block.with_columns(columns, block.labels))


def _dropped(frame: Any, block: Block, inplace: bool, ignore_index: bool) -> Any:
    if ignore_index:
        block = block.with_index(RangeLabels(), (None,))
    return frame._result(block, inplace=inplace is True)


class FrameFilling(Filling):
    """What only frames have."""

    def _filled(self, value: Any) -> Block:
        if is_series(value):
            value = value.to_pandas() if isinstance(value, NDFrame) else value
        return fill(self._block, as_block(value) if isinstance(value, (NDFrame, pd.DataFrame)) else value)

    def dropna(
        self, *, axis: Any = 0, how: Any = NO_DEFAULT, thresh: Any = NO_DEFAULT, subset: Any = None,
        inplace: Any = NO_DEFAULT, ignore_index: bool = False,
    ) -> Any:
        """Drop rows or columns in which values are missing.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            Whether rows or columns are dropped.
        how : {"any", "all"}, default "any"
            Whether one missing value is enough.
        thresh : int, optional
            Instead of `how`: how many values must be present.
        subset : label or list of labels, optional
            The columns (with ``axis=1``: row labels) that count.
        inplace : bool, default False
            Whether to change this object.
        ignore_index : bool, default False
            Whether rows are labelled anew.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When `subset` names no column.
        """
        if how is not NO_DEFAULT and thresh is not NO_DEFAULT:
            msg = "You cannot set both the how and thresh arguments at the same time."
            raise TypeError(msg)
        way: str = "any" if how is NO_DEFAULT else how
        if way not in {"any", "all"}:
            msg = f"invalid how option: {way}"
            raise ValueError(msg)
        least = None if thresh is NO_DEFAULT else thresh
        if axis in {1, "columns"}:
            if subset is not None:
                return self._fallback("dropna", axis=1, subset=subset, ignore_index=ignore_index, **_given(how, thresh))
            block = self._block.select(kept_columns(self._block, how=way, thresh=least))
            if ignore_index:
                block = block.with_columns(block.columns, pd.RangeIndex(len(block.columns)))
            return self._result(block, inplace=inplace is True)
        block = drop_rows(self._block, self._positions(subset), how=way, thresh=least)
        return _dropped(self, block, inplace, ignore_index)

    def _positions(self, subset: Any) -> list[int]:
        """Give the positions of the columns with these labels; all of them for None."""
        block = self._block
        if subset is None:
            return list(range(len(block.columns)))
        single = is_scalar(subset) or (isinstance(subset, tuple) and bool(block.find(subset)))
        labels: list[Hashable] = [subset] if single else list(subset)
        unknown = [label for label in labels if not block.find(label)]
        if unknown:
            raise KeyError(unknown)
        return [place for label in labels for place in block.find(label)]


def _given(how: Any, thresh: Any) -> dict[str, Any]:
    return {k: v for k, v in (("how", how), ("thresh", thresh)) if v is not NO_DEFAULT}


class SeriesFilling(Filling):
    """What only series have."""

    def _filled(self, value: Any) -> Block:
        if isinstance(value, dict):
            value = pd.Series(value)
        return fill(self._block, as_block(value), along_rows=True)

    def dropna(
        self, *, axis: Any = 0, inplace: Any = NO_DEFAULT, how: str | None = None, ignore_index: bool = False
    ) -> Any:
        """Drop missing values.

        Parameters
        ----------
        axis : {0}
            As in pandas; without effect.
        inplace : bool, default False
            Whether to change this object.
        how : str, optional
            As in pandas; without effect.
        ignore_index : bool, default False
            Whether rows are labelled anew.

        Returns
        -------
        Series or None
        """
        block = drop_rows(self._block, [0], how="any", thresh=None)
        return _dropped(self, block, inplace, ignore_index)

    def between(self, left: Any, right: Any, inclusive: str = "both") -> Self:
        """Tell which values lie between two bounds.

        Parameters
        ----------
        left, right : scalar or list-like
            The bounds.
        inclusive : {"both", "neither", "left", "right"}
            Which bounds belong to it.

        Returns
        -------
        Series
            Booleans.

        Raises
        ------
        ValueError
            For another word for `inclusive`.

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 5, 9]).between(1, 5).tolist()
        [True, True, False]
        """
        if inclusive not in {"both", "neither", "left", "right"}:
            msg = "Inclusive has to be either string of 'both','left', 'right', or 'neither'."
            raise ValueError(msg)
        low = self._binary("ge" if inclusive in {"both", "left"} else "gt", left)
        high = self._binary("le" if inclusive in {"both", "right"} else "lt", right)
        both: Self = low & high
        return both


