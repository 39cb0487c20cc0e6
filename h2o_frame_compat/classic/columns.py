"""Columns that are computed when output is asked of them, and then stay computed.

A `Column` holds a one-column block; evaluating it stores that column in the cluster and swaps the block for one
that reads what is stored. Frames and vecs that share a column share this too.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.block import Block, RangeLabels, executor
from h2o_frame_compat.expr import Col, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from h2o_frame_compat.expr import Expr, Relation

REMOVED = "this was removed from the cluster (by h2o.remove, or with the frame it is of); load it or make it anew"


class Origin:
    """What ``h2o.remove`` takes away: everything that is computed from it goes with it."""

    __slots__ = ("__weakref__", "removed")
    _all: ClassVar[weakref.WeakSet[Origin]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.removed = False
        self._all.add(self)

    @classmethod
    def remove_all(cls) -> None:
        """Take everything away."""
        for origin in list(cls._all):
            origin.removed = True


class Column:
    """One column, computed or not.

    Parameters
    ----------
    block : Block
        One column; row labels do not count.
    parts : iterable of Column
        What it is computed from; none where it is computed already.
    pending : bool
        Whether it is still to be computed.
    """

    __slots__ = ("__weakref__", "_block", "origins", "parts", "pending")

    def __init__(self, block: Block, parts: Iterable[Column] = (), *, pending: bool = False) -> None:
        parts = list(parts)
        self._block: Block | None = block
        self.pending = pending
        self.parts = tuple(weakref.ref(part) for part in parts) if pending else ()
        self.origins: set[Origin] = {o for part in parts for o in part.origins} if pending else {Origin()}

    @property
    def block(self) -> Block:
        """The block; asking for that of a removed column is an error."""
        if self._block is None or any(o.removed for o in self.origins):
            raise ValueError(REMOVED)
        return self._block

    @property
    def expr(self) -> Expr:
        """The expression that computes it."""
        return self.block.columns[0]

    def settle(self, block: Block) -> None:
        """Note where it is stored, now that it is computed."""
        self._block, self.pending, self.parts, self.origins = block, False, (), {Origin()}

    def relabel(self, block: Block) -> None:
        """Take a block that says more of the same column."""
        self._block = block

    def remove(self) -> None:
        """Take it away, and what is computed from it."""
        for origin in self.origins if not self.pending else ():
            origin.removed = True
        self._block = None


def bare(block: Block) -> Block:
    """Give a block without its row labels, which nobody here looks at."""
    return block.with_index(RangeLabels(), (None,))


def joined(columns: Sequence[Column]) -> Block:
    """Put columns over one relation, row by row.

    Parameters
    ----------
    columns : sequence of Column
        At least one, all of one length.

    Returns
    -------
    Block
        Labelled by number.

    Raises
    ------
    ValueError
        When their lengths differ.
    """
    blocks = [c.block for c in columns]
    if all(b.rel is blocks[0].rel for b in blocks):
        return _wide(blocks)
    check_lengths(blocks)
    by_relation: dict[int, list[int]] = {}
    for n, block in enumerate(blocks):
        by_relation.setdefault(id(block.rel), []).append(n)
    order: list[int] = []
    whole: Block | None = None
    for places in by_relation.values():
        more = _wide([blocks[n] for n in places])
        order += places
        if whole is None:
            whole = more
            continue
        left, right = side_by_side(whole, more)
        exprs = (*left.columns, *right.columns)
        whole = left.with_columns(exprs, range(len(exprs)))
    assert whole is not None
    exprs = tuple(whole.columns[n] for n in sorted(range(len(order)), key=order.__getitem__))
    return whole.with_columns(exprs, range(len(exprs)))


def _wide(blocks: Sequence[Block]) -> Block:
    return blocks[0].with_columns([b.columns[0] for b in blocks], range(len(blocks)))


def check_lengths(blocks: Sequence[Block]) -> None:
    """Refuse blocks of different lengths; the cluster is asked only where the rows are not known to be the same."""
    first = blocks[0]
    for block in blocks[1:]:
        if block.rel.row_set is not first.rel.row_set and block.nrows != first.nrows:
            msg = f"columns of one expression need the same number of rows, not {first.nrows} and {block.nrows}"
            raise ValueError(msg)


def split(block: Block, parts: Iterable[Column] = (), *, pending: bool = True) -> list[Column]:
    """Make the columns of a block.

    Parameters
    ----------
    block : Block
        The frame.
    parts : iterable of Column
        What its columns are computed from.
    pending : bool
        Whether they are still to be computed.

    Returns
    -------
    list of Column
    """
    own, parts = bare(block), list(parts)
    singles = [Block(own.rel, (e,), pd.RangeIndex(1)) for e in own.columns]
    return [Column(single, parts, pending=pending) for single in singles]


def evaluate(columns: Iterable[Column]) -> None:
    """Compute columns, and what they are computed from as far as somebody still holds it, one POST for each relation.

    Parameters
    ----------
    columns : iterable of Column
        The columns; those that are computed already cost nothing.
    """
    groups: dict[int, list[Column]] = {}
    for column in _unsettled(columns):
        groups.setdefault(id(column.block.rel), []).append(column)
    for group in groups.values():
        _store(group[0].block.rel, group)


def _unsettled(columns: Iterable[Column]) -> list[Column]:
    found: dict[int, Column] = {}
    waiting = list(columns)
    while waiting:
        column = waiting.pop()
        if column.pending and id(column) not in found:
            found[id(column)] = column
            waiting.extend(part for part in (ref() for ref in column.parts) if part is not None)
    return list(found.values())


def _store(rel: Relation, columns: list[Column]) -> None:
    plain = [c for c in columns if isinstance(c.expr, Col)]
    made = [c for c in columns if not isinstance(c.expr, Col)]
    blocks = [c.block for c in plain]
    if plain:
        executor().store(rel, {b.columns[0].id for b in blocks if isinstance(b.columns[0], Col)})
    if made:
        project = Project(rel, [c.expr for c in made])
        executor().store(project)
        blocks += [Block(project, (f.col(),), pd.RangeIndex(1)) for f in project.fields]
    for column, block in zip([*plain, *made], blocks, strict=True):
        column.settle(block)
