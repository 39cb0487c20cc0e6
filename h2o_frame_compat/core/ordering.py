"""The order of rows, and rows that repeat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.align import side_by_side
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.elementwise import column_and_scalar
from h2o_frame_compat.core.literals import is_scalar
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import Distinct, Expr, Join, Project, Zip, call

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def directions(ascending: Any, count: int) -> list[bool]:
    """Give a direction for each key.

    Raises
    ------
    ValueError
        When there are not as many directions as keys, or one is no bool.
    """
    given = [ascending] * count if is_scalar(ascending) else list(ascending)
    if not all(pd.api.types.is_bool(a) or isinstance(a, int) for a in given):
        bad = next(a for a in given if not (pd.api.types.is_bool(a) or isinstance(a, int)))
        msg = f'For argument "ascending" expected type bool, received type {type(bad).__name__}.'
        raise ValueError(msg)
    if len(given) != count:
        msg = f"Length of ascending ({len(given)}) != length of by ({count})"
        raise ValueError(msg)
    return [bool(a) for a in given]


def key_of(block: Block, label: Hashable) -> Expr:
    """Find a column, or an index level, to sort by.

    Raises
    ------
    KeyError
        When there is none of that name.
    ValueError
        When it is not unique, or names a column and a level.
    """
    block.require_one_meaning(label)
    found = block.find(label)
    if len(found) > 1:
        msg = f"The column label '{label}' is not unique."
        raise ValueError(msg)
    if found:
        return block.columns[found[0]]
    if label is not None and label in block.index_names:
        return block.index_columns[block.index_names.index(label)]
    raise KeyError(label)


def beside_by_position(block: Block, other: Block) -> tuple[Block, Block]:
    """Put two blocks with equally many rows over one relation."""
    if other.nrows != block.nrows:
        msg = "User-provided `key` function must not change the shape of the array."
        raise ValueError(msg)
    return side_by_side(block, other)


def kept(keep: Any) -> str:
    """Give the cluster's word for which of equal rows stays."""
    if keep not in {"first", "last"} and keep is not False:
        msg = 'keep must be either "first", "last" or False'
        raise ValueError(msg)
    return "none" if keep is False else str(keep)


def distinct_rows(block: Block, keys: Sequence[Expr], keep: str) -> Block:
    """Keep the rows that are the first (last, only) ones with their keys, in their order."""
    return block.take(Distinct(block.rel, keys, keep))


def repeats(block: Block, keys: Sequence[Expr], keep: str) -> Block:
    """Make the column that tells which rows are left out by `distinct_rows`."""
    if not keys:
        return Block.from_pandas(pd.DataFrame({"": pd.Series([], dtype=bool)}))
    found = Distinct(block.rel, keys, keep)
    rows = Project(block.rel, [call("rownum", block.rel.fields[0].col())])
    join = Join(rows, found, [rows.fields[0].col()], [found.fields[0].col()], "left")
    unmatched = Project(join, [call("isna", join.fields[1].col())])
    made = replace(block, rel=Zip(block.rel, unmatched))
    return made.with_columns([unmatched.fields[0].col()], [None])


def first_ones(block: Block, keys: Sequence[Expr], n: int, keep: str, *, ascending: bool) -> Block | None:
    """Give the first rows in the order of keys.

    Parameters
    ----------
    block : Block
        The rows.
    keys : sequence of Expr
        Over its relation.
    n : int
        How many.
    keep : {"first", "last", "all"}
        Which of equal rows come, and come first.
    ascending : bool
        Whether the smallest come first.

    Returns
    -------
    Block or None
        None where pandas has to do it.

    Raises
    ------
    ValueError
        For another word for `keep`.
    """
    if keep not in {"first", "last", "all"}:
        msg = 'keep must be either "first", "last" or "all"'
        raise ValueError(msg)
    directions = [ascending] * len(keys)
    if keep == "first" or not 0 < n < block.nrows:  # pandas does not choose where all rows come
        return block.sort(keys, directions, na_last=True).slice(0, max(0, n))
    if len(keys) > 1 or has_missing(block, keys[0]):
        return None
    if keep == "last":
        rows = call("rownum", keys[0])
        return block.sort([*keys, rows], [*directions, False], na_last=True).slice(0, max(0, n))
    bound = block.with_columns(keys, [0]).sort(keys, directions, na_last=True).slice(n - 1, n).to_pandas().iloc[0, 0]
    kept = column_and_scalar("le" if ascending else "ge", keys[0], bound, reflected=False)
    marked = block.with_columns([*block.columns, *keys], pd.RangeIndex(len(block.columns) + 1)).filter(kept)
    made = marked.select(range(len(block.columns))).with_columns(marked.columns[:-1], block.labels)
    return made.sort(marked.columns[-1:], directions, na_last=True)
