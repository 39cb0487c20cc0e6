"""Bringing two blocks to the same rows, as pandas aligns them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.expr import Distinct, Expr, Field, Join, Project, Relation, Take, Zip, call, fresh_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.dtypes import DType


def same_rows(left: Block, right: Block) -> bool:
    """Tell whether two blocks have the same rows with the same labels, without asking the cluster."""
    return left.rel.row_set is right.rel.row_set and _index_key(left) == _index_key(right)


def _index_key(block: Block) -> object:
    if isinstance(block.index, RangeLabels):
        return block.index
    return tuple(getattr(e, "id", id(e)) for e in block.index)


def align(left: Block, right: Block, how: str = "outer") -> tuple[Block, Block]:
    """Bring two blocks over one relation, rows matched by their labels.

    Parameters
    ----------
    left, right : Block
        The operands.
    how : {"outer", "left"}
        ``"outer"`` keeps the labels of both, sorted unless they are equal; ``"left"`` the labels of `left`.

    Returns
    -------
    left, right : Block
        Over the same relation, with the same index.

    Raises
    ------
    ValueError
        When labels differ, `how` is ``"left"``, and those of `right` are not unique.
    """
    if same_rows(left, right) or equal_labels(left, right):
        return side_by_side(left, right)
    if how == "left":
        return left_aligned(left, right)
    return _by_labels(left, right)


def side_by_side(left: Block, right: Block) -> tuple[Block, Block]:
    """Put two blocks with equally many rows over one relation, by position; the labels are those of `left`."""
    if left.rel is not right.rel:
        left, right = _over_one(left, right)
    return left, replace(right, index=left.index, index_names=left.index_names)


def _over_one(left: Block, right: Block) -> tuple[Block, Block]:
    own, other = ({f.id for f in b.rel.fields} for b in (left, right))
    if left.rel.row_set is right.rel.row_set:  # then equal ids are equal columns
        if other <= own:
            return left, replace(right, rel=left.rel)
        if own <= other:
            return replace(left, rel=right.rel), right
    right = right.rooted
    if own & {f.id for f in right.rel.fields}:
        right = right.fresh(labels=False)
    left = replace(left, rel=Zip(left.rel, right.rel))
    return left, replace(right, rel=left.rel)


def left_aligned(left: Block, right: Block) -> tuple[Block, Block]:
    """Bring the rows of `right` to those of `left` by their labels; those of `right` must be unique.

    Parameters
    ----------
    left, right : Block
        The operands; `left` keeps its rows and its index as they are.

    Returns
    -------
    left, right : Block
        Over the same relation. Dtypes of `right` change only if a label of `left` is not found there.
    """
    return left_joined(left, right)[:2]


def left_joined(left: Block, right: Block) -> tuple[Block, Block, Expr, bool]:
    """As `left_aligned`; give besides which row of `right` each row has, and whether some have none."""
    a, b = left.rooted_with_labels, right.fresh()
    require_unique(b, "cannot reindex on an axis with duplicate labels")
    keys = zip(a.index_columns, b.index_columns, strict=True)
    if not all(joinable(x.dtype, y.dtype) for x, y in keys):
        b = b.slice(0, 0)  # labels of different kinds never match
        left_on: tuple[Expr, ...] = (call("rownum", a.index_columns[0]),)
        right_on: tuple[Expr, ...] = (call("rownum", b.rel.fields[0].col()),)
    else:
        left_on, right_on = a.index_columns, b.index_columns
    join = Join(a.rel, b.rel, left_on, right_on, "left")
    rows = Project(join, [join.fields[1].col()])
    where = rows.fields[0].col()
    gaps = bool(a.nrows and executor().evaluate(rows, [where], lambda c: f"(sumNA (is.na {c[0]}))").value)
    fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in b.rel.fields]
    made = Zip(Zip(left.rel, Take(b.rel, rows, fields)), rows)
    columns = tuple(f.col() for f in fields[len(b.index_columns) :][: len(right.columns)])
    joined = Block(made, columns, right.labels, left.index, left.index_names)
    return replace(left, rel=made), joined, where, gaps


def joinable(a: DType, b: DType) -> bool:
    """Tell whether row labels of two dtypes can equal each other."""
    text = {"str", "enum"}
    return a.storage == b.storage or {a.storage, b.storage} <= text


def equal_labels(left: Block, right: Block) -> bool:
    """Tell whether two blocks have the same labels in the same order; may ask the cluster."""
    if isinstance(left.index, RangeLabels) and isinstance(right.index, RangeLabels):
        return left.index == right.index and left.nrows == right.nrows
    if len(left.index_columns) != len(right.index_columns) or left.nrows != right.nrows:
        return False
    a, b = left.rooted_with_labels, right.rooted_with_labels
    both = Zip(a.rel, b.rel) if a.rel is not b.rel else a.rel
    tests: list[Expr] = []
    for x, y in zip(a.index_columns, b.index_columns, strict=True):
        if x.dtype.storage != y.dtype.storage:
            return False
        tests.append(call("or", call("eq", x, y), call("and", call("isna", x), call("isna", y))))
    same = tests[0]
    for test in tests[1:]:
        same = call("and", same, test)
    if left.nrows == 0:
        return True
    result = executor().evaluate(both, [same], lambda c: f"(minNA {c[0]})")
    return result.value == 1


def matched(
    left: Relation, right: Relation, left_on: Sequence[Expr], right_on: Sequence[Expr], how: str
) -> tuple[Relation, list[Expr], list[Expr], tuple[Expr, Expr]]:
    """Join two relations with distinct field ids on keys.

    Parameters
    ----------
    left, right : Relation
        The inputs.
    left_on, right_on : sequence of Expr
        Keys.
    how : {"inner", "left", "right", "outer"}
        Which unmatched rows stay.

    Returns
    -------
    rel : Relation
        The joined rows.
    left_columns, right_columns : list of Expr
        The fields of `left` and of `right` there, with missing values where there is no match.
    rows : tuple of Expr
        The row number in `left` and in `right`, missing where there is no match.
    """
    join = Join(left, right, left_on, right_on, how)
    sides: list[Relation] = []
    columns: list[list[Expr]] = []
    for side, source, gaps in ((0, left, how in {"right", "outer"}), (1, right, how in {"left", "outer"})):
        rows = Project(join, [join.fields[side].col()])
        fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in source.fields]
        taken = Take(source, rows, fields)
        sides.append(taken)
        columns.append([f.col() for f in fields])
    rel = Zip(Zip(sides[0], sides[1]), join)
    return rel, columns[0], columns[1], (join.fields[0].col(), join.fields[1].col())


def _by_labels(left: Block, right: Block) -> tuple[Block, Block]:
    """Match rows by labels, all labels of both kept; repeated labels give all pairs, as in pandas."""
    a, b = left.rooted_with_labels, right.fresh()
    join = Join(a.rel, b.rel, a.index_columns, b.index_columns, "outer")
    rows = [f.col() for f in join.fields]
    found = executor().evaluate(join, rows, lambda c: f"(getrow (cbind {' '.join(f'(sumNA (is.na {x}))' for x in c)}))")
    gaps = found.value if isinstance(found.value, list) else [0, 0]
    parts: list[Relation] = []
    sides: list[list[Expr]] = []
    for n, block in enumerate((a, b)):
        missing = bool(gaps[n])
        fields = [Field(fresh_id(), f.dtype.with_na() if missing else f.dtype) for f in block.rel.fields]
        parts.append(Take(block.rel, Project(join, [rows[n]]), fields))
        sides.append([f.col() for f in fields])
    rel = Zip(*parts)
    levels = len(a.index_columns)
    keys: list[Expr] = []
    for x, y, own, other in zip(*(s[:levels] for s in sides), a.index_columns, b.index_columns, strict=True):
        key: Expr = call("where", call("isna", x), y, x) if gaps[0] else x
        same = own.dtype == other.dtype and key.dtype != own.dtype
        keys.append(call("cast", key, params=(own.dtype,)) if same else key)  # labels have no gaps after all
    index, names = tuple(keys), left.index_names if left.index_names == right.index_names else (None,) * levels
    return (
        Block(rel, tuple(sides[0][levels:][: len(left.columns)]), left.labels, index, names),
        Block(rel, tuple(sides[1][levels:][: len(right.columns)]), right.labels, index, names),
    )


def require_unique(block: Block, message: str) -> None:
    """Refuse row labels that repeat, with this message."""
    if has_repeats(block):
        raise ValueError(message)


def has_repeats(block: Block) -> bool:
    """Tell whether a row label occurs more than once; may ask the cluster."""
    if isinstance(block.index, RangeLabels) or not block.nrows:
        return False
    return executor().nrows(Distinct(block.rel, block.index_columns, "first")) != block.nrows
