"""Operation -> Rapids text: one function or table row for each registered operation.

Where an H2O primitive breaks pandas' meaning, the repair is here, once, with the reason. An operation that
stock Rapids cannot express names the primitive of our server extension it needs (`needs`); on clusters without
the extension the session computes it as a client step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from h2o_frame_compat.expr.nodes import Call, Lit
from h2o_frame_compat.rapids import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.expr.nodes import Expr

    Printer = Callable[[Sequence[str], Call], str]

_DAY = 86_400_000
_INF = "(/ 1 0)"


@dataclass(frozen=True)
class Printed:
    """How an operation is printed.

    Parameters
    ----------
    text : callable
        ``(printed arguments, call) -> str``.
    repeats : bool
        Whether the text uses an argument more than once, so that arguments are better bound to a name first.
    needs : callable
        ``call -> str``: the extension primitive it needs, ``""`` for none.
    """

    text: Printer
    repeats: bool = False
    needs: Callable[[Call], str] = lambda _: ""


def _plain(name: str) -> Printed:
    """Print ``(name arg ...)``: the primitive means what pandas means."""
    return Printed(lambda args, _: text.call(name, *args))


def _floor_mod(a: str, b: str) -> str:
    """Python's remainder: H2O's ``%`` takes the sign of the dividend, so shift it by the divisor where signs differ."""
    wrong = f"(& (!= q 0) (!= (< {b} 0) (< q 0)))"
    return f"({{q . (ifelse (is.na q) NaN (ifelse {wrong} (+ q {b}) q))}} (% {a} {b}))"


def _floordiv(args: Sequence[str], call: Call) -> str:
    a, b = args
    if _exact(call):
        return f'(compat.bin "//" {a} {b})'
    # As NumPy: divide what the remainder leaves, so that 1.0 // 0.1 is 9; H2O's intDiv truncates its operands first.
    return f"({{m . (ifelse (== {b} 0) (/ {a} {b}) (round (/ (- {a} m) {b}) 0))}} {_floor_mod(a, b)})"


def _mod(args: Sequence[str], call: Call) -> str:
    return f'(compat.bin "%" {args[0]} {args[1]})' if _exact(call) else _floor_mod(args[0], args[1])


def _big(expr: Expr) -> bool:
    """Whether integers beyond 2^51 may be in there, where H2O's arithmetic in doubles is not exact."""
    if isinstance(expr, Lit):
        return isinstance(expr.value, int) and abs(expr.value) >= 1 << 51
    return expr.dtype.kind in {"int64", "uint64"}


def _exact(call: Call) -> bool:
    """Whether the extension's exact arithmetic is asked for; `needs_of` decides, by the primitives at hand."""
    return "exact" in call.params


def _equal(args: Sequence[str], call: Call) -> str:
    a, b = call.args
    if "str" in {a.dtype.kind, b.dtype.kind} or "category" in {a.dtype.kind, b.dtype.kind}:
        return _equal_text(args, call)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Lit):
            if one.value is None:
                return f"(* 0 (is.na {args[call.args.index(other)]}))"
            if isinstance(one.value, int) and abs(one.value) < 1 << 51:
                return f"(== {args[0]} {args[1]})"
    if _exact(call):
        return f'(compat.bin "==" {args[0]} {args[1]})'
    # H2O's == is true within one ulp and for NA == NA; two ordered comparisons are exact.
    return f"(& (<= {args[0]} {args[1]}) (>= {args[0]} {args[1]}))"


def _equal_text(args: Sequence[str], call: Call) -> str:
    a, b = call.args
    printed = [
        f"(as.character {s})" if e.dtype.kind == "category" and (a.dtype.kind, b.dtype.kind) == ("category", "str")
        and not isinstance(b, Lit) else s
        for e, s in zip(call.args, args, strict=True)
    ]
    literal = next((e for e in call.args if isinstance(e, Lit)), None)
    if literal is not None and literal.value is None:
        return f"(* 0 (is.na {args[0] if literal is b else args[1]}))"
    same = f"(== {printed[0]} {printed[1]})"
    if literal is None:  # NA == NA is 1 in H2O
        return f"(& {same} (not (is.na {printed[0]})))"
    if literal.value == "":  # "" == NA is 1 in H2O
        return f"(& {same} (not (is.na {printed[0] if literal is b else printed[1]})))"
    return same


