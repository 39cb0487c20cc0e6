"""Which addresses that somebody typed may be contacted: those that a rule names, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from h2o_sklearn.app.errors import RefusedError

if TYPE_CHECKING:
    from h2o_sklearn.app.settings import Settings

_MULTIADDR = re.compile(r"^/(?:ip4|ip6|dns4?|dns6|dnsaddr)/([^/]+)(?:/(?:tcp|udp)/(\d+))?")


def host_of(address: str) -> tuple[str, str]:
    """Take host and port out of an address.

    Parameters
    ----------
    address : str
        A URL, or a multiaddr as libp2p has them.

    Returns
    -------
    str
        The host, in lower case.
    str
        The port; empty where there is none.

    Raises
    ------
    ValueError
        When it is neither.
    """
    peer = _MULTIADDR.match(address)
    if peer:
        return peer[1].lower(), peer[2] or ""
    parts = urlsplit(address if "//" in address else f"//{address}")
    if not parts.hostname:
        raise ValueError(f"{address!r} is no address")
    return parts.hostname.lower(), str(parts.port or "")


def allowed(address: str, settings: Settings, field: str) -> None:
    """Refuse an address that no rule allows.

    Parameters
    ----------
    address : str
        What was typed.
    settings : Settings
        Whose ``allowed`` are the rules.
    field : str
        The form's field it was typed into.

    Raises
    ------
    RefusedError
        When it is not allowed, or is no address.
    """
    try:
        host, port = host_of(address)
    except ValueError as problem:
        raise RefusedError(str(problem), field) from None
    if not {host, f"{host}:{port}"} & set(settings.allowed):
        rule = f"{host}:{port}" if port else host
        raise RefusedError(f"this app may not contact {host}; start it with --allow {rule} if it should", field)
