"""Several threads at once, and users who lose patience."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pandas as pd
import pytest

ROWS = np.arange(3000)
LOCAL = pd.DataFrame({"k": ROWS % 13, "x": ROWS / 3, "s": np.array(["a", "b", "c"])[ROWS % 3]})

WORK = {
    "filter": lambda d, n: d[d.x > n * 10].x.sum(),
    "group": lambda d, n: d[d.k > n].groupby("s").x.sum(),
    "sort": lambda d, n: d.assign(y=d.x * n).sort_values(["k", "y"], ascending=False).head(20),
    "merge": lambda d, n: d.merge(pd_or_ours(d, {"k": [0, 1, n + 2], "z": [1.5, 2.5, 3.5]}), on="k"),
    "mean": lambda d, n: (d.x + d.k * n).mean(),
    "text": lambda d, n: d.s.str.upper().value_counts(),
    "assign": lambda d, n: assigned(d, n),  # noqa: PLW0108 - it is defined below
}


def pd_or_ours(like, data):
    return type(like)(data)


def assigned(d, n):
    d = d.copy()
    d.loc[d.x > n * 100, "x"] = None
    d["n"] = d.x.fillna(-1) * n
    return d.tail(7)


def same(found, wanted):
    found = found.to_pandas() if hasattr(found, "to_pandas") else found
    if isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted)
    elif isinstance(wanted, pd.Series):
        pd.testing.assert_series_equal(found, wanted)
    else:
        assert found == pytest.approx(wanted)


def together(functions):
    """Run functions in threads of their own, started at once; raise what they raise."""
    start = threading.Barrier(len(functions))
    problems = []

    def run(function):
        try:
            start.wait(60)
            function()
        except BaseException as problem:  # noqa: BLE001 - raised below
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(f,), daemon=True) for f in functions]
    for t in threads:
        t.start()
    for t in threads:
        t.join(240)
        assert not t.is_alive(), "deadlock"
    for problem in problems:
        raise problem


@pytest.mark.parametrize("count", [2, 4])
def test_threads_share_a_frame(up, count):
    ours = up(LOCAL)

    def work(n):
        for name, function in WORK.items():
            same(function(ours, n + len(name)), function(LOCAL, n + len(name)))

    together([lambda n=n: work(n) for n in range(count)])


def test_threads_ask_for_the_same_result(cluster, up):
    ours = up(LOCAL)
    kept = ours[ours.x > 500].sort_values("x", ascending=False)
    wanted = LOCAL[LOCAL.x > 500].sort_values("x", ascending=False)
    together([lambda: same(kept, wanted)] * 4)


def test_threads_with_frames_of_their_own_leave_nothing_behind(cluster, up):
    import gc

    import h2o_frame_compat.pandas as hpd

    def count():
        gc.collect()
        cluster.executor.flush()
        return len(cluster.client.get("/3/Frames")["frames"])

    before = count()

    def work(n):
        for m in range(3):
            ours = hpd.DataFrame({"x": np.arange(100.0) * n, "m": m})
            assert (ours.x + ours.m).sum() == 4950 * n + 100 * m
            assert len(ours[ours.x >= 50 * n]) == (50 if n else 100)

    together([lambda n=n: work(n) for n in range(4)])
    assert count() == before


def test_an_error_in_one_thread_is_no_other_threads(up):
    ours = up(LOCAL)

    def bad():
        for _ in range(5):
            with pytest.raises(ValueError, match="could not convert"):
                ours.s.astype("float64").to_pandas()

    def good():
        for n in range(5):
            assert (ours.k * n).sum() == (LOCAL.k * n).sum()

    together([bad, good, bad, good])


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_leaves_the_session_usable(cluster, tmp_path):
    """The process interrupts itself once its request is on its way."""
    code = """
    import os, signal, threading
    import numpy as np
    import h2o_frame_compat as hc
    import h2o_frame_compat.pandas as pd

    session = hc.connect()
    df = pd.DataFrame({"x": np.arange(500_000) % 999_983 / 7, "y": np.arange(500_000) % 1013})
    small = pd.DataFrame({"x": [1.0, 2.0]})
    total = (small.x * 2).sum()
    session.executor.store(df._block.rel)
    wait = session.client.wait
    interrupted = []

    def impatient(conn):
        if not interrupted:
            interrupted.append(threading.get_ident())
            signal.raise_signal(signal.SIGINT)
        wait(conn)

    session.client.wait = impatient
    try:
        df.sort_values(["y", "x"]).x.rank().sum()
        raise SystemExit("not interrupted")
    except KeyboardInterrupt:
        pass
    session.client.wait = wait
    assert len(interrupted) == 1
    assert (small.x * 2).sum() == total == 6
    assert df.y.max() == 1012
    assert df[df.y == 5].x.count() == (np.arange(500_000) % 1013 == 5).sum()
    print("usable")
    """
    path = tmp_path / "interrupted.py"
    path.write_text(textwrap.dedent(code))
    env = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")} | joined(cluster)
    done = subprocess.run(
        [sys.executable, str(path)], env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["usable"]


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_from_outside(cluster, tmp_path):
    """A user presses Ctrl-C again and again while results are computed."""
    code = """
    import numpy as np
    import h2o_frame_compat as hc
    import h2o_frame_compat.pandas as pd

    session = hc.connect()
    df = pd.DataFrame({"x": np.arange(300_000) / 7})
    session.executor.store(df._block.rel)
    for n in range(3):
        try:
            while True:
                df.x.add(n).rank().sum()
                print("working", flush=True)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        found = df.x.add(n).max()
        assert found == 299_999 / 7 + n, found
        print("usable", flush=True)
    """
    path = tmp_path / "interrupted.py"
    path.write_text(textwrap.dedent(code))
    env = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")} | joined(cluster)
    child = subprocess.Popen([sys.executable, str(path)], env=env, stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(3):
            assert child.stdout.readline() == "working\n"
            child.send_signal(signal.SIGINT)
            lines = iter(child.stdout.readline, "")
            assert next(line for line in lines if line != "working\n") == "interrupted\n"
            assert next(lines) == "usable\n"
        assert child.wait(60) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def joined(cluster):
    """The environment that leads another process to this cluster."""
    secret = cluster.client.endpoint.credentials
    return {
        "H2O_COMPAT_URL": cluster.cluster.url,
        "H2O_COMPAT_USER": secret.user,
        "H2O_COMPAT_PASSWORD": secret.reveal(),
    }
