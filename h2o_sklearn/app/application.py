"""The application: its routes, and what lives as long as it does."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import plotly
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from h2o_frame_compat.errors import H2OCompatError
from h2o_sklearn.app import jobs, models, openapi, pages, studio, web, work
from h2o_sklearn.app.browsers import Browsers
from h2o_sklearn.app.errors import SPOKEN
from h2o_sklearn.app.market import Market
from h2o_sklearn.app.openapi import Entry
from h2o_sklearn.app.security import Guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from h2o_sklearn.app.settings import Settings

_STATIC = Path(__file__).parent / "static"
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


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
    ending = asyncio.Event()
    batch = jobs.Jobs(settings, saved, ending)

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

    table = [
        Entry("GET", "/api/session", session, "What pages need first: the token that each POST sends along."),
        *rooms.entries(),
        *saved.entries(),
        *batch.entries(),
    ]
    described = openapi.document(table)

    async def document(_: Request) -> Response:
        return JSONResponse(described)

    drawing = FileResponse(_PLOTLY, media_type="text/javascript", headers={"cache-control": "max-age=86400"})
    routes = [
        *pages.routes(),
        Route("/openapi.json", document, methods=["GET"]),
        Route("/static/plotly.min.js", drawing, methods=["GET"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
        *(Route(entry.path, entry.handler, methods=[entry.method]) for entry in table),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, settings=settings, browsers=browsers)],
        # What the Python below raises for wrong input is an answer; whatever else, an error of the app.
        exception_handlers={**dict.fromkeys((H2OCompatError, DBAPIError, *SPOKEN), web.refused), Exception: web.broken},
        lifespan=lifespan,
    )
    app.state.ending = ending  # whoever serves it sets this, lest streams of events keep it from ending
    return app
