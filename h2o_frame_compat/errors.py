"""Errors and warnings of the project, in the user's terms.

Where pandas or scikit-learn would raise a standard exception (``KeyError``, ``ValueError``, ``TypeError``),
that exception is raised. The classes below are for what only a cluster can do wrong. None of them carries
a stack trace of the server.
"""

from __future__ import annotations


class H2OCompatError(Exception):
    """Base class of every error that is about the cluster and not about the caller's data."""


class ClusterConnectionError(H2OCompatError, ConnectionError):
    """The cluster cannot be reached, or refuses the credentials."""


class AuthenticationError(ClusterConnectionError):
    """The cluster asks for a user name and password, or refuses the ones it was given."""


class ServerStartError(H2OCompatError, RuntimeError):
    """The embedded server did not start; the message quotes the telling lines of its log."""


class ClusterLostError(H2OCompatError, ConnectionError):
    """The cluster died, was restarted, or lost a node; frames and models in it are gone."""


class ClusterTimeoutError(H2OCompatError, TimeoutError):
    """The cluster is alive but did not answer in time."""


class ServerError(H2OCompatError, RuntimeError):
    """The cluster refused a request, or failed at it.

    Attributes
    ----------
    status : int
        The HTTP status; 0 where there is none.
    kind : str
        The server's own name for what went wrong.
    """

    def __init__(self, message: str = "", *, status: int = 0, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


class ParameterError(ServerError, ValueError):
    """The cluster refused a parameter of a model or of a request.

    Attributes
    ----------
    fields : list of (str, str)
        The parameters refused, each with the server's reason.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        kind: str = "",
        fields: list[tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(message, status=status, kind=kind)
        self.fields = fields or []


class RapidsError(ServerError):
    """The cluster refused or failed to evaluate an expression."""


class FrameNotFoundError(H2OCompatError, ValueError):
    """A frame is no longer in the cluster, for instance because someone else removed it.

    Attributes
    ----------
    key : str
        The frame's key; empty where the server does not say.
    """

    def __init__(self, message: str = "", *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class OutOfMemoryError(H2OCompatError, MemoryError):
    """The cluster ran out of memory; it survives, and the session stays usable."""


class JobFailedError(H2OCompatError, RuntimeError):
    """A job (for instance a model build) failed in the cluster."""


class JobCancelledError(H2OCompatError, RuntimeError):
    """A job was cancelled, here or by someone else."""


class TransferError(H2OCompatError, RuntimeError):
    """A transfer broke off; nothing half-written stays behind."""


class FallbackError(H2OCompatError, NotImplementedError):
    """A method is not native and ``options.fallback`` or the size limit forbids running it in pandas."""


class H2OCompatWarning(UserWarning):
    """Base class of the project's warnings."""


class FallbackWarning(H2OCompatWarning):
    """A method ran in pandas on the client; the message names it and the rows that were moved."""


class PrecisionWarning(H2OCompatWarning):
    """A column held values that H2O cannot store exactly; the message names the column and the loss."""


class StockClusterWarning(H2OCompatWarning):
    """The cluster lacks our server extension: everything works, some operations run through the client."""
