"""Quick connections read and write what the standard library's do."""

from __future__ import annotations

import fcntl
import io
import resource
import socket
import threading
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h2o_frame_compat.session import wire
from h2o_frame_compat.session.connections import Connection, QuickResponse
from h2o_frame_compat.session.pool import readable

ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\ncontent-length:3\r\nX-A:  b c\r\nX-A: d\r\n\r\nabcEXTRA",
    b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\nX-Skip: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 204 No Content\r\nX-A: \xe4\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nab",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\nab",
]


class Socket:
    """What a connection needs of a socket: what it will read, and what was sent in each piece."""

    def __init__(self, answer: bytes = b"") -> None:
        self.answer = answer
        self.sent: list[bytes] = []

    def makefile(self, *_):
        return io.BufferedReader(io.BytesIO(self.answer))

    def sendall(self, data):
        self.sent.append(bytes(data))

    def close(self):
        pass


def read(kind, answer):
    response = kind(Socket(answer), method="GET")
    response.begin()
    head = response.status, response.reason, response.version, response.will_close, response.headers.items()
    return head, response.headers.get("x-a"), response.read()


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_are_read_as_by_the_standard_library(answer):
    assert read(QuickResponse, answer) == read(HTTPResponse, answer)


NAMES = st.text("abcXYZ-019", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.binary(max_size=20))
def test_headers_are_read_as_by_the_standard_library(fields, body):
    lines = [*(f"x{name}: {value}" for name, value in fields), f"Content-Length: {len(body)}"]
    answer = "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode("latin-1") + body
    assert read(QuickResponse, answer) == read(HTTPResponse, answer)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", RemoteDisconnected),
        (b"SSH-2.0-OpenSSH_9.6\r\n", BadStatusLine),
        (b"HTTP/1.1 abc OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", HTTPException),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 300 + b"\r\n", HTTPException),
    ],
)
def test_what_is_no_answer_is_refused(answer, kind):
    with pytest.raises(kind):
        read(QuickResponse, answer)


@pytest.mark.parametrize(
    ("body", "pieces"), [(None, 1), (b"", 1), (b"a=1", 1), (b"x" * 70_000, 2), (iter([b"x", b"y"]), 3)]
)
def test_a_small_body_goes_with_the_head(body, pieces):
    connection = Connection("127.0.0.1", 1)
    connection.sock = Socket(ANSWERS[0])
    size = {"Content-Length": "2"} if not isinstance(body, bytes | None) else {}
    connection.request("POST", "/3/X", body, {"Authorization": "me", **size})
    sent = connection.sock.sent
    assert len(sent) == pieces
    head, _, rest = b"".join(sent).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /3/X HTTP/1.1\r\n")
    assert b"Authorization: me" in head
    assert rest == (b"xy" if pieces == 3 else body or b"")
    assert connection.getresponse().read() == b"abc"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_headers_are_written_again_as_they_were_the_first_time(method):
    connection = Connection("::1", 54321)
    for mine, token in enumerate(["a", "a", "b"] * 20):
        connection.sock = Socket(ANSWERS[0])
        headers = {"Authorization": token, **({"X-Mine": str(mine)} if mine % 3 == 0 else {})}
        body = None if method == "GET" else b"x" * mine
        connection.request(method, f"/{mine}", body, headers)
        (sent,) = connection.sock.sent
        standard = HTTPConnection("::1", 54321)
        standard.sock = Socket()
        standard.request(method, f"/{mine}", body, headers)
        head, _, rest = sent.partition(b"\r\n\r\n")
        same, _, whole = b"".join(standard.sock.sent).partition(b"\r\n\r\n")
        assert sorted(head.split(b"\r\n")) == sorted(same.split(b"\r\n"))
        assert rest == whole
        connection.getresponse().read()


@pytest.mark.parametrize(("path", "value"), [("/a b", "x"), ("/a", "x\r\nX-Other: y")])
def test_what_would_break_a_head_is_refused(path, value):
    connection = Connection("127.0.0.1", 1)
    connection.sock = Socket(ANSWERS[0])
    with pytest.raises((HTTPException, ValueError)):
        connection.request("POST", path, b"", {"X-A": value})
    assert not connection.sock.sent


class Slow(io.RawIOBase):
    """Hands out a byte at a time."""

    def __init__(self, answer):
        self._left = list(answer)

    def readable(self):
        return True

    def readinto(self, buffer):
        if self._left:
            buffer[0] = self._left.pop(0)
            return 1
        return 0


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_that_arrive_slowly_are_read_alike(answer):
    class Slowly(Socket):
        def makefile(self, *_):
            return io.BufferedReader(Slow(answer))

    response = QuickResponse(Slowly(), method="GET")
    response.begin()
    head = response.status, response.reason, response.version, response.will_close, response.headers.items()
    assert (head, response.headers.get("x-a"), response.read()) == read(HTTPResponse, answer)


@pytest.mark.parametrize("many", [1, 3, 700])
@pytest.mark.parametrize("gathers", [True, False])
def test_buffers_arrive_whole_and_in_order(many, gathers):
    """Over a socket that takes a little at a time, and one that cannot take several buffers."""
    buffers = [bytes([n % 251]) * size for n in range(many) for size in (16, 0, 5_000, 1 << 21 if many < 9 else 7)]
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    ours.settimeout(30)
    got = bytearray()

    def read():
        while piece := theirs.recv(1 << 16):
            got.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    connection = Connection("127.0.0.1", 1)
    connection.sock = ours if gathers else Plain(ours)
    wire._send(connection, buffers)
    ours.close()
    reader.join()
    theirs.close()
    assert got == b"".join(buffers)


class Plain:
    """A socket without `sendmsg`, as on Windows."""

    def __init__(self, real):
        self.sendall, self.fileno = real.sendall, real.fileno


def test_sockets_beyond_the_first_thousand_can_be_asked():
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2000:
        pytest.skip("this process may not open so many files")
    near, far = socket.socketpair()
    with near, far, socket.socket(fileno=fcntl.fcntl(near.fileno(), fcntl.F_DUPFD, 1500)) as high:
        connection = Connection("127.0.0.1", 1)
        connection.sock = high
        assert not wire._answered(connection)
        far.send(b"HTTP/1.1 400")
        assert wire._answered(connection)
        assert readable(high, 0)
