"""Primitives that compute values row by row or column by column, against pandas and numpy."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from .oracle import assert_same, nullable, odd_frame, plain
from .test_primitives import SIZES, refused, up

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Node


# --------------------------------------------------------------------------------------------------- rank
@pytest.mark.parametrize("method", ["average", "min", "max", "first", "dense"])
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na", ["keep", "top", "bottom"])
@pytest.mark.parametrize("pct", [True, False])
def test_rank(node: Node, method: Any, ascending: bool, na: Any, pct: bool) -> None:
    for n in (0, 1, 9, 3000):
        df = odd_frame(n)[["k", "f", "x", "big", "m", "s", "t"]]
        ast = f'(compat.rank {up(node, df)} "{method}" {int(ascending)} "{na}" {int(pct)})'
        text = df["s"].astype("category")  # ranks of text by code point; "first" is not offered for text by pandas
        codes = pd.Series(text.cat.codes, df.index).where(df["s"].notna())
        numbers = df.assign(s=codes.astype("Int64"))
        expected = numbers.rank(method=method, ascending=ascending, na_option=na, pct=pct)
        assert_same(node.run(ast), expected)


def test_rank_of_integer_ends(node: Node) -> None:
    df = pd.DataFrame({"i": pd.array([2**63 - 1, None, -(2**63) + 1, None, 0], "Int64")})
    for na in ("top", "bottom", "keep"):
        for ascending in (True, False):
            got = node.run(f'(compat.rank {up(node, df)} "min" {int(ascending)} "{na}" 0)')
            assert_same(got, df.rank(method="min", ascending=ascending, na_option=na))


# -------------------------------------------------------------------------------------------------- stats
FUNCS = ["n", "count", "sum", "mean", "min", "max", "var", "skew", "kurt", "prod"]


def pandas_stat(s: pd.Series, func: str) -> Any:
    with np.errstate(all="ignore"):
        if func == "n":
            return len(s)
        value = getattr(s, func)()
    return np.nan if value is pd.NA else value


@pytest.mark.parametrize("n", [0, 1, 3, 9, 5000])
def test_stats(node: Node, n: int) -> None:
    df = odd_frame(n)[["k", "f", "x", "m"]].assign(small=np.arange(n) % 3 + 1.5, none=np.nan)
    df["m"] //= 2**55
    key = up(node, df)
    table = node.run(f"(compat.stats {key})")
    texts = node.rapids(f"(compat.stat {key} [{' '.join(repr(f) for f in FUNCS)}])")
    assert table.num_rows == df.shape[1]
    strings = next(v for v in texts.values() if isinstance(v, list) and v and isinstance(v[0], str))
    for i, name in enumerate(df.columns):
        for j, func in enumerate(FUNCS):
            want = float(pandas_stat(df[name], func))
            got = table[func][i].as_py()
            got = math.nan if got is None else float(got)
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=f"{name} {func}")
            np.testing.assert_equal(float(strings[i * len(FUNCS) + j]), got)


def test_stat_is_exact_for_integers_and_times(node: Node) -> None:
    df = odd_frame(5000)[["big", "m", "t"]]
    key = up(node, df)
    answer = node.rapids(f'(compat.stat {key} ["sum" "min" "max" "prod" "nunique" "count" "n"])')
    got = next(v for v in answer.values() if isinstance(v, list) and v and isinstance(v[0], str))
    milliseconds = df["t"].dropna().astype("datetime64[ms]").astype("int64")
    want = [str(f(c)) for c in (df["big"], df["m"], milliseconds) for f in (
        lambda s: int(s.sum()), lambda s: int(s.min()), lambda s: int(s.max()), lambda s: int(s.prod()),
        lambda s: s.nunique(), lambda s: s.count(), lambda s: 5000)]  # fmt: skip
    assert got == want
    table = node.run(f"(compat.stats {key})")
    assert plain(table["isum"]) == [int(x) for x in got[::7]]
    assert plain(table["imin"]) == [int(x) for x in got[1::7]]
    assert plain(table["imax"]) == [int(x) for x in got[2::7]]
    assert plain(table["iprod"]) == [int(x) for x in got[3::7]]


def test_stats_refuse(node: Node) -> None:
    key = up(node, odd_frame(5))
    refused(node, f"(compat.stats {key})", "numeric or time columns")
    refused(node, f'(compat.stat (cols {key} [0]) ["bogus"])', "unknown aggregate bogus")


@pytest.mark.parametrize("n", SIZES)
def test_total(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    values = np.where(rng.random(n) < 0.1, np.nan, rng.normal(scale=1e9, size=n))
    whole = np.arange(n) % 7 + 0.0
    key = up(node, pd.DataFrame({"x": values, "w": whole, "i": np.arange(n) * 1_000_003}))
    for place, expected in enumerate(
        (math.fsum(values[~np.isnan(values)]), whole.sum(), np.arange(n).sum() * 1_000_003)
    ):
        assert node.rapids(f"(compat.total (cols {key} {place}))")["scalar"] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([math.inf, 1.0], math.inf), ([-math.inf, 2.0], -math.inf), ([math.inf, -math.inf], math.nan), ([math.nan], 0)],
)
def test_total_of_infinities(node: Node, values: list[float], expected: float) -> None:
    key = up(node, pd.DataFrame({"x": values}))
    assert float(node.rapids(f"(compat.total {key})")["scalar"]) == pytest.approx(expected, nan_ok=True)


# ------------------------------------------------------------------------------------------------- levels
@pytest.mark.parametrize("n", [1, 9, 5000])
def test_levels(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    levels = ["b", "a", "", 'say "hi"\\', "日本\n", "7"]
    codes = np.where(rng.random(n) < 0.2, -1, rng.integers(0, len(levels), n))
    numbers = np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n))
    key = up(node, pd.DataFrame({"y": pd.Categorical.from_codes(codes, levels), "w": numbers, "x": 1.0}))
    absent = [str((codes < 0).sum()), str(np.isnan(numbers).sum())]
    assert node.rapids(f"(compat.levels {key} [0 1])")["string"] == [absent[0], "6", *levels, absent[1], "0"]
    assert node.rapids(f"(compat.levels {key} [2])")["string"] == ["0", "0"]


def test_levels_refuse(node: Node) -> None:
    key = up(node, pd.DataFrame({"x": [1.0]}))
    refused(node, f"(compat.levels {key} [1])", "argument columns must be columns below 1, not 1")
    refused(node, f"(compat.levels {key} [])", "at least one column")


# ------------------------------------------------------------------------------------------------- factor
@pytest.mark.parametrize("n", [0, 1, 9, 5000])
def test_factor_is_that_of_h2o(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    whole = rng.integers(-3, 9, n)
    df = odd_frame(n).drop(columns=["s", "c", "t"]).assign(
        classes=whole.astype(np.int8),
        absent=pd.array(np.where(whole < 0, 0, whole), "Int64"),
        wide=whole * 20_000,
        whole=whole + 0.0,
    )
    df.loc[whole < 0, "absent"] = pd.NA
    key = up(node, df)
    for place in range(df.shape[1]):
        made = node.run(f"(compat.factor (cols {key} {place}))")
        assert made.equals(node.run(f"(as.factor (cols {key} {place}))")), df.columns[place]


def test_factor_of_classes(node: Node) -> None:
    key = up(node, pd.DataFrame({"y": pd.array([3, -1, None, 3, 10], "Int64")}))
    made = node.run(f"(compat.factor {key})")["y"].combine_chunks()
    assert made.dictionary.to_pylist() == ["-1", "3", "10"]
    assert made.to_pylist() == ["3", "-1", None, "3", "10"]


def test_factor_refuses(node: Node) -> None:
    key = up(node, odd_frame(5))
    refused(node, f"(compat.factor {key})", "argument frame must be a frame of one column")


# -------------------------------------------------------------------------------------------------- facts
@pytest.mark.parametrize("n", SIZES)
def test_facts(node: Node, n: int) -> None:
    rng = np.random.default_rng(n)
    df = pd.DataFrame(
        {
            "x": np.where(rng.random(n) < 0.1, np.nan, rng.normal(1e6, size=n)),
            "i": rng.integers(-5, 5, n),
            "none": np.full(n, np.nan),
        }
    )
    texts = pd.Series(np.where(rng.random(n) < 0.5, None, "a"), dtype="str")
    found = node.rapids(f'(compat.facts {up(node, df.assign(s=texts))} ["c0" "c1" "c2" "c3"])')["string"]
    for place, (_, column) in enumerate(df.items()):
        spread = ((column - column.mean()) ** 2).sum()
        wanted = [n, column.isna().sum(), column.sum(), column.min(), column.max(), spread, (column == 0).sum()]
        given = [float(text) for text in found[7 * place : 7 * place + 7]]
        assert given == pytest.approx([float(value) for value in wanted], rel=1e-11, abs=1e-9, nan_ok=True)
    assert found[21:23] == [str(n), str(texts.isna().sum())]


def test_facts_of_infinities(node: Node) -> None:
    key = up(node, pd.DataFrame({"x": [math.inf, 1.0], "y": [-math.inf, math.inf], "z": [math.nan, -math.inf]}))
    found = node.rapids(f'(compat.facts {key} ["c0" "c1" "c2"])')["string"]
    assert [found[7 * n + 2] for n in range(3)] == ["Infinity", "NaN", "-Infinity"]
    assert [found[7 * n + 3 : 7 * n + 5] for n in range(3)] == [
        ["1.0", "Infinity"], ["-Infinity", "Infinity"], ["-Infinity", "-Infinity"],
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------------- bin
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
COMPARISONS = list(OPERATIONS)[5:]


def masked(result: pd.Series, op: str) -> pd.Series:
    """A comparison's missing values as H2O masks have them."""
    return result.fillna(op == "!=").astype(int) if op in COMPARISONS else result


