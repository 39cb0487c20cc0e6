"""encode -> decode gives back what went in, without a cluster; what H2O cannot hold is said by name."""

from __future__ import annotations

import datetime as dt
import decimal
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pandas.testing import assert_frame_equal, assert_series_equal

from h2o_frame_compat.core.convert import (
    decode_arrow,
    decode_column,
    decode_pandas,
    encode_arrow,
    encode_pandas,
    encode_series,
    from_pandas_dtype,
    level_texts,
    pandas_dtype,
    wire_of,
)
from h2o_frame_compat.core.decoding import decode_arrow_column
from h2o_frame_compat.dtypes import BOOL, DATE, FLOAT64, INT8, INT64, OBJECT_BOOL, STR, DType
from h2o_frame_compat.errors import PrecisionWarning

SERVER_TYPES = {
    pa.int8(),
    pa.int16(),
    pa.int32(),
    pa.int64(),
    pa.float64(),
    pa.string(),
    pa.large_string(),
    pa.timestamp("ms"),
}


def round_trip(df: pd.DataFrame) -> pd.DataFrame:
    encoded = encode_pandas(df)
    for column in encoded.table.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            assert kind.value_type == pa.string()
            assert kind.index_type in {pa.int8(), pa.int16(), pa.int32()}
        else:
            assert kind in SERVER_TYPES
    return decode_pandas(encoded.table, encoded.dtypes, encoded.labels)


def same_bits(a: pd.Series, b: pd.Series) -> bool:
    return bool((a.to_numpy().view(np.uint64) == b.to_numpy().view(np.uint64)).all())


@pytest.mark.parametrize("rows", [3, 1, 0])
def test_each_dtype_comes_back(each_column, rows):
    df = each_column.iloc[:rows].to_frame("x")
    assert_frame_equal(round_trip(df), df, check_freq=False)


def test_dtype_translates_both_ways(each_column):
    _, dtype = encode_series(each_column, "x")
    assert pandas_dtype(dtype) == each_column.dtype
    assert from_pandas_dtype(each_column.dtype) == dtype
    assert str(dtype) == str(each_column.dtype)


def test_wide_frame_with_odd_labels(columns):
    df = pd.DataFrame(dict(enumerate(columns.values())))
    labels = list(df.columns)
    labels[:6] = ["a", "a", 1.5, None, pd.Timestamp(0), ("t", 1)]
    df.columns = pd.Index(labels, dtype=object, tupleize_cols=False)
    encoded = encode_pandas(df)
    assert encoded.table.schema.names == [f"c{i}" for i in range(len(columns))]
    assert_frame_equal(decode_pandas(encoded.table, encoded.dtypes, df.columns), df)
    assert encoded.labels == labels


def test_tuples_as_labels_become_a_multiindex():
    df = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    assert_frame_equal(round_trip(df), df)


def test_frame_without_columns_or_rows():
    assert round_trip(pd.DataFrame()).shape == (0, 0)
    assert_frame_equal(
        round_trip(pd.DataFrame({"a": pd.Series(dtype="int64")})),
        pd.DataFrame({"a": pd.Series(dtype="int64")}),
    )


@settings(deadline=None)
@given(hnp.arrays(np.uint64, st.integers(0, 40)))
def test_every_float_bit_pattern(bits):
    floats = pd.Series(bits.view(np.float64))
    assert same_bits(round_trip(floats.to_frame("x"))["x"], floats)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))))
def test_every_text(values):
    series = pd.Series(values, dtype="str")
    assert_series_equal(round_trip(series.to_frame("x"))["x"], series, check_names=False)


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**63) + 1, 2**63 - 1))),
    st.sampled_from(["Int64", "Int64[pyarrow]"]),
)
def test_every_integer(values, name):
    series = pd.Series(values, dtype="Int64" if name == "Int64" else pd.ArrowDtype(pa.int64()))
    back = round_trip(series.to_frame("x"))["x"]
    # pandas' own astype from Arrow goes through floats
    assert_series_equal(back, pd.Series(values, dtype="Int64"), check_names=False)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62))), st.sampled_from(["s", "ms"]))
