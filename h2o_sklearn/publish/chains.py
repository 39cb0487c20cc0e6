"""Chains: a node that somebody runs, or a chain of our own on this machine; and where transactions are looked at."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eth_account import Account
from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware

from h2o_sklearn.publish.errors import ChainUnreachableError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from eth_account.signers.local import LocalAccount

_ANSWER = 30  # seconds
_START = 30
_LISTENING = re.compile(r"Listening on (127\.0\.0\.1:\d+)")

#: Where each chain's transactions are looked at.
EXPLORERS = {
    1: "https://etherscan.io",
    10: "https://optimistic.etherscan.io",
    56: "https://bscscan.com",
    137: "https://polygonscan.com",
    246: "https://explorer.energyweb.org",
    1285: "https://moonriver.moonscan.io",
    8453: "https://basescan.org",
    23294: "https://explorer.oasis.io/mainnet/sapphire",
    23295: "https://explorer.oasis.io/testnet/sapphire",
    11155111: "https://sepolia.etherscan.io",
    11155420: "https://sepolia-optimism.etherscan.io",
}


def transaction_link(chain_id: int, transaction: str, local: str = "") -> str:
    """Return where a transaction can be looked at.

    Parameters
    ----------
    chain_id : int
        The chain.
    transaction : str
        The transaction's hash.
    local : str
        Address of a server that has :func:`h2o_sklearn.publish.pages.routes`, for chains that no explorer knows.

    Returns
    -------
    str
        The address of a page.
    """
    return f"{EXPLORERS.get(chain_id, local.rstrip('/'))}/tx/{transaction}"


def connect(rpc: str) -> Web3:
    """Connect to a node.

    Parameters
    ----------
    rpc : str
        Its address, ``https://...``. A key in it is not printed.

    Returns
    -------
    web3.Web3
        The connection.

    Raises
    ------
    ChainUnreachableError
        When nobody answers.
    """
    w3 = Web3(Web3.HTTPProvider(rpc, request_kwargs={"timeout": _ANSWER}))
    # Chains whose blocks are signed by authorities put more into a header than Ethereum does.
    w3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
    if not w3.is_connected():
        raise ChainUnreachableError(
            f"no node of a chain answers at {redacted(rpc)}: is the address right, and does the node run?"
        )
    return w3


def redacted(rpc: str) -> str:
    """Return the address of a node without the key that it may hold."""
    parts = urlsplit(rpc)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


@dataclass(frozen=True)
class LocalChain:
    """A chain on this machine, which ends with the ``with`` statement that started it.

    Attributes
    ----------
    w3 : web3.Web3
        The connection.
    rpc : str
        Its address for other processes; empty where it is a part of this one.
    """

    w3: Web3
    rpc: str = ""

    def account(self, ether: Decimal | float = 10) -> LocalAccount:
        """Make an account that has ether.

        Parameters
        ----------
        ether : float or Decimal, default 10
            How much.

        Returns
        -------
        LocalAccount
            The account, with a new key.
        """
        made: LocalAccount = Account.create()
        self.give(made.address, ether)
        return made

    def give(self, address: str, ether: Decimal | float) -> None:
        """Give an account ether, which a local chain has plenty of.

        Parameters
        ----------
        address : str
            The account.
        ether : float or Decimal
            How much.
        """
        eth = self.w3.eth
        value = Web3.to_wei(ether, "ether")
        to = Web3.to_checksum_address(address)
        eth.wait_for_transaction_receipt(eth.send_transaction({"from": eth.accounts[0], "to": to, "value": value}))


@contextlib.contextmanager
def local_chain() -> Iterator[LocalChain]:
    """Run a chain on this machine: ``anvil`` where it is installed, else ``eth-tester`` in this process.

    Yields
    ------
    LocalChain
        The chain.

    Raises
    ------
    PublishError
        When neither is installed.
    """
    program = shutil.which("anvil")
    if program is None:
        yield LocalChain(_in_process())
        return
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - a program of this machine, with fixed arguments
                [program, "--host", "127.0.0.1", "--port", "0"], stdout=out, stderr=subprocess.STDOUT
            )
        try:
            rpc = f"http://{_listening(process, log)}"
            yield LocalChain(connect(rpc), rpc)
        finally:
            process.terminate()
            process.wait()


def _in_process() -> Web3:
    try:
        from web3.providers.eth_tester import EthereumTesterProvider  # noqa: PLC0415 - not everybody has it

        return Web3(EthereumTesterProvider())
    except ImportError:
        raise PublishError(
            "there is no local chain: install anvil (npm install -g @foundry-rs/anvil), or"
            " pip install 'eth-tester[py-evm]', or name the node of a chain (rpc)"
        ) from None


def _listening(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the chain is there, and return its address."""
    end = time.monotonic() + _START
    while time.monotonic() < end and process.poll() is None:
        found = _LISTENING.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found.group(1)
        time.sleep(0.05)
    raise PublishError(f"anvil did not start: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")
