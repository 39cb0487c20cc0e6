"""Models in H2O's binary form: brought home, and put back into a cluster of the same version.

Every model has this form, also where H2O writes no MOJO. Only the version of H2O that wrote it reads it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from h2o_frame_compat.errors import FrameNotFoundError, H2OCompatError, ServerError
from h2o_sklearn._scoring import Mojo, as_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from h2o_frame_compat.session import Session

_CLASSIFIERS = {"Binomial", "Multinomial", "Ordinal"}


class Facts(Protocol):
    """What is known of a model, from its MOJO or from the cluster."""

    @property
    def columns(self) -> list[str]:
        """Names of the columns in the model's order, the response last where there is one."""

    @property
    def domains(self) -> dict[int, list[str]]:
        """Levels of the categorical columns, by position of the column."""

    @property
    def is_classifier(self) -> bool:
        """Whether the model tells classes apart."""

    @property
    def details(self) -> dict[str, Any]:
        """The model's output as H2O describes it in its REST interface."""

    def table(self, name: str) -> dict[str, list[Any]] | None:
        """Return a table of the output, by column; None where the model has none of that name."""


@dataclass(frozen=True)
class Output:
    """The facts of a model that H2O writes no MOJO of, as the cluster told them after the fit.

    Attributes
    ----------
    details : dict
        The model's output as H2O describes it in its REST interface.
    """

    details: dict[str, Any] = field(repr=False)

    @property
    def columns(self) -> list[str]:
        """Names of the columns in the model's order, the response last where there is one."""
        return list(self.details["names"])

    @cached_property
    def domains(self) -> dict[int, list[str]]:
        """Levels of the categorical columns, by position of the column."""
        return {position: levels for position, levels in enumerate(self.details["domains"] or []) if levels}

    @property
    def is_classifier(self) -> bool:
        """Whether the model tells classes apart."""
        return self.details["model_category"] in _CLASSIFIERS

    def table(self, name: str) -> dict[str, list[Any]] | None:
        """Return a table of the output, by column; None where the model has none of that name."""
        return as_columns(self.details.get(name))


@dataclass(frozen=True)
class Binary:
    """A model in H2O's binary form.

    Attributes
    ----------
    data : bytes
        The file.
    key : str
        The name that the model has inside it, and takes in a cluster.
    version : str
        The version of H2O that wrote it.
    parts : tuple of str
        The names of the models that it consists of, which the file holds too.
    """

    data: bytes = field(repr=False)
    key: str
    version: str
    parts: tuple[str, ...] = ()

    def fits(self, session: Session) -> bool:
        """Say whether a cluster can read it."""
        return self.version == session.cluster.h2o_version


class Lease:
    """A model in a cluster, removed with the next call after nobody here has it any more.

    Parameters
    ----------
    session : Session
        The cluster.
    key : str
        The model.
    parts : tuple of Lease
        The models that it consists of, which it needs there.
    owned : bool, default True
        It was put there by this process.
    """

    def __init__(self, session: Session, key: str, parts: tuple[Lease, ...] = (), *, owned: bool = True) -> None:
        self.session = session
        self.key = key
        self.parts = parts
        self.cluster_id = str(session.cluster.cluster_id)
        self._end = weakref.finalize(self, session.executor.release, key)
        self._end.atexit = False
        if not owned:
            self._end.detach()

    def holds_in(self, session: Session) -> bool:
        """Say whether the model lies in this cluster."""
        return self.cluster_id == session.cluster.cluster_id

    def end_without_removal(self) -> None:
        """Leave to others what has this name in the cluster now."""
        self._end.detach()

    def binary(self) -> Binary:
        """Bring the model home."""
        reply = self.session.client.request("GET", f"/3/Models.fetch.bin/{quote(self.key, safe='')}")
        parts = tuple(part.key for part in self.parts)
        return Binary(reply.body, self.key, self.session.cluster.h2o_version, parts)

    def mojo(self) -> Mojo:
        """Bring the model home as MOJO, in the background: it is waited for where it is first needed.

        What is queued to leave the cluster, such as the frames of the fit, leaves it before.
        """
        session, path = self.session, f"/3/Models/{quote(self.key, safe='')}/mojo"
        owner = os.getpid()

        def fetch() -> bytes:
            with contextlib.suppress(H2OCompatError):  # the model is what matters
                session.executor.flush()
            return session.client.request("GET", path).body

        def arrived() -> bytes:
            if os.getpid() == owner:  # a forked child does not have the thread
                with contextlib.suppress(H2OCompatError):  # a second try says what is wrong now
                    return found.result()
            return fetch()

        found = session.later(fetch)
        return Mojo(arrived)

    def output(self) -> Output:
        """Ask what the cluster knows of the model."""
        reply = self.session.client.get(f"/3/Models/{quote(self.key, safe='')}")
        return output_of(reply["models"][0])


def output_of(model: dict[str, Any]) -> Output:
    """Return the facts in the cluster's description of a model."""
    return Output({**model["output"], "algo": model["algo"]})


_leases: weakref.WeakValueDictionary[tuple[str, str], Lease] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def leased(session: Session, key: str, parts: Iterable[str] = ()) -> Lease:
    """Take care of a model that a fit has made, and of those that it consists of."""
    with _lock:
        return _shared(session, key, parts)


def _shared(session: Session, key: str, parts: Iterable[str] = ()) -> Lease:
    place = (str(session.cluster.cluster_id), key)
    lease = _leases.get(place)
    if lease is None:
        lease = _leases[place] = Lease(session, key, tuple(_shared(session, part) for part in parts))
    return lease


def restored(session: Session, binary: Binary) -> Lease:
    """Put a model into a cluster, unless it is there.

    Parameters
    ----------
    session : Session
        The cluster, of the version that wrote the model.
    binary : Binary
        The model.

    Returns
    -------
    Lease
        The model in the cluster, shared by all copies of it in this process.
    """
    with _lock:
        found = _leases.get((str(session.cluster.cluster_id), binary.key))
        if found is not None:
            return found
        session.executor.flush()  # an earlier copy may be waiting for its removal
        if _is_there(session, binary.key):  # another process fitted or restored it, and will remove it
            return Lease(session, binary.key, owned=False)
        upload = session.client.post_file(binary.data, session.new_key("model"))
        try:
            session.client.post("/99/Models.upload.bin/", {"dir": upload})
        finally:
            session.executor.release(upload)
        return _shared(session, binary.key, binary.parts)


def forget(lease: Lease) -> None:
    """Take note that somebody else removed a model: it can be restored."""
    with _lock:
        place = (lease.cluster_id, lease.key)
        if _leases.get(place) is lease:
            del _leases[place]
        lease.end_without_removal()


def _is_there(session: Session, key: str) -> bool:
    try:
        session.client.get(f"/3/Models/{quote(key, safe='')}")
    except (FrameNotFoundError, ServerError):
        return False
    return True
