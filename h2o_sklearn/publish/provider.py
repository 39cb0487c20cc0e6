"""The provider: it keeps what is sold closed, and opens it for those who have bought it.

What a buyer gets (a link, an address) is written into the metadata on the chain, encrypted so that the provider
alone can read it. The provider releases it against three proofs: a signature of the buyer, a number that was not
used before, and an order on the chain.
"""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from ecies import decrypt, encrypt
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_keys.datatypes import PrivateKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from web3 import Web3

from h2o_sklearn.publish.errors import ChainUnreachableError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount
    from starlette.requests import Request
    from starlette.responses import Response

    from h2o_sklearn.publish.ocean import Ocean

INFO = "/api/services"
ENCRYPT = "/api/services/encrypt"
DOWNLOAD = "/api/services/download"
_PARAMETERS = ("documentId", "nft", "transferTxId", "consumerAddress", "nonce", "signature")
_AHEAD = 60_000  # milliseconds that a buyer's clock may be ahead of ours
_LARGEST = 1_000_000  # bytes to encrypt


def message(chain_id: int, did: str, transaction: str, consumer: str, nonce: int) -> SignableMessage:
    """Return what a buyer signs: this data set, this order, this account, this time, on this chain.

    Parameters
    ----------
    chain_id : int
        The chain.
    did : str
        The data set.
    transaction : str
        The order.
    consumer : str
        The buyer.
    nonce : int
        Milliseconds since 1970; later than that of any earlier request.

    Returns
    -------
    SignableMessage
        The message, in the form that wallets sign.
    """
    return encode_defunct(text=f"download {did}\nchain {chain_id}\norder {transaction}\nby {consumer}\nat {nonce}")


class Provider:
    """A provider of data sets.

    Parameters
    ----------
    ocean : Ocean
        The chain on which they are sold.
    key : LocalAccount
        Whose key opens what was encrypted for this provider.
    publishers : iterable of str
        Addresses of the accounts whose data sets it serves: it opens nothing for those of strangers.
    from_block : int, optional
        The block before which there are none of them.
    """

    def __init__(
        self, ocean: Ocean, key: LocalAccount, publishers: Iterable[str], *, from_block: int | None = None
    ) -> None:
        self.ocean = ocean
        self.publishers = {Web3.to_checksum_address(address) for address in publishers}
        self.from_block = from_block
        self._key = PrivateKey(bytes(key.key))
        self._lock = threading.Lock()
        self._nonces: dict[str, int] = {}
        # What was said to another run of this server is older than this one, so that nothing has to be kept.
        self._begun = _now()

    @property
    def public_key(self) -> bytes:
        """The key with which is encrypted for this provider."""
        return bytes(self._key.public_key.to_compressed_bytes())

    def encrypt(self, data: bytes) -> bytes:
        """Encrypt so that this provider alone can read it.

        Parameters
        ----------
        data : bytes
            What nobody else is to read.

        Returns
        -------
        bytes
            The encrypted data.
        """
        return bytes(encrypt(self.public_key, data))

    def routes(self) -> list[Route]:
        """Return the routes for a Starlette application."""
        return [
            Route(INFO, self._info),
            Route(ENCRYPT, self._encrypt, methods=["POST"]),
            Route(DOWNLOAD, self._download),
        ]

    def app(self, routes: Iterable[Route] = ()) -> Starlette:
        """Return an application of these routes, and of others."""
        return Starlette(routes=[*self.routes(), *routes])

    def _info(self, _request: Request) -> Response:
        return JSONResponse(
            {"chainId": self.ocean.chain_id, "publicKey": "0x" + self.public_key.hex(), "time": _now()}
        )

    async def _encrypt(self, request: Request) -> Response:
        data = b""
        async for part in request.stream():
            data += part
            if len(data) > _LARGEST:
                return _refused(413, f"more than {_LARGEST} bytes")
        return PlainTextResponse("0x" + self.encrypt(data).hex())

    def _download(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _PARAMETERS}
        try:
            consumer = Web3.to_checksum_address(asked["consumerAddress"])
            nft = Web3.to_checksum_address(asked["nft"])
            nonce = int(asked["nonce"])
        except ValueError:
            return _refused(400, f"a request has the parameters {', '.join(_PARAMETERS)}")
        did, order = asked["documentId"], asked["transferTxId"]
        if not self._signed(message(self.ocean.chain_id, did, order, consumer, nonce), asked["signature"], consumer):
            return _refused(401, "the signature is not that of the account")
        if not self._fresh(consumer, nonce):
            return _refused(401, "the nonce was used, or is not the time: milliseconds since 1970")
        try:
            return self._opened(did, nft, order, consumer)
        except ChainUnreachableError:
            return _refused(503, "the node of the chain does not answer")
        except PublishError as error:
            return _refused(404, str(error))

    def _opened(self, did: str, nft: str, order: str, consumer: str) -> Response:
        ocean = self.ocean
        if did != ocean.did(nft) or ocean.owner(nft) not in self.publishers:
            return _refused(404, "this provider does not have this data set")
        if not ocean.active(nft):
            return _refused(410, "the data set was withdrawn")
        service = ocean.resolve(nft, self.from_block)["services"][0]
        if not ocean.ordered(order, service["datatokenAddress"], consumer):
            return _refused(402, "the transaction is no order of this data set by this account")
        try:
            asset = json.loads(decrypt(self._key.to_bytes(), bytes.fromhex(service["files"].removeprefix("0x"))))
        except ValueError:
            return _refused(404, "this provider cannot read the metadata of this data set")
        # Else the files of a data set could be sold anew, for less, by whoever copies them from its metadata.
        if (asset.get("nftAddress"), asset.get("datatokenAddress")) != (nft, service["datatokenAddress"]):
            return _refused(404, "the files in the metadata are those of another data set")
        return JSONResponse({"files": asset["files"]}, headers={"Cache-Control": "no-store"})

    @staticmethod
    def _signed(said: SignableMessage, signature: str, account: str) -> bool:
        try:
            return bool(Account.recover_message(said, signature=bytes.fromhex(signature.removeprefix("0x"))) == account)
        except Exception:  # noqa: BLE001 - whatever is no signature is not theirs
            return False

    def _fresh(self, consumer: str, nonce: int) -> bool:
        """Take note of a number, and say whether it is later than all before and not of the future."""
        with self._lock:
            fresh = self._nonces.get(consumer, self._begun) < nonce <= _now() + _AHEAD
            if fresh:
                self._nonces[consumer] = nonce
        return fresh


def _now() -> int:
    return time.time_ns() // 1_000_000


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status)
