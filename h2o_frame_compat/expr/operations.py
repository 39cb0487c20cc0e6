"""The operations that column expressions are made of, each with the rule that types its result.

Adding an operation: one entry here, one printing function in ``h2o_frame_compat/rapids/operations.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import Expr, Lit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from h2o_frame_compat.dtypes import DType


_DAY = 86_400_000  # milliseconds
_SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&", "or": "|", "xor": "^",
}


@dataclass(frozen=True)
class Operation:
    """A registered operation.

    Parameters
    ----------
    name : str
        Its name.
    rule : callable
        ``(args, params) -> DType``; raises `TypeError` when the operation does not take these dtypes.
    kind : {"map", "window"}
        ``"map"`` looks at one row at a time, ``"window"`` at the whole column in order.
    """

    name: str
    rule: Callable[[Sequence[Expr], tuple[Any, ...]], DType]
    kind: Literal["map", "window"] = "map"

    def result(self, args: Sequence[Expr], params: tuple[Any, ...]) -> DType:
        """Give the dtype of the result.

        Parameters
        ----------
        args : sequence of Expr
            The column arguments.
        params : tuple
            The other arguments.

        Returns
        -------
        DType

        Raises
        ------
        TypeError
            When the operation does not take these dtypes.
        """
        return self.rule(args, params)


def unsupported(name: str, *args: Expr) -> TypeError:
    """Make the error for operands of the wrong dtypes, worded as pandas does.

    Parameters
    ----------
    name : str
        Name of the operation.
    *args : Expr
        Its operands.

    Returns
    -------
    TypeError
    """
    kinds = " and ".join(f"'{a.dtype}'" for a in args)
    return TypeError(f"unsupported operand type(s) for {_SYMBOLS.get(name, name)}: {kinds}")


def _meet(a: Expr, b: Expr) -> DType:
    """Give the dtype two numbers meet in; a weak literal gives way to the column."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Lit) and one.weak and not (isinstance(other, Lit) and other.weak):
            if one.value is None or one.dtype.is_float:
                wide = dt.FLOAT32 if other.dtype.kind == "float32" else dt.FLOAT64
                return wide.but(nullable=other.dtype.nullable)
            if one.dtype.is_bool or not other.dtype.is_bool:
                return other.dtype
    if a.dtype.is_bool != b.dtype.is_bool:  # arithmetic takes a bool as a number; concat would not
        number = b.dtype if a.dtype.is_bool else a.dtype
        return number.but(nullable=a.dtype.nullable or b.dtype.nullable)
    return dt.common(a.dtype, b.dtype)


def _numbers(a: Expr, b: Expr) -> bool:
    return a.dtype.is_numeric and b.dtype.is_numeric


def _column_of(a: Expr, b: Expr) -> Expr:
    """Give the operand whose dtype decides: the left one, unless it is a weak literal."""
    return b if isinstance(a, Lit) and a.weak else a


def _span_and_number(one: Expr, other: Expr) -> bool:
    return one.dtype.kind == "timedelta" and other.dtype.is_numeric and not other.dtype.is_bool


def _not_both_bool(name: str, a: Expr, b: Expr) -> None:
    if a.dtype.is_bool and b.dtype.is_bool:
        msg = f"operator '{name}' not implemented for bool dtypes"
        raise NotImplementedError(msg)


