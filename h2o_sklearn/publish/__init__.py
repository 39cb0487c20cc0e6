"""A clustered data set, published: its result on Azure or OrbitDB, its price and its owner on Ocean Protocol."""

from __future__ import annotations

try:
    from h2o_sklearn.publish.azure import Link, upload
    from h2o_sklearn.publish.chains import LocalChain, connect, local_chain, transaction_link
    from h2o_sklearn.publish.consumer import fetched, released, remote
    from h2o_sklearn.publish.errors import (
        BalanceError,
        ChainUnreachableError,
        CredentialsError,
        MetadataError,
        ProviderError,
        PublishError,
        StorageError,
        TransactionError,
    )
    from h2o_sklearn.publish.flow import AzureAccount, Terms, cluster, fetch, host, publish, record_of
    from h2o_sklearn.publish.keys import account
    from h2o_sklearn.publish.ocean import Ocean, Publication
    from h2o_sklearn.publish.provider import Provider
    from h2o_sklearn.publish.transactions import Record
except ModuleNotFoundError as error:
    if (error.name or "").startswith(("h2o_sklearn", "h2o_frame_compat")):
        raise
    raise ImportError(f"publishing needs {error.name}: pip install 'h2o-compat[ocean]'") from error

__all__ = [
    "AzureAccount",
    "BalanceError",
    "ChainUnreachableError",
    "CredentialsError",
    "Link",
    "LocalChain",
    "MetadataError",
    "Ocean",
    "Provider",
    "ProviderError",
    "Publication",
    "PublishError",
    "Record",
    "StorageError",
    "Terms",
    "TransactionError",
    "account",
    "cluster",
    "connect",
    "fetch",
    "fetched",
    "host",
    "local_chain",
    "publish",
    "record_of",
    "released",
    "remote",
    "transaction_link",
    "upload",
]
