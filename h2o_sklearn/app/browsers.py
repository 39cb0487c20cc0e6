"""What the app knows of each browser: its data, its clustering, its steps."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from h2o_sklearn.app.work import Tasks

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa

    from h2o_sklearn.cluster import ClusterReport

_MOST = 200
_IDLE = 12 * 3600.0  # seconds after which a browser that does nothing is forgotten


@dataclass
class Browser:
    """One browser's work.

    Attributes
    ----------
    csrf : str
        What its pages send along with everything that changes something.
    tasks : Tasks
        Its steps.
    table : pyarrow.Table or None
        The data it looks at.
    origin : str
        Where they are from.
    report : ClusterReport or None
        Their clustering.
    files : list of dict
        What is hosted of it; links in here are not for pages.
    sold : dict
        What is sold of it; empty where nothing is.
    """

    tasks: Tasks
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    seen: float = field(default_factory=time.monotonic)
    table: pa.Table | None = None
    origin: str = ""
    report: ClusterReport | None = None
    files: list[dict[str, Any]] = field(default_factory=list, repr=False)
    sold: dict[str, Any] = field(default_factory=dict)

    def owns(self, csrf: str) -> bool:
        """Tell whether a request comes from a page of this browser.

        Parameters
        ----------
        csrf : str
            What the request brought.

        Returns
        -------
        bool
        """
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())

    def looks_at(self, table: pa.Table, origin: str) -> None:
        """Take new data; what was made of the old ones is let go.

        Parameters
        ----------
        table : pyarrow.Table
            The data.
        origin : str
            Where they are from.
        """
        self.table, self.origin = table, origin
        self.clusters(None)

    def clusters(self, report: ClusterReport | None) -> None:
        """Take a clustering; what was shared of an older one is let go.

        Parameters
        ----------
        report : ClusterReport or None
            The clustering.
        """
        self.report, self.files, self.sold = report, [], {}

    @property
    def idle(self) -> bool:
        """Whether nothing runs for it."""
        return not self.tasks.running


class Browsers:
    """All browsers, by a cookie that cannot be guessed.

    Parameters
    ----------
    pool : ThreadPoolExecutor
        Where their steps run.
    seconds : float
        How long a step may take.
    """

    def __init__(self, pool: ThreadPoolExecutor, seconds: float) -> None:
        self._pool, self._seconds = pool, seconds
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Browser] = OrderedDict()

    def of(self, cookie: str) -> tuple[str, Browser]:
        """Find a browser, or greet a new one.

        Parameters
        ----------
        cookie : str
            What it brought; empty where it brought none.

        Returns
        -------
        str
            Its cookie, a new one where the old one is not known.
        Browser
            Its work.
        """
        now = time.monotonic()
        with self._lock:
            for old in [c for c, b in self._known.items() if now - b.seen > _IDLE and b.idle]:
                del self._known[old]
            if cookie not in self._known:
                if len(self._known) >= _MOST:
                    del self._known[self._least()]
                cookie = secrets.token_urlsafe(24)
                self._known[cookie] = Browser(Tasks(self._pool, self._seconds))
            browser = self._known[cookie]
            browser.seen = now
            self._known.move_to_end(cookie)
            return cookie, browser

    def _least(self) -> str:
        """Choose whom to forget: who has nothing here, else who has been away longest, at worst while a step runs."""
        bare = (c for c, b in self._known.items() if b.idle and b.table is None)
        idle = (c for c, b in self._known.items() if b.idle)
        return next(chain(bare, idle, self._known))
