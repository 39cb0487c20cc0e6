"""What the session's tests share: scripts run in processes of their own, and a server that is no H2O."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CLOUD = {
    "cloud_name": "fake",
    "version": "3.46.0.11",
    "consensus": True,
    "cloud_healthy": True,
    "cloud_size": 1,
    "bad_nodes": 0,
    "nodes": [{"ip_port": "127.0.0.1:1", "num_cpus": 2, "max_mem": 1 << 30, "last_ping": 1}],
}


class FakeH2O:
    """Answers like H2O where told to; ``routes`` maps a path to a function of the request handler."""

    def __init__(self):
        self.cluster_id = "1"
        self.cloud = dict(CLOUD)
        self.requests = []
        self.connections = set()
        self.routes = {}
        self.released = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                path = self.path.partition("?")[0]
                fake.requests.append((self.command, self.path, body))
                fake.connections.add(self.client_address)
                route = fake.routes.get(path)
                if route is not None:
                    route(self)
                elif path == "/3/Cloud":
                    self.answer(fake.cloud)
                elif path in {"/3/Ping", "/99/Rapids"}:
                    self.answer({"scalar": 2.0} if "Rapids" in path else {})
                else:
                    self.answer({"msg": "no", "exception_type": "water.X"}, status=404)

            do_POST = do_DELETE = do_GET

            def answer(self, reply, status=200):
                body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                self.send_response(status)
                if fake.cluster_id is not None:
                    self.send_header("X-h2o-cluster-id", fake.cluster_id)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None  # clients hang up on it: that is the point
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def fake():
    server = FakeH2O()
    yield server
    server.stop()


@pytest.fixture
def clean_environment(monkeypatch):
    """No cluster in the environment, for this process and the ones it starts."""
    for name in list(os.environ):
        if name.startswith("H2O_COMPAT_"):
            monkeypatch.delenv(name)


@pytest.fixture
def fresh(clean_environment, monkeypatch):
    """This process as if it had never connected; what the test leaves open is closed."""
    from h2o_frame_compat.session import session as module

    monkeypatch.setattr(module, "_current", None)
    yield
    if module._current is not None:
        module._current.close()


@pytest.fixture
def script(tmp_path):
    """Start Python code in a process of its own; it is killed at the end if it still runs."""
    started = []

    def start(code, **environment):
        path = tmp_path / f"script_{len(started)}.py"
        path.write_text(textwrap.dedent(code))
        env = {k: v for k, v in os.environ.items() if not k.startswith("H2O_COMPAT_")}
        process = subprocess.Popen(
            [sys.executable, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env | environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def run(script):
    """Run Python code to its end and return what it printed, parsed as JSON."""

    def run_to_end(code, **environment):
        process = script(code, **environment)
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0
        return json.loads(out.splitlines()[-1])

    return run_to_end
