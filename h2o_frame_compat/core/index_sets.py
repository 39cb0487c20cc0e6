"""Row labels of one level as sets and as sequences: the work behind the methods of `Index`.

Every function takes blocks of one column, whose rows are only numbered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.align import equal_labels, has_repeats, matched
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.concat import below
from h2o_frame_compat.core.labels import distinct_rows
from h2o_frame_compat.expr import Expr, Project, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE = pd.RangeIndex(1)


def joined(blocks: Sequence[Block]) -> Block:
    """Put labels one after the other."""
    return below([b.with_columns(b.columns, ONE) for b in blocks], ONE, ignore_index=True, keys=None)


def ordered(block: Block, *, ascending: bool, na_position: str) -> tuple[Block, Block]:
    """Order labels, equal ones as they come; give the number of the row that each had, too."""
    numbered = Project(block.rel, (*block.columns, call("rownum", block.rel.fields[0].col())))
    value, row = (f.col() for f in numbered.fields)
    both = Block(numbered, (value, row), pd.RangeIndex(2))
    made = both.sort([value], [ascending], na_last=na_position == "last")
    bare = made.with_index(RangeLabels(), (None,))
    return bare.select([0]).with_columns(bare.columns[:1], block.labels), bare.select([1])


def is_ordered(block: Block, *, ascending: bool) -> bool:
    """Tell whether labels come in order; missing ones are in none."""
    if block.nrows < 2 and not (block.nrows and _any(block, call("isna", block.columns[0]))):
        return True
    root = block.rooted
    (own,) = root.columns
    before = call("shift", own, params=(1,))
    first = call("eq", call("rownum", root.rel.fields[0].col()), lit(0))
    wrong = call("lt" if ascending else "gt", own, before)
    if own.dtype.kind == "category":
        own, before = (call("codes", e) for e in (own, before))
        wrong = call("lt" if ascending else "gt", own, before)
    never = call("and", call("not", first), wrong)
    return not _any(root, call("or", never, call("isna", root.columns[0])))


def _any(block: Block, mask: Expr) -> bool:
    return any_true(block.rel, [mask])[0]


def _equal(left: Block, right: Block) -> bool:
    a, b = (block.with_index(block.columns, (None,)) for block in (left, right))
    return equal_labels(a, b)


def _unique(block: Block) -> Block:
    return distinct_rows(block, block.columns, "first").with_index(RangeLabels(), (None,))


def _among(block: Block, other: Block, *, inside: bool) -> Block:
    """Keep the labels that are (not) among others, each once."""
    own = _unique(block).rooted
    theirs = _unique(other).fresh(labels=False)
    rel, left, _, (_, found) = matched(own.rel, theirs.rel, own.columns, theirs.columns, "left")
    kept = Block(rel, (left[0],), own.labels)
    gap = call("isna", found)
    return kept.filter(call("not", gap) if inside else gap).with_index(RangeLabels(), (None,))


def _sorted(block: Block, sort: Any, *, by_default: bool) -> Block:
    wanted = by_default if sort is None else sort
    return ordered(block, ascending=True, na_position="last")[0] if wanted else block


def intersection(left: Block, right: Block, *, sort: Any) -> Block:
    """Give the labels that both have, in the order of `left`."""
    return _sorted(_among(left, right, inside=True), sort, by_default=False)


def difference(left: Block, right: Block, *, sort: Any) -> Block:
    """Give the labels that only `left` has."""
    return _sorted(_among(left, right, inside=False), sort, by_default=bool(right.nrows))


def symmetric_difference(left: Block, right: Block, *, sort: Any) -> Block:
    """Give the labels that only one of both has."""
    parts = (_among(left, right, inside=False), _among(right, left, inside=False))
    return _sorted(joined(parts), sort, by_default=True)


def union(left: Block, right: Block, *, sort: Any) -> Block | None:
    """Give the labels of both; None when some repeat, of which pandas keeps the larger number."""
    if not left.nrows or not right.nrows or _equal(left, right):
        return _sorted(left if left.nrows else right, sort, by_default=False)
    for block in (left, right):
        if has_repeats(block.with_index(block.columns, (None,))):
            return None
    both = joined([left, _among(right, left, inside=False)])
    return _sorted(both, sort, by_default=True)


def row_numbers(block: Block, wanted: Block) -> Block:
    """Give the row in `block` of each wanted label, missing where there is none; labels of `block` are unique."""
    own, asked = block.rooted, wanted.fresh(labels=False)
    rel, _, _, (_, found) = matched(asked.rel, own.rel, asked.columns, own.columns, "left")
    return Block(rel, (found,), ONE)


def fetched(rows: Block) -> np.ndarray[Any, Any]:
    """Fetch row numbers, -1 for a missing one."""
    return np.asarray(rows.to_pandas(guard="row numbers").iloc[:, 0].fillna(-1)).astype(np.intp)
