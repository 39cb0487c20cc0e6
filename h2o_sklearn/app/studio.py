"""Cluster studio: data in, clusters out, hosted, sold. Each step is a task, and can be done again alone."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from h2o_sklearn.app import reading
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed
from h2o_sklearn.app.web import body, text, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from h2o_frame_compat.io.orbitdb import OrbitNode
    from h2o_sklearn.app.browsers import Browser
    from h2o_sklearn.app.market import Market
    from h2o_sklearn.app.settings import Settings
    from h2o_sklearn.app.work import Task
    from h2o_sklearn.cluster import ClusterReport

    Say = Callable[[str], object]

_MOST_CLUSTERS = 100


class Studio:
    """The studio's routes.

    Parameters
    ----------
    settings : Settings
        How the app runs.
    market : Market
        The chain, and who publishes on it.
    """

    def __init__(self, settings: Settings, market: Market) -> None:
        self._settings, self._market = settings, market
        self._lock = threading.Lock()
        self._node: OrbitNode | None = None
        self._running = ExitStack()

    def close(self) -> None:
        """End what was started for it."""
        self._running.close()

    def node(self) -> OrbitNode:
        """Return the app's node of OrbitDB, started when it is first needed."""
        from h2o_frame_compat.io.orbitdb import OrbitNode  # noqa: PLC0415 - an extra

        with self._lock:
            if self._node is None:
                self._node = self._running.enter_context(OrbitNode())
            return self._node

    # ------------------------------------------------------------------ data

    async def upload(self, request: Request) -> Response:
        """Take a file.

        Parameters
        ----------
        request : Request
            A form with ``file``.

        Returns
        -------
        Response
            The task.
        """
        browser = request.state.browser
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise RefusedError("choose a .csv, .json or .parquet file", "file")
            name, content = file.filename, await file.read()

        def work(say: Say) -> dict[str, Any]:
            say(f"reading {name}")
            return _shown(browser, reading.read(name, content), name)

        return started(browser.tasks.start(f"reading {name}", work))

    async def orbit(self, request: Request) -> Response:
        """Fetch a table from OrbitDB.

        Parameters
        ----------
        request : Request
            ``address``, and ``peers`` that have it.

        Returns
        -------
        Response
            The task.
        """
        browser, given = request.state.browser, await body(request)
        address = text(given, "address", "an address such as /orbitdb/zdpu...")
        peers = texts(given, "peers")
        for peer in peers:
            allowed(peer, self._settings, "peers")

        def work(say: Say) -> dict[str, Any]:
            from h2o_sklearn import publish  # noqa: PLC0415 - an extra

            table = publish.fetch(address, peers or None, node=self.node(), progress=say)
            return _shown(browser, table, address)

        return started(browser.tasks.start("fetching from OrbitDB", work))

    async def data(self, request: Request) -> Response:
        """Show what this browser has.

        Parameters
        ----------
        request : Request
            Nothing in it.

        Returns
        -------
        Response
            ``data``, a preview, and ``report``, their clustering; null for what is not there.
        """
        browser = request.state.browser
        shown = None if browser.table is None else reading.preview(browser.table, browser.origin)
        return JSONResponse({"data": shown, "report": browser.report and _drawn(browser.report)})

    # ------------------------------------------------------------------ clusters

    async def train(self, request: Request) -> Response:
        """Cluster the data.

        Parameters
        ----------
        request : Request
            ``clusters``: a number or "auto"; ``columns`` to use, all numbers by default.

        Returns
        -------
        Response
            The task.
        """
        browser, given = request.state.browser, await body(request)
        clusters = _clusters(given.get("clusters", "auto"))
        if browser.table is None:
            raise RefusedError("there are no data yet: upload a file or fetch a table first", "file", 409)
        table = browser.table
        known = [c["name"] for c in reading.preview(table.slice(0, 1), "")["columns"] if c["number"]]
        columns = texts(given, "columns") or known
        unknown = [c for c in columns if c not in table.column_names]
        if unknown or not columns:
            raise RefusedError(f"there is no column {unknown[0]!r}" if unknown else "no column has numbers", "columns")

        def work(say: Say) -> dict[str, Any]:
            from h2o_sklearn.publish import flow  # noqa: PLC0415 - an extra

            report = flow.cluster(table, clusters, columns=columns, progress=say)
            browser.report, browser.files, browser.publication = report, [], None
            return _drawn(report)

        return started(browser.tasks.start("clustering", work))

    async def clusters(self, request: Request) -> Response:
        """Give the clustering as the first studio's JSON.

        Parameters
        ----------
        request : Request
            Nothing in it.

        Returns
        -------
        Response
            ``{"data", "cluster", "centroids"}``.
        """
        if request.state.browser.report is None:
            raise RefusedError("nothing is clustered yet", "clusters", 409)
        name = {"content-disposition": 'attachment; filename="clusters.json"'}
        return Response(request.state.browser.report.to_json(), media_type="application/json", headers=name)

    # ------------------------------------------------------------------ hosting and selling

    async def host(self, request: Request) -> Response:
        """Host the clustering on Azure or OrbitDB.

        Parameters
        ----------
        request : Request
            ``azureaccount``, ``azurekey``, ``containername``; or ``orbitdb``: true.

        Returns
        -------
        Response
            The task.
        """
        browser, given = request.state.browser, await body(request)
        azure = self._azure(given)
        orbit = bool(given.get("orbitdb")) or azure is None

        def work(say: Say) -> dict[str, Any]:
            return {"hosted": self._hosted(browser, azure, orbit=orbit, say=say)}

        _clustered(browser)
        return started(browser.tasks.start("hosting", work))

    async def ocean(self, request: Request) -> Response:
        """Register the clustering on Ocean, hosting it first where that is not done.

        Parameters
        ----------
        request : Request
            ``name``, ``price``, ``description``, ``author``; and what `host` takes.

        Returns
        -------
        Response
            The task.
        """
        browser, given = request.state.browser, await body(request)
        _clustered(browser)
        name, price = text(given, "name", "a name"), _price(given.get("price"))
        about = {key: str(given.get(key) or "") for key in ("description", "author")}
        azure = self._azure(given)

        def work(say: Say) -> dict[str, Any]:
            from h2o_sklearn.publish import Terms  # noqa: PLC0415 - an extra

            wanted = "orbitdb" if azure is None else "url"
            if all(file["type"] != wanted for file in browser.files):
                self._hosted(browser, azure, orbit=azure is None, say=say)
            terms = Terms(name, price, **about)
            found = self._market.publish(terms, browser.report.to_json(), browser.files, say)
            browser.publication = found.pop("publication")
            return {**found, "hosted": _links(browser)}

        return started(browser.tasks.start("publishing", work))

    def _azure(self, given: dict[str, Any]) -> Any:
        from h2o_sklearn.publish import AzureAccount  # noqa: PLC0415 - an extra

        if not given.get("azureaccount"):
            return None
        endpoint = str(given.get("azureendpoint") or "") or None
        if endpoint is not None:
            allowed(endpoint, self._settings, "azureendpoint")
        container = str(given.get("containername") or "h2o")
        return AzureAccount(
            text(given, "azureaccount", "an account"), text(given, "azurekey", "its key"), container, endpoint
        )

    def _hosted(self, browser: Browser, azure: Any, *, orbit: bool, say: Say) -> list[dict[str, Any]]:
        from h2o_sklearn.publish import flow  # noqa: PLC0415 - an extra

        report = browser.report
        if report is None:
            raise RefusedError("nothing is clustered yet", "clusters", 409)
        made = flow.host(report, azure=azure, node=self.node() if orbit else None, progress=say)
        kinds = {file["type"] for file in made}
        browser.files = [*(file for file in browser.files if file["type"] not in kinds), *made]
        return _links(browser)


