"""Assignment: new columns, and new values for some cells of old ones.

What a value becomes in a column, and which values a column refuses, is asked of pandas itself, on a column of
two rows of the same dtype.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core import convert
from h2o_frame_compat.core.align import equal_labels as labels_equal
from h2o_frame_compat.core.align import left_aligned, same_rows, side_by_side
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.distinct import categories_of, lookup
from h2o_frame_compat.core.elementwise import beside
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.expr import Expr, Lit, call, lit

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_EXACT = 1 << 53  # larger integers do not survive a literal


# ---------------------------------------------------------------------- whole columns


def column_of(block: Block, value: Any, label: Hashable = "value") -> tuple[Block, Expr]:
    """Make a column of what is assigned.

    Parameters
    ----------
    block : Block
        The frame it goes into.
    value : scalar, Block, pandas.Series or array-like
        A scalar is repeated; what has row labels is matched by them; an array goes in by position.
    label : hashable
        What it will be called, for errors.

    Returns
    -------
    Block, Expr
        The block over the common relation, and the column.

    Raises
    ------
    ValueError
        For an array of the wrong length, or for repeated labels.
    """
    if is_scalar(value):
        return block, constant(block, value)
    if isinstance(value, pd.Series):
        value = Block.from_pandas(value.to_frame(str(label)))
    if isinstance(value, Block):
        left, right = matched_to(block, value)
        return left, right.columns[0]
    return beside(block, _as_array(value), label)


def with_rows_for(block: Block, value: Any) -> Block:
    """Give a block without rows those of a value that is assigned to it; its columns are then missing."""
    if is_scalar(value) or (isinstance(value, Block) and same_rows(block, value)) or block.nrows:
        return block
    if isinstance(value, (Block, pd.Series)):
        rows = value if isinstance(value, Block) else Block.from_pandas(value.to_frame("value"))
    else:
        rows = Block.from_pandas(pd.DataFrame(index=range(len(value))))
    if not rows.nrows:
        return block
    rows = rows.with_columns([], [])
    anchor = call("isna", rows.rel.fields[0].col())
    missing = [Lit(None, d.with_na()) for d in block.dtypes]
    return rows.with_columns([call("where", anchor, m, m) for m in missing], block.labels)


def _as_array(value: Any) -> Any:
    if hasattr(value, "dtype"):
        return value
    if not len(value):
        return np.array([])
    return np.asarray(value) if isinstance(value, range) else list(value)


def matched_to(block: Block, value: Block) -> tuple[Block, Block]:
    """Bring the rows of a value to those of a block, as assignment aligns it."""
    if same_rows(block, value) or labels_equal(block, value):
        return side_by_side(block, value)
    return left_aligned(block, value)


def constant(block: Block, value: Any) -> Expr:
    """Make a column that repeats a scalar, of the dtype that pandas would give it."""
    shadow = pd.DataFrame(index=[0])
    shadow["value"] = value
    column, dtype = convert.encode_series(shadow["value"], "value")
    held = _literal(column, dtype)
    anchor = call("isna", block.rel.fields[0].col())
    if held is None:
        return lookup(anchor, pd.Series([False, True]), pd.Series([value, value]))
    if dtype.kind == "category":
        msg = "a category cannot be assigned as a scalar"
        raise TypeError(msg)
    return call("where", anchor, held, held)


def _literal(column: pa.ChunkedArray, dtype: dt.DType) -> Lit | None:
    """Give the literal of a one-row column; None where only a table can carry the value."""
    scalar = column[0]
    if not scalar.is_valid:
        return Lit(None, dtype)
    value = scalar.value if isinstance(scalar, pa.TimestampScalar) else scalar.as_py()
    if isinstance(value, int) and abs(value) >= _EXACT:
        return None
    if isinstance(value, float) and np.isnan(value):
        value = None
    if dtype.is_bool and value is not None:
        value = bool(value)
    return Lit(value, dt.STR if dtype.kind == "category" else dtype)


def set_column(block: Block, label: Hashable, expr: Expr) -> Block:
    """Put a column under a label: in place of the columns that have it, or at the end."""
    found = block.find(label)
    if found:
        columns = [expr if n in found else e for n, e in enumerate(block.columns)]
        return block.with_columns(columns)
    return insert_column(block, len(block.columns), label, expr)


def insert_column(block: Block, place: int, label: Hashable, expr: Expr) -> Block:
    """Put a column at a place."""
    columns = [*block.columns[:place], expr, *block.columns[place:]]
    return block.with_columns(columns, block.labels.insert(place, label))


# ---------------------------------------------------------------------- some cells


@dataclass(frozen=True)
class Rows:
    """The rows that an assignment goes to.

    Parameters
    ----------
    mask : Expr or None
        Where they are, over the block's relation; None: all.
    count : callable
        Gives how many they are.
    ordinal : callable
        Gives a column with the place of each row among them.
    """

    mask: Expr | None
    count: Callable[[], int]
    ordinal: Callable[[], Expr]


def all_rows(block: Block) -> Rows:
    """Assign to every row."""
    return Rows(None, lambda: block.nrows, lambda: _rownum(block))


def masked_rows(block: Block, mask: Expr) -> Rows:
    """Assign to the rows where a mask over the block's relation is true."""
    if mask.dtype.nullable:
        mask = call("eq", mask, lit(True))
        mask = call("where", call("isna", mask), Lit(False, dt.BOOL), call("cast", mask, params=(dt.BOOL,)))

    def ordinal() -> Expr:
        counted = call("cumsum", call("cast", mask, params=(dt.INT64,)))
        return call("where", mask, call("sub", counted, lit(1)), lit(None))

    def count() -> int:
        if not block.nrows:
            return 0
        chosen = executor().evaluate(block.rel, [mask], lambda c: f"(sumNA {c[0]})").value
        assert isinstance(chosen, float)
        return int(chosen)

    return Rows(mask, count, ordinal)