INTS = [0, 1, -1, 7, -7, 2**53 + 1, 2**62, 2**63 - 1, -(2**63) + 1, 3]


@pytest.mark.parametrize("op", list(OPERATIONS))
@pytest.mark.parametrize("n", SIZES)
def test_bin_of_integers(node: Node, op: str, n: int) -> None:
    r = np.random.default_rng(n)
    left, right = pd.Series(r.choice(INTS, n)), pd.Series(r.choice(INTS, n))
    right = right.replace(0, 5) if op in ("//", "%") else right
    with np.errstate(all="ignore"):
        expected = masked(OPERATIONS[op](left, right), op)
    expected = expected.astype("Int64").mask(expected == -(2**63))  # H2O's missing value
    key = up(node, pd.DataFrame({"l": left, "r": right}))
    assert_same(node.run(f'(compat.bin "{op}" (cols {key} 0) (cols {key} 1))'), expected)


@pytest.mark.parametrize("op", list(OPERATIONS))
def test_bin_with_missing_integers(node: Node, op: str) -> None:
    r = np.random.default_rng(1)
    df = pd.DataFrame({c: pd.array(r.integers(1, 9, 100), "Int64").copy() for c in "lr"})
    df.loc[r.random(100) < 0.2, "l"] = pd.NA
    df.loc[r.random(100) < 0.2, "r"] = pd.NA
    key = up(node, df)
    expected = masked(OPERATIONS[op](df["l"], df["r"]), op)
    assert_same(node.run(f'(compat.bin "{op}" (cols {key} 0) (cols {key} 1))'), expected)


