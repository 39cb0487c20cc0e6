"""Databases as they are: PostgreSQL over ADBC and MariaDB over SQLAlchemy."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import uuid

import laws
import pyarrow as pa
import pytest
import sql_laws

from h2o_frame_compat.io import connectors
from h2o_frame_compat.io.connectors import databases, sessions

pytestmark = pytest.mark.services


def _base(facts, kind, user=None, password=None):
    import sqlalchemy as sa

    scheme = {"postgres": "jdbc:postgresql", "mysql": "mysql"}[kind]
    user = user or facts["user"]
    location = f"{scheme}://{facts['host']}:{facts['port']}/{facts['database']}?user={user}&password={{{{pw}}}}"
    if kind == "mysql":
        location = f"mysql://{user}:{{{{pw}}}}@{facts['host']}:{facts['port']}/{facts['database']}"
    secrets = {"pw": password or facts["password"]}

    def query(text):
        address = databases.address_of(location, None)
        database = databases.Database(address, {"pw": connectors.SecretRef("value", secrets["pw"])})
        with sessions.session(database) as held:
            found = held.execute(sa.text(text.replace(":", "\\:")))
            held.commit()
            return found

    return sql_laws.Base(location, secrets, query)


@pytest.fixture(params=["postgres", "mysql"])
def kind(request):
    return request.param


@pytest.fixture
def facts(kind, service):
    return service({"postgres": "postgres", "mysql": "mariadb"}[kind])


@pytest.fixture
def base(facts, kind):
    return _base(facts, kind)


@pytest.fixture
def name(base):
    made = f"t_{uuid.uuid4().hex[:12]}"
    yield made
    base.query(f"DROP TABLE IF EXISTS {made}")


class TestDatabases(sql_laws.SqlLaws):
    """Every law, for every database."""


def test_types_come_back(base, name):
    sql_laws.check_types(base, name)


def test_types_of_the_database(base, name, kind):
    types = {
        "postgres": "b real, e uuid, f timestamptz, g jsonb, h bytea",
        "mysql": "b float, e char(36), f timestamp(6) null, g json, h blob",
    }[kind]
    base.query(f"CREATE TABLE {name} (a smallint, c numeric(12,3), d varchar(9), i char(3), {types})")
    base.query(
        f"INSERT INTO {name} (a, b, c, d, e, f, g, h, i) VALUES (5, 1.5, 1234.125, 'd', "
        "'0e37df36-f698-11e6-8dd4-cb9ced3df976', '2024-02-29 12:00:00', '{\"a\": 1}', 'xyz', 'abc')"
    )
    base.query(f"INSERT INTO {name} (a) VALUES (NULL)")
    found = laws.read_all(base.source(name, partitionColumn="c", lowerBound=0, upperBound="2000.5", numPartitions=3))
    full = found[found["a"].notna()].iloc[0]
    assert len(found) == 2
    assert full[["a", "b", "c", "d", "i"]].tolist() == [5, 1.5, 1234.125, "d", "abc"]
    assert str(full["f"]).startswith("2024-02-29 12:00:00")


def test_a_table_with_an_odd_name_in_a_schema(base, kind):
    quoted = {"postgres": '"Odd Name"', "mysql": "`Odd Name`"}[kind]
    frame = laws.rows(30)
    base.query(f"DROP TABLE IF EXISTS {quoted}")
    try:
        laws.write(base.sink(quoted, "overwrite"), uuid.uuid4().hex, frame, 2)
        laws.same(laws.read_all(base.source(quoted)), frame, "id")
        if kind == "postgres":
            base.query("CREATE SCHEMA IF NOT EXISTS other")
            laws.write(base.sink('other."Odd Name"', "overwrite"), uuid.uuid4().hex, frame, 2)
            laws.same(laws.read_all(base.source('other."Odd Name"')), frame, "id")
            base.query("DROP SCHEMA other CASCADE")
    finally:
        base.query(f"DROP TABLE {quoted}")


def test_a_wrong_password_is_refused_and_not_shown(facts, kind):
    wrong = _base(facts, kind, password="a secret that is wrong")
    for made in (wrong.source("t"), wrong.sink("t")):
        with pytest.raises(connectors.AccessError) as caught:
            made.check()
        assert "a secret that is wrong" not in str(caught.value)


def test_who_may_only_read_is_refused_before_the_job_starts(base, facts, kind, name):
    laws.write(base.sink(name), "job", laws.rows(20), 1)
    user = f"reader_{uuid.uuid4().hex[:8]}"
    if kind == "postgres":
        base.query(f"CREATE USER {user} PASSWORD 'may read'")
        base.query(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")
    else:
        base.query(f"CREATE USER {user}@localhost IDENTIFIED BY 'may read'")
        base.query(f"GRANT SELECT ON {facts['database']}.* TO {user}@localhost")
    reader = _base(facts, kind, user, "may read")
    try:
        assert len(laws.read_all(reader.source(name))) == 20
        for table in (name, f"{name}_new"):
            with pytest.raises(connectors.AccessError):
                reader.sink(table).check()
    finally:
        if kind == "postgres":
            base.query(f"DROP OWNED BY {user}")
        base.query(f"DROP USER {user}{'' if kind == 'postgres' else '@localhost'}")


def test_rows_that_cannot_be_forgotten_at_once_are_deleted(base, facts, kind, name):
    """Another table refers to them, or whoever writes may delete only."""
    frame = laws.rows(20)
    laws.write(base.sink(name), "first", frame, 1)
    base.query(f"ALTER TABLE {name} ADD PRIMARY KEY (id)")
    base.query(f"CREATE TABLE {name}_more (id bigint, FOREIGN KEY (id) REFERENCES {name} (id))")
    try:
        laws.write(base.sink(name, "overwrite"), "second", frame.iloc[:5], 1)
        laws.same(laws.read_all(base.source(name)), frame.iloc[:5], "id")
    finally:
        base.query(f"DROP TABLE {name}_more")
    user, host = f"writer_{uuid.uuid4().hex[:8]}", "" if kind == "postgres" else "@localhost"
    base.query(f"CREATE USER {user}{host} {'PASSWORD' if kind == 'postgres' else 'IDENTIFIED BY'} 'may delete'")
    for table in (name, "h2o_batch_ledger"):
        base.query(f"GRANT SELECT, INSERT, DELETE ON {table} TO {user}{host}")
    try:
        laws.write(_base(facts, kind, user, "may delete").sink(name, "overwrite"), "third", frame.iloc[5:], 1)
        laws.same(laws.read_all(base.source(name)), frame.iloc[5:].reset_index(drop=True), "id")
    finally:
        if kind == "postgres":
            base.query(f"DROP OWNED BY {user}")
        base.query(f"DROP USER {user}{host}")


def test_a_table_without_transactions_is_refused(base, kind, name):
    if kind != "mysql":
        pytest.skip("PostgreSQL has no such tables")
    base.query(f"CREATE TABLE {name} (id bigint) ENGINE=MyISAM")
    with pytest.raises(connectors.ConnectorError, match="MyISAM"):
        base.sink(name).check()


def test_rows_that_the_table_does_not_take_leave_nothing(base, name):
    base.query(f"CREATE TABLE {name} (id bigint, x double precision, s varchar(20), flag boolean)")
    sink, schema = base.sink(name), laws.schema_of(laws.rows(5))
    assert sink.begin("job", schema)
    part = sink.open_part("job", "00000", schema)
    long = laws.rows(50).assign(s="a text of more than twenty letters")

    def attempt():
        for frame in (laws.rows(50), long, laws.rows(50)):
            part.write(laws.batches(frame)[0])
        part.commit()

    with pytest.raises(connectors.ConnectorError, match=r"too long"):
        attempt()
    part.abort()
    assert not sink.is_committed("job", "00000")
    assert laws.read_all(base.source(name)).empty


KILLED = """
    import os, sys, json
    import pyarrow as pa
    from h2o_frame_compat.io import connectors

    sink = connectors.from_json(json.loads(sys.argv[1]))
    schema = pa.schema([("id", pa.int64())])
    part = sink.open_part("job", "00001", schema)
    for at in range(0, 100_000, 10_000):
        part.write(pa.record_batch([pa.array(range(at, at + 10_000))], schema=schema))
    print("written", flush=True)
    sys.stdin.read()
