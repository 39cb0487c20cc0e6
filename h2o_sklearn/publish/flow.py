"""From an address on OrbitDB to a data set that is sold, in four steps; each can be done, and done again, alone.

>>> rows = fetch("/orbitdb/zdpu...")                                            # doctest: +SKIP
>>> report = cluster(rows, 5)                                                   # doctest: +SKIP
>>> files = host(report, node=node, azure=AzureAccount("name", key))            # doctest: +SKIP
>>> publish(ocean, account, Terms("H2O clustering", 10), files, provider)       # doctest: +SKIP
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from h2o_frame_compat.io.orbitdb import default_node
from h2o_frame_compat.io.orbitdb.layout import HOST_COLUMNS
from h2o_sklearn.cluster import ClusterReport, cluster_report
from h2o_sklearn.publish import azure as blobs
from h2o_sklearn.publish.consumer import remote
from h2o_sklearn.publish.transactions import Record, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    import pyarrow as pa
    from eth_account.signers.local import LocalAccount

    from h2o_frame_compat.io.orbitdb import OrbitNode
    from h2o_sklearn.publish.ocean import Ocean, Publication
    from h2o_sklearn.publish.provider import Provider


@dataclass(frozen=True)
class Terms:
    """What is said of a data set, and what it costs.

    Attributes
    ----------
    name : str
        Its name.
    price : Decimal, float or str
        Its price in OCEAN.
    description : str
        What the data are.
    author : str
        Who made them.
    license : str
        Under what terms.
    """

    name: str
    price: Decimal | float | str
    description: str = ""
    author: str = ""
    license: str = "CC-BY-4.0"


@dataclass(frozen=True)
class AzureAccount:
    """Where on Azure a result goes.

    Attributes
    ----------
    name : str
        The storage account.
    key : str
        One of its access keys.
    container : str
        A container that is not public; made if need be.
    endpoint : str or None
        Address of the blob service, where it is not Azure's own.
    days : float
        How long links can be used.
    """

    name: str
    key: str = field(repr=False)
    container: str = blobs.CONTAINER
    endpoint: str | None = None
    days: float = 30


def fetch(
    address: str,
    peers: Iterable[str] | None = None,
    *,
    timeout: float = 60,
    node: OrbitNode | None = None,
    progress: Callable[[str], object] | None = None,
) -> pa.Table:
    """Replicate a table of OrbitDB by its address.

    Parameters
    ----------
    address : str
        Its address, ``/orbitdb/zdpu...``.
    peers : iterable of str, optional
        Nodes that have it.
    timeout : float, default 60
        Seconds to wait for it.
    node : OrbitNode, optional
        The node that fetches; by default the one of this process.
    progress : callable, optional
        Called with a sentence at each step.

    Returns
    -------
    pyarrow.Table
        The table, verified.
    """
    say = progress or _silent
    say(f"fetching {address}")
    found: pa.Table = (node or default_node()).replicate(address, timeout, peers)
    say(f"fetched and verified {found.num_rows} rows of {', '.join(found.column_names)}")
    return found


def cluster(
    rows: Any,
    n_clusters: int | Literal["auto"] = "auto",
    *,
    columns: Sequence[str] | None = None,
    progress: Callable[[str], object] | None = None,
    **options: Any,
) -> ClusterReport:
    """Cluster rows in the H2O cluster.

    Parameters
    ----------
    rows : table
        The rows.
    n_clusters : int or "auto", default "auto"
        Number of clusters.
    columns : sequence of str, optional
        The columns to cluster, which have to be numbers. By default all of them, but of the ``x``, ``y``, ``t`` that
        H2O-Host makes not ``t``, which is the true group of each row.
    progress : callable, optional
        Called with a sentence at each step.
    **options
        What :func:`h2o_sklearn.cluster.cluster_report` takes.

    Returns
    -------
    ClusterReport
        The clusters.
    """
    say = progress or _silent
    if columns is None and list(getattr(rows, "column_names", ())) == HOST_COLUMNS:
        columns = HOST_COLUMNS[:2]
    say("clustering")
    report = cluster_report(rows, n_clusters, columns=columns, **options)
    say(f"found {report.n_clusters} clusters of {report.n_rows} rows")
    return report


def host(
    report: ClusterReport,
    *,
    azure: AzureAccount | None = None,
    node: OrbitNode | None = None,
    name: str = "clustered",
    progress: Callable[[str], object] | None = None,
) -> list[dict[str, Any]]:
    """Host the result of a clustering: its JSON on Azure, its table on OrbitDB, or both.

    Parameters
    ----------
    report : ClusterReport
        The clusters.
    azure : AzureAccount, optional
        Where on Azure the JSON goes.
    node : OrbitNode, optional
        The node that serves the table, as long as it runs.
    name : str, default "clustered"
        Name of the table.
    progress : callable, optional
        Called with a sentence at each step.

    Returns
    -------
    list of dict
        What a buyer gets. A link in it lets whoever has it read the data: it is not to be printed.
    """
    say = progress or _silent
    files: list[dict[str, Any]] = []
    if azure is None and node is None:
        raise ValueError("a result is hosted on Azure, on OrbitDB, or both: give an azure account or a node")
    if azure is not None:
        say("uploading to Azure")
        link = blobs.upload(
            report.to_json().encode(), azure.name, azure.key,
            container=azure.container, endpoint=azure.endpoint, days=azure.days,
        )  # fmt: skip
        files.append({"type": "url", "method": "GET", "url": link.url})
        say(f"uploaded to {link.blob}, readable by link until {link.expires:%Y-%m-%d}")
    if node is not None:
        say("hosting on OrbitDB")
        hosted = node.host(report.table(), name)
        files.append({"type": "orbitdb", "address": hosted.address, "peers": list(hosted.peers)})
        say(f"hosted as {hosted.address}")
    return files


def publish(
    ocean: Ocean,
    account: LocalAccount,
    terms: Terms,
    files: Sequence[Mapping[str, Any]],
    provider: Provider | str,
    *,
    endpoint: str | None = None,
    record: Record | None = None,
    progress: Callable[[str], object] | None = None,
) -> Publication:
    """Publish what is hosted on Ocean.

    Parameters
    ----------
    ocean : Ocean
        The chain.
    account : LocalAccount
        Who publishes and pays.
    terms : Terms
        Name, price, description, author.
    files : sequence of mapping
        What :func:`host` gave.
    provider : Provider or str
        Who opens the data for buyers: a provider of this process, or the address of one.
    endpoint : str, optional
        The address at which buyers find a provider of this process.
    record : Record, optional
        From :func:`record_of`: done again with the same one, nothing is paid twice.
    progress : callable, optional
        Called with a sentence at each step.

    Returns
    -------
    Publication
        The data set.
    """
    if isinstance(provider, str):
        encrypt, endpoint = remote(provider), provider
    elif endpoint is None:
        raise ValueError("buyers have to find the provider: give its address (endpoint)")
    else:
        encrypt = provider.encrypt
    return ocean.publish(
        account,
        name=terms.name,
        price=terms.price,
        description=terms.description,
        author=terms.author,
        license=terms.license,
        files=files,
        encrypt=encrypt,
        endpoint=endpoint,
        record=record,
        progress=progress,
    )


def record_of(
    ocean: Ocean, account: LocalAccount, terms: Terms, content: object, path: str | os.PathLike[str] | None = None
) -> Record:
    """Return where is written down how far a publication came, found again by what it is about.

    Parameters
    ----------
    ocean : Ocean
        The chain.
    account : LocalAccount
        Who publishes.
    terms : Terms
        What is said of the data.
    content : object
        What tells the data from others, such as their JSON.
    path : path, optional
        The file; by default one in ``$XDG_STATE_HOME/h2o-compat/publish``, named by a digest of all these.

    Returns
    -------
    Record
        The record. It holds transactions, and no key.
    """
    what = digest(ocean.genesis, ocean.chain_id, account.address, terms, content)
    if path is None:
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        path = state / "h2o-compat" / "publish" / f"{what}.json"
    return Record(path, what)


def _silent(_: str) -> None:
    """Tell nobody."""
