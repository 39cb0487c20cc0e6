"""The provider opens what was sold to its buyer: not twice for one request, and to nobody else."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from h2o_sklearn.publish import ChainUnreachableError, Provider, ProviderError, provider, released, remote
from h2o_sklearn.publish.pages import routes


@pytest.fixture
def client(provider):
    with TestClient(provider.app()) as made:
        yield made


@pytest.fixture(scope="module")
def bought(ocean, buyer, publish):
    """Something bought and ordered: the publication and the order."""
    made = publish()
    ocean.buy(buyer, made.datatoken)
    return made, ocean.order(buyer, made.datatoken)


def asked(client, ocean, account, made, order, nonce, /, **changed):
    """Ask as an account does, with some things changed after the signature."""
    said = provider.message(ocean.chain_id, made.did, order, account.address, nonce)
    sent = {
        "documentId": made.did, "nft": made.nft, "transferTxId": order, "consumerAddress": account.address,
        "nonce": str(nonce), "signature": bytes(account.sign_message(said).signature).hex(),
    }  # fmt: skip
    return client.get(provider.DOWNLOAD, params={**sent, **changed})


_last = 0


def now():
    """The time, and later than at any call before."""
    global _last  # noqa: PLW0603 - a clock has a state
    _last = max(provider._now(), _last + 10)
    return _last


def test_a_buyer_gets_what_was_sold(client, ocean, buyer, bought):
    made, order = bought
    files = released(ocean, buyer, made.nft, order, client=client)
    assert files[0]["url"].endswith("swordfish")
    assert files[1]["type"] == "orbitdb"


def test_a_request_counts_once(client, ocean, buyer, bought):
    made, order = bought
    first = now()
    assert asked(client, ocean, buyer, made, order, first).status_code == 200
    for nonce in (first, first - 1, 1, first + 3_600_000):
        reply = asked(client, ocean, buyer, made, order, nonce)
        assert reply.status_code == 401
        assert "nonce" in reply.json()["error"]
    assert asked(client, ocean, buyer, made, order, first + 1).status_code == 200


def test_a_request_to_an_earlier_run_does_not_count(ocean, publisher, buyer, bought):
    made, order = bought
    earlier = now()
    restarted = Provider(ocean, publisher, [publisher.address])
    with TestClient(restarted.app()) as client:
        assert asked(client, ocean, buyer, made, order, min(earlier, restarted._begun)).status_code == 401
        assert asked(client, ocean, buyer, made, order, now()).status_code == 200


def test_a_stranger_gets_nothing(client, chain, ocean, buyer, bought):
    made, order = bought
    stranger = chain.account()
    assert asked(client, ocean, stranger, made, order, now()).status_code == 402
    posing = asked(client, ocean, stranger, made, order, now(), consumerAddress=buyer.address)
    assert posing.status_code == 401
    assert "signature" in posing.json()["error"]
    assert asked(client, ocean, buyer, made, order, now()).status_code == 200  # its nonces are its own
    with pytest.raises(ProviderError, match="is no order") as error:
        released(ocean, stranger, made.nft, order, client=client)
    assert error.value.status == 402


@pytest.mark.parametrize("name", ["documentId", "transferTxId", "nonce", "signature"])
def test_what_was_signed_cannot_be_changed(client, ocean, buyer, bought, name):
    made, order = bought
    changed = {"documentId": "did:op:1", "transferTxId": "0x12", "nonce": str(now() + 5), "signature": "00" * 65}
    assert asked(client, ocean, buyer, made, order, now(), **{name: changed[name]}).status_code == 401


@pytest.mark.parametrize("name", ["consumerAddress", "nft", "nonce"])
def test_a_request_that_is_none(client, ocean, buyer, bought, name):
    made, order = bought
    assert asked(client, ocean, buyer, made, order, now(), **{name: "x"}).status_code == 400


def test_another_order_does_not_count(client, ocean, buyer, bought, publish):
    made, order = bought
    other = publish("other", price="1")
    assert asked(client, ocean, buyer, other, order, now()).status_code == 402
    assert asked(client, ocean, buyer, made, other.transaction, now()).status_code == 402
    assert asked(client, ocean, buyer, made, order, now(), nft=other.nft).status_code == 404  # the did is not its


def test_the_files_of_a_data_set_are_not_sold_anew(client, chain, ocean, publisher, buyer, bought, publish):
    """A stranger copies the encrypted files of a data set into one of their own, which costs less."""
    made, _ = bought
    files = ocean.resolve(made.nft)["services"][0]["files"]
    copied = publish("copy", price="0.1", encrypt=lambda _: bytes.fromhex(files.removeprefix("0x")))
    ocean.buy(buyer, copied.datatoken)
    reply = asked(client, ocean, buyer, copied, ocean.order(buyer, copied.datatoken), now())
    assert reply.status_code == 404
    assert "another data set" in reply.json()["error"]


def test_strangers_data_sets_are_not_served(client, chain, ocean, publish, buyer):
    stranger = chain.account()
    made = publish("theirs", account=stranger)
    ocean.buy(buyer, made.datatoken)
    assert asked(client, ocean, buyer, made, ocean.order(buyer, made.datatoken), now()).status_code == 404


def test_the_chain_is_down(client, ocean, buyer, bought, monkeypatch):
    made, order = bought

    def down(*args):
        raise ChainUnreachableError("no")

    monkeypatch.setattr(ocean, "owner", down)
    assert asked(client, ocean, buyer, made, order, now()).status_code == 503


def test_a_provider_elsewhere_encrypts(client, provider, ocean, publisher, publish, buyer):
    made = publish("remote", encrypt=remote("http://testserver", client))
    ocean.buy(buyer, made.datatoken)
    assert len(released(ocean, buyer, made.nft, ocean.order(buyer, made.datatoken), client=client)) == 2
    assert client.get("/api/services").json()["chainId"] == ocean.chain_id
    assert client.post("/api/services/encrypt", content=bytes(2_000_000)).status_code == 413
    assert remote("http://testserver", client)(b"x") != remote("http://testserver", client)(b"x")


def test_nobody_provides():
    with pytest.raises(ProviderError, match="does not answer"):
        remote("http://127.0.0.1:9")(b"x")


def test_the_page_of_a_transaction(ocean, publish):
    made = publish("<script>alert(1)</script>")
    with TestClient(Provider(ocean, _key(), []).app(routes(ocean.w3))) as client:
        page = client.get(f"/tx/{made.transaction}")
        assert page.status_code == 200
        for shown in ("NFTCreated", "TokenCreated", "ExchangeCreated", made.nft, made.datatoken, "&lt;script&gt;"):
            assert shown in page.text
        assert "<script" not in page.text
        assert "MetadataCreated" in client.get(f"/tx/{made.metadata_transaction}").text
        for name in ("0x" + "12" * 32, "x", "<b>"):
            assert client.get(f"/tx/{name}").status_code == 404


def _key():
    from eth_account import Account

    return Account.create()


def test_what_is_on_the_chain_does_not_hold_the_link(ocean, bought):
    assert "swordfish" not in json.dumps(ocean.resolve(bought[0].nft))
