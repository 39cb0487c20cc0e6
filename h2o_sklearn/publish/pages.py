"""A page that shows a transaction, for chains of one's own, which no explorer knows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from hexbytes import HexBytes
from starlette.responses import HTMLResponse
from starlette.routing import Route
from web3.exceptions import TransactionNotFound
from web3.logs import DISCARD

from h2o_sklearn.publish.contracts import abis
from h2o_sklearn.publish.errors import ChainUnreachableError
from h2o_sklearn.publish.transactions import answering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from web3 import Web3

_STYLE = (
    "body{font:16px system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}"
    "th{width:14rem;font-weight:600}"
)
_LONGEST = 200


def routes(w3: Web3) -> list[Route]:
    """Return the route ``/tx/{hash}`` for a Starlette application.

    Parameters
    ----------
    w3 : web3.Web3
        The chain.

    Returns
    -------
    list of Route
        The route.
    """

    def page(request: Request) -> HTMLResponse:
        try:
            found = transaction(w3, request.path_params["hash"])
        except ChainUnreachableError:
            return _page("The node of the chain does not answer", "", 503)
        if found is None:
            return _page("There is no such transaction", "", 404)
        events = "".join(
            f"<h2>{escape(event['event'])}</h2>{_table({'contract': event['contract'], **event['values']})}"
            for event in found["events"]
        )
        return _page("Transaction", _table(found["facts"]) + events)

    return [Route("/tx/{hash}", page)]


def transaction(w3: Web3, name: str) -> dict[str, Any] | None:
    """Read a transaction and the events of Ocean's contracts in it.

    Parameters
    ----------
    w3 : web3.Web3
        The chain.
    name : str
        The transaction's hash.

    Returns
    -------
    dict or None
        ``facts`` by name, and ``events``: a list of dicts with ``event``, ``contract`` and ``values``. None where
        there is no such transaction.
    """
    with answering(w3):
        try:
            receipt = w3.eth.get_transaction_receipt(HexBytes(name))
        except (TransactionNotFound, ValueError):
            return None
        facts = {
            "hash": "0x" + bytes(receipt["transactionHash"]).hex(),
            "chain": w3.eth.chain_id,
            "block": receipt["blockNumber"],
            "status": "done" if receipt["status"] == 1 else "reverted",
            "from": receipt["from"],
            "to": receipt["to"] or "a new contract",
            "gas used": receipt["gasUsed"],
        }
        return {"facts": facts, "events": _events(w3, receipt)}


def _events(w3: Web3, receipt: Any) -> list[dict[str, Any]]:
    found = {}
    for abi in abis().values():
        reader = w3.eth.contract(abi=abi)
        for entry in abi:
            if entry["type"] == "event" and not entry.get("anonymous"):
                for log in reader.events[entry["name"]]().process_receipt(receipt, errors=DISCARD):
                    values = {name: _shown(value) for name, value in log["args"].items()}
                    found[log["logIndex"]] = {"event": entry["name"], "contract": log["address"], "values": values}
    return [found[place] for place in sorted(found)]


def _shown(value: object) -> str:
    text = "0x" + value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _table(facts: Mapping[str, object]) -> str:
    rows = "".join(f"<tr><th>{escape(str(name))}<td>{escape(str(value))}" for name, value in facts.items())
    return f"<table>{rows}</table>"


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    narrow = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f'<!doctype html><html lang="en"><meta charset="utf-8">{narrow}<title>{title}</title><style>{_STYLE}</style>'
    return HTMLResponse(f"{head}<h1>{title}</h1>{body}</html>", status)
