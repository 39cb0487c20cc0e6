"""Files of this machine as sources and sinks, in every format."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import itertools
import json
import lzma
import os
import tempfile
from pathlib import Path

import laws
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import DriftError, MissingError, RowError, sink, source

PLAIN, HEADER = "text/csv", "text/csv; header=present"


@pytest.mark.parametrize("format_", ["csv", "jsonl", "json", "parquet"])
@pytest.mark.parametrize("n", [1, 4, 50])
def test_a_file_is_read_whole_however_it_is_divided(tmp_path, format_, n):
    frame, path = laws.rows(9000), tmp_path / f"x.{format_}"
    if format_ == "csv":
        frame.to_csv(path, index=False)
    elif format_ == "parquet":
        pq.write_table(pa.Table.from_pandas(frame), path, row_group_size=800)
    else:
        frame.to_json(path, orient="records", lines=format_ == "jsonl", double_precision=15)
        frame["x"] = pd.read_json(path, lines=format_ == "jsonl")["x"]
    made = source("file", location=str(path))
    parts = made.partitions(n)
    assert parts == source("file", location=str(path)).partitions(n)
    assert [p.id for p in parts] == sorted(p.id for p in parts)
    divided = {"csv": 50, "jsonl": 50, "json": 1, "parquet": 12}[format_]  # JSON not at all, Parquet by row groups
    assert min(n, divided) * 0.8 <= len(parts) <= min(n, divided)
    laws.same(laws.read_all(made, n), frame)
    if format_ == "parquet":
        assert sum(p.rows for p in parts) == len(frame)


def test_addresses_of_files(tmp_path):
    (tmp_path / "a b.csv").write_text("x\n1\n")
    assert laws.read_all(source("file", location=f"file://{tmp_path}/a%20b.csv"))["x"].tolist() == [1]


def test_globs_folders_and_beginnings_are_read_in_order(tmp_path):
    for name in ("in/b.csv", "in/a.csv", "in/deep/c.csv", "in/_hidden.csv", "in/.h2o-batch/x.csv", "in-other/d.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name\n{name}\n")

    def names(pattern):
        made = source("file", location=f"{tmp_path}/{pattern}", mime_type=HEADER)
        return laws.read_all(made)["name"].tolist()

    inside = ["in/a.csv", "in/b.csv", "in/deep/c.csv"]
    assert names("in") == names("in/") == inside
    assert names("in/*.csv") == inside[:2]
    assert names("in/**/*.csv") == names("in/**") == inside
    assert names("in/[!a].csv") == names("in/?.csv")[1:] == ["in/b.csv"]
    assert names("in*/*.csv") == ["in-other/d.csv", *inside[:2]]
    assert names("in-") == ["in-other/d.csv"]
    two = source("file", location=f"{tmp_path}/in/", mime_type=PLAIN).partitions(2)
    assert [p.id for p in two] == ["00000", "00001"]
    with pytest.raises(MissingError, match="no file"):
        source("file", location=f"{tmp_path}/nothing*.csv").check()


@pytest.mark.parametrize(
    ("ending", "pack"),
    [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress),
     ("zst", lambda b: pa.compress(b, "zstd", asbytes=True)),
     ("gz", lambda b: gzip.compress(b[:999]) + gzip.compress(b[999:]))],
)  # fmt: skip
def test_compressed_files(tmp_path, ending, pack):
    frame = laws.rows(3000)[["id", "s"]]
    texts = {"csv": frame.to_csv(index=False), "jsonl": frame.to_json(orient="records", lines=True)}
    for format_, text in texts.items():
        path = tmp_path / f"x.{format_}.{ending}"
        path.write_bytes(pack(text.encode()))
        laws.same(laws.read_all(source("file", location=str(path)), 4), frame)


def test_a_broken_archive_is_told(tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(b"no archive")
    with pytest.raises(DriftError, match=r"x\.csv\.gz: is not"):
        source("file", location=str(tmp_path / "x.csv.gz")).check()
    (tmp_path / "x.parquet").write_bytes(b"no parquet")
    with pytest.raises(DriftError, match=r"x\.parquet: is not Parquet"):
        source("file", location=str(tmp_path / "x.parquet")).check()


@pytest.mark.parametrize("text", ["", "\n", "\n\n"])
def test_an_empty_file_is_told(tmp_path, text):
    for name in ("x.csv", "x.jsonl"):
        (tmp_path / name).write_text(text)
        with pytest.raises(DriftError, match=r"nothing in it|no JSON object"):
            source("file", location=str(tmp_path / name)).check()


def test_header_only_and_mark_and_windows_ends(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n")
    empty = source("file", location=str(tmp_path / "x.csv"))
    assert empty.schema().names == ["a", "b"]
    assert laws.read_all(empty).empty
    (tmp_path / "x.csv").write_bytes(b'\xef\xbb\xbfa,"b ""c"""\r\n1,x\r\n2,"y\r\nz"\r\n')
    found = laws.read_all(source("file", location=str(tmp_path / "x.csv")))
    pd.testing.assert_frame_equal(found, pd.read_csv(tmp_path / "x.csv"), check_dtype=False)