def numbered_rows(block: Block, positions: np.ndarray[Any, Any]) -> Rows:
    """Assign to rows by known numbers, not negative; of a number that repeats the last one counts."""
    rows = _rownum(block)
    last = pd.Series(np.arange(len(positions)), index=positions)
    last = last[~last.index.duplicated(keep="last")]
    mask: Expr
    if len(last) == 1:
        mask = call("eq", rows, lit(int(last.index[0])))
    else:
        known = lookup(rows, pd.Series(last.index, dtype="int64"), np.ones(len(last), dtype="int8"))
        mask = call("not", call("isna", known))
    return Rows(
        mask,
        lambda: len(positions),
        lambda: lookup(rows, pd.Series(last.index, dtype="int64"), last.to_numpy()),
    )


def _rownum(block: Block) -> Expr:
    return call("rownum", block.rel.fields[0].col())


def put(block: Block, place: int, rows: Rows, value: Any) -> tuple[Block, Expr]:
    """Give the column at a place with new values in some rows.

    Parameters
    ----------
    block : Block
        The frame.
    place : int
        Position of the column.
    rows : Rows
        Where the values go.
    value : scalar, Block or array-like
        A block is one column over the block's own relation; an array has one value for each row of `rows`.

    Returns
    -------
    Block, Expr
        The block, over a relation that may hold more columns than before, and the new column.

    Raises
    ------
    TypeError
        When the column cannot hold the value, as in pandas 3.
    ValueError
        When there are not as many values as rows.
    """
    old = block.columns[place]
    if is_scalar(value):
        return block, _put_scalar(block, old, rows, value)
    if isinstance(value, Block):
        return block, _put_column(block, old, rows, value.columns[0])
    return _put_array(block, old, rows, value)


def _put_scalar(block: Block, old: Expr, rows: Rows, value: Any) -> Expr:
    probe = sample(block, old, 2)
    probe.iloc[[0]] = value
    column, dtype = convert.encode_series(probe.iloc[:1], "value")
    if probe.dtype == object and not dtype.is_bool:
        _, dtype = convert.encode_series(probe, "value")
    dtype = _settled(old, probe, dtype)
    held = _literal(column, dtype)
    mask = everywhere(block) if rows.mask is None else rows.mask
    new: Expr = lookup(mask, pd.Series([True]), pd.Series([value])) if held is None else held
    own = old if old.dtype == dtype else call("cast", old, params=(dtype,))
    made = call("where", mask, new, own)
    return made if made.dtype == dtype else call("cast", made, params=(dtype,))


