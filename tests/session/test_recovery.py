"""Frames outlive a Rapids session that the server broke, and a fork."""

from __future__ import annotations

import gc

import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import errors
from h2o_frame_compat.session import connect


@pytest.fixture
def session(cluster, fresh):
    """A session of our own on the shared server, the current one."""
    own = connect(cluster.cluster.url, auth=("h2o", cluster.client.endpoint.credentials.reveal()))
    yield own
    own.close()


def poison(session):
    key = session.new_key("poison")
    session.client.rapids(f"(tmp= {key} (seq_len 3))")
    with pytest.raises(errors.RapidsError):
        session.client.rapids(f"({key} 1)")


def keys(session):
    return {frame["frame_id"]["name"] for frame in session.client.get("/3/Frames")["frames"]}


def test_frames_stay_usable_when_the_session_was_poisoned(session):
    ours = hpd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]})
    total = ours.assign(c=ours["a"] + ours["b"])
    assert total["c"].sum() == 21.0
    before = session.client.session_id
    doomed = ours[ours["a"] > 1]
    assert len(doomed.to_pandas()) == 2
    poison(session)
    # What is collected around the change shares columns with what is still needed: it must not be removed.
    del doomed
    gc.collect()
    assert (total["c"] * 2).sum() == 42.0
    assert session.client.session_id != before
    del ours
    gc.collect()
    session.executor.flush()
    expected = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0], "c": [5.0, 7.0, 9.0]})
    pd.testing.assert_frame_equal(total.to_pandas(), expected)


def test_closing_drops_what_a_poisoned_session_left(cluster, session):
    mine = session.new_key("left")
    session.client.rapids(f"(tmp= {mine} (seq_len 3))")
    poison(session)
    after = session.new_key("after")
    session.client.rapids(f"(tmp= {after} (seq_len 3))")
    assert {mine, after} <= keys(cluster)
    session.close()
    assert not {mine, after} & keys(cluster)


def test_the_removals_of_the_old_session_are_not_sent_to_the_new_one(session):
    sent = []
    exchange = session.client._rapids

    def spy(ast, rapids_session):
        sent.append((rapids_session, ast))
        return exchange(ast, rapids_session)

    ours = hpd.DataFrame({"a": [1.0, 2.0, 3.0]})
    assert (ours["a"] + 1).sum() == 9.0
    doomed = ours[ours["a"] > 1]
    assert len(doomed.to_pandas()) == 2
    poison(session)
    del doomed
    gc.collect()
    old = session.client.session_id
    session.client._rapids = spy
    assert (ours["a"] + 2).sum() == 12.0
    assert [where for where, _ in sent] == [old, session.client.session_id]
    assert "(rm " in sent[0][1]
    assert "(rm " not in sent[1][1]
