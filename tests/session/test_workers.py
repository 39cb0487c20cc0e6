"""Worker processes join their parent's cluster, whichever way they are made."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from pathlib import Path

import pytest

from h2o_frame_compat.session import connect, current_session


def who(_=None):
    session = current_session()
    return {
        "pid": os.getpid(),
        "cluster": session.cluster.cluster_id,
        "owns": session.server is not None,
        "rapids_session": session.client.session_id,
        "sum": session.client.rapids("(sumNA (seq_len 4))").value,
        "key": session.new_key(),
    }


def check(found, cluster):
    assert found["pid"] != os.getpid()
    assert found["cluster"] == cluster.cluster.cluster_id
    assert not found["owns"]
    assert found["rapids_session"] != cluster.client.session_id
    assert found["sum"] == 10.0
    assert found["key"].rpartition("_")[0] != cluster.new_key().rpartition("_")[0]
    assert cluster.client.rapids("(+ 1 1)").value == 2.0


@pytest.fixture
def current(cluster, monkeypatch):
    """The shared session is the current one, whatever a test before did."""
    from h2o_frame_compat.session import session as module

    monkeypatch.setattr(module, "_current", cluster)
    return cluster


methods = ["spawn"] if sys.platform == "win32" else ["spawn", "fork"]


@pytest.mark.parametrize("method", methods)
def test_multiprocessing(current, method):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork and threads, from Python 3.12 on
        with multiprocessing.get_context(method).Pool(1) as pool:
            check(pool.apply(who), current)


def test_loky(current):
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    for found in Parallel(n_jobs=2, backend="loky")(delayed(who)(i) for i in range(4)):
        check(found, current)
    get_reusable_executor().shutdown(wait=True)


@pytest.mark.slow
def test_workers_that_are_older_than_the_session(run):
    owner, worker = run(
        """
        import json
        import multiprocessing
        import sys
        sys.path.insert(0, TESTS)
        from test_workers import who

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply(abs, (1,))
                from h2o_frame_compat.session import connect
                session = connect(heap="256m")
                print(json.dumps([session.cluster.cluster_id, pool.apply(who)]))
        """.replace("TESTS", repr(str(Path(__file__).parent)))
    )
    assert worker["cluster"] == owner
    assert not worker["owns"]


def test_a_worker_never_starts_a_server_of_its_own(run):
    said = run(
        """
        import json
        import multiprocessing
        import sys
        sys.path.insert(0, TESTS)
        from test_workers import who

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                try:
                    pool.apply(who)
                except ConnectionError as problem:
                    print(json.dumps([type(problem).__name__, str(problem)]))
        """.replace("TESTS", repr(str(Path(__file__).parent)))
    )
    assert said[0] == "ClusterConnectionError"
    assert "connect() in the main process first" in said[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_leaves_the_parents_sockets_and_server_alone(run):
    """Parent and child talk at once; the child exits the ordinary way, with its exit handlers."""
    parent, child, after = run(
        """
        import json, os, sys
        from h2o_frame_compat.session import connect
        session = connect(heap="256m")
        session.client.rapids("(tmp= kept (seq_len 10))")
        heard = []
        session.client.add_session_listener(lambda *change: heard.append(change[2]))
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            sums = [session.client.rapids(f"(+ 1000 {i})").value for i in range(200)]
            found = [sums, session.client.rapids("(sumNA kept)").value, heard, session.server is None]
            os.write(write, json.dumps(found).encode())
            sys.exit(0)
        os.close(write)
        sums = [session.client.rapids(f"(+ 1 {i})").value for i in range(200)]
        with os.fdopen(read) as pipe:
            found = json.loads(pipe.read())
        os.waitpid(child, 0)
        after = [session.client.rapids("(sumNA kept)").value, heard, session.alive]
        print(json.dumps([sums, found, after]))
        """
    )
    assert parent == [1.0 + i for i in range(200)]
    assert child == [[1000.0 + i for i in range(200)], 55.0, ["forked"], True]
    assert after == [55.0, [], True]


def test_a_script_started_by_the_owner_joins_too(current, script):
    child = script(
        "from h2o_frame_compat.session import connect; s = connect(); print(s.cluster.cluster_id, s.server)",
        **{name: value for name, value in os.environ.items() if name.startswith("H2O_COMPAT_")},
    )
    assert child.stdout.readline().split() == [current.cluster.cluster_id, "None"]


def test_the_environment_is_as_before_when_a_session_ends(fresh, fake, monkeypatch):
    monkeypatch.setenv("H2O_COMPAT_USER", "me")
    session = connect(fake.url)
    assert os.environ["H2O_COMPAT_URL"] == fake.url
    session.close()
    assert "H2O_COMPAT_URL" not in os.environ
    assert os.environ["H2O_COMPAT_USER"] == "me"