def _add(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    a, b = args
    if _numbers(a, b):
        return _meet(a, b)
    kinds = {a.dtype.kind, b.dtype.kind}
    if kinds == {"str"}:
        return _column_of(a, b).dtype
    if kinds == {"datetime", "timedelta"}:
        when = a.dtype if a.dtype.kind == "datetime" else b.dtype
        return when.but(unit=dt.finer(a.dtype.unit, b.dtype.unit), arrow=None)
    if kinds == {"timedelta"}:
        return dt.common(a.dtype, b.dtype)
    raise unsupported("add", a, b)


def _sub(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    a, b = args
    if _numbers(a, b):
        if a.dtype.is_bool and b.dtype.is_bool:
            msg = "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator"
            raise TypeError(msg)
        return _meet(a, b)
    if a.dtype.kind == b.dtype.kind == "datetime" and (a.dtype.tz is None) == (b.dtype.tz is None):
        return dt.timedelta(dt.finer(a.dtype.unit, b.dtype.unit))
    if a.dtype.kind in {"datetime", "timedelta"} and b.dtype.kind == "timedelta":
        return a.dtype.but(unit=dt.finer(a.dtype.unit, b.dtype.unit), arrow=None)
    raise unsupported("sub", a, b)


def _mul(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    a, b = args
    if _numbers(a, b):
        return _meet(a, b)
    for one, other in ((a, b), (b, a)):
        if _span_and_number(one, other):
            return one.dtype
    raise unsupported("mul", a, b)


def _truediv(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    a, b = args
    if _numbers(a, b):
        _not_both_bool("truediv", a, b)
        both = _meet(a, b)
        return both if both.is_float else dt.FLOAT64.but(nullable=both.nullable)
    if a.dtype.kind == b.dtype.kind == "timedelta":
        return dt.FLOAT64
    if _span_and_number(a, b):
        return a.dtype
    raise unsupported("truediv", a, b)


def _integral(name: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        a, b = args
        if _numbers(a, b):
            if name == "floordiv":
                _not_both_bool(name, a, b)
            both = _meet(a, b)
            return dt.INT8.but(nullable=both.nullable) if both.is_bool else both
        if a.dtype.kind == b.dtype.kind == "timedelta":
            return dt.INT64 if name == "floordiv" else dt.common(a.dtype, b.dtype)
        if _span_and_number(a, b) and name == "floordiv":
            return a.dtype
        raise unsupported(name, a, b)

    return rule


def _pow(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    a, b = args
    if not _numbers(a, b):
        raise unsupported("pow", a, b)
    _not_both_bool("pow", a, b)
    return _meet(a, b)


def comparable(a: DType, b: DType) -> bool:
    """Tell whether values of two dtypes can equal each other.

    Parameters
    ----------
    a, b : DType
        Two dtypes.

    Returns
    -------
    bool
    """
    if a.kind == b.kind == "datetime":
        return (a.tz is None) == (b.tz is None)
    text = {"str", "category"}
    return (a.is_numeric and b.is_numeric) or a.kind == b.kind or {a.kind, b.kind} <= text


def _comparison(name: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    equality = name in {"eq", "ne"}

    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        a, b = args
        if any(isinstance(e, Lit) and e.value is None for e in args):
            return _truth_of(a, b)
        if "packed" in {a.dtype.kind, b.dtype.kind}:
            raise unsupported(name, a, b)
        _check_categories(a, b, equality=equality)
        if equality or comparable(a.dtype, b.dtype):
            return _truth_of(a, b)
        msg = f"Invalid comparison between dtype={a.dtype} and {b.dtype}"
        raise TypeError(msg)

    return rule


def _truth_of(a: Expr, b: Expr) -> DType:
    """Type a comparison: the left operand decides, but a NumPy one meets a masked one as a masked one."""
    left, right = (b, a) if isinstance(a, Lit) else (a, b)
    meets = left.dtype.is_numeric or left.dtype.kind == right.dtype.kind == "str"
    masked = left.dtype.nullable or (right.dtype.nullable and meets)
    return dt.BOOLEAN if masked else dt.BOOL


def _check_categories(a: Expr, b: Expr, *, equality: bool) -> None:
    """Raise what pandas raises for categories, and for those that the cluster's level texts cannot answer."""
    for one, other in ((a, b), (b, a)):
        x, y = one.dtype, other.dtype
        if x.kind != "category" or isinstance(other, Lit):
            continue
        if y.kind == "category":
            if x.ordered != y.ordered or not _same_categories(x, y):
                msg = "Categoricals can only be compared if 'categories' are the same."
                raise TypeError(msg)
        elif not equality or x.categories_kind != "str":
            msg = f"Cannot compare a Categorical with a column of dtype {y}; convert one with astype first"
            raise TypeError(msg)
    if not equality and any(e.dtype.kind == "category" and not e.dtype.ordered for e in (a, b)):
        msg = "Unordered Categoricals can only compare equality or not"
        raise TypeError(msg)


def _same_categories(x: DType, y: DType) -> bool:
    if x.categories is None or y.categories is None:
        return True  # only the cluster knows them; it compares their texts
    return x.categories == y.categories if x.ordered else set(x.categories) == set(y.categories)


def _logical(name: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        if all(e.dtype.is_bool for e in args):
            return dt.BOOLEAN if any(e.dtype.nullable for e in args) else dt.BOOL
        raise unsupported(name, *args)

    return rule


def _where(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    """``where(mask, a, b)``: a where the mask is true, else b."""
    a, b = args[1:]
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Lit):
            if one.value is None:
                return other.dtype.with_na()
            if other.dtype.kind == "category" and one.dtype.kind == "str":
                return other.dtype
            if other.dtype.kind in {"datetime", "timedelta"} and one.dtype.kind == other.dtype.kind:
                return other.dtype if other.dtype.arrow is None or one.value % _DAY == 0 else dt.DATETIME_MS
    if _numbers(a, b):
        if a.dtype.is_bool != b.dtype.is_bool:
            raise unsupported("where", a, b)
        return _meet(a, b)
    result = dt.common(a.dtype, b.dtype)
    # pandas keeps the left one's kind of string.
    return result.but(nullable=_column_of(a, b).dtype.nullable) if result.kind == "str" else result


def _same(*kinds: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    """Give the first argument's dtype; it must be of one of the kinds."""

    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        d = args[0].dtype
        if kinds and d.kind not in kinds and not ("number" in kinds and d.is_numeric):
            raise unsupported("/".join(kinds), args[0])
        return d

    return rule


def _fixed(result: DType, *kinds: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    """Give a fixed dtype, masked for masked input; the first argument must be of one of the kinds."""

    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        d = args[0].dtype
        if kinds and d.kind not in kinds and not ("number" in kinds and d.is_numeric):
            msg = f"this operation needs {' or '.join(kinds)} values, not dtype {d}"
            raise TypeError(msg)
        return result.but(nullable=d.nullable)

    return rule


def _real(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    """Type a mathematical function: float32 stays, all other numbers become float64."""
    d = args[0].dtype
    if not d.is_numeric:
        raise unsupported("math", args[0])
    return d if d.is_float else dt.FLOAT64.but(nullable=d.nullable)


def _cast(_: Sequence[Expr], params: tuple[Any, ...]) -> DType:
    target: DType = params[0]
    return target


def _whole(args: Sequence[Expr], params: tuple[Any, ...]) -> DType:
    """Type a rounding to whole numbers: what is whole already keeps its dtype."""
    d = args[0].dtype
    return d if d.is_integer or d.is_bool else _real(args, params)


def _isin(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    d = args[0].dtype
    return dt.BOOL.but(nullable=d.nullable and d.is_numeric)


def _sign(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    d = args[0].dtype
    if not d.is_numeric or d.is_bool:
        raise unsupported("sign", args[0])
    return d


def _text(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    """Type a function of text: that of a category's texts gives text, as two categories may become the same one."""
    d = args[0].dtype
    if d.kind not in {"str", "category"}:
        msg = "Can only use .str accessor with string values"
        raise AttributeError(msg)
    return d if d.kind == "str" else dt.STR


def _codes(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    """Type the codes of a category: the narrowest integer that pandas would take."""
    d = args[0].dtype
    if d.kind != "category":
        msg = "Can only use .cat accessor with a 'category' dtype"
        raise AttributeError(msg)
    count = 1 << 31 if d.categories is None else len(d.categories)
    return next((t for t, limit in ((dt.INT8, 127), (dt.INT16, 32767)) if count < limit), dt.INT32)


def _cumulative(name: str) -> Callable[[Sequence[Expr], tuple[Any, ...]], DType]:
    def rule(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
        d = args[0].dtype
        if d.kind == "timedelta" and name != "cumprod":
            return d
        if not d.is_numeric:
            raise unsupported(name, args[0])
        if d.is_float or name in {"cummax", "cummin"}:
            return d
        return d.but(kind="uint64" if d.kind[0] == "u" else "int64")

    return rule


def _shift(args: Sequence[Expr], params: tuple[Any, ...]) -> DType:
    return args[0].dtype.with_na() if params[0] else args[0].dtype


def _within(args: Sequence[Expr], params: tuple[Any, ...]) -> DType:
    func, gaps = params[0], params[4]
    if func in {"cummin", "cummax"} and args[0].dtype.is_temporal:
        return args[0].dtype
    rule = {"count": _fixed(dt.INT64), "rank": _fixed(dt.FLOAT64),
            **dict.fromkeys(("shift", "ffill", "bfill"), _same())}
    d = rule[func](args, ()) if func in rule else _cumulative(func)(args, ())
    d = d.but(nullable=False) if func == "count" else d
    return d.with_na() if gaps else d


def _clock(args: Sequence[Expr], _: tuple[Any, ...]) -> DType:
    """Type a datetime field: pandas gives int32."""
    if args[0].dtype.kind != "datetime":
        msg = "Can only use .dt accessor with datetimelike values"
        raise AttributeError(msg)
    return dt.INT32


MATH = (
    "sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "rint",
)
WHOLE = ("floor", "ceil", "trunc")
CLOCK = ("year", "month", "day", "hour", "minute", "second", "dayofweek", "dayofyear", "quarter")

_ALL = [
    Operation("add", _add), Operation("sub", _sub), Operation("mul", _mul), Operation("truediv", _truediv),
    Operation("floordiv", _integral("floordiv")), Operation("mod", _integral("mod")), Operation("pow", _pow),
    Operation("neg", _same("number", "timedelta")), Operation("abs", _same("number", "timedelta")),
    Operation("sign", _sign),
    *(Operation(name, _comparison(name)) for name in ("eq", "ne", "lt", "le", "gt", "ge")),
    *(Operation(name, _logical(name)) for name in ("and", "or", "xor", "not")),
    Operation("isna", lambda _, __: dt.BOOL),
    Operation("where", _where),
    Operation("isin", _isin),  # params: the values, as the cluster holds them
    Operation("round", _same("number")),  # params: (digits,)
    *(Operation(name, _real) for name in MATH),
    *(Operation(name, _whole) for name in WHOLE),
    Operation("cast", _cast),  # params: (DType,)
    # params: (Table of keys and values, DType); a value that is not listed becomes missing
    Operation("lookup", lambda _, params: params[1]),
    *(Operation(name, _text) for name in ("lower", "upper", "strip", "lstrip", "rstrip")),
    Operation("len", _fixed(dt.INT64, "str", "category")),
    Operation("contains", _fixed(dt.BOOL, "str", "category")),  # params: (java regex, ignore case)
    Operation("replace", _text),  # params: (java regex, java replacement, ignore case, all)
    Operation("slice", _text),  # params: (start, stop, step)
    *(Operation(name, _clock) for name in CLOCK),
    # args: year, month, day, hour, minute, second, millisecond; params: (DType,); parts out of range give missing
    Operation("moment", lambda _, params: params[0]),
    # params: (name of a function of the cluster that looks at one value at a time, its other arguments, DType)
    Operation("primitive", lambda _, params: params[2]),
    Operation("normalize", _same("datetime")),
    Operation("days", _fixed(dt.INT64, "timedelta")),
    Operation("total_seconds", _fixed(dt.FLOAT64, "timedelta")),
    Operation("codes", _codes),
    Operation("rownum", lambda _, __: dt.INT64, kind="window"),
    Operation("shift", _shift, kind="window"),  # params: (rows,)
    *(Operation(name, _cumulative(name), kind="window") for name in ("cumsum", "cumprod", "cummax", "cummin")),
    Operation("ffill", _same(), kind="window"),  # params: (limit,)
    Operation("bfill", _same(), kind="window"),
    Operation("rank", _fixed(dt.FLOAT64), kind="window"),  # params: (method, ascending, na, pct)
    # The number of each row's group, missing where a key is; args: the keys; params: (dropna, sort).
    Operation("groupid", lambda _, __: dt.INT64, kind="window"),
    # Something of the other rows of each row's group; args: the value, the keys; params: (function, words, numbers,
    # dropna, whether some rows get a missing value), see `compat.within`.
    Operation("within", _within, kind="window"),
    # A statistic of the rows around each row; args: values, what windows are measured along, if any, keys of groups;
    # params: (number of values, whether along a column, function, words, numbers, size, least number of values, closed,
    # center), see `compat.window`.
    Operation("window", lambda _, __: dt.FLOAT64, kind="window"),
    # The same, exponentially weighted; params: (number of values, along a column, function, com, halflife,
    # (adjust, ignore_na, bias), least number of values).
    Operation("ewm", lambda _, __: dt.FLOAT64, kind="window"),
]
OPERATIONS = {op.name: op for op in _ALL}