def _compare(symbol: str) -> Printed:
    def printed(args: Sequence[str], call: Call) -> str:
        for one, other in ((0, 1), (1, 0)):
            literal = call.args[one]
            if isinstance(literal, Lit) and literal.value is None:
                return f"(* 0 (is.na {args[other]}))"
        if symbol in {"==", "!="}:
            body = _equal(args, call)
            body = f"(not {body})" if symbol == "!=" else body
        elif _exact(call):
            body = f'(compat.bin "{symbol}" {args[0]} {args[1]})'
        else:
            body = f"({symbol} {args[0]} {args[1]})"
        if call.dtype.nullable:  # masked dtypes: a comparison with NA is NA
            unknown = " ".join(f"(is.na {s})" for s, e in zip(args, call.args, strict=True) if not isinstance(e, Lit))
            unknown = f"(| {unknown})" if unknown.count("(is.na") > 1 else unknown
            body = f"(ifelse {unknown} NaN {body})"
        return body

    return Printed(printed, repeats=True)


def _add(args: Sequence[str], call: Call) -> str:
    if call.dtype.kind == "str":
        return f'(compat.strcat "" (cbind {args[0]} {args[1]}))'
    if call.dtype.is_bool:
        return f"(| {args[0]} {args[1]})"
    return f'(compat.bin "+" {args[0]} {args[1]})' if _exact(call) else f"(+ {args[0]} {args[1]})"


def _arithmetic(symbol: str) -> Printed:
    def printed(args: Sequence[str], call: Call) -> str:
        if symbol == "*" and call.dtype.is_bool:
            return f"(& {args[0]} {args[1]})"
        if _exact(call):
            return f'(compat.bin "{symbol}" {args[0]} {args[1]})'
        return f"({symbol} {args[0]} {args[1]})"

    return Printed(printed)


def _truth(args: Sequence[str], call: Call, name: str) -> str:
    if call.dtype.nullable:
        # Kleene logic: a certain answer wins over a missing one.
        certain, other = ("0", "1") if name == "&" else ("1", "0")
        a, b = args
        hit = f"(| (== {a} {certain}) (== {b} {certain}))"
        return f"(ifelse {hit} {certain} (ifelse (| (is.na {a}) (is.na {b})) NaN {other}))"
    return text.call(name, *args)


def _where(args: Sequence[str], call: Call) -> str:
    mask, a, b = args
    if call.args[0].dtype.nullable:
        mask = f"(== {mask} 1)"
    _, left, right = call.args
    if call.dtype.storage == "num" or (call.dtype.storage == "time" and not _both_missing(left, right)):
        return f"(ifelse {mask} {a} {b})"
    # H2O's ifelse refuses strings and gives codes for two enums; a constant goes in by assignment.
    if isinstance(left, Lit) and not isinstance(right, Lit):
        return f"(:= {b} {a} [0] {mask})"
    if isinstance(right, Lit) and not isinstance(left, Lit):
        return f"(:= {a} {b} [0] (not {mask}))"
    if isinstance(left, Lit) and isinstance(right, Lit):
        made = f"(ifelse {mask} {a} {b})"
        return f"(as.character {made})" if call.dtype.kind == "str" else made
    a, b = (f"(as.character {s})" if call.dtype.kind == "str" and e.dtype.kind == "category" else s
            for s, e in ((a, left), (b, right)))
    both = f'(rbind (colnames= {a} [0] ["s"]) (colnames= {b} [0] ["s"]))'
    return f"({{r . (compat.take {both} (ifelse {mask} r (+ r (nrow {a}))))}} (compat.rownum {a}))"


def _both_missing(left: Expr, right: Expr) -> bool:
    return all(isinstance(e, Lit) and e.value is None for e in (left, right))


def _where_needs(call: Call) -> str:
    plain = call.dtype.storage in {"num", "time"} or any(isinstance(e, Lit) for e in call.args[1:])
    return "" if plain else "compat.take"


def _isin(args: Sequence[str], call: Call) -> str:
    (values,) = call.params
    found = [v for v in values if v is not None]
    tests = []
    if found:
        tests.append(f"(> (match {args[0]} {text.values(found)} 0 1) 0)")
        if "" in found and call.args[0].dtype.storage == "str":  # match never finds the empty string
            tests.append(f'(& (== {args[0]} "") (not (is.na {args[0]})))')
    if len(found) < len(values):
        tests.append(f"(is.na {args[0]})")
    if not tests:
        return f"(* 0 (is.na {args[0]}))"
    body = tests[0]
    for test in tests[1:]:
        body = f"(| {body} {test})"
    return body


def _round(args: Sequence[str], call: Call) -> str:
    (digits,) = call.params
    if call.dtype.is_integer or call.dtype.is_bool:
        if digits >= 0:
            return args[0]
        return f"(* (round (/ {args[0]} {10 ** -digits}) 0) {10 ** -digits})"
    if digits == 0:
        return f"(round {args[0]} 0)"
    # As NumPy: scale, round half to even, scale back. H2O gives NA for negative digits.
    scale, up, down = (10.0**digits, "*", "/") if digits > 0 else (10.0**-digits, "/", "*")
    return f"({down} (round ({up} {args[0]} {text.number(scale)}) 0) {text.number(scale)})"


