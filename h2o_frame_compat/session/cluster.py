"""What a cluster is: its nodes, its version, and whether every node has our extension."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.errors import ClusterConnectionError, H2OCompatError
from h2o_frame_compat.session.pool import Pool
from h2o_frame_compat.session.wire_format import PROTOCOL

if TYPE_CHECKING:
    from h2o_frame_compat.session.client import RestClient

_PROBE_SECONDS = 5.0
_SETTLE_SECONDS = 10.0
"""How long the nodes of a cluster that has just started may take to agree; they need a few heartbeats."""
_SETTLE_STEP_SECONDS = 0.2
_STALE_MILLISECONDS = 30_000
"""Nodes exchange heartbeats every second; one that lags this far behind the others is dead."""


@dataclass(frozen=True)
class ExtensionInfo:
    """The server extension, as every node of the cluster reports it.

    Attributes
    ----------
    protocol : int
        Version of the wire format.
    version : str
        Version of the extension.
    primitives : frozenset of str
        Names of the Rapids primitives it adds.
    endpoints : frozenset of str
        Names of the endpoints it adds.
    """

    protocol: int
    version: str
    primitives: frozenset[str] = frozenset()
    endpoints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Node:
    """One node of a cluster.

    Attributes
    ----------
    address : str
        ``host:port`` as the cluster itself calls it.
    cores : int
        Its processors.
    max_memory : int
        Bytes of its heap.
    reachable : bool
        Whether this client can open a connection to it.
    """

    address: str
    cores: int
    max_memory: int
    reachable: bool = True


@dataclass(frozen=True)
class ClusterInfo:
    """A cluster as it was when it was joined.

    Attributes
    ----------
    url : str
        The address used, without credentials.
    cluster_id : str
        What the server calls this start of itself.
    name : str
        The cluster's name.
    h2o_version : str
        Version of H2O.
    nodes : tuple of Node
        Its nodes.
    total_cores : int
        Processors of all nodes together.
    extension : ExtensionInfo or None
        Our server extension, if every node has the same one.
    embedded : bool
        Whether the server is ours and ends with its owner.
    stock_reason : str
        Why the extension is not used; empty where it is.
    """

    url: str
    cluster_id: str
    name: str
    h2o_version: str
    nodes: tuple[Node, ...] = field(default=())
    total_cores: int = 1
    extension: ExtensionInfo | None = None
    embedded: bool = False
    stock_reason: str = ""

    def offers(self, endpoint: str) -> bool:
        """Say whether our extension is there, and has an endpoint of this name."""
        return self.extension is not None and endpoint in self.extension.endpoints


def probe(client: RestClient, *, embedded: bool) -> ClusterInfo:
    """Ask a cluster what it is.

    Parameters
    ----------
    client : RestClient
        The client of one of its nodes.
    embedded : bool
        Whether the server is ours.

    Returns
    -------
    ClusterInfo
        What it is.

    Raises
    ------
    ClusterConnectionError
        If it is no H2O cluster, or not in a state to work.
    """
    cloud = _settled(client)
    assert client.cluster_id is not None  # or it would be no cluster
    nodes = tuple(Node(str(node["ip_port"]), int(node["num_cpus"]), int(node["max_mem"])) for node in cloud["nodes"])
    nodes, extension, reason = _negotiate(client, nodes)
    client.health = Health(client, [node.address for node in nodes if node.reachable], len(nodes))
    return ClusterInfo(
        url=client.endpoint.url,
        cluster_id=client.cluster_id,
        name=str(cloud["cloud_name"]),
        h2o_version=str(cloud["version"]),
        nodes=nodes,
        total_cores=sum(node.cores for node in nodes),
        extension=extension,
        embedded=embedded,
        stock_reason=reason,
    )


def _settled(client: RestClient) -> dict[str, Any]:
    """Ask for the cloud until its nodes agree that all of them are well, as long as a start may take."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        cloud = _cloud(client)
        if cloud.get("consensus", True) and cloud.get("cloud_healthy", True):
            return cloud
        if time.monotonic() >= deadline:
            raise ClusterConnectionError(
                f"The cluster at {client.endpoint.url} is not healthy (nodes: {cloud.get('cloud_size')}, bad "
                f"nodes: {cloud.get('bad_nodes')}); look at its log, or restart it."
            )
        time.sleep(_SETTLE_STEP_SECONDS)


def _cloud(client: RestClient) -> dict[str, Any]:
    try:
        cloud = client.get("/3/Cloud")
    except H2OCompatError as problem:
        if getattr(problem, "status", None) == 404:
            raise ClusterConnectionError(
                f"Something answers at {client.endpoint.url}, but no H2O cluster (HTTP 404). Check the "
                "address; a cluster behind a context path needs it at the end: 'http://host:54321/h2o'."
            ) from None
        raise
    if "cloud_name" not in cloud or client.cluster_id is None:
        raise ClusterConnectionError(f"What answers at {client.endpoint.url} is not an H2O cluster.")
    return cloud


