"""Series as NumPy arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd


def test_a_series_is_fetched_once(cluster, up):
    ours = up(pd.DataFrame({"a": np.arange(50_000) * 0.5}))["a"] * 2
    with cluster.client.count() as counter:
        first = np.asarray(ours)
        calls = len(counter)
        second = np.asarray(ours, dtype="float32")
    assert len(counter) == calls
    np.testing.assert_array_equal(first, np.arange(50_000))
    assert second.dtype == np.float32


def test_what_is_given_away_is_not_kept(up):
    ours = up(pd.DataFrame({"a": [1.0, 2.0]}))["a"]
    np.asarray(ours)[0] = 99
    assert np.asarray(ours)[0] == 1


def test_a_changed_series_is_fetched_again(up):
    ours = up(pd.DataFrame({"a": [1.0, None]}))["a"]
    assert np.isnan(np.asarray(ours)[1])
    ours.loc[1] = 5.0
    assert np.asarray(ours).tolist() == [1.0, 5.0]
