"""Steps that take a while: each runs in a thread and tells whoever listens how far it is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from h2o_sklearn.app.errors import RefusedError, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_THREADS = 4
_KEPT = 200  # ended steps whose outcome can still be asked for
_HEARTBEAT = 15.0  # seconds between comments on a silent stream, so that no proxy gives it up
_PAUSE = 1.0  # seconds from one look at what processes elsewhere do to the next
_SILENCE = ": still at it\n\n"
_AGAIN = 3000  # milliseconds after which a browser takes up a stream that has ended


class Task:
    """A step that was started.

    Parameters
    ----------
    kind : str
        Which of the steps it is.
    title : str
        What it does, for people.
    seconds : float
        How long it may take.

    Attributes
    ----------
    id : str
        Its name, which cannot be guessed.
    state : {"running", "done", "failed"}
        How it stands.
    result : Any
        What came out of it, once it is done.
    error : dict or None
        Why it failed: ``message``, and ``field`` where it is about one.
    """

    def __init__(self, kind: str, title: str, seconds: float) -> None:
        self.id = secrets.token_urlsafe(18)
        self.kind = kind
        self.title = title
        self.state = "running"
        self.result: Any = None
        self.error: dict[str, Any] | None = None
        self._said: list[str] = []
        self._changed = threading.Condition()
        self._until = time.monotonic() + seconds
        self._seconds = seconds

    def say(self, sentence: str) -> None:
        """Tell how far the step is.

        Parameters
        ----------
        sentence : str
            For people.

        Raises
        ------
        RefusedError
            When the step has taken too long.
        """
        with self._changed:
            self._look_at_the_time()
            if self.error is not None:
                raise RefusedError(self.error["message"])
            self._said.append(sentence)
            self._changed.notify_all()

    def run(self, work: Callable[[Callable[[str], object]], Any]) -> None:
        """Do the work in this thread.

        Parameters
        ----------
        work : callable
            Takes the function that tells how far it is.
        """
        try:
            result, error = work(self.say), None
        except Exception as problem:  # noqa: BLE001 - whatever it is, the browser is told, and the app goes on
            result, error = None, spoken(problem)
        with self._changed:
            if self.state == "running":
                self._end(result, error)

    def _end(self, result: Any, error: dict[str, Any] | None) -> None:
        self.result, self.error = result, error
        self.state = "failed" if error else "done"
        self._changed.notify_all()

    def _look_at_the_time(self) -> None:
        """Give the step up when its time is over; its thread notices that when it next says something."""
        if self.state == "running" and time.monotonic() > self._until:
            late = RefusedError(f"this step took more than {self._seconds:g} seconds and was given up")
            self._end(None, spoken(late))

    def to_dict(self) -> dict[str, Any]:
        """Return how it stands, as JSON has it."""
        with self._changed:
            self._look_at_the_time()
            return {
                "id": self.id,
                "kind": self.kind,
                "title": self.title,
                "state": self.state,
                "said": list(self._said),
                "result": self.result,
                "error": self.error,
            }

    def wait(self, seen: int, seconds: float) -> tuple[list[str], bool]:
        """Wait for something new.

        Parameters
        ----------
        seen : int
            How many sentences are known.
        seconds : float
            How long to wait.

        Returns
        -------
        list of str
            The new sentences.
        bool
            Whether the step has ended.
        """
        with self._changed:
            left = min(seconds, max(self._until - time.monotonic(), 0.0))
            self._changed.wait_for(lambda: len(self._said) > seen or self.state != "running", left)
            self._look_at_the_time()
            return self._said[seen:], self.state != "running"

    async def events(self) -> AsyncIterator[str]:
        """Give server-sent events: ``progress`` with a sentence, and at the end ``done`` or ``failed``.

        Yields
        ------
        str
            An event, or a comment that keeps the connection.
        """
        seen = 0
        while True:
            new, ended = await asyncio.to_thread(self.wait, seen, _HEARTBEAT)
            seen += len(new)
            for sentence in new:
                yield _event("progress", sentence)
            if ended:
                yield _event(self.state, self.result if self.error is None else self.error)
                return
            if not new:
                yield _SILENCE


class Tasks:
    """The steps of one browser.

    Parameters
    ----------
    pool : ThreadPoolExecutor
        Where they run.
    seconds : float
        How long each may take.
    """

    def __init__(self, pool: ThreadPoolExecutor, seconds: float) -> None:
        self._pool, self._seconds = pool, seconds
        self._tasks: OrderedDict[str, Task] = OrderedDict()

    def start(self, kind: str, title: str, work: Callable[[Callable[[str], object]], Any]) -> Task:
        """Start a step.

        Parameters
        ----------
        kind : str
            Which of the steps it is.
        title : str
            What it does, for people.
        work : callable
            Takes the function that tells how far it is; what it returns is JSON.

        Returns
        -------
        Task
            The step.
        """
        task = Task(kind, title, self._seconds)
        self._tasks[task.id] = task
        while len(self._tasks) > _KEPT:
            self._tasks.popitem(last=False)
        self._pool.submit(task.run, work)
        return task

    def get(self, name: str) -> Task | None:
        """Find a step by its id.

        Parameters
        ----------
        name : str
            The id.

        Returns
        -------
        Task or None
            None where this browser has no such step.
        """
        return self._tasks.get(name)

    @property
    def running(self) -> list[Task]:
        """Those that run, the newest last."""
        return [task for task in list(self._tasks.values()) if task.state == "running"]


async def changes(look: Callable[[], tuple[Any, bool]], ending: asyncio.Event) -> AsyncIterator[str]:
    """Give server-sent events about what processes elsewhere do: ``progress`` when it has changed, at last ``done``.

    Parameters
    ----------
    look : callable
        Returns what there is to see, and whether it may still change.
    ending : asyncio.Event
        Set when the app ends.

    Yields
    ------
    str
        An event, or a comment that keeps the connection.
    """
    yield f"retry: {_AGAIN}\n\n"
    seen, said = None, time.monotonic()
    while True:
        try:
            found, open_end = await asyncio.to_thread(look)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the browser is told, and the app goes on
            yield _event("failed", spoken(problem))
            return
        if found != seen:
            yield _event("progress", found)
            seen, said = found, time.monotonic()
        elif time.monotonic() - said > _HEARTBEAT:
            yield _SILENCE
            said = time.monotonic()
        if not open_end:
            yield _event("done", None)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), _PAUSE)
            return


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def pool() -> ThreadPoolExecutor:
    """Make the threads that steps run in.

    Returns
    -------
    ThreadPoolExecutor
        To be shut down with the app.
    """
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="h2o-compat-app")
