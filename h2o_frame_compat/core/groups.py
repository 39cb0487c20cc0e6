"""Group by: keys, aggregates, and values handed back to the rows of each group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.elementwise import beside
from h2o_frame_compat.core.statistics import result_dtype
from h2o_frame_compat.expr import Expr, Field, Group, Project, Take, Zip, call, fresh_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass(frozen=True)
class Grouping:
    """The rows of a block, divided by keys.

    Parameters
    ----------
    block : Block
        The rows, with all columns.
    keys : tuple of Expr
        Over the block's relation.
    names : tuple of hashable
        Names of the keys.
    own : frozenset of int
        Positions of the columns that are keys.
    dropna, sort : bool
        Whether rows with missing keys are left out, and whether groups come in the order of their keys.
    """

    block: Block
    keys: tuple[Expr, ...]
    names: tuple[Hashable, ...]
    own: frozenset[int]
    dropna: bool = True
    sort: bool = True

    @property
    def values(self) -> list[int]:
        """Positions of the columns that are not keys."""
        return [n for n in range(len(self.block.columns)) if n not in self.own]


def grouping(block: Block, by: Sequence[Any], *, dropna: bool, sort: bool) -> Grouping | None:
    """Read the keys of a group-by.

    Parameters
    ----------
    block : Block
        The rows.
    by : sequence
        Column labels, names of index levels, one-column Blocks, or arrays.
    dropna, sort : bool
        See `Grouping`.

    Returns
    -------
    Grouping or None
        None when a key is of a kind that runs in pandas (a function, a dict, a Grouper).

    Raises
    ------
    KeyError
        When a label is neither a column nor an index level.
    """
    keys: list[Expr] = []
    names: list[Hashable] = []
    own: set[int] = set()
    for key in by:
        if isinstance(key, Block):
            block, other = align(block, key, "left")
            keys.append(other.columns[0])
            names.append(key.labels[0])
            own |= {
                n
                for n, e in enumerate(block.columns)
                if e is other.columns[0] and block.labels[n] == key.labels[0]
            }
        elif callable(key) or isinstance(key, (dict, pd.Grouper)):
            return None
        elif pd.api.types.is_list_like(key) and not isinstance(key, tuple):
            block, column = beside(block, key)
            keys.append(column)
            names.append(getattr(key, "name", None))
        else:
            expr, place = _named(block, key)
            keys.append(expr)
            names.append(key)
            own |= place
    return Grouping(block, tuple(keys), tuple(names), frozenset(own), dropna, sort)


def by_level(block: Block, level: Any, *, dropna: bool, sort: bool) -> Grouping:
    """Group by levels of the index, given by number or name."""
    levels = level if isinstance(level, (list, tuple)) else [level]
    places = [
        x if isinstance(x, int) and x not in block.index_names else block.index_names.index(x) for x in levels
    ]
    keys = block.index_columns
    return Grouping(
        block,
        tuple(keys[p] for p in places),
        tuple(block.index_names[p] for p in places),
        frozenset(),
        dropna,
        sort,
    )


def _named(block: Block, label: Hashable) -> tuple[Expr, set[int]]:
    found = block.find(label)
    if len(found) > 1:
        msg = f"Grouper for '{label}' not 1-dimensional"
        raise ValueError(msg)
    if found:
        return block.columns[found[0]], {found[0]}
    if label in block.index_names:
        return block.index_columns[block.index_names.index(label)], set()
    raise KeyError(label)


def aggregate(
    groups: Grouping,
    wanted: Sequence[tuple[str, int]],
    labels: pd.Index[Any] | Sequence[Hashable],
    *,
    as_index: bool,
) -> Block:
    """Compute one row for each group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    wanted : sequence of (str, int)
        Name of an aggregate and the position of its column.
    labels : pandas.Index or sequence
        Labels of the results.
    as_index : bool
        Whether the keys become the index; else they become the first columns.

    Returns
    -------
    Block
    """
    block = groups.block
    anything = groups.keys[0]
    aggregates = []
    for function, place in wanted:
        expr = anything if function == "size" else block.columns[place]
        aggregates.append((function, expr, result_dtype(function, expr.dtype)))
    made = Group(block.rel, groups.keys, aggregates, dropna=groups.dropna, sort=groups.sort)
    cols = tuple(f.col() for f in made.fields)
    count = len(groups.keys)
    labels = labels if isinstance(labels, pd.Index) else pd.Index(list(labels), tupleize_cols=False)
    if as_index:
        return Block(made, cols[count:], labels, cols[:count], groups.names)
    return Block(made, cols, _with_keys(groups.names, labels))


def _with_keys(names: Sequence[Hashable], labels: pd.Index[Any]) -> pd.Index[Any]:
    if isinstance(labels, pd.MultiIndex):
        blank = [(name, *[""] * (labels.nlevels - 1)) for name in names]
        return pd.MultiIndex.from_tuples([*blank, *labels])
    return pd.Index([*names, *labels], tupleize_cols=False)


def group_number(groups: Grouping) -> Expr:
    """Give the number of each row's group, missing where a key is missing and such rows are left out."""
    return call("groupid", *groups.keys, params=(groups.dropna, groups.sort))


def transform(groups: Grouping, function: str, places: Sequence[int]) -> Block:
    """Hand an aggregate back to every row of its group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    function : str
        Name of an aggregate.
    places : sequence of int
        Positions of the columns.

    Returns
    -------
    Block
        The rows and labels of the original.
    """
    result = aggregate(
        groups, [(function, p) for p in places], [groups.block.labels[p] for p in places], as_index=True
    )
    block = groups.block
    rows = Project(block.rel, [group_number(groups)])
    gaps = groups.dropna and any(k.dtype.holds_na for k in groups.keys)
    taken = Block(result.rel, result.columns, result.labels)
    values = _take(taken, rows, gaps=gaps)
    return replace(values, rel=Zip(block.rel, values.rel), index=block.index, index_names=block.index_names)


def _take(values: Block, rows: Project, *, gaps: bool) -> Block:
    root = values.rooted
    fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in root.rel.fields]
    taken = Take(root.rel, rows, fields)
    return Block(taken, tuple(f.col() for f in fields), values.labels)


def members(groups: Grouping) -> tuple[Block, Expr]:
    """Give the block over a relation in which the group number of each row is stored, and that number."""
    block = groups.block
    index = () if isinstance(block.index, RangeLabels) else block.index
    stored = Project(block.rel, [*index, *block.columns, group_number(groups)])
    cols = tuple(f.col() for f in stored.fields)
    labels = cols[: len(index)] if index else block.index
    return replace(block, rel=stored, columns=cols[len(index) : -1], index=labels), cols[-1]
