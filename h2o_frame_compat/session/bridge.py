"""The ``h2o`` package beside us: its connection leads to our cluster, and frames pass without a copy."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.session.session import current_session

if TYPE_CHECKING:
    from types import ModuleType

    from h2o_frame_compat.session.session import Session

_lock = threading.RLock()
_connections: dict[int, tuple[int, Any]] = {}  # our session -> process id, the h2o package's connection


def h2o_module(session: Session | None = None) -> ModuleType:
    """Return the ``h2o`` package, connected to a session's cluster without a word.

    Importing it takes about half a second, so it happens on the first call and not before.

    Parameters
    ----------
    session : Session, optional
        The session; the current one by default.

    Returns
    -------
    module
        The package.

    Examples
    --------
    >>> h2o = h2o_module()     # doctest: +SKIP
    >>> h2o.ls()               # doctest: +SKIP
    """
    session = session or current_session()
    with _lock:
        h2o = importlib.import_module("h2o")
        pid, connection = _connections.get(id(session), (0, None))
        if pid != os.getpid() or connection is None or not connection.connected:
            connection = _connected(h2o, session)
            _connections[id(session)] = (os.getpid(), connection)
        # The package has one connection, a variable of its module; another session may have set it.
        vars(sys.modules["h2o.h2o"])["h2oconn"] = connection
    return h2o


def _connected(h2o: ModuleType, session: Session) -> Any:
    where = session.client.endpoint
    auth = (where.credentials.user, where.credentials.reveal()) if where.credentials else None
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        # It warns of proxies and of certificates that the user chose not to check, and prints H2O's age.
        warnings.simplefilter("ignore")
        connection = h2o.connect(
            url=where.url,
            auth=auth,
            verify_ssl_certificates=where.verify is not False,
            cacert=where.verify if isinstance(where.verify, str) else None,
            verbose=False,
            strict_version_check=False,
        )
    # Registered after its own handler, so run before it: that one prints what it closes.
    atexit.register(_close, connection)
    return connection


def _close(connection: Any) -> None:
    with contextlib.suppress(Exception):
        if connection.connected:
            connection.close()


def disconnect(session: Session) -> None:
    """Close the ``h2o`` package's connection for a session that ends.

    Parameters
    ----------
    session : Session
        The session.
    """
    with _lock:
        pid, connection = _connections.pop(id(session), (0, None))
    if connection is not None and pid == os.getpid():
        _close(connection)


def to_h2o(key: str, session: Session | None = None) -> Any:
    """Return a frame of the cluster as an ``h2o.H2OFrame``, without copying it.

    Parameters
    ----------
    key : str
        The frame's key.
    session : Session, optional
        The session; the current one by default.

    Returns
    -------
    h2o.H2OFrame
        A handle on the same frame. It does not own it: the frame lives as long as its owner wants.
    """
    session = session or current_session()
    return h2o_module(session).get_frame(key)


def from_h2o(frame: Any) -> tuple[str, Any]:
    """Return the key of an ``h2o.H2OFrame``, evaluating it if need be, without copying it.

    Parameters
    ----------
    frame : h2o.H2OFrame
        The frame.

    Returns
    -------
    key : str
        Its key.
    owner : object
        What must be kept alive as long as the key is used: the package removes its temporaries when they
        are collected.
    """
    return str(frame.frame_id), frame
