"""Each primitive against pandas, on frames of no, one and many rows and chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from .conftest import RapidsError
from .oracle import assert_same, nullable, odd_frame, plain

if TYPE_CHECKING:
    from .conftest import Node

SIZES = [0, 1, 2, 9, 5000]
KEYS = ["k", "f", "x", "big", "m", "s", "c", "t"]


def plan(n: int) -> list[int]:
    """Uneven chunks."""
    return [n] if n < 4 else [1, n // 3, n - n // 3 - 1]


def up(node: Node, df: pd.DataFrame, **kwargs: Any) -> str:
    return node.frame(df, plan=plan(len(df)), **kwargs)


def refused(node: Node, ast: str, match: str) -> None:
    """The expression is refused with that reason, and the session lives on."""
    with pytest.raises(RapidsError, match=match):
        node.rapids(ast)
    assert node.rapids("(+ 1 1)")["scalar"] == 2


# --------------------------------------------------------------------------------------------------- take
@pytest.mark.parametrize("n", [1, 2, 9, 5000])
@pytest.mark.parametrize("m", [0, 1, 5000, 7000])
def test_take(node: Node, n: int, m: int) -> None:
    df = odd_frame(n)
    rows = np.random.default_rng(m).integers(0, n, m)
    taken = node.run(f"(compat.take {up(node, df)} {up(node, pd.DataFrame({'r': rows}))})")
    assert_same(taken, df.iloc[rows])


def test_take_with_missing_rows(node: Node) -> None:
    df = odd_frame(50)
    rows = pd.DataFrame({"r": pd.array([3, None, 3, 49, None], "Int64")})
    taken = node.run(f"(compat.take {up(node, df)} {up(node, rows)})")
    assert_same(taken, nullable(df).reindex([3, -1, 3, 49, -1]))
    floats = node.frame(pd.DataFrame({"r": [3.0, np.nan]}))
    assert_same(node.run(f"(compat.take {up(node, df)} {floats})"), nullable(df).reindex([3, -1]))


def test_take_by_list(node: Node) -> None:
    df = odd_frame(50)
    key = up(node, df)
    assert_same(node.run(f"(compat.take {key} [5 5 3 49 0])"), df.iloc[[5, 5, 3, 49, 0]])
    assert_same(node.run(f"(compat.take {key} [10:5])"), df.iloc[10:15])
    assert_same(node.run(f"(compat.take {key} 7)"), df.iloc[[7]])
    assert_same(node.run(f"(compat.take {key} [3 NaN])"), nullable(df).reindex([3, -1]))
    assert_same(node.run(f"(compat.take {key} [])"), df.iloc[[]])


def test_take_keeps_types(node: Node) -> None:
    taken = node.run(f"(compat.take {up(node, odd_frame(100))} [99 3])")
    types = [t if not pa.types.is_dictionary(t) else "enum" for t in taken.schema.types]
    assert types[:4] == [pa.int64(), taken.schema.types[1], taken.schema.types[2], pa.int64()]
    assert types[4:] == [pa.int64(), pa.string(), "enum", pa.timestamp("ms")]
    assert taken["c"].chunk(0).dictionary.to_pylist() == ["z", "a", "", "m", "unused"]


def test_take_refuses(node: Node) -> None:
    key = up(node, odd_frame(10))
    refused(node, f"(compat.take {key} [1 10])", "row 10 is out of bounds for 10 rows")
    refused(node, f"(compat.take {key} [-1])", "row -1 is out of bounds")
    refused(node, f"(compat.take {key} [1.5])", "1.5 is no row number")
    refused(node, f'(compat.take {key} "a")', "rows must be a list of numbers")
    refused(node, f"(compat.take {key} (cols {key} [0 1]))", "rows must be a frame of one column")
    refused(node, f'(compat.take {key} (cols {key} "s"))', "not numeric")
    refused(node, "(compat.take 3 [1])", "frame must be a frame")


def test_takes_by_the_same_rows_line_up(node: Node) -> None:
    one, two = odd_frame(100, 1), odd_frame(60, 2)
    rows = up(node, pd.DataFrame({"r": np.arange(50)[::-1].copy()}))
    takes = f"(compat.take {up(node, one)} r) (colnames= (compat.take {up(node, two)} r) [0] ['other'])"
    got = node.run(f"({{r . (cbind {takes})}} {rows})")
    assert_same(got.select(range(8)), one.iloc[:50][::-1])
    assert plain(got["other"]) == plain(two["k"].iloc[:50][::-1])


# ------------------------------------------------------------------------------------------ rownum, shift
@pytest.mark.parametrize("n", SIZES)
def test_rownum(node: Node, n: int) -> None:
    assert_same(node.run(f"(compat.rownum {up(node, odd_frame(n))})"), pd.Series(range(n)))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("k", [0, 1, -1, 3, 4999, -5000, 10**12])
def test_shift(node: Node, n: int, k: int) -> None:
    df = odd_frame(n)
    by = max(-n - 1, min(n + 1, k))
    assert_same(node.run(f"(compat.shift {up(node, df)} {k})"), nullable(df).shift(by))


def test_shift_refuses(node: Node) -> None:
    refused(node, f"(compat.shift {up(node, odd_frame(3))} 1.5)", "periods must be a whole number")


def test_results_join_their_source_without_a_copy(node: Node) -> None:
    df = odd_frame(5000)
    key, joined = up(node, df), node.name()
    parts = []
    before = node.keys()
    for ast in (
        f"(compat.rownum {key})",
        f"(compat.shift (cols {key} [0]) 1)",
        f'(compat.argsort {key} ["x"] [1] "last")',
        f'(compat.groupid {key} ["s"] 1 1)',
        f'(compat.rank (cols {key} "x") "first" 1 "keep" 0)',
        f'(compat.bin "+" (cols {key} "x") 1)',
        f"(compat.strslice (cols {key} 's') 0 1 1)",
        f"(compat.take {key} (compat.rownum {key}))",
    ):
        parts.append(node.name())
        node.rapids(f"(tmp= {parts[-1]} {ast})")
    node.rapids(f"(tmp= {joined} (cbind {key} {' '.join(parts)}))")
    columns = 7 + df.shape[1]  # each a key, and one for each of its three chunks; a copy would add some more
    assert node.settles(before + columns * (1 + 3) + len(parts) + 1)


# ------------------------------------------------------------------------------------------------ argsort
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("column", KEYS)
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na", ["last", "first"])
def test_argsort(node: Node, n: int, column: str, ascending: bool, na: str) -> None:
    df = odd_frame(n)
    ast = f'(compat.argsort {up(node, df)} ["{column}"] [{int(ascending)}] "{na}")'
    # pandas compares str as Python does, by code point; its stable sort keeps ties in order both ways
    expected = df.sort_values(column, ascending=ascending, na_position=na, kind="stable")
    assert plain(node.run(ast).column(0)) == expected.index.tolist()


@pytest.mark.parametrize("by", [["k", "s"], ["c", "f", "k"], ["s", "t"], ["big", "m"]])
def test_argsort_by_several(node: Node, by: list[str]) -> None:
    df = odd_frame(5000)
    ascending = [i % 2 == 0 for i in range(len(by))]
    names, flags = " ".join(f'"{b}"' for b in by), " ".join(str(int(a)) for a in ascending)
    got = node.run(f'(compat.argsort {up(node, df)} [{names}] [{flags}] "last")')
    assert plain(got.column(0)) == df.sort_values(by, ascending=ascending, kind="stable").index.tolist()


def test_argsort_of_integer_ends(node: Node) -> None:
    df = pd.DataFrame({"i": pd.array([2**63 - 1, None, -(2**63) + 1, 0, 2**63 - 1, None, -1], "Int64")})
    key = up(node, df)
    for ascending in (True, False):
        for na in ("last", "first"):
            expected = df.sort_values("i", ascending=ascending, na_position=na, kind="stable").index.tolist()
            assert plain(node.run(f'(compat.argsort {key} [0] {int(ascending)} "{na}")').column(0)) == expected


def test_argsort_refuses(node: Node) -> None:
    key = up(node, odd_frame(3))
    refused(node, f'(compat.argsort {key} ["none"] [1] "last")', "there is no column none")
    refused(node, f'(compat.argsort {key} [9] [1] "last")', "columns below 8, not 9")
    refused(node, f'(compat.argsort {key} [] [1] "last")', "at least one column")
    refused(node, f'(compat.argsort {key} [0 1 2] [1 0] "last")', "a list of 3 flags")
    refused(node, f'(compat.argsort {key} [0] [1] "middle")', "one of last first, not middle")


# ----------------------------------------------------------------------------------------------- distinct
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("by", [["k"], ["f"], ["m"], ["s"], ["c"], ["t"], ["big"], ["k", "s"], ["c", "f", "s"]])
@pytest.mark.parametrize("keep", ["first", "last", "none"])
def test_distinct(node: Node, n: int, by: list[str], keep: str) -> None:
    df = odd_frame(n)
    names = " ".join(f'"{b}"' for b in by)
    got = node.run(f'(compat.distinct {up(node, df)} [{names}] "{keep}")')
    expected = df[~df.duplicated(by, keep=False if keep == "none" else keep)]
    assert plain(got.column(0)) == expected.index.tolist()


# --------------------------------------------------------------------------------------------------- join
def joined(left: pd.DataFrame, right: pd.DataFrame, on: list[str], how: Any) -> pd.DataFrame:
    one = left[on].assign(l=pd.array(range(len(left)), "Int64"))
    two = right[on].assign(r=pd.array(range(len(right)), "Int64"))
    return one.merge(two, on=on, how=how)[["l", "r"]]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (1, 1), (3, 0), (40, 30), (900, 70)])
@pytest.mark.parametrize("on", [["k"], ["f"], ["m"], ["s"], ["t"], ["big"], ["k", "s"], ["s", "f"]])
@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_join(node: Node, n: int, m: int, on: list[str], how: str) -> None:
    left, right = odd_frame(n, 1, keys=20), odd_frame(m, 2, keys=25)
    if n and m:  # some equal keys
        right.loc[: m // 2, "m"] = left["m"].iloc[: m // 2 + 1].reset_index(drop=True)
        right.loc[: m // 2, "t"] = left["t"].iloc[: m // 2 + 1].reset_index(drop=True)
    names = " ".join(f'"{b}"' for b in on)
    got = node.run(f'(compat.join {up(node, left)} {up(node, right)} [{names}] [{names}] "{how}")')
    assert_same(got, joined(left, right, on, how))


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
def test_join_of_enums_and_strings(node: Node, how: str) -> None:
    left = pd.DataFrame({"a": pd.Categorical(["x", None, "é", "b", "x"], categories=["x", "é", "b", "u"])})
    right = pd.DataFrame({"a": ["b", "x", "none", None, "é"]})
    other = pd.DataFrame({"a": pd.Categorical(["b", "x", None, "w"], categories=["w", "b", "x"])})
    for right_side in (right, other):
        got = node.run(f'(compat.join {up(node, left)} {up(node, right_side)} ["a"] ["a"] "{how}")')
        text = right_side.astype({"a": "str"})
        assert_same(got, joined(left.astype({"a": "str"}), text, ["a"], how))


def test_join_of_integers_and_doubles(node: Node) -> None:
    left, right = pd.DataFrame({"a": [1, 2, 3, 4]}), pd.DataFrame({"b": [4.0, 2.5, np.nan, 1.0, -0.0]})
    got = node.run(f'(compat.join {up(node, left)} {up(node, right)} ["a"] ["b"] "left")')
    assert [plain(c) for c in got.columns] == [[0, 1, 2, 3], [3, None, None, 0]]


def test_join_refuses(node: Node) -> None:
    key = up(node, odd_frame(3))
    refused(node, f'(compat.join {key} {key} ["s"] ["k"] "left")', "text column cannot be matched with a numeric")
    refused(node, f'(compat.join {key} {key} ["s"] ["s" "k"] "left")', "as many keys")
    refused(node, f'(compat.join {key} {key} ["s"] ["s"] "cross")', "one of inner left right outer")


# -------------------------------------------------------------------------------------------------- group
NUMERIC = [
    "sum",
    "prod",
    "mean",
    "median",
    "var",
    "std",
    "sem",
    "skew",
    "min",
    "max",
    "first",
    "last",
    "nunique",
    "count",
]


def grouped(df: pd.DataFrame, by: list[str], *, dropna: bool, sort: bool) -> Any:
    return df.groupby(by, dropna=dropna, sort=sort, observed=True)


@pytest.mark.parametrize("n", [1, 9, 5000])
@pytest.mark.parametrize("by", [["k"], ["s"], ["c"], ["t"], ["f"], ["k", "s"], ["c", "k"], ["big", "s", "c"]])
@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("sort", [True, False])
def test_group_order_and_size(node: Node, n: int, by: list[str], dropna: bool, sort: bool) -> None:
    df = odd_frame(n)
    names = " ".join(f'"{b}"' for b in by)
    key = up(node, df)
    got = node.run(f'(compat.group {key} [{names}] ["size"] {int(dropna)} {int(sort)})')
    expected = grouped(df, by, dropna=dropna, sort=sort).size().reset_index(name="size")
    assert_same(got, expected)
    number = grouped(df, by, dropna=dropna, sort=sort).ngroup()
    ids = node.run(f"(compat.groupid {key} [{names}] {int(dropna)} {int(sort)})")
    assert plain(ids.column(0)) == [None if g < 0 or np.isnan(g) else g for g in number]


@pytest.mark.parametrize("func", NUMERIC)
@pytest.mark.parametrize("n", [1, 9, 3000])
@pytest.mark.parametrize("keys", [2, 800])
def test_group_numbers(node: Node, func: str, n: int, keys: int) -> None:
    df = odd_frame(n, keys=keys)[["k", "x", "m", "big"]]
    df["m"] //= 2**55  # so that moments of integers are comparable
    df["all"] = np.nan
    columns = (
        ["x", "m", "all"]
        if func in ("prod", "var", "std", "sem", "skew", "mean", "median")
        else ["x", "m", "all", "big"]
    )
    specs = " ".join(f'"{func}:{c}"' for c in columns)
    got = node.run(f'(compat.group {up(node, df)} ["k"] [{specs}] 1 1)')
    expected = getattr(df.groupby("k")[columns], func)().reset_index()
    expected.columns = ["k", *(f"{func}:{c}" for c in columns)]
    exact = func in ("sum", "min", "max", "first", "last", "nunique", "count", "median", "mean")
    assert_same(got, expected, close=not exact)


@pytest.mark.parametrize("n", [1, 9, 3000])
def test_group_kurt_and_quantiles(node: Node, n: int) -> None:
    df = odd_frame(n)
    key = up(node, df)
    got = node.run(f'(compat.group {key} ["k"] ["kurt:x" "q0.25:x" "q0:x" "q1:x" "q0.999:m"] 1 1)')
    by = df.groupby("k")
    expected = pd.DataFrame(
        {
            "k": sorted(df["k"].unique()),
            "kurt:x": by["x"].apply(pd.Series.kurt).to_numpy(),
            "q0.25:x": by["x"].quantile(0.25).to_numpy(),
            "q0:x": by["x"].quantile(0).to_numpy(),
            "q1:x": by["x"].quantile(1).to_numpy(),
            "q0.999:m": by["m"].quantile(0.999).to_numpy(np.float64, na_value=np.nan),
        }
    )
    assert_same(got, expected, close=True)


@pytest.mark.parametrize("n", [1, 9, 3000])
def test_group_of_infinities(node: Node, n: int) -> None:
    df = odd_frame(n)[["k", "f"]]
    got = node.run(f'(compat.group {up(node, df)} ["k"] ["sum:f" "mean:f" "min:f" "max:f" "median:f" "prod:f"] 1 1)')
    with np.errstate(all="ignore"):
        expected = df.groupby("k")["f"].agg(["sum", "mean", "min", "max", "median", "prod"]).reset_index()
    expected.columns = got.column_names
    assert_same(got, expected)


@pytest.mark.parametrize("n", [1, 9, 3000])
def test_group_text_enums_and_times(node: Node, n: int) -> None:
    df = odd_frame(n)
    aggregates = {
        "s": ["first", "last", "min", "max", "nunique", "count"],
        "t": ["min", "max", "first", "mean", "median"],
    }
    specs = [f"{f}:{c}" for c, fs in aggregates.items() for f in fs]
    got = node.run(f'(compat.group {up(node, df)} ["k"] [{" ".join(chr(34) + s + chr(34) for s in specs)}] 1 1)')
    by = df.groupby("k")
    for spec in specs:
        func, column = spec.split(":")
        if func in ("mean", "median"):  # milliseconds are kept whole, as in a datetime64[ms] column
            got_ms = np.array(plain(got[spec]), float)
            want_ms = np.array(plain(getattr(by[column], func)()), float)
            np.testing.assert_allclose(got_ms, want_ms, atol=1)
        elif column == "s" and func in ("min", "max"):
            present = df.dropna(subset="s").groupby("k")["s"]
            want = present.agg(lambda s, f=func: (min if f == "min" else max)(s)).reindex(sorted(df["k"].unique()))
            assert plain(got[spec]) == plain(want), spec
        else:
            assert plain(got[spec]) == plain(getattr(by[column], func)()), spec
    enums = node.run(f'(compat.group {up(node, df)} ["k"] ["first:c" "last:c" "nunique:c" "max:c"] 1 1)')
    for func in ("first", "last", "nunique"):
        assert plain(enums[f"{func}:c"]) == plain(getattr(by["c"], func)())
    ordered = df.assign(c=df["c"].cat.as_ordered()).groupby("k")["c"].max()
    assert plain(enums["max:c"]) == plain(ordered)


@pytest.mark.parametrize("n", [1, 9, 3000])
def test_group_any_all_idx(node: Node, n: int) -> None:
    df = odd_frame(n, keys=max(2, n // 2))
    got = node.run(f'(compat.group {up(node, df)} ["k"] ["any:f" "all:f" "any:s" "all:s" "idxmin:x" "idxmax:m"] 1 1)')
    by = df.groupby("k")
    assert plain(got["any:f"]) == by["f"].any().astype(int).tolist()
    assert plain(got["all:f"]) == by["f"].all().astype(int).tolist()
    assert plain(got["any:s"]) == by["s"].apply(lambda s: int(any(s.dropna()))).tolist()
    assert plain(got["all:s"]) == by["s"].apply(lambda s: int(all(s.dropna()))).tolist()
    present = df.dropna(subset="x").groupby("k")["x"].idxmin().reindex(sorted(df["k"].unique()))
    assert plain(got["idxmin:x"]) == plain(present)
    present = df.dropna(subset="m").groupby("k")["m"].idxmax().reindex(sorted(df["k"].unique()))
    assert plain(got["idxmax:m"]) == plain(present)


def test_group_by_column_numbers(node: Node) -> None:
    df = odd_frame(100)
    key = up(node, df)
    named = node.run(f'(compat.group {key} ["s"] ["sum:x" "max:t"] 1 1)')
    numbered = node.run(f'(compat.group {key} [5] ["sum:2" "max:7"] 1 1)')
    assert [plain(c) for c in numbered.columns] == [plain(c) for c in named.columns]
    refused(node, f'(compat.group {key} [5] ["sum:8"] 1 1)', "there is no column 8")


def test_group_integer_sums_wrap(node: Node) -> None:
    df = pd.DataFrame({"k": [1, 1, 2], "v": [2**62, 2**62 + 5, 2**62 + 1]})
    got = node.run(f'(compat.group {up(node, df)} ["k"] ["sum:v" "prod:v"] 1 1)')
    assert plain(got["sum:v"]) == df.groupby("k")["v"].sum().tolist()
    assert plain(got["prod:v"]) == df.groupby("k")["v"].prod().tolist()


def test_group_of_no_rows(node: Node) -> None:
    got = node.run(f'(compat.group {up(node, odd_frame(0))} ["k" "s"] ["size" "sum:x" "first:s" "max:t"] 1 1)')
    assert got.num_rows == 0
    assert got.column_names == ["k", "s", "size", "sum:x", "first:s", "max:t"]


def test_group_without_aggregates_and_with_equal_names(node: Node) -> None:
    df = odd_frame(20)
    key = up(node, df)
    assert plain(node.run(f'(compat.group {key} ["k"] [] 1 1)')["k"]) == sorted(df["k"].unique())
    assert node.run(f'(compat.group {key} ["k"] ["sum:x" "sum:x"] 1 1)').column_names == [
        "k",
        "sum:x",
        "sum:x.2",
    ]


def test_group_refuses(node: Node) -> None:
    key = up(node, odd_frame(10))
    refused(node, f'(compat.group {key} ["none"] ["sum:x"] 1 1)', "there is no column none")
    refused(node, f'(compat.group {key} ["k"] ["sum:none"] 1 1)', "there is no column none")
    refused(node, f'(compat.group {key} ["k"] ["bogus:x"] 1 1)', "unknown aggregate bogus")
    refused(node, f'(compat.group {key} ["k"] ["q1.5:x"] 1 1)', "unknown aggregate q1.5")
    refused(node, f'(compat.group {key} ["k"] ["sum"] 1 1)', "func:column, not sum")
    refused(node, f'(compat.group {key} ["k"] ["sum:s"] 1 1)', "sum needs a numeric column")
    refused(node, f'(compat.group {key} [] ["sum:x"] 1 1)', "at least one column")