async def task(request: Request) -> Response:
    """Tell how a task stands.

    Parameters
    ----------
    request : Request
        The path has its id.

    Returns
    -------
    Response
        Its state.
    """
    return JSONResponse(_task(request).to_dict())


async def events(request: Request) -> Response:
    """Tell how a task goes on, as server-sent events.

    Parameters
    ----------
    request : Request
        The path has its id.

    Returns
    -------
    Response
        A stream that ends with the task.
    """
    return StreamingResponse(_task(request).events(), media_type="text/event-stream")


def started(task: Task) -> Response:
    """Answer with a task that runs.

    Parameters
    ----------
    task : Task
        The task.

    Returns
    -------
    Response
        Its id, with status 202.
    """
    return JSONResponse({"task": task.id, "title": task.title}, 202)


def _task(request: Request) -> Task:
    found: Task | None = request.state.browser.tasks.get(request.path_params["id"])
    if found is None:
        raise RefusedError("this browser has no such task", status=404)
    return found


def _shown(browser: Browser, table: Any, origin: str) -> dict[str, Any]:
    browser.looks_at(table, origin)
    return reading.preview(table, origin)


def _drawn(report: ClusterReport) -> dict[str, Any]:
    axes, places = reading.axes(report.columns)
    return report.to_dict() | {"axes": axes, "map": places}


def _clustered(browser: Browser) -> None:
    if browser.report is None:
        raise RefusedError("nothing is clustered yet: cluster the data first", "clusters", 409)


def _links(browser: Browser) -> list[dict[str, Any]]:
    """Say where it is hosted; a link to Azure lets whoever has it read the data, so its query is left out."""
    return [
        {"kind": "OrbitDB", "address": f["address"], "peers": f["peers"]} if f["type"] == "orbitdb"
        else {"kind": "Azure", "address": f["url"].partition("?")[0]}
        for f in browser.files
    ]  # fmt: skip


def _clusters(given: Any) -> Any:
    if given == "auto":
        return "auto"
    if str(given).isdecimal() and 1 <= int(given) <= _MOST_CLUSTERS:
        return int(given)
    raise RefusedError(f"a number of clusters from 1 to {_MOST_CLUSTERS}, or auto; not {given!r}", "clusters")


def _price(given: Any) -> Decimal:
    try:
        price = Decimal(str(given))
    except InvalidOperation:
        raise RefusedError("a price in OCEAN, such as 2.5", "price") from None
    if not price.is_finite() or price <= 0:
        raise RefusedError("a price above 0, in OCEAN", "price")
    return price
