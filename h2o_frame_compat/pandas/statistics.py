"""Quantiles, correlations, and where the largest and smallest values are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import describe as describing
from h2o_frame_compat.core import uniques
from h2o_frame_compat.core.across import common_dtype, of_rows, order_statistics
from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.correlation import METHODS, correlation, correlations, covariance, covariances
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import call, lit
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import small

if TYPE_CHECKING:
    from collections.abc import Hashable

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.pandas.series import Series

_INTERPOLATIONS = {"linear", "lower", "higher", "midpoint", "nearest"}


def numbers_of(block: Block, *, numeric_only: bool) -> Block:
    """Keep the columns of numbers, if so asked."""
    return block.select([n for n, d in enumerate(block.dtypes) if d.is_numeric]) if numeric_only else block


def _quantiles(block: Block, q: Any, interpolation: str) -> pd.DataFrame:
    """Give a row for each quantile; truth values have none, in pandas' words."""
    if interpolation not in _INTERPOLATIONS:
        msg = f"invalid interpolation {interpolation!r}; it is one of {', '.join(sorted(_INTERPOLATIONS))}"
        raise ValueError(msg)
    if any(d.is_bool and not d.nullable for d in block.dtypes):
        msg = "numpy boolean subtract, the `-` operator, is not supported: booleans have no quantiles"
        raise TypeError(msg)
    wanted = [float(x) for x in np.atleast_1d(np.asarray(q, dtype=float))]
    linear = describing.quantiles(block, wanted)
    if interpolation == "linear":
        return linear
    rows = [order_statistics(block, x, interpolation) for x in wanted]
    whole = interpolation != "midpoint"
    columns = []
    for n, dtype in enumerate(block.dtypes):
        values = pd.Series([row[n] for row in rows], index=linear.index)
        columns.append(values.astype(pandas_dtype(dtype)) if whole and values.notna().all() else values)
    made = pd.concat(columns, axis=1) if columns else linear
    made.columns = block.labels
    return made


