"""Row labels as sets, put behind others, and looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core import index_sets as sets
from h2o_frame_compat.core.align import has_repeats
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.index import RowLabels, block_of_index
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from h2o_frame_compat.pandas.series import Series


class LabelSets(RowLabels):
    """What labels of one level and of several have."""

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
        return not has_repeats(sets.labelled(self._bare))

    @property
    def has_duplicates(self) -> bool:
        """Whether a label occurs twice."""
        return not self.is_unique

    def _other(self, other: Any) -> tuple[Block, list[Any]] | None:
        """Give other labels as a block, and their common names; None when they are of other dtypes."""
        held = other if isinstance(other, (RowLabels, pd.Index)) else pd.Index(to_local(other, "labels"))
        block = held._bare if isinstance(held, RowLabels) else block_of_index(held)
        if block is None or held.nlevels != self.nlevels:
            return None
        if not isinstance(held, RowLabels):
            block = block.with_columns(block.index_columns, range(held.nlevels)).with_index(RangeLabels(), (None,))
        named = [a if a == b else None for a, b in zip(self.names, held.names, strict=True)]
        return (block, named) if block.dtypes == [e.dtype for e in self._levels] else None

    def _combined(self, name: str, other: Any, sort: Any, **more: Any) -> Any:
        found = self._other(other) if sort in {None, False, True} else None
        if found is None:
            return self._in_pandas(name, other, sort=sort, **more)
        made = getattr(sets, name)(self._bare, found[0], sort=sort)
        if made is None:
            return self._in_pandas(name, other, sort=sort, **more)
        given = more.get("result_name")
        return self._rows(made, found[1] if given is None else [given] if self.nlevels == 1 else given)

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
        named = [n if all(f[1][k] == n for f in found if f) else None for k, n in enumerate(self.names)]
        return self._rows(sets.joined([self._bare, *(f[0] for f in found if f)]), named)

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
        plain = is_scalar(item) if self.nlevels == 1 else isinstance(item, tuple) and len(item) == self.nlevels
        found = self._other(pd.Index([item], dtype=self.dtype if known else None)) if plain else None
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
        if self.nlevels > 1:
            return self._in_pandas("drop", labels, errors=errors)
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

    def reindex(
        self, target: Any, method: Any = None, level: Any = None, limit: Any = None, tolerance: Any = None
    ) -> Any:
        """Give other labels, and the row number of each of them here.

        Parameters
        ----------
        target : Index or array-like
            The labels.
        method, level, limit, tolerance
            Run in pandas.

        Returns
        -------
        Index
            The labels.
        numpy.ndarray or None
            The row numbers, -1 for a label that is not there; None when the labels are the same.

        Raises
        ------
        ValueError
            When a label occurs twice here.
        """
        wanted = target if isinstance(target, (RowLabels, pd.Index)) else pd.Index(to_local(target, "Index.reindex"))
        if method is not None or level is not None or self._other(wanted) is None:
            how = {"method": method, "level": level, "limit": limit, "tolerance": tolerance}
            return self._in_pandas("reindex", target, **how)
        named = wanted if hasattr(target, "names") else wanted.set_names(self.names)
        if self.equals(wanted):
            return named, None
        if not self.is_unique:
            msg = "cannot reindex on an axis with duplicate labels"
            raise ValueError(msg)
        return named, self.get_indexer(wanted)

    def factorize(self, sort: bool = False, use_na_sentinel: bool = True) -> Any:
        """Give each distinct label a number.

        Parameters
        ----------
        sort : bool, default False
            Whether the distinct labels are numbered in their order.
        use_na_sentinel : bool, default True
            Whether missing labels get -1.

        Returns
        -------
        numpy.ndarray
            The numbers, which are fetched.
        pandas.Index
            The distinct labels.
        """
        if self.nlevels > 1:
            return self._in_pandas("factorize", sort=sort, use_na_sentinel=use_na_sentinel)
        return self._level().factorize(sort=sort, use_na_sentinel=use_na_sentinel)
