"""Cluster studio: data in, clusters out, hosted, sold. Each step is a task, and can be done again alone."""

from __future__ import annotations

import re
import threading
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from h2o_frame_compat import connect
from h2o_frame_compat.errors import ClusterConnectionError, ClusterLostError
from h2o_frame_compat.io.orbitdb import OrbitNode, check_address
from h2o_frame_compat.io.orbitdb.process import BridgeError
from h2o_sklearn.app import openapi, reading
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed
from h2o_sklearn.app.openapi import Entry
from h2o_sklearn.app.web import body, text, texts
from h2o_sklearn.cluster import cluster_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from h2o_sklearn.app.browsers import Browser
    from h2o_sklearn.app.market import Market
    from h2o_sklearn.app.settings import Settings
    from h2o_sklearn.app.work import Task
    from h2o_sklearn.cluster import ClusterReport

    Say = Callable[[str], object]

_MOST_CLUSTERS = 100
_FETCH = 60.0  # seconds for a table to arrive
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_LOST = "The cluster was lost; your data are still here. Find the clusters again, which starts another where it can."


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

    def entries(self) -> list[Entry]:
        """Return the studio's routes.

        Returns
        -------
        list of Entry
            Its part of the API.
        """
        return [
            Entry("GET", "/api/tasks/{id}", _stands, "How a task stands."),
            Entry("GET", "/api/tasks/{id}/events", _goes_on, "How a task goes on.", answer="text/event-stream"),
            Entry("POST", "/api/upload", self._upload, "Take a CSV, JSON or Parquet file.", status=202, form=True),
            Entry("POST", "/api/orbit", self._orbit, "Fetch a table from OrbitDB.", openapi.ORBIT, 202),
            Entry("GET", "/api/data", self._data, "What this browser has, and what runs for it."),
            Entry("POST", "/api/train", self._train, "Find clusters.", openapi.TRAIN, 202),
            Entry("GET", "/api/clusters", self._clusters, "The clusters as JSON: data, cluster, centroids."),
            Entry("POST", "/api/host", self._host, "Host the clusters on Azure or OrbitDB.", openapi.HOST, 202),
            Entry("POST", "/api/ocean", self._ocean, "Host the clusters and sell them on Ocean.", openapi.OCEAN, 202),
        ]

    def close(self) -> None:
        """End what was started for it."""
        if self._node is not None:
            self._node.close()

    def node(self) -> OrbitNode:
        """Return the app's node of OrbitDB, started when it is first needed, and anew when it has died."""
        with self._lock:
            if self._node is not None:
                try:
                    self._node.check()
                except BridgeError:
                    self._node.close()
                    self._node = None
            if self._node is None:
                self._node = OrbitNode()
            return self._node

    # ------------------------------------------------------------------ data

    async def _upload(self, request: Request) -> Response:
        """Take a file."""
        browser = request.state.browser
        try:
            async with request.form(max_files=1, max_fields=4) as form:
                file = form.get("file")
                if not isinstance(file, UploadFile) or not file.filename:
                    raise RefusedError("choose a .csv, .json or .parquet file", "file")
                name, content = file.filename, await file.read()
        except OSError as problem:  # large ones are kept in a file of the system's until they are here as a whole
            raise RefusedError(f"the app cannot keep this file: {problem.strerror or problem}", "file", 507) from None

        def work(say: Say) -> dict[str, Any]:
            say(f"reading {name}")
            return _shown(browser, reading.read(name, content), name)

        return _started(browser.tasks.start("upload", f"reading {name}", work))

    async def _orbit(self, request: Request) -> Response:
        """Fetch a table from OrbitDB."""
        browser, given = request.state.browser, await body(request)
        address = text(given, "address", "an address such as /orbitdb/zdpu...")
        peers = texts(given, "peers")
        for peer in peers:
            allowed(peer, self._settings, "peers")
        try:
            check_address(address)
        except ValueError as problem:
            raise RefusedError(str(problem), "address") from None
        # Less than the step has, so that who asked is told what became of the peers.
        timeout = min(_FETCH, self._settings.seconds / 2)

        def work(say: Say) -> dict[str, Any]:
            from h2o_sklearn import publish  # noqa: PLC0415 - slow to import, seldom needed

            try:
                table = publish.fetch(address, peers or None, timeout=timeout, node=self.node(), progress=say)
            except (TimeoutError, ValueError) as problem:  # nobody gave it, or what they gave is something else
                raise RefusedError(str(problem), "peers") from None
            return _shown(browser, table, address)

        return _started(browser.tasks.start("orbit", "fetching from OrbitDB", work))

    async def _data(self, request: Request) -> Response:
        """Show what this browser has."""
        browser = request.state.browser
        shown = None if browser.table is None else reading.preview(browser.table, browser.origin)
        running = [task.to_dict() for task in browser.tasks.running]
        report = browser.report and _drawn(browser.report)
        shared = {**browser.sold, "hosted": _links(browser)} if browser.files else None
        return JSONResponse({"data": shown, "report": report, "shared": shared, "running": running})

    # ------------------------------------------------------------------ clusters

    async def _train(self, request: Request) -> Response:
        """Cluster the data."""
        browser, given = request.state.browser, await body(request)
        clusters = _clusters(given.get("clusters", "auto"))
        if browser.table is None:
            raise RefusedError("there are no data yet: upload a file or fetch a table first", "file", 409)
        table = browser.table
        columns = texts(given, "columns") or reading.clustered(table)
        wrong = [c for c in columns if c not in reading.numbers(table)]
        if wrong or not columns:
            said = f"{wrong[0]!r} is no column of numbers" if wrong else "no column has numbers"
            raise RefusedError(said, "columns")
        if clusters != "auto" and clusters > table.num_rows:
            raise RefusedError(f"there are {table.num_rows} rows; that is the most clusters there can be", "clusters")

        def work(say: Say) -> dict[str, Any]:
            say("clustering")
            try:
                connect()  # another cluster, where the one before was lost
                report = cluster_report(table, clusters, columns=columns)
            except (ClusterLostError, ClusterConnectionError) as problem:
                raise RefusedError(f"{_LOST} {str(problem).splitlines()[0]}") from problem
            say(f"found {report.n_clusters} clusters of {report.n_rows} rows")
            browser.clusters(report)
            return _drawn(report)

        return _started(browser.tasks.start("train", "clustering", work))

    async def _clusters(self, request: Request) -> Response:
        """Give the clustering as the first studio's JSON."""
        report = _clustered(request.state.browser)
        name = {"content-disposition": 'attachment; filename="clusters.json"'}
        return Response(await run_in_threadpool(report.to_json), media_type="application/json", headers=name)

    # ------------------------------------------------------------------ hosting and selling

    async def _host(self, request: Request) -> Response:
        """Host the clustering on Azure or OrbitDB."""
        browser, given = request.state.browser, await body(request)
        report, azure = _clustered(browser), self._azure(given)
        orbit = bool(given.get("orbitdb")) or azure is None

        def work(say: Say) -> dict[str, Any]:
            return {"hosted": self._hosted(browser, report, azure, orbit=orbit, say=say)}

        return _started(browser.tasks.start("share", "hosting", work))

    async def _ocean(self, request: Request) -> Response:
        """Register the clustering on Ocean, hosting it first where that is not done."""
        browser, given = request.state.browser, await body(request)
        report = _clustered(browser)
        name, price = text(given, "name", "a name"), _price(given.get("price"))
        about = {key: str(given.get(key) or "") for key in ("description", "author")}
        azure = self._azure(given)

        def work(say: Say) -> dict[str, Any]:
            wanted = "orbitdb" if azure is None else "url"
            if all(file["type"] != wanted for file in browser.files):
                self._hosted(browser, report, azure, orbit=azure is None, say=say)
            browser.sold = self._market.publish(name, price, about, report.to_json(), browser.files, say)
            return {**browser.sold, "hosted": _links(browser)}

        return _started(browser.tasks.start("share", "publishing", work))

    def _azure(self, given: dict[str, Any]) -> Any:
        if not given.get("azureaccount"):
            return None
        from h2o_sklearn.publish import AzureAccount  # noqa: PLC0415 - slow to import, seldom needed

        account = text(given, "azureaccount", "an account")
        if not _ACCOUNT.fullmatch(account):  # it becomes a part of the address
            raise RefusedError("a storage account's name has 3 to 24 small letters and digits", "azureaccount")
        endpoint = str(given.get("azureendpoint") or "") or None
        if endpoint is not None:
            allowed(endpoint, self._settings, "azureendpoint")
        container = str(given.get("containername") or "h2o")
        return AzureAccount(account, text(given, "azurekey", "its key"), container, endpoint)

    def _hosted(
        self, browser: Browser, report: ClusterReport, azure: Any, *, orbit: bool, say: Say
    ) -> list[dict[str, Any]]:
        from h2o_sklearn import publish  # noqa: PLC0415 - slow to import, seldom needed

        made = publish.host(report, azure=azure, node=self.node() if orbit else None, progress=say)
        kinds = {file["type"] for file in made}
        browser.files = [*(file for file in browser.files if file["type"] not in kinds), *made]
        return _links(browser)


