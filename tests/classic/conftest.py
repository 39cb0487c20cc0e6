"""Fixtures: the module, the document's files, and the count of what is left in the cluster."""

from __future__ import annotations

import gc
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pytest

FILES = {"prostate.csv": "smalldata/logreg/prostate.csv", "iris.csv": "smalldata/iris/iris_wheader.csv"}


def data_file(name):
    import h2o

    return Path(h2o.__file__).parent / "h2o_data" / name


@pytest.fixture
def classic(cluster):
    """The frame half of the module; what a test leaves in the cluster is counted."""
    from h2o_frame_compat import classic

    gc.collect()
    before = classic.store_size()
    yield classic
    gc.collect()
    assert classic.store_size() <= before, classic.ls()


@pytest.fixture
def document(tmp_path, monkeypatch):
    """A folder in which the document's paths lead to its files."""
    for name, path in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True)
        shutil.copy(data_file(name), tmp_path / path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def prostate():
    """The document's data, in pandas."""
    return pd.read_csv(data_file("prostate.csv"))


@pytest.fixture
def up(classic):
    """Make frames of pandas', which leave the cluster with the test: pytest holds fixtures for longer."""
    made = []

    def upload(df):
        made.append(classic.H2OFrame.from_dataframe(df).eager())
        return made[-1]

    yield upload
    for frame in made:
        if frame._cells is not None:
            frame._remove()


@pytest.fixture
def frame(up, prostate):
    """The document's data, in the cluster."""
    return up(prostate)


@pytest.fixture
def theirs(cluster, classic):
    """The `h2o` package on the same cluster, which is the oracle for what pandas has no word for."""
    from h2o_frame_compat.session.bridge import h2o_module

    made = Theirs(h2o_module(cluster))
    yield made
    for key in made.keys:
        made.h2o.remove(key)


class Theirs:
    """Frames of the `h2o` package, and what they hold."""

    def __init__(self, h2o):
        self.h2o = h2o
        self.keys = []
        h2o.no_progress()

    def frame(self, df, **types):
        made = self.h2o.H2OFrame(df, column_types=types or None)
        self.keys.append(made.frame_id)
        return made

    def pull(self, frame):
        with warnings.catch_warnings():  # it says which libraries would make it faster
            warnings.simplefilter("ignore")
            return frame.as_data_frame(use_pandas=True)
