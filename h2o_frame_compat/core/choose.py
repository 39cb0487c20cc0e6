"""One of two values in each row, with the dtypes that pandas' ``where`` gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import align, side_by_side
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.elementwise import array_block
from h2o_frame_compat.core.literals import category_lit, is_missing, is_scalar, to_lit
from h2o_frame_compat.expr import Expr, Lit, Relation, call, lit
from h2o_frame_compat.expr.operations import comparable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def literal_for(value: Any, dtype: dt.DType) -> Lit:
    """Make a literal that goes into a column.

    Parameters
    ----------
    value : scalar
        The value.
    dtype : DType
        The column's dtype.

    Returns
    -------
    Lit
        Its dtype differs from the column's where pandas would widen the column.

    Raises
    ------
    TypeError
        When the column cannot take the value; pandas raises, or changes the column to dtype object.
    """
    if is_missing(value):
        return lit(None)
    if dtype.kind == "category" and dtype.categories is not None:
        found = category_lit(value, dtype)
        if found.value is None:
            raise TypeError(
                f"Cannot setitem on a Categorical with a new category ({value}), set the categories first"
            )
        return found
    made = to_lit(value, dtype)
    fits = made.dtype.kind == dtype.kind or (made.dtype.kind, dtype.kind) == ("str", "category")
    if dtype.is_numeric and made.dtype.is_numeric and dtype.is_bool == made.dtype.is_bool:
        return _number_for(made, dtype, value)
    if not fits:
        raise TypeError(
            f"Invalid value '{value}' for dtype '{dtype}': a column in H2O holds values of one kind; convert the "
            "column with astype first"
        )
    return made


def _number_for(made: Lit, dtype: dt.DType, value: Any) -> Lit:
    if not dtype.is_integer:
        return made
    if made.dtype.is_float:
        if not float(made.value).is_integer():
            if dtype.nullable:
                raise TypeError(f"Invalid value '{value}' for dtype '{dtype}'")
            return made
        made = lit(int(made.value))
    limits = np.iinfo(dtype.kind)
    if not limits.min <= made.value <= limits.max:
        wide = np.result_type(np.dtype(dtype.kind), np.min_scalar_type(made.value))
        return lit(made.value, dt.DType(wide.name, nullable=dtype.nullable))
    return made


def choose(rel: Relation, items: Sequence[tuple[Expr, Expr, Expr]]) -> list[Expr]:
    """Keep each column where its mask is true and take the other value elsewhere.

    A column whose dtype would change keeps it when no row of it is replaced, as in pandas; all such columns
    are asked for in one call.

    Parameters
    ----------
    rel : Relation
        The relation.
    items : sequence of (Expr, Expr, Expr)
        Mask, column and other value.

    Returns
    -------
    list of Expr
    """
    results: list[Expr] = [call("where", mask, column, other) for mask, column, other in items]
    changed = [n for n, (r, item) in enumerate(zip(results, items, strict=True)) if r.dtype != item[1].dtype]
    if changed:
        touched = any_true(rel, [call("not", items[n][0]) for n in changed])
        for n, is_touched in zip(changed, touched, strict=True):
            if not is_touched:
                results[n] = items[n][1]
    return results


def any_true(rel: Relation, masks: Sequence[Expr]) -> list[bool]:
    """Tell for each mask whether any row has it true, in one call."""
    if rel.nrows == 0:
        return [False] * len(masks)

    def body(columns: Sequence[str]) -> str:
        sums = [f"(sumNA {c})" for c in columns]
        return sums[0] if len(sums) == 1 else f"(getrow (cbind {' '.join(sums)}))"

    value = executor().evaluate(rel, masks, body).value
    counts: list[Any] = value if isinstance(value, list) else [value]
    return [count > 0 for count in counts]


def with_operand(block: Block, other: Any, *, by_column: bool = True) -> tuple[Block, Callable[[int], Any]]:
    """Bring an operand over the rows of a block.

    Parameters
    ----------
    block : Block
        The frame or series.
    other : scalar, Block, pandas.Series, dict or array-like
        A Block of one unnamed-by-label column (`by_column` False) goes along the rows for every column; a
        Block with `by_column` is matched by column labels; a `pandas.Series` or dict gives a scalar for each
        column label; an array goes by position.
    by_column : bool
        Whether the columns of a Block are matched by label.

    Returns
    -------
    block : Block
        The frame over the common rows.
    pick : callable
        Column position -> `Expr`, scalar, or None where the operand has nothing for that column.
    """
    if is_scalar(other):
        return block, lambda _: other
    if isinstance(other, Block):
        if not _labels_can_match(block, other):
            return block, lambda _: None
        a, b = align(block, other, "left")
        if not by_column:
            return a, lambda _: b.columns[0]
        places = [b.find(label) for label in a.labels]
        return a, lambda n: b.columns[places[n][0]] if places[n] else None
    if isinstance(other, (pd.Series, dict)):
        return block, lambda n: other.get(block.labels[n])
    values = np.asarray(other)
    if values.ndim == 2:
        frame = Block.from_pandas(pd.DataFrame(values, columns=block.labels))
        a, b = side_by_side(block, frame)
        return a, lambda n: b.columns[n]
    a, b = side_by_side(block, array_block(other, block))
    return a, lambda _: b.columns[0]


def _labels_can_match(one: Block, other: Block) -> bool:
    pairs = zip(one.index_columns, other.index_columns, strict=False)
    return all(comparable(a.dtype, b.dtype) for a, b in pairs)


def where(block: Block, cond: Any, other: Any, *, keep: bool, series: tuple[bool, bool] = (False, False)) -> Block:
    """Keep values where a condition holds (or does not), and take others elsewhere.

    Parameters
    ----------
    block : Block
        The frame or series.
    cond, other : scalar, Block or array-like
        As for `with_operand`.
    keep : bool
        True: values stay where `cond` is true, as ``where`` does; False: where it is false, as ``mask`` does.
    series : tuple of bool
        Whether `cond` and `other` are series, that go along the rows.

    Returns
    -------
    Block
    """
    a, pick_cond = with_operand(block, cond, by_column=not series[0])
    width = len(a.columns)
    first = [pick_cond(n) for n in range(width)]
    # The masks ride along as columns while the other operand is aligned, so that all meet over one relation.
    masks = [m if isinstance(m, Expr) else lit(bool(m)) for m in first]
    both = replace(a, columns=(*a.columns, *masks), labels=pd.RangeIndex(2 * width))
    c, pick_other = with_operand(both, other, by_column=False) if series[1] or is_scalar(other) else _frame_operand(
        both, other, a.labels
    )
    items = []
    for n in range(width):
        column, mask = c.columns[n], _as_mask(c.columns[width + n], c.rel)
        if not keep:
            mask = call("not", mask)
        if first[n] is None:  # no such column in the condition: nothing is known to hold
            mask = _never(c.rel)
        found = pick_other(n)
        value = found if isinstance(found, Expr) else literal_for(found, column.dtype)
        items.append((mask, column, value))
    return replace(c, columns=tuple(choose(c.rel, items)), labels=block.labels)


def _frame_operand(block: Block, other: Any, labels: pd.Index[Any]) -> tuple[Block, Callable[[int], Any]]:
    if not isinstance(other, Block):
        return with_operand(block, other)
    a, b = align(block, other, "left")
    places = [b.find(label) for label in labels]
    return a, lambda n: b.columns[places[n][0]] if places[n] else None


def _never(rel: Relation) -> Expr:
    missing = call("isna", rel.fields[0].col())
    return call("and", missing, call("not", missing))


def _as_mask(mask: Expr, rel: Relation) -> Expr:
    if isinstance(mask, Lit):
        return call("not", _never(rel)) if mask.value else _never(rel)
    if not mask.dtype.is_bool:
        raise TypeError(f"Boolean array expected for the condition, not {mask.dtype}")
    return call("eq", call("cast", mask, params=(dt.FLOAT64,)), lit(1)) if mask.dtype.nullable else mask
