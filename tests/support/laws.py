"""What holds for every connector; the fast tests and those with real servers run the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from h2o_frame_compat.io import connectors


def rows(n: int = 2000) -> pd.DataFrame:
    """Rows with what formats stumble over."""
    at = np.arange(n)
    texts = ['a "quoted" one', "two, with\na new line", None, "ünïcode", "5", " padded ", "back\\slash\ttab"]
    return pd.DataFrame(
        {
            "id": at + (1 << 53) - n // 2,
            "x": np.where(at % 7 == 0, np.nan, np.random.default_rng(7).normal(size=n)),
            "s": [texts[i % len(texts)] for i in range(n)],
            "flag": at % 2 == 0,
        }
    )


def batches(frame: pd.DataFrame, size: int = 300) -> list[pa.RecordBatch]:
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None).to_batches(size)


def schema_of(frame: pd.DataFrame) -> pa.Schema:
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None).schema


def read_all(source, n: int = 1, batch_rows: int = 700, **options) -> pd.DataFrame:
    """Read a source, partition by partition, as a worker does that got everything as JSON."""
    _, environment = source.portable()
    assert not environment or all(name.startswith("H2O_COMPAT_SECRET_") for name in environment)
    found = []
    for partition in source.partitions(n):
        again = connectors.Partition.from_json(partition.to_json())
        for batch in source.read(again, batch_rows, **options):
            assert 0 < batch.num_rows <= batch_rows
            found.append(batch)
    schema = found[0].schema if found else source.schema()
    return pa.Table.from_batches(found, schema).to_pandas()


def same(found: pd.DataFrame, wanted: pd.DataFrame, by: str | None = None) -> None:
    if by is not None:
        found = found.sort_values(by, ignore_index=True)
        wanted = wanted.sort_values(by, ignore_index=True)
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def write(sink, job: str, frame: pd.DataFrame, parts: int = 3) -> list[str]:
    """Write a frame in parts, and finish."""
    schema = schema_of(frame)
    assert sink.begin(job, schema)
    ids = []
    for i in range(parts):
        ids.append(f"{i:05d}")
        piece = frame.iloc[len(frame) * i // parts : len(frame) * (i + 1) // parts]
        with sink.open_part(job, ids[-1], schema) as part:
            for batch in batches(piece):
                part.write(batch)
            result = part.commit({"bad": i})
        assert (result.rows, result.repeated) == (len(piece), False)
    assert sink.finish(job, ids)["rows"] == len(frame)
    return ids


def exactly_once(make_sink, read, frame: pd.DataFrame, by: str | None = None) -> None:
    """Whatever is tried again, each partition is there once.

    Parameters
    ----------
    make_sink : callable
        Makes the sink, given a write mode.
    read : callable
        Reads what is there.
    frame : pandas.DataFrame
        Rows for it.
    by : str, optional
        Order the rows by this before comparing.
    """
    schema, half = schema_of(frame), len(frame) // 2
    first, second = frame.iloc[:half], frame.iloc[half:].reset_index(drop=True)
    sink = make_sink("error")
    sink.check()
    assert sink.begin("job-1", schema)
    with sink.open_part("job-1", "00000", schema) as part:  # a worker that dies before it commits
        part.write(batches(first)[0])
    assert not sink.is_committed("job-1", "00000")

    def attempt(sink, partition: str, piece: pd.DataFrame):
        part = sink.open_part("job-1", partition, schema)
        for batch in batches(piece):
            part.write(batch)
        return part

    one = attempt(sink, "00000", first)
    done = one.commit({"dead": 3})
    one.abort()
    assert (done.rows, done.extra, done.repeated) == (half, {"dead": 3}, False)
    two = attempt(make_sink("error"), "00000", first)  # one that did not know
    again = two.commit({"dead": 3})
    two.abort()
    assert (again.rows, again.extra, again.repeated) == (half, {"dead": 3}, True)

    resumed = make_sink("error")  # the driver died, too
    assert resumed.begin("job-1", schema)
    assert resumed.is_committed("job-1", "00000")
    assert not resumed.is_committed("job-1", "00001")
    last = attempt(resumed, "00001", second)
    last.commit()
    last.abort()
    told = resumed.finish("job-1", ["00000", "00001"])
    assert told["rows"] == len(frame)
    same(read(), frame, by)
    late = make_sink("error")
    assert late.begin("job-1", schema)  # it died once more, after the end
    assert late.committed("job-1", "00000").rows == half
    assert late.finish("job-1", ["00000", "00001"]) == told
    same(read(), frame, by)


def write_modes(make_sink, read, frame: pd.DataFrame, by: str | None = None, *, appends: bool = True) -> None:
    """Each write mode does what it says with what another job has left."""
    schema = schema_of(frame)
    write(make_sink("error"), "first", frame)
    with pytest.raises(connectors.SinkNotEmptyError):
        make_sink("error").begin("second", schema)
    assert make_sink("ignore").begin("second", schema) is False
    same(read(), frame, by)
    if appends:
        write(make_sink("append"), "third", frame.assign(id=frame["id"] + len(frame)))
        assert len(read()) == 2 * len(frame)
    other = frame.iloc[: len(frame) // 4]
    write(make_sink("overwrite"), "fourth", other)
    same(read(), other, by)
    unfinished = make_sink("append" if appends else "overwrite")
    assert unfinished.begin("fifth", schema)
    with unfinished.open_part("fifth", "00000", schema) as part:
        part.write(batches(frame)[0])
        part.commit()
    unfinished.discard("fifth")
    assert not unfinished.is_committed("fifth", "00000")
    same(read(), other, by)
