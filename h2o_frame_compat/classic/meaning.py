"""What operators mean here, which is what they mean in the cluster.

Flags are the numbers 0 and 1; a whole quotient is cut off, so that a remainder has the sign of the dividend;
arithmetic on factors and texts gives missing values. A missing value compares as in pandas: it differs from everything.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.core.elementwise import combine
from h2o_frame_compat.expr import Expr, Lit, call, lit

COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}
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


def counted(expr: Expr) -> Expr:
    """Take flags as numbers, and other columns as they are."""
    return number(expr) if expr.dtype.is_bool else expr


def missing(like: Expr) -> Expr:
    """Make a column of missing numbers with as many rows as another one."""
    gone = call("isna", like)
    return call("where", gone, Lit(None, dt.FLOAT64), Lit(None, dt.FLOAT64))


def flag(expr: Expr) -> Expr:
    """Take an operand as a condition: what is not 0 is true, what is missing stays missing."""
    if isinstance(expr, Lit) and not isinstance(expr.value, str):
        return Lit(None, dt.BOOLEAN) if expr.value is None else lit(bool(expr.value))
    if is_text(expr):
        msg = "a condition is made of flags or numbers, not of texts"
        raise ValueError(msg)
    if expr.dtype.is_bool:
        return expr
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
    products = op == "mul" and not isinstance(a, Lit) and not isinstance(b, Lit)  # which may be too big for integers
    if products or op in _DIVIDES:
        a, b = (e if isinstance(e, Lit) else call("cast", e, params=(dt.FLOAT64,)) for e in (a, b))
    if op == "floordiv":
        return call("trunc", call("truediv", a, b))
    return _remainder(a, b) if op == "mod" else call(op, a, b)


def _remainder(a: Expr, b: Expr) -> Expr:
    """As H2O: the remainder has the sign of the dividend."""
    rest = call("mod", a, b)
    opposed = call("lt", call("mul", call("sign", rest), _sign(a)), lit(0.0))
    return call("where", opposed, call("sub", rest, b), rest)


def _sign(expr: Expr) -> Expr:
    if isinstance(expr, Lit):
        return lit(float((expr.value > 0) - (expr.value < 0)) if expr.value is not None else None)
    return call("sign", expr)


def _compared(op: str, left: Expr, right: Expr) -> Expr:
    """Compare numbers with numbers and texts with texts; others are never equal."""
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Lit) and other.value is None and op in {"eq", "ne"}:
            gone = call("isna", one)
            return gone if op == "eq" else call("not", gone)
    if is_text(left) != is_text(right):
        return combine(op if op == "ne" else "eq", left, right)
    if not is_text(left):
        return call(op, number(left), number(right))
    plain = op in {"eq", "ne"} and (isinstance(left, Lit) or isinstance(right, Lit))
    a, b = (left, right) if plain else (_text(left), _text(right))
    return call(op, a, b)


def _text(expr: Expr) -> Expr:
    """Take a factor for its texts, whose order is that of the alphabet."""
    factor = expr.dtype.kind == "category" and not isinstance(expr, Lit)
    return call("cast", expr, params=(dt.STR,)) if factor else expr


def as_text(expr: Expr) -> Expr:
    """Write values as texts, numbers as the cluster writes them."""
    if is_text(expr):
        return _text(expr)
    return call("primitive", number(expr), params=("as.character", (), dt.STR))


def matched(expr: Expr, values: list[Any], nomatch: float | None) -> Expr:
    """Give the position in a list, from 1; `nomatch` for what is not in it."""
    absent = lit(None if nomatch is None else float(nomatch), dt.FLOAT64)
    if isinstance(values[0], str) != is_text(expr):
        return call("where", call("isna", expr), absent, absent)
    table = pd.Series(values).drop_duplicates()
    own = _text(expr) if is_text(expr) else call("cast", number(expr), params=(dt.FLOAT64,))
    found = lookup(own, table.astype("str" if is_text(expr) else "float64"), (table.index + 1).astype("float64"))
    return found if nomatch is None else call("where", call("isna", found), absent, found)


def chosen(test: Expr, yes: Expr, no: Expr) -> Expr:
    """Choose between two operands; a missing condition gives a missing value."""
    if isinstance(yes, Lit) and isinstance(no, Lit) and yes.value is None and no.value is None:
        return missing(test)
    known = [e for e in (yes, no) if not (isinstance(e, Lit) and e.value is None)]
    if len({is_text(e) for e in known}) > 1:
        msg = "ifelse chooses between texts or between numbers, not between both"
        raise ValueError(msg)
    if is_text(known[0]):
        yes, no = (e if isinstance(e, Lit) else _text(e) for e in (yes, no))
    else:
        yes, no = (e if isinstance(e, Lit) and e.value is None else number(e) for e in (yes, no))
    mask = flag(test)
    made = call("where", mask, yes, no)
    if mask.dtype.nullable:
        made = call("where", call("isna", mask), lit(None), made)
    return call("cast", made, params=(dt.CATEGORY,)) if is_text(known[0]) else made
