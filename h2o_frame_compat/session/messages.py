"""Requests as they are written, answers as they are read, and counts of both."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from h2o_frame_compat.errors import ClusterConnectionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPMessage

Json = dict[str, Any]


@dataclass
class Counter:
    """What went over the wire inside a ``with client.count()`` block.

    Attributes
    ----------
    calls : list of (str, str, int, int)
        Method, path without its query, bytes sent and bytes received, in order.
    """

    calls: list[tuple[str, str, int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.calls)

    def without_polls(self) -> list[tuple[str, str, int, int]]:
        """Return the calls that do not merely ask how a job gets on."""
        asking = {("GET", "/3/Jobs"), ("POST", "/3/SessionProperties")}
        return [call for call in self.calls if (call[0], "/".join(call[1].split("/")[:3])) not in asking]


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes
    ----------
    status : int
    body : bytes
    headers : http.client.HTTPMessage
    """

    status: int
    body: bytes
    headers: HTTPMessage

    def json(self) -> Json:
        """Parse the body; an empty one is an empty dict."""
        if not self.body:
            return {}
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ClusterConnectionError("What answered at that address is not an H2O cluster.")
        return value


def encoded(values: Mapping[str, Any]) -> str:
    """Write a form or a query as H2O reads it.

    Parameters
    ----------
    values : mapping
        Names and values; lists and dicts are written as JSON, None is left out.

    Returns
    -------
    str
        The text.
    """
    return urlencode({name: _field(value) for name, value in values.items() if value is not None})


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
