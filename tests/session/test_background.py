"""What is done in the background is there when it is asked for, and is waited for at the end."""

from __future__ import annotations

import threading

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import connect


def test_a_result_is_waited_for(cluster):
    allowed = threading.Event()
    found = cluster.later(lambda: allowed.wait() and "done")
    assert not found.done()
    allowed.set()
    assert found.result() == "done"


def test_what_goes_wrong_is_raised_where_somebody_waits(cluster):
    found = cluster.later(lambda: cluster.client.rapids("(nrow no_such_thing)"))
    with pytest.raises(errors.FrameNotFoundError):
        found.result()


def test_the_end_of_a_session_waits(cluster, fresh):
    session = connect(cluster.cluster.url, auth=("h2o", cluster.client.endpoint.credentials.reveal()))
    allowed = threading.Event()
    found = session.later(lambda: allowed.wait() and session.client.rapids("(+ 1 1)").value)
    threading.Timer(0.1, allowed.set).start()
    session.close()
    assert found.result() == 2.0
