"""What every operation means: how we say it, and how pandas does, of one frame of everything."""

from __future__ import annotations

import math
import operator

import numpy as np
import pandas

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import call, lit
from h2o_frame_compat.rapids.operations import OPERATIONS

BIG = 1 << 53
ODD = [
    "",
    None,
    "NA",
    "nan",
    'say "hi"',
    "a'b",
    "line\nbreak",
    "tab\t",
    "back\\slash",
    " Äpfel ",
    "e\u0301",
    "😀x",
    "\uffff",
    "z",
    "Z",
    "TRUE",
    "12",
    "1e3",
    "null",
    "$x",
    "a.b",
    "(+ 1 1)",
    "",
    "z",
]
ROWS = len(ODD)


def rotated(values, by):
    return [*values[by:], *values[:by]]


def frame():
    """24 rows of everything."""
    reals = [
        0.5,
        1.5,
        2.5,
        -0.5,
        -1.5,
        -2.5,
        0.0,
        -0.0,
        math.nan,
        math.inf,
        -math.inf,
        0.1 + 0.2,
        0.3,
        1e300,
        -1e-300,
        5e-324,
        7.0,
        -7.0,
        3.0,
        1.005,
        1234.5678,
        -2.675,
        math.nan,
        1e15 + 0.5,
    ]
    small = [3, -7, 0, 5, -2, 8, 1, -1, 9, 4, -4, 6, 2, -3, 7, 0, 10, -10, 12, -12, 100, -100, 1, -6]
    divisors = [2, 3, -3, 4, 5, -2, 1, -1, 7, 3, 2, -5, 2, 3, 4, -7, 3, 3, 5, 5, 7, 7, -1, 4]
    big = [7, BIG, BIG + 1, BIG - 1, -BIG - 1, (1 << 62) + 1, 1 << 62, -(1 << 62) - 3, BIG + 3, *range(15)]
    times = [0, None, -1, -86_400_000, 86_399_999, 951_782_400_000, 1_700_000_000_123, 4_102_444_800_000] * 3
    truth = [True, False, None] * 8
    levels = pandas.Categorical(["b", "a", None, "10", "9", "b"] * 4, categories=["b", "10", "a", "9", "unused"])
    return pandas.DataFrame(
        {
            "i": pandas.Series(small),
            "j": pandas.Series(divisors),
            "big": pandas.Series(big),
            "big2": pandas.Series(rotated(big, -1)),
            "narrow": pandas.Series(small, dtype="int8"),
            "n": pandas.Series([None if k % 5 == 0 else v for k, v in enumerate(small)], dtype="Int64"),
            "f": pandas.Series(reals),
            "g": pandas.Series(rotated(reals, 5)),
            "nf": pandas.Series([None if v != v else v for v in rotated(reals, 3)], dtype="Float64"),  # noqa: PLR0124 - NaN
            "b": pandas.Series([k % 3 == 0 for k in range(ROWS)]),
            "c": pandas.Series([k % 2 == 0 for k in range(ROWS)]),
            "m": pandas.Series(truth, dtype="boolean"),
            "w": pandas.Series(sorted(truth, key=str), dtype="boolean"),
            "s": pandas.Series(ODD, dtype="str"),
            "t": pandas.Series([ODD[k] if k % 2 else v for k, v in enumerate(rotated(ODD, 1))], dtype="str"),
            "e": pandas.Series(levels),
            "h": pandas.Series(pandas.Categorical(rotated(list(levels), 1), categories=levels.categories)),
            "o": pandas.Series(levels.as_ordered()),
            "p": pandas.Series(pandas.Categorical(rotated(list(levels), 1), levels.categories, ordered=True)),
            "number": pandas.Series(pandas.Categorical(["30", "10", None, "20"] * 6, categories=["30", "10", "20"])),
            "d": pandas.Series(pandas.array(times, dtype="datetime64[ms]")),
            "u": pandas.Series(pandas.array(rotated(times, 1), dtype="datetime64[ms]")),
            "span": pandas.Series(pandas.array([None, 1500, -1500, 86_400_000, -1, 0] * 4, dtype="timedelta64[ms]")),
            "lag": pandas.Series(pandas.array([1000, 1000, None, 7, 86_400_000, -3] * 4, dtype="timedelta64[ms]")),
        }
    )


