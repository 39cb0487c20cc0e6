"""One value for each row of the groups: aggregates handed back, running sums, shifts, ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import group_rows as rows
from h2o_frame_compat.core.convert import from_pandas_dtype, pandas_dtype
from h2o_frame_compat.core.group_functions import meaning_of, statistic
from h2o_frame_compat.core.group_tracing import member, trace_group
from h2o_frame_compat.core.groups import Summary
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.groupby.base import GroupByBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr
    from h2o_frame_compat.pandas.series import Series

NO_DEFAULT = pd.api.extensions.no_default
_ROWWISE = {
    "cumsum", "cumprod", "cummin", "cummax", "cumcount", "ngroup", "shift", "diff", "pct_change", "rank", "ffill",
    "bfill",
}  # fmt: skip


class Transforms(GroupByBase):
    """Methods that give one value for each row."""

    def _rowwise(self, places: list[int], function: Callable[[Expr], Expr]) -> Any:
        assert self._groups is not None
        columns = [function(e) for e in self._columns(places)]
        return self._wrap(self._groups.block.with_columns(columns, self._labels(places)))

    def _transformed(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(func, str) and func in _ROWWISE:
            return getattr(self, func)(*args, **kwargs)
        if self._groups is None or args or (not isinstance(func, str) and (kwargs or not len(self._obj))):
            return self._fallback("transform", func, *args, **kwargs)
        if func == "size" and not self._single:
            summary = Summary(self._groups)
            return self._series(rows.transform(self._groups, summary, [summary.of("size")], pd.Index([None])))
        places = self._chosen("transform", numeric_only=bool(kwargs.pop("numeric_only", False)))
        summary = Summary(self._groups)
        exprs = [self._of_group(func, e, summary, kwargs) for e in self._columns(places)]
        known = [e for e in exprs if e is not None]
        if len(known) < len(exprs):
            return self._fallback("transform", func, **kwargs)
        return self._wrap(rows.transform(self._groups, summary, known, self._labels(places)))

    def _of_group(self, func: Any, expr: Expr, summary: Summary, options: dict[str, Any]) -> Expr | None:
        known = meaning_of(func, expr.dtype)
        if known is not None and not known[0].startswith("idx"):
            return statistic(summary, known[0], expr, **known[1], **options)
        if not callable(func):
            return None
        made = trace_group(func, lambda: member(expr, summary))
        assert self._groups is not None
        return None if made is not None and made.dtype.is_bool and self._groups.gaps else made

    # ------------------------------------------------------------------ the rows so far

    def _cumulated(self, name: str, numeric_only: bool, skipna: bool, args: Any, kwargs: Any) -> Any:
        given = {"numeric_only": numeric_only, "skipna": skipna}
        if self._groups is None or args or kwargs:
            return self._fallback(name, *args, **given, **kwargs)
        places = self._chosen(name, numeric_only=numeric_only)
        types = [e.dtype for e in self._columns(places)]
        plain = all(
            d.is_numeric
            or (d.kind == "timedelta" and name != "cumprod")
            or (d.kind == "datetime" and name in {"cummin", "cummax"})
            for d in types
        )
        if not plain:
            return self._fallback(name, **given)
        groups = self._groups
        return self._rowwise(places, lambda e: rows.within(groups, name, e, numbers=(int(skipna),)))

    def cumsum(self, numeric_only: bool = False, skipna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """Add up the values of each group so far.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        skipna : bool, default True
            Whether missing values are skipped; else all later ones are missing.
        *args, **kwargs
            As in pandas.

        Returns
        -------
        DataFrame or Series
        """
        return self._cumulated("cumsum", numeric_only, skipna, args, kwargs)

    def cumprod(self, numeric_only: bool = False, skipna: bool = True, *args: Any, **kwargs: Any) -> Any:
        """Multiply the values of each group so far; see `cumsum` for the parameters."""
        return self._cumulated("cumprod", numeric_only, skipna, args, kwargs)

    def cummin(self, numeric_only: bool = False, skipna: bool = True, **kwargs: Any) -> Any:
        """Give the smallest value of each group so far; see `cumsum` for the parameters."""
        return self._cumulated("cummin", numeric_only, skipna, (), kwargs)

    def cummax(self, numeric_only: bool = False, skipna: bool = True, **kwargs: Any) -> Any:
        """Give the largest value of each group so far; see `cumsum` for the parameters."""
        return self._cumulated("cummax", numeric_only, skipna, (), kwargs)

    def cumcount(self, ascending: bool = True) -> Any:
        """Give the number of each row within its group.

        Parameters
        ----------
        ascending : bool, default True
            Whether the first row is number 0; else the last one is.

        Returns
        -------
        Series
        """
        if self._groups is None:
            return self._fallback("cumcount", ascending)
        number = rows.place(self._groups, ascending=ascending)
        return self._series(self._groups.block.with_columns([number], [None]))

    def ngroup(self, ascending: bool = True) -> Series:
        """Give every row the number of its group.

        Parameters
        ----------
        ascending : bool, default True
            Whether the first group is number 0; else the last one is.

        Returns
        -------
        Series
        """
        if self._groups is None or self._groups.bins is not None:
            fetched: Series = self._fallback("ngroup", ascending)
            return fetched
        number = rows.group_number(self._groups)
        if self._groups.gaps:
            number = call("cast", number, params=(dt.FLOAT64,))
        if not ascending:
            number = call("sub", lit(self.ngroups - 1), number)
        return self._series(self._groups.block.with_columns([number], [None]))

    # ------------------------------------------------------------------ other rows

    def shift(self, periods: Any = 1, freq: Any = None, fill_value: Any = NO_DEFAULT, suffix: str | None = None) -> Any:
        """Move the values of each group down, or up.

        Parameters
        ----------
        periods : int or list of int, default 1
            How many rows; several give several columns.
        freq : optional
            Moves the labels instead; runs in pandas on the client.
        fill_value : scalar, optional
            What goes into rows that nothing moves into; missing values by default.
        suffix : str, optional
            What is put between a column's label and the number of rows, where there are several.

        Returns
        -------
        DataFrame or Series
        """
        if self._groups is None or freq is not None:
            given = {} if fill_value is NO_DEFAULT else {"fill_value": fill_value}
            return self._fallback("shift", periods, freq, suffix=suffix, **given)
        groups, places = self._groups, self._places
        fill = None if fill_value is NO_DEFAULT or pd.isna(fill_value) else fill_value
        if pd.api.types.is_integer(periods):
            if suffix:
                msg = "Cannot specify `suffix` if `periods` is an int."
                raise ValueError(msg)
            return self._rowwise(places, lambda e: rows.shifted(groups, e, int(periods), fill))
        labels = self._labels(places)
        if not len(periods):
            msg = "If `periods` is an iterable, it cannot be empty."
            raise ValueError(msg)
        columns = [rows.shifted(groups, e, int(p), fill) for p in periods for e in self._columns(places)]
        names = [f"{c}{suffix}_{p}" if suffix else f"{c}_{p}" for p in periods for c in labels]
        return self._frame(groups.block.with_columns(columns, names))

    def diff(self, periods: int = 1) -> Any:
        """Give the difference to an earlier row of the group.

        Parameters
        ----------
        periods : int, default 1
            How many rows earlier; negative: later.

        Returns
        -------
        DataFrame or Series
        """
        groups = self._groups
        types = [] if groups is None else [e.dtype for e in self._columns(self._places)]
        plain = all((d.is_numeric and not d.is_bool and not d.nullable) or d.is_temporal for d in types)
        if groups is None or not plain:
            return self._fallback("diff", periods)

        def difference(e: Expr) -> Expr:
            if e.dtype.is_temporal:
                return call("sub", e, rows.shifted(groups, e, periods))
            wanted = from_pandas_dtype(pd.Series([0, 1], dtype=pandas_dtype(e.dtype)).diff().dtype)
            moved = rows.shifted(groups, e, periods)
            if moved.dtype == e.dtype and e.dtype.is_integer:
                return call("sub", e, moved)
            number = call("cast", e, params=(dt.FLOAT64,))
            made = call("sub", number, rows.shifted(groups, number, periods))
            return made if made.dtype == wanted else call("cast", made, params=(wanted,))

        return self._rowwise(self._places, difference)

    def pct_change(self, periods: int = 1, fill_method: Any = None, freq: Any = None) -> Any:
        """Give the relative change from an earlier row of the group.

        Parameters
        ----------
        periods : int, default 1
            How many rows earlier.
        fill_method : None
            As in pandas.
        freq : optional
            Runs in pandas on the client.

        Returns
        -------
        DataFrame or Series
        """
        if fill_method is not None:
            msg = f"fill_method must be None; got fill_method={fill_method!r}."
            raise ValueError(msg)
        groups = self._groups
        if groups is None or freq is not None:
            return self._fallback("pct_change", periods, freq=freq)

        def change(e: Expr) -> Expr:
            before = rows.within(groups, "shift", e, numbers=(periods,))
            return call("sub", call("truediv", e, before), lit(1.0))

        return self._rowwise(self._places, change)

    def ffill(self, limit: int | None = None) -> Any:
        """Fill missing values with the last one of the group.

        Parameters
        ----------
        limit : int, optional
            How many in a row are filled.

        Returns
        -------
        DataFrame or Series
        """
        return self._filled("ffill", limit)

    def bfill(self, limit: int | None = None) -> Any:
        """Fill missing values with the next one of the group; see `ffill`."""
        return self._filled("bfill", limit)

    def _filled(self, name: str, limit: int | None) -> Any:
        groups = self._groups
        if groups is None:
            return self._fallback(name, limit)
        most = (1 << 31) - 1 if limit is None else limit
        return self._rowwise(self._places, lambda e: rows.within(groups, name, e, numbers=(most,)))

    def rank(
        self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False
    ) -> Any:
        """Give the rank of each value within its group.

        Parameters
        ----------
        method : {"average", "min", "max", "first", "dense"}
            The rank of equal values.
        ascending : bool, default True
            Whether the smallest value has rank 1.
        na_option : {"keep", "top", "bottom"}
            The rank of missing values.
        pct : bool, default False
            Whether ranks are given as fractions.

        Returns
        -------
        DataFrame or Series

        Raises
        ------
        ValueError
            For another word for `na_option`.
        """
        if na_option not in {"keep", "top", "bottom"}:
            msg = "na_option must be one of 'keep', 'top', or 'bottom'"
            raise ValueError(msg)
        groups = self._groups
        columns = [] if groups is None else self._columns(self._places)
        if groups is None or not all(e.dtype.is_numeric or e.dtype.is_temporal for e in columns):
            return self._fallback("rank", method, ascending, na_option, pct)
        numbers = (int(ascending), int(pct))
        return self._rowwise(self._places, lambda e: rows.within(groups, "rank", e, (method, na_option), numbers))
