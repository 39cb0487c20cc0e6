"""What goes wrong, in words for the person at the browser."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.exc import DBAPIError

from h2o_frame_compat.errors import H2OCompatError

SPOKEN = (ImportError, KeyError, OSError, RuntimeError, TypeError, ValueError)
"""Errors, beside our own, whose text is for users."""

_log = logging.getLogger(__name__)


class RefusedError(ValueError):
    """What was asked for cannot be done.

    Parameters
    ----------
    message : str
        Why, and what to do.
    field : str
        The form's field it is about; empty for none.
    status : int
        The HTTP status.
    """

    def __init__(self, message: str, field: str = "", status: int = 422) -> None:
        super().__init__(message)
        self.field = field
        self.status = status


def spoken(problem: BaseException) -> dict[str, Any]:
    """Put an exception into words.

    Parameters
    ----------
    problem : BaseException
        What was raised.

    Returns
    -------
    dict
        ``message`` and ``field``. Of errors that are not meant for users only their kind; the log has the rest.
    """
    if isinstance(problem, DBAPIError):  # what its own text has is for programmers
        return {"message": f"the store of batch jobs does not do its work: {problem.orig}", "field": ""}
    if isinstance(problem, (H2OCompatError, *SPOKEN)):
        said = str(problem.args[0]) if isinstance(problem, KeyError) and problem.args else str(problem)
        return {"message": said or type(problem).__name__, "field": getattr(problem, "field", "") or ""}
    _log.exception("an unexpected error", exc_info=problem)
    return {"message": f"unexpected {type(problem).__name__}; the app's log has the details", "field": ""}
