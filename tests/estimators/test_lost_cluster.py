"""A cluster that dies in the middle of a fit: what the user reads, and that everything goes on afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap

import pytest

CODE = """
import json, os, signal, threading
import numpy as np
import h2o_frame_compat as hc
from h2o_frame_compat.errors import ClusterLostError
from h2o_sklearn import H2OGradientBoostingClassifier

session = hc.connect("local", heap="1g")
rng = np.random.default_rng(0)
X = rng.normal(size=(20_000, 10))
y = X[:, 0] > 0
before = H2OGradientBoostingClassifier(n_estimators=3, random_state=0).fit(X, y)
expected = before.predict(X[:50])

asked = session.jobs._get

def killing(*job):
    os.kill(session.server.pid, signal.SIGKILL)  # the job runs: it is being asked how it gets on
    return asked(*job)

session.jobs._get = killing
try:
    H2OGradientBoostingClassifier(n_estimators=5_000, max_depth=8).fit(X, y)
    said = "nothing"
except ClusterLostError as problem:
    said = str(problem)
local = bool((before.predict(X[:50]) == expected).all())
with hc.connect("local", heap="1g"):
    again = H2OGradientBoostingClassifier(n_estimators=3, random_state=0).fit(X, y)
print(json.dumps([said, local, bool((again.predict(X[:50]) == expected).all())]))
"""


@pytest.mark.slow
def test_the_server_is_killed_in_the_middle_of_a_fit():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CODE)],
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    said, local, again = json.loads(done.stdout.splitlines()[-1])
    assert "connect()" in said
    assert "gone" in said
    assert "\tat " not in said
    assert local
    assert again
