"""Columns that become rows, and rows that become columns.

Which labels come out, in which order and under which names, is asked of pandas itself: it reshapes a shadow, a
frame with the same labels that holds the positions of its columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.assign import constant
from h2o_frame_compat.core.block import Block, executor, level_values, positions_relation
from h2o_frame_compat.core.concat import below
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.elementwise import common_columns
from h2o_frame_compat.core.indexers import columns_at
from h2o_frame_compat.core.labels import filled_gaps, set_index
from h2o_frame_compat.core.literals import is_missing
from h2o_frame_compat.core.reduce import reduce
from h2o_frame_compat.core.uniques import distinct
from h2o_frame_compat.expr import (
    Distinct,
    Expr,
    Field,
    Join,
    Project,
    Relation,
    Slice,
    Sort,
    Take,
    Zip,
    call,
    fresh_id,
    lit,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NO: Any = pd.api.extensions.no_default
_MANY_COLUMNS = 10_000

# ---------------------------------------------------------------------- columns become rows


def melt(block: Block, *, ignore_index: bool, **how: Any) -> Block:
    """Put columns one below the other, beside columns that say which row and which column a value comes from.

    Parameters
    ----------
    block : Block
        The frame.
    ignore_index : bool
        Whether rows are numbered anew.
    **how
        The other arguments of `pandas.DataFrame.melt`.

    Returns
    -------
    Block

    Raises
    ------
    TypeError
        When the values have no common dtype.
    """
    ids = _positions(block, how["id_vars"], how["col_level"])
    shadow = pd.DataFrame([range(len(block.labels))], columns=block.labels).melt(ignore_index=True, **how)
    count = shadow.shape[1] - len(ids) - 1
    parts = []
    for number, place in enumerate(shadow.iloc[:, -1]):
        columns = [*(block.columns[n] for n in ids), constant(block, number), block.columns[int(place)]]
        parts.append(block.with_columns(columns, range(len(columns))))
    if not parts:
        return Block.from_pandas(block.slice(0, 0).to_pandas().melt(ignore_index=ignore_index, **how))
    made = below(parts, pd.RangeIndex(len(ids) + 2), ignore_index=ignore_index, keys=None)
    number_of = made.columns[len(ids)]
    names = [lookup(number_of, _numbers(shadow), shadow.iloc[:, len(ids) + n]) for n in range(count)]
    return made.with_columns([*made.columns[: len(ids)], *names, made.columns[-1]], shadow.columns)


def _positions(block: Block, labels: Any, col_level: Any) -> list[int]:
    """Find the columns that melt keeps; pandas has not checked them yet, so what is not there is left to it."""
    if labels is None:
        return []
    shadow = pd.DataFrame([range(len(block.labels))], columns=block.labels)
    if col_level is not None:
        shadow.columns = block.labels.get_level_values(col_level)
    found = [shadow.columns.get_indexer_for([label]) for label in _listed(labels)]
    return [int(n) for places in found for n in places if n >= 0]




def _numbers(values: Any) -> pd.Series:
    return pd.Series(range(len(values)), dtype="int64")


def stack(block: Block, level: Any) -> Block:
    """Turn levels of the column labels into innermost levels of the row labels.

    Parameters
    ----------
    block : Block
        The frame.
    level : int, hashable or list of them
        Which levels.

    Returns
    -------
    Block
        One column where no level of the column labels is left.

    Raises
    ------
    TypeError
        When values that come into one column have no common dtype.
    """
    row = pd.MultiIndex.from_arrays([[0]] * len(block.index_names), names=list(block.index_names))
    row = row if len(block.index_names) > 1 else row.get_level_values(0)
    shadow = pd.DataFrame([range(len(block.labels))], columns=block.labels, index=row).stack(level)
    table = shadow.to_frame() if isinstance(shadow, pd.Series) else shadow
    count = len(table)
    parts = [_part(block, places) for places in table.to_numpy()]
    long = below(parts, pd.RangeIndex(table.shape[1]), ignore_index=False, keys=None).rooted_with_labels
    made = interleaved(long, count, block.nrows)
    number = call("mod", _rownum(made.rel), lit(count))
    levels = level_values(shadow.index)[len(block.index_names) :]
    new = [lookup(number, _numbers(table), values.array) for values in levels]
    labels = pd.Index([None]) if isinstance(shadow, pd.Series) else table.columns
    return replace(made, labels=labels).with_index((*made.index_columns, *new), tuple(shadow.index.names))


def interleaved(block: Block, count: int, height: int) -> Block:
    """Take in turn one row of each of some parts of equal height, which lie one below the other."""
    at = _rownum(block.rel)
    source = call("add", call("mul", call("mod", at, lit(count)), lit(height)), call("floordiv", at, lit(count)))
    return block.take(Project(block.rel, [source]))


def unstack_columns(block: Block) -> Block:
    """Put the columns one below the other, under row labels made of the column's label and the row's."""
    parts = [block.with_columns([constant(block, n), e], [0, 1]) for n, e in enumerate(block.columns)]
    made = below(parts, pd.RangeIndex(2), ignore_index=False, keys=None)
    numbers = _numbers(parts)
    names = [lookup(made.columns[0], numbers, values.array) for values in level_values(block.labels)]
    labelled = made.with_index((*names, *made.index_columns), (*block.labels.names, *block.index_names))
    return labelled.with_columns([made.columns[1]], [None])


def _part(block: Block, places: Sequence[float]) -> Block:
    """Give the columns at these places, under a number each; one that is missing is left out."""
    found = [(n, int(place)) for n, place in enumerate(places) if not is_missing(place)]
    return block.with_columns([block.columns[place] for _, place in found], [n for n, _ in found])


def _rownum(rel: Relation) -> Expr:
    return call("rownum", rel.fields[0].col())


def _zero(rel: Relation) -> Expr:
    return call("mul", _rownum(rel), lit(0))


# ---------------------------------------------------------------------- rows become columns


def unstack(block: Block, places: Sequence[int], *, fill_value: Any, sort: bool, series: bool) -> Block:
    """Turn levels of the row labels into innermost levels of the column labels.

    Parameters
    ----------
    block : Block
        The frame or series; its row labels have more levels than those that go.
    places : sequence of int
        Positions of the levels.
    fill_value : scalar or None
        What stands where there was no row.
    sort : bool
        Whether rows and new columns are sorted.
    series : bool
        Whether the block is a series, whose name is no level of the new column labels.

    Returns
    -------
    Block

    Raises
    ------
    ValueError
        When two rows would come to one cell.
    NotImplementedError
        When there would be too many columns.
    """
    base = block.rooted_with_labels
    levels = base.index_columns
    across = tuple(levels[n] for n in places)
    down = tuple(levels[n] for n in range(len(levels)) if n not in places)
    headers, found = distinct(base.rel, across)
    count = executor().nrows(headers) * len(block.columns)
    if count > _MANY_COLUMNS:
        msg = f"{count:,} columns are too many for H2O"
        raise NotImplementedError(msg)
    heads = Block(headers, found, pd.RangeIndex(len(across))).to_pandas()
    keys = _keys(base.rel, down, sort=sort)
    height, width = executor().nrows(keys), len(heads)
    cells = _cells(base, down, across, keys, width)
    gaps = base.nrows < height * width
    fields = [Field(fresh_id(), f.dtype.with_na() if gaps else f.dtype) for f in base.rel.fields]
    values: list[Expr] = [f.col() for f in fields[len(levels) : len(levels) + len(base.columns)]]
    if gaps and fill_value is not None and not is_missing(fill_value):
        nothing = cells.fields[0].col()
        values = [filled_gaps(base, e, v, nothing, fill_value) for e, v in zip(base.columns, values, strict=True)]
    long = Project(Zip(Take(base.rel, cells, fields), cells), values)
    parts: list[Relation] = [
        Project(Slice(long, n * height, (n + 1) * height), [f.col() for f in long.fields]) for n in range(width)
    ]
    columns = [part.fields[n].col() for n in range(len(values)) for part in parts]
    shadow = _headed(block, places, heads, sort=sort, series=series)
    names = tuple(name for n, name in enumerate(block.index_names) if n not in places)
    index = tuple(f.col() for f in keys.fields[:-1])
    return Block(_zipped([keys, *parts]), tuple(columns[n] for n in shadow.iloc[0]), shadow.columns, index, names)


def _keys(rel: Relation, down: tuple[Expr, ...], *, sort: bool) -> Relation:
    """Give the distinct keys of the new rows, missing ones first, and their numbers in order of appearance.

    Of categories some of which do not occur, pandas takes the order of appearance.
    """
    rows, keys = distinct(rel, down)
    numbered = Project(rows, [*keys, _rownum(rows)])
    if not sort:
        return numbered
    by: list[Expr] = [f.col() for f in numbered.fields[:-1]]
    for n, key in enumerate(by):
        categories = key.dtype.categories if key.dtype.kind == "category" else None
        if categories is not None and _used(numbered, key) < len(categories):
            appeared = call("groupid", key, params=(False, False))
            by[n] = call("where", call("isna", key), lit(-1), appeared)
    return Sort(numbered, by, [True] * len(down), na_last=False)


def _used(rel: Relation, key: Expr) -> int:
    """Count the categories that occur."""
    found, (value,) = distinct(rel, (key,))
    return int(reduce(found, [("count", value)])[0])


def _cells(base: Block, down: tuple[Expr, ...], across: tuple[Expr, ...], keys: Relation, width: int) -> Relation:
    """Give for each cell of the result, one new column after the other, the row that it comes from."""
    height = executor().nrows(keys)
    row, column = (call("groupid", *levels, params=(False, False)) for levels in (down, across))
    numbered = Project(base.rel, [_cell(column, row, height)])
    number = numbered.fields[0].col()
    if executor().nrows(Distinct(numbered, [number], "first")) != base.nrows:
        msg = "Index contains duplicate entries, cannot reshape"
        raise ValueError(msg)
    heads = positions_relation(range(width))
    pairs = Join(heads, keys, [_zero(heads)], [_zero(keys)], "inner")
    pairs.row_set.count = width * height
    places = Take(Project(keys, [keys.fields[-1].col()]), Project(pairs, [pairs.fields[1].col()]))
    every = Project(Zip(pairs, places), [_cell(pairs.fields[0].col(), places.fields[0].col(), height)])
    join = Join(every, numbered, [every.fields[0].col()], [number], "left")
    join.row_set.count = width * height
    return Project(join, [join.fields[1].col()])


def _cell(column: Expr, row: Expr, height: int) -> Expr:
    return call("add", call("mul", column, lit(height)), row)


def _headed(block: Block, places: Sequence[int], heads: pd.DataFrame, *, sort: bool, series: bool) -> pd.DataFrame:
    """Let pandas unstack one row, whose values say which value column and which new column each label is for."""
    count = len(heads)
    every = range(len(block.index_names))
    levels = [heads.iloc[:, places.index(n)].array if n in places else [0] * count for n in every]
    index = pd.MultiIndex.from_arrays(levels)  # without names, as numbers may be among them
    values = [[count * v + n for v in range(len(block.columns))] for n in range(count)]
    table: Any = pd.DataFrame(values, index=index, columns=block.labels)
    shadow = (table.iloc[:, 0] if series else table).unstack(list(places), sort=sort)
    own = [] if series else block.labels.names
    shadow.columns.names = [*own, *(block.index_names[n] for n in places)]
    if shadow.isna().to_numpy().any():
        msg = "levels that do not occur together"
        raise NotImplementedError(msg)
    return shadow


def _zipped(parts: Sequence[Relation]) -> Relation:
    """Put relations side by side, as a tree that is not deep."""
    while len(parts) > 1:
        pairs = [Zip(*parts[n : n + 2]) for n in range(0, len(parts) - 1, 2)]
        parts = [*pairs, parts[-1]] if len(parts) % 2 else pairs
    return parts[0]


def pivot(block: Block, columns: Any, index: Any, values: Any) -> Block:
    """Give each distinct value of some columns a column of its own.

    Parameters
    ----------
    block : Block
        The frame.
    columns, index, values : hashable, list of hashable, or no_default
        As in `pandas.DataFrame.pivot`.

    Returns
    -------
    Block

    Raises
    ------
    KeyError, ValueError
        When a column is not there, and when two rows would come to one cell.
    TypeError
        When the values of several columns have no common dtype.
    """
    across = _listed(columns)
    keys = across if index is NO else [*_listed(index), *across]
    made = set_index(block, keys, drop=values is NO, append=index is NO, verify_integrity=False)
    series = values is not NO and not (pd.api.types.is_list_like(values) and not isinstance(values, tuple))
    if values is not NO:
        found, labels = columns_at(block, values)
        made = made.select(found)
        if not series:
            wide = common_columns(made.columns)
            cast = [e if e.dtype == wide else call("cast", e, params=(wide,)) for e in made.columns]
            made = made.with_columns(cast, labels)
    count = len(made.index_names)
    return unstack(made, range(count - len(across), count), fill_value=None, sort=True, series=series)


def _listed(labels: Any) -> list[Any]:
    return list(labels) if pd.api.types.is_list_like(labels) and not isinstance(labels, tuple) else [labels]
