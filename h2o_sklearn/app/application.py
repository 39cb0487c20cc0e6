"""The application: its routes, and what lives as long as it does."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import plotly
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from h2o_frame_compat.errors import H2OCompatError
from h2o_sklearn.app import jobs, models, studio, web, work
from h2o_sklearn.app.browsers import Browsers
from h2o_sklearn.app.errors import SPOKEN
from h2o_sklearn.app.market import Market
from h2o_sklearn.app.security import Guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from h2o_sklearn.app.settings import Settings

_STATIC = Path(__file__).parent / "static"
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_PAGES = {"/": "studio.html", "/jobs": "jobs.html", "/models": "models.html", "/api": "api.html"}


def create_app(settings: Settings) -> Starlette:
    """Make the application.

    Parameters
    ----------
    settings : Settings
        How it runs.

    Returns
    -------
    Starlette
        An ASGI application.
    """
    pool = work.pool()
    browsers = Browsers(pool, settings.seconds)
    market = Market(settings)
    rooms = studio.Studio(settings, market)
    saved = models.Models(settings)
    batch = jobs.Jobs(settings, saved)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            batch.close()
            rooms.close()
            market.close()

    async def session(request: Request) -> Response:
        """Give what pages need to know first."""
        return JSONResponse(
            {"csrf": request.state.browser.csrf, "upload_bytes": settings.upload_bytes, "local": not settings.rpc}
        )

    routes = [
        *(Route(path, _page(name), methods=["GET"]) for path, name in _PAGES.items()),
        Route("/static/plotly.min.js", _file(_PLOTLY), methods=["GET"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
        Route("/api/session", session, methods=["GET"]),
        Route("/api/tasks/{id}", studio.task, methods=["GET"]),
        Route("/api/tasks/{id}/events", studio.events, methods=["GET"]),
        Route("/api/upload", rooms.upload, methods=["POST"]),
        Route("/api/orbit", rooms.orbit, methods=["POST"]),
        Route("/api/data", rooms.data, methods=["GET"]),
        Route("/api/train", rooms.train, methods=["POST"]),
        Route("/api/clusters", rooms.clusters, methods=["GET"]),
        Route("/api/host", rooms.host, methods=["POST"]),
        Route("/api/ocean", rooms.ocean, methods=["POST"]),
        Route("/api/models", saved.listed, methods=["GET"]),
        Route("/api/models/{name}", saved.shown, methods=["GET"]),
        Route("/api/models/{name}/score", saved.score, methods=["POST"]),
        Route("/api/connectors", batch.specs, methods=["GET"]),
        Route("/api/jobs", batch.listed, methods=["GET"]),
        Route("/api/jobs", batch.created, methods=["POST"]),
        Route("/api/preflight", batch.preflight, methods=["POST"]),
        Route("/api/jobs/{uid}", batch.shown, methods=["GET"]),
        Route("/api/jobs/{uid}/{action}", batch.act, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, settings=settings, browsers=browsers)],
        # What the Python below raises for wrong input is an answer; whatever else, an error of the app.
        exception_handlers=dict.fromkeys((H2OCompatError, *SPOKEN), web.refused),
        lifespan=lifespan,
    )


def _page(name: str) -> FileResponse:
    return FileResponse(_STATIC / name, media_type="text/html; charset=utf-8")


def _file(path: Path) -> FileResponse:
    return FileResponse(path, media_type="text/javascript", headers={"cache-control": "max-age=86400"})
