"""The dtype of every operation's result, against pandas, for all dtypes."""

from __future__ import annotations

import itertools
import operator
import warnings
from functools import cache

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr.nodes import Col, call, lit
from h2o_frame_compat.expr.operations import OPERATIONS

NUMPY = [dt.BOOL, dt.INT8, dt.INT16, dt.INT32, dt.INT64, dt.UINT8, dt.UINT16, dt.UINT32, dt.UINT64,
         dt.FLOAT32, dt.FLOAT64]  # fmt: skip
MASKED = [d.but(nullable=True) for d in NUMPY]
TEXT = [dt.STR, dt.DType("str", nullable=True)]
CATEGORIES = [dt.category(("a", "b")), dt.category(("a", "b"), ordered=True)]
TIMES = [*(dt.datetime(unit) for unit in ("s", "ms", "us", "ns")), dt.datetime("us", "UTC")]
SPANS = [dt.timedelta(unit) for unit in ("ms", "us", "ns")]
ALL = [*NUMPY, *MASKED, *TEXT, *CATEGORIES, *TIMES, *SPANS]


def name(dtype):
    return ("ordered " if dtype.ordered else "") + str(dtype)


def series(dtype, *, extreme=False):
    """Two rows; `extreme` ones fit into no narrower dtype."""
    if dtype.kind == "category":
        values = pandas.Categorical(["a", "b"], categories=list(dtype.categories), ordered=dtype.ordered)
        return pandas.Series(values)
    if dtype.kind == "str":
        return pandas.Series(["a", "x" if extreme else "b"], dtype=str(dtype))
    if dtype.kind == "datetime":
        times = pandas.Series(pandas.to_datetime([1, 1], unit=dtype.unit)).dt.as_unit(dtype.unit)
        return times.dt.tz_localize(dtype.tz) if dtype.tz else times
    if dtype.kind == "timedelta":
        return pandas.Series(pandas.to_timedelta([1, 2], unit=dtype.unit)).dt.as_unit(dtype.unit)
    values = [1, 1]
    if extreme and dtype.is_integer:
        values = [np.iinfo(dtype.kind).max, np.iinfo(dtype.kind).min]
    if extreme and dtype.is_float:
        values = [0.1, 0.1]
    if dtype.is_bool:
        values = [True, True]  # a zero divisor would make pandas' integers floats
    return pandas.Series(values, dtype=str(dtype))