CASES = {}


def case(name, ours, theirs, near=0.0):
    assert name not in CASES
    CASES[name] = (ours, theirs, near)


ARITHMETIC = {op: getattr(operator, op) for op in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")}
PAIRS = ["i j", "f g", "i f", "f i", "n j", "n n", "nf f", "f j", "b i", "nf n", "narrow j"]
for op, function in ARITHMETIC.items():
    near = 1e-15 if op == "pow" else 0.0
    for pair in PAIRS:
        x, y = pair.split()
        if op == "pow" and pair in {"i j", "n j", "n n", "b i", "narrow j"}:
            continue  # integers to negative powers are an error in pandas
        case(
            f"{op} of {x} and {y}",
            lambda c, op=op, x=x, y=y: call(op, getattr(c, x), getattr(c, y)),
            lambda p, f=function, x=x, y=y: f(p[x], p[y]),
            near,
        )
    for x, scalar in [("f", 2), ("f", 0.1), ("i", 3), ("f", -3), ("i", 2.5), ("n", 2), ("nf", 2)]:
        case(
            f"{op} of {x} and {scalar}",
            lambda c, op=op, x=x, v=scalar: call(op, getattr(c, x), lit(v)),
            lambda p, f=function, x=x, v=scalar: f(p[x], v),
            near,
        )
        # pandas refuses integers to negative powers, and where a zero divides a literal it changes the dtype
        if x not in {"i", "n"} or op not in {"pow", "floordiv", "mod", "truediv"}:
            case(
                f"{op} of {scalar} and {x}",
                lambda c, op=op, x=x, v=scalar: call(op, lit(v), getattr(c, x)),
                lambda p, f=function, x=x, v=scalar: f(v, p[x]),
                near,
            )
for op in ("add", "sub", "mul"):
    case(
        f"{op} beyond two to the 53",
        lambda c, op=op: call(op, c.big, c.big2),
        lambda p, op=op: ARITHMETIC[op](p["big"], p["big2"]),
    )

COMPARISONS = {op: getattr(operator, op) for op in ("eq", "ne", "lt", "le", "gt", "ge")}
COMPARED = [
    "i j",
    "f g",
    "f f",
    "i f",
    "n j",
    "n n",
    "nf f",
    "b c",
    "m w",
    "s t",
    "s s",
    "d u",
    "d d",
    "span lag",
    "o p",
    "big big2",
]
SCALARS = [
    ("i", 3),
    ("i", 2.5),
    ("f", 0.3),
    ("f", math.inf),
    ("f", 0),
    ("n", 3),
    ("s", "z"),
    ("s", ""),
    ("s", "😀x"),
    ("s", 'say "hi"'),
    ("s", "absent"),
    ("o", "a"),
    ("big", BIG),
    ("big", BIG + 1),
    ("b", True),
]
for op, function in COMPARISONS.items():
    for pair in [*COMPARED, *(["e h", "e e", "e s", "s e"] if op in {"eq", "ne"} else [])]:
        x, y = pair.split()
        case(
            f"{op} of {x} and {y}",
            lambda c, op=op, x=x, y=y: call(op, getattr(c, x), getattr(c, y)),
            lambda p, f=function, x=x, y=y: f(p[x], p[y]),
        )
    for x, scalar in [*SCALARS, *([("e", "a"), ("e", "absent"), ("e", "10")] if op in {"eq", "ne"} else [])]:
        if not (x == "o" and op in {"eq", "ne"} and scalar == "absent"):
            case(
                f"{op} of {x} and {scalar!r}",
                lambda c, op=op, x=x, v=scalar: call(op, getattr(c, x), lit(v)),
                lambda p, f=function, x=x, v=scalar: f(p[x], v),
            )
        case(
            f"{op} of {scalar!r} and {x}",
            lambda c, op=op, x=x, v=scalar: call(op, lit(v), getattr(c, x)),
            lambda p, f=function, x=x, v=scalar: f(v, p[x]),
        )
    for x in ("i", "f", "s", "d", "n", "e") if op in {"eq", "ne"} else ("f", "d"):
        case(
            f"{op} of {x} and nothing",
            lambda c, op=op, x=x: call(op, getattr(c, x), lit(None)),
            lambda p, f=function, x=x: f(p[x].astype(object), None).astype(bool) if x != "n" else f(p[x], pandas.NA),
        )
for op in ("eq", "ne"):
    for pair in ("s i", "i s", "d i", "e f", "s d"):
        x, y = pair.split()
        case(
            f"{op} of what cannot be equal: {pair}",
            lambda c, op=op, x=x, y=y: call(op, getattr(c, x), getattr(c, y)),
            lambda p, op=op, x=x, y=y: COMPARISONS[op](p[x], p[y]),
        )
case(
    "eq of a time and a literal",
    lambda c: call("eq", c.d, lit(951_782_400_000, dt.DATETIME_MS)),
    lambda p: p["d"] == pandas.Timestamp(951_782_400_000, unit="ms"),
)

for op, function in {"and": operator.and_, "or": operator.or_, "xor": operator.xor}.items():
    for pair in ("b c", "m w", "b w", "m c"):
        x, y = pair.split()
        case(
            f"{op} of {x} and {y}",
            lambda c, op=op, x=x, y=y: call(op, getattr(c, x), getattr(c, y)),
            lambda p, f=function, x=x, y=y: f(p[x], p[y]),
        )
for x in ("b", "m"):
    case(f"not of {x}", lambda c, x=x: call("not", getattr(c, x)), lambda p, x=x: ~p[x])
case("not of a comparison", lambda c: call("not", call("eq", c.f, c.g)), lambda p: ~(p["f"] == p["g"]))

for x in ("i", "f", "n", "nf", "b", "narrow", "span"):
    case(f"neg of {x}", lambda c, x=x: call("neg", getattr(c, x)), lambda p, x=x: -p[x])
    case(f"abs of {x}", lambda c, x=x: call("abs", getattr(c, x)), lambda p, x=x: abs(p[x]))
case("neg beyond two to the 53", lambda c: call("neg", c.big), lambda p: -p["big"])
case("abs beyond two to the 53", lambda c: call("abs", c.big), lambda p: abs(p["big"]))
for x in ("i", "f", "n", "nf"):
    case(f"sign of {x}", lambda c, x=x: call("sign", getattr(c, x)), lambda p, x=x: np.sign(p[x]))

for x in ("i", "f", "n", "nf", "b", "m", "s", "e", "d", "span"):
    case(f"isna of {x}", lambda c, x=x: call("isna", getattr(c, x)), lambda p, x=x: p[x].isna())

WHERE = ["i j", "f g", "i f", "n j", "b c", "m w", "d u", "span lag", "s t", "e h", "s e", "e s", "big big2"]
for pair in WHERE:
    x, y = pair.split()
    for mask in ("b", "m"):
        case(
            f"where {mask} of {x} and {y}",
            lambda c, m=mask, x=x, y=y: call("where", getattr(c, m), getattr(c, x), getattr(c, y)),
            lambda p, m=mask, x=x, y=y: chosen(p[m], p[x], p[y]),
        )
LITERALS = [
    ("i", 7),
    ("f", 0.1),
    ("f", None),
    ("n", 7),
    ("b", True),
    ("s", "new"),
    ("s", ""),
    ("s", 'q"\\\n😀'),
    ("s", None),
    ("e", "a"),
    ("e", None),
    ("d", None),
    ("big", BIG + 1),
    ("i", None),
]
for x, value in LITERALS:
    for mask in ("b", "m"):
        case(
            f"where {mask} of {x} and {value!r}",
            lambda c, m=mask, x=x, v=value: call("where", getattr(c, m), getattr(c, x), lit(v)),
            lambda p, m=mask, x=x, v=value: chosen(p[m], p[x], v),
        )
        case(
            f"where {mask} of {value!r} and {x}",
            lambda c, m=mask, x=x, v=value: call("where", getattr(c, m), lit(v), getattr(c, x)),
            lambda p, m=mask, x=x, v=value: chosen(~p[m].fillna(False), p[x], v),
        )
for values in [("yes", "no"), (1, 0.5), ("", None)]:
    case(
        f"where of {values[0]!r} and {values[1]!r}",
        lambda c, v=values: call("where", c.b, lit(v[0]), lit(v[1])),
        lambda p, v=values: pandas.Series(
            [v[0] if x else v[1] for x in p["b"]], dtype="float64" if v[0] == 1 else "str"
        ),
    )
case(
    "where of a time and a literal",
    lambda c: call("where", c.b, c.d, lit(5, dt.DATETIME_MS)),
    lambda p: p["d"].where(p["b"], pandas.Timestamp(5, unit="ms")),
)


def chosen(mask, a, b):
    """What pandas' where gives, with dtypes met first; a missing mask takes the second."""
    if isinstance(b, pandas.Series) and a.dtype != b.dtype and "str" in {str(a.dtype), str(b.dtype)}:
        a, b = a.astype("str"), b.astype("str")
    return a.where(mask.fillna(False).astype(bool), b)


ISIN = [
    ("i", (3, -7)),
    ("i", (3, None)),
    ("f", (0.3, 2.5)),
    ("f", (None,)),
    ("f", (math.inf, 0)),
    ("s", ("", "z")),
    ("s", ("😀x", 'say "hi"', None)),
    ("s", ("absent",)),
    ("e", ("a", "10")),
    ("e", ("absent", None)),
    ("i", ()),
    ("n", (3, 4)),
    ("n", (None,)),
    ("big", (BIG + 1,)),
    ("big", (BIG,)),
    ("m", (True,)),
    ("f", (0.1 + 0.2,)),
    ("s", tuple(map(str, range(300)))),
]
for x, values in ISIN:
    case(
        f"isin of {x} and {str(values)[:30]}",
        lambda c, x=x, v=values: call("isin", getattr(c, x), params=(v,)),
        lambda p, x=x, v=values: p[x].isin(
            [p[x].array.dtype.na_value if x == "n" else math.nan] if v == (None,) else list(v)
        ),
    )

for x in ("f", "nf", "i", "n", "big"):
    for digits in (0, 1, 2, 3, -1, -2):
        case(
            f"round of {x} to {digits}",
            lambda c, x=x, d=digits: call("round", getattr(c, x), params=(d,)),
            lambda p, x=x, d=digits: p[x].round(d),
        )

MATH = [
    name
    for name in OPERATIONS
    if name.startswith("arc")
    or name in {"sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh"}
]
for op in MATH:
    for x in ("f", "i"):
        case(
            f"{op} of {x}",
            lambda c, op=op, x=x: call(op, getattr(c, x)),
            lambda p, op=op, x=x: getattr(np, op)(p[x]),
            1e-14,
        )
for op in ("floor", "ceil", "trunc", "rint"):
    for x in ("f", "i", "nf", "big"):
        if (op, x) != ("rint", "big"):
            case(
                f"{op} of {x}",
                lambda c, op=op, x=x: call(op, getattr(c, x)),
                lambda p, op=op, x=x: getattr(np, op)(p[x]),
            )
for op in ("floor", "ceil"):
    case(
        f"primitive for {op} of f",
        lambda c, op=op: call("primitive", c.f, params=({"ceil": "ceiling"}.get(op, op), (), dt.FLOAT64)),
        lambda p, op=op: getattr(np, op)(p["f"]),
    )

CASTS = [
    ("i", dt.FLOAT64),
    ("i", dt.STR),
    ("i", dt.BOOL),
    ("b", dt.INT64),
    ("b", dt.STR),
    ("s", dt.CATEGORY),
    ("e", dt.STR),
    ("number", dt.STR),
    ("n", dt.DType("float64", nullable=True)),
    ("b", dt.FLOAT64),
    ("big", dt.STR),
    ("m", dt.DType("int64", nullable=True)),
    ("n", dt.BOOLEAN),
    ("narrow", dt.INT64),
]
for x, target in CASTS:
    case(
        f"cast of {x} to {target}",
        lambda c, x=x, t=target: call("cast", getattr(c, x), params=(t,)),
        lambda p, x=x, t=target: p[x].astype(str(t)),
    )
case(
    "cast of floats to integers",
    lambda c: call("cast", call("where", call("lt", call("abs", c.f), lit(1e10)), c.f, lit(0.0)), params=(dt.INT64,)),
    lambda p: p["f"].where(p["f"].abs() < 1e10, 0.0).astype("int64"),
)
case("cast of floats to bool", lambda c: call("cast", c.f, params=(dt.BOOL,)), lambda p: p["f"].astype("bool"))
case("cast of floats to text", lambda c: call("cast", c.f, params=(dt.STR,)), lambda p: p["f"].astype("str"))

for op in ("lower", "upper", "strip", "lstrip", "rstrip", "len"):
    for x in ("s", "e"):
        case(
            f"{op} of {x}",
            lambda c, op=op, x=x: call(op, getattr(c, x)),
            lambda p, op=op, x=x: getattr(p[x].str, op)(),
        )
for pattern, ignore in [
    ("a", False),
    ("A", True),
    (r"\Q(+\E", False),
    ("^$", False),
    ("😀", False),
    ("Ä", True),
    (".", False),
]:
    python = pattern.replace(r"\Q(+\E", r"\(\+")
    for x in ("s", "e"):
        case(
            f"contains of {x}: {pattern} {ignore}",
            lambda c, x=x, r=pattern, i=ignore: call("contains", getattr(c, x), params=(r, i)),
            lambda p, x=x, r=python, i=ignore: p[x].str.contains(r, case=not i, na=False).astype(bool),
        )
for pattern, by, every in [
    ("a", "b", True),
    ("z|Z", "", True),
    (r"\s", "_", False),
    ("^", ">", False),
    ("😀", '"', True),
]:
    for x in ("s", "e"):
        case(
            f"replace of {x}: {pattern} {by} {every}",
            lambda c, x=x, v=(pattern, by, False, every): call("replace", getattr(c, x), params=v),
            lambda p, x=x, r=pattern, by=by, n=-1 if every else 1: p[x].str.replace(r, by, n=n, regex=True),
        )
for part in [(0, 1, None), (-2, None, None), (None, None, -1), (1, -1, 2), (None, None, None), (3, 1, None)]:
    for x in ("s", "e"):
        case(
            f"slice of {x}: {part}",
            lambda c, x=x, v=part: call("slice", getattr(c, x), params=v),
            lambda p, x=x, v=part: p[x].str.slice(*v),
        )
case("add of text", lambda c: call("add", c.s, c.t), lambda p: p["s"] + p["t"])
case("add of text and a literal", lambda c: call("add", c.s, lit("-\n😀")), lambda p: p["s"] + "-\n😀")
case("add of a literal and text", lambda c: call("add", lit('"'), c.s), lambda p: '"' + p["s"])

for op in ("year", "month", "day", "hour", "minute", "second", "dayofweek", "dayofyear", "quarter"):
    name = {"dayofweek": "day_of_week", "dayofyear": "day_of_year"}.get(op, op)
    case(f"{op} of d", lambda c, op=op: call(op, c.d), lambda p, name=name: getattr(p["d"].dt, name))
case("normalize of d", lambda c: call("normalize", c.d), lambda p: p["d"].dt.normalize())
case("days of span", lambda c: call("days", c.span), lambda p: p["span"].dt.days)
case(
    "total_seconds of span",
    lambda c: call("total_seconds", c.span),
    lambda p: p["span"].dt.total_seconds(),
    1e-14,
)
case("sub of times", lambda c: call("sub", c.d, c.u), lambda p: p["d"] - p["u"])
case("add of time and span", lambda c: call("add", c.d, c.span), lambda p: p["d"] + p["span"])
case("add of span and time", lambda c: call("add", c.span, c.d), lambda p: p["span"] + p["d"])
case("sub of time and span", lambda c: call("sub", c.d, c.lag), lambda p: p["d"] - p["lag"])
case("add of spans", lambda c: call("add", c.span, c.lag), lambda p: p["span"] + p["lag"])
case("mul of span and number", lambda c: call("mul", c.span, lit(3)), lambda p: p["span"] * 3)
case("truediv of spans", lambda c: call("truediv", c.span, c.lag), lambda p: p["span"] / p["lag"])
case("mod of spans", lambda c: call("mod", c.span, c.lag), lambda p: p["span"] % p["lag"])

case(
    "moment of numbers",
    lambda c: call(
        "moment", *(lit(v) for v in (2020, 2)), c.j, *(lit(v) for v in (3, 4, 5, 6)), params=(dt.DATETIME_MS,)
    ),
    lambda p: pandas.to_datetime(
        pandas.DataFrame({"year": 2020, "month": 2, "day": p["j"], "hour": 3, "minute": 4, "second": 5, "ms": 6}),
        errors="coerce",
    ).astype("datetime64[ms]"),
)
for x in ("e", "o", "number"):
    case(f"codes of {x}", lambda c, x=x: call("codes", getattr(c, x)), lambda p, x=x: p[x].cat.codes)
case("rownum", lambda c: call("rownum", c.s), lambda p: pandas.Series(range(len(p)), dtype="int64"))
case("rownum of enum", lambda c: call("rownum", c.e), lambda p: pandas.Series(range(len(p)), dtype="int64"))

EVERY = ("i", "f", "n", "b", "m", "s", "e", "d", "span", "big")
for x in EVERY:
    for rows in (1, -1, 5, 0, 30):
        case(
            f"shift of {x} by {rows}",
            lambda c, x=x, k=rows: call("shift", getattr(c, x), params=(k,)),
            lambda p, x=x, k=rows: p[x].shift(k),
        )
    for op in ("ffill", "bfill"):
        for limit in (None, 1):
            case(
                f"{op} of {x} up to {limit}",
                lambda c, op=op, x=x, v=limit: call(op, getattr(c, x), params=(v,)),
                lambda p, op=op, x=x, v=limit: getattr(p[x], op)(limit=v),
            )
for op in ("cumsum", "cumprod", "cummax", "cummin"):
    for x in ("i", "f", "n", "nf", "b", "narrow", "j"):
        if op == "cumprod" and x in {"i", "n", "j"}:
            continue
        case(
            f"{op} of {x}",
            lambda c, op=op, x=x: call(op, getattr(c, x)),
            lambda p, op=op, x=x: getattr(p[x], op)(),
            1e-15,
        )
case("cumsum of big", lambda c: call("cumsum", c.big), lambda p: p["big"].cumsum())
case("cumsum of span", lambda c: call("cumsum", c.span), lambda p: p["span"].cumsum())

for x in ("i", "f", "n", "s", "d", "o", "big"):
    for method in ("average", "min", "max", "first", "dense"):
        case(
            f"rank of {x}, {method}",
            lambda c, x=x, m=method: call("rank", getattr(c, x), params=(m, True, "keep", False)),
            lambda p, x=x, m=method: (p[x].astype(object) if x == "s" else p[x]).rank(method=m),
        )
    for ascending, na, pct in [
        (False, "keep", False),
        (True, "top", False),
        (False, "bottom", True),
        (True, "keep", True),
    ]:
        case(
            f"rank of {x}, {ascending} {na} {pct}",
            lambda c, x=x, v=(ascending, na, pct): call("rank", getattr(c, x), params=("average", *v)),
            lambda p, x=x, v=(ascending, na, pct): (p[x].astype(object) if x == "s" else p[x]).rank(
                ascending=v[0], na_option=v[1], pct=v[2]
            ),
        )
for keys in (["s"], ["e"], ["n"], ["f"], ["d"], ["e", "n"], ["s", "b"]):
    for dropna, sort in [(True, True), (False, True), (True, False)]:
        case(
            f"groupid of {keys}, dropna={dropna}, sort={sort}",
            lambda c, k=tuple(keys), v=(dropna, sort): call("groupid", *(getattr(c, x) for x in k), params=v),
            lambda p, k=keys, v=(dropna, sort): numbered(p.groupby(k, dropna=v[0], sort=v[1], observed=True)),
        )


def numbered(groups):
    """The groups' numbers, missing where a key was dropped."""
    numbers = groups.ngroup().astype("float64")
    return numbers.where(numbers >= 0).astype("Int64")
