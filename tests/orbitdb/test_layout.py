"""Tables become documents and come back the same, whatever JavaScript does to numbers on the way."""

from __future__ import annotations

import copy
import datetime
import json
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h2o_frame_compat.io.orbitdb import layout

UTC = datetime.UTC


def javascript(documents: list[dict]) -> dict[str, list]:
    """What is left of documents after a program with one type of numbers wrote them: 41.0 is 41, -0.0 is 0."""

    def number(value):
        if isinstance(value, int) and not isinstance(value, bool):
            assert abs(value) < 2**53, "JavaScript would round it"
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value

    texts = [json.loads(json.dumps(d, allow_nan=False)) for d in documents]
    return {d["_id"]: [number(v) for v in d["array"]] for d in texts}


def there_and_back(table: pa.Table) -> pa.Table:
    meta, documents = layout.describe(table)
    assert meta["documents"] == len(documents)
    assert documents[-1] == {"_id": "~end", "array": []}
    return layout.assemble(json.loads(json.dumps(meta)), javascript(documents))


def plain(array: pa.Array | pa.ChunkedArray) -> str:
    """Values as text: NaN is NaN, -0.0 is not 0.0, and times beyond Python's are shown as well."""
    if pa.types.is_timestamp(array.type) or pa.types.is_duration(array.type):
        array = array.cast(pa.int64())
    return repr(array.to_pylist())


COLUMNS = {
    "floats": pa.array([1.5, 41.0, None, math.inf, -math.inf, -0.0, 1e300, 5e-324, 0.1]),
    "no number": pa.array([math.nan, None, 1.0], from_pandas=False),
    "single": pa.array([0.1, None, 16777217.0], pa.float32()),
    "integers": pa.array([2**63 - 1, -(2**63), 2**53, -(2**53), 2**53 - 1, None, 0]),
    "unsigned": pa.array([2**64 - 1, 2**53, 0, None], pa.uint64()),
    "small": pa.array([-128, None, 127], pa.int8()),
    "flags": pa.array([True, None, False]),
    "texts": pa.array(["", None, "NaN", "-0.0", "é\n\0\U0001f600", "null"]),
    "long texts": pa.array(["a", None, "b"], pa.large_string()),
    "text views": pa.array(["a", None, "b"], pa.string_view()),
    "nothing": pa.nulls(3),
    "days": pa.array([datetime.date(2014, 8, 14), None, datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]),
    "seconds": pa.array([0, None, -1, 2**40], pa.timestamp("s")),
    "nanoseconds": pa.array([1, None, -1, 2**62, -(2**62)], pa.timestamp("ns")),
    "zone": pa.array([datetime.datetime(2020, 1, 1, 5, tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")),
    "spans": pa.array([1, None, -(2**62)], pa.duration("ns")),
    "categories": pa.array(["b", None, "a", "b"]).dictionary_encode(),
    "ordered": pa.DictionaryArray.from_arrays([1, None, 0], ["low", "high", "unused"], ordered=True),
    "numbered": pa.DictionaryArray.from_arrays([1, None, 0], [1.5, 41.0]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_values_survive(name):
    array = COLUMNS[name]
    table = pa.table({name: array})
    found = there_and_back(table)
    want = array
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        want = array.cast(pa.string())
    if pa.types.is_dictionary(array.type):
        want = pa.DictionaryArray.from_arrays(
            array.indices.cast(pa.int32()), array.dictionary, ordered=array.type.ordered
        )
    got = found[name].combine_chunks()
    assert got.type == want.type
    assert got.is_null().equals(want.is_null())
    assert plain(got) == plain(want)


@pytest.mark.parametrize("name", COLUMNS)
def test_without_rows(name):
    table = pa.table({name: COLUMNS[name].slice(0, 0)})
    assert there_and_back(table).num_rows == 0


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key")),
        pd.DataFrame({0: [1.5], 1: ["é"]}),
        pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}),
        pd.DataFrame({"t": pd.date_range("2020-03-29", periods=3, freq="h", tz="Europe/Berlin")}),
        pd.DataFrame({"c": pd.Categorical(["b", "a", None], categories=["b", "a", "z"], ordered=True)}),
        pd.DataFrame({"a": [1]}, index=pd.RangeIndex(5, 6, name="n")),
        pd.DataFrame({"a": []}, dtype="str"),
    ],
)
def test_frames_survive(frame):
    found = there_and_back(layout.table_of(frame)).to_pandas()
    pd.testing.assert_frame_equal(found, frame)


VALUES = {
    "float64": st.floats(),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "string": st.text(st.characters(codec="utf-8")),
    "timestamp[ns]": st.integers(-(2**63) + 1, 2**63 - 1),
    "bool": st.booleans(),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table_survives_in_any_pieces(data):
    rows = data.draw(st.integers(0, 12))
    kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=4))
    columns = {}
    for n, kind in enumerate(kinds):
        values = data.draw(st.lists(st.none() | VALUES[kind], min_size=rows, max_size=rows))
        columns[f"{kind} {n}"] = pa.array(values, pa.timestamp("ns") if "time" in kind else kind, from_pandas=False)
    table = pa.table(columns)
    cut = data.draw(st.integers(0, rows))
    pieces = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    assert layout.content_hash(pieces) == layout.content_hash(table)
    found = there_and_back(pieces)
    assert found.schema.names == table.schema.names
    assert [plain(c) for c in found.columns] == [plain(c) for c in table.columns]


