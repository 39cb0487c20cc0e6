"""The standard library's HTTP connections, without what makes small calls slow in them.

It sends the head of a request and its body apart, each of which wakes the server, and it reads the head of an answer
as an e-mail, which takes longer than the cluster takes to make it.
"""

from __future__ import annotations

from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    HTTPSConnection,
    LineTooLong,
    RemoteDisconnected,
)
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE = 65536
_LINES = 200
_BLANK = {"\r\n", "\r", "\n", ""}
_SMALL = 1 << 16
_KEPT = 16


class QuickResponse(HTTPResponse):
    """An HTTP response for ``HTTPConnection.response_class``; nothing but its head is read in another way."""

    def begin(self) -> None:
        """Read the status line and the headers."""
        status = 100
        while 100 <= status < 200:  # such as "102 Processing"; the answer follows
            self._split()
            status, fields = self._status(), self._fields()
        self.code = self.status = status
        self.headers = self.msg = fields
        self.chunked = (fields.get("Transfer-Encoding") or "").lower() == "chunked"
        self.chunk_left = None
        length = fields.get("Content-Length") or ""
        self.length = int(length) if length.isdecimal() and not self.chunked else None
        if status in {204, 304}:
            self.length = 0
        ends = "close" in (fields.get("Connection") or "").lower() or self.version == 10
        self.will_close = ends or (self.length is None and not self.chunked)

    def _split(self) -> None:
        """Cut a head that has arrived as a whole into its lines at once."""
        end = self.fp.peek().find(b"\r\n\r\n")
        self._lines = self.fp.read(end + 4).decode("latin-1").split("\n")[-2::-1] if end >= 0 else []

    def _line(self) -> str:
        if self._lines:
            return self._lines.pop()
        line = self.fp.readline(_LINE)
        if len(line) == _LINE:
            raise LineTooLong("header")
        return line.decode("latin-1")

    def _status(self) -> int:
        line = self._line()
        if not line:
            raise RemoteDisconnected("Remote end closed connection without response")
        version, _, rest = line.partition(" ")
        code, _, reason = rest.strip().partition(" ")
        if not version.startswith("HTTP/1.") or len(code) != 3 or not code.isdecimal():
            self.close()
            raise BadStatusLine(line)
        self.version = 10 if version == "HTTP/1.0" else 11
        self.reason = reason.strip()
        return int(code)

    def _fields(self) -> HTTPMessage:
        fields = HTTPMessage()
        for _ in range(_LINES):
            line = self._line()
            if line in _BLANK:
                return fields
            name, _, value = line.partition(":")
            fields.set_raw(name.strip(), value.strip())  # what a parser calls
        raise HTTPException(f"the answer has more than {_LINES} headers")


class _OneSend(HTTPConnection):
    """Sends a small body together with the head, and writes headers that were written before as they were then."""

    response_class = QuickResponse
    _held: bytearray | None = None
    _buffer: list[bytes]  # the standard library's: the lines of a head that is being written

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._written: dict[tuple[tuple[str, Any], ...], bytes] = {}

    def request(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Send a request, as the standard library's does."""
        said = headers or {}
        if body is None and method == "GET":
            self._head(method, url, said)
            self.endheaders()
        elif not isinstance(body, bytes) or len(body) > _SMALL:
            super().request(method, url, body, said, **kwargs)
        else:
            held = self._held = bytearray()
            try:
                self._head(method, url, said)
                if "Content-Length" not in said:
                    self.putheader("Content-Length", str(len(body)))
                self.endheaders(body)
            finally:
                self._held = None
            self.send(held)

    def _head(self, method: str, url: str, headers: Mapping[str, Any]) -> None:
        said = tuple(headers.items())
        written = self._written.get(said)
        self.putrequest(method, url, skip_host=written is not None, skip_accept_encoding=written is not None)
        if written is not None:
            self._buffer.append(written)
            return
        for header in said:
            self.putheader(*header)
        if len(self._written) < _KEPT:
            self._written[said] = b"\r\n".join(self._buffer[1:])

    def send(self, data: Any) -> None:
        """Send bytes, or keep them for the body that follows."""
        if self._held is None:
            super().send(data)
        else:
            self._held += data


class Connection(_OneSend):
    """A connection over HTTP."""


class SecureConnection(HTTPSConnection, _OneSend):
    """A connection over TLS."""
