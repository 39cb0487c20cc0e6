"""Reading what the cluster answers: values, and errors in the user's terms."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from h2o_frame_compat.errors import (
    AuthenticationError,
    FrameNotFoundError,
    H2OCompatError,
    OutOfMemoryError,
    ParameterError,
    RapidsError,
    ServerError,
)

Kind = Literal["number", "numbers", "string", "strings", "frame", "none"]
Json = dict[str, Any]

_OUT_OF_MEMORY = re.compile(r"OutOfMemory|Java heap space|minimum memory per node|won't fit|GC overhead")
_POISONED = re.compile(r"Ref-count mismatch|REFCNTs contains an extra vec|REFCNT", re.IGNORECASE)
_NOT_FOUND = re.compile(
    r"Name lookup of '([^']*)' failed|Object with key='([^']*)' doesn't exist|Object '([^']*)' not found"
)
_EXCEPTION_PREFIX = re.compile(r"^(?:[a-z_][\w$]*\.)+[A-Z][\w$]*(?:Exception|Error)?(?: from \S+)?:\s*")


@dataclass(frozen=True)
class RapidsResult:
    """The value of a Rapids expression.

    Attributes
    ----------
    kind : {"number", "numbers", "string", "strings", "frame", "none"}
        What it is.
    value : float, list of float, str, list of str or None
        The value, unless it is a frame; a missing number is NaN.
    key : str or None
        The frame's key, if the expression gave it one.
    nrows, ncols : int
        The frame's size; 0 otherwise.
    """

    kind: Kind
    value: float | list[float] | str | list[str] | None = None
    key: str | None = None
    nrows: int = 0
    ncols: int = 0


def rapids_result(reply: Json) -> RapidsResult:
    """Read the answer to a Rapids call.

    Parameters
    ----------
    reply : dict
        The parsed answer.

    Returns
    -------
    RapidsResult
        Its value.
    """
    if "num_rows" in reply or "num_cols" in reply:
        key = reply.get("key")
        name = key.get("name") if isinstance(key, dict) else key
        return RapidsResult(
            "frame", key=name, nrows=int(reply.get("num_rows") or 0), ncols=int(reply.get("num_cols") or 0)
        )
    if "scalar" in reply:
        scalar = reply["scalar"]
        if isinstance(scalar, list):
            return RapidsResult("numbers", [number(x) for x in scalar])
        return RapidsResult("number", number(scalar))
    if "string" in reply:
        text = reply["string"]
        if text is None:
            return RapidsResult("none")
        return RapidsResult("strings", list(text)) if isinstance(text, list) else RapidsResult("string", text)
    return RapidsResult("none")


def number(value: Any) -> float:
    """Read a number as the server prints it: NaN and the infinities are strings, NA is null.

    Parameters
    ----------
    value : object
        What stood in the JSON.

    Returns
    -------
    float
        The number.
    """
    return math.nan if value is None else float(value)


@dataclass(frozen=True)
class Failure:
    """What the server says about a request it refused.

    Attributes
    ----------
    status : int
        The HTTP status.
    kind : str
        The exception's simple name.
    reason : str
        The message, without stack trace or decoration.
    values : dict
        Further facts the server gives.
    """

    status: int
    kind: str
    reason: str
    values: Json

    @property
    def poisoned(self) -> bool:
        """Whether the Rapids session is broken for good, so that every later call in it fails too."""
        return bool(_POISONED.search(self.reason))


def failure(status: int, body: bytes) -> Failure:
    """Read an answer that is not a success.

    Parameters
    ----------
    status : int
        The HTTP status.
    body : bytes
        The answer; JSON where H2O wrote it, HTML where its web server did.

    Returns
    -------
    Failure
        What went wrong.
    """
    try:
        reply = json.loads(body)
    except ValueError:
        reply = None
    if not isinstance(reply, dict):
        return Failure(status, "", _phrase(status), {})
    text = reply.get("msg") or reply.get("exception_msg") or reply.get("dev_msg") or _phrase(status)
    kind = str(reply.get("exception_type") or "").rpartition(".")[2]
    values = dict(reply.get("values") or {})
    if "messages" not in values and reply.get("messages"):
        values["messages"] = reply["messages"]
    return Failure(status, kind, plain_reason(str(text)), values)


def _phrase(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def plain_reason(text: str) -> str:
    """Strip a server message of its banner, the exception's class and the stack trace.

    Parameters
    ----------
    text : str
        The message as sent.

    Returns
    -------
    str
        What it says.
    """
    lines = []
    for raw in text.replace("ERROR MESSAGE:", "").splitlines():
        line = raw.strip()
        if line.startswith(("at ", "Caused by:")) or re.match(r"\.\.\. \d+ more", line):
            continue
        if line:
            lines.append(line)
    reason = " ".join(lines)
    while (match := _EXCEPTION_PREFIX.match(reason)) and match.end() < len(reason):
        reason = reason[match.end() :]
    return reason


def error(problem: Failure, method: str, path: str, *, known_user: bool) -> H2OCompatError:
    """Turn a failure into the exception to raise.

    Parameters
    ----------
    problem : Failure
        What the server said.
    method, path : str
        The request.
    known_user : bool
        Whether credentials were sent.

    Returns
    -------
    H2OCompatError
        The exception.
    """
    facts: Json = {"status": problem.status, "kind": problem.kind}
    if problem.status in {401, 403}:
        return AuthenticationError(
            "The cluster refuses this user name and password; check auth=(user, password)."
            if known_user
            else "The cluster asks for a user name and password: connect(url, auth=(user, password)), or set "
            "H2O_COMPAT_USER and H2O_COMPAT_PASSWORD."
        )
    if _OUT_OF_MEMORY.search(problem.reason) or problem.kind == "OutOfMemoryError":
        return OutOfMemoryError(
            f"The cluster ran out of memory ({problem.reason}). It is still alive: delete frames that are no "
            "longer needed, work on fewer rows, or start it with a larger heap (option heap)."
        )
    missing = _missing_key(problem)
    if missing is not None:
        return FrameNotFoundError(
            f"{missing!r} is not in the cluster; it was removed, or never made there. Make the frame anew, or load "
            "it again.",
            key=missing,
        )
    if path.startswith("/99/Rapids"):
        return RapidsError(f"The cluster could not evaluate the expression: {problem.reason}", **facts)
    messages = [m for m in problem.values.get("messages") or [] if _refuses(m)]
    if messages or problem.status == 412:
        fields = list(dict.fromkeys((_name(m), _message(m)) for m in messages))  # the server repeats itself
        listed = "; ".join(f"{name}: {text}" for name, text in fields)
        return ParameterError(listed or problem.reason, fields=fields, **facts)
    return ServerError(f"The cluster refused {method} {path}: {problem.reason}", **facts)


def _missing_key(problem: Failure) -> str | None:
    match = _NOT_FOUND.search(problem.reason)
    if match:
        return next(group for group in match.groups() if group is not None)
    if problem.kind == "H2OKeyNotFoundArgumentException":
        return str(problem.values.get("name") or problem.values.get("value") or problem.reason)
    return None


def _refuses(message: Json) -> bool:
    level = message.get("_log_level", message.get("message_type"))
    return level in {0, 1, "ERRR", "FATAL", "ERROR"}


def _name(message: Json) -> str:
    return str(message.get("_field_name") or message.get("field_name") or "").removeprefix("_")


def _message(message: Json) -> str:
    return str(message.get("_message") or message.get("message") or "")