def test_every_datetime(values, unit):
    ticks = np.array(
        [np.iinfo(np.int64).min if v is None else v // (1000 if unit == "s" else 1) for v in values], np.int64
    )
    df = pd.DataFrame({"x": ticks.view(f"M8[{unit}]"), "y": ticks.view(f"m8[{unit}]")})
    assert_frame_equal(round_trip(df), df)


def test_parts_of_a_categorical_share_its_levels():
    whole = pd.DataFrame({"a": pd.Categorical(["x", "y", None, "x"], ["y", "x", "unused"], ordered=True)})
    for part in (whole, whole[1:], whole[:0], whole):
        assert_frame_equal(round_trip(part), part.reset_index(drop=True))
    for n in range(100):  # more indices than are kept
        other = pd.DataFrame({"a": pd.Categorical([f"{n}"])})
        assert_frame_equal(round_trip(other), other)
    assert_frame_equal(round_trip(whole), whole)


def test_columns_of_one_dtype_are_apart():
    df = pd.DataFrame({"a": [1.0, np.nan], "t": ["x", None], "b": [2.0, -0.0], "n": [1, 2], "c": [3.0, np.inf]})
    for rows in (df, df[:0], pd.concat([df] * 600, ignore_index=True)):
        back = round_trip(rows)
        assert_frame_equal(back, rows, check_exact=True)
        back["b"] = 7.0
        back.loc[:, "c"] = 8.0
        assert_frame_equal(back[["a", "t", "n"]], rows[["a", "t", "n"]])


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text("ab\n", max_size=2)), max_size=9), st.booleans(), st.randoms())
def test_every_category(values, ordered, random):
    levels = list({v for v in values if v is not None} | {"unused"})
    random.shuffle(levels)
    series = pd.Series(pd.Categorical(values, categories=levels, ordered=ordered))
    assert_series_equal(round_trip(series.to_frame("x"))["x"], series, check_names=False)


def test_row_major_frame():
    values = np.random.default_rng(0).random((5000, 3))
    df = pd.DataFrame(values)
    assert_frame_equal(round_trip(df), df)
    counts = pd.DataFrame((values * 100).astype("uint8"), columns=list("abc"))
    assert_frame_equal(round_trip(counts), counts)


def test_strided_sliced_and_foreign_endian_columns():
    df = pd.DataFrame({"a": np.arange(10.0)[::2], "b": np.arange(10, dtype=">i4")[::-2]})
    expected = df.astype({"b": "int32"})
    assert_frame_equal(round_trip(df), expected)
    text = pd.DataFrame({"s": ["x", None, "yy", "z"]}).iloc[1:3]
    assert_frame_equal(round_trip(text), text.reset_index(drop=True))


def test_result_is_writable_and_apart_from_its_source():
    df = pd.DataFrame({"f": [1.0, 2.0], "i": [1, 2], "t": pd.to_datetime([0, 1], unit="ms").as_unit("ms")})
    back = round_trip(df)
    back.iloc[0] = [9.0, 9, pd.Timestamp("2000-01-01")]
    assert df["f"].tolist() == [1.0, 2.0]
    assert df["i"].tolist() == [1, 2]
    assert back["f"].tolist() == [9.0, 2.0]


def test_consume_takes_the_memory_over():
    memory = np.arange(4.0)
    column = pa.chunked_array([pa.array(memory)])
    assert np.shares_memory(decode_column(column, FLOAT64, consume=True), memory)
    assert not np.shares_memory(decode_column(column, FLOAT64), memory)


