"""Cluster a table, host the result, and sell it on Ocean Protocol; the first line printed is a JSON object about it.

It then serves (the provider, the page of the transaction, the table on OrbitDB) until it is stopped. Done again with
the same arguments it goes on where it ended, and pays for nothing twice.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from h2o_frame_compat.errors import H2OCompatError
from h2o_frame_compat.io.orbitdb import OrbitNode
from h2o_frame_compat.io.orbitdb.layout import table_of
from h2o_sklearn import publish as steps
from h2o_sklearn.cli.host import read
from h2o_sklearn.publish import contracts, keys
from h2o_sklearn.publish.pages import routes
from h2o_sklearn.publish.serve import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eth_account.signers.local import LocalAccount

_FUNDS = (10, 100)  # ether and OCEAN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    data = parser.add_argument_group("data")
    source = data.add_mutually_exclusive_group(required=True)
    source.add_argument("--from", dest="address", metavar="ADDRESS", help="a table on OrbitDB: /orbitdb/zdpu...")
    source.add_argument("--file", help="a .json, .csv or .parquet file instead")
    data.add_argument("--peer", action="append", metavar="ADDRESS", help="a node that has the table")
    data.add_argument("--timeout", type=float, default=60, metavar="SECONDS", help="to wait for it (default: 60)")
    data.add_argument("--columns", type=_names, metavar="A,B,...", help="columns to cluster (default: all)")
    data.add_argument("--clusters", type=_clusters, default="auto", metavar="K", help="a number, or auto (default)")
    data.add_argument("--output", metavar="FILE", help="write the clusters to this JSON file too")
    terms = parser.add_argument_group("terms")
    terms.add_argument("--name", required=True, help="name of the data set")
    terms.add_argument("--price", required=True, metavar="OCEAN", help="its price")
    terms.add_argument("--description", default="")
    terms.add_argument("--author", default="")
    terms.add_argument("--license", default="CC-BY-4.0")
    hosting = parser.add_argument_group("hosting", "on Azure, on OrbitDB, or both; OrbitDB without either option")
    hosting.add_argument("--azure", metavar="ACCOUNT", help="storage account for the JSON")
    hosting.add_argument("--azure-key", metavar="PLACE", help=f"env:NAME or file:path (default: env:{keys.AZURE_KEY})")
    hosting.add_argument("--azure-container", default="h2o", metavar="NAME")
    hosting.add_argument("--azure-endpoint", metavar="URL", help="blob service, where it is not Azure's own")
    hosting.add_argument("--azure-days", type=float, default=30, metavar="DAYS", help="how long links can be used")
    hosting.add_argument("--orbitdb", action="store_true", help="serve the clustered table on OrbitDB")
    hosting.add_argument("--directory", help="where OrbitDB keeps data and keys")
    chain = parser.add_argument_group("chain", "a local one, which ends with the command, unless --rpc names a node")
    chain.add_argument("--rpc", metavar="URL", help="a node of the chain")
    chain.add_argument("--account", metavar="PLACE", help=f"env:NAME or file:path (default: env:{keys.ACCOUNT_KEY})")
    chain.add_argument("--address-book", metavar="FILE", help="where Ocean's contracts are, for chains we do not know")
    deploy = "where there is no such file: put the contracts on a chain of your own, and write it"
    chain.add_argument("--deploy", action="store_true", help=deploy)
    chain.add_argument("--fund", metavar="ACCOUNT", help="on the local chain: give it 10 ether and 100 OCEAN, to buy")
    chain.add_argument("--record", metavar="FILE", help="where is written down how far it came")
    serve = parser.add_argument_group("provider", "which releases the data to buyers")
    serve.add_argument("--provider", metavar="URL", help="one that runs elsewhere")
    serve.add_argument("--listen", default="127.0.0.1:8030", metavar="HOST:PORT", help="default: 127.0.0.1:8030")
    serve.add_argument("--endpoint", metavar="URL", help="how buyers reach it (default: as it listens)")
    serve.add_argument("--once", action="store_true", help="publish, and serve nothing")


def run(args: argparse.Namespace) -> int:
    """Publish, and serve until a signal comes.

    Parameters
    ----------
    args : argparse.Namespace
        What `add_arguments` declares.

    Returns
    -------
    int
        0 after a signal, or with ``--once``; 1, with a line on standard error, when it cannot be done.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        if args.deploy and not args.address_book:
            raise ValueError("--deploy writes where the contracts are: say where, with --address-book")
        with contextlib.ExitStack() as stack:
            found = _published(args, stack)
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
            if not args.once:
                stopped.wait()
        return 0
    except (H2OCompatError, steps.PublishError, ImportError, OSError, RuntimeError, TypeError, ValueError) as error:
        _say(str(error))
    return 1


