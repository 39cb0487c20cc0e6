"""Frames of the h2o package beside ours: the same data, nothing copied."""

from __future__ import annotations

import gc

import pandas as pd
import pytest

from h2o_frame_compat.errors import FrameNotFoundError


def data():
    return pd.DataFrame(
        {
            "a": [1.5, None, 3.0],
            "i": [1, 2, 3],
            "s": pd.Series(["x", None, 'q"'], dtype="str"),
            "c": pd.Categorical(["u", "v", None], categories=["v", "u", "w"]),
        }
    )


def test_there_and_back(cluster, up):
    import h2o_frame_compat.pandas as hpd

    with cluster.client.count() as counter:
        frame = up(data())[["a", "c", "i"]].to_h2o()
        back = hpd.from_h2o(frame)
    assert not any(path.startswith("/3/Compat.get") for _, path, _, _ in counter.calls)
    assert frame.columns == ["a", "c", "i"]
    assert frame["i"].sum() == 6
    pd.testing.assert_frame_equal(back.to_pandas(), data()[["a", "c", "i"]])
    assert (back["a"] + back["i"]).sum() == 8.5


def test_by_key(cluster, up):
    import h2o_frame_compat.pandas as hpd

    frame = up(data()).to_h2o()
    pd.testing.assert_frame_equal(hpd.from_h2o(frame.frame_id).to_pandas(), data())
    with pytest.raises(FrameNotFoundError, match="nowhere"):
        hpd.from_h2o("nowhere")


def test_a_frame_lives_as_long_as_either_side_refers_to_it(cluster, up):
    ours = up(data())
    frame = ours.to_h2o()
    del ours
    gc.collect()
    cluster.executor.flush()
    assert frame.nrow == 3
    key = frame.frame_id
    del frame
    gc.collect()
    cluster.executor.flush()
    assert key not in {f["frame_id"]["name"] for f in cluster.client.get("/3/Frames")["frames"]}


def test_repeated_names_are_refused(up):
    df = data()[["a", "i"]]
    df.columns = ["x", "x"]
    with pytest.raises(ValueError, match="'x' repeats"):
        up(df).to_h2o()