def test_csv_without_header_takes_names_from_the_schema(tmp_path):
    (tmp_path / "x.csv").write_text("1,a\n2,b\n")
    made = source("file", location=str(tmp_path / "x.csv"), mime_type=PLAIN)
    assert made.schema().names == ["C1", "C2"]
    wanted = pa.schema([("n", pa.float64()), ("s", pa.string())])
    found = laws.read_all(made, schema=wanted)
    laws.same(found, pd.DataFrame({"n": [1.0, 2.0], "s": ["a", "b"]}))
    assert laws.read_all(made, schema=pa.schema([("C1", pa.string())]))["C1"].tolist() == ["1", "2"]


def test_missing_values_are_those_of_pandas(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,NA\n,""\nnan,None\nNULL,x\n5,n/a\n')
    laws.same(laws.read_all(source("file", location=str(path))), pd.read_csv(path))


def test_rows_that_cannot_be_read_are_told_one_by_one(tmp_path):
    n = 5000
    lines = [f"{i},{i / 2},t{i}" for i in range(n)]
    lines[777], lines[2000], lines[2001], lines[n - 1] = "x,1,t", "1,2", "1,2,3,4", '1,oh,"a\nb"'
    path = tmp_path / "x.csv"
    path.write_text("i,x,s\n" + "\n".join(lines) + "\n")
    made = source("file", location=str(path))
    types = pa.schema([("i", pa.int64()), ("x", pa.float64())])
    for parts in (1, 3):
        bad = []
        found = laws.read_all(made, parts, schema=types, on_bad_row=bad.append)
        assert len(found) == n - 4
        assert [row.text for row in bad] == ["x,1,t", "1,2", "1,2,3,4", '1,oh,"a\nb"']
        assert [row.reason for row in bad] == [
            "column i: 'x' is no int64", "2 values for 3 columns", "4 values for 3 columns",
            "column x: 'oh' is no double",
        ]  # fmt: skip
        assert bad[0].where.endswith("row 778")
    with pytest.raises(RowError, match=r"x\.csv, row 778: column i"):
        laws.read_all(made, schema=types)


@pytest.mark.parametrize("lines", [True, False])
def test_json_that_does_not_fit_is_told_one_by_one(tmp_path, lines):
    objects = [
        '{"i": 1, "x": 2, "s": "a"}', '{"i": 2.5, "s": "b"}', '{"x": "3.5", "i": 3, "new": [1, {"a": 2}]}',
        "[1]", '{"i": null, "s": {"deep": 1}}', '{"i": 6, "s": 7}',
    ]  # fmt: skip
    path = tmp_path / ("x.jsonl" if lines else "x.json")
    path.write_text("\n".join(objects) if lines else "[" + ",\n ".join(objects) + "]")
    types = pa.schema([("i", pa.int64()), ("x", pa.float64()), ("s", pa.string())])
    bad: list = []
    made = source("file", location=str(path))
    found = laws.read_all(made, schema=types, on_bad_row=bad.append)[["i", "x", "s"]]
    assert [row.reason for row in bad] == ["column i: 2.5 is no int64", "is no object"]
    assert [row.where.rpartition(" ")[2] for row in bad] == ["2", "4"]
    wanted = pd.DataFrame({"i": [1, 3, None, 6], "x": [2, 3.5, None, None], "s": ["a", None, '{"deep": 1}', "7"]})
    laws.same(found, wanted)


def test_json_cut_off_and_not_json(tmp_path):
    (tmp_path / "x.json").write_text('[{"a": 1}, {"a": 2}, {"a": ')
    bad: list = []
    made = source("file", location=str(tmp_path / "x.json"))
    assert laws.read_all(made, on_bad_row=bad.append)["a"].tolist() == [1, 2]
    assert bad[0].text == '{"a":'
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(DriftError, match="no JSON object"):
        source("file", location=str(tmp_path / "x.json")).check()


def test_parquet_values_that_do_not_fit_are_told(tmp_path):
    table = pa.table({"i": ["1", "2", "x", "4"], "d": pa.array(list("abab")).dictionary_encode()})
    pq.write_table(table, tmp_path / "x.parquet")
    bad: list = []
    made = source("file", location=str(tmp_path / "x.parquet"))
    found = laws.read_all(made, schema=pa.schema([("i", pa.float64()), ("d", pa.string())]), on_bad_row=bad.append)
    assert found["i"].tolist() == [1, 2, 4]
    assert (json.loads(bad[0].text)["i"], bad[0].where.rpartition(" ")[2]) == ("x", "3")


def test_files_that_differ_stop_the_job(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("y,x\n4,3\n")
    made = source("file", location=f"{tmp_path}/*.csv")
    laws.same(laws.read_all(made), pd.DataFrame({"x": [1, 3], "y": [2, 4]}))
    partition = made.partitions(1)[0]
    (tmp_path / "b.csv").write_text("x,z\n1,2\n")
    with pytest.raises(DriftError, match=r"b\.csv: has changed"):
        list(made.read(partition, 10))
    with pytest.raises(DriftError, match="column y is missing, column z is new"):
        laws.read_all(source("file", location=f"{tmp_path}/*.csv"))
    (tmp_path / "b.csv").unlink()
    with pytest.raises(DriftError, match=r"b\.csv: is gone"):
        list(made.read(partition, 10))
    (tmp_path / "c.csv").write_text("x,x\n1,2\n")
    with pytest.raises(DriftError, match="appears twice: x"):
        source("file", location=f"{tmp_path}/c.csv").check()


_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='"\n,'), max_size=8)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(_text.filter(lambda t: t.strip() == t), min_size=1, max_size=30), every=st.integers(1, 60))
def test_cuts_are_always_between_rows(texts, every):
    from h2o_frame_compat.io.connectors import csv_reading, streams

    frame = pd.DataFrame({"n": np.arange(len(texts)).astype(float), "s": texts})
    text = frame.to_csv(index=False).encode()
    cuts = [0, *streams.row_ends([text], every), len(text)]
    schema = pa.schema([("n", pa.float64()), ("s", pa.string())])
    found = []
    for start, end in itertools.pairwise(cuts):
        pieces = [text[i : min(i + every, end)] for i in range(start, end, every)]
        found += csv_reading.csv_tables(pieces, schema, "x", None, header=start == 0)
    expected = pd.read_csv(io.BytesIO(text))
    made = pa.concat_tables(found).to_pandas()
    laws.same(made, expected.astype({"s": made["s"].dtype}))


