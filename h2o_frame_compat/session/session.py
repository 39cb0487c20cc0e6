"""The session: one process's connection to a cluster, and everything that goes through it."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import multiprocessing
import multiprocessing.util
import os
import re
import threading
import uuid
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar
from weakref import WeakSet

from h2o_frame_compat.errors import ClusterConnectionError, ClusterLostError, H2OCompatError
from h2o_frame_compat.session import handover
from h2o_frame_compat.session.auth import Credentials, Endpoint, endpoint
from h2o_frame_compat.session.client import RestClient
from h2o_frame_compat.session.cluster import ClusterInfo, probe
from h2o_frame_compat.session.jobs import Jobs
from h2o_frame_compat.session.server import Server, start_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from h2o_frame_compat.session.executor import Executor
    from h2o_frame_compat.session.transfer import Transfer

_T = TypeVar("_T")

LOCAL = "local"
"""The address that means: a new embedded server, whatever the environment says."""


class Session:
    """A connection to a cluster; made by :func:`connect`.

    Attributes
    ----------
    client : RestClient
        Sends requests.
    cluster : ClusterInfo
        What the cluster is.
    jobs : Jobs
        Waits for the cluster's jobs.
    executor : Executor
        Evaluates expressions.
    transfer : Transfer
        Moves columns in and out.
    server : Server or None
        The embedded server, in the process that owns it.
    """

    def __init__(self, client: RestClient, cluster: ClusterInfo, server: Server | None = None) -> None:
        self.client = client
        self.cluster = cluster
        self.server = server
        self.jobs = Jobs(client, extended=cluster.offers("train"))
        self.closed = False
        self._background: WeakSet[threading.Thread] = WeakSet()
        self._lock = threading.RLock()
        self._keys = itertools.count()
        self._token = uuid.uuid4().hex[:10]
        self._pid = os.getpid()
        self._handover = handover.Handover(client.endpoint, token=server.directory.name if server else None)

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"{len(self.cluster.nodes)} node(s), {self.cluster.total_cores} cores"
        return f"<Session {self.cluster.url}, H2O {self.cluster.h2o_version}, {state}>"

    def __reduce__(self) -> tuple[Any, ...]:
        # In another process, a session is that process's own connection to the same cluster.
        return _rejoined, (self.cluster.url, self.cluster.cluster_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def executor(self) -> Executor:
        """Evaluates expressions."""
        from h2o_frame_compat.session.executor import Executor  # noqa: PLC0415 - it builds on sessions

        with self._lock:
            return Executor(self)

    @cached_property
    def transfer(self) -> Transfer:
        """Moves columns in and out."""
        from h2o_frame_compat.session.transfer import Transfer  # noqa: PLC0415 - it builds on sessions

        with self._lock:
            return Transfer(self.client, self.cluster)

    @property
    def alive(self) -> bool:
        """Whether calls can still succeed, as far as is known without asking."""
        return not self.closed and self.client.lost is None and (self.server is None or self.server.alive())

    def new_key(self, prefix: str = "frame") -> str:
        """Make a key that nothing in the cluster has.

        Parameters
        ----------
        prefix : str
            What it starts with; characters that are unsafe in Rapids are replaced.

        Returns
        -------
        str
            The key.
        """
        safe = re.sub(r"\W", "_", prefix, flags=re.ASCII) or "frame"
        return f"{safe}_{self._token}_{next(self._keys)}"

    def later(self, work: Callable[[], _T]) -> Future[_T]:
        """Do something in the background, such as bringing a model home; :meth:`close` waits for it.

        Parameters
        ----------
        work : callable
            What to do.

        Returns
        -------
        Future
            Its result.
        """
        found: Future[_T] = Future()

        def run() -> None:
            try:
                found.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised where somebody waits
                found.set_exception(error)

        thread = threading.Thread(target=run, name="h2o-compat", daemon=True)
        thread.start()
        self._background.add(thread)
        return found

    def close(self) -> None:
        """End the session: drop its temporaries, and end the server if it is ours.

        Every later use of a frame of this session raises ClusterLostError.
        """
        global _current  # noqa: PLW0603 - the one place that knows the current session
        for thread in list(self._background):
            thread.join()
        with _lock:
            if self.closed:
                return
            self.closed = True
            if _current is self:
                _current = None
        self._handover.withdraw()
        _disconnect_h2o(self)
        if self.server is None and self.client.lost is None:
            with contextlib.suppress(H2OCompatError):
                self.client.end_sessions()
        self.client.lose(self.client.lost or "This session was closed; call connect() to open another.")
        if self.server is not None:
            self.server.stop()

    def after_fork(self) -> None:
        """Make the session this forked child's own: new sockets, new keys, no say over the server."""
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._token = uuid.uuid4().hex[:10]
        self.server = None
        self.client.after_fork()


_lock = threading.RLock()
_current: Session | None = None


