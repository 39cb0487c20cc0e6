"""Comparisons and membership: where H2O's notion of equality is not that of pandas.

In H2O ``==`` is true within one unit in the last place, for a missing value and itself, for an empty string
and a missing one, and false for equal levels of two enums whose levels are not sorted. Strings have no order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2o_frame_compat.expr.nodes import Call, Lit
from h2o_frame_compat.expr.operations import comparable
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from h2o_frame_compat.dtypes import DType
    from h2o_frame_compat.expr.nodes import Expr

SYMBOLS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
BIG = 1 << 51
"""From here on, two integers may be within one unit in the last place of a double."""


def is_text(dtype: DType) -> bool:
    """Tell whether a column of this dtype is text in the cluster, as strings or as levels.

    Parameters
    ----------
    dtype : DType
        A dtype.

    Returns
    -------
    bool
    """
    return dtype.kind in {"str", "category"}


def by_code(call: Call) -> bool:
    """Tell whether a comparison is one of ordered categories, which is by their codes.

    Parameters
    ----------
    call : Call
        A comparison.

    Returns
    -------
    bool
    """
    return call.op not in {"eq", "ne"} and any(a.dtype.ordered for a in call.args)


def by_text(call: Call) -> bool:
    """Tell whether a comparison is one of texts.

    Parameters
    ----------
    call : Call
        A comparison.

    Returns
    -------
    bool
    """
    if is_settled(call) or by_code(call):
        return False
    return is_text(call.args[0].dtype)


def needs(call: Call) -> str:
    """Name the primitive that the order of texts needs.

    Parameters
    ----------
    call : Call
        A comparison.

    Returns
    -------
    str
    """
    return "compat.bin" if call.op not in {"eq", "ne"} and by_text(call) else ""


def compare(args: Sequence[str], call: Call) -> str:
    """Print a comparison; missing values compare as false, and as unequal; in masked dtypes as missing.

    Parameters
    ----------
    args : sequence of str
        The printed operands.
    call : Call
        The comparison.

    Returns
    -------
    str
    """
    columns = [s for s, e in zip(args, call.args, strict=True) if not isinstance(e, Lit)]
    if is_settled(call):
        if call.dtype.nullable and any(_is_nothing(e) for e in call.args):
            return f"(* NaN (is.na {columns[0]}))"
        body = f"({'!=' if call.op == 'ne' else '=='} (is.na {columns[0]}) 2)"
    elif "exact" in call.params:
        body = f'(compat.bin "{SYMBOLS[call.op]}" {args[0]} {args[1]})'
    elif by_code(call):
        body = f"({SYMBOLS[call.op]} {' '.join(_code(s, call, n) for n, s in enumerate(args))})"
    elif call.op not in {"eq", "ne"}:
        body = f"({SYMBOLS[call.op]} {args[0]} {args[1]})"
    else:
        body = _equal_texts(args, call) if by_text(call) else equal_numbers(args, call.args)
        body = f"(not {body})" if call.op == "ne" else body
    if not call.dtype.nullable:
        return body
    unknown = " ".join(f"(is.na {s})" for s in columns)
    return f"(ifelse {f'(| {unknown})' if len(columns) > 1 else unknown} NaN {body})"


def _is_nothing(expr: Expr) -> bool:
    return isinstance(expr, Lit) and expr.value is None


def is_settled(call: Call) -> bool:
    """Tell whether nothing can be equal: one side is missing, or the dtypes have no common values.

    Parameters
    ----------
    call : Call
        A comparison.

    Returns
    -------
    bool
    """
    a, b = call.args
    return _is_nothing(a) or _is_nothing(b) or not comparable(a.dtype, b.dtype)


def _whole(expr: Expr, other: Expr) -> bool:
    """Whether an operand is an integer that no double next to it can be taken for."""
    if isinstance(expr, Lit):
        return isinstance(expr.value, int) and abs(expr.value) < BIG
    if expr.dtype.kind in {"int64", "uint64"}:
        return isinstance(other, Lit)
    return expr.dtype.is_integer or expr.dtype.is_bool


def equal_numbers(args: Sequence[str], exprs: Sequence[Expr]) -> str:
    """Print whether two numbers are equal.

    Parameters
    ----------
    args : sequence of str
        The printed numbers.
    exprs : sequence of Expr
        The same as expressions.

    Returns
    -------
    str
    """
    if _whole(exprs[0], exprs[1]) and _whole(exprs[1], exprs[0]):
        return f"(== {args[0]} {args[1]})"
    return equal(args[0], args[1])


def equal(a: str, b: str) -> str:
    """Print whether two printed numbers are exactly equal: two ordered comparisons are exact.

    Parameters
    ----------
    a, b : str
        Printed numbers.

    Returns
    -------
    str
    """
    return f"(& (<= {a} {b}) (>= {a} {b}))"


def _equal_texts(args: Sequence[str], call: Call) -> str:
    literal = next((e for e in call.args if isinstance(e, Lit)), None)
    if literal is None:
        a, b = (
            f"(as.character {s})" if e.dtype.kind == "category" else s for s, e in zip(args, call.args, strict=True)
        )
        return f"(& (== {a} {b}) (not (| (is.na {args[0]}) (is.na {args[1]}))))"
    same = f"(== {args[0]} {args[1]})"
    if literal.value != "":
        return same
    column = args[1] if literal is call.args[0] else args[0]
    return f"(& {same} (not (is.na {column})))"


def codes(printed: str, dtype: DType) -> str:
    """Print the codes of an enum, missing where it is missing.

    Parameters
    ----------
    printed : str
        The enum.
    dtype : DType
        Its dtype.

    Returns
    -------
    str
    """
    if not dtype.categories:
        return f"(* NaN (is.na {printed}))" if dtype.categories == () else f"(as.numeric {printed})"
    # as.numeric gives the numbers, not the codes, when all levels look like numbers: name them otherwise.
    names = text.values(f"L{n}" for n in range(len(dtype.categories)))
    return f"(as.numeric (setDomain {printed} 0 {names}))"


def _code(printed: str, call: Call, place: int) -> str:
    expr, other = call.args[place], call.args[1 - place]
    if not isinstance(expr, Lit):
        return codes(printed, expr.dtype)
    known = [str(c) for c in other.dtype.categories or ()]
    return str(known.index(expr.value)) if expr.value in known else "NaN"


def isin(args: Sequence[str], call: Call) -> str:
    """Print whether values are among given ones; None among them stands for missing.

    Parameters
    ----------
    args : sequence of str
        The printed column.
    call : Call
        The call, with the values as its first parameter.

    Returns
    -------
    str
    """
    (a,), dtype = args, call.args[0].dtype
    values = call.params[0]
    found = [v for v in values if v is not None]
    # match finds numbers within one unit in the last place, and never the empty string
    matched = [v for v in found if v != ""] if is_text(dtype) else [v for v in found if _matches(v, dtype)]
    tests = [f"(> (match {a} {text.values(matched)} 0 1) 0)"] if matched else []
    if is_text(dtype):
        tests += [f'(& (== {a} "") (not (is.na {a})))'] if "" in found else []
    else:
        tests += [_is(a, v, exact="exact" in call.params) for v in found if not _matches(v, dtype)]
    if len(found) < len(values):
        tests.append(f"(is.na {a})")
    return _any(tests) if tests else f"(== (is.na {a}) 2)"


def _matches(value: float, dtype: DType) -> bool:
    return (dtype.is_integer or dtype.is_bool) and abs(value) < BIG and value == int(value)


def _is(a: str, value: float, *, exact: bool) -> str:
    if exact and isinstance(value, int):
        return f'(compat.bin "==" {a} "{int(value)}")'
    return equal(a, text.number(value))


def _any(tests: Sequence[str]) -> str:
    """Join by ``|``, balanced, so that many tests do not nest deeply."""
    if len(tests) == 1:
        return tests[0]
    half = len(tests) // 2
    return f"(| {_any(tests[:half])} {_any(tests[half:])})"
