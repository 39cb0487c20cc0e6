"""Operation -> Rapids text: one function or table row for each registered operation.

Where an H2O primitive breaks pandas' meaning, the repair is here, once, with the reason. An operation that
stock Rapids cannot express names the primitive of our server extension it needs (`needs`); on clusters
without the extension the session computes it as a client step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from h2o_frame_compat.expr.nodes import Call, Lit
from h2o_frame_compat.rapids import comparisons, text, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.expr.nodes import Expr

    Printer = Callable[[Sequence[str], Call], str]

_DAY = 86_400_000
_INF = "(/ 1 0)"
# What no primitive computes as pandas does: the client does it, whatever the cluster has.
_CLIENT = "client"


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


def _floor_mod(args: Sequence[str], call: Call) -> str:
    """Python's remainder: H2O's ``%`` takes the dividend's sign; shift it where the signs differ."""
    a, b = args
    body = f"({{q . (ifelse {_signs_differ(b)} (+ q {b}) q)}} (% {a} {b}))"
    return _masked_by_zero(body, args, call)


def _signs_differ(b: str) -> str:
    """Print whether a remainder ``q`` has the other sign than its divisor."""
    return f"(| (& (< q 0) (> {b} 0)) (& (> q 0) (< {b} 0)))"


def _masked_by_zero(body: str, args: Sequence[str], call: Call) -> str:
    """Masked integers divided by zero are 0 in pandas."""
    a, b = args
    divisor = call.args[1]
    if not (call.dtype.nullable and call.dtype.is_integer):
        return body
    if isinstance(divisor, Lit):
        return f"(ifelse (is.na {a}) {a} 0)" if divisor.value == 0 else body
    return f"(ifelse (& (not (is.na {a})) {comparisons.equal(b, '0')}) 0 {body})"


def _floordiv(args: Sequence[str], call: Call) -> str:
    a, b = args
    if _exact(call):
        return _masked_by_zero(f'(compat.bin "//" {a} {b})', args, call)
    # As NumPy: divide what the remainder leaves, so that 1.0 // 0.1 is 9; intDiv truncates its operands.
    # The zero looked for is exact: == would take 5e-324 for it.
    whole = f"({{q . (round (- (/ (- {a} q) {b}) {_signs_differ(b)}) 0)}} (% {a} {b}))"
    divisor = call.args[1]
    if isinstance(divisor, Lit):
        return whole if divisor.value else _masked_by_zero(f"(/ {a} {b})", args, call)
    return _masked_by_zero(f"(ifelse {comparisons.equal(b, '0')} (/ {a} {b}) {whole})", args, call)


def _mod(args: Sequence[str], call: Call) -> str:
    if _exact(call):
        return _masked_by_zero(f'(compat.bin "%" {args[0]} {args[1]})', args, call)
    return _floor_mod(args, call)


def _pow(args: Sequence[str], call: Call) -> str:
    """Print a power: in pandas 1 ** NaN is 1, and so is -1 ** inf."""
    (a, b), (base, exponent) = args, call.args
    body = f"(^ {a} {b})"
    if isinstance(exponent, Lit) and exponent.value is not None and math.isfinite(exponent.value):
        return body
    if isinstance(base, Lit) and base.value not in {1, -1}:
        return body
    body = f"(ifelse (& {comparisons.equal(a, '-1')} {comparisons.equal(f'(abs {b})', _INF)}) 1 {body})"
    return f"(ifelse {comparisons.equal(a, '1')} 1 {body})"


def _neg(args: Sequence[str], call: Call) -> str:
    (a,) = args
    if call.dtype.is_bool:
        return _not(args, call)
    return f'(compat.bin "-" "0" {a})' if _exact(call) else f"(* -1 {a})"


def _abs(args: Sequence[str], call: Call) -> str:
    (a,) = args
    return f'(compat.bin "*" {a} (- (* 2 (>= {a} 0)) 1))' if _exact(call) else f"(abs {a})"


