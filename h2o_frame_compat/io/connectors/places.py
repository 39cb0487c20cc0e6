"""Where files are: a folder of this machine or a bucket, by the few operations that connectors need."""

from __future__ import annotations

import abc
import contextlib
import errno
import io
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from h2o_frame_compat.io.connectors.base import (
    AccessError,
    ConnectorError,
    MissingError,
    NoSpaceError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHUNK = 8 << 20
"""Bytes that are read or written at once, where nothing else is asked for."""


@dataclass(frozen=True)
class Item:
    """A file.

    Attributes
    ----------
    path : str
        Its path from the root of the place, ``/`` between folders.
    size : int
        Its bytes.
    tag : str
        What changes when its content does.
    """

    path: str
    size: int
    tag: str


class NewFile(io.RawIOBase, abc.ABC):
    """Takes the bytes of a file that nobody sees before `publish`."""

    def writable(self) -> bool:
        """Tell that it takes bytes."""
        return True

    @abc.abstractmethod
    def publish(self, *, replace: bool = False) -> bool:
        """Make the file visible as a whole.

        Parameters
        ----------
        replace : bool
            Whether a file of that name is replaced.

        Returns
        -------
        bool
            False when there is such a file, which stays as it is.
        """

    @abc.abstractmethod
    def discard(self) -> None:
        """Leave nothing behind; does nothing after `publish`."""


class Place(abc.ABC):
    """A tree of files.

    Attributes
    ----------
    root : str
        Its address, for messages: ``s3://bucket/`` or ``/``.
    chunk : int
        Bytes that are read or written at once.
    """

    root: str
    chunk: int = CHUNK

    @abc.abstractmethod
    def head(self, path: str) -> Item | None:
        """Describe a file; None when there is none."""

    @abc.abstractmethod
    def below(self, folder: str) -> Iterator[Item]:
        """Describe all files in a folder and in those inside it, in any order; none when it does not exist."""

    @abc.abstractmethod
    def inside(self, folder: str) -> Iterator[Item]:
        """Describe the files in a folder, not those in folders inside it; none when it does not exist."""

    @abc.abstractmethod
    def stream(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """Read a range of bytes piece by piece."""

    @abc.abstractmethod
    def open(self, item: Item) -> BinaryIO:
        """Open a file for reading at any position."""

    @abc.abstractmethod
    def new(self, path: str) -> NewFile:
        """Begin a file."""

    @abc.abstractmethod
    def delete(self, paths: Iterable[str]) -> None:
        """Delete files, those that are there."""

    @abc.abstractmethod
    def sweep(self, folder: str, name: str) -> None:
        """Remove what unfinished `new` files left in a folder, those of a name that has a text in it."""

    def address(self, path: str) -> str:
        """Give the address of a file, for messages.

        Parameters
        ----------
        path : str
            The file.

        Returns
        -------
        str
        """
        return self.root + path

    def read(self, path: str) -> bytes | None:
        """Read a small file.

        Parameters
        ----------
        path : str
            It.

        Returns
        -------
        bytes or None
            None when it is not there.
        """
        item = self.head(path)
        return None if item is None else b"".join(self.stream(path, 0, item.size))

    def put(self, path: str, content: bytes, *, replace: bool = True) -> bool:
        """Write a small file.

        Parameters
        ----------
        path : str
            Where.
        content : bytes
            What.
        replace : bool
            Whether a file of that name is replaced.

        Returns
        -------
        bool
            False when there is such a file.
        """
        file = self.new(path)
        try:
            file.write(content)
            return file.publish(replace=replace)
        finally:
            file.discard()

    def matching(self, pattern: str) -> list[Item]:
        """Find files, in the order of their paths; names that begin with ``_`` or ``.`` are hidden.

        Parameters
        ----------
        pattern : str
            The path of a file; of a folder, for all files in it; with ``*``, ``?``, ``[...]`` or ``**``, for those
            that match; or what paths begin with.

        Returns
        -------
        list of Item
        """
        magic = re.search(r"[*?[]", pattern)
        if magic is None:
            item = self.head(pattern) if pattern and not pattern.endswith("/") else None
            if item is not None:
                return [item]
        folder = pattern[: magic.start()] if magic else pattern
        if magic or not (pattern.endswith("/") or not pattern):
            folder = folder.rpartition("/")[0]
        keep = re.compile(_as_regex(pattern)) if magic else None
        deep = magic is None or "/" in pattern[magic.start() :] or "**" in pattern
        found = [
            item
            for item in (self.below if deep else self.inside)(folder.rstrip("/"))
            if (keep.fullmatch(item.path) if keep else item.path.startswith(pattern))
            and not _is_hidden(item.path.removeprefix(folder).lstrip("/"))
        ]
        if keep is None:  # a folder is more than a beginning: `in` is not `in-other/x`
            inside = [item for item in found if item.path.startswith(pattern.rstrip("/") + "/")]
            found = inside or found
        return sorted(found, key=lambda item: item.path)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _as_regex(pattern: str) -> str:
    """Translate a pattern; ``*`` and ``?`` stay within a folder, ``**`` does not."""
    made = ""
    for part in re.findall(r"\*\*/|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|.", pattern, re.DOTALL):
        if part in {"**/", "**"}:
            made += "(?:.*/)?" if part == "**/" else ".*"
        elif part in {"*", "?"}:
            made += "[^/]*" if part == "*" else "[^/]"
        elif len(part) > 1:
            made += "[" + part[1:-1].replace("\\", "\\\\").replace("!", "^", part[1] == "!") + "]"
        else:
            made += re.escape(part)
    return made


class LocalPlace(Place):
    """The files of this machine; paths are absolute ones without the leading ``/``."""

    root = "/"

    @staticmethod
    def _file(path: str) -> Path:
        return Path("/" + path)

    def head(self, path: str) -> Item | None:
        """Describe a file; None when there is none."""
        with translated(self.address(path)):
            try:
                stat = self._file(path).stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return Item(path, stat.st_size, str(stat.st_mtime_ns)) if self._file(path).is_file() else None

    def below(self, folder: str) -> Iterator[Item]:
        """Describe all files in a folder and in those inside it, in any order; none when it does not exist."""
        for at, _, names in os.walk(self._file(folder)):
            for name in names:
                item = self.head(f"{at.lstrip('/')}/{name}")
                if item is not None:
                    yield item

    def inside(self, folder: str) -> Iterator[Item]:
        """Describe the files in a folder, not those in folders inside it; none when it does not exist."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for name in [path.name for path in self._file(folder).iterdir()]:
                item = self.head(f"{folder}/{name}" if folder else name)
                if item is not None:
                    yield item

    def stream(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """Read a range of bytes piece by piece."""
        with translated(self.address(path)), self._file(path).open("rb", buffering=0) as file:
            file.seek(start)
            while start < end:
                piece = file.read(min(self.chunk, end - start))
                if not piece:
                    return
                start += len(piece)
                yield piece

    def open(self, item: Item) -> BinaryIO:
        """Open a file for reading at any position."""
        with translated(self.address(item.path)):
            return self._file(item.path).open("rb")

    def new(self, path: str) -> NewFile:
        """Begin a file."""
        return _NewLocalFile(self._file(path))

    def delete(self, paths: Iterable[str]) -> None:
        """Delete files, those that are there, and folders of ours that become empty."""
        for path in paths:
            file = self._file(path)
            with translated(self.address(path)):
                file.unlink(missing_ok=True)
            for folder in file.parents:
                if not _is_hidden(folder.name):
                    break
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def sweep(self, folder: str, name: str) -> None:
        """Remove what unfinished `new` files left in a folder, those of a name that has a text in it."""
        for item in list(self.inside(folder)):
            found = item.path.rpartition("/")[2]
            if found.startswith(".") and found.endswith(".part") and name in found:
                self.delete([item.path])


class _NewLocalFile(NewFile):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        with translated(str(path)):
            for last in (False, False, True):
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    self._file = self._part.open("wb")
                    break
                except FileNotFoundError:  # another job has removed the folder, which was empty
                    if last:
                        raise

    def write(self, data: Any) -> int:
        with translated(str(self._path)):
            return self._file.write(data)

    def publish(self, *, replace: bool = False) -> bool:
        with translated(str(self._path)):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if replace:
                self._part.replace(self._path)
                return True
            try:
                os.link(self._part, self._path)  # unlike renaming, this refuses to replace
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
                    raise
                if self._path.exists():  # a file system without links
                    return False
                self._part.replace(self._path)
            return True

    def discard(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)


@contextlib.contextmanager
def translated(where: str, secrets: Iterable[str] = ()) -> Iterator[None]:
    """Say what went wrong in one of the kinds of `ConnectorError`, without secrets.

    Parameters
    ----------
    where : str
        The address, for the message.
    secrets : iterable of str
        What the message must not have in it.

    Yields
    ------
    None
    """
    try:
        yield
    except ConnectorError:
        raise
    except Exception as error:
        if type(error).__module__.startswith("obstore") or (isinstance(error, OSError) and error.errno is None):
            raise _of_store(error, where, secrets) from None
        if not isinstance(error, OSError):
            raise
        kinds: dict[int | None, type[ConnectorError]] = {
            errno.ENOSPC: NoSpaceError, errno.EDQUOT: NoSpaceError, errno.EFBIG: NoSpaceError,
            errno.EACCES: AccessError, errno.EPERM: AccessError, errno.EROFS: AccessError,
            errno.ENOENT: MissingError, errno.ENOTDIR: MissingError,
        }  # fmt: skip
        kind = kinds.get(error.errno, TransientError if isinstance(error, ConnectionError) else ConnectorError)
        raise kind(f"{where}: {scrubbed(error.strerror or str(error), secrets)}") from None


_REFUSED = re.compile(
    r"\b(40[13]|AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|Unauthorized|invalid_grant)\b", re.IGNORECASE
)
_BUSY = re.compile(
    r"\b(429|5\d\d|SlowDown|timed? ?out|connection|connect|reset|dns|broken pipe|error sending request)\b",
    re.IGNORECASE,
)


def _of_store(error: Exception, where: str, secrets: Iterable[str]) -> ConnectorError:
    text = scrubbed(str(error), secrets)
    said = re.sub(r"\s+", " ", text.partition("\n\nDebug source:")[0]).strip()[:500]
    name = type(error).__name__
    if name in {"PermissionDeniedError", "UnauthenticatedError"} or isinstance(error, PermissionError):
        return AccessError(f"{where}: {said}")
    if name == "NotFoundError" or isinstance(error, FileNotFoundError):
        return MissingError(f"{where}: there is nothing of that name, or no such bucket")
    if _REFUSED.search(text):
        return AccessError(f"{where}: {said}")
    return (TransientError if _BUSY.search(text) else ConnectorError)(f"{where}: {said}")


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Take secrets out of a text.

    Parameters
    ----------
    text : str
        It.
    secrets : iterable of str
        What must not be in it.

    Returns
    -------
    str
    """
    for secret in secrets:
        if len(secret) > 2:
            text = text.replace(secret, "***")
    return text
