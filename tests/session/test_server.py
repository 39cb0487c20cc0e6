"""The embedded server: its life, its death, and who may talk to it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import connect
from h2o_frame_compat.session import server as server_module
from h2o_frame_compat.session.server import start_server, telling_lines

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def cluster(cluster):
    if cluster.server is None:
        pytest.skip("under pytest-xdist the shared server belongs to another process")
    return cluster


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid, seconds=20.0):
    """Whether a process ends within the time given."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not running(pid):
            return True
        time.sleep(0.05)
    return False


# ------------------------------------------------------------------ who may talk to it


@linux
def test_it_listens_on_loopback_only(cluster):
    inodes = set()
    for entry in Path(f"/proc/{cluster.server.pid}/fd").iterdir():
        target = str(entry.readlink())
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                listening.add(fields[1].partition(":")[0])
    loopback = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert listening
    assert listening <= loopback


def test_the_server_read_what_to_compile_how(cluster):
    assert "1 compiler directives added" in cluster.server.log.read_text()


def test_the_page_lists_what_the_extension_gives(cluster, extension):
    page = (Path(__file__).parents[2] / "docs" / "extension.md").read_text(encoding="utf-8")
    there = cluster.cluster.extension
    assert set(re.findall(r"^\| `\((compat\.\w+)", page, re.MULTILINE)) == there.primitives
    assert set(re.findall(r"/3/Compat\.(\w+)", page)) == there.endpoints | {"info"}


@pytest.mark.parametrize("path", ["/3/Ping", "/3/Cloud", "/99/Rapids", "/3/Compat.info", "/flow/index.html", "/"])
def test_nobody_gets_in_without_the_password(cluster, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(cluster.cluster.url + path)
    assert caught.value.code == 401
    caught.value.close()


def test_a_wrong_password(cluster, fresh):
    with pytest.raises(errors.AuthenticationError, match="refuses this user name and password"):
        connect(cluster.cluster.url, auth=("h2o", "wrong"))
    with pytest.raises(errors.AuthenticationError, match="asks for a user name"):
        connect(cluster.cluster.url)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_the_password_is_on_disk_for_the_owner_only(cluster):
    directory = cluster.server.directory
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "realm.properties").stat().st_mode) == 0o600
    published = cluster._handover.file
    assert stat.S_IMODE(published.stat().st_mode) == 0o600
    assert stat.S_IMODE(published.parent.stat().st_mode) == 0o700


@linux
def test_the_password_is_on_no_command_line_and_in_no_log(cluster):
    secret = cluster.client.endpoint.credentials.reveal().encode()
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    assert any(b"water.H2OApp" in line for line in lines)
    assert not [line for line in lines if secret in line]
    directory = cluster.server.directory
    logs = [cluster.server.log, *(path for path in (directory / "logs").rglob("*") if path.is_file())]
    assert not [path for path in logs if secret in path.read_bytes()]
    assert secret not in Path(f"/proc/{cluster.server.pid}/environ").read_bytes()


@pytest.mark.slow
def test_two_servers_have_two_passwords_and_a_closed_one_leaves_nothing(fresh):
    first = start_server(heap="256m")
    second = start_server(heap="256m")
    assert first.endpoint.credentials != second.endpoint.credentials
    assert first.endpoint.port != second.endpoint.port
    for server in (first, second):
        server.stop()
        assert not server.directory.exists()
        assert not running(server.pid)
        assert not server.alive()
        server.stop()


# ------------------------------------------------------------------ starts that fail


def test_a_port_in_use(fresh):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(errors.ServerStartError, match=rf"port {port} .* already in use.* Leave port out"):
            connect(port=port, heap="256m")


@pytest.mark.slow
def test_a_port_in_use_is_passed_over_when_none_was_named(fresh, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(server_module, "_PORTS", [port])
        server = start_server(heap="256m")
        assert server.endpoint.port != port
        server.stop()


def test_java_that_cannot_start(fresh):
    with pytest.raises(
        errors.ServerStartError, match=r"Java refused its options(.|\n)*Unrecognized VM option"
    ) as caught:
        connect("local", heap="256m", jvm_options=("-XX:+NoSuchOption",))
    kept = Path(str(caught.value).partition("kept in ")[2].partition(" and says")[0])
    assert "NoSuchOption" in kept.read_text()
    kept.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="a program that is none")
