"""The client against servers that misbehave; none of them is an H2O."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace

import pytest

from h2o_frame_compat import errors, options
from h2o_frame_compat.session import client as client_module
from h2o_frame_compat.session import cluster as cluster_module
from h2o_frame_compat.session import connect, current_session
from h2o_frame_compat.session.auth import endpoint
from h2o_frame_compat.session.client import RestClient
from h2o_frame_compat.session.pool import readable
from h2o_frame_compat.session.wire import PROTOCOL

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(client_module, "PROBE_SECONDS", 0.05)


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def held(fake, then=None):
    """A route that answers only when the test is over, or when told."""

    def route(handler):
        (then or fake.released).wait(60)
        handler.answer({"scalar": 7.0})

    return route


def test_nothing_listens(closed_port):
    with pytest.raises(errors.ClusterConnectionError, match="Check the address and the port"):
        connect(f"http://127.0.0.1:{closed_port}")


def test_the_environment_leads_nowhere(closed_port, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_URL", f"http://127.0.0.1:{closed_port}")
    with pytest.raises(errors.ClusterConnectionError, match="No cluster can be reached"):
        current_session()
    monkeypatch.setenv("H2O_COMPAT_OWNER", "1")
    with pytest.raises(errors.ClusterConnectionError, match="inherited from process 1"):
        current_session()


def test_no_such_host():
    with pytest.raises(errors.ClusterConnectionError, match=r"No cluster can be reached at http://nowhere\.invalid:1"):
        connect("http://nowhere.invalid:1")


def test_another_web_server(fake):
    fake.cluster_id = None
    fake.routes["/3/Cloud"] = lambda handler: handler.answer(b"<html>hello</html>")
    with pytest.raises(errors.ClusterConnectionError, match="not an H2O cluster"):
        connect(fake.url)


def test_a_wrong_context_path(fake):
    with pytest.raises(errors.ClusterConnectionError, match="context path"):
        connect(fake.url + "/wrong")


def test_something_that_does_not_speak_http():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with server.accept()[0] as peer:
                peer.recv(1000)
                peer.sendall(b"SSH-2.0-hello\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(errors.ClusterConnectionError):
            connect(f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()


def test_https_to_an_http_port(fake):
    with pytest.raises(errors.ClusterConnectionError, match="http instead of https"):
        connect(fake.url.replace("http:", "https:"))


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only where it is waited for; it gives what was waited."""
    waited = []
    clock = SimpleNamespace(monotonic=lambda: sum(waited), sleep=waited.append)
    monkeypatch.setattr(cluster_module, "time", clock)
    return waited


TROUBLES = [{"cloud_healthy": False, "bad_nodes": 1}, {"consensus": False}]


@pytest.mark.parametrize("trouble", TROUBLES, ids=["a bad node", "no consensus"])
def test_an_unhealthy_cluster(fake, clock, trouble):
    fake.cloud |= trouble
    with pytest.raises(errors.ClusterConnectionError, match=r"not healthy \(nodes: 1, bad nodes: .*restart it"):
        connect(fake.url)
    assert 10 <= sum(clock) < 10.5
    assert [path for _, path, _ in fake.requests] == ["/3/Cloud"] * (len(clock) + 1)


@pytest.mark.parametrize("trouble", TROUBLES, ids=["a bad node", "no consensus"])
def test_a_cluster_that_has_just_started_is_waited_for(fake, clock, trouble):
    whole = fake.cloud | {"nodes": fake.cloud["nodes"] * 2}
    replies = iter([fake.cloud | trouble, fake.cloud | trouble, whole])
    fake.routes["/3/Cloud"] = lambda handler: handler.answer(next(replies))
    assert len(connect(fake.url).cluster.nodes) == 2  # those of the last reply
    assert len(clock) == 2


def test_a_healthy_cluster_is_joined_at_once(fake, clock):
    connect(fake.url)
    assert clock == []


def test_auth_without_url():
    with pytest.raises(errors.ClusterConnectionError, match="no url"):
        connect(auth=("a", "b"))


def test_a_cluster_without_the_extension(fake, monkeypatch):
    session = connect(fake.url)
    assert session.cluster.extension is None
    assert "does not have" in session.cluster.stock_reason
    session.close()
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "ext")
    with pytest.raises(errors.ClusterConnectionError, match="does not have the extension"):
        connect(fake.url)


@pytest.mark.parametrize(("protocol", "used"), [(PROTOCOL, True), (99, False)])
def test_the_extension_is_used_if_it_speaks_our_protocol(fake, protocol, used):
    info = {"protocol": protocol, "version": "9", "little_endian": True, "prims": ["compat.take"]}
    fake.routes["/3/Compat.info"] = lambda handler: handler.answer(info)
    extension = connect(fake.url).cluster.extension
    assert (extension is not None) is used
    assert not used or extension.primitives == {"compat.take"}


def test_slow_is_fine_while_the_cluster_answers_pings(fake, monkeypatch):
    session = connect(fake.url)
    monkeypatch.setattr(options, "timeout", 0.2)
    go = threading.Event()
    fake.routes["/99/Rapids"] = held(fake, go)
    pings = []

    def ping(handler):
        pings.append(1)
        if len(pings) == 10:  # ten times as long as it may be silent, and twice the time-out
            go.set()
        handler.answer({})

    fake.routes["/3/Ping"] = ping
    assert session.client.rapids("(slow)").value == 7.0
    assert len(pings) == 10


