"""What holds for every database; the fast tests with SQLite and those with real servers run the same."""

from __future__ import annotations

import datetime

import laws
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from h2o_frame_compat.io import connectors


class Base:
    """A database.

    Parameters
    ----------
    location : str
        Its address, with ``{{password}}`` where it has one.
    secrets : dict
        The secrets of it.
    query : callable
        Runs SQL in it, and gives rows.
    """

    def __init__(self, location: str, secrets: dict, query) -> None:
        self.location, self.query = location, query
        self.config = {"secretParams": secrets} if secrets else {}

    def source(self, table: str, **more):
        return connectors.source("jdbc", {**self.config, "table": table, **more}, location=self.location)

    def sink(self, table: str, write_mode: str = "error"):
        return connectors.sink("jdbc", {**self.config, "table": table}, location=self.location, write_mode=write_mode)


def _filled(base: Base, name: str) -> pd.DataFrame:
    """A table with keys below and above any bounds, and without a key."""
    days = pd.date_range("2024-01-01", periods=500, freq="1D")
    frame = pd.DataFrame(
        {
            "k": pd.array([None if i % 50 == 0 else i - 100 for i in range(500)], dtype="Int64"),
            "x": [None if i % 50 == 1 else i / 8 for i in range(500)],
            "d": [None if i % 50 == 2 else day.date() for i, day in enumerate(days)],
            "t": [None if i % 50 == 3 else day + pd.Timedelta("7h30min") for i, day in enumerate(days)],
            "n": np.arange(500),
        }
    )
    schema = pa.schema(
        [("k", pa.int64()), ("x", pa.float64()), ("d", pa.date32()), ("t", pa.timestamp("us")), ("n", pa.int64())]
    )
    sink = base.sink(name)
    assert sink.begin("job", schema)
    with sink.open_part("job", "00000", schema) as part:
        part.write(pa.RecordBatch.from_pandas(frame, schema, preserve_index=False))
        part.commit()
    return frame


BOUNDS = [
    ("k", 0, 300), ("k", -1000, 1000), ("k", 10, 10), ("x", 0.5, 40.25), ("x", 0, 10),
    ("d", "2024-02-01", "2024-12-24"), ("t", "2024-02-01 12:00:00", "2024-12-24"), ("t", "2024-02-01", "2024-02-02"),
]  # fmt: skip


def check_types(base: Base, name: str) -> None:
    """What we write comes back: extreme numbers, odd texts, times."""
    types = [("i", pa.int64()), ("x", pa.float64()), ("s", pa.string()), ("b", pa.bool_()), ("d", pa.date32()),
             ("t", pa.timestamp("us")), ("c", pa.dictionary(pa.int32(), pa.string()))]  # fmt: skip
    rows = [
        {"i": 2**63 - 1, "x": 1.7976931348623157e308, "s": "it's 100% \"quoted\" \\ ünïcode 💡\n;--", "b": True,
         "d": datetime.date(1969, 12, 31), "t": datetime.datetime(2024, 2, 29, 23, 59, 59, 999999), "c": "a"},
        {"i": -(2**63), "x": 5e-324 * 4503599627370496, "s": "", "b": False,
         "d": datetime.date(9999, 12, 31), "t": datetime.datetime(1970, 1, 1), "c": "b"},
        dict.fromkeys("ixsbdtc"),
        {"i": 0, "x": 0.1 + 0.2, "s": "NULL", "b": None, "d": None, "t": None, "c": "a"},
    ]  # fmt: skip
    schema = pa.schema(types)
    sink = base.sink(name)
    assert sink.begin("job", schema)
    with sink.open_part("job", "00000", schema) as part:
        part.write(pa.RecordBatch.from_pylist(rows, schema=schema))
        part.commit()
    made = base.source(name)
    plain = pa.schema([*types[:-1], ("c", pa.string())])
    found = pa.Table.from_batches(list(made.read(made.partitions(1)[0], 10, schema=plain))).to_pylist()
    assert found == rows