def connect(
    url: str | None = None,
    *,
    auth: tuple[str, str] | None = None,
    verify: bool | str = True,
    heap: str | None = None,
    port: int | None = None,
    java_home: str | None = None,
    threads: int | None = None,
    jvm_options: tuple[str, ...] = (),
) -> Session:
    """Join a cluster, or start an embedded server.

    Parameters
    ----------
    url : str, optional
        A running cluster, as ``"https://host:54321/h2o"``. Without it, the environment variable
        ``H2O_COMPAT_URL`` is followed, which in a worker process leads to the parent's cluster; without that,
        an embedded server is started. ``"local"`` starts one in any case. Calling it again without ``url``
        returns the session there is.
    auth : tuple of (str, str), optional
        User name and password; ``H2O_COMPAT_USER`` and ``H2O_COMPAT_PASSWORD`` with ``H2O_COMPAT_URL``.
    verify : bool or str, default True
        Whether to check the certificate of an ``https`` cluster, or the path of trusted certificates.
    heap, port, java_home, threads, jvm_options
        How to start an embedded server, where one is started; see
        :func:`h2o_frame_compat.session.server.start_server`.

    Returns
    -------
    Session
        The session, which is now the current one.

    Raises
    ------
    ClusterConnectionError
        If the cluster cannot be reached; AuthenticationError if it refuses the credentials.
    ServerStartError
        If the embedded server does not start.

    Examples
    --------
    >>> import h2o_frame_compat as hc
    >>> session = hc.connect()                                                     # doctest: +SKIP
    >>> session = hc.connect("https://h2o.example.com:54321", auth=("me", "..."))  # doctest: +SKIP
    """
    global _current  # noqa: PLW0603 - the one place that knows the current session
    with _lock:
        started = any(x is not None for x in (heap, port, java_home, threads)) or bool(jvm_options)
        if url is None and _current is not None:
            if _current.alive and not started:
                return _current
            if not _current.alive:
                _current.close()  # takes its address out of the environment, which is followed below
        where = _address(url, auth, verify)
        if where is None:
            server = start_server(heap=heap, port=port, java_home=java_home, threads=threads, jvm_options=jvm_options)
            session = _start(server)
        else:
            session = _join(where)
        _current = session
        return session


def current_session() -> Session:
    """Return the current session; the first call joins or starts a cluster as :func:`connect` does.

    Returns
    -------
    Session
        The session. If its cluster died, it is still this one, and says so when it is used: connect() makes
        another.
    """
    session = _current
    return session if session is not None else connect()


def _address(url: str | None, auth: tuple[str, str] | None, verify: bool | str) -> Endpoint | None:
    if url == LOCAL:
        return None
    if url is not None:
        return endpoint(url, auth or _auth_for(url), verify)
    if auth is not None and not os.environ.get(handover.URL):
        raise ClusterConnectionError("auth was given, but no url; name the cluster that it belongs to.")
    where = handover.from_environment()
    if where is None:
        return handover.from_parent()
    if os.environ.get(handover.OWNER) == str(os.getpid()):
        return None  # our own doing, for our children
    if auth is not None or verify is not True:
        return endpoint(where.url, auth or where.credentials, verify if verify is not True else where.verify)
    return where


def _auth_for(url: str) -> Credentials | None:
    """Take credentials from the environment, unless they stand in the URL or belong to another cluster."""
    where = handover.from_environment()
    if where is not None and endpoint(url).url != where.url:
        return None
    user = os.environ.get(handover.USER)
    if not user or endpoint(url).credentials is not None:
        return None
    return Credentials(user, os.environ.get(handover.PASSWORD, ""))


def _start(server: Server) -> Session:
    client = RestClient(server.endpoint, alive=server.alive, autopsy=server.telling)
    try:
        return Session(client, probe(client, embedded=True), server)
    except BaseException:
        client.close()
        server.stop()
        raise


def _join(where: Endpoint) -> Session:
    owner = os.environ.get(handover.OWNER)
    client = RestClient(where)
    try:
        session = Session(client, probe(client, embedded=False))
    except ClusterConnectionError as problem:
        client.close()
        inherited = handover.from_environment()
        if owner and owner != str(os.getpid()) and inherited == where:
            raise type(problem)(
                f"{problem} The address was inherited from process {owner}, which started or joined that "
                "cluster; if it has ended, unset H2O_COMPAT_URL, or call connect('local')."
            ) from None
        raise
    except BaseException:
        client.close()
        raise
    if multiprocessing.parent_process() is not None:
        # Worker processes end without running atexit handlers.
        multiprocessing.util.Finalize(session, session.close, exitpriority=10)
    return session


def _rejoined(url: str, cluster_id: str) -> Session:
    session = current_session()
    if session.cluster.cluster_id != cluster_id:
        raise ClusterLostError(
            f"This was made in the cluster at {url}, but this process is connected to {session.cluster.url}, "
            "which is another one, or another start of it."
        )
    return session


def _disconnect_h2o(session: Session) -> None:
    from h2o_frame_compat.session import bridge  # noqa: PLC0415 - it builds on sessions

    bridge.disconnect(session)


def _close_current() -> None:
    if _current is not None:
        _current.close()


def _after_fork() -> None:
    global _lock  # noqa: PLW0603 - the inherited one may be held by a thread that does not exist here
    _lock = threading.RLock()
    if _current is not None:
        _current.after_fork()


# Registered after that of .server, so it runs before it.
atexit.register(_close_current)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
