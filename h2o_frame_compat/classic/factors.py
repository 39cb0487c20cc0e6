"""Factors: columns of levels, which are texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.classic import meaning
from h2o_frame_compat.classic.columns import Column, evaluate, joined
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.handover import block_of_key
from h2o_frame_compat.core.levels import level_texts
from h2o_frame_compat.expr import Expr, call

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_factor(expr: Expr) -> Expr:
    """Make a factor of numbers, whose levels are in the order of the numbers, or of texts."""
    if expr.dtype.kind == "category":
        return expr
    return call("cast", expr if meaning.is_text(expr) else meaning.number(expr), params=(dt.CATEGORY,))


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
        known = call("cast", own.columns[0], params=(dtype,))
        column.relabel(own.with_columns([known]))


def levels(column: Column) -> list[str] | None:
    """Give the levels of a factor; None for other columns."""
    if column.expr.dtype.kind != "category":
        return None
    learn_levels([column])
    return level_texts(column.expr.dtype.categories or ())
