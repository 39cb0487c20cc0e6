"""Fixtures of the app: one that runs in this process, with folders and a store of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import joblib
import numpy as np
import pandas as pd
import pytest
from command import H2O_COMPAT
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from h2o_sklearn.app import Settings

ADDRESS = "http://127.0.0.1:8060"


class Client:
    """A browser: it keeps its cookies and sends what pages send."""

    def __init__(self, client):
        self.http = client
        self._csrf = None

    def get(self, path, **more):
        return self.http.get(path, **more)

    def post(self, path, json=None, **more):
        self._csrf = self._csrf or self.get("/api/session").json()["csrf"]
        return self.http.post(path, json=json, headers={"x-csrf-token": self._csrf}, **more)

    def events(self, path):
        """Give the events of a stream, each with its name and data, as they come."""
        with self.http.stream("GET", path) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            kind = None
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield kind, json.loads(line.removeprefix("data: "))

    def followed(self, answer):
        """Wait for the end of a task by its events; give the last one and what was said."""
        assert answer.status_code == 202, answer.text
        *said, (kind, last) = self.events(f"/api/tasks/{answer.json()['task']}/events")
        assert {name for name, _ in said} <= {"progress"}
        return kind, last, [sentence for _, sentence in said]

    def uploaded(self, name, content):
        return self.followed(self.post("/api/upload", files={"file": (name, content)}))

    def ended(self, uid):
        """Wait for the end of a job; the time limit of tests ends what does not end."""
        while True:
            job = self.get(f"/api/jobs/{uid}").json()
            if job["state"] in {"FINISHED", "FAILED", "CANCELLED", "TIMEOUT", "SUBMISSION_FAILED"}:
                return job
            time.sleep(0.1)


@pytest.fixture(scope="session")
def fitted():
    """A pipeline of scikit-learn that needs no cluster, and its rows."""
    x = np.arange(60.0)
    rows = pd.DataFrame({"distance": x, "hour": x % 24})
    y = np.where(x > 30, "late", "in time")
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, y), rows


@pytest.fixture
def settings(tmp_path, fitted):
    for name in ("models", "data"):
        (tmp_path / name).mkdir()
    model, rows = fitted
    joblib.dump(model, tmp_path / "models" / "late.pkl")
    joblib.dump(model, tmp_path / "models" / "strange.pkl")
    rows.assign(flight=[f"f{i}" for i in range(len(rows))]).to_csv(tmp_path / "data" / "rows.csv", index=False)
    (tmp_path / "secret.csv").write_text("distance,hour\n1,2\n")
    return Settings(
        models=tmp_path / "models",
        data=tmp_path / "data",
        store=f"sqlite:///{tmp_path / 'state' / 'jobs.db'}",
        trusted=("late.pkl",),
        upload_bytes=1 << 20,
    )


@pytest.fixture
def opened(settings, monkeypatch):
    """Start apps, and give browsers of them."""
    from contextlib import ExitStack

    from starlette.testclient import TestClient

    from h2o_sklearn.app import create_app

    monkeypatch.setenv("H2O_COMPAT_PROGRESS", "0")
    with ExitStack() as stack:

        def start(base=ADDRESS, **others):
            app = create_app(replace(settings, **others))
            return Client(stack.enter_context(TestClient(app, base_url=base, raise_server_exceptions=False)))

        yield start


@pytest.fixture
def browser(opened):
    return opened()


@pytest.fixture
def command(settings):
    """Start the command ``h2o-compat app``, and give a browser of it and its process."""
    import httpx2

    @contextmanager
    def start(*more, **options):
        places = ["--models", str(settings.models), "--data", str(settings.data), "--store", settings.store]
        arguments = [*H2O_COMPAT, "app", "--no-browser", "--port", "0", "--trust", "late.pkl", *places, *more]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")}
        environment |= {"H2O_COMPAT_PROGRESS": "0", "H2O_COMPAT_HEAP": "1g"}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment, **options) as process:
            try:
                address = process.stdout.readline().strip()
                with httpx2.Client(base_url=address, timeout=120) as http:
                    yield Client(http), process
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate()

    return start