# ------------------------------------------------------------------------------------------- sinks

SINKS = ["out", "out/*.csv.gz", "one.csv", "one.csv.gz", "one.json", "one.jsonl", "one.jsonl.zst", "one.parquet"]


def _mime_type(where):
    return "application/parquet" if where == "out" else None


@pytest.mark.parametrize("where", SINKS)
def test_each_partition_is_there_once(tmp_path, where):
    location = str(tmp_path / where)
    laws.exactly_once(
        lambda mode: sink("file", location=location, mime_type=_mime_type(where), write_mode=mode),
        lambda: laws.read_all(source("file", location=location, mime_type=_mime_type(where))),
        laws.rows(),
    )
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in left if path.name.endswith(".part")] == []


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst", "lz4"])
def test_a_part_that_is_given_up_has_ended_its_compression(tmp_path, ending):
    """Python 3.13 tells of what a collected compressor cannot write any more."""
    frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
    made = sink("file", location=str(tmp_path / f"out/*.csv.{ending}"))
    made.begin("job", schema)
    part = made.open_part("job", "00000", schema)
    part.write(laws.batches(frame)[0])
    part.abort()
    assert part._out.closed
    part.abort()
    made.discard("job")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("where", ["out", "out/*.jsonl", "one.csv.bz2", "one.parquet"])
