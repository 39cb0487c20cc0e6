"""Where a cluster is and how to get in; the password shows up nowhere by accident."""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from h2o_frame_compat.errors import ClusterConnectionError


class Credentials:
    """A user name and a password that cannot be printed or pickled.

    Parameters
    ----------
    user, password : str
        What basic authentication asks for.
    """

    __slots__ = ("_password", "user")

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self._password = password

    def reveal(self) -> str:
        """Return the password."""
        return self._password

    def header(self) -> str:
        """Return the value of the ``Authorization`` header."""
        return "Basic " + base64.b64encode(f"{self.user}:{self._password}".encode()).decode("ascii")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and self.header() == other.header()

    __hash__ = None  # type: ignore[assignment]  # how Python says that there is none

    def __repr__(self) -> str:
        return f"Credentials({self.user!r}, ...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not pickled; a worker process takes them from its environment")


@dataclass(frozen=True)
class Endpoint:
    """One address of a cluster.

    Attributes
    ----------
    scheme : {"http", "https"}
    host : str
    port : int
    prefix : str
        The context path, empty or ``"/h2o"``.
    credentials : Credentials or None
    verify : bool or str
        Whether to check the server's certificate, or the path of a file or directory of trusted ones.
    """

    scheme: str
    host: str
    port: int
    prefix: str = ""
    credentials: Credentials | None = field(default=None, compare=False)
    verify: bool | str = True

    @property
    def url(self) -> str:
        """The address without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.prefix}"

    def tls(self) -> ssl.SSLContext | None:
        """Return the TLS settings, or None for plain HTTP."""
        if self.scheme == "http":
            return None
        if self.verify is False:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        if self.verify is True:
            return ssl.create_default_context()
        path = Path(self.verify)
        if not path.exists():
            raise ClusterConnectionError(f"verify names certificates at {self.verify!r}, which does not exist")
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        try:
            return ssl.create_default_context(cafile=str(path))
        except ssl.SSLError as error:
            raise ClusterConnectionError(f"{self.verify!r} holds no readable certificates: {error}") from None


def endpoint(url: str, auth: tuple[str, str] | Credentials | None = None, verify: bool | str = True) -> Endpoint:
    """Read a URL.

    Parameters
    ----------
    url : str
        ``"https://host:54321/h2o"``; without a scheme, ``http`` is meant.
    auth : tuple of (str, str), optional
        User name and password; they may also stand in the URL.
    verify : bool or str
        Whether to check the server's certificate, or the path of trusted ones.

    Returns
    -------
    Endpoint
        The address.

    Raises
    ------
    ClusterConnectionError
        If the text is no address of a cluster.
    """
    text = url.strip()
    if "://" not in text:
        text = "http://" + text
    wrong = ClusterConnectionError(
        "That is not the address of a cluster; it should look like 'https://host:54321' or "
        f"'http://host:54321/h2o': {_without_secret(url)!r}"
    )
    try:
        parts = urlsplit(text)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in parts.hostname:
        raise wrong
    if parts.query or parts.fragment:
        raise wrong
    if auth is None and parts.username is not None:
        auth = (unquote(parts.username), unquote(parts.password or ""))
    return Endpoint(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        prefix=parts.path.rstrip("/"),
        credentials=_credentials(auth),
        verify=verify,
    )


def _credentials(auth: tuple[str, str] | Credentials | None) -> Credentials | None:
    if auth is None or isinstance(auth, Credentials):
        return auth
    pair: tuple[object, ...] = tuple(auth)
    if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
        raise TypeError("auth must be a pair of strings: (user, password)")
    return Credentials(*auth)


def _without_secret(url: str) -> str:
    """Drop what stands before an ``@``: it may be a password."""
    scheme, separator, rest = url.rpartition("://")
    return scheme + separator + rest.rpartition("@")[2]