def _published(args: argparse.Namespace, stack: contextlib.ExitStack) -> dict[str, Any]:
    """Do all steps; what has to run on for buyers ends with the stack."""
    terms = steps.Terms(args.name, args.price, args.description, args.author, args.license)
    azure = None
    if args.azure:  # a key that is missing is told before anything is done
        key = keys.secret(args.azure_key, keys.AZURE_KEY)
        azure = steps.AzureAccount(args.azure, key, args.azure_container, args.azure_endpoint, args.azure_days)
    account, ocean, rpc = stack.enter_context(_chain(args))
    node = stack.enter_context(OrbitNode(_directory(args), peers=args.peer or ())) if _orbit(args) else None
    report = steps.cluster(_rows(args, node), args.clusters, columns=args.columns, progress=_say)
    content = report.to_json(args.output)
    files = steps.host(
        report, azure=azure, node=node if args.orbitdb or azure is None else None, name=args.name, progress=_say
    )
    served = args.provider
    provider: steps.Provider | str = args.provider
    if not args.provider:
        provider = steps.Provider(ocean, account, [account.address])
        served = stack.enter_context(serving(provider.app(routes(ocean.w3)), args.listen))
    record = steps.record_of(ocean, account, terms, content, args.record) if args.rpc else None
    made = steps.publish(
        ocean, account, terms, files, provider, endpoint=args.endpoint or served, record=record, progress=_say
    )
    return {
        **made.to_dict(),
        "link": steps.transaction_link(made.chain_id, made.transaction, served),
        "publisher": account.address,
        "provider": args.endpoint or served,
        "rpc": rpc,
        "contracts": ocean.addresses,
        "clusters": report.n_clusters,
        "rows": report.n_rows,
        # A link to Azure lets whoever has it read the data: it is for buyers.
        "hosted": [file["address"] if file["type"] == "orbitdb" else file["url"].partition("?")[0] for file in files],
        "peers": node.peers if node is not None else [],
    }


@contextlib.contextmanager
def _chain(args: argparse.Namespace) -> Iterator[tuple[LocalAccount, steps.Ocean, str]]:
    """Give the account, Ocean, and the address of the node, which of a chain of our own is printed."""
    if args.rpc:
        account = steps.account(args.account)
        w3 = steps.connect(args.rpc)
        if args.deploy and not Path(args.address_book).exists():
            _say("putting Ocean's contracts on the chain")
            contracts.write_book(args.address_book, steps.Ocean.deployed(w3, account))
        yield account, steps.Ocean(w3, book=args.address_book), ""
        return
    with steps.local_chain() as local:
        account = local.account()
        _say("putting Ocean's contracts on a local chain")
        ocean = steps.Ocean.deployed(local.w3, account)
        if args.fund:
            local.give(args.fund, _FUNDS[0])
            ocean.give(account, args.fund, _FUNDS[1])
        yield account, ocean, local.rpc


def _orbit(args: argparse.Namespace) -> bool:
    """Say whether a node of OrbitDB has to run."""
    return bool(args.orbitdb or args.address or not args.azure)


def _directory(args: argparse.Namespace) -> str | None:
    """Return where OrbitDB keeps its data: with its key the same content has the same address when done again."""
    if args.directory:
        return str(args.directory)
    if not args.rpc:
        return None
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return str(state / "h2o-compat" / "publish" / "orbitdb")


def _rows(args: argparse.Namespace, node: OrbitNode | None) -> Any:
    if args.address:
        return steps.fetch(args.address, args.peer, timeout=args.timeout, node=node, progress=_say)
    rows = read(Path(args.file))
    return table_of(rows) if isinstance(rows, dict) else rows


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _clusters(text: str) -> int | Literal["auto"]:
    if text == "auto":
        return "auto"
    if text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"a number of clusters, or auto; not {text!r}")


def _say(line: str) -> None:
    sys.stderr.write(f"h2o-compat publish: {line}\n")