def _big(expr: Expr) -> bool:
    """Whether integers beyond 2^51 may be in there, where H2O's arithmetic in doubles is not exact."""
    if isinstance(expr, Lit):
        return isinstance(expr.value, int) and abs(expr.value) >= 1 << 51
    return expr.dtype.kind in {"int64", "uint64"}


def _exact(call: Call) -> bool:
    """Whether the extension's exact arithmetic is asked for; `prepared` decides, by the primitives."""
    return "exact" in call.params


def _text_like(printed: str, like: str, expr: Expr) -> str:
    """Print text as a column, as long as another one."""
    return f"(as.character (ifelse (is.na {like}) {printed} {printed}))" if isinstance(expr, Lit) else printed


def _add(args: Sequence[str], call: Call) -> str:
    if call.dtype.kind == "str":
        a, b = (_text_like(s, args[1 - n], e) for n, (s, e) in enumerate(zip(args, call.args, strict=True)))
        return f'(compat.strcat "" (cbind {a} {b}))'
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


def _xor(args: Sequence[str], call: Call) -> str:
    a, b = args
    body = f"(!= {a} {b})"
    return f"(ifelse (| (is.na {a}) (is.na {b})) NaN {body})" if call.dtype.nullable else body


def _not(args: Sequence[str], call: Call) -> str:
    (a,) = args
    return f"(ifelse (is.na {a}) NaN (not {a}))" if call.dtype.nullable else f"(not {a})"


def _where(args: Sequence[str], call: Call) -> str:
    mask, a, b = args
    if call.args[0].dtype.nullable:
        mask = f"(== {mask} 1)"
    left, right = call.args[1:]
    if _exact(call):
        a, b = (f'(compat.bin "+" (* 0 (is.na {mask})) {s})' if isinstance(e, Lit) else s
                for s, e in ((a, left), (b, right)))
        return _taken(mask, a, b)
    if call.dtype.storage == "num" or (call.dtype.storage == "time" and not _both_missing(left, right)):
        return f"(ifelse {mask} {a} {b})"
    if call.dtype.storage == "time":
        return f"(moment (ifelse {mask} NaN NaN) 1 1 0 0 0 0)"
    # H2O's ifelse refuses strings and gives codes for two enums; a constant goes in by assignment.
    if isinstance(left, Lit) and not isinstance(right, Lit):
        return f"(:= {b} {a} [0] {mask})"
    if isinstance(right, Lit) and not isinstance(left, Lit):
        return f"(:= {a} {b} [0] (not {mask}))"
    if isinstance(left, Lit) and isinstance(right, Lit):
        if left.value is None or right.value is None:
            known, unless = (b, mask) if left.value is None else (a, f"(not {mask})")
            made = f"(:= (as.character (ifelse (is.na {mask}) {known} {known})) NaN [0] {unless})"
            return f"(as.factor {made})" if call.dtype.kind == "category" else made
        made = f"(ifelse {mask} {a} {b})"
        return f"(as.character {made})" if call.dtype.kind == "str" else made
    a, b = (f"(as.character {s})" if call.dtype.kind == "str" and e.dtype.kind == "category" else s
            for s, e in ((a, left), (b, right)))
    return _taken(mask, a, b)


def _taken(mask: str, a: str, b: str) -> str:
    """Print a choice between two columns that takes their rows as they are."""
    both = f'(rbind (colnames= {a} [0] ["s"]) (colnames= {b} [0] ["s"]))'
    return f"({{r . (compat.take {both} (ifelse {mask} r (+ r (nrow {a}))))}} (compat.rownum {a}))"


def _both_missing(left: Expr, right: Expr) -> bool:
    return all(isinstance(e, Lit) and e.value is None for e in (left, right))


