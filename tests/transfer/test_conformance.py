"""What goes in comes out, bit for bit, whichever way it goes; and the other way finds the same frame."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pandas.testing import assert_frame_equal

from h2o_frame_compat.core.convert import decode_pandas, encode_pandas, wire_of
from h2o_frame_compat.dtypes import FLOAT64, INT64
from h2o_frame_compat.errors import FrameNotFoundError, PrecisionWarning, TransferError

MAX = 2**63 - 1
TINY = 5e-324
FLOATS = {
    "arbitrary": np.random.default_rng(0).standard_normal(5000),
    "bit patterns": np.random.default_rng(1).integers(0, 2**64, 5000, np.uint64).view(np.float64),
    "decimals": np.random.default_rng(2).integers(-(10**6), 10**6, 5000) / 100,
    "more decimals": np.random.default_rng(3).integers(-(10**6), 10**6, 5000) / 10_000,
    "whole": np.arange(-500.0, 500.0),
    "whole and large": np.array([2.0**53, -(2.0**53), 2.0**53 + 2, 2.0**62, 2.0**63, 1e300]),
    "whole and infinite": np.array([1.0, 0.0, np.inf, -np.inf, np.nan]),
    "infinite": np.array([np.inf, -np.inf, np.inf]),
    "denormal": np.array([TINY, -TINY, 2.2e-308, 1.0, 2.0**-1074 * 12345]),
    "denormal and minus zero": np.array([TINY, -TINY, 0.0, -0.0]),
    "extremes": np.array([1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, 0.1]),
    "every exponent": np.ldexp(1.9999999, np.arange(-1074, 1023)),
    "minus zero first": np.array([-0.0, 0.5, 1.5, np.nan]),
    "minus zero among whole": np.array([1.0, -0.0, 0.0, 3.0]),
    "minus zero only": np.full(9, -0.0),
    "two minus zeros": np.array([-0.0, -0.0]),
    "minus zero and infinite": np.array([-0.0, 0.0, np.inf, -np.inf, np.nan]),
    "minus zero in zeros": np.where(np.arange(3000) % 1000 == 7, -0.0, 0.0),
    "minus zero in missing": np.where(np.arange(3000) % 1000 == 7, -0.0, np.nan),
    "minus zero among ones": np.array([-0.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
    "minus zero at both ends": np.array([-0.0, 1.0, 1.0, np.inf, -0.0]),
    "minus zero in many": np.where(np.arange(5000) % 7 == 0, -0.0, np.random.default_rng(5).random(5000)),
    "minus zero in few": np.where(np.arange(5000) % 7 == 0, -0.0, np.arange(5000) % 5 / 3),
    "minus zero in one chunk": np.where(np.arange(5000) == 3000, -0.0, np.sort(np.arange(5000.0) // 1000)),
    "minus 2^63": np.array([-(2.0**63), 1.0, -(2.0**63) + 1024, 2.0**63]),
    "minus 2^63 only": np.full(5, -(2.0**63)),
    "sparse": np.where(np.arange(5000) % 500 == 3, 0.1, 0.0),
    "sparsely there": np.where(np.arange(5000) % 500 == 3, 0.1, np.nan),
    "constant": np.full(2000, 0.1),
    "missing": np.full(7, np.nan),
    "float32": np.random.default_rng(4).random(100).astype("float32").astype("float64"),
    "one": np.array([0.1]),
}
TEXT = [
    "",
    None,
    'a"b',
    "x\ny",
    "x\r\ny",
    "t\tb",
    "é😀",
    "NA",
    "nan",
    "null",
    " lead",
    "trail ",
    "'s'",
    "a,b",
    "\\b",
    "\\N",
]
TEXT += [
    *map(chr, range(1, 32)),
    "\\u001f",
    "x" * 5000,
    "\x7f\u2028",
    "#c",
    "1",
    "1.5",
    "2020-01-01",
    "true",
    "-",
]


def enum(codes, levels):
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(levels, pa.string()))


OTHERS = {
    "int8": pa.array([-127, 0, 127, None, -128], pa.int8()),
    "int16": pa.array([-(2**15), 0, 2**15 - 1, None], pa.int16()),
    "int32": pa.array([-(2**31), 0, 2**31 - 1, None], pa.int32()),
    "int64": pa.array([-MAX, MAX, 2**60 + 7, 10**15, None]),
    "int64 of one size": pa.array([2**53 + 1, 2**53 + 3, 2**53 + 5]),
    "int missing": pa.array([None, None], pa.int32()),
    "text": pa.array(TEXT),
    "text missing": pa.array([None, None, None], pa.string()),
    "text empty": pa.array(["", ""]),
    "text of one line": pa.array([None, "a", None]),
    "large text": pa.array(TEXT, pa.large_string()),
    "enum": enum([1, None, 0, 2], ["z", "a", "m"]),
    "enum of odd levels": pa.DictionaryArray.from_arrays(
        pa.array(range(len(TEXT) - 1), pa.int16()), pa.array([t for t in TEXT if t is not None])
    ),
    "enum with the last unused": enum([0, 1, None], ["b", "a", "unused", ""]),
    "enum with the first unused": enum([2, 3, None], ["unused", "", "b", "a"]),
    "enum with one in the middle unused": enum([0, 2, None], ["b", "unused", "a"]),
    "enum missing": enum([None, None], ["b", "a"]),
    "enum without levels": enum([None, None], []),
    "enum of many": pa.DictionaryArray.from_arrays(
        pa.array(np.random.default_rng(0).permutation(3000), pa.int32()),
        pa.array([f"v{i * 7 % 3001}" for i in range(3000)]),
    ),
    "time": pa.array([0, None, -1, 253402300799999, 2**61, -(2**62)], pa.timestamp("ms")),
    "time missing": pa.array([None, None], pa.timestamp("ms")),
}


def bits(column):
    return np.asarray(column, np.float64).view(np.uint64)


def same_floats(a, b):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return bool(((a.view(np.uint64) == b.view(np.uint64)) | (np.isnan(a) & np.isnan(b))).all()) and len(a) == len(b)


def assert_same(found: pa.Table, sent: pa.Table) -> None:
    assert found.column_names == sent.column_names
    assert found.num_rows == sent.num_rows
    found.validate(full=True)
    for name in sent.column_names:
        a, b = found[name], sent[name]
        if pa.types.is_floating(b.type):
            assert a.type == b.type
            assert a.null_count == 0
            assert same_floats(a, b), name
        elif pa.types.is_dictionary(b.type):
            assert pa.types.is_dictionary(a.type)
            assert levels(a) == levels(b)
            assert a.to_pylist() == b.to_pylist()
        elif pa.types.is_integer(b.type):
            assert a.type == b.type
            assert a.to_pylist() == b.to_pylist()
        elif pa.types.is_timestamp(b.type):
            assert a.type == b.type
            assert a.cast(pa.int64()).to_pylist() == b.cast(pa.int64()).to_pylist(), name
        else:
            assert a.cast(b.type).to_pylist() == b.to_pylist(), name


def levels(column):
    return column.chunk(0).dictionary.to_pylist() if column.num_chunks else []


def letters(table):
    known = {pa.float64(): "d", pa.int64(): "l", pa.int32(): "i", pa.int16(): "h", pa.int8(): "b"}
    return "".join(known.get(column.type, "-") for column in table.columns)


@pytest.mark.parametrize("name", FLOATS)
def test_floats(transport, key, name):
    sent = pa.table({"x": FLOATS[name]})
    transport.put(sent, key)
    assert_same(transport.get(key, wires="d"), sent)
    if len(sent) > 2:
        assert_same(transport.get(key, wires="d", rows=(1, len(sent) - 1)), sent.slice(1, len(sent) - 2))


@pytest.mark.parametrize("name", OTHERS)
def test_other_types(transport, key, name):
    sent = pa.table({"x": OTHERS[name]})
    transport.put(sent, key)
    assert_same(transport.get(key, wires=letters(sent)), sent)
    assert_same(transport.get(key, wires=letters(sent), rows=(0, 1)), sent.slice(0, 1))


@pytest.mark.parametrize("there", ["ext", "stock"])
@pytest.mark.parametrize("back", ["ext", "stock"])
def test_everything_at_once_either_way(cluster, key, monkeypatch, there, back):
    rows = 2100
    columns = {f"f {k}": np.resize(v, rows) for k, v in FLOATS.items()}
    columns |= {f"o {k}": pa.concat_arrays([v] * (rows // len(v) + 1)).slice(0, rows) for k, v in OTHERS.items()}
    sent = pa.table(columns)
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", there)
    cluster.transfer.put(sent, key)
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", back)
    assert_same(cluster.transfer.get(key, wires=letters(sent)), sent)
    chosen = list(range(sent.num_columns))[::-3]
    part = sent.select(chosen).slice(1001, 77)
    assert_same(cluster.transfer.get(key, columns=chosen, rows=(1001, 1078), wires=letters(part)), part)


def test_zero_rows(transport, key):
    whole = {"x": pa.array([1.5]), "s": pa.array(["a"]), "e": enum([1], ["b", "a", "c"]), "i": pa.array([7])}
    whole["t"] = pa.array([7], pa.timestamp("ms"))
    sent = pa.table(whole).slice(0, 0)
    transport.put(sent, key)
    found = transport.get(key, wires=letters(sent))
    assert_same(found, sent)
    assert [levels(found["e"])] in ([["b", "a", "c"]], [[]])


def test_parts(transport, key):
    sent = pa.table({"a": [1.5, 2.5, 3.5], "b": ["x", None, "z"], "c": [1, 2, 3]})
    transport.put(sent, key)
    assert_same(transport.get(key, columns=[2, 0]), sent.select([2, 0]))
    assert_same(transport.get(key, rows=(1, 3)), sent.slice(1, 2))
    assert_same(transport.get(key, rows=(2, 99)), sent.slice(2))
    assert transport.get(key, rows=(3, 99)).num_rows == 0
    assert transport.get(key, rows=(1, 1)).num_rows == 0
    assert transport.get(key, columns=[]).num_columns == 0
    with pytest.raises((ValueError, TransferError)):
        transport.get(key, columns=[3])


def test_wires_choose_the_type(transport, key):
    transport.put(pa.table({"x": [1.0, np.nan, 3.0], "y": [1.5, 2.5, 3.5]}), key)
    found = transport.get(key, wires="bd")
    assert found["x"].type == pa.int8()
    assert found["x"].to_pylist() == [1, None, 3]
    with pytest.raises(TransferError):
        transport.get(key, wires="dl")
    with pytest.raises((ValueError, TransferError)):
        transport.get(key, wires="d")


def test_integers_that_do_not_fit_the_wire(transport, key):
    transport.put(pa.table({"x": [1, 300]}), key)
    with pytest.raises(TransferError):
        transport.get(key, wires="b")
    assert transport.get(key, wires="h")["x"].to_pylist() == [1, 300]


def test_key_in_use(transport, key):
    transport.put(pa.table({"x": [1.0]}), key)
    with pytest.raises(ValueError, match="in the cluster already"):
        transport.put(pa.table({"x": [2.0]}), key)
    assert transport.get(key)["x"].to_pylist() == [1]
    transport.put(pa.table({"y": ["new"]}), key, overwrite=True)
    assert transport.get(key).to_pydict() == {"y": ["new"]}


def test_no_such_frame(transport):
    with pytest.raises(FrameNotFoundError, match="nowhere"):
        transport.get("nowhere")


@pytest.mark.parametrize(
    ("column", "error"),
    [
        (pa.array([1.5], pa.float32()), TypeError),
        (pa.array([True]), TypeError),
        (pa.array([1], pa.uint8()), TypeError),
        (pa.array([1], pa.timestamp("us")), TypeError),
        (pa.array([-(2**63)]), (ValueError, TransferError)),
        (pa.array(["a\0b"]), (ValueError, TransferError)),
        (pa.DictionaryArray.from_arrays([0], pa.array([None, "a"])), (ValueError, TransferError)),
        (pa.DictionaryArray.from_arrays([0], pa.array(["a", "a"])), (ValueError, TransferError)),
    ],
)
def test_what_the_server_cannot_hold(transport, key, column, error):
    with pytest.raises(error):
        transport.put(pa.table({"x": column}), key)
    with pytest.raises(FrameNotFoundError):
        transport.get(key)
    transport.put(pa.table({"x": [1.5]}), key)


def test_names_that_repeat(transport, key):
    with pytest.raises(ValueError, match="different names"):
        transport.put(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), key)


def test_odd_names_and_keys(transport, cluster):
    key = f"{cluster.new_key('odd')}.hex%20_é"
    names = ['a "quoted" one', "line\nbreak", "é😀", " ", "sum", "c,d"]
    sent = pa.table([pa.array([i + 0.5, 2.0]) for i in range(len(names))], names=names)
    transport.put(sent, key)
    try:
        assert_same(transport.get(key), sent)
    finally:
        cluster.client.rapids(f"(rm {key})")


def test_chunked_input(transport, key):
    pieces = {
        "x": pa.chunked_array([[1.5], [], [2.5, None, 4.5]]),
        "s": pa.chunked_array([["a", None], ["b", "c"]]),
        "e": pa.chunked_array([enum([0, 1], ["p", "q"]), enum([1, None], ["p", "q"])]),
        "i": pa.chunked_array([pa.array([1, None]), pa.array([None, 4])]),
    }
    sent = pa.table(pieces)
    transport.put(sent, key)
    expected = sent.set_column(0, "x", sent["x"].fill_null(np.nan))
    assert_same(transport.get(key, wires="d--l"), expected)


def test_pandas_columns(transport, key, each_column):
    df = each_column.to_frame("x")
    encoded = encode_pandas(df)
    transport.put(encoded.table, key)
    table = transport.get(key, wires="".join(map(wire_of, encoded.dtypes)))
    assert_frame_equal(decode_pandas(table, encoded.dtypes, encoded.labels, consume=True), df, check_freq=False)


def test_result_is_writable_without_a_copy(transport, key):
    transport.put(pa.table({"x": np.arange(5.0) + 0.5, "y": np.arange(5)}), key)
    df = decode_pandas(transport.get(key, wires="dl"), [FLOAT64, INT64], ["x", "y"], consume=True)
    df.loc[0, "x"] = 7.0
    assert df["x"].tolist() == [7.0, 1.5, 2.5, 3.5, 4.5]


def test_single_minus_zero_on_a_stock_cluster_is_announced(cluster, key, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "stock")
    with pytest.warns(PrecisionWarning, match=r"'x' holds -0\.0"):
        cluster.transfer.put(pa.table({"x": [-0.0]}), key)
    assert cluster.transfer.get(key)["x"].to_pylist() == [0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    floats=hnp.arrays(np.float64, st.just(6), elements=st.floats(width=64) | st.sampled_from([-0.0, 0.0, np.inf, 1.0])),
    text=st.lists(
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        min_size=6,
        max_size=6,
    ),
    codes=st.lists(st.none() | st.integers(0, 3), min_size=6, max_size=6),
    names=st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        min_size=4,
        max_size=4,
        unique=True,
    ),
)
def test_anything(transport, cluster, floats, text, codes, names):
    key = cluster.new_key("any")
    sent = pa.table({"f": floats, "s": pa.array(text, pa.string()), "e": enum(codes, names)})
    transport.put(sent, key)
    try:
        assert_same(transport.get(key, wires="d--"), sent)
    finally:
        cluster.client.rapids(f"(rm {key})")


def test_nothing_is_left_behind(transport, cluster, key):
    def keys():
        return {frame["frame_id"]["name"] for frame in cluster.client.get("/3/Frames")["frames"]}

    before = keys()
    transport.put(pa.table({"x": FLOATS["minus zero in zeros"], "e": enum([1] * 3000, ["b", "a"])}), key)
    transport.get(key, rows=(5, 99), wires="d-")
    with pytest.raises((ValueError, TransferError)):
        transport.put(pa.table({"x": ["a\0"]}), key, overwrite=True)
    assert keys() - before <= {key}