@pytest.mark.parametrize("op", list(OPERATIONS))
@pytest.mark.parametrize("scalar", [3, -3, 2**62 + 1, 1])
def test_bin_with_an_integer_scalar(node: Node, op: str, scalar: int) -> None:
    s = pd.Series([*INTS, 2**62 + 1])
    s = s[s != 0] if op in ("//", "%") else s
    key = up(node, s.to_frame("a"))
    for ast, want in (
        (f'(compat.bin "{op}" {key} "{scalar}")', OPERATIONS[op](s, scalar)),
        (f'(compat.bin "{op}" "{scalar}" {key})', OPERATIONS[op](np.int64(scalar), s)),
    ):
        with np.errstate(all="ignore"):
            expected = masked(want, op).astype("Int64")
        assert_same(node.run(ast), expected.mask(expected == -(2**63)))


@pytest.mark.parametrize("op", ["//", "%"])
def test_bin_integers_divided_by_zero(node: Node, op: str) -> None:
    df = pd.DataFrame({"l": [1, 0, -1, 7, 5], "r": [0, 0, 0, 2, -3]})
    key = up(node, df)
    got = node.run(f'(compat.bin "{op}" (cols {key} 0) (cols {key} 1))')
    with np.errstate(all="ignore"):
        assert_same(got, OPERATIONS[op](df["l"], df["r"]))
        assert_same(node.run(f'(compat.bin "{op}" (cols {key} 0) "0")'), OPERATIONS[op](df["l"], 0))


