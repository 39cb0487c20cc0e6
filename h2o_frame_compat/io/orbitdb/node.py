"""A node of OrbitDB: it hosts tables, and replicates those of others by their addresses."""

from __future__ import annotations

import atexit
import base64
import contextlib
import logging
import os
import queue
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from h2o_frame_compat.config import options
from h2o_frame_compat.io.orbitdb import layout, local
from h2o_frame_compat.io.orbitdb.process import START, Bridge, BridgeError
from h2o_frame_compat.io.orbitdb.verify import Verified, car, check_address, verify_blocks
from h2o_frame_compat.session.progress import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

LOOPBACK = "/ip4/127.0.0.1/tcp/0"
MAX_TIMEOUT = 2_000_000  # that of a timer in JavaScript
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hosted:
    """A table that is hosted.

    Attributes
    ----------
    address : str
        Its address, ``/orbitdb/zdpu...``.
    peers : list of str
        Where it can be had: what another machine passes as ``peers=``.
    """

    address: str
    peers: list[str]
    _node: OrbitNode = field(repr=False, compare=False)

    def update(self, table: pa.Table | dict[str, Any]) -> None:
        """Give the table a new content; peers that hold it are told.

        Parameters
        ----------
        table : pyarrow.Table or dict
            The content, as `OrbitNode.host` takes it.

        Raises
        ------
        ValueError
            When it was not hosted with ``live=True``.
        """
        self._node._update(self.address, table)  # noqa: SLF001 - the two are one