class SqlLaws:
    """What a class of tests inherits, beside fixtures `base` and `name`, a table of its own."""

    times = True  # whether the database has a type for them

    def test_each_partition_is_there_once(self, base: Base, name: str) -> None:
        laws.exactly_once(
            lambda mode: base.sink(name, mode), lambda: laws.read_all(base.source(name)), laws.rows(900), "id"
        )

    def test_write_modes(self, base: Base, name: str) -> None:
        frame, schema = laws.rows(120), laws.schema_of(laws.rows(120))
        laws.write(base.sink(name), "first", frame)
        with pytest.raises(connectors.SinkNotEmptyError, match=name):
            base.sink(name).begin("second", schema)
        assert base.sink(name, "ignore").begin("second", schema) is False
        laws.write(base.sink(name, "append"), "third", frame.assign(id=frame["id"] + 120))
        assert len(laws.read_all(base.source(name))) == 240
        laws.write(base.sink(name, "overwrite"), "fourth", frame.iloc[:30])
        laws.same(laws.read_all(base.source(name)), frame.iloc[:30], "id")
        resumed = base.sink(name, "overwrite")
        assert resumed.begin("fourth", schema)  # what the job itself has written stays
        laws.same(laws.read_all(base.source(name)), frame.iloc[:30], "id")
        laws.write(base.sink(name, "overwrite"), "fifth", frame[["id", "s"]])  # another table, then
        laws.same(laws.read_all(base.source(name)), frame[["id", "s"]], "id")
        with pytest.raises(connectors.DriftError, match="no column x"):
            base.sink(name, "append").begin("sixth", schema)

    def test_two_attempts_at_once(self, base: Base, name: str) -> None:
        frame, schema = laws.rows(50), laws.schema_of(laws.rows(50))
        sink = base.sink(name)
        assert sink.begin("job", schema)
        one = sink.open_part("job", "00000", schema)
        one.write(laws.batches(frame)[0])
        one.abort()
        assert laws.read_all(base.source(name)).empty
        one = sink.open_part("job", "00000", schema)
        one.write(laws.batches(frame)[0])
        two = base.sink(name)
        if "sqlite" not in base.location:  # which has one writer at a time
            other = two.open_part("job", "00000", schema)
            other.write(laws.batches(frame)[0])
            assert one.commit({"n": 1}).repeated is False
            assert other.commit({"n": 2}).extra == {"n": 1}
            other.abort()
        else:
            one.commit({"n": 1})
        one.abort()
        laws.same(laws.read_all(base.source(name)), frame, "id")

    def test_bounds_divide_and_never_filter(self, base: Base, name: str) -> None:
        """Bounds set strides and never filter; rows without a value are there, once."""
        frame = _filled(base, name)
        plain = laws.read_all(base.source(name))
        assert sorted(plain["n"]) == frame["n"].tolist()
        for column, low, high in BOUNDS if self.times else BOUNDS[:5]:
            for n in (1, 7):
                table = name if n == 1 else f"(SELECT * FROM {name} WHERE n >= 0)"
                made = base.source(table, partitionColumn=column, lowerBound=low, upperBound=high, numPartitions=n)
                parts = made.partitions(99)
                assert len(parts) == (1 if low == high else n), (column, n)
                sizes = [sum(batch.num_rows for batch in made.read(part, 64)) for part in parts]
                assert sum(sizes) == 500, (column, low, high, sizes)
                if n == 7 and (column, low) == ("k", 0):
                    assert min(sizes) > 30  # it does divide
        texts = {"lower_bound": "0", "upper_bound": "300", "num_partitions": "7"}
        everything = base.source(name, partitionColumn="k", lowerBound=0, upperBound=300, numPartitions=7)
        assert everything.partitions(1) == base.source(name, partition_column="K", **texts).partitions(5)
        assert sorted(laws.read_all(everything)["n"]) == frame["n"].tolist()

    def test_what_is_refused(self, base: Base, name: str) -> None:
        _filled(base, name)
        strides = {"lowerBound": 0, "upperBound": 10, "numPartitions": 2}
        with pytest.raises(ValueError, match=r"^partitionColumn: there is no nothing"):
            base.source(name, partitionColumn="nothing", **strides).check()
        with pytest.raises(ValueError, match=r"^lowerBound: 10 is above"):
            base.source(name, partitionColumn="k", lowerBound=10, upperBound=0, numPartitions=2)
        with pytest.raises(ValueError, match=r"^upperBound: 'soon' is no "):
            base.source(name, partitionColumn="k", lowerBound=0, upperBound="soon", numPartitions=2).check()
        with pytest.raises(connectors.MissingError):
            base.source(f"{name}_not_there").check()
        with pytest.raises(connectors.ConnectorError):
            base.source("(SELECT this is no SQL)").check()

    def test_queries(self, base: Base, name: str) -> None:
        _filled(base, name)
        for table, rows in (
            (f"(SELECT n, k FROM {name} WHERE n < 10)", 10),
            (f"(SELECT n, ':x' AS s, '5%' AS p FROM {name} WHERE n < 3 AND 'a:b' LIKE 'a:%')", 3),
            (f"(SELECT count(*) AS c FROM {name})", 1),
        ):
            found = laws.read_all(base.source(table))
            assert len(found) == rows
        signs = base.source(f"(SELECT n, ':x' AS s, '5%' AS p FROM {name} WHERE n < 1)")
        assert laws.read_all(signs).iloc[0].tolist() == [0, ":x", "5%"]
        bad: list = []
        types = pa.schema([("s", pa.float64())])
        query = f"(SELECT n, CASE WHEN n = 3 THEN 'oh' ELSE '1.5' END AS s FROM {name})"
        found = laws.read_all(base.source(query), schema=types, on_bad_row=bad.append)
        assert (len(found), set(found["s"])) == (499, {1.5})
        assert '"oh"' in bad[0].text
