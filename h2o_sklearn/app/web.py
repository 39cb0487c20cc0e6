"""Small things that all routes share: bodies, fields, errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse

from h2o_sklearn.app.errors import RefusedError, spoken

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


_DEEPEST = 100
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def parsed(raw: bytes) -> Any:
    """Read JSON that somebody sent.

    Parameters
    ----------
    raw : bytes
        The text.

    Returns
    -------
    Any
        What it says.

    Raises
    ------
    ValueError
        When it is not JSON, or nested so deeply that reading it could end the process: libraries raise the limit of
        recursion, which is what Python itself would be stopped by.
    """
    depth = 0
    for found in _BRACKETS.finditer(raw):
        first = found[0][:1]
        depth += (first in b"[{") - (first in b"]}")
        if depth > _DEEPEST:
            raise ValueError(f"it is nested more than {_DEEPEST} deep")
    return json.loads(raw)


async def body(request: Request) -> dict[str, Any]:
    """Read a JSON object.

    Parameters
    ----------
    request : Request
        Whose body it is.

    Returns
    -------
    dict
        The object; empty where nothing was sent.

    Raises
    ------
    RefusedError
        When it is something else.
    """
    raw = await request.body()
    if not raw:
        return {}
    try:
        found = parsed(raw)
    except ValueError:
        raise RefusedError("the body is not JSON", status=400) from None
    if not isinstance(found, dict):
        raise RefusedError("the body must be a JSON object", status=400)
    return found


def text(given: dict[str, Any], field: str, what: str) -> str:
    """Take a text that has to be there.

    Parameters
    ----------
    given : dict
        What was sent.
    field : str
        The field.
    what : str
        What should be in it, for the message.

    Returns
    -------
    str
        The text, without blanks around it.

    Raises
    ------
    RefusedError
        When it is not there or no text.
    """
    value = given.get(field)
    if not isinstance(value, str) or not value.strip():
        raise RefusedError(f"{field}: {what} is needed", field)
    return value.strip()


def texts(given: dict[str, Any], field: str) -> list[str]:
    """Take a list of texts that need not be there.

    Parameters
    ----------
    given : dict
        What was sent.
    field : str
        The field.

    Returns
    -------
    list of str
        The texts that are not empty, without blanks around them.

    Raises
    ------
    RefusedError
        When it is something else.
    """
    value = given.get(field) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RefusedError(f"{field}: a list of texts is needed", field)
    return [one.strip() for one in value if one.strip()]


async def refused(_: Request, problem: Exception) -> Response:
    """Answer with why something was refused.

    Parameters
    ----------
    _ : Request
        Which one.
    problem : Exception
        Why.

    Returns
    -------
    Response
        ``{"error": {"message", "field"}}``.
    """
    status = 503 if isinstance(problem, DBAPIError) else getattr(problem, "status", 422)
    return JSONResponse({"error": spoken(problem)}, status)


async def broken(_: Request, problem: Exception) -> Response:
    """Answer that something broke which is no fault of the request.

    Parameters
    ----------
    _ : Request
        Which one.
    problem : Exception
        What broke.

    Returns
    -------
    Response
        As `refused` answers; the server logs the rest.
    """
    return JSONResponse({"error": spoken(problem)}, 500)
