"""What stands in brackets -> rows and columns of a block.

Positions of labels are found by pandas itself, on a shadow: a pandas object with the same labels whose values
are the positions. So every rule about labels, and every error, is pandas' own. Virtual row labels are searched
by arithmetic, masks and single labels in the cluster.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import equal_labels as labels_equal
from h2o_frame_compat.core.align import left_aligned, same_rows, side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.elementwise import beside, column_and_scalar
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.core.statistics import statistics
from h2o_frame_compat.expr import Expr, Project, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

_NA_IN_MASK = "Cannot mask with non-boolean array containing NA / NaN values"

# ---------------------------------------------------------------------- columns


def columns_at(block: Block, key: Any, how: str = "[]") -> tuple[list[int], pd.Index[Any] | None]:
    """Find columns.

    Parameters
    ----------
    block : Block
        The frame.
    key : object
        What stands in the brackets.
    how : {"[]", "loc", "iloc"}
        How it is meant.

    Returns
    -------
    positions : list of int
        The columns.
    labels : pandas.Index or None
        Their labels, or None when the key means one column and not a list of them.

    Raises
    ------
    KeyError, IndexError
        As pandas.
    """
    if how == "[]" and is_scalar(key):
        found = block.find(key)
        if len(found) == 1:
            return found, None
    shadow = pd.DataFrame([range(len(block.labels))], columns=block.labels)
    if how == "iloc":
        picked: Any = shadow.iloc[:, key]
    else:
        picked = shadow.loc[:, key] if how == "loc" else shadow[key]
    if isinstance(picked, pd.Series):
        return [int(picked.iloc[0])], None
    return [int(n) for n in picked.iloc[0]], picked.columns


def with_labels(block: Block, positions: Sequence[int], labels: pd.Index[Any] | None) -> Block:
    """Keep columns by position, under the labels that were found with them."""
    picked = block.select(positions)
    return picked if labels is None else replace(picked, labels=labels)


# ---------------------------------------------------------------------- masks


def is_mask(key: Any) -> bool:
    """Tell whether a key is a boolean mask: a one-column block, a pandas object, an array or a list of bools."""
    if isinstance(key, Block):
        return len(key.columns) == 1 and key.dtypes[0].is_bool
    if isinstance(key, list):
        return bool(key) and all(isinstance(v, (bool, np.bool_)) or v is pd.NA for v in key)
    kind = getattr(key, "dtype", None)
    if kind is None or isinstance(key, pd.DataFrame) or getattr(key, "ndim", 1) != 1:
        return False
    if kind == np.dtype(object):
        return bool(len(key)) and pd.api.types.infer_dtype(key, skipna=True) == "boolean"
    return bool(pd.api.types.is_bool_dtype(kind))


def mask_over(block: Block, key: Any, *, item: bool = False) -> tuple[Block, Expr]:
    """Bring a mask beside a block.

    Parameters
    ----------
    block : Block
        The frame or series.
    key : Block, pandas.Series, array or list
        The mask; one with labels is matched by them.
    item : bool
        Whether it stands in plain brackets, which words the error of a wrong length differently.

    Returns
    -------
    Block, Expr
        The block over the common relation, and the mask.

    Raises
    ------
    ValueError
        For a mask with missing values.
    IndexError, pandas.errors.IndexingError
        For one of the wrong length or with other labels.
    """
    if isinstance(key, pd.Series):
        own = Block.from_pandas(key.astype("boolean").rename("mask").to_frame())
        key = replace(own, columns=(_as_bool(own.columns[0], masked=key.dtype == object),))
    if not isinstance(key, Block):
        return _array_mask(block, key, item=item)
    if key.dtypes[0] == dt.OBJECT_BOOL and key.nrows:
        holes = executor().evaluate(key.rel, key.columns, lambda c: f"(sumNA (is.na {c[0]}))").value
        if holes:
            raise ValueError(_NA_IN_MASK)
    if same_rows(block, key) or labels_equal(block, key):
        left, right = side_by_side(block, key)
        return left, right.columns[0]
    if item:
        msg = "Boolean Series key will be reindexed to match DataFrame index."
        warnings.warn(msg, UserWarning, stacklevel=4)
    left, right = left_aligned(block, replace(key, columns=(_known(key.columns[0]),)))
    if right.dtypes[0] != dt.BOOL:  # rows that the mask lacks
        msg = (
            "Unalignable boolean Series provided as indexer (index of the boolean Series and of the indexed "
            "object do not match)."
        )
        raise pd.errors.IndexingError(msg)
    return left, right.columns[0]


def _known(mask: Expr) -> Expr:
    """Take what is missing in a mask for false, so that only alignment can bring in something missing."""
    if mask.dtype == dt.BOOL:
        return mask
    return call("cast", call("where", call("isna", mask), lit(False), mask), params=(dt.BOOL,))


def _as_bool(expr: Expr, *, masked: bool) -> Expr:
    return call("cast", expr, params=(dt.OBJECT_BOOL,)) if masked else expr


def _array_mask(block: Block, key: Any, *, item: bool) -> tuple[Block, Expr]:
    values = pd.array(list(key) if isinstance(key, list) else key, dtype="boolean")
    if len(values) != block.nrows:
        if item:
            msg = f"Item wrong length {len(values)} instead of {block.nrows}."
            raise ValueError(msg)
        msg = f"Boolean index has wrong length: {len(values)} instead of {block.nrows}"
        raise IndexError(msg)
    if values.isna().any() and not isinstance(getattr(key, "dtype", None), pd.BooleanDtype):
        raise ValueError(_NA_IN_MASK)
    return beside(block, values.fillna(False).to_numpy(dtype=bool))


# ---------------------------------------------------------------------- rows by position


def rows_by_position(block: Block, key: Any) -> Block:
    """Pick rows by a slice or by row numbers, which may be negative, repeat, and come in any order.

    Raises
    ------
    IndexError
        When a row number is out of bounds.
    """
    if isinstance(key, slice):
        return _slice(block, key)
    return block.take_positions(positions_of(key, block.nrows))


def rows_at(block: Block, rows: Block) -> Block:
    """Pick rows by the numbers that a column of integers has, as `rows_by_position` does, without fetching them."""
    number = call("cast", rows.columns[0], params=(dt.INT64,))
    low, high = statistics(rows.rel, [("min", number), ("max", number)]) if rows.nrows else (0, -1)
    if low < -block.nrows or high >= block.nrows:
        msg = "positional indexers are out-of-bounds"
        raise IndexError(msg)
    if low < 0:
        number = call("where", call("lt", number, lit(0)), call("add", number, lit(block.nrows)), number)
    return block.take(Project(rows.rel, [number]))


def positions_of(key: Any, nrows: int) -> np.ndarray[Any, Any]:
    """Give row numbers that are not negative for row numbers that may be."""
    numbers = np.asarray(list(key) if isinstance(key, (Iterable,)) and not hasattr(key, "dtype") else key)
    if numbers.size == 0:
        numbers = numbers.astype("int64")
    if numbers.dtype.kind not in "iu":
        msg = f".iloc requires numeric indexers, got {key}"
        raise IndexError(msg)
    if numbers.ndim > 1:
        msg = "Cannot index with multidimensional key"
        raise ValueError(msg)
    if numbers.size and (numbers.max() >= nrows or numbers.min() < -nrows):
        msg = "positional indexers are out-of-bounds"
        raise IndexError(msg)
    return np.where(numbers < 0, numbers + nrows, numbers).astype("int64")


def row_at(block: Block, key: int) -> Block:
    """Give the block of one row, by a number that may be negative."""
    if not -block.nrows <= key < block.nrows:
        msg = "single positional indexer is out-of-bounds"
        raise IndexError(msg)
    place = key % block.nrows
    return block.slice(place, place + 1)


def _slice(block: Block, key: slice) -> Block:
    simple = all(v is None or (isinstance(v, (int, np.integer)) and v >= 0) for v in (key.start, key.stop, key.step))
    if simple and block.rel.nrows is None and key.stop is not None:
        return block.slice(int(key.start or 0), int(key.stop), int(key.step or 1))
    rows = range(block.nrows)[key]
    if len(rows) <= 1:
        start = rows.start if len(rows) else 0
        return block.slice(start, start + len(rows))
    if rows.step > 0:
        return block.slice(rows.start, rows.stop, rows.step)
    picked = block.take_positions(np.arange(rows.start, rows.stop, rows.step))
    if isinstance(block.index, RangeLabels):  # the labels stay a range, downwards
        start, step = block.index.start, block.index.step
        picked = picked.with_index(RangeLabels(start + step * rows.start, step * rows.step), block.index_names)
    return picked


# ---------------------------------------------------------------------- rows by label


def local_index(block: Block) -> pd.Index[Any]:
    """Give the row labels as a pandas index; those of a virtual index cost nothing, others are fetched once."""
    made = block.range_index()
    if made is None:
        check_size(8 * block.nrows * len(block.index_columns), "looking up row labels")
        made = block.labels_on_client
    return made


def rows_by_label(block: Block, key: Any, *, series: bool = True) -> tuple[Block, bool]:
    """Pick rows by a label, a list of labels, or a slice of labels.

    Parameters
    ----------
    block : Block
        The frame or series.
    key : object
        The labels.
    series : bool
        Whether the block is a series, whose levels are dropped by other rules than those of a frame.

    Returns
    -------
    Block
        The rows.
    bool
        Whether the key means one row and not a list of rows.

    Raises
    ------
    KeyError, TypeError
        As pandas.
    """
    if isinstance(block.index, RangeLabels):
        return _rows_of_range(block, key)
    if _plain_label(block, key):
        return _rows_of_one_label(block, key)
    if len(block.index_columns) > 1 and _plain_levels(block, key):
        parts = key if isinstance(key, tuple) else (key,)
        picked = rows_at_levels(block, dict(enumerate(parts)), key)
        whole = len(parts) == len(block.index_columns)
        return (picked, picked.nrows == 1) if whole else (without_levels(picked, range(len(parts))), False)
    found = _numbers(block, series=series).loc[key] if series else _numbers(block, series=series).loc[key, :]["row"]
    if not isinstance(found, pd.Series):
        return block.slice(int(found), int(found) + 1), True
    if isinstance(key, slice) and len(found) and found.iloc[-1] - found.iloc[0] == len(found) - 1:
        return block.slice(int(found.iloc[0]), int(found.iloc[-1]) + 1), False
    picked = block.take_positions(found.to_numpy())
    if found.index.nlevels != len(block.index_columns):  # a level was used up
        picked = _with_local_index(picked, found.index)
    return picked, False


def _with_local_index(block: Block, index: pd.Index[Any]) -> Block:
    other = Block.from_pandas(pd.DataFrame(index=index))
    left, right = side_by_side(
        block, replace(other, columns=other.index_columns, labels=pd.Index(range(index.nlevels)))
    )
    return left.with_index(right.columns, tuple(index.names))


def _numbers(block: Block, *, series: bool) -> Any:
    """Make a pandas object with the row labels, whose values are the row numbers."""
    rows = pd.Series(range(block.nrows), index=local_index(block), dtype="int64")
    return rows if series else rows.to_frame("row")


def _plain_label(block: Block, key: Any) -> bool:
    """Whether a key is the label of a single level."""
    return len(block.index_columns) == 1 and _plain(block.index_columns[0].dtype, key)


def _plain_levels(block: Block, key: Any) -> bool:
    """Whether a key gives values of the first levels."""
    parts = key if isinstance(key, tuple) else (key,)
    return 0 < len(parts) <= len(block.index_columns) and plain_levels(block, dict(enumerate(parts)))


def plain_levels(block: Block, wanted: dict[int, Any]) -> bool:
    """Tell whether rows can be found by these values of levels in the cluster."""
    return all(_plain(block.index_columns[place].dtype, value) for place, value in wanted.items())


def rows_at_levels(block: Block, wanted: dict[int, Any], key: Any) -> Block:
    """Keep the rows with these values of levels.

    Raises
    ------
    KeyError
        When there is none.
    """
    levels = block.index_columns
    tests: list[Expr] = [column_and_scalar("eq", levels[n], v, reflected=False) for n, v in wanted.items()]
    picked = block.filter(reduce(lambda a, b: call("and", a, b), tests))
    executor().store(picked.rel)  # one call makes the rows and counts them
    if picked.nrows == 0:
        raise KeyError(key)
    return picked


def without_levels(block: Block, places: Iterable[int]) -> Block:
    """Drop levels of the row labels; at least one stays."""
    gone = set(places)
    stay = [n for n in range(len(block.index_names)) if n not in gone]
    levels = block.index_columns
    return block.with_index(tuple(levels[n] for n in stay), [block.index_names[n] for n in stay])


def _plain(d: dt.DType, key: Any) -> bool:
    """Whether a key is of a kind that only equals itself: no partial date, no missing value."""
    if not is_scalar(key) or pd.isna(key):
        return False
    if d.kind == "category":
        return d.categories is not None and key in d.categories
    if d.kind == "datetime":
        whole = isinstance(key, pd.Timestamp) and (key.tz is None) == (d.tz is None)
        return whole and not key.microsecond % 1000 and not key.nanosecond
    if d.is_numeric and not d.is_bool:
        return isinstance(key, (int, float, np.number)) and not isinstance(key, bool)
    return d.kind == "str" and isinstance(key, str)


def _rows_of_one_label(block: Block, key: Any) -> tuple[Block, bool]:
    picked = block.filter(column_and_scalar("eq", block.index_columns[0], key, reflected=False))
    executor().store(picked.rel)  # one call makes the rows and counts them
    if picked.nrows == 0:
        raise KeyError(key)
    return picked, picked.nrows == 1


def _rows_of_range(block: Block, key: Any) -> tuple[Block, bool]:
    index = local_index(block)
    assert isinstance(index, pd.RangeIndex)
    if isinstance(key, slice):
        if any(v is not None and not isinstance(v, (int, float, np.number)) for v in (key.start, key.stop)):
            pd.Series([0], index=pd.RangeIndex(1)).loc[key]  # pandas refuses it, in its own words
        return _slice(block, index.slice_indexer(key.start, key.stop, key.step)), False
    if is_scalar(key):
        place = index.get_loc(key)
        return block.slice(place, place + 1), True
    if isinstance(key, tuple):
        msg = "Too many indexers"
        raise pd.errors.IndexingError(msg)
    wanted = pd.Index(list(key) if not hasattr(key, "dtype") else key)
    places = index.get_indexer_for(wanted)
    require_found(wanted, places, "index")
    return block.take_positions(places), False


def positions_by_label(block: Block, key: Any, *, series: bool = True) -> tuple[np.ndarray[Any, Any], bool]:
    """Find the row numbers of labels, for assigning to them.

    Parameters
    ----------
    block : Block
        The frame or series.
    key : object
        A label, a list of labels, or a slice of labels.
    series : bool
        Whether the block is a series.

    Returns
    -------
    numpy.ndarray
        Row numbers.
    bool
        Whether the key means one row.

    Raises
    ------
    KeyError
        When a label is not there.
    """
    index = local_index(block)
    if isinstance(index, pd.RangeIndex):
        if isinstance(key, slice):
            return np.arange(block.nrows)[index.slice_indexer(key.start, key.stop, key.step)], False
        if is_scalar(key):
            return np.array([index.get_loc(key)]), True
        wanted = pd.Index(list(key))
        places = index.get_indexer_for(wanted)
        require_found(wanted, places, "index")
        return places, False
    found = _numbers(block, series=series).loc[key] if series else _numbers(block, series=series).loc[key, :]["row"]
    if isinstance(found, pd.Series):
        return found.to_numpy(), False
    return np.array([int(found)]), True


def require_found(wanted: pd.Index[Any], places: Any, axis: str) -> None:
    """Raise the KeyError of pandas when one of several labels was not found."""
    missing = np.asarray(places) < 0
    if len(wanted) and missing.all():
        msg = f"None of [{wanted}] are in the [{axis}]"
        raise KeyError(msg)
    if missing.any():
        msg = f"{list(wanted[missing].unique())} not in index"
        raise KeyError(msg)
