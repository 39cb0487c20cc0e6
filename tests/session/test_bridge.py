"""The h2o package beside us, on the same cluster."""

from __future__ import annotations

import warnings

import pytest

from h2o_frame_compat.session import bridge, connect

RANDOM_X, RANDOM_Y = "(h2o.runif (seq_len 500) 1)", "(h2o.runif (seq_len 500) 2)"


@pytest.fixture
def frame(cluster):
    key = cluster.new_key("beside")
    cluster.client.rapids(f'(tmp= {key} (colnames= (seq_len 10) [0] ["a"]))')
    yield key
    cluster.client.rapids(f"(rm {key})")


def test_our_frames_are_its_frames(cluster, frame, capfd):
    h2o = bridge.h2o_module(cluster)
    theirs = h2o.get_frame(frame)
    assert (theirs.nrow, theirs.names) == (10, ["a"])
    assert theirs["a"].sum() == 55.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own slowness, whatever the filters say
        assert frame in list(h2o.ls()["key"])
    assert h2o.cluster().cloud_name == cluster.cluster.name
    assert capfd.readouterr() == ("", "")


def test_frames_pass_without_a_copy_and_without_being_owned(cluster, frame):
    theirs = bridge.to_h2o(frame, cluster)
    assert theirs.frame_id == frame
    del theirs
    assert cluster.client.rapids(f"(sumNA {frame})").value == 55.0


def test_their_frames_are_ours(cluster, frame):
    h2o = bridge.h2o_module(cluster)
    lazy = h2o.get_frame(frame)["a"] * 2
    key, owner = bridge.from_h2o(lazy)
    assert owner is lazy
    assert cluster.client.rapids(f"(sumNA {key})").value == 110.0


def test_its_models_work_on_our_frames(cluster, capfd):
    h2o = bridge.h2o_module(cluster)
    from h2o.estimators import H2OGradientBoostingEstimator

    key = cluster.new_key("train")
    cluster.client.rapids(f'(tmp= {key} (colnames= (cbind {RANDOM_X} {RANDOM_Y}) [0 1] ["x" "y"]))')
    h2o.no_progress()
    model = H2OGradientBoostingEstimator(ntrees=2)
    model.train(x=["x"], y="y", training_frame=h2o.get_frame(key))
    assert model.predict(h2o.get_frame(key)).nrow == 500
    assert h2o.get_model(model.model_id).model_id == model.model_id


def test_the_connection_is_made_once(cluster):
    first = bridge.h2o_module(cluster).connection()
    with cluster.client.count() as counter:
        assert bridge.h2o_module(cluster).connection() is first
    assert len(counter) == 0


@pytest.mark.slow
def test_nothing_is_printed_from_start_to_end(script):
    process = script(
        """
        from h2o_frame_compat.session import connect, bridge
        connect(heap="256m")
        h2o = bridge.h2o_module()
        h2o.ls()
        print("only this")
        """,
        http_proxy="http://127.0.0.1:9",
    )
    out, _ = process.communicate(timeout=120)
    assert out == "only this\n"


@pytest.mark.slow
def test_importing_us_does_not_import_it(run):
    assert (
        run(
            """
        import json, sys
        import h2o_frame_compat.session
        from h2o_frame_compat.session import connect
        connect(heap="256m").client.rapids("(+ 1 1)")
        print(json.dumps([name for name in ("h2o", "pandas", "tqdm", "requests") if name in sys.modules]))
        """
        )
        == []
    )


@pytest.mark.slow
def test_it_follows_the_session_it_is_asked_for(cluster, fresh):
    other = connect("local", heap="256m")
    assert bridge.h2o_module().cluster().cloud_name == other.cluster.name
    assert bridge.h2o_module(cluster).cluster().cloud_name == cluster.cluster.name
    other.close()
    assert bridge.h2o_module(cluster).cluster().cloud_name == cluster.cluster.name