def test_documents_are_of_at_most_50_000_values_and_small():
    rows = 120_001
    times = pa.array(np.arange(rows)).cast(pa.timestamp("ns"))
    table = pa.table({"x": np.arange(rows) / 3, "text": ["é" * 20] * rows, "time": times})
    meta, documents = layout.describe(table)
    keys = [d["_id"] for d in documents]
    assert keys[:3] == ["x/000000", "x/000001", "x/000002"]
    assert meta["columns"][0] == {"name": "x", "type": "float64", "documents": keys[:3]}
    assert max(len(d["array"]) for d in documents) == 50_000
    assert max(len(json.dumps(d, ensure_ascii=False).encode()) for d in documents) < 1_100_000
    assert layout.assemble(meta, javascript(documents)).equals(table)


def test_small_columns_lie_as_h2o_host_laid_them():
    _, documents = layout.describe(layout.table_of({"x": [1.5, 2.5], "y": [3.5, 4.5], "t": []}))
    assert documents == [
        {"_id": "x", "array": [1.5, 2.5]},
        {"_id": "y", "array": [3.5, 4.5]},
        {"_id": "~end", "array": []},
    ]


def test_names_that_are_no_keys():
    names = ["a", "~end", "a/000000", "", "x" * 200, "~0", "é", "~meta"]
    table = pa.Table.from_arrays([pa.array([n]) for n in range(len(names))], names=names)
    assert there_and_back(table).to_pydict() == table.to_pydict()
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert [c.to_pylist() for c in there_and_back(twice).columns] == [[1], [2]]


def test_a_type_without_a_place():
    with pytest.raises(TypeError, match=r"column 'l' has type list.*convert it"):
        layout.describe(pa.table({"l": [[1]]}))


def test_a_text_too_long_for_a_block():
    with pytest.raises(ValueError, match=r"column 's' holds a text of 1,000,005 bytes"):
        layout.describe(pa.table({"s": ["short", "x" * 1_000_000]}))


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ({"x": [1], "y": [1, 2]}, ValueError, "different lengths"),
        ({"x": 1}, TypeError, "expected a table"),
        ([1, 2], TypeError, "not list"),
        (None, TypeError, "not NoneType"),
    ],
)
def test_no_table(data, error, message):
    with pytest.raises(error, match=message):
        layout.table_of(data)


def _changed(meta, documents, change):
    meta, documents = copy.deepcopy(meta), copy.deepcopy(documents)
    change(meta, documents)
    return meta, documents


@pytest.mark.parametrize(
    "change",
    [
        lambda m, d: d["x"].__setitem__(0, 2.5),
        lambda m, d: d["x"].__setitem__(0, None),
        lambda m, d: d["x"].__setitem__(0, "text"),
        lambda m, d: d["x"].append(1.5),
        lambda m, d: d.pop("x"),
        lambda m, d: d.update(x=None),
        lambda m, d: m.update(rows=1),
        lambda m, d: m.update(sha256="0" * 64),
        lambda m, d: m.pop("columns"),
        lambda m, d: m["columns"][0].update(type="float32"),
        lambda m, d: m["columns"][0].update(type="object"),
        lambda m, d: m["columns"][0].update(type="timestamp[ns, Nowhere/City]"),
        lambda m, d: m["columns"][0].update(name="z"),
        lambda m, d: m["columns"].reverse(),
        lambda m, d: d["c"].__setitem__(0, "none of the categories"),
        lambda m, d: d["~categories of c"].reverse(),
        lambda m, d: m.update(format="h2o-columns/2"),
        lambda m, d: m.update(pandas="{"),
        lambda m, d: m.update(pandas="{}"),
    ],
)
def test_what_differs_from_its_description_is_refused(change):
    table = pa.table({"x": [1.5, 2.5], "c": pa.array(["b", "a"]).dictionary_encode()})
    meta, documents = layout.describe(table)
    good = javascript(documents)
    assert layout.assemble(meta, good).num_rows == 2
    with pytest.raises(layout.LayoutError):
        layout.assemble(*_changed(meta, good, change))


def test_the_hash_tells_types_names_and_missing_values_apart():
    tables = [
        pa.table({"a": [1, 2]}),
        pa.table({"b": [1, 2]}),
        pa.table({"a": [1.0, 2.0]}),
        pa.table({"a": [2, 1]}),
        pa.table({"a": [0, None]}),
        pa.table({"a": [0, 0]}),
        pa.table({"a": ["", None]}),
        pa.table({"a": [None, ""]}),
        pa.table({"a": ["ab", "c"]}),
        pa.table({"a": ["a", "bc"]}),
        pa.table({"a": pa.array(["a", "bc"]).dictionary_encode()}),
        pa.table({"a": [1], "b": [2]}),
        pa.table({"a": [1, 2]}).slice(0, 0),
    ]
    assert len({layout.content_hash(t) for t in tables}) == len(tables)


def test_the_hash_is_the_one_that_is_documented():
    """docs/orbitdb.md tells others how to compute it."""
    import hashlib

    digest = hashlib.sha256()
    digest.update(b'["values","x","float64",2]' + b"\1\0" + np.array([1.5, 0.0], "<f8").tobytes())
    digest.update(b'["values","s","string",2]' + b"\1\0" + np.array([2, 0], "<i8").tobytes() + "é".encode())
    assert layout.content_hash(pa.table({"x": [1.5, None], "s": ["é", None]})) == digest.hexdigest()
