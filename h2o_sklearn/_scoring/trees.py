"""The trees of a MOJO, read from the file: its compressed form is a test at each node, its children behind it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from h2o_sklearn._scoring.mojo import Mojo

#: Where missing values go: apart from all others, or with those that go left.
_APART, _LEFT = 1, frozenset({2, 4})
_NO_COLUMN = 65535
_LEAF = 16
_HEAD = struct.Struct("<BHB")
_FLOAT = struct.Struct("<f")
_BITS = struct.Struct("<HI")


@dataclass(frozen=True)
class Node:
    """A node of a tree.

    Attributes
    ----------
    place : int
        Where it stands in the file, which is its name.
    column : int
        The column that is tested; -1 in a leaf.
    value : float
        What a leaf adds; in a test of numbers, those less than it go left. Infinite where all of them do.
    missing_left : bool
        Where missing values go, and levels that the bits do not reach.
    bits : bytes or None
        In a test of levels, one for each from `first` on: those that are set go right.
    first, count : int
        The level of the first bit, and how many there are.
    left, right : int
        The places of the nodes below.
    """

    place: int
    column: int
    value: float = 0.0
    missing_left: bool = False
    bits: bytes | None = None
    first: int = 0
    count: int = 0
    left: int = -1
    right: int = -1

    def goes_right(self, level: int) -> bool:
        """Say which way a level goes."""
        assert self.bits is not None
        bit = level - self.first
        if not 0 <= bit < self.count:
            return not self.missing_left
        return bool(self.bits[bit >> 3] & 1 << (bit & 7))


def tree(mojo: Mojo, group: int, number: int) -> list[Node] | None:
    """Read a tree, the root first; None where a class has none in this round.

    Parameters
    ----------
    mojo : Mojo
        The model.
    group : int
        Number of the class, 0 where there is one number to predict.
    number : int
        Number of the tree among those of the class.

    Returns
    -------
    list of Node
        The nodes.
    """
    name = f"trees/t{group:02d}_{number:03d}.bin"
    return list(_nodes(mojo.file(name))) if mojo.has(name) else None


def _nodes(data: bytes) -> Iterator[Node]:
    waiting = [(0, False)]
    while waiting:
        place, is_leaf = waiting.pop()
        if is_leaf:
            yield Node(place, -1, _FLOAT.unpack_from(data, place)[0])
            continue
        kind, column, direction = _HEAD.unpack_from(data, place)
        if column == _NO_COLUMN:  # a tree of a single leaf, which has no direction
            yield Node(place, -1, _FLOAT.unpack_from(data, place + 3)[0])
            continue
        at = place + _HEAD.size
        value, bits, first, count = float("inf"), None, 0, 0
        if direction != _APART:
            if kind & 12 == 0:
                (value,) = _FLOAT.unpack_from(data, at)
                at += 4
            elif kind & 12 == 8:
                bits, count, at = data[at : at + 4], 32, at + 4
            else:
                first, count = _BITS.unpack_from(data, at)
                size = (count + 7) // 8
                at += _BITS.size
                bits, at = data[at : at + size], at + size
        left_mask, right_mask = kind & 51, (kind & 0xC0) >> 2
        if left_mask & _LEAF:
            left, right = at, at + 4
        else:
            width = left_mask + 1
            left = at + width
            right = left + int.from_bytes(data[at:left], "little")
        yield Node(place, column, value, direction in _LEFT, bits, first, count, left, right)
        waiting += [(right, bool(right_mask & _LEAF)), (left, bool(left_mask & _LEAF))]
