"""A small web server for the provider and the page of transactions, beside whatever else this process does."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import uvicorn

from h2o_sklearn.publish.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.applications import Starlette

_START = 30.0


@contextlib.contextmanager
def serving(app: Starlette, address: str = "127.0.0.1:0") -> Iterator[str]:
    """Serve an application as long as the ``with`` statement lasts.

    Parameters
    ----------
    app : Starlette
        The application.
    address : str, default "127.0.0.1:0"
        Host and port; port 0 is a free one.

    Yields
    ------
    str
        Where it is, ``http://...``.

    Raises
    ------
    PublishError
        When it cannot listen there.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise PublishError(f"an address to listen on is HOST:PORT, not {address!r}")
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=int(port), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=_run, args=[server], name="provider", daemon=True)
    thread.start()
    end = time.monotonic() + _START
    while not server.started and thread.is_alive() and time.monotonic() < end:
        time.sleep(0.01)
    try:
        if not server.started:
            raise PublishError(f"cannot listen on {address}: is the port taken?")
        yield f"http://{host}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _run(server: uvicorn.Server) -> None:
    with contextlib.suppress(SystemExit):  # how it says that it cannot listen
        server.run()
