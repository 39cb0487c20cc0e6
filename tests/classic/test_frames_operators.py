"""Operators and functions of one value at a time; pandas, NumPy, SciPy and the h2o package are the oracles."""

from __future__ import annotations

import operator

import numpy as np
import pandas as pd
import pytest

N = pd.DataFrame({"a": [1.5, -2.0, np.nan, 7.0, 5.0, 0.0], "b": [1, 2, 3, -4, 0, 6]})
S = pd.DataFrame({"s": ["x", "", None, "ab Cä", "x-y-x", "  x "], "f": pd.Categorical(["u", "v", None, "u", "w", "v"])})
TIMES = ["2020-02-29 13:05:06", "1969-12-31", None, "2021-01-03", "2024-06-30", "2000-01-01"]
T = pd.DataFrame({"t": pd.to_datetime(TIMES, format="ISO8601")})


@pytest.fixture
def numbers(up):
    return up(N)


@pytest.fixture
def texts(up):
    return up(S)


def values(data):
    """A vec as a list, missing values as None; a frame as a dict of lists."""
    if hasattr(data, "vecs"):
        return {v.name(): values(v) for v in data}
    return [None if pd.isna(v) else v for v in data]


def given(found):
    """The same of what pandas gives."""
    if isinstance(found, pd.DataFrame):
        (found,) = (found[k] for k in found)
    return [None if pd.isna(v) else int(v) if isinstance(v, (bool, np.bool_)) else v for v in list(found)]


def close(ours, expected, rel=1e-12):
    """Compare numbers that may be missing."""
    a, b = (np.array([np.nan if v is None else v for v in x], dtype=float) for x in (ours, expected))
    np.testing.assert_allclose(a, b, rtol=rel, atol=1e-12)


ARITHMETIC = ["add", "sub", "mul", "truediv", "pow", "eq", "ne", "lt", "le", "gt", "ge"]


@pytest.mark.parametrize("op", ARITHMETIC)
def test_numbers(classic, numbers, op):
    do, b = getattr(operator, op), N.b.astype(float)
    vecs = [do(numbers["a"], numbers["b"]), do(numbers["b"], 2), do(2.5, numbers["a"])]
    frames = [do(numbers, 2)[["b"]], do(numbers, numbers["b"])[["a"]], do(numbers, numbers[["b", "a"]])[["a"]]]
    with np.errstate(all="ignore"):
        expected = [do(N.a, b), do(b, 2), do(2.5, N.a), do(b, 2), do(N.a, b), do(N.a, b)]
    made = classic.H2OFrame(vecs=[*vecs, *(f[0] for f in frames)])
    for ours, theirs in zip(made, expected, strict=True):
        close(values(ours), given(theirs))


