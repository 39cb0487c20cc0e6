"""What a piece of work uses: time, CPU of this process and of others, requests and the bytes that were sent."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Usage:
    """What was used, by all threads of this process and by the processes that were named.

    Attributes
    ----------
    seconds : float
        By the clock.
    here, others : float
        Seconds of CPU of this process, and of the others.
    calls : int
        HTTP requests of this process, of whatever library.
    sent : int
        Bytes that it sent over sockets.
    """

    seconds: float = 0.0
    here: float = 0.0
    others: float = 0.0
    calls: int = 0
    sent: int = 0

    @property
    def cpu(self) -> float:
        """All seconds of CPU."""
        return self.here + self.others


@contextmanager
def used(*pids: int) -> Iterator[Usage]:
    """Measure the work inside a block."""
    usage, lock = Usage(), threading.Lock()
    sendall, sendmsg = socket.socket.sendall, socket.socket.sendmsg
    putrequest = http.client.HTTPConnection.putrequest

    def counted_sendall(sock: socket.socket, data: Any, *args: Any) -> None:
        with lock:
            usage.sent += memoryview(data).nbytes
        sendall(sock, data, *args)

    def counted_sendmsg(sock: socket.socket, buffers: Any, *args: Any) -> int:
        done = sendmsg(sock, buffers, *args)
        with lock:
            usage.sent += done
        return done

    def counted_putrequest(connection: http.client.HTTPConnection, *args: Any, **kwargs: Any) -> None:
        with lock:
            usage.calls += 1
        putrequest(connection, *args, **kwargs)

    socket.socket.sendall, socket.socket.sendmsg = counted_sendall, counted_sendmsg
    http.client.HTTPConnection.putrequest = counted_putrequest
    start, here, others = time.perf_counter(), time.process_time(), sum(map(cpu_seconds, pids))
    try:
        yield usage
    finally:
        usage.seconds = time.perf_counter() - start
        usage.here = time.process_time() - here
        usage.others = sum(map(cpu_seconds, pids)) - others
        socket.socket.sendall, socket.socket.sendmsg = sendall, sendmsg
        http.client.HTTPConnection.putrequest = putrequest


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
