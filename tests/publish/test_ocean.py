"""Ocean's real contracts on a chain in this process: published once, resolved, bought and ordered."""

from __future__ import annotations

import hashlib
import json
import lzma
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from eth_account import Account
from web3 import Web3

from h2o_sklearn.publish import (
    BalanceError,
    ChainUnreachableError,
    MetadataError,
    Ocean,
    PublishError,
    Record,
    TransactionError,
    connect,
    contracts,
    transaction_link,
    transactions,
)


@pytest.fixture(scope="module")
def published(ocean, publisher, provider):
    return ocean.publish(
        publisher, name="points & places", description="Clustered", author="Theo", price="10.5",
        files=[{"type": "url", "url": "https://example.invalid/?sig=swordfish"}],
        encrypt=provider.encrypt, endpoint="http://testserver",
    )  # fmt: skip


def test_what_is_published_is_resolved(ocean, published, publisher):
    document = ocean.resolve(published.nft)
    assert document == ocean.resolve(published.did) == ocean.resolve(published.nft, published.block)
    metadata = {name: document["metadata"][name] for name in ("name", "description", "author", "license")}
    assert metadata == {
        "name": "points & places", "description": "Clustered", "author": "Theo", "license": "CC-BY-4.0",
    }  # fmt: skip
    assert document["id"] == published.did == ocean.did(published.nft.lower())
    assert "swordfish" not in json.dumps(document)
    assert ocean.price(published.datatoken) == published.price == Decimal("10.5")
    assert ocean.owner(published.nft) == publisher.address
    assert ocean.active(published.nft)
    assert json.loads(json.dumps(published.to_dict()))["price"] == "10.5"


def test_one_transaction_makes_all_three(ocean, published):
    receipt = ocean.w3.eth.get_transaction_receipt(published.transaction)
    emitters = {log["address"] for log in receipt["logs"]}
    assert {published.nft, published.datatoken, ocean.addresses["FixedRateExchange"]} <= emitters


def test_it_is_bought_and_ordered(ocean, published, buyer, publisher):
    has = ocean.balance(buyer.address)
    with pytest.raises(BalanceError, match="no datatoken"):
        ocean.order(buyer, published.datatoken)
    with pytest.raises(BalanceError, match=r"10\.51.* OCEAN, which is more than 10"):
        ocean.buy(buyer, published.datatoken, max_price=10)
    paid = ocean.buy(buyer, published.datatoken, max_price=11)
    assert paid == Decimal("10.5105")  # a thousandth goes to the community
    assert ocean.balance(buyer.address) == has - paid
    assert ocean.buy(buyer, published.datatoken) == 0  # it has one
    order = ocean.order(buyer, published.datatoken)
    assert ocean.ordered(order, published.datatoken, buyer.address)
    assert ocean.ordered(order, published.datatoken.lower(), buyer.address.lower())
    assert not ocean.ordered(order, published.datatoken, publisher.address)
    assert not ocean.ordered(order, ocean.addresses["OceanToken"], buyer.address)
    assert not ocean.ordered(published.transaction, published.datatoken, buyer.address)
    assert not ocean.ordered("0x" + "12" * 32, published.datatoken, buyer.address)
    assert not ocean.ordered("nothing", published.datatoken, buyer.address)


def test_an_order_with_a_record_is_made_once(ocean, published, buyer, tmp_path):
    ocean.buy(buyer, published.datatoken)
    first = ocean.order(buyer, published.datatoken, Record(tmp_path / "order.json"))
    assert ocean.order(buyer, published.datatoken, Record(tmp_path / "order.json")) == first


# ---------------------------------------------------------------- too little, nobody there


def test_too_little(ocean, published, publish, chain):
    poor = Account.create()
    with pytest.raises(BalanceError, match=rf"{poor.address} has 0 of the currency"):
        publish(account=poor)
    with pytest.raises(BalanceError, match=r"has 0 OCEAN, and it costs 10\.5105"):
        ocean.buy(chain.account(), published.datatoken)


def test_nobody_answers():
    with pytest.raises(ChainUnreachableError, match=r"at http://127\.0\.0\.1:9: is the address right") as error:
        connect("http://user:swordfish@127.0.0.1:9/v3/swordfish")
    assert "swordfish" not in str(error.value)


