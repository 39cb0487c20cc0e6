"""Databases: their addresses, their errors, and the few things that differ between them."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from h2o_frame_compat.io.connectors.base import AccessError, ConnectorError, MissingError, NoSpaceError, TransientError
from h2o_frame_compat.io.connectors.places import scrubbed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy

    from h2o_frame_compat.io.connectors.secret import SecretRef

_KINDS = {
    "postgresql": "postgres", "postgres": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlserver": "mssql",
    "mssql": "mssql", "oracle": "oracle", "sqlite": "sqlite",
}  # fmt: skip
# The driver's module, how SQLAlchemy calls the pair, the extra that brings it.
_DRIVERS = {
    "postgres": ("adbc_driver_postgresql", "postgresql", "postgres"),
    "mysql": ("pymysql", "mysql+pymysql", "mysql"),
    "mssql": ("mssql_python", "mssql+mssqlpython", "mssql"),
    "oracle": ("oracledb", "oracle+oracledb", "oracle"),
    "sqlite": ("sqlite3", "sqlite", "sql"),
}
_NAME = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(repr=False)
class Address:
    """Where a database is, and who asks; parts may still have ``{{name}}`` in them.

    Attributes
    ----------
    kind : str
        The kind of database, as in the field ``driver``.
    host, port, database, user, password : str or None
        As they say.
    options : dict
        What else the driver is told.
    """

    kind: str
    host: str | None = None
    port: str | None = None
    database: str | None = None
    user: str | None = None
    password: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The database, without who asks."""
        return f"{self.kind} {(self.host or '').lower()}:{self.port or ''}/{self.database or ''}"


def without_password(location: str) -> tuple[str, str | None]:
    """Take a password out of an address.

    Parameters
    ----------
    location : str
        The address.

    Returns
    -------
    location : str
        With ``{{password}}`` in its place.
    password : str or None
        It; None when there is none, or when it is a ``{{name}}`` already.
    """
    patterns = (r"//[^/?;]*?:(?P<word>[^/?;]*)@", r"thin:[^/@]*/(?P<word>[^@]*)@", r"[?&;]password=(?P<word>[^&;]*)")
    for pattern in patterns:
        found = re.search(pattern, location, re.IGNORECASE)
        if found and found["word"] and not _NAME.fullmatch(found["word"]):
            start, end = found.span("word")
            plain = found["word"] if "thin:" in found[0] or ";password=" in found[0].lower() else unquote(found["word"])
            return location[:start] + "{{password}}" + location[end:], plain
    return location, None


def address_of(location: str, driver: str | None) -> Address:
    """Take an address apart.

    Parameters
    ----------
    location : str
        As SQLAlchemy has it, ``postgresql://user@host:5432/database``, or as JDBC has it, with ``jdbc:`` before it.
    driver : str or None
        The field ``driver``.

    Returns
    -------
    Address

    Raises
    ------
    ValueError
        When it cannot be read, or is for another driver.
    """
    found = re.match(r"(?:jdbc:)?([a-z]+)(?:\+\w+)?:(.*)", location, re.IGNORECASE | re.DOTALL)
    kind = _KINDS.get(found[1].lower()) if found else None
    if found is None or kind is None:
        raise ValueError("location: is no address of a database")
    if driver is not None and driver != kind:
        msg = f"driver: is {driver}, but the location is one of {kind}"
        raise ValueError(msg)
    rest = found[2]
    if kind == "sqlite":
        path = rest.removeprefix("//").removeprefix("/") if rest.startswith("//") else rest
        return Address(kind, database=path or None)
    if kind == "oracle" and not rest.startswith("//"):
        return _oracle(rest)
    if kind == "mssql" and ";" in rest:
        return _sql_server(rest)
    parts = re.fullmatch(
        r"//(?:(?P<user>[^:@/?]*)(?::(?P<password>[^@/?]*))?@)?(?P<host>[^:/?]*)(?::(?P<port>[^/?]*))?"
        r"(?:/(?P<database>[^?]*))?(?:\?(?P<query>.*))?",
        rest,
    )
    if parts is None or not parts["host"]:
        raise ValueError("location: names no host, as in postgresql://user@host:5432/database")
    options = dict(parse_qsl(parts["query"] or ""))
    user = options.pop("user", None) or _plain(parts["user"])
    password = options.pop("password", None) or _plain(parts["password"])
    return Address(kind, parts["host"], parts["port"], _plain(parts["database"]), user, password, options)


def _plain(text: str | None) -> str | None:
    return unquote(text) if text else None


def _oracle(rest: str) -> Address:
    """Read ``thin:user/password@//host:port/service`` and ``thin:@host:port:sid``."""
    parts = re.fullmatch(
        r"thin:(?:(?P<user>[^/@]*)(?:/(?P<password>[^@]*))?)?@(?://)?(?P<host>[^:/]+)(?::(?P<port>[^:/]+))?"
        r"(?:(?P<mark>[:/])(?P<name>.+))?",
        rest,
    )
    if parts is None:
        raise ValueError("location: is not as in jdbc:oracle:thin:@//host:1521/service")
    named = parts["name"] or ""
    options = {} if not named or parts["mark"] == ":" else {"service_name": named}
    return Address(
        "oracle", parts["host"], parts["port"], named if parts["mark"] == ":" else None,
        parts["user"] or None, parts["password"] or None, options,
    )  # fmt: skip


def _sql_server(rest: str) -> Address:
    """Read ``//host:port;databaseName=...;user=...;password=...``."""
    first, *pairs = rest.removeprefix("//").split(";")
    host, _, port = first.partition(":")
    given = {name.strip().lower(): value for name, _, value in (pair.partition("=") for pair in pairs) if value}
    database = given.pop("databasename", None) or given.pop("database", None)
    user = given.pop("user", None) or given.pop("username", None)
    return Address("mssql", host, port or None, database, user, given.pop("password", None), given)


