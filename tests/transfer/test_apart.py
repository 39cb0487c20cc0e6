"""What a caller writes to his data later does not reach a frame that was made of it, uploaded or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

pytestmark = pytest.mark.usefixtures("cluster")

# How data comes in; each gives what was made of it and what pandas makes of it.
WAYS = {
    "frame": lambda lib, data: lib.DataFrame(data.to_frame("x"), copy=None),
    "frame with labels": lambda lib, data: lib.DataFrame(data.set_axis([5, 6, 7]).to_frame("x")),
    "series": lambda lib, data: lib.Series(data),
    "assigned series": lambda lib, data: lib.DataFrame({"y": [1, 2, 3]}).assign(x=data),
    "assigned array": lambda lib, data: lib.DataFrame({"y": [1, 2, 3]}).assign(x=data.array),
    "added series": lambda lib, data: lib.Series([1, 2, 3]) + data,
    "added array": lambda lib, data: lib.Series([1, 2, 3]) + data.array,
    "map": lambda lib, data: lib.Series([0, 1, 2]).map(data),
}


@pytest.mark.parametrize("values", [np.array([1.0, 2.0, 3.0]), pd.array([1, 2, 3])], ids=["numpy", "masked"])
@pytest.mark.parametrize("way", WAYS)
def test_writing_to_the_source_changes_nothing(way, values):
    data = pd.Series(values.copy())
    expected = WAYS[way](pd, data).copy()
    made = WAYS[way](hpd, data)
    data.iloc[0] = 99
    data.array[1] = 77
    found = made.to_pandas()
    kind = pd.testing.assert_frame_equal if isinstance(found, pd.DataFrame) else pd.testing.assert_series_equal
    kind(found, expected)


def test_writing_to_the_frame_itself_changes_nothing():
    data = pd.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"], "c": pd.Categorical(["u", "v"])})
    expected = data.copy()
    made = hpd.DataFrame(data)
    data.loc[0, "x"], data.loc[0, "s"], data.loc[0, "c"] = 9.0, "z", "v"
    pd.testing.assert_frame_equal(made.to_pandas(), expected)