DOUBLES = [
    0.0,
    -0.0,
    1.5,
    -1.5,
    0.1,
    0.3,
    np.inf,
    -np.inf,
    np.nan,
    5e-324,
    1e308,
    2.0**53,
    7.0,
    -7.0,
    3.0,
    0.1 + 0.2,
]


@pytest.mark.parametrize("op", list(OPERATIONS))
def test_bin_of_doubles(node: Node, op: str) -> None:
    left, right = (pd.Series(a.ravel()) for a in np.meshgrid(DOUBLES, DOUBLES))
    key = up(node, pd.DataFrame({"l": left, "r": right}))
    with np.errstate(all="ignore"):
        expected = masked(OPERATIONS[op](left, right), op)
    got = node.run(f'(compat.bin "{op}" (cols {key} 0) (cols {key} 1))')
    assert_same(got, expected)
    if op in ("//", "%"):
        a, b = got.column(0).to_numpy(), expected.to_numpy()
        assert np.array_equal(np.signbit(a[~np.isnan(a)]), np.signbit(b[~np.isnan(b)]))


@pytest.mark.parametrize("op", list(OPERATIONS))
def test_bin_of_integers_and_doubles(node: Node, op: str) -> None:
    df = pd.DataFrame({"i": [1, 2, -3, 2**53 + 1], "d": [1.0, 2.5, np.nan, 2.0**53]})
    key = up(node, df)
    got = node.run(f'(compat.bin "{op}" (cols {key} 0) (cols {key} 1))')
    assert_same(got, masked(OPERATIONS[op](df["i"], df["d"]), op))
    assert_same(node.run(f'(compat.bin "{op}" (cols {key} 0) 2.5)'), masked(OPERATIONS[op](df["i"], 2.5), op))


def test_bin_across_layouts_and_several_columns(node: Node) -> None:
    df = nullable(odd_frame(5000)[["k", "big"]])
    one, two = node.frame(df, plan=[5000]), node.frame(df[["k"]], plan=[7, 4000, 993])
    got = node.run(f'(compat.bin "+" {one} {two})')
    assert_same(got, df.add(df["k"], axis=0))
    assert_same(node.run(f'(compat.bin "-" {two} {one})'), (-df).add(df["k"], axis=0))
    assert_same(node.run(f'(compat.bin "*" {one} {one})'), df * df)


def test_bin_of_times(node: Node) -> None:
    t = odd_frame(100)["t"]
    key = up(node, t.to_frame())
    later = node.run(f'(compat.bin "+" {key} "1000")')
    assert later.schema.types == [pa.timestamp("ms")]
    assert plain(later.column(0)) == plain(t + pd.Timedelta(seconds=1))
    assert plain(node.run(f'(compat.bin "-" {key} {key})').column(0)) == plain(t.sub(t).dt.total_seconds() * 1000)
    assert plain(node.run(f'(compat.bin "<" {key} "0")').column(0)) == (t < pd.Timestamp(0)).astype(int).tolist()


