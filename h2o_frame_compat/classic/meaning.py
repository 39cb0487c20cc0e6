"""What operators mean here, which is what they mean in R and in the cluster, not in pandas.

A missing operand gives a missing result, also of a comparison; flags are the numbers 0 and 1; arithmetic on factors
and texts gives missing values.
"""

from __future__ import annotations

from typing import Any

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.elementwise import combine
from h2o_frame_compat.expr import Expr, Lit, call, lit

COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
LOGIC = {"and", "or"}
_DIVIDES = {"mod", "floordiv", "pow"}
_TEXT = {"str", "category"}


def scalar(value: Any) -> Expr:
    """Make the operand of a Python scalar.

    Raises
    ------
    ValueError
        For what is no number, text, bool or None.
    """
    if hasattr(value, "item"):
        value = value.item()  # NumPy's
    if value is not None and not isinstance(value, (bool, int, float, str)):
        msg = f"an operand is a frame, a vec, a number, a text or None, not a {type(value).__name__}"
        raise ValueError(msg)
    return lit(int(value) if isinstance(value, bool) else value)


def is_text(expr: Expr) -> bool:
    """Tell whether an operand is a text: a factor, a column of strings, or a string."""
    return expr.dtype.kind in _TEXT


def number(expr: Expr) -> Expr:
    """Take an operand as a number: flags are 0 and 1, times milliseconds since 1970."""
    kind = expr.dtype
    if kind.is_temporal:
        return call("cast", expr, params=(dt.FLOAT64,))
    return call("cast", expr, params=(dt.INT64.but(nullable=kind.nullable),)) if kind.is_bool else expr


def missing(like: Expr) -> Expr:
    """Make a column of missing numbers with as many rows as another one."""
    gone = call("isna", like)
    return call("where", gone, Lit(None, dt.FLOAT64), Lit(None, dt.FLOAT64))


def flag(expr: Expr) -> Expr:
    """Take an operand as a condition: what is not 0 is true, what is missing stays missing."""
    if expr.dtype.is_bool:
        return expr
    if isinstance(expr, Lit):
        return lit(bool(expr.value))
    if is_text(expr):
        msg = "a condition is made of flags or numbers, not of texts"
        raise ValueError(msg)
    given = number(expr)
    return call("cast", given, params=(dt.BOOLEAN if given.dtype.holds_na else dt.BOOL,))


def binary(op: str, left: Expr, right: Expr) -> Expr:
    """Apply an operator to two columns, or to a column and a literal.

    Parameters
    ----------
    op : str
        Its name among the operations of expressions.
    left, right : Expr
        The operands, at least one of them a column.

    Returns
    -------
    Expr
    """
    if op in LOGIC:
        return call(op, flag(left), flag(right))
    if op in COMPARISONS:
        return _compared(op, left, right)
    if is_text(left) or is_text(right):
        return missing(left if not isinstance(left, Lit) else right)
    a, b = number(left), number(right)
    if op in _DIVIDES:
        a, b = (e if isinstance(e, Lit) else call("cast", e, params=(dt.FLOAT64,)) for e in (a, b))
    return _remainder(a, b) if op == "mod" else call(op, a, b)


def _remainder(a: Expr, b: Expr) -> Expr:
    """As H2O: the remainder has the sign of the dividend."""
    rest = call("mod", a, b)
    other_sign = call("and", call("ne", rest, lit(0.0)), call("lt", call("mul", call("sign", rest), _sign(a)), lit(0.0)))
    return call("where", other_sign, call("sub", rest, b), rest)


def _sign(expr: Expr) -> Expr:
    if isinstance(expr, Lit):
        return lit(float((expr.value > 0) - (expr.value < 0)) if expr.value is not None else None)
    return call("sign", expr)


def _compared(op: str, left: Expr, right: Expr) -> Expr:
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Lit) and other.value is None:
            return _against_none(op, one)
    texts = is_text(left), is_text(right)
    if all(texts):
        found = combine(op, _plain_text(left), _plain_text(right))
    elif any(texts):
        return call("where", call("isna", left if not isinstance(left, Lit) else right),
                    Lit(None, dt.BOOLEAN), Lit(op == "ne", dt.BOOLEAN))
    else:
        return call(op, _masked(number(left)), _masked(number(right)))
    for operand in (left, right):
        if not isinstance(operand, Lit):
            found = call("where", call("isna", operand), Lit(None, dt.BOOLEAN), found)
    return found


def _against_none(op: str, operand: Expr) -> Expr:
    """``vec == None`` asks what is missing; every other comparison with None is missing."""
    gone = call("isna", operand)
    if op == "eq":
        return gone
    return call("not", gone) if op == "ne" else call("where", gone, Lit(None, dt.BOOLEAN), Lit(None, dt.BOOLEAN))


def _plain_text(expr: Expr) -> Expr:
    """Take a factor without the order of its levels, so that any two can be compared."""
    if expr.dtype.kind != "category" or isinstance(expr, Lit):
        return expr
    return call("cast", expr, params=(dt.STR,))


def _masked(expr: Expr) -> Expr:
    """Give a column whose missing values stay missing in a comparison; it costs nothing."""
    kind = expr.dtype
    if isinstance(expr, Lit) or kind.nullable or not kind.holds_na:
        return expr
    return call("cast", expr, params=(kind.but(nullable=True),))
