"""Serving the application."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import uvicorn

from h2o_frame_compat import options
from h2o_sklearn.app.application import create_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from h2o_sklearn.app.settings import Settings

_FAREWELL = 5  # seconds that streams of events get when the app ends


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until the process is told to stop.

    Parameters
    ----------
    settings : Settings
        How the app runs.
    ready : callable
        Called with the app's address as soon as it answers.

    Raises
    ------
    OSError
        When it cannot listen there.
    ValueError
        When others than this machine could reach it, and there is no token.
    """
    if not settings.local and not settings.token:
        raise ValueError("an app that others can reach needs a token")
    options.progress = False  # browsers are told how far it is
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=_FAREWELL,
    )  # fmt: skip
    try:
        sock = config.bind_socket()
    except SystemExit:  # uvicorn's way of saying so
        raise OSError(f"cannot listen on {settings.host}:{settings.port}") from None
    with contextlib.closing(sock):
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        server = _Server(config, lambda: ready(f"http://{host}:{sock.getsockname()[1]}"), app.state.ending.set)
        with contextlib.suppress(KeyboardInterrupt):  # it ends well, and then raises the signal once more
            server.run(sockets=[sock])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: Any = None) -> None:
        self._ending()
        await super().shutdown(sockets)