def test_java_that_is_no_program(fresh, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text("neither a script nor a binary")
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.1"')
    with pytest.raises(errors.ServerStartError, match="cannot run"):
        connect("local", heap="256m", java_home=str(tmp_path))


def test_too_little_memory_for_the_heap_asked_for(fresh):
    with pytest.raises(errors.ServerStartError, match="may use only"):
        connect("local", heap="90t")


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_too_little_memory_for_java(run):
    said = run(
        """
        import json, resource
        from h2o_frame_compat.session import connect
        from h2o_frame_compat.errors import ServerStartError
        resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
        try:
            connect(heap="512m")
        except ServerStartError as problem:
            print(json.dumps(str(problem)))
        """
    )
    assert "too little memory" in said
    assert "its log is kept in" in said.lower()


def test_a_heap_that_is_no_size(fresh, monkeypatch):
    monkeypatch.setattr("h2o_frame_compat.config.options.heap", "much")
    with pytest.raises(errors.ServerStartError, match="'4g'"):
        connect("local")


def test_telling_lines(tmp_path):
    log = tmp_path / "server.log"
    assert telling_lines(log) == ""
    log.write_text("all is well\n" * 50)
    assert telling_lines(log, 2) == "    all is well\n    all is well"
    log.write_text("one\nERROR: a reason\n\tat water.X(X.java:1)\ntwo\n")
    assert telling_lines(log) == "    ERROR: a reason"


# ------------------------------------------------------------------ its death

STAY = """
    import json, sys, time
    from h2o_frame_compat.session import connect
    session = connect(heap="256m")
    server = session.server
    print(json.dumps([server.pid, str(server.directory), str(session._handover.file)]), flush=True)
"""


FORK = """
    import os
    child = os.fork()
    if child == 0:
        os.close(1)
        time.sleep(600)
"""


@linux
def test_it_dies_when_its_owner_is_killed(script):
    owner = script(STAY + "    time.sleep(600)\n")
    pid, directory, published = json.loads(owner.stdout.readline())
    assert running(pid)
    assert Path(published).exists()
    owner.kill()
    owner.wait()
    assert gone(pid)
    deadline = time.monotonic() + 10
    while Path(directory).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(directory).exists()
    assert not Path(published).exists()


@pytest.mark.slow
@linux
def test_it_dies_with_a_killed_owner_even_if_a_forked_child_lives_on(script):
    code = STAY.replace(
        "    print(",
        FORK + "    print(",
    ).replace("print(json.dumps([", "print(json.dumps([child, ")
    owner = script(code + "    time.sleep(600)\n")
    child, pid, *_ = json.loads(owner.stdout.readline())
    owner.kill()
    owner.wait()
    try:
        assert gone(pid)
        assert running(child)
    finally:
        os.kill(child, signal.SIGKILL)


@pytest.mark.slow
@linux
def test_it_dies_with_its_watchdog(script):
    owner = script(STAY.replace("[server.pid", "[server.pid, server.watchdog.pid") + "    sys.stdin.read()\n")
    pid, watchdog, directory, _ = json.loads(owner.stdout.readline())
    os.kill(watchdog, signal.SIGKILL)
    assert gone(pid)
    owner.communicate(timeout=60)
    assert not Path(directory).exists()


@pytest.mark.slow
@linux
def test_it_ends_with_its_owner(script):
    owner = script(STAY)
    pid, directory, published = json.loads(owner.stdout.readline())
    owner.wait(60)
    assert not running(pid)
    assert not Path(directory).exists()
    assert not Path(published).exists()


@pytest.mark.slow
@linux
def test_it_outlives_every_object(run):
    assert (
        run(
            """
        import gc, json
        from h2o_frame_compat.session import connect, current_session
        from h2o_frame_compat.session import session as module
        session = connect(heap="256m")
        where = session.client.endpoint
        session = None
        module._current = None
        gc.collect()
        from h2o_frame_compat.session.client import RestClient
        print(json.dumps(RestClient(where).rapids("(+ 1 1)").value))
        """
        )
        == 2.0
    )


@linux
def test_ctrl_c_in_the_terminal_does_not_reach_it(cluster):
    assert os.getsid(cluster.server.pid) != os.getsid(os.getpid())


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_a_call(fresh):
    session = connect("local", heap="256m")
    os.kill(session.server.pid, signal.SIGKILL)
    with pytest.raises(errors.ClusterLostError, match=r"embedded server died.*connect\(\)"):
        session.client.rapids("(+ 1 1)")
    again = connect(heap="256m")
    assert again is not session
    assert again.client.rapids("(+ 1 1)").value == 2.0
    session.close()


@pytest.mark.slow
def test_the_log_is_quoted_when_it_dies(fresh):
    session = connect("local", heap="256m")
    with session.server.log.open("a") as log:
        log.write("FATAL something snapped\n")
    os.kill(session.server.pid, signal.SIGKILL)
    with pytest.raises(errors.ClusterLostError, match="something snapped"):
        session.client.rapids("(+ 1 1)")


def test_no_secret_reaches_a_child_that_was_not_meant_to_have_it(cluster):
    """The server and its watchdog get our environment without the password."""
    environment = subprocess.run(
        ["ps", "eww", "-p", str(cluster.server.pid)], capture_output=True, text=True, check=False
    ).stdout
    assert cluster.client.endpoint.credentials.reveal() not in environment
