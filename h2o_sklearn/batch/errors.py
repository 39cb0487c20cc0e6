"""What can go wrong with a job, and which of it passes if one waits."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from h2o_frame_compat.errors import H2OCompatError
from h2o_frame_compat.io.connectors.base import ConnectorError, TransientError

if TYPE_CHECKING:
    from h2o_sklearn.batch.preflight import Preflight


class BatchError(H2OCompatError):
    """Base class of the errors of batch scoring."""


class OptionError(BatchError, ValueError):
    """A field of a job is missing, contradicts another, or has a value it cannot have.

    Attributes
    ----------
    field : str
        The field.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class PreflightError(BatchError, ValueError):
    """A job cannot start as it is; nothing was written.

    Attributes
    ----------
    preflight : Preflight
        All that was checked.
    """

    def __init__(self, preflight: Preflight) -> None:
        super().__init__("; ".join(check.message for check in preflight.errors))
        self.preflight = preflight


class JobNotFoundError(BatchError, KeyError):
    """There is no job of this uid."""

    def __str__(self) -> str:
        return str(self.args[0])


class JobStateError(BatchError, RuntimeError):
    """A job is not in a state in which this can be done."""


class TooManyDeadLettersError(BatchError, RuntimeError):
    """More rows could not be scored than the job allows."""


class RowError(BatchError, ValueError):
    """A row could not be scored, and the job does not allow that."""


class CancelledError(BatchError):
    """Somebody cancelled the job."""


class StoppedError(BatchError):
    """The process that runs the job was asked to end."""


class SubmissionError(BatchError, RuntimeError):
    """Where the job was to run it was not accepted."""


class StartTimeoutError(BatchError, TimeoutError):
    """The job did not start, or did not end, in the time it had."""


class JobFailedError(BatchError, RuntimeError):
    """A job that was waited for did not finish."""


_PERMANENT_NUMBERS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT}


def is_transient(error: BaseException) -> bool:
    """Say whether trying again can help.

    Parameters
    ----------
    error : exception
        What happened.

    Returns
    -------
    bool
        False for what stays wrong until somebody does something: bad input, no permission, a full disk. True for
        dropped connections, throttling, and what is not known.
    """
    if isinstance(error, (TransientError, ConnectionError, TimeoutError)):
        return True
    if isinstance(error, (BatchError, ConnectorError, MemoryError, PermissionError, FileNotFoundError)):
        return False
    if isinstance(error, OSError) and error.errno in _PERMANENT_NUMBERS:
        return False
    return not isinstance(error, (ValueError, TypeError, LookupError, AttributeError, ImportError))