ERROR = "error"
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
LOGIC = {"and": operator.and_, "or": operator.or_, "xor": operator.xor}
BINARY = {
    **{op: getattr(operator, op) for op in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")},
    **{op: getattr(operator, op) for op in COMPARISONS},
    **LOGIC,
}
MATH = [
    *("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "rint"),
    *("arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
]
CLOCK = ["year", "month", "day", "hour", "minute", "second", "dayofweek", "dayofyear", "quarter"]
UNARY = {
    "neg": operator.neg,
    "abs": abs,
    "sign": np.sign,
    "not": operator.invert,
    "isna": lambda s: s.isna(),
    "isin": lambda s: s.isin([]),
    "round": lambda s: s.round(1),
    **{op: getattr(np, op) for op in (*MATH, "floor", "ceil", "trunc")},
    **{op: lambda s, op=op: getattr(s.str, op)() for op in ("lower", "upper", "strip", "lstrip", "rstrip", "len")},
    "contains": lambda s: s.str.contains("a"),
    "replace": lambda s: s.str.replace("a", "b"),
    "slice": lambda s: s.str.slice(0, 1),
    **{op: lambda s, op=op: getattr(s.dt, op.replace("dayof", "day_of_")) for op in (*CLOCK, "days")},
    "normalize": lambda s: s.dt.normalize(),
    "total_seconds": lambda s: s.dt.total_seconds(),
    "codes": lambda s: s.cat.codes,
    "shift": lambda s: s.shift(1),
    **{op: lambda s, op=op: getattr(s, op)() for op in ("cumsum", "cumprod", "cummax", "cummin")},
    **{op: lambda s, op=op: getattr(s, op)() for op in ("ffill", "bfill", "rank")},
}
PARAMS = {
    "isin": ((),), "round": (1,), "contains": ("a", False), "replace": ("a", "b", False, True),
    "slice": (0, 1, None), "shift": (1,), "ffill": (None,), "bfill": (None,),
    "rank": ("average", True, "keep", False),
}  # fmt: skip
# Their dtype is given by their params, or they have no counterpart of one argument in pandas.
NO_RULE = {"cast", "lookup", "moment", "where", "rownum", "groupid", "within", "window", "ewm", "primitive"}


def pandas_dtype(function, *columns):
    """Name the dtype pandas gives; dtype object counts as an error, since H2O cannot hold objects."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = str(function(*columns).dtype)
    except (TypeError, NotImplementedError, AttributeError, ValueError):
        return ERROR
    return {"object": ERROR, "bool[pyarrow]": "boolean"}.get(found, found)


@cache
def sample(dtype):
    return series(dtype)


def our_dtype(op, *dtypes, params=()):
    try:
        found = str(call(op, *(Col(f"c{n}", d) for n, d in enumerate(dtypes)), params=params).dtype)
    except (TypeError, NotImplementedError, AttributeError):
        return ERROR
    return ERROR if found == "object" else found  # of booleans, some missing


def known_binary(op, a, b):
    """Say why we and pandas differ, for pairs where we do."""
    kinds = {a.kind, b.kind}
    if op == "mul" and "str" in kinds:
        return "repeating text by numbers is not offered"
    if op == "mod" and a.kind == "timedelta" and b.is_numeric:
        return "a number counts units below the millisecond that H2O does not hold"
    if op in LOGIC and not (a.is_bool and b.is_bool):
        return "H2O has no bitwise arithmetic"
    if op in COMPARISONS and "timedelta" in kinds and a.nullable:
        return "pandas compares a masked number with the count of a timedelta's units; NumPy's numbers raise"
    if op in COMPARISONS and a.kind == "str" and b.kind == "category":
        return "pandas refuses it the other way round; so do we both ways"
    return None


@pytest.mark.parametrize("op", BINARY)
def test_binary_operations_give_the_dtype_pandas_gives(op):
    wrong = {}
    reasons = set()
    for a, b in itertools.product(ALL, ALL):
        ours, theirs = our_dtype(op, a, b), pandas_dtype(BINARY[op], sample(a), sample(b))
        if ours == theirs:
            continue
        reason = known_binary(op, a, b)
        reasons.add(reason)
        if reason is None or ours != ERROR:
            wrong[name(a), name(b)] = (ours, theirs)
    assert not wrong


def known_unary(op, d, ours, theirs):
    """Say why we and pandas differ, for dtypes where we do."""
    if op in MATH and theirs in {"float16", "float32", "Float32"}:
        return ours.lower() == "float64" and "narrow integers are computed in doubles, as H2O computes everything"
    if op == "not" and d.is_integer:
        return "H2O has no bitwise arithmetic"
    if op == "round" and not d.is_numeric:
        return "pandas gives back what cannot be rounded; an error tells more"
    if op in {"lower", "upper", "strip", "lstrip", "rstrip", "slice"} and d.kind == "category":
        return ours == "str" and "pandas gives dtype object, which is text here"
    if op == "sign" and d.kind == "timedelta":
        return "pandas gives a timedelta of one unit"
    if op in {"cumsum", "cummax", "cummin"} and d.kind in {"str", "category", "datetime"}:
        return ours == ERROR and "H2O accumulates numbers only"
    return None


@pytest.mark.parametrize("op", UNARY)
def test_unary_operations_give_the_dtype_pandas_gives(op):
    wrong = {}
    for d in ALL:
        ours, theirs = our_dtype(op, d, params=PARAMS.get(op, ())), pandas_dtype(UNARY[op], sample(d))
        if ours != theirs and not known_unary(op, d, ours, theirs):
            wrong[name(d)] = (ours, theirs)
    assert not wrong


def test_every_operation_is_checked_here():
    assert set(BINARY) | set(UNARY) | NO_RULE == set(OPERATIONS)


def known_where(a, b):
    if a.nullable or b.nullable:
        return "pandas looks at the values: it keeps the left dtype where they fit and refuses where they do not"
    if a.kind == "float32" and b.is_integer:
        return "pandas keeps float32 for integers that happen to fit"
    if a.kind == "category" and b.kind in {"str", "category"}:
        return "pandas refuses values that are no category; we give text"
    return None


def test_where_gives_the_dtype_pandas_gives_for_values_that_fit_no_narrower_one():
    wrong = {}
    mask = pandas.Series([True, False])
    for a, b in itertools.product(ALL, ALL):
        ours = our_dtype("where", dt.BOOL, a, b)
        theirs = pandas_dtype(lambda x, y: x.where(mask, y), series(a, extreme=True), series(b, extreme=True))
        if ours != theirs and not known_where(a, b):
            wrong[name(a), name(b)] = (ours, theirs)
    assert not wrong


@pytest.mark.parametrize("d", ALL, ids=name)
def test_where_with_nothing_gives_the_dtype_that_missing_values_need(d):
    ours = str(call("where", Col("m", dt.BOOL), Col("a", d), lit(None)).dtype)
    assert ours == str(sample(d).where(pandas.Series([True, False])).dtype)


def test_common_is_what_concat_gives():
    wrong = {}
    for a, b in itertools.product(ALL, ALL):
        try:
            ours = str(dt.common(a, b))
        except TypeError:
            ours = ERROR
        theirs = pandas_dtype(lambda *s: pandas.concat(s), sample(a), sample(b))
        if ours != theirs:
            wrong[name(a), name(b)] = (ours, theirs)
    assert not wrong


@pytest.mark.parametrize("d", ALL, ids=name)
def test_shift_and_with_na_agree_on_what_missing_values_need(d):
    assert str(d.with_na()) == str(sample(d).shift(1).dtype)


SCALARS = [True, 2, 2.5, "x", None]


@pytest.mark.parametrize("op", ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "eq", "lt"])
@pytest.mark.parametrize("reflected", [False, True])
def test_python_scalars_give_way_to_the_column(op, reflected):
    wrong = {}
    for d, scalar in itertools.product([*NUMPY, *MASKED], SCALARS):
        if scalar is None and (d.nullable or not d.is_float or op in COMPARISONS):
            continue  # a missing scalar has many faces in pandas; the dialect chooses
        args = [Col("c", d), lit(scalar)]
        values = [sample(d), np.nan if scalar is None else scalar]
        if reflected:
            args.reverse()
            values.reverse()
        try:
            ours = str(call(op, *args).dtype)
        except (TypeError, NotImplementedError):
            ours = ERROR
        theirs = pandas_dtype(BINARY[op], *values)
        squares = op == "pow" and d.is_bool  # pandas gives int8
        if ours != theirs and not (op == "mul" and scalar == "x") and not squares:
            wrong[name(d), scalar] = (ours, theirs)
    assert not wrong


@given(st.sampled_from(ALL), st.sampled_from(ALL))
def test_common_is_commutative(a, b):
    def common(x, y):
        try:
            return dt.common(x, y)
        except TypeError:
            return None

    assert common(a, b) == common(b, a)


@given(*[st.sampled_from([d for d in NUMPY if d.is_integer or d.is_float])] * 3)
def test_common_is_associative_where_numpy_is(a, b, c):
    def numpy(x, y):
        return np.promote_types(x, y)

    names = [d.kind for d in (a, b, c)]
    if numpy(numpy(names[0], names[1]), names[2]) == numpy(names[0], numpy(names[1], names[2])):
        assert dt.common(dt.common(a, b), c) == dt.common(a, dt.common(b, c))


@given(st.sampled_from(NUMPY), st.sampled_from(NUMPY))
def test_common_of_numbers_is_numpy_promotion(a, b):
    if a.is_bool == b.is_bool:
        assert dt.common(a, b).kind == np.promote_types(a.kind, b.kind).name


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (dt.INT64, dt.STR, "'int64' and 'str'"),
        (dt.datetime("us"), dt.datetime("us"), "'datetime64[us]' and 'datetime64[us]'"),
    ],
)
def test_errors_name_both_dtypes(a, b, words):
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+") as problem:
        call("add", Col("a", a), Col("b", b))
    assert words in str(problem.value)