def _negotiate(client: RestClient, nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], ExtensionInfo | None, str]:
    """Ask every node for the extension: one that lacks it would hang in the others' distributed tasks."""
    wanted = os.environ.get("H2O_COMPAT_TRANSPORT", "").strip().lower()
    if wanted not in {"", "ext", "stock"}:
        raise ClusterConnectionError(f"H2O_COMPAT_TRANSPORT must be 'ext' or 'stock', not {wanted!r}")
    if len(nodes) == 1:
        replies = [_info(client)]
    else:
        replies = [_info_of(client, node.address) for node in nodes]
        nodes = tuple(replace(node, reachable=reply is not None) for node, reply in zip(nodes, replies, strict=True))
    extension, reason = _agreed(replies)
    if wanted == "stock":
        return nodes, None, "H2O_COMPAT_TRANSPORT is 'stock'"
    if wanted == "ext" and extension is None:
        raise ClusterConnectionError(f"H2O_COMPAT_TRANSPORT is 'ext', but {reason}.")
    return nodes, extension, reason


def _agreed(replies: list[dict[str, Any] | None]) -> tuple[ExtensionInfo | None, str]:
    if any(reply is None for reply in replies):
        return None, "not every node of the cluster can be asked for the extension"
    infos = {_extension(reply or {}) for reply in replies}
    if infos == {None}:
        return None, "the cluster does not have the extension"
    if len(infos) > 1:
        return None, "the nodes of the cluster do not all have the same extension"
    info = infos.pop()
    assert info is not None
    if info.protocol != PROTOCOL:
        return None, f"the cluster's extension speaks protocol {info.protocol}, this client speaks {PROTOCOL}"
    if any(reply and not reply.get("little_endian", True) for reply in replies):
        return None, "the extension needs little-endian machines"
    return info, ""


def _extension(reply: dict[str, Any]) -> ExtensionInfo | None:
    if "protocol" not in reply:
        return None
    names, endpoints = (frozenset(map(str, reply.get(what) or ())) for what in ("prims", "endpoints"))
    return ExtensionInfo(int(reply["protocol"]), str(reply.get("version", "")), names, endpoints)


def _info(client: RestClient) -> dict[str, Any] | None:
    try:
        return client.get("/3/Compat.info")
    except H2OCompatError as problem:
        if getattr(problem, "status", None) is None:
            raise
        return {}


def _info_of(client: RestClient, address: str) -> dict[str, Any] | None:
    """Ask one node directly: None if it cannot be reached, an empty dict if it lacks the extension."""
    host, _, port = address.rpartition(":")
    where = replace(client.endpoint, host=host.strip("[]"), port=int(port))
    pool = Pool(where, _PROBE_SECONDS, client.pool.headers)
    try:
        connection = pool.fresh()
    except OSError:
        return None
    try:
        connection.request("GET", where.prefix + "/3/Compat.info", headers=client.pool.headers)
        response = connection.getresponse()
        body = response.read()
        value = json.loads(body) if response.status == 200 else {}
    except (OSError, ValueError):
        return None
    finally:
        connection.close()
    return value if isinstance(value, dict) else {}


class Health:
    """Finds a dead node of a cluster whose other nodes still answer.

    H2O itself calls a cluster healthy for a minute after a node died, while work on its data hangs.

    Parameters
    ----------
    client : RestClient
        The client of one node.
    addresses : list of str
        The nodes that could be reached when the cluster was joined.
    size : int
        How many nodes there are.
    """

    def __init__(self, client: RestClient, addresses: list[str], size: int) -> None:
        self._client = client
        self._addresses = addresses
        self._size = size

    def __call__(self) -> str | None:
        """Return what is wrong with the cluster, or None."""
        if self._size == 1:
            return None
        dead = [address for address in self._addresses if self._refuses(address)] or self._lagging()
        if not dead:
            return None
        return (
            f"A node of the cluster died ({', '.join(dead)}), and its part of every frame with it. H2O "
            "cannot go on without it: restart the cluster, call connect() and load the data anew."
        )

    def _refuses(self, address: str) -> bool:
        host, _, port = address.rpartition(":")
        where = replace(self._client.endpoint, host=host.strip("[]"), port=int(port))
        try:
            Pool(where, _PROBE_SECONDS, {}).fresh().close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True
        except OSError:
            return False  # slow, or its certificate names another host: no proof of death
        return False

    def _lagging(self) -> list[str]:
        pool = self._client.pool
        connection = pool.fresh(_PROBE_SECONDS)
        try:
            connection.request("GET", pool.endpoint.prefix + "/3/Cloud", headers=pool.headers)
            nodes = json.loads(connection.getresponse().read()).get("nodes", [])
        except (OSError, ValueError):
            return []
        finally:
            connection.close()
        newest = max((int(node["last_ping"]) for node in nodes), default=0)
        return [str(node["ip_port"]) for node in nodes if newest - int(node["last_ping"]) > _STALE_MILLISECONDS]