def test_encoding_floats_and_integers_copies_nothing():
    df = pd.DataFrame({"f": np.arange(5.0), "i": np.arange(5)})
    table = encode_pandas(df).table
    for i in range(2):
        assert table.column(i).chunk(0).buffers()[1].address == df.iloc[:, i].to_numpy().ctypes.data


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        (["a", None, np.nan, pd.NA], pd.Series(["a", None, None, None], dtype="str"), STR),
        ([True, None, False], pd.Series([True, np.nan, False], dtype=object), OBJECT_BOOL),
        ([1, 2], pd.Series([1, 2]), INT64),
        ([1, None, 2**60 + 1], pd.Series([1, None, 2**60 + 1], dtype="Int64"), INT64.but(nullable=True)),
        ([1.5, None], pd.Series([1.5, np.nan]), FLOAT64),
        ([1, 1.5], pd.Series([1.0, 1.5]), FLOAT64),
        ([None, None], pd.Series([None, None], dtype="str"), STR),
        ([dt.date(2020, 1, 2), None], pd.Series(pd.to_datetime(["2020-01-02", None])), None),
        ([dt.datetime(2020, 1, 2, 3, tzinfo=dt.UTC)], pd.Series(pd.to_datetime(["2020-01-02 03:00Z"])), None),
        ([dt.timedelta(1), None], pd.Series(pd.to_timedelta(["1D", None])), None),
    ],
)
def test_objects_of_one_sort_get_their_dtype(values, expected, dtype):
    column, found = encode_series(pd.Series(values, dtype=object), "x")
    back = pd.Series(decode_column(column, found))
    if found.is_temporal:
        back = back.astype(expected.dtype)
    assert_series_equal(back, expected)
    assert dtype is None or found == dtype


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        (pd.Series(["a", 1, None], dtype=object), TypeError, "int, str"),
        (pd.Series([True, 1], dtype=object), TypeError, "bool, int"),
        (pd.Series([decimal.Decimal(1)]), TypeError, "astype"),
        (pd.Series([b"a"]), TypeError, "decode"),
        (pd.Series([[1], [2]]), TypeError, "explode"),
        (pd.Series([{"a": 1}]), TypeError, "dict"),
        (pd.Series([dt.time(1)]), TypeError, "time"),
        (pd.Series([1j]), TypeError, "real"),
        (pd.Series(pd.period_range("2020", periods=2)), TypeError, "to_timestamp"),
        (pd.Series(pd.interval_range(0, 2)), TypeError, "left"),
        (pd.Series([2**63], dtype="uint64"), ValueError, "2\\^63-1"),
        (pd.Series([-(2**63)]), ValueError, "missing"),
        (pd.Series([-(2**63), None], dtype="Int64"), ValueError, "missing"),
        (pd.Series([2**70], dtype=object), ValueError, "int64"),
        (pd.Series(["a", "b\0c"]), ValueError, "NUL"),
        (pd.Series(["a", "b\0c"], dtype="category"), ValueError, "NUL"),
        (pd.Series(["\ud800"], dtype=object), ValueError, "Unicode"),
        (pd.Series(np.array([2**62], "M8[s]")), ValueError, "292 million"),
        (pd.Series(np.array([-(2**62)], "m8[s]")), ValueError, "292 million"),
        (np.zeros((2, 2)), ValueError, "one-dimensional"),
        (pa.array([decimal.Decimal("1.5")]), TypeError, "float64"),
        (pa.array([decimal.Decimal(2**70)]), ValueError, "64 bits"),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())), TypeError, "explode"),
        (pa.array([2**63], pa.uint64()), ValueError, "2\\^63-1"),
        (pa.array([-(2**63)]), ValueError, "missing"),
        (pa.array(["a\0"]), ValueError, "NUL"),
    ],
)
def test_what_h2o_cannot_hold_is_refused_by_name(values, kind, words):
    with pytest.raises(kind, match=words) as caught:
        encode_series(values, "the column")
    assert "'the column'" in str(caught.value)


PACKED = {
    "lists": pa.array([[1, None], [], None]),
    "lists of times": pa.array([[dt.datetime(2020, 1, 1, 1, 2, 3, 4)], None]),
    "structs": pa.array([{"a": dt.date(2020, 1, 1), "b": [decimal.Decimal("1.50")]}, None, {"a": None, "b": None}]),
    "nothing": pa.array([[None, None], None, []]),
    "no fields": pa.array([{}, None], pa.struct([])),
    "odd numbers": pa.array([[float("inf"), -0.5, None]]),
    "fixed": pa.array([[1, 2], [3, 4]], pa.list_(pa.int8(), 2)),
    "times of day": pa.array([dt.time(1, 2, 3, 4), None]),
    "bytes": pa.array([b"a\0", b"", None]),
    "text": pa.array([["a\0", '\n"ß'], ["null"]]),
}


@pytest.mark.parametrize("name", PACKED)
def test_values_without_a_column_type_are_kept_as_text(name):
    values = PACKED[name]
    column, dtype = encode_series(values, "the column")
    assert (dtype.kind, dtype.arrow, dtype.storage) == ("packed", values.type, "str")
    assert pa.types.is_large_string(column.type)
    assert decode_arrow_column(column, dtype).combine_chunks().equals(values)
    back = pd.Series(decode_column(column, dtype))
    assert back.dtype == pd.ArrowDtype(values.type)
    again, _ = encode_series(back, "the column")
    assert again.equals(column)


def test_times_do_not_hide_in_dates():
    stamps = pa.chunked_array([pa.array([86_400_000, None, 86_400_001], pa.timestamp("ms"))])
    assert decode_arrow_column(stamps.slice(0, 2), DATE).to_pylist() == [dt.date(1970, 1, 2), None]
    with pytest.raises(ValueError, match="times of day"):
        decode_arrow_column(stamps, DATE)


def test_hidden_values_under_a_mask_do_not_count():
    masked = pd.arrays.IntegerArray(np.array([-(2**63), 5]), np.array([True, False]))
    column, dtype = encode_series(masked, "x")
    assert decode_column(column, dtype).tolist() == [pd.NA, 5]
    assert encode_series(pa.array(["a\0b", "c"])[1:], "x")[0].to_pylist() == ["c"]


