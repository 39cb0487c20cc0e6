"""Expressions are computed when output is asked of them, and then stay computed; shown by requests to the cluster."""

from __future__ import annotations

import gc

import pytest


@pytest.fixture
def counted(cluster):
    """Count the requests that something takes."""

    def count(action):
        with cluster.client.count() as counter:
            action()
        return len(counter.calls)

    return count


def posts(cluster, action):
    with cluster.client.count() as counter:
        action()
    return [call[:2] for call in counter.calls if call[1] == "/99/Rapids"]


def test_expressions_ask_nothing(frame, counted):
    made = []

    def build():
        made.append(frame + 3.14159)
        made.append((frame["AGE"] * 2 - 1) / 3 > 40)
        made.append(frame[frame["AGE"] > 70])
        made.append(frame[1].asfactor())
        made.append(frame[3:].drop("VOL"))
        vol = frame["VOL"]
        vol[vol == 0] = None
        frame["new"] = vol
        made.append(vol)
        made.append(frame["PSA"].isna())
        made.append(made[0].round(2))

    assert counted(build) == 0
    assert all(m.is_pending() for m in made if type(m).__name__ != "H2OFrame")


def test_output_computes_once(cluster, classic, frame):
    a = frame + 3.14159
    assert a.is_pending()
    first = posts(cluster, a["AGE"].mean)
    a.eager()
    assert not a.is_pending()
    again = posts(cluster, a["AGE"].mean)
    assert len(first) == 2  # the column is stored, and its mean is asked for
    assert len(again) == 1
    with cluster.client.count() as counter:
        a.eager()
    assert not counter.calls


def test_showing_an_expression_twice_computes_it_once(cluster, frame, extension):
    a = frame + 1
    repr(a)
    assert not a.is_pending()
    assert not posts(cluster, a.show)  # rows are fetched, nothing is evaluated


def test_parts_are_computed_with_the_whole(cluster, frame):
    part = frame + 1
    other = frame * 3
    whole = (part * 2)["AGE"]
    whole.mean()
    assert not whole.is_pending()
    assert not part["AGE"].is_pending()
    assert other.is_pending()  # it is no part of what was asked for
    assert len(posts(cluster, part["AGE"].mean)) == 1


def test_a_frame_sees_what_its_vecs_have_computed(frame):
    frame["twice"] = frame["AGE"] * 2
    frame["twice"].max()
    assert not frame.is_pending()


def test_parts_that_nobody_holds_are_not_stored(cluster, frame):
    whole = ((frame["AGE"] + 1) * 2 - 3) / 4
    gc.collect()
    assert len(posts(cluster, whole.eager)) == 1
    assert not whole.is_pending()


def test_deleting_an_expression_leaves_its_parts(cluster, classic, frame, prostate):
    a = frame["AGE"] + 1
    b = a * 2
    del b
    gc.collect()
    classic.store_size()
    assert a.sum() == prostate.AGE.sum() + 380
    assert frame["AGE"].sum() == prostate.AGE.sum()


def test_what_goes_out_of_scope_leaves_the_cluster(classic, frame):
    before = classic.store_size()
    a = (frame + 1).eager()
    assert classic.store_size() > before
    del a
    gc.collect()
    assert classic.store_size() == before
    assert classic.keys_leaked(before) is False
    kept = (frame["AGE"] * 2).eager()
    assert classic.keys_leaked(before) is True
    del kept


def test_a_selection_outlives_its_frame(classic, prostate):
    fr = classic.H2OFrame(prostate)
    old = fr[fr["AGE"] > 70].eager()
    del fr
    gc.collect()
    assert old.nrow() == (prostate.AGE > 70).sum()


def test_what_is_computed_outlives_removal(classic, prostate):
    fr = classic.H2OFrame(prostate)
    done, pending = (fr["AGE"] + 1).eager(), fr["AGE"] + 2
    vol, whole = fr["VOL"], fr[2:]
    classic.remove(fr)
    assert done.sum() == prostate.AGE.sum() + 380
    for use in (pending.sum, vol.mean, whole.show, vol.__repr__, lambda: vol == 0, whole[0].max):
        with pytest.raises(ValueError, match="removed"):
            use()


def test_a_removed_vec_takes_its_part_of_the_frame(classic, frame):
    vol = frame["VOL"]
    classic.remove(vol)
    with pytest.raises(ValueError, match="removed"):
        vol.mean()
    with pytest.raises(ValueError, match="removed"):
        frame["VOL"].mean()
    assert frame["AGE"].max() == 79


def test_remove_all(classic, cluster, prostate):
    fr = classic.H2OFrame(prostate)
    later = fr + 1
    classic.remove_all()
    assert classic.ls() == []
    for use in (fr.dim, fr.show, fr["AGE"].mean, later.eager):
        with pytest.raises(ValueError, match="removed"):
            use()
    assert classic.H2OFrame({"a": [1, 2]})["a"].sum() == 3  # the cluster goes on


def test_nothing_is_copied_between_the_dialects(cluster, classic, frame):
    import h2o_frame_compat.pandas as hpd

    with cluster.client.count() as counter:
        df = frame.dataframe()
        back = classic.H2OFrame.from_dataframe(df)
        series = frame["AGE"].dataframe()
    assert not counter.calls
    assert isinstance(df, hpd.DataFrame)
    assert isinstance(series, hpd.Series)
    assert df._block.rel is frame[0]._column.block.rel
    assert back[0]._column.block.rel is df._block.rel
    assert (back["AGE"] + frame["AGE"]).max() == 2 * series.max()


def test_requests(frame, counted, extension):
    """One request for what is computed; what the cluster gives as a frame is asked for its types, too."""
    kept = frame[frame["AGE"] > 70]
    for action, requests in (
        (frame.mean, 1), (frame.median, 1), (frame.scale, 1), (frame.summary, 2), (frame.describe, 2), (kept.tail, 2),
        (lambda: frame.impute("PSA", "median"), 1), (frame[0].runif, 2), (frame[["AGE"]].quantile, 2),
        (frame.group_by("RACE", {"m": ["mean", "PSA", "all"], "n": ["count", 0, "rm"],
                                 "v": ["var", "VOL", "ignore"], "s": ["sum", "PSA", "rm"]}).eager, 2),
    ):
        assert counted(action) == requests, action


def test_a_vec_of_values_is_sent_once(cluster, classic, counted):
    import h2o_frame_compat.pandas as hpd

    vec = classic.H2OVec("x", [1, 2, None])
    assert counted(vec.mean) == 2  # the values, and their mean
    assert counted(vec.mean) == 1
    series = hpd.Series([1.0, 2.0]) * 2
    again = classic.H2OVec("x", series)
    assert again.is_pending()
    assert list(again) == [2, 4]
    assert not again.is_pending()


def test_a_new_origin_for_vecs_of_several_frames(classic, frame):
    other = classic.H2OFrame({"x": list(range(380))})
    both = classic.cbind(frame["AGE"], other)
    assert both.names() == ["AGE", "x"]
    assert (frame["AGE"] * 0 + other["x"]).sum() == sum(range(380))
