"""Values for the rows of groups: aggregates handed back, and what depends on the other rows of a row's group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, RangeLabels
from h2o_frame_compat.core.choose import any_true, literal_for
from h2o_frame_compat.core.groups import Grouping, Summary, aggregate
from h2o_frame_compat.expr import Col, Expr, Field, Join, Project, Relation, Take, Zip, call, fresh_id, lit
from h2o_frame_compat.expr.nodes import substitute, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


FLAG = dt.INT8.but(nullable=True)


def group_number(groups: Grouping) -> Expr:
    """Give the number of each row's group, missing where a key is missing and such rows are left out."""
    return call("groupid", *groups.keys, params=(groups.dropna, groups.sort))


def within(
    groups: Grouping, function: str, expr: Expr, words: Sequence[str] = (), numbers: Sequence[float] = ()
) -> Expr:
    """Give something of the other rows of each row's group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    function : str
        What; see the extension's primitive ``compat.within``.
    expr : Expr
        The column.
    words, numbers : sequence
        Its options.

    Returns
    -------
    Expr
        Missing for rows of no group.
    """
    changes = function == "count" or not expr.dtype.holds_na
    empties = function == "shift" and bool(numbers[0] and groups.block.nrows) if changes else False
    params = (function, tuple(words), tuple(numbers), groups.dropna, changes and (empties or groups.gaps))
    return call("within", expr, *groups.keys, params=params)


def place(groups: Grouping, *, ascending: bool = True) -> Expr:
    """Give the number of each row within its group."""
    return within(groups, "count", groups.keys[0], numbers=(int(ascending),))


def shifted(groups: Grouping, expr: Expr, periods: int, fill_value: Any = None) -> Expr:
    """Give the value of an earlier row of the group; None fills with missing values.

    Parameters
    ----------
    groups : Grouping
        The groups.
    expr : Expr
        The column.
    periods : int
        How many rows earlier; negative: later.
    fill_value : scalar
        What goes where there is no such row.

    Returns
    -------
    Expr
    """
    if not periods:
        return expr
    moved = within(groups, "shift", expr, numbers=(periods,))
    if fill_value is None:
        return moved
    value = literal_for(fill_value, expr.dtype)
    other = place(groups, ascending=periods > 0)
    empty = call("lt", other, lit(abs(periods)))
    if groups.gaps:  # pandas fills rows of no group, too
        empty = call("or", empty, call("isna", other))
    made = call("where", empty, value, moved)
    widened = value.dtype.is_float and expr.dtype.is_integer
    return made if widened else call("cast", made, params=(expr.dtype,))


def transform(groups: Grouping, summary: Summary, exprs: Sequence[Expr], labels: pd.Index[Any]) -> Block:
    """Compute columns for all rows, from columns of the rows and from aggregates of their groups.

    Parameters
    ----------
    groups : Grouping
        The groups.
    summary : Summary
        Has the aggregates.
    exprs : sequence of Expr
        Over the columns of the groups' block and over aggregates.
    labels : pandas.Index
        Labels of the results.

    Returns
    -------
    Block
        The rows and row labels of the original.
    """
    block = groups.block
    used = {n.id: n for e in exprs for n in walk(e) if isinstance(n, Col) and summary.owns(n.id)}
    made = summary.block(list(used.values()), list(used))
    rows = Project(block.rel, [group_number(groups)])
    changes = any(not c.dtype.holds_na for c in used.values()) and groups.gaps
    taken, columns = taken_at(made.columns, made.rel, rows, missing=changes)
    places: dict[str, Expr] = dict(zip(used, columns, strict=True))
    values = tuple(substitute(e, places) for e in exprs)
    return replace(block, rel=Zip(block.rel, taken), columns=values, labels=labels)


def taken_at(
    columns: Sequence[Expr], rel: Relation, rows: Relation, *, missing: bool = False
) -> tuple[Relation, list[Expr]]:
    """Take columns of one relation at the row numbers that another one has.

    Parameters
    ----------
    columns : sequence of Expr
        Over `rel`.
    rel : Relation
        Where they are.
    rows : Relation
        One field with row numbers.
    missing : bool
        Whether there are missing row numbers, for which dtypes have to give room.

    Returns
    -------
    rel : Relation
        With the rows of `rows`.
    columns : list of Expr
        The columns there.
    """
    source = Project(rel, columns)
    fields = [Field(fresh_id(), f.dtype.with_na() if missing else f.dtype) for f in source.fields]
    return Take(source, rows, fields), [f.col() for f in fields]


