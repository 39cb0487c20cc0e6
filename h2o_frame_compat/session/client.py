"""The REST client: requests over keep-alive connections, with errors in the user's terms."""

from __future__ import annotations

import contextlib
import http.client
import os
import ssl
import threading
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

from h2o_frame_compat.config import options
from h2o_frame_compat.errors import (
    ClusterConnectionError,
    ClusterLostError,
    ClusterTimeoutError,
    H2OCompatError,
    ServerError,
)
from h2o_frame_compat.session import replies
from h2o_frame_compat.session.messages import Counter, Json, Reply, encoded
from h2o_frame_compat.session.pool import Pool, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from h2o_frame_compat.session.auth import Endpoint


PROBE_SECONDS = 5.0
"""How long a call may be silent before the cluster is asked whether it lives, and how long that may take."""

_BROKE = "its connection breaks"
_LAST_BREATHS = 10  # a dying server accepts connections for a moment, and breaks them
_CLUSTER_ID = "X-h2o-cluster-id"
_FORM = "application/x-www-form-urlencoded"
_RAPIDS = "/99/Rapids"


class RestClient:
    """Speaks to one node of a cluster; safe to use from several threads.

    Parameters
    ----------
    endpoint : Endpoint
        The node.
    alive : callable, optional
        Tells whether the server's process runs, where that can be known.
    autopsy : callable, optional
        Returns the telling lines of the server's log, quoted when it died.

    Attributes
    ----------
    session_id : str
        The Rapids session; a new one is taken when the server broke the old one.
    cluster_id : str or None
        What the server calls this start of itself.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        alive: Callable[[], bool] | None = None,
        autopsy: Callable[[], str] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.session_id = _new_session_id()
        self.cluster_id: str | None = None
        self.lost: str | None = None
        self.health: Callable[[], str | None] = lambda: None
        self._embedded = alive is not None
        self._alive = alive or (lambda: True)
        self._autopsy = autopsy or (lambda: "")
        self._headers = {"User-Agent": "h2o-compat"}
        if endpoint.credentials is not None:
            self._headers["Authorization"] = endpoint.credentials.header()
        self.pool = Pool(endpoint, options.timeout, self._headers)
        self._left: list[str] = []
        self._counters: list[Counter] = []
        self._listeners: list[Callable[[str, str, str], None]] = []
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"RestClient({self.endpoint.url!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client is not pickled; a worker process joins the cluster with current_session()")

    # ------------------------------------------------------------------ requests

    def get(self, path: str, **params: Any) -> Json:
        """Send a GET request; ``params`` go into the query, those that are None are left out.

        Parameters
        ----------
        path : str
            Such as ``"/3/Cloud"``.
        **params
            The query.

        Returns
        -------
        dict
            The parsed answer.
        """
        return self.request("GET", path, params=params).json()

    def delete(self, path: str, **params: Any) -> Json:
        """Send a DELETE request; see :meth:`get`."""
        return self.request("DELETE", path, params=params).json()

    def post(self, path: str, data: Mapping[str, Any] | None = None, **params: Any) -> Json:
        """Send a POST request.

        Parameters
        ----------
        path : str
            Such as ``"/3/Parse"``.
        data : mapping, optional
            The form; lists and dicts are written as JSON, None is left out.
        **params
            The query.

        Returns
        -------
        dict
            The parsed answer.
        """
        form = encoded(data or {}).encode("ascii")
        return self.request("POST", path, params=params, body=form, content_type=_FORM).json()

    def rapids(self, ast: str, *, again: str | None = None) -> replies.RapidsResult:
        """Evaluate a Rapids expression.

        If the server broke our Rapids session, the expression is evaluated once more in a new one, and
        the listeners are told (:meth:`add_session_listener`).

        Parameters
        ----------
        ast : str
            The expression.
        again : str, optional
            What to evaluate in the new session instead, where ``ast`` removes frames: what the old session
            made must not be removed in another, because it may share columns that this one does not know.

        Returns
        -------
        RapidsResult
            Its value.

        Raises
        ------
        RapidsError
            If the server cannot evaluate it.
        FrameNotFoundError
            If it names a frame that is not there.
        OutOfMemoryError
            If the cluster has too little memory for it.
        """
        session = self.session_id
        reply = self._rapids(ast, session)
        if reply.status != 200 and replies.failure(reply.status, reply.body).poisoned:
            self._leave(session, "poisoned")
            reply = self._rapids(ast if again is None else again, self.session_id)
        self._check(reply, "POST", _RAPIDS)
        return replies.rapids_result(reply.json())

    def _rapids(self, ast: str, session: str) -> Reply:
        form = encoded({"ast": ast, "session_id": session}).encode("ascii")
        return self._exchange("POST", _RAPIDS, form, {"Content-Type": _FORM})

    def post_file(self, body: bytes | Iterable[bytes], key: str, *, size: int | None = None) -> str:
        """Upload a file's content, to be parsed afterwards.

        Parameters
        ----------
        body : bytes or iterable of bytes
            The content.
        key : str
            The name it gets in the cluster.
        size : int, optional
            Its length, needed where ``body`` is an iterable.

        Returns
        -------
        str
            The name it got.
        """
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quote(key)}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode("ascii")
        tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        if isinstance(body, bytes):
            body, size = [body], len(body)
        if size is None:
            raise TypeError("post_file needs the size of an iterable body")
        total = len(head) + size + len(tail)

        def parts() -> Iterator[bytes]:
            yield head
            yield from body
            yield tail

        path = "/3/PostFile?" + encoded({"destination_frame": key})
        with self.connection() as (conn, headers, prefix):
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
            headers["Content-Length"] = str(total)
            conn.request("POST", prefix + path, body=parts(), headers=headers)
            reply = self._read(conn, "POST", path, total)
        self._check(reply, "POST", "/3/PostFile")
        return str(reply.json().get("destination_frame") or key)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request and raise if it does not succeed.

        Parameters
        ----------
        method, path : str
            What to ask.
        params : mapping, optional
            The query.
        body : bytes, optional
            What to send.
        content_type : str, optional
            What that is.
        headers : mapping, optional
            Further headers.

        Returns
        -------
        Reply
            The answer.
        """
        query = encoded(params or {})
        more = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
        reply = self._exchange(method, f"{path}?{query}" if query else path, body, more)
        self._check(reply, method, path)
        return reply

    def ping(self) -> float:
        """Return the seconds that the shortest request takes."""
        start = time.perf_counter()
        self.get("/3/Ping")
        return time.perf_counter() - start

    # ------------------------------------------------------------------ the wire

    @contextmanager
    def connection(self) -> Iterator[tuple[http.client.HTTPConnection, dict[str, str], str]]:
        """Borrow a connection, for streaming.

        The answer must be read to its end inside the block; if the block raises, the connection is closed.
        A connection that breaks is raised as what it means: cluster lost, or merely this call.

        Yields
        ------
        conn : http.client.HTTPConnection
            An open connection.
        headers : dict
            The headers every request needs.
        prefix : str
            What to put before the path.
        """
        if self.lost is not None:
            raise ClusterLostError(self.lost)
        try:
            conn = self.pool.take()
        except OSError as problem:
            raise self._unreachable(problem) from None
        except http.client.HTTPException:
            raise ClusterConnectionError(f"What answers at {self.endpoint.url} does not speak HTTP.") from None
        try:
            yield conn, dict(self._headers), self.endpoint.prefix
        except (OSError, http.client.HTTPException) as problem:
            conn.close()
            if isinstance(problem, H2OCompatError):
                raise
            raise self.diagnose(problem) from None
        except BaseException:
            conn.close()
            raise
        self.pool.give(conn)

    def wait(self, conn: http.client.HTTPConnection) -> None:
        """Wait for the first byte of an answer; however slow it is, it is fine while the cluster lives.

        Parameters
        ----------
        conn : http.client.HTTPConnection
            A connection whose request has been sent.
        """
        last_sign = time.monotonic()
        while not _arrived(conn, PROBE_SECONDS):
            reason = self._probe()
            if reason is None:
                last_sign = time.monotonic()
            elif time.monotonic() - last_sign > options.timeout:
                raise ClusterTimeoutError(
                    f"No sign of life from the cluster for {options.timeout:g} seconds ({reason}); option "
                    "timeout sets how long to wait."
                )

    def record(self, method: str, path: str, sent: int, received: int) -> None:
        """Tell the counters of a request that was made on a borrowed connection.

        Parameters
        ----------
        method, path : str
            The request; a query is cut off.
        sent, received : int
            Bytes of the bodies.
        """
        if self._counters:
            with self._lock:
                for counter in self._counters:
                    counter.calls.append((method, path.partition("?")[0], sent, received))

    def check_headers(self, response: http.client.HTTPResponse) -> None:
        """Make sure an answer comes from the server that holds our frames.

        Parameters
        ----------
        response : http.client.HTTPResponse
            An answer.
        """
        found = response.headers.get(_CLUSTER_ID)
        if found is None or found == self.cluster_id:
            return
        if self.cluster_id is None:
            self.cluster_id = found
            return
        self.lose(
            f"The cluster at {self.endpoint.url} was restarted: its frames and models are gone. Call "
            "connect() again and load the data anew. (If nobody restarted it, the address leads to several "
            "nodes in turn; name one node instead.)"
        )
        raise ClusterLostError(self.lost)

    def _exchange(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Reply:
        try:
            return self._once(method, path, body, more)
        except ClusterConnectionError:
            # The cluster lives, the connection broke. Only a call that changes nothing may be sent again.
            if method != "GET" or self.cluster_id is None:
                raise
        return self._once(method, path, body, more)

    def _once(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Reply:
        with self.connection() as (conn, headers, prefix):
            conn.request(method, prefix + path, body=body, headers={**headers, **more})
            return self._read(conn, method, path, len(body or b""))

    def _read(self, conn: http.client.HTTPConnection, method: str, path: str, sent: int) -> Reply:
        self.wait(conn)
        response = conn.getresponse()
        body = response.read()
        self.record(method, path, sent, len(body))
        self.check_headers(response)
        return Reply(response.status, body, response.headers)

    def _check(self, reply: Reply, method: str, path: str) -> None:
        if reply.status != 200:
            self.refuse(reply.status, reply.body, method, path)

    def refuse(self, status: int, body: bytes, method: str, path: str) -> NoReturn:
        """Raise what an answer that is no success means.

        Parameters
        ----------
        status : int
            The HTTP status.
        body : bytes
            The answer.
        method, path : str
            The request.
        """
        problem = replies.failure(status, body)
        raise replies.error(problem, method, path, known_user=self.endpoint.credentials is not None)

    # ------------------------------------------------------------------ life and death

    def _probe(self) -> str | None:
        """Ask whether the cluster lives.

        None means that it does, a text is a reason to doubt it; if it is gone, ClusterLostError is raised.
        """
        if not self._alive():
            raise self._died()
        try:
            conn = self.pool.fresh(PROBE_SECONDS)
        except TimeoutError:
            return "it accepts no connections"
        except OSError as problem:
            raise self._unreachable(problem) from None
        try:
            conn.request("GET", self.endpoint.prefix + "/3/Ping", headers=self._headers)
            response = conn.getresponse()
            response.read()
            self.check_headers(response)
        except TimeoutError:
            return "it does not answer a ping"
        except (OSError, http.client.HTTPException) as problem:
            if isinstance(problem, ClusterLostError):
                raise
            return f"{_BROKE}: {_plain(problem)}"
        finally:
            conn.close()
        unhealthy = self.health()
        if unhealthy is not None:
            self.lose(unhealthy)
            raise ClusterLostError(unhealthy)
        return None

    def diagnose(self, problem: Exception) -> H2OCompatError:
        """Find out what a broken connection means.

        Parameters
        ----------
        problem : Exception
            How it broke.

        Returns
        -------
        H2OCompatError
            The exception to raise.
        """
        if self.cluster_id is None:
            return ClusterConnectionError(f"What answers at {self.endpoint.url} is no H2O cluster ({_plain(problem)}).")
        doubt = ""
        for _ in range(_LAST_BREATHS):
            try:
                verdict = self._probe()
            except H2OCompatError as known:
                return known
            doubt = verdict or ""
            if not doubt.startswith(_BROKE):
                break
            time.sleep(0.1)
        if not doubt:
            kind = ClusterTimeoutError if isinstance(problem, TimeoutError) else ClusterConnectionError
            return kind(
                f"The connection to the cluster broke during a call ({_plain(problem)}), but the cluster is "
                "alive; call again."
            )
        return ClusterTimeoutError(f"The cluster at {self.endpoint.url} gives no sign of life: {doubt}.")

    def lose(self, reason: str) -> None:
        """Note that the cluster is gone; every later call raises at once.

        Parameters
        ----------
        reason : str
            What to tell the user.
        """
        self.lost = reason
        self.pool.clear()

    def _died(self) -> ClusterLostError:
        said = self._autopsy()
        self.lose(
            "The embedded server died; its frames and models are gone. Call connect() to start a new one."
            + (f" The last telling lines of its log:\n{said}" if said else "")
        )
        return ClusterLostError(self.lost)

    def _unreachable(self, problem: OSError) -> H2OCompatError:
        where = self.endpoint.url
        if isinstance(problem, ssl.SSLCertVerificationError):
            return ClusterConnectionError(
                f"The certificate of {where} cannot be verified ({problem.verify_message}). Pass "
                "verify='/path/to/certificates.pem', or verify=False if you trust the network."
            )
        if isinstance(problem, ssl.SSLError):
            return ClusterConnectionError(f"{where} does not speak TLS as expected; is it http instead of https?")
        if self.cluster_id is not None:
            for _ in range(_LAST_BREATHS):
                if not self._alive():
                    return self._died()
                if not self._embedded:
                    break
                time.sleep(0.1)
            self.lose(
                f"The cluster at {where} is gone ({_plain(problem)}), and the frames and models in it. When "
                "it runs again, call connect() and load the data anew."
            )
            return ClusterLostError(self.lost)
        return ClusterConnectionError(
            f"No cluster can be reached at {where} ({_plain(problem)}). Check the address and the port (H2O "
            "listens on 54321 unless told otherwise), and that the cluster runs."
        )

    # ------------------------------------------------------------------ sessions

    def add_session_listener(self, listener: Callable[[str, str, str], None]) -> None:
        """Be told when the Rapids session changes.

        The temporaries of the old session stay in the cluster, and stay readable, but must not be removed
        one by one any more: the new session does not know what shares their columns.

        Parameters
        ----------
        listener : callable
            Gets the old id, the new id and the reason, ``"poisoned"`` or ``"forked"``.
        """
        self._listeners.append(listener)

    def _leave(self, session: str, reason: str) -> None:
        with self._lock:
            if self.session_id != session:
                return  # another thread has been here
            self.session_id = _new_session_id()
            if reason == "poisoned":
                self._left.append(session)
            for listener in self._listeners:
                listener(session, self.session_id, reason)

    def end_sessions(self) -> None:
        """End our Rapids session, and those that were left: their temporaries go."""
        for session in [self.session_id, *self._left]:
            with contextlib.suppress(ServerError):  # a poisoned one complains, and ends all the same
                self.delete(f"/4/sessions/{session}")

    def after_fork(self) -> None:
        """Give a forked child a Rapids session of its own."""
        self._lock = threading.RLock()
        self._counters = []
        self._left = []
        self._leave(self.session_id, "forked")

    # ------------------------------------------------------------------ counting

    @property
    def counted(self) -> bool:
        """Whether anybody counts the requests."""
        return bool(self._counters)

    @contextmanager
    def count(self) -> Iterator[Counter]:
        """Count the requests made inside a block, by any thread.

        Yields
        ------
        Counter
            Holds the calls made so far.

        Examples
        --------
        >>> with session.client.count() as counter:    # doctest: +SKIP
        ...     session.client.rapids("(+ 1 1)")
        >>> len(counter)                               # doctest: +SKIP
        1
        """
        counter = Counter()
        with self._lock:
            self._counters.append(counter)
        try:
            yield counter
        finally:
            with self._lock:
                self._counters = [other for other in self._counters if other is not counter]

    def close(self) -> None:
        """Close the connections."""
        self.pool.clear()


def _arrived(conn: http.client.HTTPConnection, seconds: float) -> bool:
    sock = conn.sock
    if sock is None or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
        return True
    return readable(sock, seconds)


def _plain(problem: BaseException) -> str:
    return (getattr(problem, "strerror", None) or str(problem) or type(problem).__name__).rstrip(".")


def _new_session_id() -> str:
    return f"compat_{os.getpid()}_{uuid.uuid4().hex}"
