"""The statistics that rolling and expanding windows have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2o_frame_compat.core.windows import Shape, options_of, presence
from h2o_frame_compat.expr import call
from h2o_frame_compat.pandas.windows.base import Windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.expr import Expr


class Statistics(Windows):
    """Methods of rolling and expanding windows."""

    def _shape(self) -> Shape | None:
        """Give the windows; None when pandas has to make them."""
        raise NotImplementedError

    def _statistic(self, name: str, numeric_only: bool, **options: Any) -> Any:
        shape = self._shape() if self._native() else None
        if shape is None:
            return self._fallback(name, numeric_only=numeric_only, **options)
        function = "sum" if name == "count" else name
        given = options_of(name, **options)
        return self._each(name, lambda e: shape.statistic(function, e, **given), numeric_only=numeric_only)

    def count(self, numeric_only: bool = False) -> Any:
        """Count the values.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("count", numeric_only)

    def sum(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Add up the values.

        Parameters
        ----------
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        engine, engine_kwargs
            Ignored: the cluster is the engine.

        Returns
        -------
        DataFrame or Series
        """
        return self._statistic("sum", numeric_only)

    def mean(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the mean; see `sum` for the parameters."""
        return self._statistic("mean", numeric_only)

    def median(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the median; see `sum` for the parameters."""
        shape = self._shape() if self._native() else None
        if shape is None:
            return self._fallback("median", numeric_only=numeric_only)
        given: dict[str, Any] = {"words": ("linear",), "numbers": (0.5,)}
        return self._each("median", lambda e: shape.statistic("quantile", e, **given), numeric_only=numeric_only)

    def min(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the smallest value; see `sum` for the parameters."""
        return self._statistic("min", numeric_only)

    def max(self, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None) -> Any:
        """Give the largest value; see `sum` for the parameters."""
        return self._statistic("max", numeric_only)

    def first(self, numeric_only: bool = False) -> Any:
        """Give the first value; see `count` for the parameters."""
        return self._statistic("first", numeric_only)

    def last(self, numeric_only: bool = False) -> Any:
        """Give the last value; see `count` for the parameters."""
        return self._statistic("last", numeric_only)

    def nunique(self, numeric_only: bool = False) -> Any:
        """Count the distinct values; see `count` for the parameters."""
        return self._statistic("nunique", numeric_only)

    def skew(self, numeric_only: bool = False) -> Any:
        """Give the unbiased skewness; see `count` for the parameters."""
        return self._statistic("skew", numeric_only)

    def kurt(self, numeric_only: bool = False) -> Any:
        """Give the unbiased excess kurtosis; see `count` for the parameters."""
        return self._statistic("kurt", numeric_only)

    def std(
        self, ddof: int = 1, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """Give the standard deviation; `ddof` is subtracted from the number of values."""
        return self._statistic("std", numeric_only, ddof=ddof)

    def var(
        self, ddof: int = 1, numeric_only: bool = False, engine: Any = None, engine_kwargs: Any = None
    ) -> Any:
        """Give the variance; `ddof` is subtracted from the number of values."""
        return self._statistic("var", numeric_only, ddof=ddof)

    def sem(self, ddof: int = 1, numeric_only: bool = False) -> Any:
        """Give the standard error of the mean; `ddof` is subtracted from the number of values."""
        shape = self._shape() if self._native() else None
        if shape is None:
            return self._fallback("sem", ddof, numeric_only)

        def error(e: Expr) -> Expr:  # infinities count here, as in pandas
            count = call("sqrt", shape.statistic("sum", presence(e)))
            return call("truediv", shape.statistic("std", e, numbers=(ddof,)), count)

        return self._each("sem", error, numeric_only=numeric_only)

    def quantile(self, q: float, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """Give a quantile.

        Parameters
        ----------
        q : float
            Between 0 and 1.
        interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
            What a quantile between two values is.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        if not 0 <= q <= 1:
            msg = f"quantile value {q} not in [0, 1]"
            raise ValueError(msg)
        if interpolation not in {"linear", "lower", "higher", "midpoint", "nearest"}:
            msg = f"Interpolation '{interpolation}' is not supported"
            raise ValueError(msg)
        return self._statistic("quantile", numeric_only, q=q, interpolation=interpolation)

    def rank(
        self, method: str = "average", ascending: bool = True, pct: bool = False, numeric_only: bool = False
    ) -> Any:
        """Give the rank of the row's own value.

        Parameters
        ----------
        method : {"average", "min", "max"}
            The rank of equal values.
        ascending : bool, default True
            Whether the smallest value has rank 1.
        pct : bool, default False
            Whether ranks are given as fractions.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        if method not in {"average", "min", "max"}:
            msg = f"Method '{method}' is not supported"
            raise KeyError(msg)
        return self._statistic("rank", numeric_only, method=method, ascending=ascending, pct=pct)

    def cov(self, other: Any = None, pairwise: bool | None = None, ddof: int = 1, numeric_only: bool = False) -> Any:
        """Give the covariance with another series.

        Parameters
        ----------
        other : Series, optional
            The other series; itself by default. Frames run in pandas on the client.
        pairwise : bool, optional
            Whether every column meets every other one; runs in pandas on the client.
        ddof : int, default 1
            Subtracted from the number of values.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame or Series
        """
        return self._related("cov", other, pairwise, ddof, numeric_only)

    def corr(self, other: Any = None, pairwise: bool | None = None, ddof: int = 1, numeric_only: bool = False) -> Any:
        """Give the correlation with another series; see `cov` for the parameters."""
        return self._related("corr", other, pairwise, ddof, numeric_only)

    def _related(self, name: str, other: Any, pairwise: Any, ddof: int, numeric_only: bool) -> Any:
        shape = self._shape() if self._grouped is None else None
        made = None
        if shape is not None and shape.along is None:
            made = self._pairs(name, other, pairwise, lambda x, y: shape.statistic(name, x, y, numbers=(ddof,)))
        if made is not None:
            return made
        return self._fallback(name, other, pairwise=pairwise, ddof=ddof, numeric_only=numeric_only)

    def apply(
        self, func: Callable[..., Any], raw: bool = False, engine: Any = None, engine_kwargs: Any = None,
        args: Any = None, kwargs: Any = None,
    ) -> Any:
        """Call a function with each window; it runs in pandas on the client.

        Parameters
        ----------
        func : callable
            Gives one number for a window.
        raw : bool, default False
            Whether it is called with arrays, not with series.
        engine, engine_kwargs
            As in pandas.
        args, kwargs
            Passed on to the function.

        Returns
        -------
        DataFrame or Series
        """
        given = {"engine": engine, "engine_kwargs": engine_kwargs, "args": args, "kwargs": kwargs}
        return self._fallback("apply", func, raw, why="a Python function is called with each window", **given)
