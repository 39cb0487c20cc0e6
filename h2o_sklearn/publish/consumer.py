"""What a buyer does: order, prove it to the provider, and fetch the data."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import httpx2

from h2o_sklearn.publish import provider
from h2o_sklearn.publish.errors import ProviderError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eth_account.signers.local import LocalAccount

    from h2o_sklearn.publish.ocean import Ocean

_ANSWER = 60.0


def remote(endpoint: str, client: httpx2.Client | None = None) -> Callable[[bytes], bytes]:
    """Return a function that lets a provider encrypt, for ``Ocean.publish``.

    Parameters
    ----------
    endpoint : str
        Address of the provider.
    client : httpx2.Client, optional
        What asks.

    Returns
    -------
    callable
        Takes bytes, and returns them encrypted.
    """

    def encrypt(data: bytes) -> bytes:
        reply = _asked(client, "POST", endpoint, provider.ENCRYPT, content=data)
        return bytes.fromhex(reply.text.removeprefix("0x"))

    return encrypt


def released(
    ocean: Ocean, account: LocalAccount, nft: str, order: str, *,
    from_block: int | None = None, client: httpx2.Client | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Let the provider of a data set release its files.

    Parameters
    ----------
    ocean : Ocean
        The chain.
    account : LocalAccount
        Who has ordered.
    nft : str
        The data set.
    order : str
        The transaction that ``Ocean.order`` gave.
    from_block : int, optional
        The block before which there are no metadata of it.
    client : httpx2.Client, optional
        What asks.

    Returns
    -------
    list of dict
        Links (``{"type": "url", "url": ...}``) and addresses (``{"type": "orbitdb", "address": ..., "peers": ...}``).

    Raises
    ------
    ProviderError
        When the provider refuses; the message says why.
    """
    document = ocean.resolve(nft, from_block)
    nonce = time.time_ns() // 1_000_000
    said = provider.message(ocean.chain_id, document["id"], order, account.address, nonce)
    asked = {
        "documentId": document["id"],
        "nft": document["nftAddress"],
        "transferTxId": order,
        "consumerAddress": account.address,
        "nonce": str(nonce),
        "signature": "0x" + bytes(account.sign_message(said).signature).hex(),
    }
    endpoint = document["services"][0]["serviceEndpoint"]
    files: list[dict[str, Any]] = _asked(client, "GET", endpoint, provider.DOWNLOAD, params=asked).json()["files"]
    return files


def fetched(file: Mapping[str, Any], client: httpx2.Client | None = None) -> bytes:
    """Fetch what a link that was released leads to.

    Parameters
    ----------
    file : mapping
        One of the files, of type ``"url"``; for one of type ``"orbitdb"`` there is ``read_orbitdb``.
    client : httpx2.Client, optional
        What fetches.

    Returns
    -------
    bytes
        The data.

    Raises
    ------
    StorageError
        When it cannot be had: links end some time.
    """
    if file.get("type") != "url":
        raise ValueError(f"a file of type {file.get('type')!r} is no link; read_orbitdb reads an OrbitDB address")
    with _open(client) as asking:
        try:
            reply = asking.get(file["url"])
        except httpx2.HTTPError as error:
            raise StorageError(f"the link does not answer: {type(error).__name__}") from None  # it quotes the link
    if reply.status_code != 200:
        raise StorageError(f"the link is refused with status {reply.status_code}: it may have ended")
    return bytes(reply.content)


def _asked(client: httpx2.Client | None, method: str, endpoint: str, path: str, **options: Any) -> httpx2.Response:
    with _open(client) as asking:
        try:
            reply = asking.request(method, endpoint.rstrip("/") + path, **options)
        except httpx2.HTTPError as error:
            raise ProviderError(f"the provider at {endpoint} does not answer: {type(error).__name__}") from error
    if reply.status_code != 200:
        try:
            reason = reply.json()["error"]
        except (ValueError, KeyError, TypeError):
            reason = f"status {reply.status_code}"
        raise ProviderError(f"the provider at {endpoint} refuses: {reason}", status=reply.status_code)
    return reply


@contextlib.contextmanager
def _open(client: httpx2.Client | None) -> Iterator[httpx2.Client]:
    if client is not None:
        yield client
        return
    with httpx2.Client(timeout=_ANSWER) as made:
        yield made
