"""What a series of narwhals gives that has fewer rows, or looks at several rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from narwhals.exceptions import InvalidOperationError

from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.narwhals.operands import native_namespace, plain, roomy
from h2o_frame_compat.narwhals.refusals import refusing_all
from h2o_frame_compat.pandas.general import get_dummies
from h2o_frame_compat.pandas.series import Series

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def ewm_words(options: dict[str, Any]) -> dict[str, Any]:
    """Give what pandas calls narwhals' options of exponential weights."""
    renamed = {"half_life": "halflife", "min_samples": "min_periods", "ignore_nulls": "ignore_na"}
    return {renamed.get(word, word): value for word, value in options.items()}


@refusing_all
class Reductions:
    """Reductions, window functions and counts of a series; `EagerSeries` has the rest."""

    native: Any
    name: Any
    dtype: Any
    to_frame: Callable[[], Any]
    from_iterable: Any
    _with_native: Callable[..., Self]

    # ------------------------------------------------------------------ windows

    def diff(self) -> Self:
        """Give the differences from row to row."""
        return self._with_native(self.native.diff())

    def shift(self, n: int) -> Self:
        """Move the values down."""
        return self._with_native(self.native.shift(n))

    def rank(self, method: str, *, descending: bool) -> Self:
        """Give ranks."""
        word = "first" if method == "ordinal" else method
        return self._with_native(self.native.rank(method=word, na_option="keep", ascending=not descending))

    def _accumulated(self, word: str, *, reverse: bool) -> Self:
        own = self.native.iloc[::-1] if reverse else self.native
        made = getattr(own, word)()
        return self._with_native(made.iloc[::-1] if reverse else made)

    def cum_sum(self, *, reverse: bool) -> Self:
        """Add up."""
        return self._accumulated("cumsum", reverse=reverse)

    def cum_prod(self, *, reverse: bool) -> Self:
        """Multiply up."""
        return self._accumulated("cumprod", reverse=reverse)

    def cum_min(self, *, reverse: bool) -> Self:
        """Give the minimum so far."""
        return self._accumulated("cummin", reverse=reverse)

    def cum_max(self, *, reverse: bool) -> Self:
        """Give the maximum so far."""
        return self._accumulated("cummax", reverse=reverse)

    def cum_count(self, *, reverse: bool) -> Self:
        """Count the values so far."""
        return self._with_native(self.native.notna().astype("int64"))._accumulated("cumsum", reverse=reverse)

    def _rolling(self, word: str, window_size: int, min_samples: int, *, center: bool, **kwargs: Any) -> Self:
        windows = self.native.rolling(window=window_size, min_periods=min_samples, center=center)
        return self._with_native(getattr(windows, word)(**kwargs))

    def rolling_sum(self, window_size: int, *, min_samples: int, center: bool) -> Self:
        """Add up over windows."""
        return self._rolling("sum", window_size, min_samples, center=center)

    def rolling_mean(self, window_size: int, *, min_samples: int, center: bool) -> Self:
        """Give means over windows."""
        return self._rolling("mean", window_size, min_samples, center=center)

    def rolling_var(self, window_size: int, *, min_samples: int, center: bool, ddof: int) -> Self:
        """Give variances over windows."""
        return self._rolling("var", window_size, min_samples, center=center, ddof=ddof)

    def rolling_std(self, window_size: int, *, min_samples: int, center: bool, ddof: int) -> Self:
        """Give standard deviations over windows."""
        return self._rolling("std", window_size, min_samples, center=center, ddof=ddof)

    def ewm_mean(self, **kwargs: Any) -> Self:
        """Give exponentially weighted means."""
        made = self.native.ewm(**ewm_words(kwargs)).mean()
        return self._with_native(made.where(self.native.notna()))

    # ------------------------------------------------------------------ reductions

    def any(self) -> bool:
        """Tell whether a value is true."""
        return bool(self.native.any())

    def all(self) -> bool:
        """Tell whether all values are true."""
        return bool(self.native.all())

    def _by_distinct(self, function: Callable[[pd.Series], Any], what: str) -> Any:
        """Compute once for each distinct value, in pandas."""
        block = self.native._block
        (expr,) = block.columns
        return Series._of(block.with_columns([map_distinct(expr, block.rel, function, what=what)]))

    def _one(self, value: Any) -> Self:
        """Make a series of one of its own values."""
        made = self.from_iterable([value], name=self.name, context=self).native
        return self._with_native(made.astype(roomy(self.native.dtype) if value is None else self.native.dtype))

    def _reduced(self, word: str, **kwargs: Any) -> Any:
        return plain(getattr(self.native, word)(**kwargs))

    def min(self) -> Any:
        """Give the least value."""
        return self._extreme_value("min")

    def max(self) -> Any:
        """Give the greatest value."""
        return self._extreme_value("max")

    def _extreme_value(self, word: str) -> Any:
        if self.native._block.dtypes[0].kind == "packed":
            msg = f"`{word}` operation not supported for dtype `{self.dtype}`"
            raise InvalidOperationError(msg)
        return self._reduced(word)

    def sum(self) -> Any:
        """Add up."""
        return self._reduced("sum")

    def mean(self) -> Any:
        """Give the mean."""
        return self._reduced("mean")

    def median(self) -> Any:
        """Give the median."""
        if not self.dtype.is_numeric():
            msg = "`median` operation not supported for non-numeric input type."
            raise InvalidOperationError(msg)
        return self._reduced("median")

    def std(self, *, ddof: int) -> Any:
        """Give the standard deviation."""
        return self._reduced("std", ddof=ddof)

    def var(self, *, ddof: int) -> Any:
        """Give the variance."""
        return self._reduced("var", ddof=ddof)

    def quantile(self, quantile: float, interpolation: str) -> Any:
        """Give a quantile."""
        return self._reduced("quantile", q=quantile, interpolation=interpolation)

    def _moments(self) -> tuple[int, float, float, float]:
        """Give the number of values and their second, third and fourth central moment."""
        own = self.native.dropna().astype("float64")
        count = int(own.count())
        if count == 0:
            return 0, np.nan, np.nan, np.nan
        away = own - own.mean()
        square = away * away
        return count, float(square.mean()), float((square * away).mean()), float((square * square).mean())

    def skew(self) -> float | None:
        """Give the population skewness."""
        count, second, third, _ = self._moments()
        if count == 0:
            return None
        if count <= 2:  # two values are symmetric about their mean
            return float("nan") if count == 1 else 0.0
        return third / second**1.5 if second else float("nan")

    def kurtosis(self) -> float | None:
        """Give the population excess kurtosis."""
        count, second, _, fourth = self._moments()
        if count == 0:
            return None
        return fourth / second**2 - 3.0 if count > 1 and second else float("nan")

    def count(self) -> int:
        """Count the values that are not missing."""
        return int(self.native.count())

    def null_count(self) -> int:
        """Count the missing values."""
        return int(self.native.isna().sum())

    def n_unique(self) -> int:
        """Count the distinct values."""
        return int(self.native.nunique(dropna=False))

    def _extreme(self, word: str) -> int | None:
        return int(getattr(self.native, word)()) if self.native.count() else None

    def arg_min(self) -> int | None:
        """Give the row of the least value."""
        return self._extreme("argmin")

    def arg_max(self) -> int | None:
        """Give the row of the greatest value."""
        return self._extreme("argmax")

    def is_sorted(self, *, descending: Any) -> bool:
        """Tell whether the values are in order."""
        if not isinstance(descending, bool):
            msg = f"argument 'descending' should be boolean, found {type(descending)}"
            raise TypeError(msg)
        return bool(self.native.is_monotonic_decreasing if descending else self.native.is_monotonic_increasing)

    # ------------------------------------------------------------------ duplicates and counts

    def is_unique(self) -> Self:
        """Tell which values occur once."""
        return self._with_native(~self.native.duplicated(keep=False).rename(self.name))

    def is_first_distinct(self) -> Self:
        """Tell which values are the first of their kind."""
        return self._with_native(~self.native.duplicated(keep="first").rename(self.name))

    def is_last_distinct(self) -> Self:
        """Tell which values are the last of their kind."""
        return self._with_native(~self.native.duplicated(keep="last").rename(self.name))

    def value_counts(self, *, sort: bool, parallel: bool, name: str | None, normalize: bool) -> Any:  # noqa: ARG002 - narwhals' signature
        """Count the distinct values."""
        label = name or ("proportion" if normalize else "count")
        made = self.native.value_counts(dropna=False, sort=False, normalize=normalize).rename(label)
        own = "index" if self.name is None else self.name
        frame = made.rename_axis(own).reset_index()
        return self.to_frame()._with_native(frame.sort_values(label, ascending=False) if sort else frame)

    def to_dummies(self, *, separator: str, drop_first: bool) -> Any:
        """Give a column of 0 and 1 for each distinct value."""
        gaps = bool(self.native.isna().any())
        name = str(self.name) if self.name else ""
        made = get_dummies(
            self.native, prefix=name, prefix_sep=separator, drop_first=drop_first, dummy_na=gaps, dtype="int8"
        )
        if gaps:
            *columns, missing = list(made.columns)
            made = made[[missing, *columns]].rename(columns={missing: f"{name}{separator}null"})
        return self.to_frame()._with_native(made)

    def hist_from_bins(self, bins: list[float], *, include_breakpoint: bool) -> Any:
        """Count the values between given bounds."""
        return self._histogram(list(bins), include_breakpoint=include_breakpoint)

    def hist_from_bin_count(self, bin_count: int, *, include_breakpoint: bool) -> Any:
        """Count the values in equally wide bins."""
        low, high = (0.0, 1.0) if not self.count() else (float(self.min()), float(self.max()))
        if low == high:
            low, high = low - 0.5, high + 0.5
        bounds = np.linspace(low, high, bin_count + 1).tolist() if bin_count else []
        return self._histogram(bounds, include_breakpoint=include_breakpoint)

    def _histogram(self, bounds: list[float], *, include_breakpoint: bool) -> Any:
        counts = np.zeros(max(len(bounds) - 1, 0), dtype="int64")
        if len(counts) and self.count():
            own = self.native
            upto = [int((own <= b).sum()) for b in bounds]
            upto[0] = int((own < bounds[0]).sum())
            counts = np.diff(upto)
        data: dict[str, Any] = {"breakpoint": bounds[1:]} if include_breakpoint else {}
        return self.to_frame()._with_native(native_namespace().DataFrame({**data, "count": counts}))
