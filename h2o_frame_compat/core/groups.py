"""Group by: the keys, and a summary with one row for each group."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.align import align
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.choose import any_true
from h2o_frame_compat.core.distinct import lookup, map_distinct
from h2o_frame_compat.core.elementwise import beside
from h2o_frame_compat.core.labels import on_labels
from h2o_frame_compat.core.levels import category_index
from h2o_frame_compat.core.resample import Bins, time_bins
from h2o_frame_compat.core.statistics import result_dtype
from h2o_frame_compat.core.tracing import trace_value
from h2o_frame_compat.expr import Col, Expr, Group, call, fresh_id
from h2o_frame_compat.expr.nodes import substitute
from h2o_frame_compat.rewrite.share import meaning

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_ROWS = {"idxmin", "idxmax"}


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
    dropna, sort, observed : bool
        Whether rows with missing keys are left out, whether groups come in the order of their keys, and whether
        only categories that occur make groups.
    bins : Bins, optional
        The bins of time that the only key numbers.
    """

    block: Block
    keys: tuple[Expr, ...]
    names: tuple[Hashable, ...]
    own: frozenset[int]
    dropna: bool = True
    sort: bool = True
    observed: bool = True
    bins: Bins | None = None

    @property
    def values(self) -> list[int]:
        """Positions of the columns that are not keys."""
        return [n for n in range(len(self.block.columns)) if n not in self.own]

    @cached_property
    def gaps(self) -> bool:
        """Whether some rows are in no group; may ask the cluster."""
        keys = [call("isna", k) for k in self.keys if k.dtype.holds_na]
        return self.dropna and bool(keys) and any(any_true(self.block.rel, keys))

    @property
    def incomplete(self) -> bool:
        """Whether there may be groups without rows: categories that do not occur, and empty bins."""
        return self.bins is not None or (not self.observed and any(k.dtype.kind == "category" for k in self.keys))