def extreme_labels(
    groups: Grouping, function: str, places: Sequence[int], *, skipna: bool, as_index: bool, name: str
) -> Block | None:
    """Give the row label of the smallest or largest value of each group.

    Parameters
    ----------
    groups : Grouping
        The groups.
    function : {"idxmin", "idxmax"}
        Which.
    places : sequence of int
        Positions of the columns.
    skipna : bool
        Whether missing values are left out; else there must not be any.
    as_index : bool
        Whether keys become the index.
    name : str
        The method, for errors.

    Returns
    -------
    Block or None
        None where pandas has to do it: row labels of several levels.

    Raises
    ------
    ValueError
        When a group has no value.
    """
    block = groups.block
    if len(block.index_names) > 1:
        return None
    _require_values(groups, [block.columns[p] for p in places], skipna=skipna, name=name)
    labels = block.labels[list(places)]
    made = aggregate(groups, [(function, p) for p in places], labels, as_index=as_index)
    count = len(made.columns) - len(places)
    rel, columns = made.rel, list(made.columns[:count])
    for column in made.columns[count:]:
        taken, (found,) = taken_at(block.index_columns, block.rel, Project(made.rel, [column]))
        rel = Zip(rel, taken)
        columns.append(found)
    return replace(made, rel=rel, columns=tuple(columns))


def _require_values(groups: Grouping, columns: Sequence[Expr], *, skipna: bool, name: str) -> None:
    summary = Summary(groups)
    counts = [summary.of("count", e) for e in columns if e.dtype.holds_na]
    if not counts:
        return
    made = summary.block([*counts, summary.of("size")], range(len(counts) + 1))
    *found, size = made.columns
    few = [call("eq", c, lit(0)) if skipna else call("lt", c, size) for c in found]
    if any(any_true(made.rel, few)):
        what = "all NA values" if skipna else "an NA value"
        msg = f"{name} with skipna={skipna} encountered {what} in a group."
        raise ValueError(msg)


def members(groups: Grouping) -> tuple[Block, Expr]:
    """Give the block over a relation in which the group number of each row is stored, and that number."""
    block = groups.block
    index = () if isinstance(block.index, RangeLabels) else block.index
    stored = Project(block.rel, [*index, *block.columns, group_number(groups)])
    cols = tuple(f.col() for f in stored.fields)
    labels = cols[: len(index)] if index else block.index
    return replace(block, rel=stored, columns=cols[len(index) : -1], index=labels), cols[-1]


def by_group(groups: Grouping, block: Block, *keys: tuple[Expr, bool]) -> Block:
    """Bring the rows into the order of their groups, the keys in front of the row labels; rows of no group go.

    Parameters
    ----------
    groups : Grouping
        The groups.
    block : Block
        Columns over the relation of the groups' block.
    *keys : tuple of (Expr, bool)
        What the rows of a group are ordered by, and whether ascending.

    Returns
    -------
    Block
    """
    index = (*groups.keys, *block.index_columns)
    made = block.with_index(index, (*groups.names, *block.index_names))
    if groups.dropna and any(k.dtype.holds_na for k in groups.keys):
        width = len(made.columns)
        order = [group_number(groups), *(k for k, _ in keys)]
        marked = made.with_columns([*made.columns, *order], [*range(width + len(order))])
        kept = marked.filter(call("not", call("isna", order[0])))
        order = list(kept.columns[width:])
        made = kept.with_columns(kept.columns[:width], block.labels)
    else:
        order = [group_number(groups), *(k for k, _ in keys)]
    return made.sort(order, [True, *(up for _, up in keys)], na_last=True)


def rows_at(groups: Grouping, block: Block, chosen: Relation) -> Block:
    """Take rows by the number of their group and their place in it.

    Parameters
    ----------
    groups : Grouping
        The groups.
    block : Block
        Columns over the relation of the groups' block.
    chosen : Relation
        Two fields: numbers of groups, and places.

    Returns
    -------
    Block
    """
    own = Project(groups.block.rel, [group_number(groups), place(groups)])
    join = Join(chosen, own, [f.col() for f in chosen.fields], [f.col() for f in own.fields], "left")
    return block.take(Project(join, [join.fields[1].col()]))