def _settled(old: Expr, probe: pd.Series, encoded: dt.DType) -> dt.DType:
    """Give the dtype of a column after a value went in."""
    if old.dtype.is_bool and probe.dtype == object:
        return dt.OBJECT_BOOL
    return old.dtype if convert.pandas_dtype(old.dtype) == probe.dtype or old.dtype.kind == "category" else encoded


def sample(block: Block, expr: Expr, count: int) -> pd.Series:
    """Make a pandas series of a column's dtype, with values that mean nothing."""
    d = expr.dtype
    if d.kind == "category":
        categories = categories_of(expr, block.rel)
        codes = np.full(count, -1)
        return pd.Series(pd.Categorical.from_codes(codes, categories=categories, ordered=d.ordered))
    dtype = convert.pandas_dtype(d)
    missing = d.is_temporal or d.kind == "packed"
    filler: Any = "" if d.kind == "str" else pd.NaT if missing else False if d.is_bool else 0
    return pd.Series([filler] * count, dtype=dtype)


def _put_column(block: Block, old: Expr, rows: Rows, new: Expr) -> Expr:
    if old.dtype == new.dtype or old.dtype.kind == new.dtype.kind == "category":
        fitting = new
    else:
        fitting = _fitted(block, old, rows, new)
    if rows.mask is None:
        return fitting
    made = call("where", rows.mask, fitting, old)
    return made if made.dtype == old.dtype else call("cast", made, params=(old.dtype,))


def _fitted(block: Block, old: Expr, rows: Rows, new: Expr) -> Expr:
    """Convert a column of values to the dtype of the column they go into, or refuse as pandas does."""
    if old.dtype.is_integer and new.dtype.is_float:
        _require_whole(block, old, rows, new)
    elif not (old.dtype.is_numeric and new.dtype.is_numeric and old.dtype.is_bool == new.dtype.is_bool):
        sample(block, old, 2).iloc[[0]] = sample(block, new, 1).array  # pandas refuses it, in its own words
    return call("cast", new, params=(old.dtype,))


def _require_whole(block: Block, old: Expr, rows: Rows, new: Expr) -> None:
    inside = everywhere(block) if rows.mask is None else rows.mask
    broken = call("or", call("isna", new), call("ne", new, call("trunc", new)))
    bad = executor().evaluate(block.rel, [call("and", inside, broken)], lambda c: f"(sumNA {c[0]})")
    if block.nrows and bad.value:
        msg = f"Invalid value for dtype '{old.dtype}': not all of the assigned values are whole numbers"
        raise TypeError(msg)


def everywhere(block: Block) -> Expr:
    """Make a mask that is true in every row."""
    return call("not", call("isna", call("isna", block.rel.fields[0].col())))


def _put_array(block: Block, old: Expr, rows: Rows, value: Any) -> tuple[Block, Expr]:
    values = value if hasattr(value, "dtype") else list(value)
    count = rows.count()
    if len(values) == 1 and count != 1:
        return block, _put_scalar(
            block, old, rows, values[0] if isinstance(values, list) else pd.Series(values).iloc[0]
        )
    if len(values) != count:
        msg = "cannot set using a list-like indexer with a different length than the value"
        raise ValueError(msg)
    if not count:
        return block, old
    probe = sample(block, old, count)
    probe.iloc[np.arange(count)] = values.array if isinstance(values, pd.Series) else values
    if rows.mask is None:
        return beside(block, probe)
    new = lookup(rows.ordinal(), pd.Series(np.arange(count)), probe)
    _, dtype = convert.encode_series(probe, "value")
    dtype = _settled(old, probe, dtype)
    own = old if old.dtype == dtype else call("cast", old, params=(dtype,))
    made = call("where", rows.mask, new, own)
    return block, made if made.dtype == dtype else call("cast", made, params=(dtype,))


def absent(block: Block, value: Any) -> Expr:
    """Make the column that an assignment to some rows of a new label starts from: all missing."""
    if isinstance(value, Block):
        dtype = value.dtypes[0]
    else:
        _, dtype = convert.encode_series(pd.Series([value] if is_scalar(value) else value), "value")
    nothing = Lit(None, dtype.with_na())
    return call("where", call("isna", block.rel.fields[0].col()), nothing, nothing)
