"""What stands before every page: who may come in, what may come in, and what a browser may do with what goes out."""

from __future__ import annotations

import hmac
import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from h2o_sklearn.app.errors import RefusedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from h2o_sklearn.app.browsers import Browsers
    from h2o_sklearn.app.settings import Settings

COOKIE, TOKEN_COOKIE = "h2o-compat", "h2o-compat-token"
CSRF_HEADER = "x-csrf-token"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_SMALL_BODY = 1 << 20
POLICY = "content-security-policy"
_HEADERS = {
    # plotly sets styles on its elements; everything else comes from files of the package.
    POLICY: (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# What plotly draws many points with makes functions of texts; the page that draws lets it, and no other.
DRAWING = {POLICY: _HEADERS[POLICY].replace("script-src 'self'", "script-src 'self' 'unsafe-eval'")}


class Guard:
    """Middleware: hosts, token, CSRF, sizes, headers.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    settings : Settings
        How the app runs.
    browsers : Browsers
        The browsers that are known.
    """

    def __init__(self, app: ASGIApp, settings: Settings, browsers: Browsers) -> None:
        self._app, self._settings, self._browsers = app, settings, browsers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here.

        Parameters
        ----------
        scope, receive, send
            As ASGI has them.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        leaving = _Leaving(send, secure=request.url.scheme == "https")
        stranger = self._stranger(request)
        if stranger is not None:  # nothing is kept for them
            await stranger(scope, receive, leaving)
            return
        brought = request.cookies.get(COOKIE, "")
        cookie, scope["state"]["browser"] = self._browsers.of(brought)
        leaving.cookie = cookie if cookie != brought else ""
        answered = self._forged(request) or self._limit(request, scope)
        if answered is not None:
            await answered(scope, receive, leaving)
            return
        await self._app(scope, _Counted(receive, scope["state"]["most"]), leaving)

    def _stranger(self, request: Request) -> Response | None:
        """Answer who may not come in."""
        if self._settings.local and not _is_loopback(request.headers.get("host", "")):
            # A page elsewhere whose name was made to point at this machine (DNS rebinding).
            return PlainTextResponse("this app answers on this machine only", 421)
        if self._settings.token and not self._brought(request):
            given = parse_qs(request.url.query).get("token", [""])[0]
            if not _equal(given, self._settings.token):
                return PlainTextResponse("open the address that was printed when the app started: it has a token", 401)
            rest = {k: v for k, v in request.query_params.items() if k != "token"}
            answer = RedirectResponse(request.url.path + (f"?{urlencode(rest)}" if rest else ""), 303)
            answer.set_cookie(
                TOKEN_COOKIE, given, httponly=True, samesite="strict", secure=request.url.scheme == "https"
            )
            return answer
        return None

    @staticmethod
    def _forged(request: Request) -> Response | None:
        """Answer what a page elsewhere made a browser send."""
        if request.method in _SAFE:
            return None
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return _json(403, "this request comes from another site")
        if not request.state.browser.owns(request.headers.get(CSRF_HEADER, "")):
            return _json(403, f"send what GET /api/session gives as csrf in the header {CSRF_HEADER}")
        return None

    def _brought(self, request: Request) -> bool:
        header = request.headers.get("authorization", "")
        given = request.cookies.get(TOKEN_COOKIE) or header.removeprefix("Bearer ")
        return _equal(given, self._settings.token)

    def _limit(self, request: Request, scope: Scope) -> Response | None:
        upload = request.headers.get("content-type", "").startswith("multipart/form-data")
        most = scope["state"]["most"] = self._settings.upload_bytes if upload else _SMALL_BODY
        length = request.headers.get("content-length", "0")
        if length.isdecimal() and int(length) > most:
            return _json(413, _too_large(most))
        return None


class _Counted:
    """Receives a body, and refuses it where it is larger than what is taken."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most, self._left = receive, most, most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise RefusedError(_too_large(self._most), status=413)
        return message


class _Leaving:
    """Sends an answer with what browsers are to keep to, and with the cookie of a new one."""

    def __init__(self, send: Send, *, secure: bool) -> None:
        self._send, self._secure = send, secure
        self.cookie = ""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ())]  # theirs may be those of an answer that others get as well
            named = {name for name, _ in headers}
            headers += [(n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in named]
            if b"cache-control" not in named:
                headers.append((b"cache-control", b"no-store"))
            if self.cookie:
                secure = "; Secure" if self._secure else ""
                value = f"{COOKIE}={self.cookie}; Path=/; HttpOnly; SameSite=Strict{secure}"
                headers.append((b"set-cookie", value.encode()))
            message = {**message, "headers": headers}
        await self._send(message)


def _too_large(most: int) -> str:
    return f"this is larger than the {most >> 20} MB that are taken"


def _json(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "field": ""}}, status)


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _is_loopback(host: str) -> bool:
    name = re.sub(r":\d+$", "", host).strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
