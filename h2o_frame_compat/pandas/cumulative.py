"""Values that look at the rows before or after: running sums, shifts, differences, ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.across import cumulated, cumulated_across, ranked_across, shifted_across
from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.core.choose import literal_for
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.times import shifted_labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr

NO_DEFAULT = pd.api.extensions.no_default
_ROWS = {0, "index", "rows"}


def shifted(expr: Expr, periods: int, fill_value: Any = NO_DEFAULT) -> Expr:
    """Move values down so many rows, up for a negative number."""
    if periods == 0:
        return expr
    moved = call("shift", expr, params=(periods,))
    if fill_value is NO_DEFAULT or pd.isna(fill_value):
        return moved
    rows = call("rownum", expr)
    # Rows that nothing moved into: the first ones, or the last ones counted by shifting a column of ones.
    marks = call("shift", call("add", call("mul", rows, lit(0)), lit(1)), params=(periods,))
    value = literal_for(fill_value, expr.dtype)
    made = call("where", call("isna", marks), value, moved)
    return made if value.dtype.kind == "float64" and expr.dtype.is_integer else call("cast", made, params=(expr.dtype,))


class Cumulative(NDFrame):
    """What frames and series share."""

    def _columnwise(self, function: Callable[[Expr], Expr], *, numeric_only: bool = False) -> Self:
        block = self._block
        places = [n for n, e in enumerate(block.columns) if not numeric_only or e.dtype.is_numeric]
        block = block.select(places) if numeric_only else block
        return type(self)._of(block.with_columns([function(e) for e in block.columns], block.labels))

    def _cumulated(self, op: str, axis: Any, skipna: bool, numeric_only: bool = False) -> Self:
        temporal = not numeric_only and any(d.kind == "datetime" for d in self._block.dtypes)
        rows = axis is None or axis in _ROWS
        across = None if rows else cumulated_across(op, self._block, skipna=skipna, numeric_only=numeric_only)
        if across is not None:
            return type(self)._of(across)
        if not rows or temporal:
            given: dict[str, Any] = {"numeric_only": numeric_only} if self._pandas_class is pd.DataFrame else {}
            made: Self = self._fallback(op, axis=axis, skipna=skipna, **given)
            return made
        return self._columnwise(lambda e: cumulated(op, e, skipna=skipna), numeric_only=numeric_only)

    def cumsum(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Self:
        """Add up the values so far.

        Parameters
        ----------
        axis : {0, 1}
            Down the rows, or across the columns of each row.
        skipna : bool, default True
            Whether missing values are skipped; else all after one are missing.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type
        """
        return self._cumulated("cumsum", axis, skipna)

    def cumprod(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Self:
        """Multiply the values so far.

        Parameters
        ----------
        axis : {0, 1}
            Down the rows, or across the columns of each row.
        skipna : bool, default True
            Whether missing values are skipped; else all after one are missing.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type
        """
        return self._cumulated("cumprod", axis, skipna)

    def cummax(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Self:
        """Give the largest value so far.

        Parameters
        ----------
        axis : {0, 1}
            Down the rows, or across the columns of each row.
        skipna : bool, default True
            Whether missing values are skipped; else all after one are missing.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type
        """
        return self._cumulated("cummax", axis, skipna)

    def cummin(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Self:
        """Give the smallest value so far.

        Parameters
        ----------
        axis : {0, 1}
            Down the rows, or across the columns of each row.
        skipna : bool, default True
            Whether missing values are skipped; else all after one are missing.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        same type
        """
        return self._cumulated("cummin", axis, skipna)

    def shift(
        self, periods: Any = 1, freq: Any = None, axis: Any = 0, fill_value: Any = NO_DEFAULT,
        suffix: str | None = None,
    ) -> Any:
        """Move values down, or up.

        Parameters
        ----------
        periods : int, default 1
            How many rows; a list gives a frame with the columns for each.
        freq : str or offset, optional
            Moves the labels instead, in time.
        axis : {0, 1}
            Down the rows, or across the columns.
        fill_value : scalar, optional
            What goes where nothing moves in; missing values by default. Across columns of other dtypes than ``int64``
            and ``float64`` it runs in pandas.
        suffix : str, optional
            What stands in the labels before the number of rows, for a list of periods.

        Returns
        -------
        same type

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 2, 3]).shift(1, fill_value=0).tolist()
        [0, 1, 2]
        """
        if freq is not None and fill_value is not NO_DEFAULT:
            msg = "Passing a 'freq' together with a 'fill_value' is not allowed."
            raise ValueError(msg)
        if self.ndim == 2 and freq is None and self._block.rel.nrows == 0:
            return self.copy()  # pandas leaves the dtypes of empty frames alone
        if pd.api.types.is_list_like(periods):
            return self._shifted_by_each(list(periods), suffix, freq=freq, axis=axis, fill_value=fill_value)
        if suffix:
            msg = "Cannot specify `suffix` if `periods` is an int."
            raise ValueError(msg)
        if freq is not None and axis in _ROWS and isinstance(periods, int):
            return shifted_labels(self, periods, freq)
        if axis not in _ROWS and freq is None and isinstance(periods, int) and self.ndim == 2:
            edge = self._edge(periods, fill_value) if periods and len(self) else None
            if edge is not None or not periods or not len(self):
                return type(self)._of(self._block if edge is None else shifted_across(self._block, periods, edge))
        if freq is not None or axis not in _ROWS or not isinstance(periods, int):
            given = {} if fill_value is NO_DEFAULT else {"fill_value": fill_value}
            return self._fallback("shift", periods, freq=freq, axis=axis, **given)
        return self._columnwise(lambda e: shifted(e, periods, fill_value))

    def _shifted_by_each(self, periods: list[Any], suffix: str | None, **how: Any) -> Any:
        """Move values by several numbers of rows; the number goes into the labels."""
        from h2o_frame_compat.pandas.concat import concat  # noqa: PLC0415 - concat builds on frames

        wide: Any = self if self.ndim == 2 else self.to_frame()
        if how["freq"] is None and not len(wide):
            return wide.copy()
        if how["axis"] not in _ROWS:
            msg = "If `periods` contains multiple shifts, `axis` cannot be 1."
            raise ValueError(msg)
        if not periods:
            msg = "If `periods` is an iterable, it cannot be empty."
            raise ValueError(msg)
        parts = []
        for one in periods:
            if not pd.api.types.is_integer(one):
                msg = f"Periods must be integer, but {one} is {type(one)}."
                raise TypeError(msg)
            parts.append(wide.shift(int(one), **how).add_suffix(f"{suffix or ''}_{one}"))
        return concat(parts, axis=1)

    def _edge(self, periods: int, fill_value: Any) -> Expr | None:
        """Give what stands in columns that nothing moves into; None where pandas has to do it."""
        block = self._block
        if not block.columns:
            return None
        if fill_value is NO_DEFAULT:
            return shifted(block.columns[0 if periods > 0 else -1], block.nrows)
        plain = all(d in {dt.INT64, dt.FLOAT64} for d in block.dtypes)
        if not plain or isinstance(fill_value, bool) or not isinstance(fill_value, (int, float)):
            return None
        same = all(d == dt.FLOAT64 for d in block.dtypes)
        return constant(block, float(fill_value) if same else fill_value)

    def diff(self, periods: int = 1, axis: Any = 0) -> Self:
        """Give the difference to an earlier row.

        Parameters
        ----------
        periods : int, default 1
            How many rows earlier; negative: later.
        axis : {0, 1}
            Down the rows, or across the columns.

        Returns
        -------
        same type
        """
        if axis not in _ROWS and periods:
            across: Self = self - self.shift(periods, axis=axis)
            return across
        plain = all((d.is_numeric and not d.is_bool and not d.nullable) or d.is_temporal for d in self._block.dtypes)
        if not plain:
            made: Self = self._fallback("diff", periods)
            return made
        return self._columnwise(lambda e: _difference(e, periods))

    def pct_change(self, periods: int = 1, fill_method: None = None, freq: Any = None, **kwargs: Any) -> Self:
        """Give the relative change from an earlier row.

        Parameters
        ----------
        periods : int, default 1
            How many rows earlier.
        fill_method : None
            As in pandas.
        freq : optional
            Runs in pandas on the client.
        **kwargs
            For `shift`: ``axis``; others run in pandas on the client.

        Returns
        -------
        same type
        """
        if freq is not None or kwargs.keys() - {"axis"} or fill_method is not None:
            made: Self = self._fallback("pct_change", periods, fill_method=fill_method, freq=freq, **kwargs)
            return made
        if kwargs.get("axis", 0) not in _ROWS:
            across: Self = self / self.shift(periods, **kwargs) - 1
            return across
        return self._columnwise(lambda e: call("sub", call("truediv", e, shifted(e, periods)), lit(1.0)))

    def rank(
        self, axis: Any = 0, method: str = "average", numeric_only: bool = False, na_option: str = "keep",
        ascending: bool = True, pct: bool = False,
    ) -> Self:
        """Give the rank of each value.

        Parameters
        ----------
        axis : {0, 1}
            Down the rows, or across the columns: those of up to 24 columns of numbers; others run in pandas.
        method : {"average", "min", "max", "first", "dense"}
            The rank of equal values.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        na_option : {"keep", "top", "bottom"}
            The rank of missing values.
        ascending : bool, default True
            Whether the smallest value has rank 1.
        pct : bool, default False
            Whether ranks are given as fractions.

        Returns
        -------
        same type

        Raises
        ------
        ValueError
            For another word for `na_option`.
        """
        if na_option not in {"keep", "top", "bottom"}:
            msg = "na_option must be one of 'keep', 'top', or 'bottom'"
            raise ValueError(msg)
        across = None
        if axis not in _ROWS:
            chosen = self._columnwise(lambda e: e, numeric_only=numeric_only)._block
            across = ranked_across(chosen, method, na_option, ascending=bool(ascending), pct=bool(pct))
        if across is not None:
            return type(self)._of(across)
        if axis not in _ROWS:
            made: Self = self._fallback(
                "rank", axis=axis, method=method, numeric_only=numeric_only, na_option=na_option, ascending=ascending,
                pct=pct,
            )
            return made
        params = (method, bool(ascending), na_option, bool(pct))
        return self._columnwise(lambda e: _rank(e, params), numeric_only=numeric_only)


class FrameCumulative(Cumulative):
    """What only frames have: the choice of the columns of numbers."""

    def cumsum(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, *args: Any, **kwargs: Any
    ) -> Self:
        """Add up the values so far; `numeric_only` leaves out other columns, see the series' for the rest."""
        return self._cumulated("cumsum", axis, skipna, numeric_only)

    def cumprod(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, *args: Any, **kwargs: Any
    ) -> Self:
        """Multiply the values so far; see `cumsum` for the parameters."""
        return self._cumulated("cumprod", axis, skipna, numeric_only)

    def cummax(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, *args: Any, **kwargs: Any
    ) -> Self:
        """Give the largest value so far; see `cumsum` for the parameters."""
        return self._cumulated("cummax", axis, skipna, numeric_only)

    def cummin(
        self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, *args: Any, **kwargs: Any
    ) -> Self:
        """Give the smallest value so far; see `cumsum` for the parameters."""
        return self._cumulated("cummin", axis, skipna, numeric_only)


def _difference(expr: Expr, periods: int) -> Expr:
    if expr.dtype.is_temporal:
        return call("sub", expr, shifted(expr, periods)) if periods else call("sub", expr, expr)
    result = from_pandas_dtype(pd.Series([0, 1], dtype=pandas_dtype(expr.dtype)).diff().dtype)
    number = call("cast", expr, params=(dt.FLOAT64,))
    made = call("sub", number, shifted(number, periods))
    return made if made.dtype == result else call("cast", made, params=(result,))


def _rank(expr: Expr, params: tuple[str, bool, str, bool]) -> Expr:
    ranks = call("rank", _rankable(expr), params=params)
    method, _, _, pct = params
    whole = expr.dtype.nullable and expr.dtype.is_numeric and expr.dtype != dt.OBJECT_BOOL
    if whole and method != "average" and not pct:
        return call("cast", ranks, params=(dt.UINT64.but(nullable=True),))
    return ranks


def _rankable(expr: Expr) -> Expr:
    if expr.dtype.kind != "category":
        return expr
    if not expr.dtype.ordered:
        return call("cast", expr, params=(dt.STR,))
    return call("where", call("isna", expr), lit(None), call("cast", call("codes", expr), params=(dt.FLOAT64,)))
