"""``loc``, ``iloc``, ``at`` and ``iat``: rows and columns by label or position, to read and to assign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core import assign as assigning
from h2o_frame_compat.core import indexers
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.core.relabel import with_row
from h2o_frame_compat.pandas.generic import NDFrame
from h2o_frame_compat.pandas.wrap import resolved, small, to_local

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from h2o_frame_compat.core.assign import Rows

_ALL = slice(None)


def _held(key: Any, *, numbers: bool = False) -> Any:
    """Give the block of our series of booleans (or row numbers), what other objects of ours hold, else the key."""
    if isinstance(key, NDFrame) and key.ndim == 1:
        dtype = key._block.dtypes[0]
        stays = dtype.is_bool or (numbers and dtype.is_integer and not dtype.nullable)
        return key._block if stays else key._to_local(guard="indexing by a Series")
    return to_local(key, "indexing")


def _is_all(key: Any) -> bool:
    return isinstance(key, slice) and key == _ALL


class _Indexer:
    """What the indexers share: taking a key apart, and wrapping what was found.

    Parameters
    ----------
    owner : DataFrame or Series
        What is indexed.
    """

    name = ""

    def __init__(self, owner: Any) -> None:
        self._owner = owner
        self._frame = owner.ndim == 2

    def __call__(self, axis: Any = None) -> Any:
        """Give the indexer of one axis; pandas allows it, hardly anyone does it."""
        return getattr(self._owner.to_pandas(), self.name)(axis=axis)

    # ------------------------------------------------------------------ what the two kinds define

    def _columns(self, key: Any) -> tuple[list[int], pd.Index[Any] | None]:
        raise NotImplementedError

    def _rows(self, block: Block, key: Any) -> tuple[Block, bool]:
        raise NotImplementedError

    def _target(self, block: Block, key: Any) -> tuple[Block, Rows, bool]:
        raise NotImplementedError

    # ------------------------------------------------------------------ reading

    def __getitem__(self, key: Any) -> Any:
        rows, columns = self._split(key)
        block = self._owner._block
        labels: Any = block.labels
        if not _is_all(columns):
            positions, labels = self._columns(columns)
            block = indexers.with_labels(block, positions, labels)
        if _is_all(rows):
            return self._wrapped(block, one_column=labels is None)
        block, one = self._rows(block, rows)
        if not one:
            return self._wrapped(block, one_column=labels is None)
        local = block.to_pandas()
        if labels is None or not self._frame:
            return local.iloc[0, 0]
        row = local.iloc[0]
        return row if row.dtype == object else small(row)

    def _wrapped(self, block: Block, *, one_column: bool) -> Any:
        if self._frame and one_column:
            whole = type(self._owner)._of(block)
            return whole._series(0)
        return type(self._owner)._of(block)

    def _split(self, key: Any) -> tuple[Any, Any]:
        """Give the key of the rows and that of the columns, which is all of them where there is none."""
        key = resolved(key, self._owner)
        numbers = self.name == "iloc"
        if not isinstance(key, tuple):
            return _held(key, numbers=numbers), _ALL
        parts = tuple(resolved(part, self._owner) for part in key)
        if parts and parts[0] is Ellipsis:
            parts = (_ALL, *parts[1:])
        if not self._frame:
            return (_held(parts[0], numbers=numbers) if len(parts) == 1 else parts), _ALL
        if self._row_key(parts):
            return parts, _ALL
        if len(parts) > 2:
            msg = "Too many indexers"
            raise pd.errors.IndexingError(msg)
        return _held(parts[0], numbers=numbers), _held(parts[1]) if len(parts) == 2 else _ALL

    def _row_key(self, parts: tuple[Any, ...]) -> bool:
        """Whether a tuple is one row label of several levels."""
        return False

    # ------------------------------------------------------------------ assigning

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = self._split(key)
        owner = self._owner
        try:
            block, target, one = self._target(owner._block, rows)
        except KeyError:
            if not is_scalar(rows) and not isinstance(rows, tuple):
                raise
            self._append(key, value)
            return
        block, places, new = self._places(block, columns, value)
        parts = self._parts(block, places, value, one=one)
        if parts is None:
            self._assign_on_client(key, value, "a series over several columns")
            return
        for place, part in zip(places, parts, strict=True):
            if place in new and target.mask is None:
                block, expr = assigning.column_of(block, part)
            else:
                block, expr = self._put(block, place, target, part)
            block = block.with_columns([expr if n == place else e for n, e in enumerate(block.columns)])
        object.__setattr__(owner, "_block", block)

    def _put(self, block: Block, place: int, target: Rows, part: Any) -> tuple[Block, Any]:
        if isinstance(part, pd.Series) and self.name == "loc":
            part = Block.from_pandas(part.to_frame("value"))
        if isinstance(part, Block):
            block, part = assigning.matched_to(block, part)
        return assigning.put(block, place, target, part)

    def _places(self, block: Block, columns: Any, value: Any) -> tuple[Block, list[int], set[int]]:
        """Find the columns to assign to, after making those that are new; tell which are new."""
        if _is_all(columns):
            return block, list(range(len(block.columns))), set()
        return block, self._columns(columns)[0], set()

    def _parts(self, block: Block, places: list[int], value: Any, *, one: bool) -> list[Any] | None:
        """Give what is assigned to each column; None where only pandas knows."""
        positional = self.name == "iloc"
        if is_scalar(value):
            return [value] * len(places)
        if isinstance(value, dict):
            value = pd.Series(value)
        if isinstance(value, (NDFrame, pd.Series, pd.DataFrame)):
            if value.ndim == 2:
                return self._frame_parts(block, places, value)
            if one and (len(places) > 1 or positional):
                local = to_local(value, f"assigning by {self.name}")
                if positional:
                    return list(local) if len(local) == len(places) else None
                return [local.get(block.labels[n], np.nan) for n in places]
            if len(places) != 1:
                return None
            if positional:
                return [to_local(value, "assigning by iloc").array]
            return [value._block if isinstance(value, NDFrame) else value]
        return self._array_parts(places, value, one=one)

    def _frame_parts(self, block: Block, places: list[int], value: Any) -> list[Any]:
        local = isinstance(value, pd.DataFrame)
        if self.name == "iloc":
            table = value if local else to_local(value, "assigning by iloc")
            return [table.iloc[:, n].array for n in range(table.shape[1])]
        parts: list[Any] = []
        for n in places:
            label = block.labels[n]
            if label not in value.columns:
                parts.append(np.nan)
            else:
                parts.append(value[label] if local else value[label]._block)
        return parts

    def _array_parts(self, places: list[int], value: Any, *, one: bool) -> list[Any]:
        if len(places) == 1 and not one:
            values: Any = value if hasattr(value, "dtype") or isinstance(value, list) else list(value)
            return [values[:, 0] if getattr(values, "ndim", 1) == 2 and values.shape[1] == 1 else values]
        values = np.asarray(value if hasattr(value, "dtype") else list(value))
        parts: list[Any] = list(values.T) if values.ndim == 2 else list(value)
        if len(parts) != len(places):
            msg = "Must have equal len keys and value when setting with an iterable"
            raise ValueError(msg)
        return parts

    def _append(self, key: Any, value: Any) -> None:
        """Assign to a row label that is not there yet."""
        made = with_row(self._owner._block, self._assignment(key, value), series=not self._frame)
        if made is None:
            self._assign_on_client(key, value, "a new row label that changes dtypes")
        else:
            object.__setattr__(self._owner, "_block", made)

    def _assign_on_client(self, key: Any, value: Any, why: str) -> None:
        self._owner._assign_on_client(self.name, self._assignment(key, value), why)

    def _assignment(self, key: Any, value: Any) -> Callable[[Any], None]:
        """Give what does the same to a pandas object."""
        name = self.name

        def assign(local: Any) -> None:
            getattr(local, name)[to_local(key, name)] = to_local(value, name)

        return assign


class Loc(_Indexer):
    """Rows and columns by label, or rows by a mask."""

    name = "loc"

    def _columns(self, key: Any) -> tuple[list[int], pd.Index[Any] | None]:
        return indexers.columns_at(self._owner._block, key, "loc")

    def _rows(self, block: Block, key: Any) -> tuple[Block, bool]:
        if indexers.is_mask(key):
            left, mask = indexers.mask_over(block, key)
            return left.filter(mask), False
        if isinstance(key, pd.Series):
            key = key.tolist()
        return indexers.rows_by_label(block, key, series=not self._frame)

    def _row_key(self, parts: tuple[Any, ...]) -> bool:
        if len(self._owner._block.index_names) < 2 or not all(is_scalar(p) for p in parts):
            return False
        return not (len(parts) == 2 and parts[1] in self._owner._block.labels)

    def _target(self, block: Block, key: Any) -> tuple[Block, Rows, bool]:
        if _is_all(key):
            return block, assigning.all_rows(block), False
        if indexers.is_mask(key):
            left, mask = indexers.mask_over(block, key)
            return left, assigning.masked_rows(left, mask), False
        positions, one = indexers.positions_by_label(block, key, series=not self._frame)
        return block, assigning.numbered_rows(block, positions), one

    def _places(self, block: Block, columns: Any, value: Any) -> tuple[Block, list[int], set[int]]:
        if isinstance(columns, slice) or indexers.is_mask(columns):
            return super()._places(block, columns, value)
        new: set[int] = set()
        # A tuple is a label of several levels; labels of one level are meant one by one, as in pandas.
        whole = isinstance(columns, tuple) and block.labels.nlevels > 1
        wanted: list[Hashable] = [columns] if is_scalar(columns) or whole else list(columns)
        places: list[int] = []
        for label in wanted:
            if not block.find(label):
                new.add(len(block.columns))
                block = assigning.set_column(block, label, self._start_of(block, label, value, len(wanted)))
            places.extend(block.find(label))
        return block, places, new

    def _start_of(self, block: Block, label: Hashable, value: Any, count: int) -> Any:
        """Make the column that an assignment under a new label starts from."""
        if isinstance(value, (NDFrame, pd.DataFrame)) and value.ndim == 2:
            table: Any = value
            value = table[label] if label in table.columns else np.nan
        elif not is_scalar(value) and not isinstance(value, (NDFrame, pd.Series)) and count > 1:
            value = np.nan
        return assigning.absent(block, value._block if isinstance(value, NDFrame) else value)


class ILoc(_Indexer):
    """Rows and columns by position."""

    name = "iloc"

    def _columns(self, key: Any) -> tuple[list[int], pd.Index[Any] | None]:
        if isinstance(key, (int, np.integer)) and not -len(self._owner._block.labels) <= key < len(
            self._owner._block.labels
        ):
            msg = "single positional indexer is out-of-bounds"
            raise IndexError(msg)
        return indexers.columns_at(self._owner._block, key, "iloc")

    def _rows(self, block: Block, key: Any) -> tuple[Block, bool]:
        if isinstance(key, Block) and not key.dtypes[0].is_bool:
            return indexers.rows_at(block, key), False
        key = self._positions(key)
        if isinstance(key, (int, np.integer)):
            return indexers.row_at(block, int(key)), True
        if indexers.is_mask(key):
            left, mask = indexers.mask_over(block, key)
            return left.filter(mask), False
        return indexers.rows_by_position(block, key), False

    def _target(self, block: Block, key: Any) -> tuple[Block, Rows, bool]:
        key = self._positions(key)
        if _is_all(key):
            return block, assigning.all_rows(block), False
        if indexers.is_mask(key):
            left, mask = indexers.mask_over(block, key)
            return left, assigning.masked_rows(left, mask), False
        if isinstance(key, slice):
            return block, assigning.numbered_rows(block, np.arange(block.nrows)[key]), False
        one = isinstance(key, (int, np.integer))
        if one and not -block.nrows <= key < block.nrows:
            msg = "iloc cannot enlarge its target object"
            raise IndexError(msg)
        positions = indexers.positions_of([key] if one else key, block.nrows)
        return block, assigning.numbered_rows(block, positions), one

    @staticmethod
    def _positions(key: Any) -> Any:
        if isinstance(key, Block) and not key.dtypes[0].is_bool:
            key = key.to_pandas(guard="assigning by iloc").iloc[:, 0]
        if isinstance(key, Block):
            msg = "iLocation based boolean indexing cannot use an indexable as a mask"
            raise ValueError(msg)  # noqa: TRY004 - as pandas
        if isinstance(key, pd.Series):
            return key.to_numpy()
        if (is_scalar(key) and not isinstance(key, (int, np.integer))) or isinstance(key, (bool, np.bool_)):
            msg = "Cannot index by location index with a non-integer key"
            raise TypeError(msg)
        return key


class At:
    """One value, by its row and its column.

    Parameters
    ----------
    owner : DataFrame or Series
        What is indexed.
    indexer : Loc or ILoc
        Finds it.
    name : str
        ``"at"`` or ``"iat"``.
    """

    def __init__(self, owner: Any, indexer: Loc | ILoc, name: str) -> None:
        self._owner, self._indexer, self._name = owner, indexer, name

    def _checked(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if self._name == "iat" and not all(isinstance(p, (int, np.integer)) for p in parts):
            msg = "iAt based indexing can only have integer indexers"
            raise ValueError(msg)
        if self._owner.ndim == 2 and len(parts) != 2:
            msg = "Not enough indexers for scalar access (setting)!"
            raise TypeError(msg)
        return key

    def __getitem__(self, key: Any) -> Any:
        return self._indexer[self._checked(key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._indexer[self._checked(key)] = value
