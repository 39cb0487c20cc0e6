"""How worker processes find their parent's cluster.

A process that is connected says so in its environment, which its children inherit: ``H2O_COMPAT_URL``,
``H2O_COMPAT_USER``, ``H2O_COMPAT_PASSWORD``, ``H2O_COMPAT_VERIFY`` and ``H2O_COMPAT_OWNER`` (the process id).
Workers that were started before the connection was made have an older environment; for them, and for an
embedded server only, the same facts stand in a file that only this user can read, named after the parent's
process id. The file is removed with the server, whose password it holds.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import multiprocessing
import os
import stat
import tempfile
from pathlib import Path

from h2o_frame_compat.errors import ClusterConnectionError
from h2o_frame_compat.session.auth import Endpoint, endpoint

URL = "H2O_COMPAT_URL"
USER = "H2O_COMPAT_USER"
PASSWORD = "H2O_COMPAT_PASSWORD"  # noqa: S105 - the variable's name
VERIFY = "H2O_COMPAT_VERIFY"
OWNER = "H2O_COMPAT_OWNER"
_NAMES = (URL, USER, PASSWORD, VERIFY, OWNER)


class Handover:
    """Publishes an address to this process's children, until it is withdrawn.

    Parameters
    ----------
    where : Endpoint
        The address.
    token : str, optional
        Where the server is our own: what tells its file from that of another server of this process.
    """

    def __init__(self, where: Endpoint, *, token: str | None = None) -> None:
        self._pid = os.getpid()
        self._before = {name: os.environ.get(name) for name in _NAMES}
        self._facts = _facts(where)
        self.file = write_file(self._facts, token) if token else None
        for name in _NAMES:
            if name in self._facts:
                os.environ[name] = self._facts[name]
            else:
                os.environ.pop(name, None)

    def __repr__(self) -> str:
        return "Handover(...)"

    def withdraw(self) -> None:
        """Put the environment back as it was, where nobody else has changed it since."""
        for name, before in self._before.items():
            if os.environ.get(name) != self._facts.get(name):
                continue
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before
        if self.file is not None and self._pid == os.getpid():
            with contextlib.suppress(OSError):
                self.file.unlink()


def _facts(where: Endpoint) -> dict[str, str]:
    facts = {URL: where.url, OWNER: str(os.getpid())}
    if where.credentials is not None:
        facts[USER] = where.credentials.user
        facts[PASSWORD] = where.credentials.reveal()
    if where.verify is not True:
        facts[VERIFY] = "0" if where.verify is False else str(where.verify)
    return facts


def from_environment() -> Endpoint | None:
    """Read the address from the environment.

    Returns
    -------
    Endpoint or None
        The address; None if there is none.
    """
    return _endpoint(dict(os.environ)) if os.environ.get(URL) else None


def from_parent() -> Endpoint | None:
    """Find the embedded server of the parent process.

    Returns
    -------
    Endpoint or None
        Its address; None if this process is no worker.

    Raises
    ------
    ClusterConnectionError
        If this process is a worker, but its parent has no cluster.
    """
    parent = multiprocessing.parent_process()
    if parent is None or parent.pid is None:
        return None
    facts = read_file(parent.pid)
    if facts is None:
        raise ClusterConnectionError(
            "This is a worker process, and its parent is not connected to a cluster. Workers share their "
            "parent's: call h2o_frame_compat.connect() in the main process first."
        )
    return _endpoint(facts)


def _endpoint(facts: dict[str, str]) -> Endpoint:
    user, password = facts.get(USER), facts.get(PASSWORD)
    auth = (user, password or "") if user else None
    said = facts.get(VERIFY, "1")
    verify: bool | str = {"0": False, "false": False, "1": True, "true": True}.get(said.lower(), said)
    return endpoint(facts[URL], auth, verify)


def _directory() -> Path:
    name = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    return Path(tempfile.gettempdir()) / f"h2o-compat-{name}"


def file_of(pid: int, token: str) -> Path:
    """Return the path of the file in which a process publishes its embedded server.

    Parameters
    ----------
    pid : int
        The process.
    token : str
        What tells the file from that of another server of this process.

    Returns
    -------
    Path
        The file.
    """
    return _directory() / f"{pid}.{token}.json"


def write_file(facts: dict[str, str], token: str) -> Path | None:
    """Write the file for workers that were started earlier; None if there is no private place for it."""
    directory = _directory()
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        if not _private(directory):
            return None
        path = file_of(os.getpid(), token)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(facts, file)
    except OSError:
        return None
    return path


def read_file(pid: int) -> dict[str, str] | None:
    """Read the newest file of a process; None if there is none that can be trusted."""
    try:
        if not _private(_directory()):
            return None
        files = [path for path in _directory().glob(f"{pid}.*.json") if _private(path)]
        newest = max(files, key=lambda path: path.stat().st_mtime_ns)
        facts = json.loads(newest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) and URL in facts else None


def _private(path: Path) -> bool:
    """Whether a path belongs to this user alone, and is no link that someone else may have laid."""
    if not hasattr(os, "getuid"):
        return True  # on Windows the temporary directory is the user's own
    found = path.lstat()
    return found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode) and not found.st_mode & 0o077