@pytest.mark.parametrize("unit", ["us", "ns"])
@pytest.mark.parametrize("kind", ["M", "m"])
def test_digits_below_a_millisecond_are_announced(unit, kind):
    per_ms = {"us": 1000, "ns": 10**6}[unit]
    series = pd.Series(np.array([1, -1, 5 * per_ms], np.int64).view(f"{kind}8[{unit}]"))
    with pytest.warns(PrecisionWarning, match=r"'when' holds 2 times"):
        column, dtype = encode_series(series, "when")
    assert column.cast(pa.int64()).to_pylist() == [0, -1, 5]
    assert decode_column(column, dtype).view(np.int64).tolist() == [0, -per_ms, 5 * per_ms]


def test_time_beyond_the_unit_is_refused_on_the_way_back():
    column = pa.chunked_array([pa.array([2**60], pa.timestamp("ms"))])
    with pytest.raises(ValueError, match="do not fit"):
        decode_column(column, DType("datetime", unit="ns"))


def test_missing_in_a_dtype_without_missing_changes_it_as_in_pandas():
    column = pa.chunked_array([pa.array([1, None], pa.int8())])
    assert_series_equal(pd.Series(decode_column(column, INT8)), pd.Series([1.0, np.nan]))
    assert_series_equal(pd.Series(decode_column(column, BOOL)), pd.Series([True, np.nan], dtype=object))


@pytest.mark.parametrize("numbers", [[300.0], [-129.0], [1.5], [float(2**63)]])
def test_values_beyond_the_integer_dtype_are_no_silent_wrap(numbers):
    kind = "int64" if numbers == [float(2**63)] else "int8"
    with pytest.raises(ValueError, match="do not fit"):
        decode_column(pa.chunked_array([pa.array(numbers)]), DType(kind))


def test_levels_in_another_order_in_the_cluster():
    _, dtype = encode_series(pd.Categorical([3, 1], categories=[3, 2, 1]), "x")
    column = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["1", "3"]))])
    assert_series_equal(
        pd.Series(decode_column(column, dtype)), pd.Series(pd.Categorical([1, 3, None], categories=[3, 2, 1]))
    )
    strange = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["7"]))])
    with pytest.raises(ValueError, match=r"\['7'\]"):
        decode_column(strange, dtype)


def test_levels_only_the_cluster_knows():
    column = pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array([1, None], pa.int8()), pa.array(["b", "a"]))])
    expected = pd.Series(pd.Categorical(["a", None], categories=["b", "a"]))
    assert_series_equal(pd.Series(decode_column(column, DType("category"))), expected)


@settings(deadline=None)
@given(st.lists(st.one_of(st.integers(0, 3), st.text("0123 (int)", max_size=7), st.floats(0, 3)), unique_by=repr))
def test_level_texts_are_distinct(values):
    categories = list(dict.fromkeys(values))
    texts = level_texts(categories)
    assert len(set(texts)) == len(texts) == len(categories)
    assert all(text == value for text, value in zip(texts, categories, strict=True) if isinstance(value, str))


def test_wires(columns):
    wires = "".join(wire_of(encode_series(column, "x")[1]) for column in columns.values())
    assert set(wires) == set("bhild-s")
    assert wire_of(DType("datetime", unit="ms")) == "-"


ARROW = pa.table(
    {
        "b": pa.array([True, None]),
        "i8": pa.array([1, None], pa.int8()),
        "u64": pa.array([1, 2**63 - 1], pa.uint64()),
        "f": pa.array([1.5, None]),
        "f32": pa.array([1.5, None], pa.float32()),
        "s": pa.array(["a", None]),
        "ls": pa.array(["", None], pa.large_string()),
        "d": pa.array(["a", None]).dictionary_encode(),
        "t": pa.array([1, None], pa.timestamp("us", "Europe/Berlin")).cast(
            pa.timestamp("s", "Europe/Berlin"), safe=False
        ),
        "f2": pa.array([1000, None], pa.timestamp("us", "+02:00")),
        "du": pa.array([2000, None], pa.duration("us")),
    }
)


def test_arrow_comes_back():
    encoded = encode_arrow(ARROW)
    back = decode_arrow(encoded.table, encoded.dtypes, encoded.labels)
    back.validate(full=True)
    expected = ARROW.set_column(7, "d", ARROW["d"].cast(pa.dictionary(pa.int32(), pa.string())))
    assert back.schema.remove_metadata() == expected.schema
    assert back.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("data", [ARROW.to_batches()[0], ARROW.to_reader(), ARROW])
