"""What can go wrong on the way to a published data set, in the user's terms. No message holds a key."""

from __future__ import annotations


class PublishError(Exception):
    """Base class of the errors of publishing and of buying."""


class CredentialsError(PublishError, ValueError):
    """A key is missing or is none; the message says where it was looked for."""


class StorageError(PublishError, OSError):
    """The object store refused, or does not answer."""


class ChainUnreachableError(PublishError, ConnectionError):
    """The node of the chain does not answer."""


class BalanceError(PublishError):
    """An account has too little for what it is to pay."""


class TransactionError(PublishError, RuntimeError):
    """A transaction was refused, reverted, or not taken up in time."""


class MetadataError(PublishError, ValueError):
    """An asset's metadata is missing, or is not what its hash says."""


class ProviderError(PublishError):
    """The provider does not answer, or does not release the data.

    Attributes
    ----------
    status : int
        The HTTP status; 0 where there was no answer.
    """

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
