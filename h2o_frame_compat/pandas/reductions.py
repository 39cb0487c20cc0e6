"""Columns to values: sums, means, counts, descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from h2o_frame_compat.core import describe as describing
from h2o_frame_compat.core import uniques
from h2o_frame_compat.core.across import of_all, of_columns, of_rows
from h2o_frame_compat.pandas import groupby
from h2o_frame_compat.pandas.aggregating import FrameAggregating, SeriesAggregating
from h2o_frame_compat.pandas.statistics import FrameStatistics, SeriesStatistics, numbers_of
from h2o_frame_compat.pandas.windows import WindowMethods
from h2o_frame_compat.pandas.wrap import small

if TYPE_CHECKING:
    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.pandas.series import Series


class Reductions(WindowMethods):
    """What frames and series share: each method is one call of `_reduce`, which the classes define."""

    def _reduce(
        self, function: str, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        raise NotImplementedError

    def sum(
        self,
        *,
        axis: Any = 0,
        skipna: bool = True,
        numeric_only: bool = False,
        min_count: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Add up the values.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows, or across the columns of each row.
        skipna : bool, default True
            Whether missing values are left out.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        min_count : int, default 0
            How many values must be present; with fewer the result is missing.
        **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        scalar or Series

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> pd.Series([1, 2, None]).sum()
        np.float64(3.0)
        """
        extra = {"min_count": min_count} if min_count else {}
        return self._reduce("sum", axis=axis, skipna=skipna, numeric_only=numeric_only, **extra)

    def prod(
        self,
        *,
        axis: Any = 0,
        skipna: bool = True,
        numeric_only: bool = False,
        min_count: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Multiply the values; see `sum` for the parameters."""
        extra = {"min_count": min_count} if min_count else {}
        return self._reduce("prod", axis=axis, skipna=skipna, numeric_only=numeric_only, **extra)

    product = prod

    def mean(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the arithmetic mean; see `sum` for the parameters."""
        return self._reduce("mean", axis=axis, skipna=skipna, numeric_only=numeric_only)

    def median(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the median; see `sum` for the parameters."""
        return self._reduce("median", axis=axis, skipna=skipna, numeric_only=numeric_only)

    def min(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the smallest value; see `sum` for the parameters."""
        return self._reduce("min", axis=axis, skipna=skipna, numeric_only=numeric_only)

    def max(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the largest value; see `sum` for the parameters."""
        return self._reduce("max", axis=axis, skipna=skipna, numeric_only=numeric_only)

    def var(
        self, *, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        """Give the variance; `ddof` is subtracted from the count in the divisor, see `sum` for the rest."""
        return self._reduce("var", axis=axis, skipna=skipna, numeric_only=numeric_only, ddof=ddof)

    def std(
        self, *, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        """Give the standard deviation; see `var` for the parameters."""
        return self._reduce("std", axis=axis, skipna=skipna, numeric_only=numeric_only, ddof=ddof)

    def sem(
        self, *, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        """Give the standard error of the mean; see `var` for the parameters."""
        return self._reduce("sem", axis=axis, skipna=skipna, numeric_only=numeric_only, ddof=ddof)

    def skew(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the unbiased skewness; see `sum` for the parameters."""
        return self._reduce("skew", axis=axis, skipna=skipna, numeric_only=numeric_only)

    def kurt(self, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any) -> Any:
        """Give the unbiased excess kurtosis; see `sum` for the parameters."""
        return self._reduce("kurt", axis=axis, skipna=skipna, numeric_only=numeric_only)

    kurtosis = kurt

    def any(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **kwargs: Any) -> Any:
        """Tell whether any value is true; see `sum` for the parameters."""
        return self._reduce("any", axis=axis, skipna=skipna, bool_only=bool_only)

    def all(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **kwargs: Any) -> Any:
        """Tell whether all values are true; see `sum` for the parameters."""
        return self._reduce("all", axis=axis, skipna=skipna, bool_only=bool_only)

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> Any:
        """Summarise the columns: counts, means, spreads and quantiles, or counts of values.

        Parameters
        ----------
        percentiles : list of float, optional
            The quantiles to show; quartiles by default.
        include, exclude : "all", list of dtypes or None
            Which columns of a frame.

        Returns
        -------
        Series or DataFrame
        """
        return small(
            describing.describe(self._block, percentiles, include, exclude, series=self._block_is_series)
        )

    _block_is_series = False

    def groupby(
        self,
        by: Any = None,
        level: Any = None,
        *,
        as_index: bool = True,
        sort: bool = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> Any:
        """Divide the rows into groups.

        Parameters
        ----------
        by : label, list of labels, Series, array, function or dict
            The keys.
        level : int, name or list of them, optional
            Levels of the index to group by.
        as_index : bool, default True
            Whether keys become the index of aggregates.
        sort : bool, default True
            Whether groups come in the order of their keys; else in order of first appearance.
        group_keys : bool, default True
            Whether ``apply`` adds the keys to the index.
        observed : bool, default True
            Whether only categories that occur make groups.
        dropna : bool, default True
            Whether rows with a missing key are left out.

        Returns
        -------
        DataFrameGroupBy or SeriesGroupBy

        Examples
        --------
        >>> import h2o_frame_compat.pandas as pd
        >>> df = pd.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})
        >>> df.groupby("k")["v"].sum().to_pandas().tolist()
        [4, 2]
        """
        return groupby.make(
            self,
            by,
            level,
            as_index=as_index,
            sort=sort,
            group_keys=group_keys,
            observed=observed,
            dropna=dropna,
        )


class FrameReductions(FrameAggregating, FrameStatistics, Reductions):
    """What only frames have."""

    def _reduce(
        self, function: str, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        block = numbers_of(self._block, numeric_only=numeric_only)
        if kwargs.pop("bool_only", False):
            block = block.select([n for n, d in enumerate(block.dtypes) if d.is_bool])
        if axis in {1, "columns"}:
            made = of_rows(function, block, skipna=skipna, **kwargs)
            if made is None:
                return self._fallback(function, axis=1, skipna=skipna, **_named(function, numeric_only, kwargs))
            return self._one_column(made)
        if axis is None and len(block.columns):
            return of_all(function, block, skipna=skipna, **kwargs)
        values = of_columns(block.rel, function, block.columns, skipna=skipna, **kwargs)
        result = pd.Series(values, index=block.labels) if values else getattr(block.to_pandas(), function)()
        return small(result)

    def _one_column(self, block: Block) -> Any:
        return self._as_series(block)

    def count(self, axis: Any = 0, numeric_only: bool = False) -> Any:
        """Count the values that are present.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows, or across the columns of each row.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        Series
        """
        if axis in {1, "columns"}:
            return (~self.isna())._reduce("sum", axis=1)
        return self._reduce("count", axis=axis, numeric_only=numeric_only)

    def nunique(self, axis: Any = 0, dropna: bool = True) -> Any:
        """Count the distinct values of each column.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows, or across the columns.
        dropna : bool, default True
            Whether missing values do not count.

        Returns
        -------
        Series
        """
        if axis not in {0, "index"}:
            made = of_rows("nunique", self._block, skipna=True) if dropna else None
            return self._fallback("nunique", axis=axis, dropna=dropna) if made is None else self._one_column(made)
        counts = self._reduce("nunique")
        return counts if dropna else counts + self.isna().any().astype("int64")

    def _as_series(self, block: Any) -> Series:
        from h2o_frame_compat.pandas.series import Series  # noqa: PLC0415 - series builds on this module

        return Series._of(block)

    def value_counts(
        self,
        subset: Any = None,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        dropna: bool = True,
    ) -> Series:
        """Count the distinct rows.

        Parameters
        ----------
        subset : label or list of labels, optional
            The columns to look at.
        normalize, sort, ascending, dropna
            As in pandas.

        Returns
        -------
        Series
        """
        block = self._block
        wanted = block.labels if subset is None else subset if isinstance(subset, list) else [subset]
        for label in wanted:
            block.require_one_meaning(label)
        if subset is not None:
            places = [block.find(label) for label in wanted]
            if not all(places):
                raise KeyError([label for label, found in zip(wanted, places, strict=True) if not found])
            block = block.select([n for found in places for n in found])
        if any(d.kind == "category" for d in block.dtypes):  # combinations that do not occur count, too
            given = {"subset": subset, "normalize": normalize, "sort": sort, "ascending": ascending, "dropna": dropna}
            fetched: Series = self._fallback("value_counts", **given)
            return fetched
        counts = uniques.value_counts(
            block, normalize=normalize, sort=sort, ascending=ascending, dropna=dropna
        )
        return self._as_series(counts)


class SeriesReductions(SeriesAggregating, SeriesStatistics, Reductions):
    """What only series have."""

    _block_is_series = True

    def _reduce(
        self, function: str, *, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **kwargs: Any
    ) -> Any:
        kwargs.pop("bool_only", None)
        text_sum = function == "sum" and self._block.dtypes[0].kind == "str"
        if text_sum:
            return self._fallback(function, skipna=skipna, **_named(function, numeric_only, kwargs))
        return of_columns(self._block.rel, function, self._block.columns, skipna=skipna, **kwargs)[0]

    def count(self) -> Any:
        """Count the values that are present.

        Returns
        -------
        int
        """
        return self._reduce("count")

    def nunique(self, dropna: bool = True) -> int:
        """Count the distinct values.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing values do not count.

        Returns
        -------
        int
        """
        return int(self._reduce("nunique")) + (0 if dropna else int(self.isna()._reduce("any")))

    def unique(self) -> Any:
        """Give the distinct values in order of appearance, fetched.

        Returns
        -------
        numpy.ndarray or ExtensionArray
            What pandas gives for the dtype.
        """
        return uniques.unique(self._block)

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice."""
        return self.nunique(dropna=False) == len(self)

    def value_counts(
        self,
        normalize: bool = False,
        sort: bool = True,
        ascending: bool = False,
        bins: Any = None,
        dropna: bool = True,
    ) -> Self:
        """Count the distinct values, the most frequent first.

        Parameters
        ----------
        normalize : bool, default False
            Whether to give shares instead of counts.
        sort : bool, default True
            Whether to order by count; else in order of appearance.
        ascending : bool, default False
            Whether the least frequent comes first.
        bins : int, optional
            Runs in pandas.
        dropna : bool, default True
            Whether missing values are left out.

        Returns
        -------
        Series
        """
        if bins is not None:
            fetched: Self = self._fallback("value_counts", normalize, sort, ascending, bins, dropna)
            return fetched
        block = uniques.value_counts(
            self._block, normalize=normalize, sort=sort, ascending=ascending, dropna=dropna
        )
        return type(self)._of(block)

    def mode(self, dropna: bool = True) -> Self:
        """Give the most frequent values, sorted.

        Parameters
        ----------
        dropna : bool, default True
            Whether missing values are left out.

        Returns
        -------
        Series
        """
        return type(self)._of(uniques.mode(self._block, dropna=dropna))


def _named(function: str, numeric_only: bool, kwargs: dict[str, Any]) -> dict[str, Any]:
    return kwargs if function in {"any", "all"} else {"numeric_only": numeric_only, **kwargs}
