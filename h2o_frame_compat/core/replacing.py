"""Values replaced by others, or by what a function makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from h2o_frame_compat.core.choose import choose, literal_for
from h2o_frame_compat.core.distinct import distinct_values, lookup
from h2o_frame_compat.core.literals import is_missing, is_scalar
from h2o_frame_compat.core.missing import has_missing
from h2o_frame_compat.expr import Expr, call, lit

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_frame_compat.core.block import Block

NO_DEFAULT = pd.api.extensions.no_default


def mapped(block: Block, expr: Expr, function: Callable[[pd.Series], Any], what: str) -> Expr:
    """Compute a column in pandas once for each distinct value, a missing one only where there is one.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        The column.
    function : callable
        Takes the distinct values, gives as many.
    what : str
        What asks for it.

    Returns
    -------
    Expr
    """
    values = distinct_values(expr, block.rel, what=what)
    if expr.dtype.kind == "category" and not has_missing(block, expr):
        values = values[values.notna()]
    made = function(values)
    if isinstance(made, pd.DataFrame):
        msg = "the function gives several values for each"
        raise TypeError(msg)
    return lookup(expr, values, made)


def replaced(block: Block, expr: Expr, old: Any, new: Any, *, regex: bool = False) -> Expr:
    """Replace values of a column, as ``Series.replace`` does.

    Parameters
    ----------
    block : Block
        The frame.
    expr : Expr
        The column.
    old, new
        As for ``Series.replace``.
    regex : bool
        Whether texts are regular expressions.

    Returns
    -------
    Expr
    """
    pairs = None if regex else _pairs(old, new)
    numeric = expr.dtype.is_integer or expr.dtype.is_float
    if pairs is None or not numeric or expr.dtype.nullable:
        given = {} if new is NO_DEFAULT else {"value": new}
        return mapped(block, expr, lambda values: values.replace(old, regex=regex, **given), "replace")
    result = expr
    for one, other in reversed(pairs):
        mask = _is(expr, one)
        if mask is not None:
            value = literal_for(other, expr.dtype)
            (result,) = choose(block.rel, [(call("not", mask), result, value)])
    return result


def _is(expr: Expr, value: Any) -> Expr | None:
    """Tell where a column of numbers has a value; None when it cannot have it."""
    if is_missing(value):
        return call("isna", expr) if expr.dtype.holds_na else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return call("eq", expr, lit(value))


def _pairs(old: Any, new: Any) -> list[tuple[Any, Any]] | None:
    """Give the pairs of old and new value, the first one that matches counts; None when pandas must see to it."""
    if isinstance(old, dict) and new is NO_DEFAULT:
        return list(old.items()) if all(is_scalar(v) for v in old.values()) else None
    if new is NO_DEFAULT or not (is_scalar(new) or isinstance(new, (list, tuple))):
        return None
    if is_scalar(old):
        return [(old, new)] if is_scalar(new) else None
    if not isinstance(old, (list, tuple)):
        return None
    if is_scalar(new):
        return [(one, new) for one in old]
    if len(old) != len(new):
        raise ValueError(f"Replacement lists must match in length. Expecting {len(old)} got {len(new)} ")
    return list(zip(old, new, strict=True))
