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
from h2o_sklearn.app.jobs import ACTIONS
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
        Entry("GET", "/api/tasks/{id}", studio.task, "How a task stands."),
        Entry("GET", "/api/tasks/{id}/events", studio.events, "How a task goes on.", answer="text/event-stream"),
        Entry("POST", "/api/upload", rooms.upload, "Take a CSV, JSON or Parquet file.", status=202, form=True),
        Entry("POST", "/api/orbit", rooms.orbit, "Fetch a table from OrbitDB.", openapi.ORBIT, 202),
        Entry("GET", "/api/data", rooms.data, "What this browser has: its data and their clusters."),
        Entry("POST", "/api/train", rooms.train, "Find clusters.", openapi.TRAIN, 202),
        Entry("GET", "/api/clusters", rooms.clusters, "The clusters as JSON: data, cluster, centroids."),
        Entry("POST", "/api/host", rooms.host, "Host the clusters on Azure or OrbitDB.", openapi.HOST, 202),
        Entry("POST", "/api/ocean", rooms.ocean, "Host the clusters and register them on Ocean.", openapi.OCEAN, 202),
        Entry("GET", "/api/models", saved.listed, "The saved models."),
        Entry("GET", "/api/models/{name}", saved.shown, "What a model wants and how good it is."),
        Entry("POST", "/api/models/{name}/score", saved.score, "Score one row.", openapi.ROW),
        Entry("GET", "/api/connectors", batch.specs, "Sources and sinks, with the schemas of their fields."),
        Entry("GET", "/api/jobs", batch.listed, "The jobs of batch scoring."),
        Entry("GET", "/api/jobs/events", batch.events, "How the jobs go on.", answer="text/event-stream"),
        Entry("POST", "/api/jobs", batch.created, "Make a job and start it.", openapi.JOB, 201),
        Entry("POST", "/api/preflight", batch.preflight, "Look at a job without making it.", openapi.JOB),
        Entry("GET", "/api/jobs/{uid}", batch.shown, "A job and its log."),
        Entry("GET", "/api/jobs/{uid}/events", batch.follow, "How a job goes on.", answer="text/event-stream"),
        Entry("GET", "/api/jobs/{uid}/letters", batch.letters, "Rows that could not be scored, with the reasons."),
        Entry("POST", "/api/jobs/{uid}/{action}", batch.act, "Steer a job.", openapi.RERUN, values={"action": ACTIONS}),
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
