"""How often values occur in groups, and the largest ones of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from h2o_frame_compat.core.group_rows import by_group, group_number, place, transform
from h2o_frame_compat.core.groups import Grouping, Summary
from h2o_frame_compat.expr import call, lit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.core.block import Block


def counted(
    groups: Grouping, places: Sequence[int], *, normalize: bool, sort: bool, ascending: bool, dropna: bool
) -> Block | None:
    """Count the distinct rows of some columns in each group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    places : sequence of int
        Positions of the columns.
    normalize : bool
        Whether shares are given.
    sort, ascending : bool
        Whether the most, or the least, frequent ones come first.
    dropna : bool
        Whether missing values are left out.

    Returns
    -------
    Block or None
        None where pandas has to do it.
    """
    columns = [groups.block.columns[p] for p in places]
    holds = any(e.dtype.holds_na for e in columns)
    if groups.incomplete or any(e.dtype.kind == "category" for e in columns):
        return None
    if holds and dropna != groups.dropna and replace(groups, dropna=True).gaps:
        return None
    both = replace(
        groups,
        keys=(*groups.keys, *columns),
        names=(*groups.names, *(groups.block.labels[p] for p in places)),
        dropna=dropna if holds else groups.dropna,
        sort=False,
    )
    summary = Summary(both)
    made = summary.block([summary.of("size")], ["count"])
    count = len(groups.keys)
    assert isinstance(made.index, tuple)
    outer = Grouping(made, made.index[:count], groups.names, frozenset(), groups.dropna, groups.sort)
    if normalize:
        shares = Summary(outer)
        share = call("truediv", made.columns[0], shares.of("sum", made.columns[0]))
        made = transform(outer, shares, [share], made.labels)
        outer = replace(outer, block=made)
        made = made.with_columns(made.columns, ["proportion"])
    order = [group_number(outer), *(made.columns if sort else ())]
    return made.sort(order, [True, ascending][: len(order)], na_last=True)


def largest(groups: Grouping, where: int, n: int, *, ascending: bool) -> Block:
    """Give the largest, or smallest, values of each group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    where : int
        The position of the column.
    n : int
        How many.
    ascending : bool
        Whether the smallest ones.

    Returns
    -------
    Block
    """
    block = groups.block.select([where])
    ordered = by_group(groups, block, (block.columns[0], ascending))
    assert isinstance(ordered.index, tuple)
    keys = ordered.index[: len(groups.keys)]
    again = Grouping(ordered, keys, groups.names, frozenset(), groups.dropna, sort=False)
    return ordered.filter(call("lt", place(again), lit(n)))
