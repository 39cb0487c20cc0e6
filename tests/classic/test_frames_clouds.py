"""Other clusters: a cloud of several nodes that is joined by its address, and files on the web."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pytest


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def web(document):
    """An address that leads to the document's files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(document)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_files_on_the_web(classic, web):
    paths = [f"{web}/smalldata/logreg/prostate.csv"]
    assert classic.import_frame(path=paths).dim() == [380, 9]
    with pytest.raises(ValueError, match="can read"):
        classic.import_frame(path=[*paths, f"{web}/no.csv"])


@pytest.mark.slow
def test_a_cloud_of_two_nodes(cluster, tmp_path, document, prostate, capsys):
    from h2o_frame_compat import classic
    from h2o_frame_compat.session import session as module
    from tests.extension.conftest import start_cloud

    server = start_cloud(tmp_path, nodes=2)
    node = next(server)[0]
    try:
        classic.init(ip="127.0.0.1", port=node.port, size=2)
        assert "total nodes    2" in capsys.readouterr().out
        rng = np.random.default_rng(0)
        p = pd.concat([prostate] * 60, ignore_index=True).assign(x=rng.normal(size=60 * 380))
        p.to_csv(document / "long.csv", index=False)
        fr = classic.import_frame(path=["long.csv"])
        fr[1] = fr[1].asfactor()
        r = fr[0].runif(seed=1)
        drawn = np.array(list(r))
        assert fr[0.6 <= r < 0.9]["x"].mean() == pytest.approx(p.x[(drawn >= 0.6) & (drawn < 0.9)].mean())
        vol = fr["VOL"]
        vol[vol == 0] = None
        assert vol.mean() == pytest.approx(p.VOL[p.VOL != 0].mean())
        groups = fr.group_by("CAPSULE", {"m": ["mean", "x", "rm"], "n": ["count", 0, "rm"]})
        assert list(groups["m"]) == pytest.approx(p.groupby("CAPSULE").x.mean().tolist())
        assert fr[["x"]].quantile([0.5])[0, 1] == pytest.approx(p.x.median())
        assert list(fr["AGE"].table()["Count"]) == p.AGE.value_counts().sort_index().tolist()
        before = classic.store_size()
        del fr, r, vol, groups
        assert classic.store_size() < before
        module.current_session().close()
    finally:
        module._current = cluster
        server.close()
