"""Labels of rows and columns: reading, replacing, dropping, turning into columns and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.core.indexers import local_index
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.index_range import named_range
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from collections.abc import Hashable

    from h2o_frame_compat.core.block import Block

NO: Any = pd.api.extensions.no_default
ROWS = {0, "index", "rows"}


def shadow_of(labels: pd.Index[Any]) -> pd.DataFrame:
    """Make a one-row pandas frame with these column labels whose values are their positions."""
    return pd.DataFrame([range(len(labels))], columns=labels)


def as_index(values: Any) -> Any:
    """Give the pandas index of what may be one of our objects."""
    if isinstance(values, RowLabels):
        return values.to_pandas()
    if isinstance(values, NDFrame):
        return pd.Index(to_local(values, "making an index of a Series"))
    return values


class Labels(NDFrame):
    """What frames and series share."""

    # ------------------------------------------------------------------ the index

    @property
    def index(self) -> Any:
        """The row labels: a pandas RangeIndex where they are virtual, else an `Index` in the cluster."""
        virtual = self._block.range_index()
        return RowLabels._of(self._block, owner=self) if virtual is None else named_range(virtual, self)

    @index.setter
    def index(self, value: Any) -> None:
        object.__setattr__(self, "_block", self._with_labels(value))

    def _with_labels(self, value: Any) -> Block:
        block = self._block
        if isinstance(value, RowLabels):
            return labelling.set_labels_from(block, value._columns, value.names)
        if isinstance(value, NDFrame) and value.ndim == 1:
            return labelling.set_labels_from(block, value._block, [value._block.labels[0]])
        if is_scalar(value) or value is None:
            msg = f"Index(...) must be called with a collection of some kind, {value!r} was passed"
            raise TypeError(msg)
        given = to_local(value, "setting the index")
        if isinstance(given, list) and given and all(isinstance(v, pd.Series) for v in given):
            return labelling.set_labels(block, pd.MultiIndex.from_arrays(given))
        return labelling.set_labels(block, given if isinstance(given, pd.Index) else pd.Index(given))

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = NO) -> Self:
        """Give an object with other labels.

        Parameters
        ----------
        labels : list-like
            As many as there are rows, or columns.
        axis : {0, 1, "index", "columns"}, default 0
            Whose labels.
        copy : bool
            Without effect, as in pandas.

        Returns
        -------
        same type
        """
        if axis not in ROWS:
            msg = f"No axis named {axis} for object type {type(self).__name__}"
            raise ValueError(msg)
        made = self.copy()
        made.index = labels
        return made

    def rename_axis(
        self,
        mapper: Any = NO,
        *,
        index: Any = NO,
        columns: Any = NO,
        axis: Any = 0,
        copy: Any = NO,
        inplace: bool = False,
    ) -> Self | None:
        """Rename the axes: the names of index levels, or of the column labels.

        Parameters
        ----------
        mapper : scalar, list, dict or function
            New names of one axis.
        index, columns : scalar, list, dict or function, optional
            New names of each axis.
        axis : {0, 1, "index", "columns"}, default 0
            Whose names `mapper` is for.
        copy : bool
            Without effect, as in pandas.
        inplace : bool, default False
            Whether to change this object.

        Returns
        -------
        same type or None
        """
        block = self._block
        names = list(block.index_names)
        rows: Any = (
            pd.MultiIndex.from_arrays([[]] * len(names), names=names) if len(names) > 1 else pd.Index([], name=names[0])
        )
        kwargs = {"index": index, "columns": columns, "axis": axis}
        if self.ndim == 1:
            shadow: Any = pd.Series([], index=rows, dtype="int64")
            kwargs = {"index": index, "axis": axis}
        else:
            shadow = pd.DataFrame([], index=rows, columns=block.labels)
        given = {k: v for k, v in kwargs.items() if v is not NO}
        renamed = shadow.rename_axis(**given) if mapper is NO else shadow.rename_axis(mapper, **given)
        made = block.with_index(block.index, tuple(renamed.index.names))
        if self.ndim == 2:
            made = replace(made, labels=renamed.columns)
        return self._result(made, inplace=inplace)

    def _mapped_labels(self, mapper: Any, level: Any = None, errors: str = "ignore") -> Block:
        """Rename row labels by a dict, a series or a function, once for each distinct label."""
        block = self._block
        function = mapper if callable(mapper) else None
        table: Any = None if function else to_local(mapper, "rename")
        if table is not None and errors == "raise":
            missing = [k for k in table if k not in local_index(block)]
            if missing:
                msg = f"{missing} not found in axis"
                raise KeyError(msg)

        def renamed(values: pd.Series) -> pd.Series:
            new = [function(v) if function else table.get(v, v) for v in values]
            return pd.Series(pd.Index(new).array)

        levels = list(block.index_columns)
        names = list(block.index_names)
        places = range(len(levels)) if level is None else [names.index(level) if level in names else level]
        for n in places:
            levels[n] = map_distinct(levels[n], block.rel, renamed, what="rename")
        return block.with_index(tuple(levels), names)

    # ------------------------------------------------------------------ dropping and choosing

    def _drop_rows(self, labels: Any, errors: str, level: Any = None) -> Block:
        block = self._block
        index = local_index(block)
        wanted = [labels] if is_scalar(labels) or isinstance(labels, tuple) else list(as_index(labels))
        if isinstance(index, pd.RangeIndex):
            found = index.get_indexer_for(pd.Index(wanted))
            if errors == "raise" and (found < 0).any():
                msg = f"{[w for w, place in zip(wanted, found, strict=True) if place < 0]} not found in axis"
                raise KeyError(msg)
            return labelling.without_rows(block, found[found >= 0])
        shadow = pd.Series(range(block.nrows), index=index)
        kept = shadow.drop(labels if is_scalar(labels) else wanted, level=level, errors=errors)
        return labelling.without_rows(block, np.setdiff1d(shadow.to_numpy(), kept.to_numpy()))

    def squeeze(self, axis: Any = None) -> Any:
        """Give a series of a frame with one column, a scalar of one row, else the object itself.

        Parameters
        ----------
        axis : {0, 1, "index", "columns"}, optional
            The only axis to look at.

        Returns
        -------
        DataFrame, Series or scalar
        """
        columns = self.ndim == 2 and len(self._block.columns) == 1 and (axis is None or axis not in ROWS)
        rows = (axis is None or axis in ROWS) and len(self) == 1
        if columns and not rows:
            return self._series(0)
        if rows and (self.ndim == 1 or columns):
            return self._to_local().iloc[(0,) * self.ndim]
        return self.iloc[0] if rows else self

    def first_valid_index(self) -> Hashable:
        """Give the label of the first row with a value.

        Returns
        -------
        label or None
        """
        return self._valid_index("head")

    def last_valid_index(self) -> Hashable:
        """Give the label of the last row with a value.

        Returns
        -------
        label or None
        """
        return self._valid_index("tail")

    def _valid_index(self, end: str) -> Hashable:
        valid = self.dropna(how="all") if self.ndim == 2 else self.dropna()
        found = getattr(valid, end)(1)._block.with_columns([], []).to_pandas().index
        if not len(found):
            return None
        label: Hashable = found[0] if isinstance(self._block.index, tuple) else int(found[0])
        return label

    def _no_labels(self) -> pd.Index[Any]:
        index, names = self._block.index, self._block.index_names
        if not isinstance(index, tuple):
            return pd.RangeIndex(0, name=names[0])
        if len(index) > 1:
            return pd.MultiIndex.from_arrays([[]] * len(index), names=list(names))
        return pd.Index([], dtype=pandas_dtype(index[0].dtype), name=names[0])

    def _new_index(self, labels: Any) -> pd.Index[Any]:
        """Make the index that reindex asks for; a plain list keeps the name of the old one."""
        named = hasattr(labels, "name") or hasattr(labels, "names")
        if not named and not len(labels):
            return self._no_labels()
        index = pd.Index(as_index(labels)) if not isinstance(as_index(labels), pd.Index) else as_index(labels)
        return index if named or index.nlevels > 1 else index.rename(self._block.index_names[0])


def filtered_rows(block: Block, items: Any, like: str | None, regex: str | None) -> Block:
    """Keep rows by their labels."""
    index = local_index(block)
    kept = pd.Series(range(len(index)), index=index).filter(items=items, like=like, regex=regex)
    made = block.take_positions(kept.to_numpy())
    return made.with_index(made.index, tuple(kept.index.names))


def labels_or_mask(
    of: NDFrame, arg: Any, items: Any, cond: Any, na: Any, like: Any, regex: Any
) -> tuple[Any, Any]:
    """Read what ``filter`` is given: labels, or a condition; the other one is None.

    Raises
    ------
    TypeError
        When not exactly one thing is given.
    ValueError
        When the condition has missing values and `na` is ``"raise"``.
    """
    given = [value for value in (arg, items, cond, like, regex) if value is not None]
    if len(given) != 1:
        msg = "Must pass exactly one of a positional argument, `items`, `cond`, `like`, or `regex`"
        raise TypeError(msg)
    condition = arg if callable(arg) or hasattr(arg, "_eval_expression") else cond
    if condition is None:
        return (items if arg is None else arg), None
    if hasattr(condition, "_eval_expression"):
        condition = condition._eval_expression(of)
    mask = condition(of) if callable(condition) else condition
    if hasattr(mask, "isna") and mask.isna().any():
        if na == "raise":
            msg = "Boolean mask has missing values"
            raise ValueError(msg)
        mask = mask.fillna(bool(na))
    return None, mask


def dropped_level(block: Block, level: Any) -> Block:
    """Drop index levels; at least one stays."""
    places = level_places(block, level)
    if len(places) >= len(block.index_names):
        msg = (
            f"Cannot remove {len(places)} levels from an index with {len(block.index_names)} levels: at least one "
            "level must be left."
        )
        raise ValueError(msg)
    return labelling.reset_index(block, places, [], drop=True)


def level_places(block: Block, level: Any) -> list[int]:
    """Give the positions of index levels by name or number, all of them for None."""
    names = list(block.index_names)
    if level is None:
        return list(range(len(names)))
    empty: Any = (
        pd.MultiIndex.from_arrays([[]] * len(names), names=names) if len(names) > 1 else pd.Index([], name=names[0])
    )
    wanted = level if isinstance(level, (list, tuple)) else [level]
    return sorted({_place(empty, one) for one in wanted})


def _place(index: Any, level: Any) -> int:
    if isinstance(index, pd.MultiIndex):
        return int(index._get_level_number(level)) if level not in index.names else index.names.index(level)
    index._validate_index_level(level)  # pandas' words for a wrong level
    return 0