@pytest.mark.parametrize("price", [0, -1, "a lot", float("nan")])
def test_a_price_that_is_none(publish, price):
    with pytest.raises(ValueError, match="OCEAN is"):
        publish(price=price)


def test_a_name_that_is_none(publish):
    with pytest.raises(ValueError, match="needs a name"):
        publish(name=" ")


# ---------------------------------------------------------------- again, without paying twice


def datasets(ocean):
    factory = contracts.contract(ocean.w3, "ERC721Factory", ocean.addresses["ERC721Factory"])
    return len(factory.events.NFTCreated().get_logs(from_block=0))


def after(monkeypatch, w3, number):
    """Let the line break after a transaction was sent: it is mined, and nobody here knows."""
    real, count = w3.eth.send_raw_transaction, [0]

    def sent(raw):
        count[0] += 1
        name = real(raw)
        if count[0] == number:
            raise ConnectionError("the line broke")
        return name

    monkeypatch.setattr(w3.eth, "send_raw_transaction", sent)


@pytest.mark.parametrize("number", [1, 2], ids=["after the token", "after the metadata"])
def test_a_publication_goes_on_where_the_line_broke(ocean, publisher, publish, monkeypatch, tmp_path, number):
    before, paid = datasets(ocean), ocean.w3.eth.get_transaction_count(publisher.address)
    with monkeypatch.context() as patched:
        after(patched, ocean.w3, number)
        with pytest.raises(ChainUnreachableError, match="nothing is paid twice"):
            publish("broken", record=Record(tmp_path / "r.json", "x"))
    made = publish("broken", record=Record(tmp_path / "r.json", "x"))
    assert publish("broken", record=Record(tmp_path / "r.json", "x")) == made
    assert datasets(ocean) == before + 1
    assert ocean.w3.eth.get_transaction_count(publisher.address) == paid + 2
    assert ocean.resolve(made.nft)["metadata"]["name"] == "broken"
    state = (tmp_path / "r.json").read_text()
    assert (tmp_path / "r.json").stat().st_mode & 0o077 == 0
    for hidden in (bytes(publisher.key).hex(), "swordfish"):
        assert hidden not in state


def test_a_transaction_that_never_arrived_is_sent_again(ocean, publisher, publish, monkeypatch, tmp_path):
    before = datasets(ocean)

    def lost(raw):
        raise ConnectionError("the line is down")

    with monkeypatch.context() as patched:
        patched.setattr(ocean.w3.eth, "send_raw_transaction", lost)
        for _ in range(2):
            with pytest.raises(ChainUnreachableError):
                publish("lost", record=Record(tmp_path / "r.json", "x"))
    plans = json.loads((tmp_path / "r.json").read_text())["steps"]["create"]
    assert len({plan["nonce"] for plan in plans}) == 1  # whichever arrives, the chain takes one
    assert publish("lost", record=Record(tmp_path / "r.json", "x"))
    assert datasets(ocean) == before + 1


def test_a_number_that_another_transaction_took_is_not_waited_for(ocean, publisher, publish, monkeypatch, tmp_path):
    before = datasets(ocean)

    def lost(raw):
        raise ConnectionError("the line is down")

    with monkeypatch.context() as patched:
        patched.setattr(ocean.w3.eth, "send_raw_transaction", lost)
        with pytest.raises(ChainUnreachableError):
            publish("late", record=Record(tmp_path / "r.json", "x"))
    ocean.give(publisher, publisher.address, 1)
    monkeypatch.setattr(transactions, "_LATE", 0.2)
    assert publish("late", record=Record(tmp_path / "r.json", "x"))
    assert datasets(ocean) == before + 1


def test_two_at_the_same_time_pay_once(ocean, publish, tmp_path):
    before = datasets(ocean)
    records = [Record(tmp_path / "r.json", "x") for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda record: publish("twice", record=record), records))
    assert made[0] == made[1]
    assert datasets(ocean) == before + 1


def test_a_record_of_something_else(tmp_path):
    Record(tmp_path / "r.json", "one").keep("create", [])
    with pytest.raises(PublishError, match="record of another publication"):
        Record(tmp_path / "r.json", "two")


