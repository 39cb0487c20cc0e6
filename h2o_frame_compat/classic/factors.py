"""Factors: columns of levels, which are texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import Column, evaluate, joined, split
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.handover import block_of_key
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.expr import Col, Expr, Lit, call

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_factor(expr: Expr) -> Expr:
    """Make a factor of numbers, whose levels are in the order of the numbers, or of texts."""
    if expr.dtype.kind == "category":
        return expr
    return call("cast", expr if meaning.is_text(expr) else meaning.number(expr), params=(dt.CATEGORY,))


def of_text(column: Column) -> Column:
    """Make a factor of a column of texts; others stay."""
    if column.expr.dtype.kind != "str":
        return column
    return split(column.block.with_columns([as_factor(column.expr)]), [column])[0]


def learn_levels(columns: Sequence[Column]) -> None:
    """Ask the cluster for the levels of factors that it alone knows, in one request; other columns cost nothing."""
    unknown = [c for c in columns if c.expr.dtype.kind == "category" and c.expr.dtype.categories is None]
    if not unknown:
        return
    evaluate(unknown)
    block = joined(unknown)
    source = executor().frame(block.rel, block.columns, [f"f{n}" for n in range(len(unknown))])
    for column, dtype in zip(unknown, block_of_key(source.key).dtypes, strict=True):
        own = column.block
        (expr,) = own.columns
        assert isinstance(expr, Col)
        column.relabel(own.with_columns([Col(expr.id, dtype)]))


def levels(column: Column) -> list[str]:
    """Give the levels of a factor; none of other columns."""
    if column.expr.dtype.kind != "category":
        return []
    learn_levels([column])
    return level_texts(column.expr.dtype.categories or ())


def relabelled(column: Column, texts: Sequence[str]) -> Expr:
    """Give a factor with other texts for its levels.

    Raises
    ------
    ValueError
        When there are not as many texts as levels, or it is no factor.
    """
    old = required(column)
    if len(texts) != len(old):
        msg = f"the factor has {len(old)} levels, and {len(texts)} were given"
        raise ValueError(msg)
    keys = pd.Series(pd.Categorical(old, categories=old))
    values = pd.Series(pd.Categorical(list(texts), categories=list(dict.fromkeys(texts))))
    return lookup(column.expr, keys, values)


def required(column: Column) -> list[str]:
    """Give the levels of a factor, and refuse other columns."""
    if column.expr.dtype.kind != "category":
        msg = "this needs a factor; asfactor() makes one"
        raise ValueError(msg)
    return levels(column)


def as_number(column: Column, expr: Expr) -> Expr:
    """Make numbers of a factor: those that its levels say, else their positions; of texts those that they say.

    Parameters
    ----------
    column : Column
        The column.
    expr : Expr
        What computes it where the numbers are needed.

    Returns
    -------
    Expr
    """
    if expr.dtype.kind == "str":
        return call("primitive", expr, params=("as.numeric", (), dt.FLOAT64))
    if expr.dtype.kind != "category":
        return meaning.number(expr)
    known = levels(column)
    numbers = pd.to_numeric(pd.Series(known, dtype="str"), errors="coerce")
    if numbers.notna().all():
        return lookup(expr, pd.Series(pd.Categorical(known, categories=known)), numbers)
    return call("where", call("isna", expr), Lit(None, dt.FLOAT64), call("codes", expr))
