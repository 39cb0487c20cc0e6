"""The client against a real cluster."""

from __future__ import annotations

import pickle
import threading

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import current_session
from h2o_frame_compat.session.client import RestClient


@pytest.fixture
def client(cluster):
    """A client of the shared server with a Rapids session of its own, to be poisoned at will."""
    own = RestClient(cluster.client.endpoint)
    own.get("/3/Ping")
    yield own
    own.delete(f"/4/sessions/{own.session_id}")
    own.close()


def test_values(client):
    assert client.rapids("(+ 1 1)").value == 2.0
    assert client.rapids("(getrow (cbind 1 2.5))").value == [1.0, 2.5]
    assert client.rapids("(flatten (as.character (as.factor (seq_len 1))))").value == "1"
    frame = client.rapids("(seq_len 5)")
    assert (frame.kind, frame.key, frame.nrows, frame.ncols) == ("frame", None, 5, 1)


def test_keys(client, cluster):
    key = cluster.new_key("my frame-1")
    assert key.startswith("my_frame_1_")
    assert key != cluster.new_key("my frame-1")
    assert client.rapids(f"(tmp= {key} (seq_len 3))").key == key
    assert client.rapids(f"(sumNA {key})").value == 6.0


def test_text_of_any_script_goes_through(client):
    made = client.rapids('(tmp= text (replaceall (as.character (as.factor (seq_len 1))) "1" "Grüße, 世界 & + %" 0))')
    assert client.rapids(f"(flatten {made.key})").value == "Grüße, 世界 & + %"


@pytest.mark.parametrize(
    ("ast", "kind", "says"),
    [
        ("(sumNA no_such_frame)", errors.FrameNotFoundError, "'no_such_frame' is not in the cluster"),
        ('(cols (seq_len 3) ["zz"])', errors.RapidsError, "Column zz not found"),
        ("(strlen (seq_len 3))", errors.RapidsError, "requires a string or categorical"),
        ("(, ", errors.RapidsError, "ran out of text"),
    ],
)
def test_errors_are_plain_and_the_session_stays_usable(client, ast, kind, says):
    with pytest.raises(kind, match=says) as caught:
        client.rapids(ast)
    assert "water." not in str(caught.value).replace("water.rapids", "")
    assert "\n" not in str(caught.value)
    assert client.rapids("(+ 1 1)").value == 2.0


def test_out_of_memory_is_typed(client):
    with pytest.raises(errors.OutOfMemoryError, match="larger heap"):
        client.post("/3/CreateFrame", {"rows": 10**9, "cols": 1000})


def test_refused_parameters_are_typed(client):
    client.rapids("(tmp= params (cbind (seq_len 100) (seq_len 100)))")
    form = {"training_frame": "params", "response_column": "C1", "ntrees": -5}
    with pytest.raises(errors.ParameterError) as caught:
        client.post("/3/ModelBuilders/gbm", form)
    assert "ntrees" in dict(caught.value.fields)


def test_an_upload_arrives_unchanged(client, cluster):
    key = cluster.new_key("upload")
    lines = [b"x,y\n", *(b"%d,a\n" % i for i in range(1000))]
    assert client.post_file(iter(lines), key, size=sum(map(len, lines))) == key
    setup = client.post("/3/ParseSetup", {"source_frames": [key]})
    assert setup["column_names"] == ["x", "y"]
    assert client.post_file(b"".join(lines), key + "b") == key + "b"
    with pytest.raises(TypeError, match="size"):
        client.post_file(iter(lines), key)


def test_calls_are_counted(client):
    with client.count() as counter:
        client.rapids("(+ 1 1)")
        client.get("/3/Cloud", skip_ticks=True)
        with client.count() as inner:
            client.post_file(b"x\n1\n", "counted")
    client.get("/3/Ping")
    assert [call[:2] for call in counter.calls] == [
        ("POST", "/99/Rapids"),
        ("GET", "/3/Cloud"),
        ("POST", "/3/PostFile"),
    ]
    assert inner.calls == counter.calls[2:]
    assert all(sent > 4 for method, _, sent, _ in counter.calls if method == "POST")
    assert all(received > 10 for *_, received in counter.calls)


def test_connections_are_kept(client):
    with client.connection() as (first, _, _):
        pass
    for _ in range(5):
        client.rapids("(+ 1 1)")
    with client.connection() as (last, _, _):
        assert last is first


def test_a_broken_call_does_not_poison_the_pool(client):
    used = []

    def break_off():
        with client.connection() as (conn, headers, prefix):
            used.append(conn)
            conn.request("GET", prefix + "/3/Ping", headers=headers)
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        break_off()
    assert used[0].sock is None
    assert client.rapids("(+ 1 1)").value == 2.0


def test_two_threads_at_once(client):
    results = {}

    def work(name):
        results[name] = [client.rapids(f"(+ {name} {i})").value for i in range(100)]

    threads = [threading.Thread(target=work, args=(name,)) for name in (1000, 2000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {name: [float(name + i) for i in range(100)] for name in (1000, 2000, 3000)}


def test_recovery_from_a_poisoned_session(client):
    heard = []
    client.add_session_listener(lambda *change: heard.append(change))
    before = client.session_id
    client.rapids("(tmp= poisoned_frame (seq_len 10))")
    with pytest.raises(errors.RapidsError):
        client.rapids("(poisoned_frame 1)")  # a frame called as a function breaks the session on the server
    assert client.rapids("(sumNA poisoned_frame)").value == 55.0
    assert heard == [(before, client.session_id, "poisoned")]
    assert before != client.session_id
    assert client.rapids("(tmp= healthy (+ poisoned_frame 1))").nrows == 10
    assert client.rapids("(rm healthy)").kind == "number"
    assert len(heard) == 1


def test_threads_leave_a_poisoned_session_together(client):
    heard = []
    client.add_session_listener(lambda *change: heard.append(change))
    client.rapids("(tmp= poisoned_twice (seq_len 10))")
    with pytest.raises(errors.RapidsError):
        client.rapids("(poisoned_twice 1)")
    sums = []
    threads = [
        threading.Thread(target=lambda: sums.append(client.rapids("(sumNA poisoned_twice)").value)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [55.0] * 4
    assert len(heard) == 1


def test_no_password_in_what_is_printed_or_pickled(cluster):
    secret = cluster.client.endpoint.credentials.reveal()
    shown = [
        cluster,
        cluster.client,
        cluster.cluster,
        cluster.server,
        cluster.client.endpoint,
        cluster._handover,
    ]
    assert not [x for x in shown if secret in repr(x) or secret in str(x)]
    assert secret.encode() not in pickle.dumps(cluster)
    with pytest.raises(TypeError, match="current_session"):
        pickle.dumps(cluster.client)


def test_a_session_unpickles_as_the_current_one(cluster):
    assert pickle.loads(pickle.dumps(cluster)) is current_session()