def _where_needs(call: Call) -> str:
    plain = call.dtype.storage in {"num", "time"} or any(isinstance(e, Lit) for e in call.args[1:])
    return "" if plain else "compat.take"


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
        if source.dtype.is_bool:
            made = f'(as.character (ifelse {a} "True" "False"))'
            return f"(:= {made} NaN [0] (is.na {a}))" if source.dtype.nullable else made
        return a if source.dtype.storage == "str" else f"(as.character {a})"
    if target.kind == "category":
        maker = "compat.factor" if "ext" in call.params else "as.factor"
        return a if source.dtype.kind == "category" else f"({maker} {a})"
    if target.is_bool and not source.dtype.is_bool:
        true = f"(not {comparisons.equal(a, '0')})"
        return f"(ifelse (is.na {a}) NaN {true})" if target.nullable else true
    if target.is_integer and source.dtype.is_float:
        return f"(trunc {a})"
    if source.dtype.kind == "datetime" and target.is_numeric:
        return f"(+ {a} 0)"  # a plain number: H2O's statistics of a time column are rounded to milliseconds
    return a


def _cast_needs(call: Call) -> str:
    """Leave to the client what writes numbers as text, in pandas' way, or reads them, as H2O cannot."""
    source, target = call.args[0].dtype, call.dtype
    if target.kind == "str":
        writes = source.is_float or source.is_temporal or source.kind in {"int64", "uint64"}
        return _CLIENT if writes else ""
    reads = comparisons.is_text(source) and not comparisons.is_text(target)
    return _CLIENT if reads else ""


def _whole(name: str) -> Printed:
    """Print a rounding to whole numbers; integers are whole, and may be too big for a double."""
    return Printed(lambda args, call: args[0] if not call.dtype.is_float else f"({name} {args[0]})")


# H2O computes the inverse hyperbolic functions by a square, which overflows; out there they are logarithms.


def _arcsinh(args: Sequence[str], _: Call) -> str:
    (a,) = args
    large = f"(* (sign {a}) (+ (log (abs {a})) {math.log(2)!r}))"
    return f"(ifelse (> (abs {a}) 1e150) {large} (asinh {a}))"


def _arccosh(args: Sequence[str], _: Call) -> str:
    (a,) = args
    return f"(ifelse (> {a} 1e150) (+ (log {a}) {math.log(2)!r}) (acosh {a}))"


def _clock(name: str) -> Printed:
    return Printed(lambda args, _: f"({name} {args[0]})")


def _day_number(a: str) -> str:
    return f"(floor (/ {a} {_DAY}))"


def _dayofweek(args: Sequence[str], _: Call) -> str:
    # H2O gives an enum of names; 1970-01-01 was a Thursday, day 3 of a week that starts on Monday.
    shifted = f"(+ {_day_number(args[0])} 3)"
    return f"({{d . (- d (* 7 (floor (/ d 7))))}} {shifted})"


def _dayofyear(args: Sequence[str], _: Call) -> str:
    # Not by (moment year 1 1 ..), which fails for no rows: count the leap days before the year.
    (a,) = args
    leaps = "(+ (- (floor (/ y 4)) (floor (/ y 100))) (floor (/ y 400)))"
    return f"({{y . (- {_day_number(a)} (- (+ (* 365 y) {leaps}) 719163))}} (- (year {a}) 1))"


def _codes(args: Sequence[str], call: Call) -> str:
    return f"(ifelse (is.na {args[0]}) -1 {comparisons.codes(args[0], call.args[0].dtype)})"


def _texts(args: Sequence[str], call: Call) -> list[str]:
    """Print enums as strings: functions of text may make two levels equal, which an enum cannot hold."""
    return [f"(as.character {s})" if e.dtype.kind == "category" else s
            for s, e in zip(args, call.args, strict=True)]


def _text(name: str, *more: str) -> Printed:
    return Printed(lambda args, call: text.call(name, *_texts(args, call), *more))


def _len(args: Sequence[str], call: Call) -> str:
    # strlen counts what Java calls characters, of which an emoji has two.
    (a,) = _texts(args, call)
    return f'(strlen (replaceall {a} "[^\\u0000-\\uFFFF]" "x" 0))'


