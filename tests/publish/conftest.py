"""A chain in this process with Ocean's real contracts on it, and accounts that have something."""

from __future__ import annotations

from functools import partial

import pytest
from eth.estimators.gas import binary_gas_search
from web3 import Web3
from web3.providers.eth_tester import EthereumTesterProvider

from h2o_sklearn.publish import LocalChain, Ocean, Provider

FILES = [
    {"type": "url", "method": "GET", "url": "https://example.invalid/output.json?sig=swordfish"},
    {"type": "orbitdb", "address": "/orbitdb/zdpuX", "peers": []},
]


@pytest.fixture(scope="session")
def chain():
    provider = EthereumTesterProvider()
    # It looks for the gas of a call by trying, a dozen times unless a rough figure will do.
    provider.ethereum_tester.backend.chain.gas_estimator = partial(binary_gas_search, tolerance=3_000_000)
    return LocalChain(Web3(provider))


@pytest.fixture(scope="session")
def publisher(chain):
    return chain.account()


@pytest.fixture(scope="session")
def ocean(chain, publisher):
    return Ocean.deployed(chain.w3, publisher)


@pytest.fixture(scope="module")
def buyer(chain, ocean, publisher):
    account = chain.account()
    ocean.give(publisher, account.address, 100)
    return account


@pytest.fixture(scope="session")
def provider(ocean, publisher):
    return Provider(ocean, publisher, [publisher.address])


@pytest.fixture(scope="session")
def publish(ocean, publisher, provider):
    """Publish something of a name."""

    def made(name="points", price="10", files=FILES, **options):
        options = {"encrypt": provider.encrypt, "endpoint": "http://testserver", **options}
        return ocean.publish(options.pop("account", publisher), name=name, price=price, files=files, **options)

    return made