class FrameStatistics(NDFrame):
    """What frames have."""

    def quantile(
        self, q: Any = 0.5, axis: Any = 0, numeric_only: bool = False, interpolation: str = "linear",
        method: str = "single",
    ) -> Any:
        """Give quantiles of each column.

        Parameters
        ----------
        q : float or list of float
            Between 0 and 1.
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows; across the columns for one quantile, linearly interpolated.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
            What stands for a quantile between two values.
        method : {"single", "table"}
            ``"table"`` runs in pandas.

        Returns
        -------
        Series or DataFrame
        """
        block = numbers_of(self._block, numeric_only=numeric_only)
        one = pd.api.types.is_scalar(q)
        if method == "single" and axis in {0, "index"} and len(block.columns):
            made = _quantiles(block, q, interpolation)
            return small(made.iloc[0] if one else made)
        if method == "single" and axis in {1, "columns"} and one and interpolation == "linear" and 0 <= q <= 1:
            rows = of_rows(f"q{float(q)!r}", block, skipna=True)
            if rows is not None:
                return self._one_column(rows.with_columns(rows.columns, [q]))
        return self._fallback("quantile", q, axis, numeric_only, interpolation, method)

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> Any:
        """Give the correlation of each pair of columns, over the rows where both are present.

        Parameters
        ----------
        method : {"pearson", "spearman", "kendall"} or callable
            Which coefficient; a function runs in pandas.
        min_periods : int, default 1
            How many rows a pair needs.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame
        """
        if callable(method):
            return self._fallback("corr", method, min_periods, numeric_only, why="a function of two columns")
        _check_method(method)
        return small(correlation(numbers_of(self._block, numeric_only=numeric_only), method, min_periods))

    def cov(self, min_periods: int | None = None, ddof: int | None = 1, numeric_only: bool = False) -> Any:
        """Give the covariance of each pair of columns, over the rows where both are present.

        Parameters
        ----------
        min_periods : int, optional
            How many rows a pair needs.
        ddof : int, default 1
            What is subtracted from the count in the divisor; without effect, as in pandas, where values are missing.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame
        """
        if any(d.is_temporal for d in self._block.dtypes):
            msg = "DataFrame contains columns with dtype datetime64 or timedelta64, which are not supported for cov."
            raise TypeError(msg)
        block = numbers_of(self._block, numeric_only=numeric_only)
        gaps = any(d.holds_na and has_missing(block, e) for d, e in zip(block.dtypes, block.columns, strict=True))
        return small(covariance(block, min_periods, 1 if gaps or ddof is None else ddof))

    def corrwith(
        self, other: Any, axis: Any = 0, drop: bool = False, method: Any = "pearson", numeric_only: bool = False,
        min_periods: int | None = None,
    ) -> Any:
        """Correlate each column with a series, or with the column of the same label in another frame.

        Parameters
        ----------
        other : DataFrame or Series
            What to correlate with, over the rows of equal labels.
        axis : {0, 1, "index", "columns"}, default 0
            1: each row; it runs in pandas.
        drop : bool, default False
            Whether labels that only one frame has are left out.
        method : {"pearson", "spearman", "kendall"} or callable
            Which coefficient; a function runs in pandas.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        min_periods : int, optional
            How many rows a pair needs.

        Returns
        -------
        Series
        """
        block = numbers_of(self._block, numeric_only=numeric_only)
        plain = axis in {0, "index"} and not callable(method) and not block.labels.has_duplicates
        if not plain or not isinstance(other, NDFrame):
            given = {"axis": axis, "drop": drop, "method": method, "numeric_only": numeric_only}
            return self._fallback("corrwith", other, **given, min_periods=min_periods)
        _check_method(method)
        theirs = other._block if other.ndim == 1 else numbers_of(other._block, numeric_only=numeric_only)
        a, b = align(block, theirs)
        shared = list(range(len(a.columns)))
        pairs = [(x, b.columns[0]) for x in a.columns]
        if other.ndim == 2:
            shared = [n for n, label in enumerate(a.labels) if b.find(label)]
            pairs = [(a.columns[n], b.columns[b.find(a.labels[n])[0]]) for n in shared]
        found = pd.Series(correlations(a.rel, pairs, method, min_periods or 1), index=a.labels[shared], dtype=float)
        if other.ndim == 2 and not drop:
            missing = block.labels.union(theirs.labels).difference(found.index)
            found = pd.concat([found, pd.Series(np.nan, index=missing)]) if len(missing) else found
        return small(found)

    def idxmax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Any:
        """Give the label of the first largest value of each column, or of each row.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            0: the row label for each column; 1: the column label for each row.
        skipna : bool, default True
            Whether missing values are left out; else they are an error.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        Series

        Raises
        ------
        ValueError
            Where there is no value, or a missing one with ``skipna=False``.
        """
        return self._labels_of("max", axis, skipna, numeric_only)

    def idxmin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Any:
        """Give the label of the first smallest value of each column, or of each row; see `idxmax`."""
        return self._labels_of("min", axis, skipna, numeric_only)

    def _labels_of(self, function: str, axis: Any, skipna: bool, numeric_only: bool) -> Any:
        block = numbers_of(self._block, numeric_only=numeric_only)
        numbers = all(d.is_numeric and not d.nullable for d in block.dtypes) and len(block.columns) > 0
        if not numbers or not block.nrows:
            return self._fallback(f"idx{function}", axis, skipna, numeric_only)
        if axis in {1, "columns"}:
            return self._one_column(_best_of_rows(block, function, skipna=skipna))
        places = [_position(block.select([n]), function, skipna=skipna) for n in range(len(block.columns))]
        labels = block.with_columns([], []).take_positions(places).to_pandas().index
        return small(pd.Series(labels, index=block.labels))

    def mode(self, axis: Any = 0, numeric_only: bool = False, dropna: bool = True) -> Any:
        """Give the most frequent values of each column, sorted.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, default 0
            Down the rows; across the columns it runs in pandas.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.
        dropna : bool, default True
            Whether missing values are left out.

        Returns
        -------
        DataFrame
        """
        block = numbers_of(self._block, numeric_only=numeric_only)
        if axis not in {0, "index"} or not len(block.columns):
            return self._fallback("mode", axis, numeric_only, dropna)
        each = [uniques.mode(block.select([n]), dropna=dropna).to_pandas() for n in range(len(block.columns))]
        found = pd.concat(each, axis=1)
        found.columns = block.labels
        return small(found)

    def _one_column(self, block: Block) -> Any:
        raise NotImplementedError


def _position(block: Block, function: str, *, skipna: bool) -> int:
    if not skipna and has_missing(block, block.columns[0]):
        msg = "Encountered an NA value with skipna=False"
        raise ValueError(msg)
    return uniques.position_of(block, function)