def _contains(args: Sequence[str], call: Call) -> str:
    pattern, ignore_case = call.params
    return f"(grep {args[0]} {text.string(pattern)} {int(ignore_case)} 0 1)"


def _replace(args: Sequence[str], call: Call) -> str:
    pattern, by, ignore_case, every = call.params
    name = "replaceall" if every else "replacefirst"
    return f"({name} {_texts(args, call)[0]} {text.string(pattern)} {text.string(by)} {int(ignore_case)})"


def _slice(args: Sequence[str], call: Call) -> str:
    return text.call("compat.strslice", *_texts(args, call), *(text.value(v) for v in call.params))


def _cumulative(name: str, neutral: str) -> Printed:
    # In H2O a missing value makes every later one missing; pandas skips it.
    def printed(args: Sequence[str], call: Call) -> str:
        (a,) = args
        if not call.args[0].dtype.holds_na:
            return f"({name} {a} 0)"
        return f"(ifelse (is.na {a}) NaN ({name} (ifelse (is.na {a}) {neutral} {a}) 0))"

    return Printed(printed, repeats=True)


def _fill(func: str) -> Printed:
    """Print a fill: H2O's own never ends where a long run of missing values goes over several chunks."""

    def printed(args: Sequence[str], call: Call) -> str:
        (a,) = args
        if not call.dtype.holds_na:
            return a
        limit = call.params[0] or (1 << 31) - 1
        one_group = f"(is.na (compat.rownum {a}))"
        return f'(compat.within (cbind {a} {one_group}) 0 [1] "{func}" [] [{limit}] 0)'

    return Printed(printed, repeats=True, needs=lambda call: "compat.within" if call.dtype.holds_na else "")


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


_EXACT_OPS = {"add", "sub", "mul", "floordiv", "mod", "neg", "abs", *comparisons.SYMBOLS}
_MATH = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctanh": "atanh"}
_SPACES = text.string(" \t\n\r\x0b\x0c")
_SAME_NAME = ("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh")

OPERATIONS: dict[str, Printed] = {
    "add": Printed(_add, needs=lambda c: "compat.strcat" if c.dtype.kind == "str" else ""),
    "sub": _arithmetic("-"), "mul": _arithmetic("*"), "truediv": _arithmetic("/"),
    "pow": Printed(_pow, repeats=True),
    "floordiv": Printed(_floordiv, repeats=True), "mod": Printed(_mod, repeats=True),
    "neg": Printed(_neg, repeats=True), "abs": Printed(_abs, repeats=True), "sign": _plain("sign"),
    **{name: Printed(comparisons.compare, repeats=True, needs=comparisons.needs) for name in comparisons.SYMBOLS},
    "and": Printed(lambda args, call: _truth(args, call, "&"), repeats=True),
    "or": Printed(lambda args, call: _truth(args, call, "|"), repeats=True),
    "xor": Printed(_xor, repeats=True),
    "not": Printed(_not, repeats=True),
    "isna": _plain("is.na"),
    "where": Printed(_where, repeats=True, needs=_where_needs),
    "isin": Printed(comparisons.isin, repeats=True),
    "round": Printed(_round),
    **{name: _plain(name) for name in _SAME_NAME},
    **{name: _plain(prim) for name, prim in _MATH.items()},
    "arcsinh": Printed(_arcsinh, repeats=True), "arccosh": Printed(_arccosh, repeats=True),
    "floor": _whole("floor"), "ceil": _whole("ceiling"), "trunc": _whole("trunc"),
    "rint": Printed(lambda args, _: f"(round {args[0]} 0)"),
    "cast": Printed(_cast, repeats=True, needs=_cast_needs),
    "lower": _text("tolower"), "upper": _text("toupper"), "strip": _text("trim"),
    "lstrip": _text("lstrip", _SPACES), "rstrip": _text("rstrip", _SPACES),
    "len": Printed(_len), "contains": Printed(_contains), "replace": Printed(_replace),
    "slice": Printed(_slice, needs=lambda _: "compat.strslice"),
    **{name: _clock(name) for name in ("year", "month", "day", "hour", "minute", "second")},
    "dayofweek": Printed(_dayofweek), "dayofyear": Printed(_dayofyear, repeats=True),
    "quarter": Printed(lambda args, _: f"(+ 1 (floor (/ (- (month {args[0]}) 1) 3)))"),
    "moment": _plain("moment"),
    "primitive": Printed(lambda args, call: text.call(call.params[0], *args, *map(text.value, call.params[1]))),
    "normalize": Printed(lambda args, _: f"(* {_day_number(args[0])} {_DAY})"),
    "days": Printed(lambda args, _: _day_number(args[0])),
    "total_seconds": Printed(lambda args, _: f"(/ {args[0]} 1000)"),
    "codes": Printed(_codes, repeats=True),
    "rownum": Printed(_rownum),
    "shift": Printed(lambda args, c: f"(compat.shift {args[0]} {c.params[0]})", needs=lambda _: "compat.shift"),
    "cumsum": _cumulative("cumsum", "0"), "cumprod": _cumulative("cumprod", "1"),
    "cummax": _cumulative("cummax", f"(* -1 {_INF})"), "cummin": _cumulative("cummin", _INF),
    "ffill": _fill("ffill"), "bfill": _fill("bfill"),
    "rank": Printed(_rank, needs=lambda _: "compat.rank"),
    "groupid": Printed(_groupid, needs=lambda _: "compat.groupid"),
    **{name: Printed(printer, needs=lambda c: f"compat.{c.op}")
       for name, printer in (("within", windows.within), ("window", windows.window), ("ewm", windows.ewm))},
}


