"""Ocean Protocol: a data set as a token that is owned, and tokens that are bought for a price and open it."""

from __future__ import annotations

import hashlib
import json
import lzma
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import TransactionNotFound
from web3.logs import DISCARD

from h2o_sklearn.publish import contracts
from h2o_sklearn.publish.errors import BalanceError, MetadataError, TransactionError
from h2o_sklearn.publish.transactions import Record, Sender, answering, hash_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from eth_account.signers.local import LocalAccount

_ONE = 10**18  # datatokens and OCEAN have 18 decimals
_NO_LIMIT = 2**256 - 1
_COMPRESSED = 1  # in the flags of metadata; 2 is encrypted
_LARGEST = 10_000_000  # bytes of metadata, which a stranger may have compressed
_NO_FEE = (contracts.NOBODY, contracts.NOBODY, 0, 27, bytes(32), bytes(32), 0, b"")
_NO_MARKET_FEE = (contracts.NOBODY, contracts.NOBODY, 0)


@dataclass(frozen=True)
class Publication:
    """A data set on Ocean.

    Attributes
    ----------
    did : str
        Its name, ``did:op:...``.
    nft : str
        Address of the data NFT, which whoever owns it owns the data set.
    datatoken : str
        Address of the token that opens it.
    price : Decimal
        Price in OCEAN.
    chain_id : int
        The chain.
    transaction : str
        The transaction that made the three.
    metadata_transaction : str
        The transaction that wrote the metadata.
    block : int
        The block of the first; looking for the data set need not begin earlier.
    """

    did: str
    nft: str
    datatoken: str
    price: Decimal
    chain_id: int
    transaction: str
    metadata_transaction: str
    block: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, which JSON takes."""
        return {**asdict(self), "price": str(self.price)}


class Ocean:
    """Ocean's contracts on a chain.

    Parameters
    ----------
    w3 : web3.Web3
        The chain, as :func:`h2o_sklearn.publish.connect` gives it.
    addresses : mapping, optional
        Where the contracts lie, by name. By default they are looked up in the address book.
    book : path, optional
        An address book, where the one that comes with this package lacks the chain.
    """

    def __init__(
        self,
        w3: Web3,
        addresses: Mapping[str, str] | None = None,
        *,
        book: str | os.PathLike[str] | None = None,
    ) -> None:
        self.w3 = w3
        with answering(w3):
            self.chain_id = w3.eth.chain_id
            self.start_block = 0
            if addresses is None:
                addresses, self.start_block = contracts.addresses(self.chain_id, book)
            self.addresses = {name: Web3.to_checksum_address(address) for name, address in addresses.items()}
            #: Tells this chain from others of the same number, such as two local ones.
            self.genesis = bytes(w3.eth.get_block(self.start_block)["hash"]).hex()

    @classmethod
    def deployed(cls, w3: Web3, owner: LocalAccount) -> Self:
        """Put the contracts on a chain of one's own.

        Parameters
        ----------
        w3 : web3.Web3
            The chain.
        owner : LocalAccount
            Who pays, and has all OCEAN then.

        Returns
        -------
        Ocean
            The contracts.
        """
        return cls(w3, contracts.deploy(w3, owner.address, Sender(w3, owner).send))

    # ------------------------------------------------------------ publishing

    def did(self, nft: str) -> str:
        """Return the name of a data set, which follows from its NFT and the chain."""
        return "did:op:" + hashlib.sha256(f"{Web3.to_checksum_address(nft)}{self.chain_id}".encode()).hexdigest()

    def publish(
        self,
        account: LocalAccount,
        *,
        name: str,
        price: Decimal | float | str,
        files: Sequence[Mapping[str, Any]],
        encrypt: Callable[[bytes], bytes],
        endpoint: str,
        description: str = "",
        author: str = "",
        license: str = "CC-BY-4.0",
        record: Record | None = None,
        progress: Callable[[str], object] | None = None,
    ) -> Publication:
        """Publish a data set: one transaction makes its NFT, its datatoken and the fixed price, one its metadata.

        Done again with the same record, it goes on where it ended, and pays for nothing twice.

        Parameters
        ----------
        account : LocalAccount
            Who publishes and pays.
        name : str
            Name of the data set.
        price : Decimal, float or str
            Price in OCEAN.
        files : sequence of mapping
            What a buyer gets: ``{"type": "url", "url": ...}``, ``{"type": "orbitdb", "address": ..., "peers": ...}``.
        encrypt : callable
            Encrypts the files so that the provider alone can read them.
        endpoint : str
            Address of the provider.
        description : str
            What the data are.
        author : str
            Who made them.
        license : str, default "CC-BY-4.0"
            Under what terms.
        record : Record, optional
            Where is written down how far it came.
        progress : callable, optional
            Called with a sentence at each step.

        Returns
        -------
        Publication
            The data set.

        Raises
        ------
        BalanceError
            When the account has too little.
        ChainUnreachableError
            When the node does not answer.
        TransactionError
            When the chain refuses.
        """
        say = progress or (lambda _: None)
        cost = _amount(price)
        if not name.strip():
            raise ValueError("a data set needs a name")
        sender = Sender(self.w3, account, record)
        with answering(self.w3):
            say("making the data NFT, the datatoken and the price")
            made = sender.once("create", self._creation(account.address, name, cost))
            nft = self._event("ERC721Factory", "NFTCreated", made)["newTokenAddress"]
            datatoken = self._event("ERC721Factory", "TokenCreated", made)["newTokenAddress"]
            say("writing the metadata")
            asset = {"datatokenAddress": datatoken, "nftAddress": nft, "files": [dict(file) for file in files]}
            metadata = {"name": name, "description": description, "author": author, "license": license}
            raw = self._document(asset, metadata, encrypt, endpoint)
            written = sender.once("metadata", self._writing(nft, raw, endpoint))
            say("published")
        return Publication(
            did=self.did(nft),
            nft=nft,
            datatoken=datatoken,
            price=Decimal(cost) / _ONE,
            chain_id=self.chain_id,
            transaction=hash_of(made),
            metadata_transaction=hash_of(written),
            block=made["blockNumber"],
        )

    def _creation(self, owner: str, name: str, cost: int) -> Any:
        nobody, exchange = contracts.NOBODY, self.addresses["FixedRateExchange"]
        nft = (name, "H2O-NFT", 1, "", True, owner)
        token: tuple[Any, ...] = (1, [f"{name} datatoken", "H2O"], [owner, owner, nobody, nobody], [_NO_LIMIT, 0], [])
        # Decimals of OCEAN and of the token, the price, no fee of a market, and the token is minted when it is sold.
        terms = (exchange, [self.addresses["OceanToken"], owner, owner, nobody], [18, 18, cost, 0, 1])
        return self._functions("ERC721Factory").createNftWithErc20WithFixedRate(nft, token, terms)

    def _document(
        self, asset: dict[str, Any], metadata: dict[str, str], encrypt: Callable[[bytes], bytes], endpoint: str
    ) -> bytes:
        """Return the description of the data set (a DDO), whose files only the provider can read."""
        nft = asset["nftAddress"]
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        service = {
            "id": hashlib.sha256(f"{nft}{endpoint}".encode()).hexdigest(),
            "type": "access",
            "files": "0x" + encrypt(json.dumps(asset).encode()).hex(),
            "datatokenAddress": asset["datatokenAddress"],
            "serviceEndpoint": endpoint,
            "timeout": 0,
        }
        document = {
            "@context": ["https://w3id.org/did/v1"],
            "id": self.did(nft),
            "version": "4.1.0",
            "chainId": self.chain_id,
            "nftAddress": nft,
            "metadata": {"created": now, "updated": now, "type": "dataset", **metadata},
            "services": [service],
        }
        return json.dumps(document, separators=(",", ":")).encode()

    def _writing(self, nft: str, raw: bytes, endpoint: str) -> Any:
        packed, hashed = lzma.compress(raw, format=lzma.FORMAT_ALONE), hashlib.sha256(raw).digest()
        functions = self._functions("ERC721Template", nft)
        return functions.setMetaData(0, endpoint, contracts.NOBODY, bytes([_COMPRESSED]), packed, hashed, [])

    # ------------------------------------------------------------ looking

    def resolve(self, nft: str, from_block: int | None = None) -> dict[str, Any]:
        """Return the newest metadata of a data set, whose hash is checked.

        Parameters
        ----------
        nft : str
            Address of its NFT, or its DID, for which all of Ocean's NFTs from `from_block` on are looked through.
        from_block : int, optional
            The block to begin at: ``Publication.block``. Public nodes want it, as they look through few blocks only.

        Returns
        -------
        dict
            The description of the data set (its DDO).

        Raises
        ------
        MetadataError
            When there are none, or they are not what their hash says.
        """
        start = self.start_block if from_block is None else from_block
        with answering(self.w3):
            if nft.startswith("did:"):
                nft = self._nft_of(nft, start)
            events = contracts.contract(self.w3, "ERC721Template", nft).events
            logs = [
                *events.MetadataCreated().get_logs(from_block=start),
                *events.MetadataUpdated().get_logs(from_block=start),
            ]
        if not logs:
            raise MetadataError(f"there are no metadata of {nft} on chain {self.chain_id} from block {start} on")
        return self._read(nft, max(logs, key=lambda log: (log["blockNumber"], log["logIndex"]))["args"])

    def _nft_of(self, did: str, start: int) -> str:
        factory = contracts.contract(self.w3, "ERC721Factory", self.addresses["ERC721Factory"])
        for log in reversed(list(factory.events.NFTCreated().get_logs(from_block=start))):
            if self.did(log["args"]["newTokenAddress"]) == did:
                return str(log["args"]["newTokenAddress"])
        raise MetadataError(f"there is no {did} on chain {self.chain_id} from block {start} on")

    def _read(self, nft: str, written: Mapping[str, Any]) -> dict[str, Any]:
        raw = bytes(written["data"])
        flags = written["flags"][0] if written["flags"] else 0
        if flags & ~_COMPRESSED:
            raise MetadataError(f"the metadata of {nft} are encrypted: only their own provider can read them")
        if flags & _COMPRESSED:
            try:
                raw = lzma.LZMADecompressor(format=lzma.FORMAT_AUTO, memlimit=2**28).decompress(raw, _LARGEST)
            except lzma.LZMAError as error:
                raise MetadataError(f"the metadata of {nft} cannot be unpacked: {error}") from error
        if hashlib.sha256(raw).digest() != bytes(written["metaDataHash"]):
            raise MetadataError(f"the metadata of {nft} are not what their hash says")
        try:
            document: dict[str, Any] = json.loads(raw)
            same = document["id"] == self.did(nft) and document["nftAddress"] == Web3.to_checksum_address(nft)
        except (ValueError, KeyError, TypeError) as error:
            raise MetadataError(f"the metadata of {nft} are no description of a data set") from error
        if not same:
            raise MetadataError(f"the metadata of {nft} describe another data set")
        return document

    def owner(self, nft: str) -> str:
        """Return who owns a data set."""
        with answering(self.w3):
            return str(self._functions("ERC721Template", nft).ownerOf(1).call())

    def active(self, nft: str) -> bool:
        """Say whether a data set is neither retired nor revoked."""
        with answering(self.w3):
            return int(self._functions("ERC721Template", nft).getMetaData().call()[2]) == 0

    def price(self, datatoken: str) -> Decimal:
        """Return the price of a datatoken in OCEAN, without the fee of the community.

        Parameters
        ----------
        datatoken : str
            Its address.

        Returns
        -------
        Decimal
            The price.
        """
        with answering(self.w3):
            exchange = self._exchange(datatoken)
            return Decimal(self._functions("FixedRateExchange").getRate(exchange).call()) / _ONE

    def balance(self, address: str) -> Decimal:
        """Return how much OCEAN an account has."""
        with answering(self.w3):
            return Decimal(self._functions("OceanToken").balanceOf(address).call()) / _ONE

    def give(self, account: LocalAccount, to: str, amount: Decimal | float | str) -> None:
        """Give OCEAN to an account.

        Parameters
        ----------
        account : LocalAccount
            Who gives.
        to : str
            Who gets it.
        amount : Decimal, float or str
            How much.
        """
        Sender(self.w3, account).send(self._functions("OceanToken").transfer(to, _amount(amount)))

    # ------------------------------------------------------------ buying

    def buy(self, account: LocalAccount, datatoken: str, max_price: Decimal | float | str | None = None) -> Decimal:
        """Buy one datatoken, unless the account has one.

        Parameters
        ----------
        account : LocalAccount
            Who buys and pays.
        datatoken : str
            What to buy.
        max_price : Decimal, float or str, optional
            The most to pay in OCEAN, fees included.

        Returns
        -------
        Decimal
            What was paid in OCEAN, fees included; 0 where the account has a datatoken already.

        Raises
        ------
        BalanceError
            When the account has too little, or it costs more than `max_price`.
        """
        address, exchange = account.address, self.addresses["FixedRateExchange"]
        token, fixed = self._functions("OceanToken"), self._functions("FixedRateExchange")
        with answering(self.w3):
            if self._functions("ERC20Template", datatoken).balanceOf(address).call() >= _ONE:
                return Decimal(0)
            sale = self._exchange(datatoken)
            cost = int(fixed.calcBaseInGivenOutDT(sale, _ONE, 0).call()[0])
            if max_price is not None and cost > _amount(max_price):
                raise BalanceError(f"it costs {Decimal(cost) / _ONE} OCEAN, which is more than {max_price}")
            has = int(token.balanceOf(address).call())
            if has < cost:
                raise BalanceError(f"{address} has {Decimal(has) / _ONE} OCEAN, and it costs {Decimal(cost) / _ONE}")
            sender = Sender(self.w3, account)
            if token.allowance(address, exchange).call() < cost:
                sender.send(token.approve(exchange, cost))
            sender.send(fixed.buyDT(sale, _ONE, cost, contracts.NOBODY, 0))
        return Decimal(cost) / _ONE

    def order(self, account: LocalAccount, datatoken: str, record: Record | None = None) -> str:
        """Spend a datatoken on the right to the data.

        Parameters
        ----------
        account : LocalAccount
            Who has bought.
        datatoken : str
            What was bought.
        record : Record, optional
            Where is written down how far it came: done again with it, one datatoken is spent.

        Returns
        -------
        str
            The transaction, which is shown to the provider.

        Raises
        ------
        BalanceError
            When the account has no datatoken.
        """
        functions = self._functions("ERC20Template", datatoken)
        sender = Sender(self.w3, account, record)
        with answering(self.w3):
            if not sender.record["order"] and functions.balanceOf(account.address).call() < _ONE:
                raise BalanceError(f"{account.address} has no datatoken of {datatoken}: buy one first")
            call = functions.startOrder(account.address, 0, _NO_FEE, _NO_MARKET_FEE)
            return hash_of(sender.once("order", call))

    def ordered(self, transaction: str, datatoken: str, consumer: str) -> bool:
        """Say whether a transaction is the order of a data set by an account.

        Parameters
        ----------
        transaction : str
            The transaction.
        datatoken : str
            The token of the data set.
        consumer : str
            The account.

        Returns
        -------
        bool
            True when it has been mined, and spent one token of this kind for this account.
        """
        datatoken, consumer = Web3.to_checksum_address(datatoken), Web3.to_checksum_address(consumer)
        with answering(self.w3):
            try:
                receipt = self.w3.eth.get_transaction_receipt(HexBytes(transaction))
            except (TransactionNotFound, ValueError):
                return False
            if receipt["status"] != 1:
                return False
            found = contracts.contract(self.w3, "ERC20Template", datatoken).events.OrderStarted()
            return any(
                event["address"] == datatoken
                and event["args"]["consumer"] == consumer
                and event["args"]["serviceIndex"] == 0
                and event["args"]["amount"] >= _ONE
                for event in found.process_receipt(receipt, errors=DISCARD)
            )

    # ------------------------------------------------------------ contracts

    def _functions(self, name: str, address: str | None = None) -> Any:
        return contracts.contract(self.w3, name, address or self.addresses[name]).functions

    def _event(self, name: str, event: str, receipt: Any) -> Mapping[str, Any]:
        emitter = contracts.contract(self.w3, name, self.addresses[name])
        found = [
            log["args"]
            for log in emitter.events[event]().process_receipt(receipt, errors=DISCARD)
            if log["address"] == emitter.address
        ]
        if not found:
            raise TransactionError(f"the transaction {hash_of(receipt)} did not bring the event {event} of {name}")
        return dict(found[0])

    def _exchange(self, datatoken: str) -> bytes:
        """Return the number of the sale of a datatoken at the exchange that this Ocean has."""
        for where, number in self._functions("ERC20Template", datatoken).getFixedRates().call():
            if where == self.addresses["FixedRateExchange"]:
                return bytes(number)
        raise MetadataError(f"the datatoken {datatoken} is not sold at a fixed price on chain {self.chain_id}")


def _amount(ocean: Decimal | float | str) -> int:
    """Return an amount of OCEAN in its smallest unit."""
    try:
        amount = Web3.to_wei(Decimal(str(ocean)), "ether")
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"an amount of OCEAN is a number, not {ocean!r}") from error
    if amount <= 0:
        raise ValueError(f"an amount of OCEAN is greater than 0, not {ocean!r}")
    return amount

