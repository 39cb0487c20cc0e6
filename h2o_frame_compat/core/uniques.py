"""Distinct values and how often they occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block, executor
from h2o_frame_compat.core.convert import pandas_dtype
from h2o_frame_compat.core.limits import check_size
from h2o_frame_compat.expr import Distinct, Expr, Group, Project, Take, call, lit

if TYPE_CHECKING:
    from h2o_frame_compat.expr import Relation


def distinct(rel: Relation, keys: tuple[Expr, ...], keep: str = "first") -> tuple[Relation, tuple[Expr, ...]]:
    """Give the distinct combinations of keys, in order of first (last) appearance.

    Parameters
    ----------
    rel : Relation
        The relation.
    keys : tuple of Expr
        Columns of it.
    keep : {"first", "last", "none"}
        Which of several equal rows stands for all.

    Returns
    -------
    Relation, tuple of Expr
        The distinct rows, and the keys there.
    """
    values = Project(rel, keys)
    cols = tuple(f.col() for f in values.fields)
    taken = Take(values, Distinct(values, cols, keep))
    return taken, cols


def unique(block: Block) -> Any:
    """Fetch the distinct values of a one-column block in order of appearance.

    Parameters
    ----------
    block : Block
        One column.

    Returns
    -------
    numpy.ndarray or ExtensionArray
    """
    rel, (key,) = distinct(block.rel, (block.columns[0],))
    found = Block(rel, (key,), pd.Index([0])).to_pandas(guard="Series.unique")
    # pandas drops the categories that do not occur: let it do so.
    return found[0].unique()


def value_counts(
    block: Block, *, normalize: bool = False, sort: bool = True, ascending: bool = False, dropna: bool = True
) -> Block:
    """Count the distinct rows of a block.

    Parameters
    ----------
    block : Block
        One column, or several.
    normalize : bool
        Whether to give shares.
    sort : bool
        Whether to order by count; ties stay in order of appearance.
    ascending : bool
        Whether the least frequent comes first.
    dropna : bool
        Whether rows with a missing value are left out.

    Returns
    -------
    Block
        One column, labelled ``"count"`` or ``"proportion"``, the values as its index.
    """
    keys = block.columns
    single = len(keys) == 1
    counts = dt.INT64.but(nullable=single and keys[0].dtype.nullable)
    group = Group(block.rel, keys, [("size", keys[0], counts)], dropna=dropna, sort=False)
    cols = tuple(f.col() for f in group.fields)
    names = tuple(block.labels)
    made = Block(group, (cols[-1],), pd.Index(["count"]), cols[:-1], names)
    if single and keys[0].dtype.kind == "category":
        return _of_categories(made, keys[0], normalize=normalize, order=ascending if sort else None)
    if single and keys[0].dtype.nullable and keys[0].dtype.is_numeric and not dropna:  # the missing ones come last
        made = made.sort([call("isna", cols[0])], [True], na_last=True)
    if normalize:
        total = executor().evaluate(made.rel, list(made.columns), lambda c: f"(sumNA {c[0]})").value
        assert isinstance(total, float)
        made = made.with_columns([call("truediv", made.columns[0], lit(total))], ["proportion"])
    return made.sort(made.columns, [ascending], na_last=True) if sort else made


def _of_categories(counts: Block, key: Expr, *, normalize: bool, order: bool | None) -> Block:
    """Give every category in its order, also those that do not occur: there are few, so the client does it.

    `order` tells whether to sort by count, and then whether the least frequent comes first.
    """
    local = counts.to_pandas()
    wanted = pd.CategoricalIndex(pandas_dtype(key.dtype).categories, dtype=pandas_dtype(key.dtype))
    gap = wanted[:0].append(local.index[local.index.isna()])
    every = local.reindex(wanted.append(gap), fill_value=0).astype("int64")
    every.index = pd.CategoricalIndex(every.index, dtype=pandas_dtype(key.dtype), name=counts.index_names[0])
    if normalize:
        every = (every / every["count"].sum()).rename(columns={"count": "proportion"})
    if order is not None:
        every = every.sort_values(every.columns[0], ascending=order, kind="stable")
    return Block.from_pandas(every)


def mode(block: Block, *, dropna: bool) -> Block:
    """Give the most frequent values of a column, sorted.

    Parameters
    ----------
    block : Block
        One column.
    dropna : bool
        Whether missing values are left out.

    Returns
    -------
    Block
    """
    counts = value_counts(block, dropna=dropna)
    check_size(counts.nbytes(), "Series.mode")
    local = counts.to_pandas().iloc[:, 0]
    found = local.index[local == local.max()] if len(local) else local.index
    values = pd.Series(found.sort_values(), dtype=pandas_dtype(block.dtypes[0])).reset_index(drop=True)
    made = Block.from_pandas(values.to_frame())
    return made.with_columns(made.columns, block.labels)


def position_of(block: Block, function: str) -> int:
    """Give the row number of the first smallest or largest value of a column.

    Parameters
    ----------
    block : Block
        One column.
    function : {"min", "max"}
        Which.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When there is no value.
    """
    root = block.rooted
    numbered = Project(root.rel, (call("rownum", root.rel.fields[0].col()), *root.columns))
    rows, value = (f.col() for f in numbered.fields[:2])
    ordered = Block(numbered, (rows, value), pd.Index([0, 1])).sort(
        [value], [function == "min"], na_last=True
    )
    first = ordered.slice(0, 1).to_pandas()
    if not len(first) or pd.isna(first.iloc[0, 1]):
        msg = (
            f"attempt to get arg{function} of an empty sequence"
            if not len(first)
            else "Encountered all NA values"
        )
        raise ValueError(msg)
    return int(first.iloc[0, 0])