def _best_of_rows(block: Block, function: str, *, skipna: bool) -> Block:
    """Give the label of the column that has the first largest (smallest) value of each row."""
    common = common_dtype(block)
    columns = [call("cast", e, params=(common,)) for e in block.columns]
    best, place = columns[0], call("mul", call("rownum", block.rel.fields[0].col()), lit(0))
    for n, e in enumerate(columns[1:], 1):
        better = call("lt" if function == "min" else "gt", e, best)
        better = call("or", better, call("and", call("isna", best), call("not", call("isna", e))))
        best, place = call("where", better, e, best), call("where", better, lit(n), place)
    gaps = [best] if skipna else columns
    if any(e.dtype.holds_na and has_missing(block, e) for e in gaps):
        msg = "Encountered all NA values" if skipna else "Encountered an NA value with skipna=False"
        raise ValueError(msg)
    names = lookup(place, pd.Series(range(len(columns))), pd.Series(block.labels))
    return block.with_columns([names], [None])


class SeriesStatistics(NDFrame):
    """What series have."""

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """Give quantiles.

        Parameters
        ----------
        q : float or list of float
            Between 0 and 1.
        interpolation : {"linear", "lower", "higher", "midpoint", "nearest"}
            What stands for a quantile between two values.

        Returns
        -------
        float or Series
        """
        found = _quantiles(self._block, q, interpolation).iloc[:, 0]
        return found.iloc[0] if pd.api.types.is_scalar(q) else small(found.rename(self._block.labels[0]))

    def corr(self, other: Series, method: Any = "pearson", min_periods: int | None = None) -> float:
        """Give the correlation with another series, over the labels where both are present.

        Parameters
        ----------
        other : Series
            The other series.
        method : {"pearson", "kendall", "spearman"} or callable
            Which coefficient; a function runs in pandas.
        min_periods : int, optional
            How many pairs are needed.

        Returns
        -------
        float
        """
        if callable(method):
            found: float = self._fallback("corr", other, method, min_periods, why="a function of two columns")
            return found
        _check_method(method)
        a, b = align(self._block, other._block)
        return correlations(a.rel, [(a.columns[0], b.columns[0])], method, min_periods or 1)[0]

    def cov(self, other: Series, min_periods: int | None = None, ddof: int | None = 1) -> float:
        """Give the covariance with another series, over the labels where both are present.

        Parameters
        ----------
        other : Series
            The other series.
        min_periods : int, optional
            How many pairs are needed.
        ddof : int, default 1
            What is subtracted from the count in the divisor.

        Returns
        -------
        float
        """
        a, b = align(self._block, other._block)
        pair = [(a.columns[0], b.columns[0])]
        return covariances(a.rel, pair, min_periods or 1, 1 if ddof is None else ddof)[0]

    def autocorr(self, lag: int = 1) -> float:
        """Give the correlation with the values so many rows before.

        Parameters
        ----------
        lag : int, default 1
            How many rows.

        Returns
        -------
        float
        """
        return float(self.corr(self.shift(lag)))

    def idxmax(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Hashable:
        """Give the label of the first largest value.

        Parameters
        ----------
        axis : {0}
            Accepted for the frame's sake.
        skipna : bool, default True
            Whether missing values are left out; else they are an error.
        *args, **kwargs
            Accepted for NumPy's sake.

        Returns
        -------
        label
        """
        return self._label_of("max", skipna=skipna)

    def idxmin(self, axis: Any = 0, skipna: bool = True, *args: Any, **kwargs: Any) -> Hashable:
        """Give the label of the first smallest value; see `idxmax`."""
        return self._label_of("min", skipna=skipna)

    def _label_of(self, function: str, *, skipna: bool) -> Hashable:
        found = _position(self._block, function, skipna=skipna)
        label: Hashable = self._block.slice(found, found + 1).to_pandas().index[0]
        return label

    def argmax(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> np.int64:
        """Give the row number of the first largest value; see `idxmax` for the parameters."""
        return np.int64(_position(self._block, "max", skipna=skipna))

    def argmin(self, axis: Any = None, skipna: bool = True, *args: Any, **kwargs: Any) -> np.int64:
        """Give the row number of the first smallest value; see `idxmax` for the parameters."""
        return np.int64(_position(self._block, "min", skipna=skipna))


def _check_method(method: Any) -> None:
    if method not in METHODS:
        msg = f"method must be either 'pearson', 'spearman', 'kendall', or a callable, '{method}' was supplied"
        raise ValueError(msg)
