"""Row labels as sets and as sequences: the work behind the methods of `Index`.

Every function takes blocks whose columns are the levels of the labels, and whose rows are only numbered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from h2o_frame_compat.core.align import equal_labels, has_repeats, matched, side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.concat import below
from h2o_frame_compat.core.labels import distinct_rows
from h2o_frame_compat.expr import Expr, Project, call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

def joined(blocks: Sequence[Block]) -> Block:
    """Put labels one after the other."""
    labels = pd.RangeIndex(len(blocks[0].columns))
    return below([b.with_columns(b.columns, labels) for b in blocks], labels, ignore_index=True, keys=None)


def ordered(
    block: Block, *, ascending: Sequence[bool], na_position: str, by: Sequence[int] | None = None
) -> tuple[Block, Block]:
    """Order labels by some levels or all, equal ones as they come; give the number of the row that each had, too."""
    numbered = Project(block.rel, (*block.columns, call("rownum", block.rel.fields[0].col())))
    cols = [f.col() for f in numbered.fields]
    count = len(block.columns)
    keys = [cols[n] for n in (range(count) if by is None else by)]
    both = Block(numbered, tuple(cols), pd.RangeIndex(count + 1))
    made = both.sort(keys, ascending, na_last=na_position == "last").with_index(RangeLabels(), (None,))
    return made.with_columns(made.columns[:count], block.labels), made.select([count])


def in_place(block: Block, *, ascending: bool) -> bool:
    """Tell whether labels of several levels come in order: ordering them leaves each where it is."""
    if any(_any(block, call("isna", e)) for e in block.columns):
        return False
    _, rows = ordered(block, ascending=[ascending] * len(block.columns), na_position="last")
    return not _any(rows, call("ne", rows.columns[0], call("rownum", rows.rel.fields[0].col())))


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
    return equal_labels(*(labelled(block) for block in (left, right)))


def labelled(block: Block) -> Block:
    """Give a block that has its columns as row labels."""
    return block.with_index(block.columns, (None,) * len(block.columns))


def _unique(block: Block) -> Block:
    return distinct_rows(block, block.columns, "first").with_index(RangeLabels(), (None,))


def _among(block: Block, other: Block, *, inside: bool) -> Block:
    """Keep the labels that are (not) among others, each once."""
    own = _unique(block).rooted
    theirs = _unique(other).fresh(labels=False)
    rel, left, _, (_, found) = matched(own.rel, theirs.rel, own.columns, theirs.columns, "left")
    kept = Block(rel, tuple(left[: len(own.columns)]), own.labels)
    gap = call("isna", found)
    return kept.filter(call("not", gap) if inside else gap).with_index(RangeLabels(), (None,))


def _sorted(block: Block, sort: Any, *, by_default: bool) -> Block:
    wanted = by_default if sort is None else sort
    return ordered(block, ascending=[True] * len(block.columns), na_position="last")[0] if wanted else block


def intersection(left: Block, right: Block, *, sort: Any) -> Block:
    """Give the labels that both have, in the order of `left`."""
    return _sorted(_among(left, right, inside=True), sort, by_default=sort is None and not _equal(left, right))


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
        if has_repeats(labelled(block)):
            return None
    both = joined([left, _among(right, left, inside=False)])
    return _sorted(both, sort, by_default=True)


def row_numbers(block: Block, wanted: Block) -> Block:
    """Give the row in `block` of each wanted label, missing where there is none; labels of `block` are unique."""
    own, asked = block.rooted, wanted.fresh(labels=False)
    rel, _, _, (_, found) = matched(asked.rel, own.rel, asked.columns, own.columns, "left")
    return Block(rel, (found,), pd.RangeIndex(1))


def found(rows: Block, block: Block, wanted: Block) -> Block:
    """Tell for each row which of its labels, given as a block, are among wanted ones."""
    numbers = row_numbers(_unique(wanted), block)
    truth = numbers.with_columns([call("not", call("isna", numbers.columns[0]))], [None])
    return side_by_side(rows, truth)[1]


def fetched(rows: Block) -> np.ndarray[Any, Any]:
    """Fetch row numbers, -1 for a missing one."""
    return np.asarray(rows.to_pandas(guard="row numbers").iloc[:, 0].fillna(-1)).astype(np.intp)