async def _stands(request: Request) -> Response:
    """Tell how a task stands."""
    return JSONResponse(_task(request).to_dict())


async def _goes_on(request: Request) -> Response:
    """Tell how a task goes on, as server-sent events."""
    return StreamingResponse(_task(request).events(), media_type="text/event-stream")


def _started(task: Task) -> Response:
    """Answer with a task that runs."""
    return JSONResponse({"task": task.id, "title": task.title}, 202)


def _task(request: Request) -> Task:
    found: Task | None = request.state.browser.tasks.get(request.path_params["id"])
    if found is None:
        raise RefusedError("this browser has no such task", status=404)
    return found


def _shown(browser: Browser, table: Any, origin: str) -> dict[str, Any]:
    shown = reading.preview(table, origin)  # what cannot be shown is not taken
    browser.looks_at(table, origin)
    return shown


def _drawn(report: ClusterReport) -> dict[str, Any]:
    axes, places = reading.axes(report.columns)
    points = {"points": [reading.packed(report.points[name].to_numpy(float)) for name in report.columns]}
    cluster = {"cluster": reading.packed(report.points["cluster"].to_numpy("int16"))}
    return report.to_dict() | points | cluster | {"axes": axes, "map": places}


def _clustered(browser: Browser) -> ClusterReport:
    if browser.report is None:
        raise RefusedError("nothing is clustered yet: cluster the data first", "clusters", 409)
    return browser.report


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