def test_a_record_that_cannot_be_written(publish, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        publish(record=Record(tmp_path / "file" / "r.json"))


def test_a_call_that_the_contract_refuses(ocean, chain, published):
    stranger = chain.account()
    writing = ocean._writing(published.nft, b"{}", "http://testserver")
    with pytest.raises(TransactionError, match="refuses"):
        transactions.Sender(ocean.w3, stranger).once("metadata", writing)


# ---------------------------------------------------------------- metadata that are not what they should be


def written(ocean, publisher, nft, data, *, flags=b"\1", hashed=None):
    call = contracts.contract(ocean.w3, "ERC721Template", nft).functions.setMetaData(
        0, "", contracts.NOBODY, flags, data, hashed or hashlib.sha256(data).digest(), []
    )
    transactions.Sender(ocean.w3, publisher).send(call)


def packed(document):
    raw = json.dumps(document).encode()
    return lzma.compress(raw, format=lzma.FORMAT_ALONE), hashlib.sha256(raw).digest()


def test_metadata_that_lie(ocean, publisher, publish, published):
    made = publish()
    good = ocean.resolve(made.nft)
    data, hashed = packed(good)
    written(ocean, publisher, made.nft, data, hashed=bytes(32))
    with pytest.raises(MetadataError, match="not what their hash says"):
        ocean.resolve(made.nft)
    written(ocean, publisher, made.nft, data[:-40], hashed=hashed)
    with pytest.raises(MetadataError, match=r"hash says|unpacked"):
        ocean.resolve(made.nft)
    written(ocean, publisher, made.nft, b"noise", hashed=hashed)
    with pytest.raises(MetadataError, match="unpacked"):
        ocean.resolve(made.nft)
    other, hashed = packed(ocean.resolve(published.nft))
    written(ocean, publisher, made.nft, other, hashed=hashed)
    with pytest.raises(MetadataError, match="another data set"):
        ocean.resolve(made.nft)
    written(ocean, publisher, made.nft, b"[]", flags=b"\0")
    with pytest.raises(MetadataError, match="no description"):
        ocean.resolve(made.nft)
    written(ocean, publisher, made.nft, b"x", flags=b"\2")
    with pytest.raises(MetadataError, match="encrypted"):
        ocean.resolve(made.nft)
    bomb = lzma.compress(bytes(11_000_000), format=lzma.FORMAT_ALONE)
    written(ocean, publisher, made.nft, bomb, hashed=hashed)
    with pytest.raises(MetadataError, match="hash says"):
        ocean.resolve(made.nft)
    with pytest.raises(MetadataError, match="no metadata"):
        ocean.resolve(ocean.addresses["ERC721Factory"])
    with pytest.raises(MetadataError, match="there is no did:op:12"):
        ocean.resolve("did:op:12")


# ---------------------------------------------------------------- chains


def test_the_address_book_has_the_public_chains(tmp_path):
    found, start = contracts.addresses(11155111)
    assert found["ERC721Factory"] == "0xEF62FB495266C72a5212A11Dce8baa79Ec0ABeB1"
    assert start == 3722802
    for number in (1, 10, 137, 11155111):
        assert set(contracts.addresses(number)[0]) == set(contracts._BOOK_NAMES.values())
        assert all(Web3.is_address(address) for address in contracts.addresses(number)[0].values())
    with pytest.raises(PublishError, match=r"chain 5; it has polygon \(137\)"):
        contracts.addresses(5)


def test_an_address_book_of_ones_own(ocean, chain, tmp_path):
    book = tmp_path / "address.json"
    contracts.write_book(book, ocean)
    entry = json.loads(book.read_text())["own"]
    lower = {name: value.lower() if isinstance(value, str) else value for name, value in entry.items()}
    book.write_text(json.dumps({"goerli": {"chainId": 5}, "ours": {**lower, "startBlock": 2}}))
    found = Ocean(chain.w3, book=book)
    assert found.addresses == ocean.addresses
    assert found.start_block == 2
    with pytest.raises(PublishError, match="no contracts of Ocean on chain"):
        Ocean(chain.w3)


def test_where_a_transaction_is_looked_at():
    assert transaction_link(11155111, "0x12") == "https://sepolia.etherscan.io/tx/0x12"
    assert transaction_link(31337, "0x12", "http://127.0.0.1:8030/") == "http://127.0.0.1:8030/tx/0x12"
