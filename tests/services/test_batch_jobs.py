"""Jobs between servers as they are, with workers that are killed: each row is scored, and written once."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from h2o_sklearn.batch import BatchScoringJobs, Counts, JobState, LocalRuntime

pytestmark = pytest.mark.services
HELPERS = str(Path(__file__).parents[1] / "batch" / "helpers")
ROWS = 400


@pytest.fixture
def killer(tmp_path, monkeypatch):
    """A model that kills its worker once, in the middle of a partition."""
    monkeypatch.syspath_prepend(HELPERS)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([HELPERS, *sys.path[1:2]]))
    import batch_models

    model = batch_models.Killer(moment="score", flag=str(tmp_path / "killed"), after=150.0)
    return model.fit(pd.DataFrame({"x": [0.0]}))


def _connect(name, facts):
    """Connect without anything of ours."""
    if name == "mariadb":
        import pymysql

        words = ("host", "port", "user", "password", "database")
        return pymysql.connect(**{word: facts[word] for word in words})
    import adbc_driver_postgresql.dbapi as adbc

    password = quote(facts["password"])
    return adbc.connect(f"postgresql://{facts['user']}:{password}@{facts['host']}:{facts['port']}/{facts['database']}")


@pytest.fixture(params=["postgres", "mariadb"])
def database(request, service, monkeypatch):
    """A database with a table; gives its location, with the name of its password, the table, and a way to ask."""
    facts = service(request.param)
    monkeypatch.setenv("SCORES_PASSWORD", facts["password"])
    scheme = {"postgres": "postgres", "mariadb": "mysql"}[request.param]
    location = f"{scheme}://{facts['user']}:{{{{pw}}}}@{facts['host']}:{facts['port']}/{facts['database']}"
    table = f"rows_{uuid.uuid4().hex[:8]}"

    def ask(text):
        connection = _connect(request.param, facts)
        cursor = connection.cursor()
        cursor.execute(text)
        found = cursor.fetchall() if text.startswith("SELECT") else []
        cursor.close()
        connection.commit()
        connection.close()
        return found

    ask(f"CREATE TABLE {table} (id BIGINT, x DOUBLE PRECISION)")
    ask(f"INSERT INTO {table} VALUES " + ", ".join(f"({i}, {-1 if i == 7 else i})" for i in range(ROWS)))
    yield location, table, ask
    for name in (table, f"{table}_out", f"{table}_dead"):
        ask(f"DROP TABLE IF EXISTS {name}")


def test_from_a_database_to_the_same(database, killer, tmp_path):
    location, table, ask = database
    secrets = {"secretParams": {"pw": {"env": "SCORES_PASSWORD"}}}
    strides = {"partitionColumn": "id", "lowerBound": 0, "upperBound": ROWS, "numPartitions": 4}

    def place(name, **more):
        return {"spec_uid": "jdbc", "location": location, "config": {"table": name, **secrets, **more}}

    jobs = BatchScoringJobs(f"sqlite:///{tmp_path}/state/jobs.db")
    job = jobs.create(
        source=place(table, **strides), sink=place(f"{table}_out"), dead_letter=place(f"{table}_dead"), model=killer,
        model_request_parameters={"id_field": "id"}, runtime=LocalRuntime(processes=1), mini_batch_size=20,
        backoff=0.01, start=False,
    )  # fmt: skip
    assert job.run() == JobState.FINISHED, job.error
    assert (tmp_path / "killed").exists()
    assert job.counts == Counts(ROWS, ROWS - 1, 1)
    found = ask(f"SELECT id, predict FROM {table}_out ORDER BY id")
    assert [tuple(row) for row in found] == [(i, 2.0 * i) for i in range(ROWS) if i != 7]
    [dead] = job.dead_letters()
    assert (dead["id"], dead["x"]) == (7, -1.0)
    jobs.close()
