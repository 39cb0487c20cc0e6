"""What goes up comes down bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

if TYPE_CHECKING:
    import numpy.typing as npt

    from .conftest import Node

N = 100_003
TEXTS = [
    "",
    "a",
    "new\nline",
    'tab\t"q",\',',
    "\U0001f600 emoji",
    "NA",
    "nan",
    "é" * 50,
    " lead",
    "x" * 5000,
    "null",
    "\x01\r\n",
]


def _rng() -> np.random.Generator:
    return np.random.default_rng(7)


def _doubles(n: int) -> dict[str, npt.NDArray[np.float64]]:
    r = _rng()
    some = r.random(n)
    return {
        "normal": r.standard_normal(n),
        "patterns": np.frombuffer(r.bytes(8 * n), np.float64).copy(),
        "infinite": np.where(some < 0.3, np.inf, np.where(some < 0.6, -np.inf, some)),
        "denormal": r.integers(0, 2**40, n).astype(np.uint64).view(np.float64),
        "two decimals": np.round(some * 1e4, 2),
        "six decimals": np.round(some * 100, 6),
        "decimals with NA": np.where(some < 0.1, np.nan, np.round(some * 1e4, 1)),
        "decimals with -0.0": np.where(some < 0.1, -0.0, np.round(some * 1e4, 1)),
        "a tenth of 255 values": (r.integers(0, 255, n) - 100) / 10,
        "a tenth of 256 values": np.where(some < 0.1, np.nan, (r.integers(0, 256, n) - 200) / 10),
        "a hundredth of 65,535 values": np.where(some < 0.1, np.nan, (r.integers(0, 65535, n) - 40_000) / 100),
        "a hundredth of 65,536 values": (r.integers(0, 65536, n) - 1) / 100,
        "decimals to the ends": np.where(some < 0.5, 2**31 - 2, -(2**31) + 2) / 10,
        "decimals beyond them": np.where(some < 0.5, 2**31 - 1, -(2**31)) / 10,
        "huge with decimals": np.round(some, 3) * 1e12,
        "whole": r.integers(-(10**9), 10**9, n).astype(float),
        "whole and large": r.integers(-(2**52), 2**52, n).astype(float) * 1024,
        "signed zeros": np.where(some < 0.5, -0.0, 0.0),
        "rare -0.0": np.where(some < 0.01, -0.0, r.integers(0, 5, n).astype(float)),
        "sparse": np.where(some < 0.05, some, 0.0),
        "sparse with -0.0": np.where(some < 0.01, -0.0, np.where(some < 0.05, some, 0.0)),
        "mostly NA": np.where(some < 0.05, some, np.nan),
        "few values": r.choice(r.random(100), n),
        "few values, infinite": r.choice([np.inf, -np.inf, 0.1, np.nan, -0.0, 5e-324], n),
        "float32": some.astype(np.float32).astype(float),
        "2**63": np.where(some < 0.5, -(2.0**63), 2.0**63),
        "constant": np.full(n, 0.1),
        "constant -0.0": np.full(n, -0.0),
        "constant -2**63": np.full(n, -(2.0**63)),
        "all NA": np.full(n, np.nan),
        "constant inf": np.full(n, np.inf),
        "1e308": r.choice([-1e308, 1e308], n),
    }


def _ints(n: int) -> dict[str, npt.NDArray[Any]]:
    r = _rng()
    some = r.random(n)
    return {
        "int64": r.integers(-(2**63) + 1, 2**63 - 1, n),
        "ends": np.where(some < 0.5, 2**63 - 1, -(2**63) + 1),
        "2**60": 2**60 + r.integers(0, 100, n),
        "int8": r.integers(-128, 128, n).astype(np.int8),
        "int16": r.integers(-(2**15), 2**15, n).astype(np.int16),
        "int32": r.integers(-(2**31), 2**31, n).astype(np.int32),
        "bytes": r.integers(0, 256, n),
        "int32 end": np.where(some < 0.5, -(2**31), 5),
        "times 1e15": r.integers(0, 100, n) * 10**15,
        "constant": np.full(n, 2**62 + 1),
        "zero": np.zeros(n, np.int8),
        "sparse": np.where(some < 0.01, 2**62, 0),
        "sparse small": np.where(some < 0.01, 7, 0),
        "sparse times 1e15": np.where(some < 0.01, 3 * 10**15, 0),
        "bool": (some < 0.5).astype(np.int8),
    }


def bits(a: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(a).view(np.uint64)


def same_doubles(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> bool:
    na = np.isnan(a)
    return bool(np.array_equal(na, np.isnan(b)) and np.array_equal(bits(a[~na]), bits(b[~na])))


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 999, N])
def test_doubles(node: Node, n: int) -> None:
    data = _doubles(n)
    key = node.frame(pa.table(data))
    back = node.get(key, wires="d" * len(data))
    assert back.column_names == list(data)
    assert set(back.schema.types) == {pa.float64()}
    for name, expected in data.items():
        assert same_doubles(expected, back[name].to_numpy()), name


@pytest.mark.parametrize(
    ("low", "high", "digits", "kind"),
    [(-100, 154, 1, "C1S"), (-100, 155, 1, "C2S"), (7, 65541, 3, "C2S"), (7, 65542, 3, "C4S"), (0, 10**9, 6, "C4S")],
)
def test_decimals_are_scaled_integers_of_as_few_bytes_as_they_need(
    node: Node, low: int, high: int, digits: int, kind: str
) -> None:
    whole = np.r_[low, high, _rng().integers(low, high, 3000)]
    key = node.frame(pa.table({"x": whole / 10**digits}), plan=[len(whole)])
    kinds = node.call("GET", f"/3/Frames/{key}/summary")[1]["frames"][0]["chunk_summary"]["data"][0]
    assert set(kinds) == {kind}
    # What H2O itself computes from them.
    expected = (whole / 10**digits * 3).tolist()
    assert node.run(f"(* {key} 3)").column(0).to_pylist() == expected


def test_doubles_as_stored_have_the_same_values(node: Node) -> None:
    data = _doubles(1000)
    back = node.get(node.frame(pa.table(data)))
    for name, expected in data.items():
        got = back[name].to_numpy().astype(np.float64)
        np.testing.assert_array_equal(got, expected, err_msg=name)
    assert back["whole"].type == pa.int64()
    assert back["signed zeros"].type == pa.float64()


def test_doubles_with_a_bitmap(node: Node) -> None:
    array = pa.array([1.5, None, float("nan"), -0.0], mask=np.array([False, True, False, False]))
    got = node.get(node.frame(pa.table({"a": array})), wires="d")["a"].to_numpy()
    assert same_doubles(np.array([1.5, np.nan, np.nan, -0.0]), got)


@pytest.mark.parametrize("n", [1, 8, 9, N])
@pytest.mark.parametrize("missing", [False, True])
def test_integers(node: Node, n: int, missing: bool) -> None:
    mask = _rng().random(n) < 0.2 if missing else None
    table = pa.table({k: pa.array(v, mask=mask) for k, v in _ints(n).items()})
    back = node.get(node.frame(table))
    for name in table.column_names:
        expected = table[name].cast(pa.int64())
        if expected.null_count == n:
            assert back[name].null_count + np.isnan(back[name].to_numpy().astype(float)).sum() >= n
        else:
            assert back[name].combine_chunks().equals(expected.combine_chunks()), name


def test_integers_come_in_the_width_asked_for(node: Node) -> None:
    table = pa.table({"a": pa.array([1, None, -128]), "b": [0, 300, -2], "c": [0, 2**31 - 1, -(2**31)], "d": [1, 2, 3]})
    key = node.frame(table)
    back = node.get(key, wires="bhid")
    assert back.schema.types == [pa.int8(), pa.int16(), pa.int32(), pa.float64()]
    assert back["a"].to_pylist() == [1, None, -128]
    assert back["b"].to_pylist() == [0, 300, -2]
    assert back["c"].to_pylist() == [0, 2**31 - 1, -(2**31)]


def test_all_missing(node: Node) -> None:
    table = pa.table(
        {
            "i": pa.array([None] * 20, pa.int32()),
            "d": pa.array([None] * 20, pa.float64()),
            "s": pa.array([None] * 20, pa.string()),
            "t": pa.array([None] * 20, pa.timestamp("ms")),
            "c": pa.DictionaryArray.from_arrays(pa.array([None] * 20, pa.int8()), pa.array(["u", "v"])),
        }
    )
    back = node.get(node.frame(table), wires="id---")
    assert np.isnan(back["d"].to_numpy()).all()
    for name in "istc":
        assert back[name].null_count == 20, name
        assert back[name].type == table[name].type, name
    assert back["c"].chunk(0).dictionary.to_pylist() == ["u", "v"]


@pytest.mark.parametrize("n", [1, 9, N])
def test_strings(node: Node, n: int) -> None:
    r = _rng()
    some = pa.array(r.choice(np.array(TEXTS, object), n), pa.string(), mask=r.random(n) < 0.1)
    table = pa.table(
        {
            "some": some,
            "large": some.cast(pa.large_string()),
            "own": pa.array([f"id{i}" for i in range(n)]),
            "empty": pa.array([""] * n),
        }
    )
    back = node.get(node.frame(table))
    for name in table.column_names:
        assert back[name].type == pa.string()
        assert back[name].combine_chunks().equals(table[name].cast(pa.string()).combine_chunks()), name


def test_the_server_knows_which_strings_are_ascii(node: Node) -> None:
    key = node.frame(pa.table({"s": ["abc", "éa"]}))
    other = node.frame(pa.table({"s": ["abc", "xyz"]}))
    assert node.run(f"(toupper {key})").column(0).to_pylist() == ["ABC", "ÉA"]
    assert node.run(f"(toupper {other})").column(0).to_pylist() == ["ABC", "XYZ"]


def _enum(
    codes: npt.NDArray[Any], levels: list[str], missing: npt.NDArray[np.bool_] | None = None
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), pa.array(levels, pa.string()))


def test_enums(node: Node) -> None:
    r = _rng()
    table = pa.table(
        {
            "order": _enum(r.integers(0, 3, N).astype(np.int8), ["z", "a", "", "unused", "NA"], r.random(N) < 0.1),
            "many": _enum(r.integers(0, 100_000, N).astype(np.int32), [f"L{x:06d}" for x in r.permutation(100_000)]),
            "one": _enum(np.zeros(N, np.int8), ["only"]),
            "middle": _enum(r.integers(0, 500, N).astype(np.int16), [f"é{x}" for x in range(500)]),
            "none": _enum(np.zeros(N, np.int8), [], np.ones(N, bool)),
        }
    )
    back = node.get(node.frame(table))
    for name in table.column_names:
        expected, got = table[name].chunk(0), back[name].chunk(0)
        assert got.type == expected.type, name
        assert got.dictionary.equals(expected.dictionary), name
        assert got.indices.equals(expected.indices), name


def test_enums_whose_dictionaries_differ_by_chunk(node: Node) -> None:
    one, two = pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a", None]).dictionary_encode()
    column = pa.chunked_array([one, two])
    back = node.get(node.frame(pa.table({"c": column})))
    assert back["c"].chunk(0).dictionary.to_pylist() == ["a", "b", "c"]
    assert back["c"].to_pylist() == ["a", "b", "c", "a", None]


def test_times(node: Node) -> None:
    r = _rng()
    values = r.integers(-(10**13), 10**13, N)
    table = pa.table(
        {
            "t": pa.array(values, pa.timestamp("ms")),
            "missing": pa.array(values, pa.timestamp("ms"), mask=r.random(N) < 0.1),
            "far": pa.array(values * 10**5, pa.timestamp("ms")),
        }
    )
    back = node.get(node.frame(table))
    for name in table.column_names:
        assert back[name].chunk(0).equals(table[name].chunk(0)), name


def _mixed(n: int) -> pa.Table:
    r = _rng()
    mask = r.random(n) < 0.2
    return pa.table(
        {
            "d": r.standard_normal(n),
            "i": pa.array(r.integers(-(2**60), 2**60, n), mask=mask),
            "s": pa.array(r.choice(np.array(TEXTS, object), n), pa.string(), mask=mask),
            "c": _enum(r.integers(0, 3, n).astype(np.int8), ["x", "y", "z"], mask),
            "t": pa.array(r.integers(0, 10**12, n), pa.timestamp("ms"), mask=mask),
        }
    )


def same_table(a: pa.Table, b: pa.Table) -> bool:
    return bool(a.schema.equals(b.schema) and a.combine_chunks().equals(b.combine_chunks()))


@pytest.mark.parametrize("plan", [[1, 1, 1, 97_000, 3000], [5001] * 20, [100_020]])
def test_any_chunk_plan(node: Node, plan: list[int]) -> None:
    table = _mixed(sum(plan))
    key = node.name()
    assert node.put(table, key, plan=plan) == {
        "frame_id": key,
        "rows": sum(plan),
        "columns": 5,
        "chunks": len(plan),
    }
    assert same_table(node.get(key), table)


def test_tables_of_many_pieces_and_with_offsets(node: Node) -> None:
    whole = _mixed(30_000)
    pieces = pa.concat_tables([whole.slice(3, 10_001), whole.slice(77, 1), whole.slice(20_000, 9_999)])
    assert same_table(node.get(node.frame(pieces)), pieces)
    assert same_table(node.get(node.frame(whole.slice(5, 12_345), plan=[1005, 11_340])), whole.slice(5, 12_345))


@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 9, 1000, 8001])
def test_few_rows(node: Node, n: int) -> None:
    table = _mixed(n)
    back = node.get(node.frame(table), wires="dl---")
    assert back.num_rows == n
    assert same_table(back, table)


def test_a_million_rows(node: Node) -> None:
    table = _mixed(1_000_000)
    assert same_table(node.get(node.frame(table)), table)


@pytest.mark.parametrize(
    "rows", [(0, 1), (5, 37506), (37_500, 37_510), (N - 1, N), (100, 100), (0, N), (N - 5, N + 99), (N, N)]
)
def test_row_ranges_and_column_subsets(node: Node, rows: tuple[int, int]) -> None:
    table = _mixed(N)
    back = node.get(node.frame(table), rows=f"{rows[0]}:{rows[1]}", columns="2,0,4,3", wires="-d--")
    assert same_table(back, table.slice(rows[0], min(rows[1], N) - rows[0]).select([2, 0, 4, 3]))


@pytest.mark.parametrize("rows", [(1, 2), (17, 60_001), (99_990, N)])
def test_row_ranges_of_every_kind_of_chunk(node: Node, rows: tuple[int, int]) -> None:
    data = {**_doubles(N), **{f"i {k}": v for k, v in _ints(N).items()}}
    key = node.frame(pa.table(data))
    doubles = len(_doubles(N))
    back = node.get(key, rows=f"{rows[0]}:{rows[1]}", wires="d" * doubles + "l" * (len(data) - doubles))
    for name, expected in data.items():
        got, part = back[name].to_numpy(), expected[rows[0] : rows[1]]
        assert same_doubles(part, got) if got.dtype == np.float64 else np.array_equal(part, got), name


def test_no_columns(node: Node) -> None:
    assert node.get(node.frame(_mixed(100), plan=[40, 60]), columns="").num_columns == 0


def test_names(node: Node) -> None:
    names = ["a b", "é\U0001f600", '"q"', "", "x" * 1000, "\n", "0"]
    back = node.get(node.frame(pa.table({n: [i] for i, n in enumerate(names)})))
    assert back.column_names == names
    assert [c.to_pylist() for c in back.columns] == [[i] for i in range(len(names))]


def test_a_frame_like_another_shares_its_layout(node: Node) -> None:
    plan = [10, 20, 5]
    one, two = node.frame(_mixed(35), plan=plan), node.name()
    node.put(pa.table({"x": np.arange(35)}), two, plan=plan, like=one)
    joined = node.run(f"(cbind {one} {two})")
    assert joined["x"].to_pylist() == list(range(35))
    assert same_table(joined.select(range(5)), _mixed(35))
