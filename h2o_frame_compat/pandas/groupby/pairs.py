"""Columns of groups beside each other: correlations and covariances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.align import align, has_repeats, same_rows
from h2o_frame_compat.core.correlation import check_numbers
from h2o_frame_compat.core.group_pairs import MOST_PAIRS, together
from h2o_frame_compat.core.group_stack import interleaved
from h2o_frame_compat.core.labels import distinct_rows
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.groupby.base import GroupByBase

if TYPE_CHECKING:
    from h2o_frame_compat.expr import Expr

_METHODS = {"pearson", "spearman"}


def _plain(columns: list[Expr]) -> bool:
    return all(e.dtype.is_numeric and not e.dtype.nullable for e in columns)


class Pairs(GroupByBase):
    """What groups of frames and of series share."""

    @property
    def _whole(self) -> bool:
        """Whether the cluster has the groups, all of them with rows, and their keys become row labels."""
        return self._groups is not None and not self._groups.incomplete and bool(self._options["as_index"])


class FramePairs(Pairs):
    """Methods of groups of frames."""

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> Any:
        """Correlate the columns of each group with each other.

        Parameters
        ----------
        method : {"pearson", "spearman", "kendall"} or callable
            Which coefficient; other than the first two run in pandas.
        min_periods : int, default 1
            How many rows of a group a pair of columns needs.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame
            A row for each column of each group.
        """
        made = None
        if isinstance(method, str) and method in _METHODS:
            made = self._matrices("corr", numeric_only, method=method, min_periods=min_periods)
        return self._fallback("corr", method, min_periods, numeric_only) if made is None else made

    def cov(self, min_periods: int | None = None, ddof: int | None = 1, numeric_only: bool = False) -> Any:
        """Give the covariances of the columns of each group.

        Parameters
        ----------
        min_periods : int, optional
            How many rows of a group a pair of columns needs.
        ddof : int, default 1
            What is subtracted from the number of rows in the divisor; others run in pandas.
        numeric_only : bool, default False
            Whether columns that are not numbers are left out.

        Returns
        -------
        DataFrame
            A row for each column of each group.
        """
        made = None if ddof != 1 else self._matrices("cov", numeric_only, min_periods=min_periods or 1)
        return self._fallback("cov", min_periods, ddof, numeric_only) if made is None else made

    def _matrices(self, name: str, numeric_only: bool, **how: Any) -> Any:
        """Give a matrix for each group; None where pandas has to do it."""
        if not self._whole or not len(self._obj):
            return None
        assert self._groups is not None
        places = self._chosen(name, numeric_only=numeric_only)
        check_numbers(self._groups.block.select(places))
        columns, labels, count = self._columns(places), self._labels(places), len(places)
        if not columns or not _plain(columns) or labels.nlevels > 1 or labels.dtype == object:
            return None
        where = [(i, j) for i in range(count) for j in range(i, count)]
        if len(where) > MOST_PAIRS:
            return None
        summary, found = together(self._groups, [(columns[i], columns[j]) for i, j in where], name, **how)
        cells = dict(zip(where, found, strict=True))
        matrix = [cells[min(i, j), max(i, j)] for i in range(count) for j in range(count)]
        made = summary.block(matrix, pd.RangeIndex(len(matrix)))
        return self._frame(interleaved(made, list(labels), labels, labels.name))


class SeriesPairs(Pairs):
    """Methods of groups of one column."""

    def corr(self, other: Any, method: Any = "pearson", min_periods: int | None = None) -> Any:
        """Correlate the values of each group with another series.

        Parameters
        ----------
        other : Series
            The other one, matched by row labels.
        method : {"pearson", "spearman", "kendall"} or callable
            Which coefficient; other than the first two run in pandas.
        min_periods : int, optional
            How many rows a group needs.

        Returns
        -------
        Series
        """
        made = None
        if isinstance(method, str) and method in _METHODS:
            made = self._with_other("corr", other, method=method, min_periods=min_periods or 1)
        return self._fallback("corr", other, method, min_periods) if made is None else made

    def cov(self, other: Any, min_periods: int | None = None, ddof: int | None = 1) -> Any:
        """Give the covariance of the values of each group with another series.

        Parameters
        ----------
        other : Series
            The other one, matched by row labels.
        min_periods : int, optional
            How many rows a group needs.
        ddof : int, default 1
            What is subtracted from the number of rows in the divisor.

        Returns
        -------
        Series
        """
        made = None
        if ddof in {0, 1}:
            made = self._with_other("cov", other, min_periods=min_periods or 1, ddof=ddof)
        return self._fallback("cov", other, min_periods, ddof) if made is None else made

    def _with_other(self, name: str, other: Any, **how: Any) -> Any:
        """Look at the values of each group beside another series; None where pandas has to do it."""
        if not self._whole or not isinstance(other, NDFrame) or other.ndim == 2 or not len(self._obj):
            return None
        assert self._groups is not None
        block, theirs = self._groups.block, other._block
        if not same_rows(block, theirs) and (has_repeats(block) or has_repeats(theirs)):
            return None
        own, beside = align(block, theirs, "left")
        (place,) = self._places
        pair = (own.columns[place], beside.columns[0])
        if not _plain(list(pair)):
            return None
        summary, found = together(replace(self._groups, block=own), [pair], name, **how)
        return self._series(summary.block(found, self._labels([place])))

    def unique(self) -> Any:
        """Give the distinct values of each group: those of all groups are fetched.

        Returns
        -------
        pandas.Series
            Of arrays.
        """
        if self._groups is None or self._groups.bins is not None:
            return self._fallback("unique")
        keys = range(len(self._groups.keys))
        wanted = [*self._groups.keys, *self._columns(self._places)]
        block = self._groups.block.with_columns(wanted, range(len(wanted)))
        local = distinct_rows(block, block.columns, "first").to_pandas(guard="SeriesGroupBy.unique")
        options = {k: self._options[k] for k in ("sort", "observed", "dropna")}
        made = local.groupby(list(keys), **options)[len(keys)].unique()
        made.index.names = list(self._groups.names)
        return made.rename(self._labels(self._places)[0])
