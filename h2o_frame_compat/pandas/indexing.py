"""Brackets: what ``[]`` selects, assigns and deletes, and the methods that mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from narwhals._utils import Version

from h2o_frame_compat.core import assign as assigning
from h2o_frame_compat.core import indexers
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.labels import reindex_columns
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.index import RowLabels
from h2o_frame_compat.pandas.iterating import FrameIterating, SeriesIterating
from h2o_frame_compat.pandas.labels import Labels
from h2o_frame_compat.pandas.labels_frame import FrameLabels
from h2o_frame_compat.pandas.labels_series import SeriesLabels
from h2o_frame_compat.pandas.lazy_array import LazyArray
from h2o_frame_compat.pandas.loc import At, ILoc, Loc
from h2o_frame_compat.pandas.operators import Operators, SeriesOperators
from h2o_frame_compat.pandas.sorting import FrameSorting, SeriesSorting, Sorting
from h2o_frame_compat.pandas.wrap import fallback, from_local, resolved, to_local

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from h2o_frame_compat.narwhals import EagerFrame, EagerSeries
    from h2o_frame_compat.pandas.series import Series


def unwrapped(value: Any, like: Block | None = None) -> Any:
    """Give the block of our objects, and anything else as it is; labels go beside the rows of `like` by position."""
    if isinstance(value, RowLabels):
        return value._bare if like is None or not like.nrows else value._beside(like)
    if isinstance(value, LazyArray):
        return value.local() if like is None else value.beside(like)
    return value._block if isinstance(value, NDFrame) else value


class Indexing(Labels, Sorting, Operators):
    """What frames and series share."""

    @property
    def loc(self) -> Loc:
        """Rows (and columns) by label, to read and to assign."""
        return Loc(self)

    @property
    def iloc(self) -> ILoc:
        """Rows (and columns) by position, to read and to assign."""
        return ILoc(self)

    @property
    def at(self) -> At:
        """One value by labels, to read and to assign."""
        return At(self, Loc(self), "at")

    @property
    def iat(self) -> At:
        """One value by positions, to read and to assign."""
        return At(self, ILoc(self), "iat")

    def _filtered(self, mask: Any, *, item: bool = False) -> Self:
        block, expr = indexers.mask_over(self._block, mask, item=item)
        return type(self)._of(block.filter(expr))

    def _positional_slice(self, key: slice) -> bool:
        """Whether a slice in plain brackets means positions, as integers do."""
        return all(v is None or isinstance(v, (int, np.integer)) for v in (key.start, key.stop, key.step))

    def _sliced(self, key: slice) -> Self:
        if self._positional_slice(key):
            return type(self)._of(indexers.rows_by_position(self._block, key))
        return type(self)._of(indexers.rows_by_label(self._block, key)[0])

    def _assign_on_client(self, name: str, assignment: Any, why: str) -> None:
        """Assign in pandas on the client, and take over what came out."""
        full = f"{type(self).__name__}.{name}"

        def run() -> None:
            local = self._to_local(guard=full)
            assignment(local)
            object.__setattr__(self, "_block", from_local(local)._block)

        fallback(full, run, self, why=why)

    def get(self, key: Any, default: Any = None) -> Any:
        """Give what stands under a key, or a default.

        Parameters
        ----------
        key : object
            A column label of a frame, a row label of a series.
        default : object, optional
            What to give when there is no such label.

        Returns
        -------
        object
        """
        try:
            return self[key]
        except (KeyError, ValueError, IndexError):
            return default

    def keys(self) -> Any:
        """Give the column labels of a frame, the row labels of a series.

        Returns
        -------
        Index
        """
        raise NotImplementedError


class FrameIndexing(FrameIterating, Indexing, FrameLabels, FrameSorting):
    """What only frames have."""

    ndim = 2

    def __narwhals_dataframe__(self) -> EagerFrame:
        from h2o_frame_compat.narwhals import EagerFrame  # noqa: PLC0415 - it is built on this dialect

        return EagerFrame(self, Version.MAIN)

    def __getitem__(self, key: Any) -> Any:
        key = resolved(key, self)
        if isinstance(key, slice):
            return self._sliced(key)
        if getattr(key, "ndim", 1) == 2 and isinstance(key, (NDFrame, pd.DataFrame)):
            return self.where(key)
        if isinstance(key, RowLabels) or (isinstance(key, NDFrame) and not key._block.dtypes[0].is_bool):
            key = key.tolist()
        if indexers.is_mask(unwrapped(key)):
            return self._filtered(unwrapped(key), item=True)
        positions, labels = indexers.columns_at(self._block, key)
        if labels is None:
            return self._series(positions[0])
        return type(self)._of(indexers.with_labels(self._block, positions, labels))

    def __setitem__(self, key: Any, value: Any) -> None:
        key = resolved(key, self)
        if isinstance(key, (NDFrame, pd.DataFrame)) and getattr(key, "ndim", 1) == 2:
            self._set_masked(key, value)
        elif isinstance(key, slice) or indexers.is_mask(unwrapped(key)):
            self.loc[key if not isinstance(key, slice) or not self._positional_slice(key) else self._mask(key)] = value
        elif isinstance(key, (list, pd.Index, np.ndarray)):
            self._set_columns(list(key), value)
        else:
            self._set_column(key, value)

    def _mask(self, key: slice) -> Any:
        mask = np.zeros(len(self), dtype=bool)
        mask[key] = True
        return mask

    def _set_masked(self, key: Any, value: Any) -> None:
        if not isinstance(key, NDFrame):
            key = from_local(key)
        made = self.mask(key, value)
        object.__setattr__(self, "_block", made._block)

    def _set_column(self, label: Hashable, value: Any) -> None:
        block = self._block
        held = unwrapped(value, block)
        if isinstance(held, Block) and getattr(value, "ndim", 1) == 2 and len(block.find(label)) > 1:
            self._set_columns_under(label, held)
            return
        if isinstance(held, Block) and len(held.columns) != 1:
            msg = f"Cannot set a DataFrame with multiple columns to the single column {label}"
            raise ValueError(msg)
        block, expr = assigning.column_of(assigning.with_rows_for(block, held), held, label)
        object.__setattr__(self, "_block", assigning.set_column(block, label, expr))

    def _set_columns_under(self, label: Hashable, value: Block) -> None:
        """Assign the columns of a frame to those under a label of the first levels, or under a repeated label."""
        found = self._block.find(label)
        if len(found) != len(value.columns):
            msg = "Columns must be same length as key"
            raise ValueError(msg)
        labels = self._block.labels
        if labels.nlevels > 1:
            used = len(label) if isinstance(label, tuple) else 1
            value = reindex_columns(value, labels[found].droplevel(list(range(used))))
        self.isetitem(found, type(self)._of(value))

    def _set_columns(self, labels: list[Any], value: Any) -> None:
        parts = split_columns(value, len(labels))
        for label, part in zip(labels, parts, strict=True):
            self._set_column(label, part)

    def __delitem__(self, key: Hashable) -> None:
        found = self._block.find(key)
        if not found:
            raise KeyError(key)
        keep = [n for n in range(len(self._block.columns)) if n not in found]
        object.__setattr__(self, "_block", self._block.select(keep))

    def __contains__(self, key: Hashable) -> bool:
        return key in self._block.labels

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._block.labels)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") and name != "_block":
            found = self._block.find(name)
            if len(found) == 1:
                return self._series(found[0])
            if found:
                return self[name]
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name) and self._block.find(name):
            self[name] = value
        else:
            object.__setattr__(self, name, value)

    def __dir__(self) -> list[str]:
        return sorted(
            {*object.__dir__(self), *(c for c in self._block.labels if isinstance(c, str) and c.isidentifier())}
        )

    def keys(self) -> pd.Index[Any]:
        """Give the column labels.

        Returns
        -------
        pandas.Index
        """
        return self._block.labels

    def items(self) -> Iterator[tuple[Hashable, Series]]:
        """Go through the columns.

        Yields
        ------
        tuple of label and Series
        """
        for place, label in enumerate(self._block.labels):
            yield label, self._series(place)

    def pop(self, item: Hashable) -> Series:
        """Give a column and delete it.

        Parameters
        ----------
        item : hashable
            Its label.

        Returns
        -------
        Series
        """
        taken: Series = self[item]
        del self[item]
        return taken

    def insert(self, loc: Any, column: Hashable, value: Any, allow_duplicates: Any = False) -> None:
        """Put a column at a place.

        Parameters
        ----------
        loc : int
            Where, from 0 to the number of columns.
        column : hashable
            Its label.
        value : scalar, Series or array-like
            Its values.
        allow_duplicates : bool, default False
            Whether the label may be there already.

        Raises
        ------
        ValueError
            When it may not, and is.
        """
        if allow_duplicates is not True and column in self._block.labels:
            msg = f"cannot insert {column}, already exists"
            raise ValueError(msg)
        if not isinstance(loc, (int, np.integer)):
            msg = "loc must be int"
            raise TypeError(msg)
        if not 0 <= loc <= len(self._block.columns):
            msg = f"index {loc} is out of bounds for axis 0 with size {len(self._block.columns)}"
            raise IndexError(msg)
        block, expr = assigning.column_of(self._block, unwrapped(value, self._block))
        object.__setattr__(self, "_block", assigning.insert_column(block, int(loc), column, expr))

    def assign(self, **kwargs: Any) -> Self:
        """Give a frame with new columns.

        Parameters
        ----------
        **kwargs
            Label and value of each; a function is called with the frame made so far.

        Returns
        -------
        DataFrame
        """
        made = self.copy()
        for label, value in kwargs.items():
            made[label] = resolved(value, made)
        return made

    def isetitem(self, loc: Any, value: Any) -> None:
        """Replace the column at a position.

        Parameters
        ----------
        loc : int or sequence of int
            The position.
        value : scalar, Series or array-like
            Its new values.
        """
        places = [loc] if is_scalar(loc) else list(loc)
        for place, part in zip(places, [value] if is_scalar(loc) else split_columns(value, len(places)), strict=True):
            block, expr = assigning.column_of(self._block, unwrapped(part, self._block))
            columns = [*block.columns]
            columns[place] = expr
            object.__setattr__(self, "_block", block.with_columns(columns))


def split_columns(value: Any, count: int) -> list[Any]:
    """Give the values of each of several columns that are assigned together.

    Raises
    ------
    ValueError
        When there are not as many.
    """
    if is_scalar(value):
        return [value] * count
    if isinstance(value, NDFrame) and value.ndim == 2:
        parts: list[Any] = [value._series(n) for n in range(value.shape[1])]
    elif isinstance(value, pd.DataFrame):
        parts = [value.iloc[:, n] for n in range(value.shape[1])]
    else:
        values = np.asarray(to_local(value, "assignment"))
        parts = list(values.T) if values.ndim == 2 else list(values)
        if values.ndim == 1 and len(values) == count:
            parts = [v.item() if isinstance(v, np.generic) and v.dtype.kind in "biuf" else v for v in values]
    if len(parts) != count:
        msg = "Columns must be same length as key"
        raise ValueError(msg)
    return parts


class SeriesIndexing(SeriesIterating, SeriesOperators, Indexing, SeriesLabels, SeriesSorting):
    """What only series have."""

    ndim = 1

    def __narwhals_series__(self) -> EagerSeries:
        from h2o_frame_compat.narwhals import EagerSeries  # noqa: PLC0415 - it is built on this dialect

        return EagerSeries(self, Version.MAIN)

    def __getitem__(self, key: Any) -> Any:
        key = resolved(key, self)
        if isinstance(key, slice):
            return self._sliced(key)
        if isinstance(key, RowLabels) or (isinstance(key, NDFrame) and not key._block.dtypes[0].is_bool):
            key = key.tolist()
        if indexers.is_mask(unwrapped(key)):
            return self._filtered(unwrapped(key))
        return self.loc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        key = resolved(key, self)
        if isinstance(key, slice) and self._positional_slice(key):
            self.iloc[key] = value
        else:
            self.loc[key] = value

    def __contains__(self, key: Hashable) -> bool:
        return key in self.index

    def keys(self) -> Any:
        """Give the row labels.

        Returns
        -------
        Index
        """
        return self.index

    def tolist(self) -> list[Any]:
        """Fetch the values as a list.

        Returns
        -------
        list
        """
        values: list[Any] = self._to_local(guard="Series.tolist").tolist()
        return values

    to_list = tolist

    def item(self) -> Any:
        """Give the only value.

        Returns
        -------
        scalar

        Raises
        ------
        ValueError
            When there is not exactly one.
        """
        if len(self) != 1:
            msg = "can only convert an array of size 1 to a Python scalar"
            raise ValueError(msg)
        return self._to_local().item()

    def pop(self, item: Hashable) -> Any:
        """Give the value under a label and delete it.

        Parameters
        ----------
        item : hashable
            The label.

        Returns
        -------
        scalar
        """
        taken = self.loc[item]
        self.drop(item, inplace=True)
        return taken

    def __delitem__(self, key: Hashable) -> None:
        self.drop(key, inplace=True)