def names_in(location: str) -> list[str]:
    """Give the names of secrets that an address asks for.

    Parameters
    ----------
    location : str
        The address.

    Returns
    -------
    list of str
    """
    return [found[1] for found in _NAME.finditer(location)]


def check_names(location: str, given: Mapping[str, SecretRef]) -> None:
    """Refuse secrets that an address asks for and does not get, or gets and does not ask for.

    Parameters
    ----------
    location : str
        The address.
    given : mapping
        The secrets by name.

    Raises
    ------
    ValueError
        Naming ``secretParams``.
    """
    asked = names_in(location)
    for name in asked:
        if name not in given:
            msg = f"secretParams: has no {name}, which the location asks for as {{{{{name}}}}}"
            raise ValueError(msg)
    for name in given:
        if name not in asked:
            msg = f"secretParams: {name} is given, but the location has no {{{{{name}}}}}"
            raise ValueError(msg)


class Database:
    """A database that can be connected to.

    Parameters
    ----------
    address : Address
        Where it is.
    secrets : mapping
        The secrets of its ``{{name}}`` by name.
    """

    def __init__(self, address: Address, secrets: Mapping[str, SecretRef]) -> None:
        self.kind, self.place = address.kind, address.place
        self._address, self._secrets = address, dict(secrets)
        module, self.drivername, extra = _DRIVERS[self.kind]
        for needed in ("sqlalchemy", module):
            if importlib.util.find_spec(needed) is None:
                msg = f"{self.kind} needs {needed}: pip install 'h2o-compat[{extra}]'"
                raise ImportError(msg)

    def _filled(self) -> Address:
        """Give the address with the secrets in it."""
        values: dict[str, str] = {}
        for name, secret in self._secrets.items():
            try:
                values[name] = secret.resolve()
            except ValueError as problem:
                msg = f"secretParams: {name}: {problem}"
                raise ValueError(msg) from None

        def fill(text: str | None) -> str | None:
            return None if text is None else _NAME.sub(lambda found: values[found[1]], text)

        a = self._address
        options = {name: fill(value) or "" for name, value in a.options.items()}
        return Address(a.kind, fill(a.host), fill(a.port), fill(a.database), fill(a.user), fill(a.password), options)

    def url(self) -> sqlalchemy.URL:
        """Give the address for SQLAlchemy, with the secrets in it; it does not print them.

        Returns
        -------
        sqlalchemy.URL
        """
        import sqlalchemy  # noqa: PLC0415 - an extra

        a = self._filled()
        port = int(a.port) if a.port else None
        return sqlalchemy.URL.create(self.drivername, a.user, a.password, a.host, port, a.database, a.options)

    def libpq_uri(self) -> str:
        """Give the address for PostgreSQL's own library, with the secrets in it.

        Returns
        -------
        str
        """
        a = self._filled()
        who = quote(a.user or "", safe="") + (f":{quote(a.password, safe='')}" if a.password else "")
        more = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in a.options.items())
        where = f"{a.host}{f':{a.port}' if a.port else ''}/{quote(a.database or '', safe='')}"
        return f"postgresql://{who}{'@' if who else ''}{where}{'?' if more else ''}{more}"

    @contextlib.contextmanager
    def translated(self, what: str) -> Iterator[None]:
        """Say what went wrong in one of the kinds of `ConnectorError`, without secrets.

        Parameters
        ----------
        what : str
            What was done with which table, for the message.

        Yields
        ------
        None
        """
        try:
            yield
        except ConnectorError:
            raise
        except Exception as error:
            module = type(error).__module__.partition(".")[0]
            if module not in {"sqlalchemy", "adbc_driver_manager", _DRIVERS[self.kind][0]}:
                raise
            raise self._kind_of(error, what) from None

    def _kind_of(self, error: Exception, what: str) -> ConnectorError:
        own = getattr(error, "orig", None) or error
        secrets = []
        for secret in self._secrets.values():
            with contextlib.suppress(ValueError):
                secrets.append(secret.resolve())
        text = re.sub(r"\s+", " ", scrubbed(str(own), secrets)).strip()
        for kind, pattern in _ERRORS:
            if pattern.search(text):
                return kind(f"{what}: {text[:500]}")
        return ConnectorError(f"{what}: {text[:500]}")


def _any_of(*texts: str) -> re.Pattern[str]:
    return re.compile("|".join(texts), re.IGNORECASE)


_ERRORS: tuple[tuple[type[ConnectorError], re.Pattern[str]], ...] = (
    (NoSpaceError, _any_of("no space left", "disk full", "could not extend", "table .* is full", "ORA-0165")),
    (
        AccessError,
        _any_of(
            "password", "access denied", "permission denied", "denied", "ORA-01017", "ORA-01031", "login failed",
            "read-only", "readonly", "no pg_hba.conf entry", r"role .* does not exist",
        ),
    ),
    (
        MissingError,
        _any_of(
            "does not exist", "doesn't exist", "no such table", "ORA-00942", "invalid object name", "unknown database",
            "unable to open database file", "unknown column", "no such column",
        ),
    ),
    (
        TransientError,
        _any_of(
            "could not connect", "can't connect", "connection refused", "connection to server", "closed the connection",
            "lost connection", "gone away", "deadlock", "could not serialize", "timed? ?out", "database is locked",
            "terminating connection", "starting up", "shutting down", "too many", "reset by peer", "broken pipe",
            "no connection to the server", "ORA-12\\d{3}", "DPY-6", "DPY-4011", "network", "tcp provider",
        ),
    ),
)  # fmt: skip