"""


def test_a_worker_that_is_killed_leaves_nothing(base, name):
    import json

    schema = pa.schema([("id", pa.int64())])
    sink = base.sink(name)
    sink.begin("job", schema)
    described, environment = sink.portable()
    command = [sys.executable, "-c", textwrap.dedent(KILLED), json.dumps(described)]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not sink.is_committed("job", "00001")
    assert laws.read_all(base.source(name)).empty
    again = sink.open_part("job", "00001", schema)
    again.write(pa.record_batch([pa.array(range(7))], schema=schema))
    assert again.commit().rows == 7
    again.abort()
    assert len(laws.read_all(base.source(name))) == 7


def test_a_connection_that_breaks_is_transient(base, name, kind):
    laws.write(base.sink(name), "job", laws.rows(5), 1)
    sink = base.sink(name, "append")
    sink.begin("other", laws.schema_of(laws.rows(5)))
    part = sink.open_part("other", "00000", laws.schema_of(laws.rows(5)))
    part.write(laws.batches(laws.rows(5))[0])
    if kind == "postgres":
        ours = f"FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'COPY%{name}%'"
        while not base.query(f"SELECT 1 {ours}"):  # it begins in a thread; the test has a time limit
            pass
        base.query(f"SELECT pg_terminate_backend(pid) {ours}")
    else:
        for (process,) in base.query("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"):
            base.query(f"KILL {process}")
    with pytest.raises(connectors.TransientError):
        part.commit()
    assert not sink.is_committed("other", "00000")
    assert len(laws.read_all(base.source(name))) == 5