def grouping(block: Block, by: Sequence[Any], **options: Any) -> Grouping | None:
    """Read the keys of a group-by.

    Parameters
    ----------
    block : Block
        The rows.
    by : sequence
        Column labels, names of index levels, one-column Blocks, arrays, functions or dicts of the index labels, and
        Groupers of times.
    **options
        See `Grouping`.

    Returns
    -------
    Grouping or None
        None when a key is of a kind that runs in pandas.

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
        elif callable(key) or isinstance(key, dict):
            made = _of_labels(block, key)
            if made is None:
                return None
            keys.append(made)
            names.append(block.index_names[0])
        elif isinstance(key, pd.Grouper):
            timed = _timed(block, key)
            if timed is None:
                return None
            bins, name, place = timed
            own |= place
            names.append(name)
            if len(by) == 1:
                options["sort"] = True
                return Grouping(block, (bins.number,), (name,), frozenset(own), **options, bins=bins)
            keys.append(lookup(bins.number, pd.Series(range(len(bins.labels))), pd.Series(bins.labels)))
        elif pd.api.types.is_list_like(key) and not isinstance(key, tuple):
            block, column = beside(block, key)
            keys.append(column)
            names.append(getattr(key, "name", None))
        else:
            expr, place = _named(block, key)
            keys.append(expr)
            names.append(key)
            own |= place
    return Grouping(block, tuple(keys), tuple(names), frozenset(own), **options)


def _timed(block: Block, key: Any) -> tuple[Bins, Hashable, set[int]] | None:
    """Read a Grouper of times: the bins, the name of the times, and the column that they are; None for pandas."""
    if key.freq is None or key.level is not None or (key.key is None and len(block.index_names) > 1):
        return None
    times, place = (block.index_columns[0], set[int]()) if key.key is None else _named(block, key.key)
    if times.dtype.kind != "datetime":
        return None
    if any(any_true(block.rel, [call("lt", times, call("shift", times, params=(1,)))])):
        return None  # pandas brings the rows into order first
    options = {"closed": key.closed, "label": key.label, "origin": key.origin, "offset": key.offset}
    bins = time_bins(block.rel, times, key.freq, **options)
    return None if bins is None else (bins, block.index_names[0] if key.key is None else key.key, place)


def _of_labels(block: Block, key: Any) -> Expr | None:
    """Make a key of the row labels: by a function, or by looking them up."""
    if len(block.index_names) > 1:
        return None
    (labels,) = block.index_columns
    try:
        traced = None if isinstance(key, dict) else trace_value(key, labels)
        return traced or map_distinct(labels, block.rel, lambda values: values.map(key), what="groupby")
    except TypeError:  # values that the cluster cannot hold
        return None


def by_level(block: Block, level: Any, **options: Any) -> Grouping:
    """Group by levels of the index, given by number or name.

    Raises
    ------
    IndexError, KeyError, ValueError
        When there is no such level.
    """
    levels = level if isinstance(level, (list, tuple)) else [level]
    places = [_level(block.index_names, x) for x in levels]
    keys = block.index_columns
    chosen = tuple(keys[p] for p in places)
    return Grouping(block, chosen, tuple(block.index_names[p] for p in places), frozenset(), **options)


def _level(names: Sequence[Hashable], level: Any) -> int:
    if level in names:
        return list(names).index(level)
    if not isinstance(level, int):
        one = len(names) == 1
        raise (ValueError if one else KeyError)(f"level name {level} is not the name of the index")
    if len(names) == 1 and level not in {0, -1}:
        msg = "level > 0 or level < -1 only valid with MultiIndex"
        raise ValueError(msg)
    if not -len(names) <= level < len(names):
        msg = f"Too many levels: Index has only {len(names)} levels, not {level + 1}"
        raise IndexError(msg)
    return level % len(names)


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


@dataclass
class Summary:
    """Aggregates of the groups, each computed once, and what is computed from them.

    An aggregate is a column whose id is known before there is a relation that has it; `block` makes that relation.

    Parameters
    ----------
    groups : Grouping
        The groups.
    """

    groups: Grouping
    _wanted: dict[Hashable, tuple[Col, str, Expr]] = field(default_factory=dict)

    def of(self, function: str, expr: Expr | None = None, dtype: dt.DType | None = None) -> Expr:
        """Give an aggregate of a column.

        Parameters
        ----------
        function : str
            Its name.
        expr : Expr, optional
            The column; none is needed for ``"size"``.
        dtype : DType, optional
            Its dtype, where it is not the one that pandas' statistic of a column has.

        Returns
        -------
        Expr
        """
        expr = self.groups.keys[0] if expr is None else expr
        wanted = (function, meaning((expr,)), dtype)
        if wanted not in self._wanted:
            known = dt.INT64 if function in _ROWS else result_dtype(function, expr.dtype)
            self._wanted[wanted] = (Col(fresh_id(), dtype or known), function, expr)
        return self._wanted[wanted][0]

    def owns(self, id: str) -> bool:
        """Tell whether a column is one of the aggregates."""
        return any(col.id == id for col, _, _ in self._wanted.values())

    def block(
        self, exprs: Sequence[Expr], labels: pd.Index[Any] | Sequence[Hashable], *, as_index: bool = True
    ) -> Block:
        """Make the block of one row for each group.

        Parameters
        ----------
        exprs : sequence of Expr
            Aggregates, and expressions of them.
        labels : pandas.Index or sequence
            Their labels.
        as_index : bool
            Whether the keys become the index; else they become the first columns.

        Returns
        -------
        Block
        """
        groups = self.groups
        if not self._wanted:
            self.of("size")
        aggregates = [(function, expr, col.dtype) for col, function, expr in self._wanted.values()]
        made = Group(groups.block.rel, groups.keys, aggregates, dropna=groups.dropna, sort=groups.sort)
        cols = tuple(f.col() for f in made.fields)
        count = len(groups.keys)
        places: dict[str, Expr] = {
            col.id: own for (col, _, _), own in zip(self._wanted.values(), cols[count:], strict=True)
        }
        values = tuple(substitute(e, places) for e in exprs)
        labels = labels if isinstance(labels, pd.Index) else pd.Index(list(labels), tupleize_cols=False)
        if as_index:
            return Block(made, values, labels, cols[:count], groups.names)
        return Block(made, (*cols[:count], *values), with_keys(groups.names, labels))


def with_keys(names: Sequence[Hashable], labels: pd.Index[Any]) -> pd.Index[Any]:
    """Put the names of keys before column labels."""
    if isinstance(labels, pd.MultiIndex):
        blank = [(name, *[""] * (labels.nlevels - 1)) for name in names]
        return pd.MultiIndex.from_tuples([*blank, *labels], names=labels.names)
    return pd.Index([*names, *labels], tupleize_cols=False)


def aggregate(
    groups: Grouping,
    wanted: Sequence[tuple[str, int]],
    labels: pd.Index[Any] | Sequence[Hashable],
    *,
    as_index: bool = True,
) -> Block:
    """Compute plain aggregates: names of them, and positions of their columns.

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
    summary = Summary(groups)
    exprs = [summary.of(f, None if f == "size" else groups.block.columns[n]) for f, n in wanted]
    return summary.block(exprs, labels, as_index=as_index)


def completed(groups: Grouping, block: Block, fills: Sequence[Any]) -> Block:
    """Add the groups of categories that do not occur.

    Parameters
    ----------
    groups : Grouping
        The groups.
    block : Block
        One row for each group that occurs, the keys as its index.
    fills : sequence
        For each column what it has for the others; None for a missing value.

    Returns
    -------
    Block
    """
    found = block.labels_on_client
    levels = []
    for n, key in enumerate(groups.keys):
        if key.dtype.kind == "category" and key.dtype.categories is not None:
            values = category_index(key.dtype.categories, key.dtype.categories_kind)
            levels.append(pd.CategoricalIndex(values, categories=values, ordered=key.dtype.ordered))
        else:
            levels.append(found.get_level_values(n).unique().sort_values())
    names = list(groups.names)
    index = levels[0].rename(names[0]) if len(levels) == 1 else pd.MultiIndex.from_product(levels, names=names)
    return on_labels(block, index, fills)
