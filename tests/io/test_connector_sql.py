"""Databases: SQLite for what is the same everywhere, and what is known without a server."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3

import laws
import pyarrow as pa
import pytest
import sql_laws
import sqlalchemy as sa

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import databases, sink, source


@pytest.fixture
def base(tmp_path):
    def query(text):
        with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as con:
            return con.execute(text).fetchall()

    query("CREATE TABLE bare (x INTEGER)")
    return sql_laws.Base(f"sqlite:///{tmp_path}/x.db", {}, query)


@pytest.fixture
def name():
    return "scores"


class TestSqlite(sql_laws.SqlLaws):
    """Every law, for SQLite, which has no type for times."""

    times = False


def test_a_table_that_changed_stops_the_job(base):
    frame = laws.rows(20)
    laws.write(base.sink("scores"), "job", frame, 1)
    made = base.source("scores")
    partition = made.partitions(1)[0]
    base.query("ALTER TABLE scores RENAME COLUMN s TO other")
    with pytest.raises(connectors.DriftError, match=r"column s is missing, column other is new"):
        list(made.read(partition, 10))


def test_empty_tables_are_read_and_written(base):
    made = base.source("bare")
    assert made.schema().names == ["x"]
    assert laws.read_all(made).empty
    sink_ = base.sink("bare")  # an empty table is no reason to stop
    assert sink_.begin("job", pa.schema([("x", pa.int64())]))


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        ("postgresql://u:{{pw}}@h:5432/d", ("postgres", "h", "5432", "d", "u", "{{pw}}", {})),
        ("postgres://h/d?sslmode=require", ("postgres", "h", None, "d", None, None, {"sslmode": "require"})),
        ("jdbc:postgresql://h:1/d?user=u&password={{pw}}&ssl=true",
         ("postgres", "h", "1", "d", "u", "{{pw}}", {"ssl": "true"})),
        ("jdbc:mysql://h/d?user=a%40b", ("mysql", "h", None, "d", "a@b", None, {})),
        ("jdbc:mariadb://h:3306/d", ("mysql", "h", "3306", "d", None, None, {})),
        ("mysql+pymysql://u@h/d", ("mysql", "h", None, "d", "u", None, {})),
        ("jdbc:sqlserver://h:1433;databaseName=d;user=u;password={{pw}};encrypt=true",
         ("mssql", "h", "1433", "d", "u", "{{pw}}", {"encrypt": "true"})),
        ("mssql://u:{{ pw }}@h/d", ("mssql", "h", None, "d", "u", "{{ pw }}", {})),
        ("jdbc:oracle:thin:u/{{pw}}@//h:1521/s", ("oracle", "h", "1521", None, "u", "{{pw}}", {"service_name": "s"})),
        ("jdbc:oracle:thin:@h:1521:sid", ("oracle", "h", "1521", "sid", None, None, {})),
        ("oracle://u@h:1521/?service_name=s", ("oracle", "h", "1521", None, "u", None, {"service_name": "s"})),
        ("sqlite:////a/b.db", ("sqlite", None, None, "/a/b.db", None, None, {})),
        ("jdbc:sqlite:/a/b.db", ("sqlite", None, None, "/a/b.db", None, None, {})),
    ],
)  # fmt: skip
def test_addresses_of_both_kinds(location, wanted):
    a = databases.address_of(location, wanted[0])
    assert (a.kind, a.host, a.port, a.database, a.user, a.password, a.options) == wanted


@pytest.mark.parametrize(
    ("location", "secret"),
    [
        ("postgresql://u:s%40cret@h/d", "s@cret"),
        ("jdbc:postgresql://h/d?user=u&password=s%40cret", "s@cret"),
        ("jdbc:sqlserver://h;databaseName=d;user=u;password=s@c/ret", "s@c/ret"),
        ("jdbc:oracle:thin:u/s:cret@//h:1521/s", "s:cret"),
    ],
)
@pytest.mark.parametrize("make", [source, sink])
def test_a_password_in_an_address_is_a_secret(location, secret, make):
    made = make("jdbc", {"table": "t"}, location=location)
    assert secret not in repr(made) + str(made.location) + made.place + str(made.portable()[0])
    assert "{{password}}" in made.location
    url = made.database.url()
    assert url.password == secret
    assert secret not in repr(url)
    assert list(made.portable()[1].values()) == [secret]


def test_secrets_with_odd_signs_reach_the_driver():
    odd = "p@ss/w:o?r&d%20=#"
    made = source("jdbc", {"table": "t", "secretParams": {"pw": odd}}, location="postgresql://u:{{pw}}@h:5432/d")
    assert made.database.url().password == odd
    assert sa.make_url(made.database.libpq_uri()).password == odd


@pytest.mark.parametrize(
    ("config", "location", "field"),
    [
        ({"secretParams": {"pass": "x"}}, "postgresql://u:{{pw}}@h/d", "secretParams: has no pw"),
        ({"secretParams": {"pw": "x", "more": "y"}}, "postgresql://u:{{pw}}@h/d", "secretParams: more is given"),
        ({"driver": "mysql"}, "postgresql://h/d", "driver: is mysql"),
        ({}, "postgresql:///d", "location: names no host"),
        ({}, "jdbc:oracle:thin:h", "location: is not as in"),
        ({"lowerBound": 5, "upperBound": 1, "numPartitions": 2, "partitionColumn": "x"}, "mysql://h/d", "lowerBound"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_asked(config, location, field):
    with pytest.raises(ValueError, match=f"^{field}"):
        source("jdbc", {"table": "t", **config}, location=location)


def test_a_secret_that_is_not_there_is_told():
    made = source("jdbc", {"table": "t", "secretParams": {"pw": {"env": "NO_SUCH"}}}, location="mysql://u:{{pw}}@h/d")
    with pytest.raises(ValueError, match=r"^secretParams: pw: the environment variable NO_SUCH is not set"):
        made.check()


@pytest.mark.parametrize("location", ["postgresql://u:{{pw}}@127.0.0.1:9/d", "mysql://u:{{pw}}@127.0.0.1:9/d"])
def test_a_database_that_is_not_there_is_told_without_secrets(location):
    for make in (source, sink):
        made = make("jdbc", {"table": "t", "secretParams": {"pw": "sword fish"}}, location=location)
        with pytest.raises(connectors.TransientError) as caught:
            made.check()
        assert "sword fish" not in str(caught.value)


@pytest.mark.parametrize("kind", ["mssql", "oracle"])
class TestWithoutAServer:
    """SQL Server and Oracle cannot be had here: their drivers load, and their SQL is theirs."""

    def made(self, kind, role=source, **more):
        location = {"mssql": "mssql://u:{{pw}}@127.0.0.1:9/d", "oracle": "jdbc:oracle:thin:u/{{pw}}@//127.0.0.1:9/s"}
        return role("jdbc", {"table": "t", "secretParams": {"pw": "x"}, **more}, location=location[kind])

    def dialect(self, kind):
        return sa.create_engine(self.made(kind).database.url()).dialect

    def test_the_driver_is_there(self, kind):
        assert self.dialect(kind).name == kind

    def test_a_partition_in_its_own_sql(self, kind, monkeypatch):
        strides = {"partitionColumn": "T", "lowerBound": "2024-01-01", "upperBound": "2024-01-03", "numPartitions": 2}
        made = self.made(kind, table="(select * from t where c = 'a:b%')", **strides)
        made.__dict__["_schema"] = pa.schema([("T", pa.timestamp("us"))])
        first, second = (
            str(made.query(part).compile(dialect=self.dialect(kind), compile_kwargs={"literal_binds": True}))
            for part in made.partitions(1)
        )
        assert "IS NULL" in first
        assert "IS NULL" not in second
        assert "2024-01-02" in first
        assert "2024-01-02" in second
        assert "'a:b%" in first

    def test_a_table_in_its_own_sql(self, kind):
        schema = pa.schema([("i", pa.int64()), ("x", pa.float64()), ("s", pa.string()), ("t", pa.timestamp("us"))])
        made = self.made(kind, sink)
        text = str(sa.schema.CreateTable(made.table_of(schema)).compile(dialect=self.dialect(kind)))
        assert {"mssql": "BIGINT", "oracle": "NUMBER(19)"}[kind] in text
        ledger = str(sa.schema.CreateTable(made._ledger).compile(dialect=self.dialect(kind)))
        assert "CREATE TABLE h2o_batch_ledger" in ledger


@pytest.mark.parametrize("kind", ["oracle", pytest.param("mssql", marks=pytest.mark.slow)])
def test_a_refused_connection_is_told(kind):
    """Or that the driver lacks a library of the system; Microsoft's tries for 15 seconds."""
    made = TestWithoutAServer().made(kind, secretParams={"pw": "sword fish"})
    with pytest.raises(connectors.ConnectorError, match=r"^table t: ") as caught:
        made.check()
    assert "sword fish" not in str(caught.value)


def test_times_as_bounds():
    strides = {"lowerBound": datetime.date(2024, 1, 1), "upperBound": "2024-01-05", "numPartitions": 4}
    made = source("jdbc", {"table": "t", "partitionColumn": "t", **strides}, location="mysql://h/d")
    made.__dict__["_schema"] = pa.schema([("T", pa.date32())])
    cuts = [part.what["to"] for part in made.partitions(1)]
    assert cuts == ["2024-01-02", "2024-01-03", "2024-01-04", None]