@pytest.mark.parametrize("op", COMPARISONS)
@pytest.mark.parametrize("n", [0, 1, 9, 3000])
def test_bin_of_text(node: Node, op: str, n: int) -> None:
    left, right = odd_frame(n, 1), odd_frame(n, 2)
    one, two = up(node, left[["s"]]), node.frame(right[["s", "c"]], plan=[n])
    text = right["c"].astype("str")

    def expected(a: pd.Series, b: Any) -> list[int]:
        other = b if isinstance(b, pd.Series) else [b] * len(a)
        return [
            int(op == "!=") if pd.isna(x) or pd.isna(y) else int(OPERATIONS[op](x, y))
            for x, y in zip(a, other, strict=True)
        ]

    assert plain(node.run(f'(compat.bin "{op}" {one} (cols {two} 0))').column(0)) == expected(left["s"], right["s"])
    assert plain(node.run(f'(compat.bin "{op}" {one} (cols {two} 1))').column(0)) == expected(left["s"], text)
    assert plain(node.run(f'(compat.bin "{op}" {one} "b")').column(0)) == expected(left["s"], "b")
    assert plain(node.run(f'(compat.bin "{op}" (cols {two} 1) "m")').column(0)) == expected(text, "m")
    flipped = [int(OPERATIONS[op]("aa", x)) if pd.notna(x) else int(op == "!=") for x in left["s"]]
    assert plain(node.run(f'(compat.bin "{op}" "aa" {one})').column(0)) == flipped


def test_bin_refuses(node: Node) -> None:
    key = up(node, odd_frame(10))
    numbers = f"(cols {key} [0 1 2])"
    refused(node, f'(compat.bin "^" {numbers} "1")', "unknown operation")
    refused(node, f'(compat.bin "+" {numbers} "1.5")', "'1.5' is no 64-bit integer")
    refused(node, f'(compat.bin "+" {numbers} "9223372036854775808")', "is no 64-bit integer")
    refused(node, '(compat.bin "+" 1 "2")', "must be a frame, if the right side is none")
    refused(node, f'(compat.bin "+" {numbers} (cols {key} [0 1]))', "one column or as many")
    refused(node, f'(compat.bin "+" {numbers} {up(node, odd_frame(11)[["k"]])})', "a frame of 10 rows")
    refused(node, f'(compat.bin "+" (cols {key} "s") "1")', "text can only be compared")
    refused(node, f'(compat.bin "==" (cols {key} "s") 1)', "only with text")
    refused(node, f'(compat.bin "==" (cols {key} "s") (cols {key} "k"))', "only with text")


# ------------------------------------------------------------------------------------------------ strings
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("separator", ["", "-", "é\U0001f600"])
def test_strcat(node: Node, n: int, separator: str) -> None:
    df = odd_frame(n)
    df["s2"] = odd_frame(n, 5)["s"]
    got = node.run(f'(compat.strcat "{separator}" (cols {up(node, df)} ["s" "s2" "c"]))')
    parts = [df["s"], df["s2"], df["c"].astype("str")]
    assert_same(got, parts[0] + separator + parts[1] + separator + parts[2])


SLICES = [
    (None, None, None), (-3, None, None), (None, None, -1), (1, -1, None), (-1, -4, -1), (0, 7, 2),
    (3, 1, None), (None, 1, None), (100, -100, -3), (-100, 100, 1), (2, None, -1), (None, None, 10**9),
    (5, 0, -2), (0, 0, None),
]  # fmt: skip


@pytest.mark.parametrize(("start", "stop", "step"), SLICES)
def test_strslice(node: Node, start: int | None, stop: int | None, step: int | None) -> None:
    cut = operator.itemgetter(slice(start, stop, step))
    for n in SIZES:
        df = odd_frame(n)[["s"]].assign(long=[None if i % 7 == 0 else f"text-é{i:06d}-end" for i in range(n)])
        df["long"] = df["long"].astype("str")
        arguments = " ".join("NaN" if x is None else str(x) for x in (start, stop, step))
        got = node.run(f"(compat.strslice {up(node, df)} {arguments})")
        assert_same(got, df.apply(lambda c: c.map(cut, na_action="ignore")))


def test_strings_refuse(node: Node) -> None:
    key = up(node, odd_frame(5))
    refused(node, f'(compat.strcat "-" (cols {key} ["s" "k"]))', "string and enum columns")
    refused(node, f"(compat.strslice (cols {key} ['c']) 0 1 1)", "a frame of string columns")
    refused(node, f"(compat.strslice (cols {key} ['s']) 0 1 0)", "step must be other than zero")
