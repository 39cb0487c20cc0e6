"""The stream between client and server extension: Arrow tables as H2O frames and back, exactly, uncopied.

The module knows the stream, not what is asked for: it is handed an open connection, the complete path and the headers,
and leaves authentication, retries and the meaning of errors to its caller. ``docs/extension.md`` has the format.

Server types and Arrow types correspond one to one:

========  ==========================================================================================
numeric   ``int8`` ``int16`` ``int32`` ``int64`` (missing by bitmap) or ``float64`` (missing is NaN)
enum      ``dictionary(int8 | int16 | int32, string)``
time      ``timestamp("ms")``
string    ``string`` or ``large_string``
========  ==========================================================================================
"""

from __future__ import annotations

import io
import json
import ssl
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.session.pool import readable
from h2o_frame_compat.session.wire_down import read_table
from h2o_frame_compat.session.wire_format import PROTOCOL, Progress, StreamError
from h2o_frame_compat.session.wire_up import Buffer, Outgoing, plan_chunks

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping, Sequence
    from http.client import HTTPConnection

    import pyarrow as pa

__all__ = ["PROTOCOL", "Progress", "StreamError", "get", "plan_chunks", "put", "score"]

_SEND = 1 << 20  # between two sends of this size we look whether the server has answered already
_SMALL = 1 << 16  # smaller bodies go with their head
_VECTORS = 512  # buffers of one send; systems take at least a thousand
_WHOLE = 1 << 20  # smaller answers are read at once


def put(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    *,
    chunk_plan: Sequence[int] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Send a table; the server makes a frame of it.

    Parameters
    ----------
    connection
        An open connection. It is closed if the stream breaks or the server refuses it.
    path
        Path and query, such as ``/3/Compat.put?frame_id=a``; with ``overwrite=1`` an old frame of that key is
        replaced, with ``like=b`` the frame shares chunk layout and home nodes of frame ``b``, so that a cbind
        copies nothing (the plan must be that of ``b``).
    headers
        Headers to send, for example authorization.
    table
        Columns of the server types; see the module.
    chunk_plan
        Rows per chunk; by default that of :func:`plan_chunks`.
    progress
        Called after each chunk.

    Returns
    -------
    dict
        ``frame_id``, ``rows``, ``columns``, ``chunks``.

    Raises
    ------
    StreamError
        If the server refuses the table.
    TypeError
        If a column has a type that the server does not hold.
    ValueError
        If an enum has a missing level, or the plan does not add up to the table's rows.
    OSError
        If the connection breaks.
    """
    _post(connection, path, headers, table, chunk_plan, progress)
    try:
        response = connection.getresponse()
        body = response.read()
    except BaseException:
        connection.close()
        raise
    if response.status != 200:
        connection.close()
        raise _refusal(response.status, body)
    answer: dict[str, Any] = json.loads(body)
    return answer


def score(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    *,
    chunk_plan: Sequence[int] | None = None,
) -> pa.Table:
    """Send rows and receive a model's predictions for them; nothing stays in the cluster.

    Parameters
    ----------
    connection, path, headers, table, chunk_plan
        As for :func:`put`; the path is such as ``/3/Compat.score?model=m``.

    Returns
    -------
    pyarrow.Table
        The predictions, as :func:`get` gives a frame.

    Raises
    ------
    StreamError
        If the server refuses the table, or has no such model (404).
    OSError
        If the connection breaks.
    """
    _post(connection, path, headers, table, chunk_plan, None)
    return _received(connection, None)


def get(
    connection: HTTPConnection, path: str, headers: Mapping[str, str], *, progress: Progress | None = None
) -> pa.Table:
    """Receive a frame, or a part of one.

    Parameters
    ----------
    connection
        An open connection. It is closed if the stream breaks.
    path
        Path and query, such as ``/3/Compat.get?frame_id=a&columns=0,2&rows=0:10&wires=d-`` (``wires`` asks
        for a type per column: ``d`` float64, ``l`` ``i`` ``h`` ``b`` int64 to int8, ``-`` as stored).
    headers
        Headers to send.
    progress
        Called after each chunk.

    Returns
    -------
    pyarrow.Table
        Enums come as ``dictionary(int8 | int16 | int32, string)``, strings in one piece per chunk.

    Raises
    ------
    StreamError
        If the server refuses (404: no such frame) or ends the stream with an error.
    OSError
        If the connection breaks.
    """
    try:
        connection.request("GET", path, headers=dict(headers))
    except BaseException:
        connection.close()
        raise
    return _received(connection, progress)


def _post(
    connection: HTTPConnection,
    path: str,
    headers: Mapping[str, str],
    table: pa.Table,
    chunk_plan: Sequence[int] | None,
    progress: Progress | None,
) -> None:
    """Send a table, or as much of it as the server reads."""
    body = Outgoing(table, plan_chunks(table) if chunk_plan is None else chunk_plan, progress)
    said = {**headers, "Content-Type": "application/octet-stream"}
    try:
        if body.length < _SMALL:
            connection.request("POST", path, b"".join(body), said)
        else:
            connection.request("POST", path, headers={**said, "Content-Length": str(body.length)})
            _send(connection, body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has given up; its reason may still be there to read
    except BaseException:
        connection.close()
        raise


def _send(connection: HTTPConnection, buffers: Iterable[Buffer]) -> None:
    """Send buffers from where they lie, many at a time; stop when the server has answered."""
    held: list[memoryview] = []
    size = 0
    for buffer in buffers:
        view = memoryview(buffer).cast("B")
        for at in range(0, len(view), _SEND):
            held.append(view[at : at + _SEND])
            size += len(held[-1])
            if size >= _SEND or len(held) == _VECTORS:
                if _answered(connection):
                    return
                _write(connection.sock, held)
                held, size = [], 0
    if held:
        _write(connection.sock, held)


def _write(sock: socket.socket, views: list[memoryview]) -> None:
    if isinstance(sock, ssl.SSLSocket) or not hasattr(sock, "sendmsg"):  # which encrypts one piece, or is Windows
        sock.sendall(b"".join(views))
        return
    while views:
        sent = sock.sendmsg(views)
        while views and sent >= len(views[0]):
            sent -= len(views.pop(0))
        if sent:
            views[0] = views[0][sent:]


def _answered(connection: HTTPConnection) -> bool:
    """Whether bytes from the server wait to be read: before the whole body was sent, that is a refusal."""
    return connection.sock is not None and readable(connection.sock, 0)


def _received(connection: HTTPConnection, progress: Progress | None) -> pa.Table:
    try:
        response = connection.getresponse()
        if response.status == 200:
            whole = response.length is not None and response.length < _WHOLE
            return read_table(io.BytesIO(response.read()) if whole else response, progress)
        refusal = _refusal(response.status, response.read())
    except BaseException:
        connection.close()  # mid-stream: nothing that follows could be read
        raise
    raise refusal


def _refusal(status: int, body: bytes) -> StreamError:
    try:
        answer = json.loads(body)
        return StreamError(status, str(answer.get("exception_type", "")), str(answer.get("msg", "")).strip())
    except (ValueError, AttributeError):  # not ours: a proxy or the login page answered
        return StreamError(status, "", f"the server answered with HTTP status {status}")
