"""The Java process that scores models on this machine, without a cluster.

One per Python process, started when something is first scored. It ends when its standard input closes, so it
cannot outlive its owner. A forked child starts its own.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import itertools
import os
import struct
import subprocess
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from h2o_frame_compat.session.java import find_java

if TYPE_CHECKING:
    import io

    from numpy.typing import NDArray

SCORER_JAR = Path(__file__).with_name("scorer.jar")
PREDICTIONS = 0
DISTANCES = 1
CONTRIBUTIONS = 2
LEAVES = 3
STAGES = 4

#: Rows go over in blocks, so that neither side holds a large request twice.
_BLOCK_BYTES = 32 << 20
_LOAD = struct.Struct(">cqbi")
_SCORE = struct.Struct(">cqbbiiii")
_NAMES = struct.Struct(">cqb")
_DROP = struct.Struct(">cq")
_INT = struct.Struct(">i")
_handles = itertools.count(1)


class ScoringError(RuntimeError):
    """The local scorer failed: at starting, or at a model."""


@functools.cache
def model_library() -> Path:
    """Return the path of H2O's jar, which holds the library that reads MOJO models.

    Returns
    -------
    Path
        The jar in the installed ``h2o`` package, found without importing it.
    """
    spec = importlib.util.find_spec("h2o")
    for folder in spec.submodule_search_locations or () if spec else ():
        jar = Path(folder) / "backend" / "bin" / "h2o.jar"
        if jar.is_file():
            return jar
    raise ScoringError("h2o.jar was not found: reinstall the h2o package (pip install --force-reinstall h2o)")


class Sidecar:
    """A running scorer.

    Requests of several threads take turns. A model is loaded once and forgotten when its owner asks for it.
    """

    def __init__(self) -> None:
        java = find_java()
        self._lock = threading.Lock()
        self._dropped: list[int] = []
        self._loaded: dict[int, bool] = {}  # whether with what it takes to explain it
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        classpath = os.pathsep.join([str(SCORER_JAR), str(model_library())])
        # Memory that is not used is not taken; a pool of compiler threads would only slow a small job down.
        flags = ["-Xshare:auto", "-XX:+UseSerialGC", "-Xss4m", "-Djava.awt.headless=true"]
        self._process = subprocess.Popen(  # noqa: S603 - our own class on the user's Java
            [java.executable, *flags, "-cp", classpath, "h2oscore.Scorer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin = self._process.stdin
        self._stdout = cast("io.RawIOBase", self._process.stdout)  # it has no buffer

    @property
    def pid(self) -> int:
        """Process id of the scorer."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def score(
        self,
        handle: int,
        mojo: bytes,
        what: int,
        rows: NDArray[np.float64],
        *,
        offset: bool = False,
        stages: tuple[int, int] = (0, 0),
    ) -> NDArray[np.float64]:
        """Score rows with a model, which is loaded first where it is not there yet.

        Parameters
        ----------
        handle : int
            What :func:`new_handle` gave for the model.
        mojo : bytes
            The model.
        what : int
            ``PREDICTIONS``, ``DISTANCES``, ``CONTRIBUTIONS``, ``LEAVES`` or ``STAGES``.
        rows : ndarray of shape (n_rows, n_columns)
            Values by row; a category is the number of its level, missing is NaN.
        offset : bool
            The last column is the offset.
        stages : tuple of int
            The first of the ``STAGES`` and the one after the last.

        Returns
        -------
        ndarray of shape (n_rows, width)
            What the model says of each row.
        """
        rows = np.ascontiguousarray(rows, dtype="<f8")
        n_rows, n_columns = rows.shape
        step = max(1, _BLOCK_BYTES // max(8 * n_columns, 8))
        with self._lock:
            self._forget_dropped()
            self._ensure(handle, mojo, what)
            head = (handle, what, int(offset), *stages)
            blocks = [self._score_block(head, rows[at : at + step]) for at in range(0, max(n_rows, 1), step)]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def names(self, handle: int, mojo: bytes, what: int) -> list[str]:
        """Return what each number of an answer is about.

        Parameters
        ----------
        handle, mojo
            The model, as for :meth:`score`.
        what : int
            ``CONTRIBUTIONS``; other answers have no names.

        Returns
        -------
        list of str
            The names.
        """
        with self._lock:
            self._ensure(handle, mojo, what)
            self._send(_NAMES.pack(b"N", handle, what))
            return [self._read_text() for _ in range(self._read_int())]

    def drop(self, handle: int) -> None:
        """Forget a model with the next request; safe to call from a finaliser."""
        self._dropped.append(handle)

    def close(self) -> None:
        """End the process."""
        self._stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stdout.close()
        self._log.close()

    def abandon(self) -> None:
        """Let go of a process that is dead, or that belongs to the parent of a fork: close the pipes here."""
        for stream in (self._stdin, self._stdout, self._log):
            stream.close()
        self._process.returncode = 0  # not ours to wait for

    def _ensure(self, handle: int, mojo: bytes, what: int) -> None:
        explained = what == CONTRIBUTIONS
        if handle not in self._loaded or explained > self._loaded[handle]:
            self._send(_LOAD.pack(b"L", handle, explained, len(mojo)), mojo)
            self._loaded[handle] = explained

    def _score_block(self, head: tuple[int, ...], rows: NDArray[np.float64]) -> NDArray[np.float64]:
        n_rows, n_columns = rows.shape
        header = _SCORE.pack(b"S", *head, n_rows, n_columns - head[2])
        self._send(header, rows.data.cast("B") if rows.size else b"")
        n_rows, width = self._read_int(), self._read_int()
        values = np.empty((n_rows, width), dtype="<f8")
        if values.size:
            self._read_into(values.data.cast("B"))
        return values

    def _forget_dropped(self) -> None:
        while self._dropped:
            handle = self._dropped.pop()
            if self._loaded.pop(handle, None) is not None:
                self._send(_DROP.pack(b"D", handle))

    def _send(self, header: bytes, body: bytes | memoryview = b"") -> None:
        """Send a request and read the first byte of its answer."""
        try:
            self._write(header)
            self._write(body)
        except (OSError, ValueError):
            raise self._broken() from None
        status = bytearray(1)
        self._read_into(memoryview(status))
        if status[0]:
            raise ScoringError(f"the model cannot be scored here: {self._read_text()}")

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            view = view[self._stdin.write(view) :]

    def _read_int(self) -> int:
        data = bytearray(4)
        self._read_into(memoryview(data))
        return int(_INT.unpack(data)[0])

    def _read_text(self) -> str:
        text = bytearray(self._read_int())
        self._read_into(memoryview(text))
        return text.decode("utf-8", "replace")

    def _read_into(self, view: memoryview) -> None:
        done = 0
        while done < len(view):
            count = self._stdout.readinto(view[done:])
            if not count:
                raise self._broken()
            done += count

    def _broken(self) -> ScoringError:
        """Tell why the process is gone; the next request starts another one."""
        self._process.kill()
        self._process.wait()
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return ScoringError("the local scorer ended: " + (" | ".join(lines[-5:]) or "it left no message"))


_lock = threading.Lock()
_running: Sidecar | None = None


def running() -> Sidecar:
    """Return this process's scorer, started where there is none.

    Returns
    -------
    Sidecar
        The scorer.
    """
    global _running  # noqa: PLW0603 - one per process is the point
    with _lock:
        if _running is not None and not _running.alive:
            _running.abandon()
            _running = None
        if _running is None:
            _running = Sidecar()
        return _running


def new_handle(owner: object) -> int:
    """Return a number for a model, which is forgotten when its owner is collected.

    Parameters
    ----------
    owner : object
        What holds the model.

    Returns
    -------
    int
        The number.
    """
    handle = next(_handles)
    weakref.finalize(owner, _drop, handle).atexit = False
    return handle


def _drop(handle: int) -> None:
    if _running is not None:
        _running.drop(handle)


@atexit.register
def _stop() -> None:
    if _running is not None and _running.alive:
        _running.close()


def _after_fork() -> None:
    """Give a forked child its own scorer: it must neither talk to its parent's nor keep that one alive."""
    global _running, _lock  # noqa: PLW0603 - one of each per process
    _lock = threading.Lock()
    if _running is not None:
        _running.abandon()
        _running = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