def test_write_modes(tmp_path, where):
    location = str(tmp_path / where)
    laws.write_modes(
        lambda mode: sink("file", location=location, mime_type=_mime_type(where), write_mode=mode),
        lambda: laws.read_all(source("file", location=location, mime_type=_mime_type(where))),
        laws.rows(400),
        "id",
        appends=not where.startswith("one"),
    )


@pytest.mark.parametrize("mime_type", [PLAIN, HEADER, "application/json", "text/jsonl", "application/parquet"])
def test_parts_without_rows(tmp_path, mime_type):
    frame = laws.rows(10).iloc[:0]
    ending = "csv" if "csv" in mime_type else mime_type.partition("/")[2]
    for name in ("out", f"one.{ending}"):
        made = sink("file", location=str(tmp_path / name), mime_type=mime_type)
        laws.write(made, "job", frame, 2)
        assert made.committed("job", "00001").rows == 0
    if "parquet" in mime_type or "header" in mime_type:
        found = source("file", location=str(tmp_path / "out"), mime_type=mime_type)
        assert found.schema().names == [*frame.columns]
        assert laws.read_all(found).empty


def test_a_single_file_has_one_header_and_the_order_of_partitions(tmp_path):
    frame = laws.rows(100)
    laws.write(sink("file", location=str(tmp_path / "x.csv")), "job", frame, 7)
    laws.same(pd.read_csv(tmp_path / "x.csv"), frame)
    laws.write(sink("file", location=str(tmp_path / "y.csv"), mime_type=PLAIN), "job", frame, 7)
    laws.same(pd.read_csv(tmp_path / "y.csv", names=frame.columns), frame)
    laws.write(sink("file", location=str(tmp_path / "x.json")), "job", frame, 7)
    assert [row["id"] for row in json.loads((tmp_path / "x.json").read_text())] == frame["id"].tolist()


def test_two_at_once_make_one_part(tmp_path):
    frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
    made = sink("file", location=str(tmp_path / "out"), mime_type="text/jsonl")
    made.begin("job", schema)
    parts = [made.open_part("job", "00000", schema) for _ in range(2)]
    for part in parts:
        part.write(laws.batches(frame)[0])
    results = [part.commit() for part in parts]
    assert [result.repeated for result in results] == [False, True]
    assert [path.name for path in (tmp_path / "out").glob("*")] == [".h2o-batch", "part-job-00000.jsonl"]


def test_what_a_killed_worker_left_is_swept(tmp_path):
    frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
    made = sink("file", location=str(tmp_path / "out"), mime_type="text/jsonl")
    made.begin("job", schema)
    part = made.open_part("job", "00000", schema)
    part.write(laws.batches(frame)[0])  # and no more: the process is gone
    assert len(list((tmp_path / "out").glob(".*.part"))) == 1
    assert made.begin("job", schema)
    assert list((tmp_path / "out").glob(".*.part")) == []
    part.abort()


