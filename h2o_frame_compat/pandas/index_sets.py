"""Row labels of one level: as sets, put behind others, and looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import index_sets as sets
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.index import RowLabels, block_of_index
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from h2o_frame_compat.pandas.series import Series


class LabelSets(RowLabels):
    """What labels of one level have."""

    def _moved(self, made: Series) -> Any:
        """Give a series with other rows as labels."""
        return self._rows(made._block)

    def _values(self) -> Series:
        """Give the labels as a series whose rows are only numbered."""
        made: Series = self._level().reset_index(drop=True)
        return made

    @property
    def is_unique(self) -> bool:
        """Whether no label occurs twice."""
        return bool(self._level().is_unique)

    def _other(self, other: Any) -> tuple[Block, Any] | None:
        """Give other labels as a block, and their common name; None when they are of another dtype."""
        held = other if isinstance(other, (RowLabels, pd.Index)) else pd.Index(to_local(other, "labels"))
        block = held._bare if isinstance(held, RowLabels) else block_of_index(held)
        if held.nlevels > 1 or block is None:
            return None
        if not isinstance(held, RowLabels):
            block = block.with_columns(block.index_columns, [0]).with_index(RangeLabels(), (None,))
        named = self.name if held.name == self.name else None
        return (block, named) if block.dtypes == [self._levels[0].dtype] else None

    def _combined(self, name: str, other: Any, sort: Any, **more: Any) -> Any:
        found = self._other(other) if sort in {None, False, True} else None
        if found is None:
            return self._in_pandas(name, other, sort=sort, **more)
        made = getattr(sets, name)(self._bare, found[0], sort=sort)
        if made is None:
            return self._in_pandas(name, other, sort=sort, **more)
        return self._rows(made, [found[1] if more.get("result_name") is None else more["result_name"]])

    def intersection(self, other: Any, sort: Any = False) -> Any:
        """Give the labels that are also in another index.

        Parameters
        ----------
        other : Index or array-like
            The other.
        sort : {True, False, None}, default False
            Whether to order them.

        Returns
        -------
        Index
        """
        return self._combined("intersection", other, sort)

    def union(self, other: Any, sort: Any = None) -> Any:
        """Give the labels of both.

        Parameters
        ----------
        other : Index or array-like
            The other.
        sort : {None, False, True}
            Whether to order them.

        Returns
        -------
        Index
        """
        return self._combined("union", other, sort)

    def difference(self, other: Any, sort: Any = None) -> Any:
        """Give the labels that are not in another index.

        Parameters
        ----------
        other : Index or array-like
            The other.
        sort : {None, False, True}
            Whether to order them.

        Returns
        -------
        Index
        """
        return self._combined("difference", other, sort)

    def symmetric_difference(self, other: Any, result_name: Any = None, sort: Any = None) -> Any:
        """Give the labels that are in one of two indexes.

        Parameters
        ----------
        other : Index or array-like
            The other.
        result_name : hashable, optional
            The name of the result.
        sort : {None, False, True}
            Whether to order them.

        Returns
        -------
        Index
        """
        return self._combined("symmetric_difference", other, sort, result_name=result_name)

    def append(self, other: Any) -> Any:
        """Put other labels behind these.

        Parameters
        ----------
        other : Index or list of Index
            The others.

        Returns
        -------
        Index
        """
        parts = list(other) if isinstance(other, (list, tuple)) else [other]
        found = [self._other(p) if isinstance(p, (RowLabels, pd.Index)) else None for p in parts]
        if not parts or any(f is None for f in found):
            return self._in_pandas("append", other)
        named = self.name if all(f[1] == self.name for f in found if f) else None
        return self._rows(sets.joined([self._bare, *(f[0] for f in found if f)]), [named])

    def insert(self, loc: int, item: Any) -> Any:
        """Put a label before another one.

        Parameters
        ----------
        loc : int
            The number of the row.
        item : hashable
            The label.

        Returns
        -------
        Index
        """
        place = range(len(self) + 1)[loc] if loc >= 0 else max(0, len(self) + loc)
        known = isinstance(self.dtype, pd.CategoricalDtype) and item in self.dtype.categories
        one = pd.Index([item], name=self.name, dtype=self.dtype if known else None) if is_scalar(item) else None
        found = None if one is None else self._other(one)
        if found is None:
            return self._in_pandas("insert", loc, item)
        bare = self._bare
        return self._rows(sets.joined([bare.slice(0, place), found[0], bare.slice(place, len(self))]))

    def drop(self, labels: Any, errors: str = "raise") -> Any:
        """Leave out labels.

        Parameters
        ----------
        labels : list-like
            What to leave out.
        errors : {"raise", "ignore"}
            What happens when a label is not there.

        Returns
        -------
        Index

        Raises
        ------
        KeyError
            When a label is not there.
        """
        wanted = pd.Index(to_local([labels] if is_scalar(labels) else labels, "Index.drop"))
        values = self._values()
        found = values.isin(wanted)
        missing = wanted[~wanted.isin(values[found].unique())]
        if errors != "ignore" and len(missing):
            msg = f"{list(missing)} not found in axis"
            raise KeyError(msg)
        return self._moved(values[~found])

    # ------------------------------------------------------------------ finding labels

    def get_indexer(self, target: Any, method: Any = None, limit: Any = None, tolerance: Any = None) -> Any:
        """Give the row number of each of some labels, -1 for one that is not there.

        Parameters
        ----------
        target : Index or array-like
            The labels.
        method, limit, tolerance
            A method of filling runs in pandas.

        Returns
        -------
        numpy.ndarray

        Raises
        ------
        pandas.errors.InvalidIndexError
            When a label occurs twice.
        """
        found = self._other(target) if method is None else None
        if found is None:
            return self._in_pandas("get_indexer", target, method=method, limit=limit, tolerance=tolerance)
        if not self.is_unique:
            msg = "Reindexing only valid with uniquely valued Index objects"
            raise pd.errors.InvalidIndexError(msg)
        return sets.fetched(sets.row_numbers(self._bare, found[0]))

    def get_indexer_for(self, target: Any) -> Any:
        """Give the row numbers of some labels, -1 for one that is not there; see `get_indexer`.

        Parameters
        ----------
        target : Index or array-like
            The labels.

        Returns
        -------
        numpy.ndarray
        """
        return self.get_indexer(target) if self.is_unique else self._in_pandas("get_indexer_for", target)

    def searchsorted(self, value: Any, side: str = "left", sorter: Any = None) -> Any:
        """Give the row number at which a value keeps the labels in order.

        Parameters
        ----------
        value : scalar or array-like
            The value; several run in pandas.
        side : {"left", "right"}
            Before or behind labels that equal it.
        sorter : array-like, optional
            Runs in pandas.

        Returns
        -------
        int or numpy.ndarray
        """
        if not is_scalar(value) or sorter is not None or side not in {"left", "right"}:
            return self._in_pandas("searchsorted", value, side, sorter)
        own = self._level()
        return np.intp((own < value).sum() if side == "left" else (own <= value).sum())
