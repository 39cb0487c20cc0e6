"""From a host of OrbitDB to a buyer's file: real Node, real k-means in H2O, Azurite, a real EVM, two commands."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess

import numpy as np
import pyarrow as pa
import pytest
from azure.storage.blob import BlobServiceClient, PublicAccess
from command import H2O_COMPAT
from eth_account import Account
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

from h2o_frame_compat.io.orbitdb import read_orbitdb
from h2o_sklearn import publish as steps
from h2o_sklearn.cli import main
from h2o_sklearn.publish import (
    AzureAccount,
    ChainUnreachableError,
    CredentialsError,
    LocalChain,
    Ocean,
    Provider,
    PublishError,
    StorageError,
    Terms,
    connect,
    contracts,
    fetch,
    fetched,
    host,
    keys,
    local_chain,
    publish,
    record_of,
    released,
    upload,
)
from h2o_sklearn.publish.serve import serving

pytestmark = pytest.mark.services

X, GROUPS = make_blobs(5000, centers=5, cluster_std=0.5, random_state=3)
DATA = b'{"data":[]}'


@pytest.fixture
def azure(service):
    facts = service("azurite")
    return AzureAccount(facts["account"], facts["key"], container="published", endpoint=facts["endpoint"])


@pytest.fixture
def anvil(service):
    return LocalChain(connect(service("anvil")["rpc"]), service("anvil")["rpc"])


@contextlib.contextmanager
def command(*arguments, **environment):
    """Run a command until its first line is there, and end it after use."""
    process = subprocess.Popen(
        [*H2O_COMPAT, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "H2O_COMPAT_PROGRESS": "0", **environment},
    )  # fmt: skip
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 0


@pytest.mark.slow
def test_the_whole_flow_by_two_commands(anvil, azure, service, tmp_path, cluster):
    service("node")
    seller, buyer = anvil.account(), anvil.account()
    (tmp_path / "key").write_text("0x" + bytes(seller.key).hex())
    columns = {"x": X[:, 0].tolist(), "y": X[:, 1].tolist(), "t": GROUPS.tolist()}
    (tmp_path / "data.json").write_text(json.dumps(columns))
    with command("host", str(tmp_path / "data.json")) as hosted:
        arguments = [
            "publish", "--from", hosted["address"], "--peer", hosted["peers"][0], "--clusters", "5",
            "--name", "H2O clustering", "--price", "10", "--author", "Theo Turner", "--description", "Clustered points",
            "--azure", azure.name, "--azure-key", "env:KEY_OF_AZURE", "--azure-endpoint", azure.endpoint, "--orbitdb",
            "--rpc", anvil.rpc, "--account", f"file:{tmp_path / 'key'}", "--listen", "127.0.0.1:0",
            "--deploy", "--address-book", str(tmp_path / "book.json"), "--record", str(tmp_path / "record.json"),
            "--directory", str(tmp_path / "node"),
        ]  # fmt: skip
        with command(*arguments, KEY_OF_AZURE=azure.key) as made:
            ocean = Ocean(anvil.w3, book=tmp_path / "book.json")
            ocean.give(seller, buyer.address, 50)
            document = ocean.resolve(made["did"], made["block"])
            assert document["metadata"]["name"] == "H2O clustering"
            assert ocean.price(made["datatoken"]) == 10
            ocean.buy(buyer, made["datatoken"], max_price="10.01")
            order = ocean.order(buyer, made["datatoken"])
            link, table = released(ocean, buyer, made["nft"], order)
            found = json.loads(fetched(link))
            replicated = read_orbitdb(table["address"], table["peers"])
            assert fetched({"type": "url", "url": made["link"]}).startswith(b"<!doctype html>")
            printed = json.dumps(made)
        # Done again, it is what it was, and nothing is paid twice.
        paid = anvil.w3.eth.get_transaction_count(seller.address)
        with command(*arguments, KEY_OF_AZURE=azure.key) as again:
            same = ("did", "nft", "datatoken", "transaction", "metadata_transaction", "hosted")
            assert {name: again[name] for name in same} == {name: made[name] for name in same}
        assert anvil.w3.eth.get_transaction_count(seller.address) == paid
    assert found["data"] == X.tolist()
    reference = KMeans(5, n_init=10, random_state=0).fit(X)
    centers = np.array(found["centroids"])
    theirs = reference.cluster_centers_
    assert np.allclose(centers[np.lexsort(centers.T)], theirs[np.lexsort(theirs.T)], atol=0.01)
    inertia = ((X - centers[found["cluster"]]) ** 2).sum()
    assert inertia == pytest.approx(reference.inertia_, rel=1e-4)
    assert replicated.column("cluster").to_pylist() == found["cluster"]
    assert replicated.column("x").to_pylist() == X[:, 0].tolist()
    for hidden in (azure.key, "sig=", bytes(seller.key).hex()):
        assert hidden not in printed + (tmp_path / "record.json").read_text()


def test_each_step_can_be_done_again_alone(anvil, azure, cluster, tmp_path):
    said = []
    rows = pa.table({"x": X[:300, 0], "y": X[:300, 1], "t": GROUPS[:300]})
    seller = anvil.account()
    ocean = Ocean.deployed(anvil.w3, seller)
    provider = Provider(ocean, seller, [seller.address])
    reports = [steps.cluster(rows, 5, n_init=2, max_clusters=3, progress=said.append) for _ in range(2)]
    assert reports[0].columns == ["x", "y"]
    assert reports[0].to_json() == reports[1].to_json()
    files = [host(reports[0], azure=azure, progress=said.append) for _ in range(2)]
    assert fetched(files[0][0]) == fetched(files[1][0]) == reports[0].to_json().encode()
    terms = Terms("again", 5)
    with serving(provider.app()) as endpoint:
        records = [record_of(ocean, seller, terms, reports[0].to_json(), tmp_path / "record.json") for _ in range(2)]
        made = [
            publish(ocean, seller, terms, files[0], provider, endpoint=endpoint, record=record, progress=said.append)
            for record in records
        ]
        assert made[0] == made[1]
        with pytest.raises(PublishError, match="another publication"):
            record_of(ocean, seller, Terms("other", 5), reports[0].to_json(), tmp_path / "record.json")
        elsewhere = publish(ocean, seller, Terms("by address", 5), files[0], endpoint)
        assert elsewhere.nft != made[0].nft
    assert said[0] == "clustering"
    assert said[-1] == "published"
    assert not any("sig=" in line for line in said)
    with pytest.raises(ValueError, match="azure account or a node"):
        host(reports[0])
    with pytest.raises(ValueError, match="endpoint"):
        publish(ocean, seller, terms, files[0], provider)


def test_a_link_reads_one_blob_and_nothing_else(azure):
    link = upload(DATA, azure.name, azure.key, container=azure.container, endpoint=azure.endpoint)
    other = upload(b"other", azure.name, azure.key, container=azure.container, endpoint=azure.endpoint)
    assert fetched({"type": "url", "url": link.url}) == DATA
    signature = link.url.partition("?")[2]
    listing = f"{azure.endpoint}/{azure.container}?restype=container&comp=list&{signature}"
    for url in (link.blob, f"{other.blob}?{signature}", listing):
        with pytest.raises(StorageError, match="refused with status 40"):
            fetched({"type": "url", "url": url})
    ended = upload(DATA, azure.name, azure.key, container=azure.container, endpoint=azure.endpoint, days=-1)
    with pytest.raises(StorageError, match="may have ended") as error:
        fetched({"type": "url", "url": ended.url})
    assert "sig=" not in str(error.value)


@pytest.mark.parametrize("key", ["QQ==", "A" * 86 + "==", "no key at all"])
def test_a_wrong_key(azure, key):
    with pytest.raises(CredentialsError, match="key") as error:
        upload(DATA, azure.name, key, container=azure.container, endpoint=azure.endpoint)
    assert key not in str(error.value)


def test_a_public_container_is_not_used(azure):
    with BlobServiceClient(azure.endpoint, credential=azure.key) as service:
        held = service.get_container_client("everybody")
        if not held.exists():
            held.create_container(public_access=PublicAccess.BLOB)
        with pytest.raises(StorageError, match="everybody can read the container"):
            upload(DATA, azure.name, azure.key, container="everybody", endpoint=azure.endpoint)
        assert list(held.list_blobs()) == []


def test_a_local_chain_of_its_own(service, monkeypatch):
    monkeypatch.setenv("PATH", service("anvil")["folder"], prepend=os.pathsep)
    with local_chain() as chain:
        account = chain.account(2)
        assert chain.w3.eth.get_balance(account.address) == 2 * 10**18
        assert connect(chain.rpc).eth.chain_id == 31337
    with pytest.raises(ChainUnreachableError):
        connect(chain.rpc)


def test_a_poor_publisher(anvil, azure, tmp_path, monkeypatch, capsys, cluster):
    contracts.write_book(tmp_path / "book.json", Ocean.deployed(anvil.w3, anvil.account()))
    (tmp_path / "data.json").write_text(json.dumps({"x": [1.0, 2.0, 8.0], "y": [0.0, 1.0, 9.0]}))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv(keys.ACCOUNT_KEY, bytes(Account.create().key).hex())
    monkeypatch.setenv(keys.AZURE_KEY, azure.key)
    arguments = [
        "publish", "--file", str(tmp_path / "data.json"), "--clusters", "2", "--name", "n", "--price", "1", "--once",
        "--azure", azure.name, "--azure-endpoint", azure.endpoint, "--rpc", anvil.rpc, "--listen", "127.0.0.1:0",
        "--address-book", str(tmp_path / "book.json"), "--record", str(tmp_path / "record.json"),
    ]  # fmt: skip
    assert main(arguments) == 1
    assert "has 0 of the currency of chain 31337" in capsys.readouterr().err


def test_an_address_that_nobody_serves(service):
    service("node")
    with pytest.raises(TimeoutError, match="peers"):
        fetch("/orbitdb/zdpuArRAALmEUvscza17LFHS9PLhWdZbqHPLSdA4LCBRd5cvG", [], timeout=1)