def test_arrow_in_each_shape(data):
    assert encode_arrow(data).table.num_rows == 2


def test_arrow_types_with_a_near_relative():
    table = pa.table(
        {
            "date": pa.array([dt.date(2020, 1, 2), None]),
            "decimal": pa.array([decimal.Decimal(7), None]),
            "view": pa.array(["x", None], pa.string_view()),
            "null": pa.nulls(2),
            "runs": pa.RunEndEncodedArray.from_arrays([2], ["r"]),
            "numbers": pa.DictionaryArray.from_arrays([1, None], pa.array([10, 20])),
            "twice": pa.DictionaryArray.from_arrays([2, 1], pa.array(["p", None, "p"])),
            "half": pa.array(np.array([1.5, 2.5], np.float16)),
        }
    )
    encoded = encode_arrow(table)
    back = decode_pandas(encoded.table, encoded.dtypes, encoded.labels)
    assert back["date"].tolist() == [dt.date(2020, 1, 2), pd.NA]
    assert str(back["decimal"].dtype) == "Int64"
    assert back["view"].fillna("-").tolist() == ["x", "-"]
    assert back["null"].isna().all()
    assert back["runs"].tolist() == ["r", "r"]
    assert back["numbers"].cat.categories.tolist() == [10, 20]
    assert back["numbers"].tolist()[0] == 20
    assert back["twice"].isna().tolist() == [False, True]
    assert back["half"].tolist() == [1.5, 2.5]


def test_chunked_dictionaries_with_different_levels():
    first, second = (pa.array(v).dictionary_encode() for v in (["a", "b"], ["b", "c", None]))
    encoded = encode_arrow(pa.table({"x": pa.chunked_array([first, second])}))
    back = decode_pandas(encoded.table, encoded.dtypes, ["x"])["x"]
    assert back.tolist()[:4] == ["a", "b", "b", "c"]
    assert back.cat.categories.tolist() == ["a", "b", "c"]


def test_polars_goes_both_ways():
    frame = pl.DataFrame(
        {
            "i": pl.Series([1, None, 3], dtype=pl.Int16),
            "f": [1.5, None, -0.0],
            "s": ["a", None, "ü"],
            "b": [True, None, False],
            "c": pl.Series(["x", None, "y"], dtype=pl.Categorical),
            "e": pl.Series(["x", None, "y"], dtype=pl.Enum(["y", "x", "unused"])),
            "t": pl.Series([dt.datetime(2020, 1, 1), None, dt.datetime(1900, 1, 1)]),
        }
    )
    encoded = encode_arrow(frame)
    back = pl.DataFrame(decode_arrow(encoded.table, encoded.dtypes, encoded.labels))
    assert back.drop("c", "e").equals(frame.drop("c", "e"), null_equal=True)
    assert back["c"].cast(pl.String).to_list() == ["x", None, "y"]
    assert back["e"].cast(pl.String).to_list() == ["x", None, "y"]
    assert encoded.dtypes[5].categories == ("y", "x", "unused")


def test_no_table_is_refused():
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        encode_arrow([1, 2])


@pytest.mark.parametrize("dtype", [object, "complex128", "period[D]", "interval", "bytes"])
def test_dtype_without_a_place_is_refused(dtype):
    with pytest.raises(TypeError):
        from_pandas_dtype(dtype)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (float, "float64"),
        (int, "int64"),
        (bool, "bool"),
        (str, "str"),
        ("category", "category"),
        ("datetime64[ns, UTC]", "datetime64[ns, UTC]"),
        (pd.ArrowDtype(pa.int16()), "Int16"),
        (pd.ArrowDtype(pa.string()), "string"),
        (pd.SparseDtype("float64"), "float64"),
        ("float16", "float32"),
    ],
)
def test_dtype_by_what_astype_takes(dtype, expected):
    assert str(from_pandas_dtype(dtype)) == expected


def test_sparse_and_pyarrow_columns():
    df = pd.DataFrame(
        {
            "s": pd.arrays.SparseArray([0.0, 0.0, 1.0]),
            "a": pd.array([1, None, 2], dtype=pd.ArrowDtype(pa.int32())),
            "t": pd.array(["x", None, "y"], dtype=pd.ArrowDtype(pa.string())),
        }
    )
    expected = pd.DataFrame(
        {
            "s": [0.0, 0.0, 1.0],
            "a": pd.array([1, None, 2], dtype="Int32"),
            "t": pd.array(["x", None, "y"], dtype="string"),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_frame_equal(round_trip(df), expected)