class OrbitNode:
    """A node of OrbitDB, run by a process of its own that ends with this one; forked children leave it alone.

    It listens on loopback only, and connects to no address but those named, unless it is told otherwise.

    Parameters
    ----------
    directory : path, optional
        Where its data, and the key that it signs with, are kept; by default a directory that goes when it is closed.
    listen : str or list of str, optional
        Addresses to listen on, ``/ip4/<address>/tcp/<port>``; by default a free port of 127.0.0.1. One that others
        can reach serves what the node holds to whoever knows its address.
    peers : iterable of str
        Other nodes, ``/ip4/<address>/tcp/<port>/p2p/<id>``, as they print them.

    Attributes
    ----------
    peers : list of str
        The addresses of this node, which others pass as theirs.
    identity : str
        The public key that what it hosts is signed with.
    directory : Path
        Where its data is.

    Examples
    --------
    >>> import pyarrow as pa
    >>> with OrbitNode() as host, OrbitNode() as other:  # doctest: +SKIP
    ...     hosted = host.host(pa.table({"x": [1.5, 2.5]}), "points")
    ...     other.replicate(hosted.address).to_pydict()
    {'x': [1.5, 2.5]}
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        listen: str | Iterable[str] | None = None,
        peers: Iterable[str] = (),
    ) -> None:
        self._peers = _checked(peers)
        self._owner = os.getpid()
        self._stack = contextlib.ExitStack()
        self._updates: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._callbacks: dict[str, list[Callable[[pa.Table], object]]] = {}
        self._lock = threading.Lock()
        self._writing = threading.RLock()
        with contextlib.ExitStack() as stack:
            if directory is None:
                directory = tempfile.mkdtemp(prefix="h2o-compat-orbitdb-")  # not one that a forked child removes
                stack.callback(shutil.rmtree, directory, ignore_errors=True)
            self.directory = Path(directory)
            self._bridge = Bridge(self._updates.put)
            stack.callback(self._bridge.close)
            started = self._bridge.call(
                "start",
                timeout=START,
                directory=str(self.directory.absolute()),
                listen=[LOOPBACK] if listen is None else _checked(listen),
                peers=self._peers,
            )
            self.peers: list[str] = started["addresses"]
            self.identity: str = started["identity"]
            self._file = local.announce(self.peers)
            stack.callback(local.forget, [self._file] if self._file else [])
            watcher = threading.Thread(target=self._watch, name="orbitdb updates", daemon=True)
            watcher.start()
            stack.callback(self._end_watch, watcher)
            self._stack = stack.pop_all()
        atexit.register(self.close)

    def host(self, table: pa.Table | dict[str, Any], name: str, *, live: bool = False) -> Hosted:
        """Put a table into OrbitDB; it is served as long as the node runs.

        Only this node can write it. The same name, content and directory give the same address; that of a table which
        may change does not depend on the content.

        Parameters
        ----------
        table : pyarrow.Table or dict
            A table, or columns as the JSON of H2O-Host has them, ``{"x": [...], "y": [...], "t": [...]}``.
        name : str
            Its name.
        live : bool, default False
            Whether its content may change later, by `Hosted.update`. The address of one that may not is a proof of
            its content.

        Returns
        -------
        Hosted

        Raises
        ------
        TypeError
            When it is no table, or a column has a type that has no place here.
        ValueError
            For an empty name or one that reads as an address, columns of different lengths, or a text of more than
            900 kB.
        """
        if not name or name != str(name) or name.startswith(("/orbitdb", "\\orbitdb")):
            raise ValueError(f"a table needs a name, not {name!r}")
        state = layout.describe(layout.table_of(table), live=live)
        with self._writing:
            made = self._bridge.call("create", name=name, meta=layout.LIVE if live else state[0])
            address, complete = made["address"], made["complete"]
            if live and not (complete and self._verified(address).meta == state[0]):
                self._change(address, *state)
            elif not complete:
                self._append(address, state[1])
        return Hosted(address, list(self.peers), self)

    def replicate(self, address: str, timeout: float = 60.0, peers: Iterable[str] | None = None) -> pa.Table:
        """Fetch a table by its address, and verify it; this node then serves it too, and follows its updates.

        Parameters
        ----------
        address : str
            The address, ``/orbitdb/zdpu...``.
        timeout : float, default 60
            Seconds to wait for it.
        peers : iterable of str, optional
            Nodes to ask, besides those the node was made with; by default those of this user on this machine.

        Returns
        -------
        pyarrow.Table

        Raises
        ------
        TimeoutError
            When no peer gave it in time.
        IntegrityError
            When what came is not what the address promises.
        """
        return self.fetch(address, timeout, peers).table

    def fetch(self, address: str, timeout: float = 60.0, peers: Iterable[str] | None = None) -> Verified:
        """Do what `replicate` does, and give also the name, the description and who may write.

        Parameters
        ----------
        address : str
            The address.
        timeout : float, default 60
            Seconds to wait for it.
        peers : iterable of str, optional
            Nodes to ask.

        Returns
        -------
        Verified

        Raises
        ------
        TimeoutError
            When no peer gave it in time.
        IntegrityError
            When what came is not what the address promises.
        ValueError
            For what is no address, no peer or no number of seconds.
        """
        address = check_address(address)
        if not 0 < timeout <= MAX_TIMEOUT:
            raise ValueError(f"timeout is a positive number of seconds, at most {MAX_TIMEOUT}, not {timeout}")
        found = local.known(self._file) if peers is None and not self._peers else {}
        asked = [*self._peers, *_checked(peers or ()), *found]
        known = self._bridge.call("holds", address=address)["holds"]
        if not asked and not known:
            raise TimeoutError(
                f"nobody to ask for {address}: no node of yours runs on this machine, and no peers were named. Pass "
                "peers=[...] as the host printed them when it started."
            )
        done = self._bridge.call("replicate", timeout=timeout + 60, address=address, peers=asked, seconds=timeout)
        # Nobody listens there any more; one that is slow to answer may be busy.
        local.forget(found[peer] for peer, why in done["refused"].items() if peer in found and "ECONNREFUSED" in why)
        if not done["complete"]:
            raise TimeoutError(_late(address, timeout, done, self._bridge.said()))
        return self._verified(address)

    def on_update(self, address: str, callback: Callable[[pa.Table], object]) -> None:
        """Have a function called with the table each time its host has changed it, once it is here and verified.

        Parameters
        ----------
        address : str
            The address of a table that this node holds.
        callback : callable
            Gets the table; called in a thread of the node's. What it raises is logged.
        """
        address = check_address(address)
        with self._lock:
            self._callbacks.setdefault(address, []).append(callback)

    def export(self, address: str, file: str | os.PathLike[str]) -> None:
        """Write the blocks that prove a table into a CAR file, which `verify` and the tools of IPFS read.

        Parameters
        ----------
        address : str
            The address of a table that this node holds.
        file : path
            Where to.
        """
        address = check_address(address)
        found, blocks = self._proved(address)
        with Path(file).open("wb") as out:
            out.writelines(car(address, found.end, blocks))

    def check(self) -> None:
        """Raise an error if the node's process has ended by itself.

        Raises
        ------
        BridgeError
            With the last of what it said.
        """
        self._bridge.check()

    def close(self) -> None:
        """Stop the node; what it hosts is no longer served by it."""
        if self._owner == os.getpid():
            atexit.unregister(self.close)
            self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, address: str, documents: list[dict[str, Any]]) -> None:
        with progress_bar(
            total=len(documents), desc="host on OrbitDB", leave=False, delay=2.0, disable=not options.progress
        ) as bar:
            for document in documents:
                self._bridge.call("append", address=address, document=document)
                bar.update()

    def _change(self, address: str, meta: dict[str, Any], documents: list[dict[str, Any]]) -> None:
        with self._writing:
            self._append(address, [{"_id": layout.META, "array": [], "meta": meta}, *documents])

    def _update(self, address: str, table: pa.Table | dict[str, Any]) -> None:
        if self._verified(address).meta["live"] is not True:
            raise ValueError(f"{address} was not hosted with live=True, so that its content cannot change")
        self._change(address, *layout.describe(layout.table_of(table), live=True))

    def _verified(self, address: str) -> Verified:
        return self._proved(address)[0]

    def _proved(self, address: str) -> tuple[Verified, dict[str, bytes]]:
        def block(hashed: str) -> bytes:
            return base64.b64decode(self._bridge.call("block", hash=hashed)["data"])

        return verify_blocks(address, self._bridge.call("end", address=address)["hash"], block)

    def _end_watch(self, watcher: threading.Thread) -> None:
        self._updates.put(None)
        if watcher is not threading.current_thread():
            watcher.join(10)

    def _watch(self) -> None:
        while (address := self._updates.get()) is not None:
            with self._lock:
                callbacks = list(self._callbacks.get(address, ()))
            if not callbacks:
                continue
            try:
                table = self._verified(address).table
            except (BridgeError, OSError, ValueError):
                _log.exception("an update of %s was not taken", address)
                continue
            for callback in callbacks:
                try:
                    callback(table)
                except Exception:  # noqa: BLE001 - whatever a callback does, the others are called
                    _log.exception("a function called with an update of %s failed", address)


def _checked(addresses: str | Iterable[str]) -> list[str]:
    found = [addresses] if isinstance(addresses, str) else [str(address) for address in addresses]
    for address in found:
        if not address.startswith("/") or "/tcp/" not in address:
            raise ValueError(
                f"{address!r} is no address of a node; one is written /ip4/127.0.0.1/tcp/4001, that of a peer with its "
                "/p2p/12D3Koo... after it"
            )
    return found


def _late(address: str, timeout: float, done: dict[str, Any], said: str) -> str:
    lines = [f"{address} did not arrive within {timeout:g} seconds."]
    if done["refused"]:
        refused = ", ".join(f"{peer} ({why})" for peer, why in done["refused"].items())
        lines.append(f"Peers that could not be reached: {refused}.")
    if done["connected"]:
        lines.append("Connected, but without the whole table: " + ", ".join(done["connected"]) + ".")
    reported = said or done.get("reason")
    if reported:
        lines.append(f"Reported: {reported}.")
    lines.append(
        "Check that a host of it runs (`h2o-compat host` prints its address and peers), that peers= names it, and for "
        "a large table that timeout= is long enough."
    )
    return " ".join(lines)


_default: tuple[int, OrbitNode] | None = None
_default_lock = threading.Lock()


def default_node() -> OrbitNode:
    """Give this process's own node, started when it is first needed and closed at exit.

    Returns
    -------
    OrbitNode
    """
    global _default  # noqa: PLW0603 - one for the process
    with _default_lock:
        if _default is None or _default[0] != os.getpid():  # a forked process has one of its own
            _default = (os.getpid(), OrbitNode())
        return _default[1]


def read_orbitdb(address: str, peers: Iterable[str] | None = None, timeout: float = 60.0) -> pa.Table:
    """Fetch a table by its OrbitDB address, verified; see `h2o_frame_compat.pandas.read_orbitdb`.

    Parameters
    ----------
    address : str
        The address, ``/orbitdb/zdpu...``.
    peers : iterable of str, optional
        Nodes to ask; by default those of this user on this machine.
    timeout : float, default 60
        Seconds to wait.

    Returns
    -------
    pyarrow.Table
    """
    return default_node().replicate(address, timeout, peers)
