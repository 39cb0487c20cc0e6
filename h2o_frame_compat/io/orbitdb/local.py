"""Nodes of the same user on this machine find each other: each leaves its addresses in a file while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def folder() -> Path:
    """Give the directory of the files, which only this user can read.

    Returns
    -------
    Path
        In the user's cache directory; ``H2O_COMPAT_CACHE`` names another.
    """
    named = os.environ.get("H2O_COMPAT_CACHE")
    if named:
        base = Path(named)
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "h2o-compat"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "h2o-compat"
    found = base / "orbitdb" / "nodes"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def announce(addresses: list[str]) -> Path | None:
    """Leave a node's addresses.

    Parameters
    ----------
    addresses : list of str
        The addresses.

    Returns
    -------
    Path or None
        The file, to be removed when the node stops; None where this user can write no cache.
    """
    try:
        file = folder() / f"{uuid.uuid4().hex}.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(addresses), encoding="utf-8")
        fresh.replace(file)
    except (OSError, RuntimeError):  # the latter where the user has no home
        return None
    return file


def known(own: Path | None = None) -> dict[str, Path]:
    """Give the addresses that nodes have left, each with its file.

    Parameters
    ----------
    own : Path, optional
        The file of the node that asks, which is left out.

    Returns
    -------
    dict
    """
    found: dict[str, Path] = {}
    try:
        files = sorted(folder().glob("*.json"))
    except (OSError, RuntimeError):
        return found
    for file in files:
        if file != own:
            with contextlib.suppress(OSError, ValueError):
                found |= {str(address): file for address in json.loads(file.read_text(encoding="utf-8"))}
    return found


def forget(files: Iterable[Path]) -> None:
    """Remove the files of nodes that no longer answer.

    Parameters
    ----------
    files : iterable of Path
        The files.
    """
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
