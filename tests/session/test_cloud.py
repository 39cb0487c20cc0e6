"""A cluster of two nodes on loopback, and clusters that are not ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import client as client_module
from h2o_frame_compat.session import cluster as cluster_module
from h2o_frame_compat.session import connect
from h2o_frame_compat.session import server as server_module
from h2o_frame_compat.session.java import find_java

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh")]

JAR = server_module._EXTENSION_JAR
needs_jar = pytest.mark.skipif(not JAR.is_file(), reason="the extension has not been built")


class Cloud:
    """Nodes started as an administrator would start them."""

    def __init__(self, directory, base):
        self.directory = directory
        self.base = base
        self.nodes = []

    def start(self, jars_of, *options):
        """Start a node per entry, with our extension where the entry is true."""
        java = find_java()
        ports = [self.base + 2 * i for i in range(len(jars_of))]
        flatfile = self.directory / "flat.txt"
        flatfile.write_text("".join(f"127.0.0.1:{port}\n" for port in ports))
        h2o = str(server_module._class_path(self.directory)[0])
        for port, extended in zip(ports, jars_of, strict=True):
            jars = os.pathsep.join([h2o, str(JAR)] if extended else [h2o])
            command = [
                java.executable,
                "-Xmx512m",
                *java.options,
                "-cp",
                jars,
                "water.H2OApp",
                "-port",
                str(port),
            ]
            command += ["-name", f"cloud{self.base}", "-flatfile", str(flatfile), "-ip", "127.0.0.1"]
            command += ["-web_ip", "127.0.0.1", "-ice_root", str(self.directory / f"ice{port}"), *options]
            log = (self.directory / f"{port}.log").open("wb")
            self.nodes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))
            log.close()
        return [f"127.0.0.1:{port}" for port in ports]

    def join(self, url, size, **how):
        """Connect once all nodes have met; before that, a mere question would lock the cluster as it is."""
        deadline = time.monotonic() + 120
        logs = [Path(self.directory / f"{self.base + 2 * i}.log") for i in range(size)]
        while not all(f"Cloud of size {size} formed" in log.read_text(errors="replace") for log in logs):
            assert time.monotonic() < deadline, logs[0].read_text(errors="replace")[-2000:]
            time.sleep(0.1)
        while True:
            try:
                return connect(url, **how)
            except (errors.ClusterConnectionError, errors.ServerError) as problem:
                final = isinstance(problem, errors.AuthenticationError) or "not healthy" in str(problem)
                if final or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def stop(self):
        for node in self.nodes:
            node.kill()
            node.wait()
        self.nodes.clear()


@pytest.fixture
def cloud(tmp_path):
    import random

    made = Cloud(tmp_path, random.randrange(20000, 55000, 10))
    yield made
    made.stop()


@needs_jar
def test_two_nodes(cloud, monkeypatch):
    first, second = cloud.start([True, True])
    session = cloud.join(f"http://{first}", 2)
    assert {node.address for node in session.cluster.nodes} == {first, second}
    assert session.cluster.total_cores == sum(node.cores for node in session.cluster.nodes)
    assert all(node.reachable for node in session.cluster.nodes)
    assert session.cluster.extension is not None
    session.client.rapids("(tmp= spread (h2o.runif (seq_len 300000) 7))")
    other = connect(f"http://{second}")
    assert other.client.rapids("(nrow spread)").value == 300000
    assert other.client.rapids("(mean spread 1 0)").kind == "frame"

    # One node dies; the other goes on answering pings, and work on the data would hang for ever.
    monkeypatch.setattr(client_module, "PROBE_SECONDS", 0.5)
    cloud.nodes[1].kill()
    cloud.nodes[1].wait()
    died = rf"node of the cluster died \({second}\).*restart the cluster"
    with pytest.raises(errors.ClusterLostError, match=died):
        session.client.rapids("(sumNA (+ spread (h2o.runif spread 3)))")


@needs_jar
def test_the_extension_is_left_alone_where_one_node_lacks_it(cloud, monkeypatch):
    first, _ = cloud.start([True, False])
    session = cloud.join(f"http://{first}", 2)
    assert session.cluster.extension is None
    assert "do not all have" in session.cluster.stock_reason
    monkeypatch.setenv("H2O_COMPAT_TRANSPORT", "ext")
    with pytest.raises(errors.ClusterConnectionError, match="do not all have"):
        connect(f"http://{first}")


def test_a_node_that_stopped_talking_to_the_others_is_dead(monkeypatch, fake):
    session = connect(fake.url)
    fake.cloud["nodes"] = [
        {"ip_port": "10.0.0.1:1", "last_ping": 100_000},
        {"ip_port": "10.0.0.2:1", "last_ping": 60_000},
    ]
    health = cluster_module.Health(session.client, [], 2)
    assert "10.0.0.2:1" in health()
    fake.cloud["nodes"][1]["last_ping"] = 99_000
    assert health() is None


def test_https_with_a_password_and_a_context_path(cloud, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    key, cert, store = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "store.p12"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert),
            *("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [
            "openssl",
            "pkcs12",
            "-export",
            "-inkey",
            key,
            "-in",
            cert,
            "-out",
            store,
            "-passout",
            "pass:h2oh2o",
        ],
        check=True,
    )
    realm = tmp_path / "realm.properties"
    realm.write_text("me: geheim\n")
    login = ["-hash_login", "-login_conf", str(realm), "-context_path", "/h2o", "-jks", str(store)]
    (where,) = cloud.start([False], *login)
    url = f"https://{where.replace('127.0.0.1', 'localhost')}/h2o"
    session = cloud.join(url, 1, auth=("me", "geheim"), verify=str(cert))
    assert session.client.rapids("(+ 1 1)").value == 2.0
    assert session.cluster.extension is None
    for _ in range(50):
        session.client.get("/3/Ping")
    assert session.client.post_file(b"x\n" * 10000, "file") == "file"
    from h2o_frame_compat.session import bridge

    assert bridge.h2o_module().cluster().cloud_name == session.cluster.name
    assert connect(url, auth=("me", "geheim"), verify=False).client.rapids("(+ 1 1)").value == 2.0
    with pytest.raises(errors.ClusterConnectionError, match=r"certificate .* cannot be verified.*verify="):
        connect(url, auth=("me", "geheim"))
    with pytest.raises(errors.AuthenticationError):
        connect(url, auth=("me", "falsch"), verify=str(cert))
    with pytest.raises(errors.ClusterConnectionError):
        connect(url.replace("https", "http"), auth=("me", "geheim"))


def test_a_restart_on_the_same_port(cloud):
    (where,) = cloud.start([False])
    session = cloud.join(f"http://{where}", 1)
    session.client.rapids("(tmp= F (seq_len 10))")
    cloud.stop()
    with pytest.raises(errors.ClusterLostError, match=r"is gone .*call connect\(\)"):
        session.client.rapids("(sumNA F)")
    cloud.start([False])
    again = cloud.join(f"http://{where}", 1)
    cloud.stop()
    cloud.start([False])
    probe = cloud.join(f"http://{where}", 1)
    with pytest.raises(errors.ClusterLostError, match="restarted"):
        again.client.rapids("(+ 1 1)")
    assert probe.client.rapids("(+ 1 1)").value == 2.0
