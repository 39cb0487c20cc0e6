"""Ocean's contracts: how they are called, where they lie on the chains, and how a chain of our own gets them."""

from __future__ import annotations

import functools
import json
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web3 import Web3

from h2o_sklearn.publish.errors import PublishError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from web3.contract import Contract
    from web3.types import TxReceipt

    from h2o_sklearn.publish.ocean import Ocean

NOBODY = "0x" + "0" * 40

#: What publishing and buying need, by its name in an address book of Ocean.
_BOOK_NAMES = {
    "ERC721Factory": "ERC721Factory",
    "Router": "FactoryRouter",
    "FixedPrice": "FixedRateExchange",
    "Ocean": "OceanToken",
}
_SUPPLY = Web3.to_wei(1_000_000, "ether")


@functools.cache
def artifact(name: str) -> dict[str, Any]:
    """Read a contract's interface and code from the distribution ``ocean-contracts``.

    Its files lie in a folder of the common name ``artifacts``, so that they are found by the distribution.
    """
    path = metadata.distribution("ocean-contracts").locate_file(f"artifacts/{name}.json")
    read: dict[str, Any] = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    return read


def contract(w3: Web3, name: str, address: str) -> Contract:
    """Return a contract on a chain."""
    return w3.eth.contract(address=Web3.to_checksum_address(address), abi=artifact(name)["abi"])


def addresses(chain_id: int, book: str | os.PathLike[str] | None = None) -> tuple[dict[str, str], int]:
    """Look up where Ocean's contracts lie on a chain.

    Parameters
    ----------
    chain_id : int
        The chain.
    book : path, optional
        An address book, a JSON file as Ocean writes it. By default the one that comes with this package, which has
        the public chains.

    Returns
    -------
    addresses : dict
        The addresses by name of the contract.
    start_block : int
        The block before which there is nothing of Ocean.

    Raises
    ------
    PublishError
        When the book has no such chain.
    """
    if book is None:
        known = json.loads(resources.files("h2o_sklearn.publish").joinpath("addresses.json").read_text("utf-8"))
        if str(chain_id) in known:
            return known[str(chain_id)]["contracts"], known[str(chain_id)]["start_block"]
        chains = ", ".join(f"{entry['name']} ({number})" for number, entry in known.items())
    else:
        entries = json.loads(Path(book).read_text(encoding="utf-8")).values()
        for entry in entries:
            if entry.get("chainId") == chain_id and _BOOK_NAMES.keys() <= entry.keys():
                return {ours: entry[theirs] for theirs, ours in _BOOK_NAMES.items()}, entry.get("startBlock", 0)
        chains = ", ".join(str(entry.get("chainId")) for entry in entries)
    raise PublishError(
        f"the address book has no contracts of Ocean on chain {chain_id}; it has {chains}. Give an address book of"
        " the chain, or deploy the contracts on a chain of your own"
    )


def write_book(path: str | os.PathLike[str], ocean: Ocean) -> None:
    """Write an address book of the contracts on a chain of one's own.

    Parameters
    ----------
    path : path
        The file.
    ocean : Ocean
        The contracts.
    """
    entry = {theirs: ocean.addresses[ours] for theirs, ours in _BOOK_NAMES.items()}
    book = {"own": {"chainId": ocean.chain_id, "startBlock": 0, **entry}}
    Path(path).write_text(json.dumps(book, indent=1) + "\n", encoding="utf-8")


def deploy(w3: Web3, owner: str, send: Callable[[Any], TxReceipt]) -> dict[str, str]:
    """Put Ocean's contracts on a chain of our own.

    Parameters
    ----------
    w3 : web3.Web3
        The chain.
    owner : str
        The account that will own them, and all OCEAN there is.
    send : callable
        Sends a call from that account, and returns the receipt.

    Returns
    -------
    dict
        The addresses by name of the contract.
    """
    made: dict[str, str] = {}

    def new(name: str, *arguments: Any) -> str:
        code = w3.eth.contract(abi=artifact(name)["abi"], bytecode=artifact(name)["bytecode"])
        made[name] = str(send(code.constructor(*arguments))["contractAddress"])
        return made[name]

    def functions(name: str) -> Any:
        return contract(w3, name, made[name]).functions

    token = new("OceanToken", owner)
    send(functions("OceanToken").mint(owner, _SUPPLY))
    collector = new("OPFCommunityFeeCollector", owner, owner)
    # The router wants an address for pools, which Ocean has given up; any but zero will do.
    router = new("FactoryRouter", owner, token, NOBODY[:-1] + "1", collector, [])
    new("FixedRateExchange", router)
    new("ERC20Template")
    new("ERC721Template")
    factory = new("ERC721Factory", made["ERC721Template"], made["ERC20Template"], router)
    routing = functions("FactoryRouter")
    send(routing.addFactory(factory))
    send(routing.addFixedRateContract(made["FixedRateExchange"]))
    send(routing.addApprovedToken(token))
    return {name: made[name] for name in _BOOK_NAMES.values()}


def abis() -> Mapping[str, Any]:
    """Return the interfaces whose events the page of a transaction names."""
    names = ("ERC721Factory", "ERC721Template", "ERC20Template", "FixedRateExchange", "OceanToken")
    return {name: artifact(name)["abi"] for name in names}
