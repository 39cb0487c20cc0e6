"""Keep-alive connections to one address, shared by threads and never by processes."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import weakref
from typing import TYPE_CHECKING

from h2o_frame_compat.session.connections import Connection, SecureConnection

if TYPE_CHECKING:
    from http.client import HTTPConnection

    from h2o_frame_compat.session.auth import Endpoint

MAX_IDLE = 8
MAX_IDLE_SECONDS = 20.0
"""The server closes a connection that idles longer; one younger than this is safe to use again."""


class Pool:
    """A stack of idle connections.

    Parameters
    ----------
    endpoint : Endpoint
        Where they lead.
    timeout : float
        Seconds that one read or write may take.
    headers : dict
        What every request carries.
    """

    def __init__(self, endpoint: Endpoint, timeout: float, headers: dict[str, str]) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self.headers = headers
        self._tls = endpoint.tls()
        self._idle: list[tuple[float, HTTPConnection]] = []
        self._lock = threading.Lock()
        _pools.add(self)
        weakref.finalize(self, _close_all, self._idle)  # sockets only: nothing is said to the server

    def fresh(self, timeout: float | None = None) -> HTTPConnection:
        """Open a new connection.

        Parameters
        ----------
        timeout : float, optional
            Seconds instead of the pool's.

        Returns
        -------
        http.client.HTTPConnection
            An open connection.
        """
        seconds = self.timeout if timeout is None else timeout
        where = self.endpoint
        connection: HTTPConnection
        if self._tls is None:
            connection = Connection(where.host, where.port, timeout=seconds)
        else:
            connection = SecureConnection(where.host, where.port, timeout=seconds, context=self._tls)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def take(self) -> HTTPConnection:
        """Return an idle connection that still works, or a new one."""
        oldest = time.monotonic() - MAX_IDLE_SECONDS
        while True:
            with self._lock:
                if not self._idle:
                    break
                since, connection = self._idle.pop()
            if since > oldest and connection.sock is not None and not readable(connection.sock, 0):
                return connection
            connection.close()  # readable without having been asked means: closed by the server
        connection = self.fresh()
        if self._tls is not None:
            # A TLS server sends session tickets on its own account, which would pass for the first byte of
            # an answer. They have been read once any answer has.
            connection.request("GET", self.endpoint.prefix + "/3/Ping", headers=self.headers)
            connection.getresponse().read()
        return connection

    def give(self, connection: HTTPConnection) -> None:
        """Put a connection back whose answer has been read to its end."""
        if connection.sock is None:
            return
        with self._lock:
            if len(self._idle) < MAX_IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def clear(self) -> None:
        """Close every idle connection."""
        with self._lock:
            _close_all(self._idle)

    def _forget(self) -> None:
        """After a fork: close the child's copies; the parent's connections stay open."""
        self._lock = threading.Lock()
        self.clear()


def _close_all(idle: list[tuple[float, HTTPConnection]]) -> None:
    while idle:
        idle.pop()[1].close()


def readable(sock: socket.socket, seconds: float) -> bool:
    """Wait until a socket has something to read.

    Parameters
    ----------
    sock : socket.socket
        The socket.
    seconds : float
        How long to wait.

    Returns
    -------
    bool
        Whether it has.
    """
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], seconds)[0])
    poll = select.poll()  # it needs no file descriptor of its own and knows no limit of 1024
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool._forget()  # noqa: SLF001 - this module's own class


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
