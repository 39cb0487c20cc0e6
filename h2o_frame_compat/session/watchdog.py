"""The process between an owner and its embedded server: ends the server when the owner is gone.

It is run as a script with nothing but the standard library, so that it starts in milliseconds. The owner
holds the other end of its standard input. However the owner ends, even by ``kill -9``, the operating
system closes that pipe; the watchdog then ends the server and removes its directory. On Linux the server
also dies with the watchdog.

The first line of standard input is a JSON object with ``command`` (list of str), ``cwd``, ``directory``
(private to this server, removed at the end), ``log`` (file inside it) and ``handover`` (a file to remove at
the end). Files named ``pid`` and ``exit`` in the directory tell the owner what
happened.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

GRACE_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends (here the main thread)."""
    import ctypes  # noqa: PLC0415 - needed on Linux only

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _write(path: Path, text: str) -> None:
    # Written aside and renamed, so that a reader never meets half a file.
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    with Path(order["log"]).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the owner wrote the command; no shell is involved
            order["command"],
            cwd=order["cwd"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread
        )


def _end(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        server.terminate()
    try:
        server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main() -> int:
    """Start the server as told on standard input and guard it until that input ends."""
    order = json.loads(sys.stdin.buffer.readline())
    directory = Path(order["directory"])
    try:
        server = _start(order)
    except OSError as error:
        _write(directory / "exit", f"cannot run {order['command'][0]}: {error}")
        sys.stdin.buffer.read()
        return 1
    _write(directory / "pid", str(server.pid))

    def report() -> None:
        code = server.wait()
        with contextlib.suppress(OSError):
            _write(directory / "exit", str(code))

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    sys.stdin.buffer.read()
    _end(server)
    reporter.join(GRACE_SECONDS)
    with contextlib.suppress(OSError):
        Path(order["handover"]).unlink()
    shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