def test_no_sign_of_life(fake, monkeypatch):
    session = connect(fake.url)
    monkeypatch.setattr(options, "timeout", 0.2)
    fake.routes["/99/Rapids"] = fake.routes["/3/Ping"] = held(fake)
    with pytest.raises(errors.ClusterTimeoutError, match=r"No sign of life .* option timeout"):
        session.client.rapids("(hangs)")
    fake.released.set()
    fake.routes.clear()
    assert session.client.rapids("(+ 1 1)").value == 2.0


def test_the_server_goes_away(fake):
    session = connect(fake.url)
    fake.routes["/99/Rapids"] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    with pytest.raises(errors.ClusterConnectionError, match="the cluster is alive; call again"):
        session.client.rapids("(cut)")
    session.client.close()
    fake.stop()
    with pytest.raises(errors.ClusterLostError, match=r"call connect\(\)"):
        session.client.rapids("(+ 1 1)")
    assert not session.alive
    with pytest.raises(errors.ClusterLostError):
        current_session().client.get("/3/Ping")


def test_a_restart_is_noticed(fake):
    session = connect(fake.url)
    fake.cluster_id = "2"
    with pytest.raises(errors.ClusterLostError, match="restarted: its frames and models are gone"):
        session.client.rapids("(+ 1 1)")
    seen = len(fake.requests)
    with pytest.raises(errors.ClusterLostError, match="restarted"):
        session.client.rapids("(+ 1 1)")
    assert len(fake.requests) == seen


def test_connect_again_after_a_restart(fake):
    connect(fake.url)
    fake.cluster_id = "2"
    with pytest.raises(errors.ClusterLostError):
        current_session().client.get("/3/Ping")
    assert connect(fake.url).client.rapids("(+ 1 1)").value == 2.0


def test_a_connection_that_the_server_closed_is_not_used_again(fake):
    client = RestClient(endpoint(fake.url))

    def hang_up(handler):
        handler.answer({"scalar": 1.0})
        handler.close_connection = True

    fake.routes["/99/Rapids"] = hang_up
    for _ in range(5):
        assert client.rapids("(+ 1 1)").value == 1.0
        assert readable(client.pool._idle[0][1].sock, 10)
    assert len(fake.connections) == 5


def test_only_a_call_that_changes_nothing_is_sent_again(fake):
    session = connect(fake.url)
    cut = []

    def cut_once(handler):
        cut.append(handler.command)
        if len(cut) == 1:
            handler.connection.shutdown(socket.SHUT_RDWR)
        handler.answer({"done": True})

    fake.routes["/3/Thing"] = cut_once
    assert session.client.get("/3/Thing") == {"done": True}
    assert cut == ["GET", "GET"]
    cut.clear()
    with pytest.raises(errors.ClusterConnectionError):
        session.client.post("/3/Thing")
    assert cut == ["POST"]


def test_closing_ends_the_rapids_session_and_every_use(fake, monkeypatch):
    import os

    session = connect(fake.url, auth=("me", "geheim"))
    assert os.environ["H2O_COMPAT_URL"] == fake.url
    assert os.environ["H2O_COMPAT_PASSWORD"] == "geheim"
    name = session.client.session_id
    with session:
        pass
    assert fake.requests[-1][:2] == ("DELETE", f"/4/sessions/{name}")
    assert not [variable for variable in os.environ if variable.startswith("H2O_COMPAT_")]
    with pytest.raises(errors.ClusterLostError, match="closed"):
        session.client.get("/3/Ping")
    session.close()


def test_connect_keeps_the_session_there_is(fake):
    session = connect(fake.url)
    assert connect() is session
    assert current_session() is session
    assert connect(fake.url) is not session


def test_credentials_come_from_the_environment(fake, monkeypatch):
    seen = []
    fake.routes["/99/Rapids"] = lambda handler: (
        seen.append(handler.headers["Authorization"]),
        handler.answer({}),
    )
    monkeypatch.setenv("H2O_COMPAT_URL", fake.url)
    monkeypatch.setenv("H2O_COMPAT_USER", "me")
    monkeypatch.setenv("H2O_COMPAT_PASSWORD", "a")
    connect().client.rapids("(+ 1 1)")
    connect(fake.url).client.rapids("(+ 1 1)")
    connect(fake.url, auth=("you", "b")).client.rapids("(+ 1 1)")
    assert seen == ["Basic bWU6YQ==", "Basic bWU6YQ==", "Basic eW91OmI="]


def test_the_environments_credentials_are_not_sent_elsewhere(fake, monkeypatch):
    seen = []
    fake.routes["/99/Rapids"] = lambda handler: (
        seen.append(handler.headers["Authorization"]),
        handler.answer({}),
    )
    monkeypatch.setenv("H2O_COMPAT_URL", "http://elsewhere:1")
    monkeypatch.setenv("H2O_COMPAT_USER", "me")
    monkeypatch.setenv("H2O_COMPAT_PASSWORD", "a")
    connect(fake.url).client.rapids("(+ 1 1)")
    assert seen == [None]