def prepared(call: Call, primitives: frozenset[str]) -> Call:
    """Mark a call that the primitives at hand can compute more exactly than stock Rapids, or sooner.

    Parameters
    ----------
    call : Call
        An operation.
    primitives : frozenset of str
        The extension's primitives that the cluster has.

    Returns
    -------
    Call
        The same call, or one with a mark in its params that the printing functions look at.
    """
    if _at_once(call) in primitives:
        return Call(call.op, call.args, (*call.params, "ext"), call.dtype)
    if "compat.bin" in primitives and _wants_exact(call):
        return Call(call.op, call.args, (*call.params, "exact"), call.dtype)
    return call


def _at_once(call: Call) -> str:
    """Return the primitive that does what stock Rapids takes several steps for."""
    if call.op == "cast" and call.dtype.kind == "category" and call.args[0].dtype.storage == "num":
        return "compat.factor"
    return "compat.rownum" if call.op == "rownum" else ""


def _wants_exact(call: Call) -> bool:
    if call.op in comparisons.SYMBOLS and comparisons.by_text(call):
        return True
    if call.op in {"floordiv", "mod"} and all(a.dtype.is_numeric for a in call.args):
        return True
    values = call.args[1:] if call.op == "where" else call.args
    if call.op == "isin":
        return any(isinstance(v, int) and abs(v) >= comparisons.BIG for v in call.params[0])
    if call.op in {"ffill", "bfill"}:
        return call.dtype.is_integer and _big(call.args[0])
    if call.op not in _EXACT_OPS and call.op != "where":
        return False
    integers = all(
        isinstance(a.value, int) if isinstance(a, Lit) else a.dtype.is_integer or a.dtype.is_bool
        for a in values
    )
    small = any(isinstance(a, Lit) and not _big(a) for a in values)
    if not (integers and any(_big(a) for a in values)):
        return False
    return not (small and call.op in comparisons.SYMBOLS)


def literal(expr: Lit, call: Call) -> str:
    """Print a constant among the arguments of a call.

    Parameters
    ----------
    expr : Lit
        The constant.
    call : Call
        The call, as `prepared` gives it.

    Returns
    -------
    str
    """
    exact = "exact" in call.params and isinstance(expr.value, int) and not isinstance(expr.value, str)
    return f'"{int(expr.value)}"' if exact and call.op != "isin" else text.value(expr.value)