def _cast(args: Sequence[str], call: Call) -> str:
    (source,), target, (a,) = call.args, call.dtype, args
    if target.kind == "str":
        return a if source.dtype.kind == "str" else f"(as.character {a})"
    if target.kind == "category":
        return a if source.dtype.kind == "category" else f"(as.factor {a})"
    if target.is_bool and not source.dtype.is_bool:
        return f"(ifelse (is.na {a}) NaN (!= {a} 0))" if target.nullable else f"(!= {a} 0)"
    if target.is_integer and source.dtype.is_float:
        return f"(trunc {a})"
    if source.dtype.kind == "datetime" and target.is_numeric:
        return f"(+ {a} 0)"  # a plain number: H2O's statistics of a time column are rounded to milliseconds
    return a


def _clock(name: str) -> Printed:
    return Printed(lambda args, _: f"({name} {args[0]})")


def _day_number(a: str) -> str:
    return f"(floor (/ {a} {_DAY}))"


def _dayofweek(args: Sequence[str], _: Call) -> str:
    # H2O gives an enum of names; 1970-01-01 was a Thursday, day 3 of a week that starts on Monday.
    shifted = f"(+ {_day_number(args[0])} 3)"
    return f"({{d . (- d (* 7 (floor (/ d 7))))}} {shifted})"


def _dayofyear(args: Sequence[str], _: Call) -> str:
    (a,) = args
    return f"(+ 1 (- {_day_number(a)} {_day_number(f'(moment (year {a}) 1 1 0 0 0 0)')}))"


def _codes(args: Sequence[str], call: Call) -> str:
    categories = call.args[0].dtype.categories or ()
    # as.numeric gives the numbers, not the codes, when all levels look like numbers: name them so that none does.
    named = f"(setDomain {args[0]} 0 {text.values(f'L{i}' for i in range(len(categories)))})" if categories else args[0]
    return f"(ifelse (is.na {args[0]}) -1 (as.numeric {named}))" if categories else f"(- (* 0 (is.na {args[0]})) 1)"


def _contains(args: Sequence[str], call: Call) -> str:
    pattern, ignore_case = call.params
    return f"(grep {args[0]} {text.string(pattern)} {int(ignore_case)} 0 1)"


def _replace(args: Sequence[str], call: Call) -> str:
    pattern, by, ignore_case, every = call.params
    name = "replaceall" if every else "replacefirst"
    return f"({name} {args[0]} {text.string(pattern)} {text.string(by)} {int(ignore_case)})"


def _slice(args: Sequence[str], call: Call) -> str:
    return text.call("compat.strslice", args[0], *(text.value(v) for v in call.params))


def _cumulative(name: str, neutral: str) -> Printed:
    # In H2O a missing value makes every later one missing; pandas skips it.
    def printed(args: Sequence[str], call: Call) -> str:
        (a,) = args
        if not call.args[0].dtype.holds_na:
            return f"({name} {a} 0)"
        return f"(ifelse (is.na {a}) NaN ({name} (ifelse (is.na {a}) {neutral} {a}) 0))"

    return Printed(printed, repeats=True)


def _fill(direction: str) -> Printed:
    def printed(args: Sequence[str], call: Call) -> str:
        (a,) = args
        limit = call.params[0] or (1 << 31) - 1
        if call.dtype.storage == "num":
            return f'(h2o.fillna {a} "{direction}" 0 {limit})'
        # fillna refuses strings and turns enums into codes: fill the row numbers and take the rows.
        rows = f'(h2o.fillna (ifelse (is.na {a}) NaN (compat.rownum {a})) "{direction}" 0 {limit})'
        return f"(compat.take {a} {rows})"

    return Printed(printed, repeats=True, needs=lambda call: "" if call.dtype.storage == "num" else "compat.take")


def _rownum(args: Sequence[str], call: Call) -> str:
    if "ext" in call.params:
        return f"(compat.rownum {args[0]})"
    return f"(- (cumsum (+ 1 (* 0 (is.na {args[0]}))) 0) 1)"


def _rank(args: Sequence[str], call: Call) -> str:
    method, ascending, na, pct = call.params
    return f'(compat.rank {args[0]} "{method}" {int(ascending)} "{na}" {int(pct)})'


def _groupid(args: Sequence[str], call: Call) -> str:
    dropna, sort = call.params
    keys = text.positions(range(len(args)))
    return f"(compat.groupid (cbind {' '.join(args)}) {keys} {int(dropna)} {int(sort)})"


_EXACT_OPS = {"add", "sub", "mul", "floordiv", "mod", "eq", "ne", "lt", "le", "gt", "ge"}
_MATH = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
         "arctanh": "atanh", "ceil": "ceiling"}
