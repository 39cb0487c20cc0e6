"""Joining each row with the nearest one before or after it, by an ordered key.

Both sides are put below one another and sorted; the number of the last (next) row of the right side is then carried
along to the rows of the left side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.core.join import NotNative, one_row
from h2o_frame_compat.core.literals import to_lit
from h2o_frame_compat.expr import (
    Concat,
    Expr,
    Field,
    Filter,
    Lit,
    Project,
    Relation,
    Sort,
    Take,
    Zip,
    call,
    fresh_id,
    lit,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass(frozen=True)
class Asof:
    """The arguments of `pandas.merge_asof`.

    Parameters
    ----------
    on, left_on, right_on, left_index, right_index, by, left_by, right_by, suffixes
        As in pandas.
    tolerance, allow_exact_matches, direction
        As in pandas.
    """

    on: Any = None
    left_on: Any = None
    right_on: Any = None
    left_index: bool = False
    right_index: bool = False
    by: Any = None
    left_by: Any = None
    right_by: Any = None
    suffixes: Any = ("_x", "_y")
    tolerance: Any = None
    allow_exact_matches: bool = True
    direction: str = "backward"


DIRECTIONS = {
    "ffill": "backward", "pad": "backward", "bfill": "forward", "backfill": "forward", "nearest": "nearest",
}  # fmt: skip
"""What methods of filling mean for `merge_asof`."""


def rows_near(block: Block, index: pd.Index[Any], method: str) -> Block:
    """Give for each of some ordered labels the row before, after or near it, as `pandas.Series.reindex` does.

    Parameters
    ----------
    block : Block
        Rows with one level of ordered, distinct labels.
    index : pandas.Index
        The labels, of the same dtype.
    method : {"ffill", "pad", "bfill", "backfill", "nearest"}
        Which row; of two that are equally near the later one.

    Returns
    -------
    Block

    Raises
    ------
    NotNative
        When pandas has to do it.
    ValueError
        When labels are missing, or not in order.
    """
    how = Asof(left_index=True, right_index=True, direction=DIRECTIONS[method])
    made = merge_asof(Block.from_pandas(pd.DataFrame(index=index)), block, how, later=True)
    return made.with_columns(made.columns, block.labels).with_index(made.index, (index.name,))


def merge_asof(left: Block, right: Block, how: Asof, *, later: bool = False) -> Block:
    """Give each left row the columns of the nearest right row.

    Parameters
    ----------
    left, right : Block
        The frames, in the order of their keys.
    how : Asof
        The arguments.
    later : bool
        Whether of two rows that are equally near the later one is taken.

    Returns
    -------
    Block

    Raises
    ------
    NotNative
        When pandas has to do it.
    ValueError, pandas.errors.MergeError
        As pandas raises them.
    """
    template = pd.merge_asof(one_row(left), one_row(right), **how.__dict__)
    if how.left_index and not how.right_index:
        raise NotNative
    left, right = left.rooted_with_labels if how.left_index or how.right_index else left.rooted, right.fresh()
    sides, by = [], []
    for name, block in (("left", left), ("right", right)):
        on, labels = (
            getattr(how, kind) if getattr(how, f"{name}_{kind}") is None else getattr(how, f"{name}_{kind}")
            for kind in ("on", "by")
        )
        key = _key(block, on, index=getattr(how, f"{name}_index"))
        _require_order(block, key, name)
        by.append(_listed(labels))
        sides.append((block, [_key(block, label, index=False) for label in by[-1]], key))
    rel, row, gaps = _matches(sides, how, "le" if later else "lt")
    fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in right.rel.fields]
    taken = Take(right.rel, Project(rel, [row]), fields)
    levels = len(right.index_columns)
    columns = [f.col() for f in fields[levels : levels + len(right.columns)]]
    gone = {b for a, b in zip(*by, strict=True) if a == b} | {_only(how.on)}
    if how.left_on is not None and how.left_on == how.right_on:
        gone.add(_only(how.left_on))
    kept = [e for e, label in zip(columns, right.labels, strict=True) if label not in gone]
    made = replace(left, rel=Zip(left.rel, taken))
    made = made.with_columns([*left.columns, *kept], template.columns)
    return made if how.left_index or how.right_index else made.with_index(RangeLabels(), (None,))


def _only(label: Any) -> Any:
    return label[0] if isinstance(label, list) else label


def _listed(labels: Any) -> list[Hashable]:
    if labels is None:
        return []
    return list(labels) if isinstance(labels, (list, tuple)) else [labels]


def _key(block: Block, label: Any, *, index: bool) -> Expr:
    if index:
        return block.index_columns[0]
    found = block.find(_only(label)) if pd.api.types.is_hashable(_only(label)) else []
    if len(found) != 1:
        raise NotNative
    return block.columns[found[0]]


def _require_order(block: Block, key: Expr, side: str) -> None:
    if not block.nrows:
        return
    down = call("lt", key, call("shift", key, params=(1,)))
    value = executor().evaluate(
        block.rel, [key, down], lambda c: f"(getrow (cbind (sumNA (is.na {c[0]})) (sumNA {c[1]})))"
    ).value
    assert isinstance(value, list)
    if value[0]:
        msg = f"Merge keys contain null values on {side} side"
        raise ValueError(msg)
    if value[1]:
        msg = f"{side} keys must be sorted"
        raise ValueError(msg)


Side = tuple[Block, list[Expr], Expr]


def _matches(sides: Sequence[Side], how: Asof, closer: str) -> tuple[Relation, Expr, bool]:
    """Give for each left row the number of its right row, and tell whether some have none."""
    directions = ["backward", "forward"] if how.direction == "nearest" else [how.direction]
    (left, _, own), (right, _, other) = sides
    rel: Relation = left.rel
    rows: list[Expr] = []
    gaps: list[Expr] = []
    for direction in directions:
        found = _one_way(sides, direction, exact=how.allow_exact_matches)
        taken = Take(Project(right.rel, [other]), found, [Field(fresh_id(), other.dtype.with_na())])
        rel = Zip(Zip(rel, found), taken)
        rows.append(found.fields[0].col())
        gaps.append(call("abs", call("sub", own, taken.fields[0].col())))
    row, gap = rows[0], gaps[0]
    if len(rows) == 2:
        nearer = call("or", call("isna", row), call(closer, gaps[1], gap))
        nearer = call("and", nearer, call("not", call("isna", rows[1])))
        row, gap = call("where", nearer, rows[1], row), call("where", nearer, gaps[1], gap)
    if how.tolerance is not None:
        row = call("where", call("le", gap, to_lit(how.tolerance, gap.dtype)), row, lit(None, dt.INT64))
    stored = Project(rel, [row])
    missing = executor().evaluate(stored, [stored.fields[0].col()], lambda c: f"(sumNA (is.na {c[0]}))").value
    return stored, stored.fields[0].col(), bool(left.nrows and missing)


def _one_way(sides: Sequence[Side], direction: str, *, exact: bool) -> Relation:
    # Of equal keys, the rows that are carried along come first when equal ones count.
    first = 1 if exact == (direction == "backward") else 0
    parts = []
    for number, (block, by, key) in enumerate(sides):
        row = call("rownum", block.rel.fields[0].col())
        zero = call("mul", row, lit(0))
        tags = [call("add", zero, lit(int(number != first))), call("add", zero, lit(number))]
        parts.append(Project(block.rel, [*by, key, *tags, row]))
    types = [_common(a.dtype, b.dtype) for a, b in zip(*(p.fields for p in parts), strict=True)]
    both = Concat(parts, types)
    cols = [f.col() for f in both.fields]
    count = len(cols) - 4  # how many columns `by` has
    ordered = Sort(both, cols[: count + 2], [True] * (count + 2), na_last=True)
    is_right, at = cols[-2:]
    side = call("eq", is_right, lit(1))
    fill = "ffill" if direction == "backward" else "bfill"
    carried = call(fill, call("where", side, at, Lit(None, dt.INT64)), params=(None,))
    if count:
        group = call("groupid", *cols[:count], params=(False, False))
        from_group = call(fill, call("where", side, group, Lit(None, dt.INT64)), params=(None,))
        carried = call("where", call("eq", group, from_group), carried, Lit(None, dt.INT64))
    stored = Project(ordered, [carried, is_right, at])
    found, tag, place = (f.col() for f in stored.fields)
    lefts: Relation = Filter(stored, call("eq", tag, lit(0)))
    if count:  # else the left rows are still in their order
        lefts = Sort(lefts, [place], [True], na_last=True)
    rows = Project(lefts, [found])
    rows.row_set.count = sides[0][0].nrows
    return rows


def _common(a: dt.DType, b: dt.DType) -> dt.DType:
    if a.kind == b.kind == "category" and a != b:
        return dt.STR
    return dt.common(a, b)