def test_a_quotient_is_cut_off(numbers, theirs):
    whole, frame = numbers[["b"]], theirs.frame(N)
    for by in (3, -4):
        assert values(numbers["b"] // by) == given(theirs.pull(frame["b"] // by))
        assert values(whole // by)["b"] == given(theirs.pull(frame["b"] // by))
    assert values(7 // numbers["b"])[:4] == given(theirs.pull(7 // frame["b"]))[:4]
    close(values(numbers["a"] // 2.5), given(np.trunc(N.a / 2.5)))
    assert values((numbers["a"] // 2) * 2 + numbers["a"] % 2) == values(numbers["a"])


def test_a_remainder_has_the_sign_of_the_dividend(numbers, theirs):
    frame = theirs.frame(N)
    for by in (3, -3, 2.5):
        assert values(numbers["b"] % by) == given(theirs.pull(frame["b"] % by))
        assert values(numbers["a"] % by) == given(theirs.pull(frame["a"] % by))
    assert values(numbers["a"] % numbers["b"])[:2] == given(theirs.pull(frame["a"] % frame["b"]))[:2]


def test_logic(numbers, theirs):
    frame = theirs.frame(N)
    for ours, other in [
        (numbers["a"] & numbers["b"], frame["a"] & frame["b"]),
        (numbers["a"] | numbers["b"], pd.Series([1] * 6)),  # H2O's own takes no number but 1 for true
        (numbers["a"] | 0, pd.Series([1, 1, None, 1, 1, 0])),
        ((numbers["a"] > 1) & (numbers["b"] > 0), (frame["a"] > 1) & (frame["b"] > 0)),
        ((numbers["a"] > 1) | (numbers["b"] > 0), (frame["a"] > 1) | (frame["b"] > 0)),
        (numbers["a"].logical_negation(), frame["a"].logical_negation()),
        (~(numbers["a"] > 1), (frame["a"] > 1).logical_negation()),
        (numbers["a"] == None, frame["a"].isna()),  # noqa: E711 - as the document writes it
        ((numbers["a"] > 1) + (numbers["b"] > 0), (N.a > 1).astype(int) + (N.b > 0).astype(int)),
        (-numbers["a"], -N.a),
        (abs(numbers["a"]), N.a.abs()),
    ]:
        assert values(ours) == given(other if isinstance(other, pd.Series) else theirs.pull(other))


def test_large_numbers_and_literals(classic):
    vec = classic.H2OFrame({"x": [4_000_000_000, 2]})["x"]
    assert values(vec * vec) == [1.6e19, 4]
    assert values(vec * 2 + 1) == [8_000_000_001, 5]
    assert values(vec & None) == [None, None]
    assert values(vec | 1) == values(True | (vec > 5)) == [1, 1]
    assert values(vec & np.int64(0)) == [0, 0]
    with pytest.raises(ValueError, match="condition"):
        _ = vec & "x"


def test_texts_in_operators(texts):
    f, s = texts["f"], texts["s"]
    assert values(f == "u") == [1, 0, 0, 1, 0, 0]
    assert values(f != "u") == [0, 1, 1, 0, 1, 1]
    assert values(f < "v") == [1, 0, 0, 1, 0, 0]
    assert values(s == f) == [0, 0, 0, 0, 0, 0]
    assert values(f == f) == [1, 1, 0, 1, 1, 1]  # noqa: PLR0124 - a missing value equals nothing
    assert values(f == 1) == [0] * 6
    assert values(f + 1) == values(2 * s) == [None] * 6
    assert values(texts.isna()) == {"s": [0, 0, 1, 0, 0, 0], "f": [0, 0, 1, 0, 0, 0]}


MATH = {
    "acos": "arccos", "asin": "arcsin", "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh",
    **{n: n for n in ("cos", "sin", "tan", "cosh", "sinh", "tanh", "abs", "sign", "sqrt", "trunc", "ceil", "floor")},
    **{n: n for n in ("log", "log10", "log1p", "log2", "exp", "expm1")},
}


def test_functions_of_numbers(classic, numbers):
    made = [getattr(classic, name)(numbers) for name in MATH]
    assert all(type(m) is classic.Expr for m in made)
    found = classic.H2OFrame(vecs=[m["a"] for m in made]).dataframe().to_pandas()
    with np.errstate(all="ignore"):
        for n, name in enumerate(MATH):
            close(given(found.iloc[:, n]), given(getattr(np, MATH[name])(N.a)))
    assert values(classic.cos(numbers["b"])) == values(made[list(MATH).index("cos")]["b"])


def test_functions_of_numbers_that_numpy_has_not(classic, numbers, theirs):
    frame = theirs.frame(N)
    for name in ("cospi", "sinpi", "tanpi", "gamma", "lgamma", "digamma", "trigamma"):
        expected = given(theirs.pull(getattr(frame["b"], name)()))
        close(values(getattr(classic, name)(numbers["b"])), expected, 1e-9)
    close(values(numbers["a"].signif(1)), given(theirs.pull(frame["a"].signif(1))))
    close(values((numbers["a"] / 3).round(2)), given(N.a.div(3).round(2)))
    close(values(classic.round(numbers["a"])), given(N.a.round()))


def test_functions_refuse_what_is_no_data(classic):
    for name in ("cos", "mean", "gamma", "table", "cbind"):
        with pytest.raises(ValueError, match=name):
            getattr(classic, name)(*[3] * (1 + (name == "cbind")))


def test_ifelse(classic, numbers, texts):
    assert values(classic.ifelse(numbers["a"] > 1, numbers["b"], 0)) == [1, 0, 0, -4, 0, 0]
    assert values(classic.ifelse(numbers["a"], 1, None)) == [1, 1, None, 1, 1, None]
    assert values(classic.ifelse(numbers > 1, 1, numbers)["b"]) == [1, 1, 1, -4, 0, 1]
    assert values(classic.ifelse(numbers["b"] > 1, texts["f"], "z")) == ["z", "v", None, "z", "z", "v"]
    assert classic.ifelse(numbers["b"] > 1, "p", "q").levels() == ["p", "q"]
    assert classic.ifelse(True, 1, 2) == 1
    with pytest.raises(ValueError, match="not between both"):
        classic.ifelse(numbers["b"] > 1, "p", 1)


TEXTS = {
    "toupper": (lambda v: v.toupper(), lambda p: p.str.upper()),
    "tolower": (lambda v: v.tolower(), lambda p: p.str.lower()),
    "trim": (lambda v: v.trim(), lambda p: p.str.strip()),
    "lstrip": (lambda v: v.lstrip("x "), lambda p: p.str.lstrip("x ")),
    "rstrip": (lambda v: v.rstrip("x "), lambda p: p.str.rstrip("x ")),
    "nchar": (lambda v: v.nchar(), lambda p: p.str.len()),
    "sub": (lambda v: v.sub("x", "[z]"), lambda p: p.str.replace("x", "[z]", n=1, regex=True)),
    "gsub": (lambda v: v.gsub("x|b", ""), lambda p: p.str.replace("x|b", "", regex=True)),
    "grep": (lambda v: v.grep("^X", True), lambda p: p.str.contains("^X", case=False, na=False).astype(int)),
    "substring": (lambda v: v.substring(1, 3), lambda p: p.str.slice(1, 3)),
    "substring to the end": (lambda v: v.substring(1), lambda p: p.str.slice(1)),
    "countmatches": (lambda v: v.countmatches("x"), lambda p: p.str.count("x")),
    "countmatches of two": (lambda v: v.countmatches(["x", "-"]), lambda p: p.str.count("x|-")),
    "ascharacter": (lambda v: v.ascharacter(), lambda p: p.astype("str")),
    "a literal quote": (lambda v: v.gsub('"', "") == v, lambda p: p.notna().astype(int)),
}


def test_texts(texts):
    for name, (ours, theirs) in TEXTS.items():
        for column in ("s", "f"):
            assert values(ours(texts[column])) == given(theirs(S[column].astype("str"))), (name, column)


def test_more_of_texts(classic, texts, numbers):
    parts = texts["s"].strsplit("-")
    assert values(parts)["C2"] == [None, None, None, None, "y", None]
    assert parts.ncol() == 3
    assert values(classic.H2OFrame(["abab", "c"])[0].entropy()) == [1.0, 0.0]
    assert values(texts.toupper()["f"]) == ["U", "V", None, "U", "W", "V"]
    for use in (numbers["a"].toupper, numbers.nchar, texts.strsplit):
        with pytest.raises(ValueError, match=r"texts|column"):
            use(*["x"][: use == texts.strsplit])


def test_times(classic, up):
    frame = up(T)
    t = T.t.dt
    for name, expected in {
        "year": t.year, "month": t.month, "day": t.day, "hour": t.hour, "minute": t.minute, "second": t.second,
        "week": t.isocalendar().week.astype("float64"), "dayOfWeek": t.day_name().str[:3],
    }.items():
        assert values(getattr(frame["t"], name)()) == given(expected), name
        assert values(getattr(classic, name)(frame["t"])) == given(expected), name
    assert frame["t"].dayOfWeek().isfactor()
    millis = (T.t - pd.Timestamp(0)) // pd.Timedelta("1ms")
    assert values(frame["t"] + 1) == given(millis + 1)
    assert values(frame["t"] > 0) == given((T.t > pd.Timestamp(0)).astype(int))
    with pytest.raises(ValueError, match="times"):
        classic.H2OFrame(["x"])[0].year()


def test_times_of_texts_and_of_parts(classic):
    texts = classic.H2OFrame(["2020-01-02", "2024-02-29"])[0]
    days = [pd.Timestamp(d).timestamp() * 1000 for d in ("2020-01-02", "2024-02-29")]
    assert values(texts.as_date("%Y-%m-%d")) == days
    assert classic.mktime(2020, 0, 1) == days[0]
    parts = classic.H2OFrame({"y": [2020, 2024], "m": [0, 1], "d": [1, 28]})
    assert values(classic.mktime(parts["y"], parts["m"], parts["d"])) == days
    with pytest.raises(ValueError, match="one column"):
        classic.mktime(parts[["y", "m"]], parts["d"])
    with pytest.raises(ValueError, match="format"):
        texts.as_date(5)
