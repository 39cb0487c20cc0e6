"""Fixtures of the dialect's tests: the same data in pandas and in the cluster."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def up(cluster):
    """Make our frame or series of a pandas one, with its data in the cluster."""
    import h2o_frame_compat.pandas as hpd

    def upload(local):
        ours = hpd.DataFrame(local) if isinstance(local, pd.DataFrame) else hpd.Series(local)
        cluster.executor.store(ours._block.rel)
        return ours

    return upload


def to_pandas(value):
    return value.to_pandas() if hasattr(value, "to_pandas") else value


def assert_same(ours, theirs, **kwargs):
    """Compare our result with that of pandas: values, dtypes, labels, names, order."""
    ours = to_pandas(ours)
    if isinstance(theirs, pd.DataFrame):
        pd.testing.assert_frame_equal(ours, theirs, **kwargs)
    elif isinstance(theirs, pd.Series):
        pd.testing.assert_series_equal(ours, theirs, **kwargs)
    elif isinstance(theirs, pd.Index):
        pd.testing.assert_index_equal(ours, theirs, **kwargs)
    elif isinstance(theirs, np.ndarray):  # ours may be a series, which stays in the cluster
        np.testing.assert_array_equal(np.asarray(ours), theirs)
    else:
        assert type(ours) is type(theirs) or isinstance(ours, type(theirs)), (type(ours), type(theirs))
        assert ours == theirs or (pd.isna(ours) and pd.isna(theirs))


@pytest.fixture
def agree(up):
    """Apply a function to pandas' data and to ours; both must give the same, or raise errors of the same type."""

    def compare(function, *data, native=True, **kwargs):
        assert callable(function)  # else both would raise the same error
        with warnings.catch_warnings():  # what the next pandas will not have any more, we have as long as this one
            warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
            _compare(up, function, data, "error" if native else "silent", kwargs)

    return compare


def _compare(up, function, data, fallback, kwargs):
    from h2o_frame_compat import options

    def ours():
        with options.context(fallback=fallback):
            return to_pandas(function(*(up(d) if isinstance(d, (pd.DataFrame, pd.Series)) else d for d in data)))

    try:
        expected = function(*data)
    except Exception as error:  # noqa: BLE001 - whatever pandas raises, we must raise
        with pytest.raises(type(error)):
            ours()
        return
    assert_same(ours(), expected, **kwargs)


@pytest.fixture(scope="session")
def rows_of_groups():
    """Make a frame with keys of all kinds, some of them missing."""

    def rows(n):
        rng = np.random.default_rng(0)
        df = pd.DataFrame(
            {
                "a": rng.normal(size=n),
                "i": rng.integers(-50, 50, n),
                "b": rng.random(n) > 0.5,
                "s": rng.choice(["x", "y", "", "q'"], n),
                "c": pd.Categorical(rng.choice(list("uvw"), n), categories=list("wvuz")),
                "t": pd.Timestamp("2013-01-01") + pd.to_timedelta(rng.integers(0, 10**6, n), unit="s"),
                "k": rng.choice(list("pqr"), n),
                "j": rng.integers(0, 4, n),
            }
        )
        df.loc[::7, "a"] = np.nan
        df.loc[::11, "s"] = np.nan
        df.loc[::13, "k"] = None  # rows of no group
        return df

    return rows
