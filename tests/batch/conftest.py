"""Fixtures of batch scoring: a store in a folder, and a source of numbered rows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
import pytest

HELPERS = str(Path(__file__).with_name("helpers"))


@pytest.fixture(autouse=True, scope="session")
def _importable():
    """Let this process and its workers import the models of the tests."""
    sys.path.insert(0, HELPERS)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([HELPERS, *([before] if before else [])])
    yield
    sys.path.remove(HELPERS)
    os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'state' / 'jobs.db'}"


@pytest.fixture
def jobs(url):
    from h2o_sklearn.batch import BatchScoringJobs

    made = BatchScoringJobs(url)
    yield made
    made.close()


@pytest.fixture
def numbers(tmp_path):
    """Write rows ``x = 0, 1, 2, ...`` with an id, in some Parquet files; give the folder."""

    def write(rows=1000, files=4, poison=()):
        folder = tmp_path / "in"
        folder.mkdir()
        frame = pd.DataFrame({"id": [f"r{i}" for i in range(rows)], "x": [float(i) for i in range(rows)]})
        frame.loc[list(poison), "x"] = [-1.0 - i for i in poison]
        size = -(-rows // files)
        for at in range(files):
            frame.iloc[at * size : (at + 1) * size].to_parquet(folder / f"{at}.parquet", index=False)
        return str(folder / "*.parquet")

    return write


@pytest.fixture
def doubles():
    """A model that doubles x, fitted."""

    def make(kind="Doubles", **parameters):
        import batch_models

        return getattr(batch_models, kind)(**parameters).fit(pd.DataFrame({"x": [0.0]}))

    return make
