"""Labels of rows and columns: reading, replacing, dropping, turning into columns and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from h2o_frame_compat.core import labels as labelling
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.distinct import map_distinct
from h2o_frame_compat.core.indexers import local_index
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import Index
from h2o_frame_compat.pandas.wrap import to_local

if TYPE_CHECKING:
    from collections.abc import Hashable

_NO: Any = pd.api.extensions.no_default
_ROWS = {0, "index", "rows"}


def shadow_of(labels: pd.Index[Any]) -> pd.DataFrame:
    """Make a one-row pandas frame with these column labels whose values are their positions."""
    return pd.DataFrame([range(len(labels))], columns=labels)


def as_index(values: Any) -> Any:
    """Give the pandas index of what may be one of our objects."""
    if isinstance(values, Index):
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
        return Index(self._block) if virtual is None else virtual

    @index.setter
    def index(self, value: Any) -> None:
        object.__setattr__(self, "_block", self._with_labels(value))

    def _with_labels(self, value: Any) -> Block:
        block = self._block
        if isinstance(value, Index):
            source = value._block
            levels = source.with_columns(source.index_columns, list(range(value.nlevels)))
            return labelling.set_labels_from(block, levels, value.names)
        if isinstance(value, NDFrame) and value.ndim == 1:
            return labelling.set_labels_from(block, value._block, [value._block.labels[0]])
        if is_scalar(value) or value is None:
            msg = f"Index(...) must be called with a collection of some kind, {value!r} was passed"
            raise TypeError(msg)
        given = to_local(value, "setting the index")
        if isinstance(given, list) and given and all(isinstance(v, pd.Series) for v in given):
            return labelling.set_labels(block, pd.MultiIndex.from_arrays(given))
        return labelling.set_labels(block, given if isinstance(given, pd.Index) else pd.Index(given))

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = _NO) -> Self:
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
        made = self.copy()
        if axis in _ROWS:
            made.index = labels
        else:
            made.columns = labels  # type: ignore[attr-defined]
        return made

    def rename_axis(
        self, mapper: Any = _NO, *, index: Any = _NO, columns: Any = _NO, axis: Any = 0, copy: Any = _NO,
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
        rows: Any = pd.MultiIndex.from_arrays([[]] * len(names), names=names) if len(names) > 1 else pd.Index([], name=names[0])
        kwargs = {"index": index, "columns": columns, "axis": axis}
        if self.ndim == 1:
            shadow: Any = pd.Series([], index=rows, dtype="int64")
            kwargs = {"index": index, "axis": axis}
        else:
            shadow = pd.DataFrame([], index=rows, columns=block.labels)
        given = {k: v for k, v in kwargs.items() if v is not _NO}
        renamed = shadow.rename_axis(**given) if mapper is _NO else shadow.rename_axis(mapper, **given)
        made = block.with_index(block.index, tuple(renamed.index.names))
        if self.ndim == 2:
            made = replace(made, labels=renamed.columns)
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def _mapped_labels(self, mapper: Any, level: Any = None, errors: str = "ignore") -> Block:
        """Rename row labels by a dict, a series or a function, once for each distinct label."""
        block = self._block
        function = mapper if callable(mapper) else None
        table = None if function else to_local(mapper, "rename")
        if table is not None and errors == "raise":
            missing = [k for k in table if k not in local_index(block)]
            if missing:
                msg = f"{missing} not found in axis"
                raise KeyError(msg)

        def renamed(values: pd.Series) -> pd.Series:
            new = [function(v) if function else table.get(v, v) for v in values]  # type: ignore[union-attr]
            return pd.Series(pd.Index(new).array)

        levels = list(block.index_columns)
        names = list(block.index_names)
        places = range(len(levels)) if level is None else [names.index(level) if level in names else level]
        for n in places:
            levels[n] = map_distinct(levels[n], block.rel, renamed, what="rename")
        return block.with_index(tuple(levels), names)

    # ------------------------------------------------------------------ dropping and choosing

    def _drop_rows(self, labels: Any, errors: str) -> Block:
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
        kept = shadow.drop(labels if is_scalar(labels) else wanted, errors=errors)  # type: ignore[arg-type]
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
        columns = self.ndim == 2 and len(self._block.columns) == 1 and (axis is None or axis not in _ROWS)
        rows = (axis is None or axis in _ROWS) and len(self) == 1
        if columns and not rows:
            return self._series(0)  # type: ignore[attr-defined]
        if rows and (self.ndim == 1 or columns):
            return self._to_local().iloc[(0,) * self.ndim]
        return self.iloc[0] if rows else self  # type: ignore[attr-defined]

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


class FrameLabels(Labels):
    """What only frames have."""

    @property
    def columns(self) -> pd.Index[Any]:
        """The column labels, as a pandas index."""
        return self._block.labels

    @columns.setter
    def columns(self, value: Any) -> None:
        labels = value if isinstance(value, pd.Index) else pd.Index(to_local(value, "setting columns"))
        count = len(self._block.columns)
        if len(labels) != count:
            msg = f"Length mismatch: Expected axis has {count} elements, new values have {len(labels)} elements"
            raise ValueError(msg)
        object.__setattr__(self, "_block", replace(self._block, labels=labels))

    @property
    def axes(self) -> list[Any]:
        """The row labels and the column labels."""
        return [self.index, self.columns]

    def rename(
        self, mapper: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None, copy: Any = _NO,
        inplace: bool = False, level: Any = None, errors: str = "ignore",
    ) -> Self | None:
        """Rename labels.

        Parameters
        ----------
        mapper : dict or function, optional
            Old label to new one, along `axis`.
        index, columns : dict or function, optional
            The same for each axis.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels `mapper` is for; the rows' by default.
        copy : bool
            Without effect, as in pandas.
        inplace : bool, default False
            Whether to change this frame.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        errors : {"ignore", "raise"}, default "ignore"
            What happens when a label is not there.

        Returns
        -------
        DataFrame or None
        """
        if mapper is not None:
            if index is not None or columns is not None:
                msg = "Cannot specify both 'mapper' and any of 'index' or 'columns'"
                raise TypeError(msg)
            index, columns = (mapper, None) if axis is None or axis in _ROWS else (None, mapper)
        elif index is None and columns is None:
            msg = "must pass an index to rename"
            raise TypeError(msg)
        made = self._mapped_labels(index, level if columns is None else None, errors) if index is not None else self._block
        if columns is not None:
            mapping = columns if callable(columns) else to_local(columns, "rename")
            named = shadow_of(made.labels).rename(columns=mapping, level=level, errors=errors)  # type: ignore[call-overload]
            made = replace(made, labels=named.columns)
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def add_prefix(self, prefix: str, axis: Any = None) -> Self:
        """Put a text before each label.

        Parameters
        ----------
        prefix : str
            The text.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels; the columns' by default.

        Returns
        -------
        DataFrame
        """
        return self._relabelled(lambda label: f"{prefix}{label}", axis)

    def add_suffix(self, suffix: str, axis: Any = None) -> Self:
        """Put a text after each label; see `add_prefix`.

        Parameters
        ----------
        suffix : str
            The text.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels; the columns' by default.

        Returns
        -------
        DataFrame
        """
        return self._relabelled(lambda label: f"{label}{suffix}", axis)

    def _relabelled(self, function: Any, axis: Any) -> Self:
        made = self.rename(columns=function) if axis in {None, 1, "columns"} else self.rename(index=function)
        assert made is not None
        return made

    def drop(
        self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None,
        inplace: bool = False, errors: str = "raise",
    ) -> Self | None:
        """Leave out rows or columns.

        Parameters
        ----------
        labels : label or list-like, optional
            What to leave out, along `axis`.
        axis : {0, 1, "index", "columns"}, default 0
            Where `labels` are.
        index, columns : label or list-like, optional
            What to leave out of each axis.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        inplace : bool, default False
            Whether to change this frame.
        errors : {"raise", "ignore"}, default "raise"
            What happens when a label is not there.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When a label is not there.
        """
        if labels is not None:
            if index is not None or columns is not None:
                msg = "Cannot specify both 'labels' and 'index'/'columns'"
                raise ValueError(msg)
            index, columns = (labels, None) if axis in _ROWS else (None, labels)
        elif index is None and columns is None:
            msg = "Need to specify at least one of 'labels', 'index' or 'columns'"
            raise ValueError(msg)
        if level is not None:
            return self._fallback(  # type: ignore[no-any-return]
                "drop", index=index, columns=columns, level=level, inplace=inplace, errors=errors, why="a level"
            )
        made = self
        if columns is not None:
            kept = shadow_of(self._block.labels).drop(columns=as_index(columns), errors=errors)  # type: ignore[call-overload]
            made = type(self)._of(replace(self._block.select(kept.iloc[0].tolist()), labels=kept.columns))
        block = made._drop_rows(index, errors) if index is not None else made._block
        return self._result(block, inplace=inplace)  # type: ignore[no-any-return]

    def set_index(
        self, keys: Any, *, drop: bool = True, append: bool = False, inplace: bool = False,
        verify_integrity: bool = False,
    ) -> Self | None:
        """Turn columns into the row labels.

        Parameters
        ----------
        keys : label, array-like, or list of them
            Columns, or arrays as long as the frame.
        drop : bool, default True
            Whether the columns go.
        append : bool, default False
            Whether the levels there are stay.
        inplace : bool, default False
            Whether to change this frame.
        verify_integrity : bool, default False
            Whether repeated labels are refused.

        Returns
        -------
        DataFrame or None

        Raises
        ------
        KeyError
            When there is no such column.
        """
        wanted = keys if isinstance(keys, list) else [keys]
        parts: list[Any] = []
        for key in wanted:
            if isinstance(key, Index) or isinstance(key, pd.MultiIndex):
                levels = key._local if isinstance(key, Index) else key
                parts.extend(levels.get_level_values(n) for n in range(levels.nlevels))
            else:
                parts.append(key._block if isinstance(key, NDFrame) else key)
        made = labelling.set_index(
            self._block, parts, drop=drop, append=append, verify_integrity=verify_integrity
        )
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def reset_index(
        self, level: Any = None, *, drop: bool = False, inplace: bool = False, col_level: Any = 0,
        col_fill: Hashable = "", allow_duplicates: Any = _NO, names: Any = None,
    ) -> Self | None:
        """Turn the row labels into columns, and number the rows.

        Parameters
        ----------
        level : int, hashable or list of them, optional
            The levels that go; all by default.
        drop : bool, default False
            Whether the labels are dropped.
        inplace : bool, default False
            Whether to change this frame.
        col_level, col_fill
            As in pandas, for column labels of several levels.
        allow_duplicates : bool, default False
            Whether a new column may have a label that is there already.
        names : hashable or list of hashable, optional
            The labels of the new columns.

        Returns
        -------
        DataFrame or None
        """
        block = self._block
        if block.labels.nlevels > 1 and not drop:
            return self._fallback(  # type: ignore[no-any-return]
                "reset_index", level, inplace=inplace, col_level=col_level, col_fill=col_fill, names=names,
                why="column labels of several levels",
            )
        places = level_places(block, level)
        labels = reset_labels(block, places, names)
        taken = [label for label in labels if label in block.labels]
        if taken and not drop and allow_duplicates is not True:
            msg = f"cannot insert {taken[0]}, already exists"
            raise ValueError(msg)
        made = labelling.reset_index(block, places, labels, drop=drop)
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def reindex(
        self, labels: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None, method: Any = None,
        copy: Any = _NO, level: Any = None, fill_value: Any = np.nan, limit: int | None = None, tolerance: Any = None,
    ) -> Self:
        """Give the rows and columns of other labels; what is not there is missing.

        Parameters
        ----------
        labels : list-like, optional
            New labels along `axis`.
        index, columns : list-like, optional
            New labels of each axis.
        axis : {0, 1, "index", "columns"}, optional
            Where `labels` go; the rows by default.
        method, level, limit, tolerance
            As in pandas; they run in pandas.
        copy : bool
            Without effect, as in pandas.
        fill_value : scalar, default NaN
            What stands where nothing was.

        Returns
        -------
        DataFrame
        """
        if labels is not None:
            index, columns = (labels, columns) if axis is None or axis in _ROWS else (index, labels)
        if method is not None or level is not None or limit is not None or tolerance is not None:
            return self._fallback(  # type: ignore[no-any-return]
                "reindex", index=index, columns=columns, method=method, level=level, fill_value=fill_value,
                limit=limit, tolerance=tolerance, why="filling along the labels",
            )
        block = self._block
        if columns is not None:
            wanted = as_index(columns)
            wanted = wanted if isinstance(wanted, pd.Index) else pd.Index(wanted).rename(block.labels.name)
            block = labelling.reindex_columns(block, wanted, fill_value)
        if index is not None:
            block = labelling.reindex_rows(block, self._new_index(index), fill_value)
        return type(self)._of(block)

    def filter(self, items: Any = None, like: str | None = None, regex: str | None = None, axis: Any = None) -> Self:
        """Keep columns (or rows) by their labels.

        Parameters
        ----------
        items : list-like, optional
            The labels.
        like : str, optional
            A part of the labels.
        regex : str, optional
            A regular expression that is searched in them.
        axis : {0, 1, "index", "columns"}, optional
            Whose labels; the columns' by default.

        Returns
        -------
        DataFrame
        """
        if axis is not None and axis in _ROWS:
            return type(self)._of(filtered_rows(self._block, as_index(items), like, regex))
        found = shadow_of(self._block.labels).filter(as_index(items), like, regex, axis=1)
        return type(self)._of(self._block.select(found.iloc[0].tolist()))

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Self:
        """Keep columns by their dtypes.

        Parameters
        ----------
        include, exclude : dtype, str or list of them
            What to keep, what to leave out; as in pandas.

        Returns
        -------
        DataFrame
        """
        block = self._block
        empty = pd.DataFrame({n: pd.Series([], dtype=pandas_dtype(d)) for n, d in enumerate(block.dtypes)})
        return type(self)._of(block.select(empty.select_dtypes(include, exclude).columns.tolist()))

    def droplevel(self, level: Any, axis: Any = 0) -> Self:
        """Drop index levels.

        Parameters
        ----------
        level : int, hashable or list of them
            Which.
        axis : {0, 1, "index", "columns"}, default 0
            Of the rows or of the columns.

        Returns
        -------
        DataFrame
        """
        if axis not in _ROWS:
            return type(self)._of(replace(self._block, labels=self._block.labels.droplevel(level)))
        return type(self)._of(dropped_level(self._block, level))

    def swapaxes(self, axis1: Any, axis2: Any) -> Any:
        """Give the transposed frame, or the frame itself; as in pandas before version 3."""
        return self.T if axis1 != axis2 else self

    @property
    def T(self) -> Self:
        """The frame with rows and columns swapped, in pandas on the client."""
        return self._fallback("transpose")  # type: ignore[no-any-return]


def filtered_rows(block: Block, items: Any, like: str | None, regex: str | None) -> Block:
    """Keep rows by their labels."""
    index = local_index(block)
    kept = pd.Series(range(len(index)), index=index).filter(items, like, regex)
    made = block.take_positions(kept.to_numpy())
    return made.with_index(made.index, tuple(kept.index.names))


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
    empty: Any = pd.MultiIndex.from_arrays([[]] * len(names), names=names) if len(names) > 1 else pd.Index([], name=names[0])
    wanted = level if isinstance(level, (list, tuple)) else [level]
    return sorted({_place(empty, one) for one in wanted})


def _place(index: Any, level: Any) -> int:
    if isinstance(index, pd.MultiIndex):
        return int(index._get_level_number(level)) if level not in index.names else index.names.index(level)
    index._validate_index_level(level)  # pandas' words for a wrong level
    return 0


def reset_labels(block: Block, places: list[int], names: Any) -> list[Hashable]:
    """Give the labels of the columns that index levels become."""
    if names is not None:
        given = list(names) if isinstance(names, (list, tuple)) else [names]
        return [given[n] for n in places]
    known = block.index_names
    if len(known) == 1:
        default = "index" if "index" not in block.labels else "level_0"
        return [known[0] if known[0] is not None else default]
    return [known[n] if known[n] is not None else f"level_{n}" for n in places]


class SeriesLabels(Labels):
    """What only series have."""

    @property
    def axes(self) -> list[Any]:
        """The row labels, in a list."""
        return [self.index]

    def rename(
        self, index: Any = None, *, axis: Any = None, copy: Any = _NO, inplace: bool = False, level: Any = None,
        errors: str = "ignore",
    ) -> Self | None:
        """Rename the series, or its row labels.

        Parameters
        ----------
        index : hashable, dict, Series or function, optional
            A new name; or old row labels to new ones.
        axis, copy
            Without effect, as in pandas.
        inplace : bool, default False
            Whether to change this series.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        errors : {"ignore", "raise"}, default "ignore"
            What happens when a label is not there.

        Returns
        -------
        Series or None
        """
        if callable(index) or isinstance(index, (dict, pd.Series)) or isinstance(index, NDFrame):
            made = self._mapped_labels(index, level, errors)
        else:
            made = self._block.with_columns(self._block.columns, [index])
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def add_prefix(self, prefix: str, axis: Any = None) -> Self:
        """Put a text before each row label.

        Parameters
        ----------
        prefix : str
            The text.
        axis : {0, "index"}, optional
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(self._mapped_labels(lambda label: f"{prefix}{label}"))

    def add_suffix(self, suffix: str, axis: Any = None) -> Self:
        """Put a text after each row label.

        Parameters
        ----------
        suffix : str
            The text.
        axis : {0, "index"}, optional
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(self._mapped_labels(lambda label: f"{label}{suffix}"))

    def drop(
        self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None,
        inplace: bool = False, errors: str = "raise",
    ) -> Self | None:
        """Leave out rows.

        Parameters
        ----------
        labels, index : label or list-like
            What to leave out.
        axis, columns
            As in pandas.
        level : int or hashable, optional
            Of labels with several levels the one that is meant.
        inplace : bool, default False
            Whether to change this series.
        errors : {"raise", "ignore"}, default "raise"
            What happens when a label is not there.

        Returns
        -------
        Series or None
        """
        wanted = labels if labels is not None else index
        if wanted is None and columns is None:
            msg = "Need to specify at least one of 'labels', 'index' or 'columns'"
            raise ValueError(msg)
        if level is not None:
            return self._fallback(  # type: ignore[no-any-return]
                "drop", index=wanted, level=level, inplace=inplace, errors=errors, why="a level"
            )
        made = self._block if wanted is None else self._drop_rows(wanted, errors)
        return self._result(made, inplace=inplace)  # type: ignore[no-any-return]

    def reset_index(
        self, level: Any = None, *, drop: bool = False, name: Any = _NO, inplace: bool = False,
        allow_duplicates: bool = False,
    ) -> Any:
        """Turn the row labels into columns of a frame, or drop them.

        Parameters
        ----------
        level : int, hashable or list of them, optional
            The levels that go; all by default.
        drop : bool, default False
            Whether the labels are dropped.
        name : hashable, optional
            The label of the column of values; the series' name by default, or 0.
        inplace : bool, default False
            Whether to change this series, which needs ``drop``.
        allow_duplicates : bool, default False
            Whether a new column may have the label of the values.

        Returns
        -------
        DataFrame, Series or None
        """
        places = level_places(self._block, level)
        if drop:
            return self._result(labelling.reset_index(self._block, places, [], drop=True), inplace=inplace)
        if inplace:
            msg = "Cannot reset_index inplace on a Series to create a DataFrame"
            raise TypeError(msg)
        frame = self.to_frame(name) if name is not _NO else self.to_frame()
        return frame.reset_index(level, allow_duplicates=allow_duplicates)

    def to_frame(self, name: Any = _NO) -> Any:
        """Give a frame with this one column.

        Parameters
        ----------
        name : hashable, optional
            Its label; the series' name by default, or 0.

        Returns
        -------
        DataFrame
        """
        from h2o_frame_compat.pandas.frame import DataFrame  # noqa: PLC0415 - frame builds on this module

        label = name if name is not _NO else self._block.labels[0]
        label = 0 if label is None and name is _NO else label
        return DataFrame._of(self._block.with_columns(self._block.columns, [label]))

    def reindex(
        self, index: Any = None, *, axis: Any = None, method: Any = None, copy: Any = _NO, level: Any = None,
        fill_value: Any = None, limit: int | None = None, tolerance: Any = None,
    ) -> Self:
        """Give the values of other labels; what is not there is missing.

        Parameters
        ----------
        index : list-like
            New labels.
        axis, copy
            Without effect, as in pandas.
        method, level, limit, tolerance
            As in pandas; they run in pandas.
        fill_value : scalar, optional
            What stands where nothing was.

        Returns
        -------
        Series
        """
        if index is None:
            return self.copy()
        if method is not None or level is not None or limit is not None or tolerance is not None:
            return self._fallback(  # type: ignore[no-any-return]
                "reindex", index, method=method, level=level, fill_value=fill_value, limit=limit,
                tolerance=tolerance, why="filling along the labels",
            )
        return type(self)._of(labelling.reindex_rows(self._block, self._new_index(index), fill_value))

    def droplevel(self, level: Any, axis: Any = 0) -> Self:
        """Drop index levels.

        Parameters
        ----------
        level : int, hashable or list of them
            Which.
        axis : {0, "index"}, default 0
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(dropped_level(self._block, level))

    def filter(self, items: Any = None, like: str | None = None, regex: str | None = None, axis: Any = None) -> Self:
        """Keep rows by their labels.

        Parameters
        ----------
        items : list-like, optional
            The labels.
        like : str, optional
            A part of the labels.
        regex : str, optional
            A regular expression that is searched in them.
        axis : {0, "index"}, optional
            As in pandas.

        Returns
        -------
        Series
        """
        return type(self)._of(filtered_rows(self._block, as_index(items), like, regex))