def test_only_the_folder_itself_is_looked_into(tmp_path, monkeypatch):
    """A single file may be written into a home folder with a million files below it."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".x.csv.1.part").write_text("somebody else's")
    looked = []
    monkeypatch.setattr(os, "walk", lambda path: looked.append(path) or iter(()))
    made = sink("file", location=str(tmp_path / "x.csv"), write_mode="overwrite")
    made.check()
    laws.write(made, "job", laws.rows(5), 1)
    assert all(".h2o-batch" in str(path) for path in looked)
    assert (tmp_path / "deep" / ".x.csv.1.part").exists()


def test_the_names_of_other_jobs_are_safe(tmp_path):
    schema = laws.schema_of(laws.rows(5))
    made = sink("file", location=str(tmp_path / "out"), mime_type="text/jsonl")
    for name in ("../x", "", "a/b", "a b"):
        with pytest.raises(ValueError, match=r"^job_id: "):
            made.begin(name, schema)
    for name in ("job", "job-1"):  # one name begins with the other
        other = sink("file", location=str(tmp_path / "out"), mime_type="text/jsonl", write_mode="append")
        laws.write(other, name, laws.rows(5), 1)
    made.discard("job")
    assert len(list((tmp_path / "out").glob("part-*"))) == 2


def test_overwriting_a_folder_leaves_what_is_not_ours(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("notes.txt", "deep/x.csv", "old.csv"):
        (tmp_path / name).write_text("a\n1\n")
    made = sink("file", location=str(tmp_path), mime_type=HEADER, write_mode="overwrite")
    laws.write(made, "job", laws.rows(5), 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".h2o-batch", "deep", "notes.txt", "part-job-00000.csv"]
    assert (tmp_path / "deep" / "x.csv").exists()


def test_check_says_that_a_folder_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    made = sink("file", location=str(tmp_path / "file" / "out"), mime_type=PLAIN)
    with pytest.raises(connectors.ConnectorError):
        made.check()
    good = sink("file", location=str(tmp_path / "new" / "out"), mime_type=PLAIN)
    assert good.atomic_create is None
    good.check()
    assert good.atomic_create is True
    assert list((tmp_path / "new" / "out").iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, monkeypatch):
    made = sink("file", location=str(tmp_path / "out"), mime_type="text/jsonl")
    frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
    made.begin("job", schema)

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with made.open_part("job", "00000", schema) as part:
        part.write(laws.batches(frame)[0])
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(connectors.NoSpaceError, match="No space left"):
            part.commit()
    monkeypatch.undo()
    assert not made.is_committed("job", "00000")
    assert list((tmp_path / "out").glob("*part*")) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device(tmp_path):
    from h2o_frame_compat.io.connectors.places import translated

    with pytest.raises(connectors.NoSpaceError), translated("/dev/full"), Path("/dev/full").open("wb") as file:
        file.write(b"x" * 100_000)


def test_times_and_lists_in_json(tmp_path):
    types = [("t", pa.timestamp("us")), ("l", pa.list_(pa.int64())), ("x", pa.float64()), ("d", pa.date32())]
    time, day = pd.Timestamp("2024-02-29 01:02:03.5"), pd.Timestamp("2022-01-08")
    values = {"t": time, "l": [1, 2], "x": float("inf"), "d": day}
    schema = pa.schema(types)
    batch = pa.RecordBatch.from_pylist([values], schema=schema)
    made = sink("file", location=str(tmp_path / "x.jsonl"))
    made.begin("job", schema)
    with made.open_part("job", "0", schema) as part:
        part.write(batch)
        part.commit()
    made.finish("job", ["0"])
    assert json.loads((tmp_path / "x.jsonl").read_text()) == {
        "t": "2024-02-29T01:02:03.500000", "l": [1, 2], "x": None, "d": "2022-01-08",
    }  # fmt: skip


def test_memory_is_that_of_blocks(tmp_path):
    path = tmp_path / "x.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("a,b\n")
        for _ in range(100):
            file.write("123456789.5,some text\n" * 20_000)
    made = source("file", location=str(path))
    pool = pa.default_memory_pool()
    before, most, n = pool.bytes_allocated(), 0, 0
    for batch in made.read(made.partitions(1)[0], 50_000):
        n += batch.num_rows
        most = max(most, pool.bytes_allocated() - before)
    assert n == 2_000_000
    assert most < 60 << 20  # the file has 44 MB of text, and more as columns


def test_temporary_names_do_not_clash():
    with tempfile.TemporaryDirectory() as folder:
        place = connectors.sink("file", location=folder, mime_type=PLAIN).files
        path = folder.lstrip("/") + "/x"
        a, b = place.new(path), place.new(path)
        a.write(b"a")
        b.write(b"b")
        assert (a.publish(), b.publish()) == (True, False)
        a.discard()
        b.discard()
        assert Path(folder, "x").read_bytes() == b"a"
        assert [path.name for path in Path(folder).iterdir()] == ["x"]