_SAME_NAME = ("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh",
              "floor", "trunc")

OPERATIONS: dict[str, Printed] = {
    "add": Printed(_add, needs=lambda c: "compat.strcat" if c.dtype.kind == "str" else ""),
    "sub": _arithmetic("-"), "mul": _arithmetic("*"), "truediv": _arithmetic("/"), "pow": _plain("^"),
    "floordiv": Printed(_floordiv, repeats=True), "mod": Printed(_mod, repeats=True),
    "neg": Printed(lambda args, _: f"(* -1 {args[0]})"),
    "abs": _plain("abs"), "sign": _plain("sign"),
    "eq": _compare("=="), "ne": _compare("!="), "lt": _compare("<"), "le": _compare("<="), "gt": _compare(">"),
    "ge": _compare(">="),
    "and": Printed(lambda args, call: _truth(args, call, "&"), repeats=True),
    "or": Printed(lambda args, call: _truth(args, call, "|"), repeats=True),
    "xor": Printed(lambda args, _: f"(!= {args[0]} {args[1]})"),
    "not": Printed(lambda a, c: f"(ifelse (is.na {a[0]}) NaN (not {a[0]}))" if c.dtype.nullable else f"(not {a[0]})"),
    "isna": _plain("is.na"),
    "where": Printed(_where, repeats=True, needs=_where_needs),
    "isin": Printed(_isin, repeats=True),
    "round": Printed(_round),
    **{name: _plain(name) for name in _SAME_NAME},
    **{name: _plain(prim) for name, prim in _MATH.items()},
    "rint": Printed(lambda args, _: f"(round {args[0]} 0)"),
    "cast": Printed(_cast, repeats=True),
    "lower": _plain("tolower"), "upper": _plain("toupper"), "strip": _plain("trim"),
    "lstrip": Printed(lambda args, _: f'(lstrip {args[0]} " \\t\\n\\r\\x0b\\x0c")'),
    "rstrip": Printed(lambda args, _: f'(rstrip {args[0]} " \\t\\n\\r\\x0b\\x0c")'),
    "len": _plain("strlen"), "contains": Printed(_contains), "replace": Printed(_replace),
    "slice": Printed(_slice, needs=lambda _: "compat.strslice"),
    **{name: _clock(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "dayofweek": Printed(_dayofweek), "dayofyear": Printed(_dayofyear, repeats=True),
    "quarter": Printed(lambda args, _: f"(+ 1 (floor (/ (- (month {args[0]}) 1) 3)))"),
    "normalize": Printed(lambda args, _: f"(* {_day_number(args[0])} {_DAY})"),
    "days": Printed(lambda args, _: _day_number(args[0])),
    "total_seconds": Printed(lambda args, _: f"(/ {args[0]} 1000)"),
    "codes": Printed(_codes, repeats=True),
    "rownum": Printed(_rownum),
    "shift": Printed(lambda args, c: f"(compat.shift {args[0]} {c.params[0]})", needs=lambda _: "compat.shift"),
    "cumsum": _cumulative("cumsum", "0"), "cumprod": _cumulative("cumprod", "1"),
    "cummax": _cumulative("cummax", f"(* -1 {_INF})"), "cummin": _cumulative("cummin", _INF),
    "ffill": _fill("forward"), "bfill": _fill("backward"),
    "rank": Printed(_rank, needs=lambda _: "compat.rank"),
    "groupid": Printed(_groupid, needs=lambda _: "compat.groupid"),
}


def prepared(call: Call, primitives: frozenset[str]) -> Call:
    """Mark a call that the primitives at hand can compute more exactly than stock Rapids.

    Parameters
    ----------
    call : Call
        An operation over integers, or a row number.
    primitives : frozenset of str
        The extension's primitives that the cluster has.

    Returns
    -------
    Call
        The same call, or one with a mark in its params that the printing functions look at.
    """
    if call.op == "rownum" and "compat.rownum" in primitives:
        return Call(call.op, call.args, (*call.params, "ext"), call.dtype)
    if call.op in _EXACT_OPS and "compat.bin" in primitives:
        integers = all(a.dtype.is_integer or isinstance(a, Lit) for a in call.args)
        big = any(_big(a) and not isinstance(a, Lit) for a in call.args)
        divides = call.op in {"floordiv", "mod"} and all(a.dtype.is_numeric for a in call.args)
        if divides or (integers and big and not any(isinstance(a.value, float) for a in call.args if isinstance(a, Lit))):
            small = any(isinstance(a, Lit) and isinstance(a.value, int) and abs(a.value) < 1 << 31 for a in call.args)
            if divides or not (small and call.op in {"eq", "ne", "lt", "le", "gt", "ge"}):
                return Call(call.op, call.args, (*call.params, "exact"), call.dtype)
    return call
