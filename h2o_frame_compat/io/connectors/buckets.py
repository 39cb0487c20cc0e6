"""Buckets of S3, MinIO, Azure and Google, all by way of obstore, without which this module cannot be imported."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import AzureStore, GCSStore, S3Store

from h2o_frame_compat.io.connectors.objects import azure_parts, bucket_of, resolved, store_options
from h2o_frame_compat.io.connectors.places import Item, NewFile, Place, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    Store = S3Store | AzureStore | GCSStore

ATOMIC = 64 << 20
"""Bytes up to which an object is sent in one request, which the store can refuse when the object exists."""


class ObjectPlace(Place):
    """A bucket; paths are keys.

    Parameters
    ----------
    store : obstore store
        The client.
    root : str
        The bucket's address, with ``/`` at its end.
    secrets : iterable of str
        What messages must not have in them.
    chunk : int, optional
        Bytes that are read or written at once.
    concurrency : int, optional
        How many parts of an object are sent at once.
    """

    def __init__(
        self, store: Store, root: str, secrets: Iterable[str], chunk: int | None, concurrency: int | None
    ) -> None:
        self.store, self.root = store, root
        self.secrets = list(secrets)
        self.chunk = chunk or Place.chunk
        self.concurrency = concurrency or 4

    def naming(self, path: str) -> AbstractContextManager[None]:
        """Say what goes wrong with a file in one of the kinds of `ConnectorError`, with its address."""
        return translated(self.address(path), self.secrets)

    def head(self, path: str) -> Item | None:
        """Describe a file; None when there is none."""
        with self.naming(path):
            try:
                found = obstore.head(self.store, path)
            except FileNotFoundError:
                return None
        return _item(found)

    def below(self, folder: str) -> Iterator[Item]:
        """Describe all files in a folder and in those inside it, in any order; none when it does not exist."""
        with self.naming(folder):
            for group in obstore.list(self.store, prefix=folder or None):
                for found in group:
                    if not found["path"].endswith("/") and (found["size"] or found["path"] != folder):
                        yield _item(found)

    def inside(self, folder: str) -> Iterator[Item]:
        """Describe the files in a folder, not those in folders inside it; none when it does not exist."""
        with self.naming(folder):
            for found in obstore.list_with_delimiter(self.store, prefix=folder or None)["objects"]:
                if not found["path"].endswith("/") and found["path"] != folder:
                    yield _item(found)

    def stream(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """Read a range of bytes piece by piece."""
        if start >= end:
            return
        with self.naming(path):
            answer = obstore.get(self.store, path, options={"range": (start, end)})
            for piece in answer.stream(min_chunk_size=self.chunk):
                yield bytes(piece)

    def open(self, item: Item) -> BinaryIO:
        """Open a file for reading at any position."""
        return cast("BinaryIO", _StoredFile(self, item))

    def new(self, path: str) -> NewFile:
        """Begin a file."""
        return _NewObject(self, path)

    def delete(self, paths: Iterable[str]) -> None:
        """Delete files, those that are there."""
        for path in paths:
            with self.naming(path):
                try:
                    obstore.delete(self.store, path)
                except FileNotFoundError:
                    continue

    def sweep(self, folder: str, name: str) -> None:
        """Do nothing: what was not completed is not an object."""


def _item(found: Any) -> Item:
    # Azure writes a tag with quotation marks or without them.
    return Item(found["path"], found["size"], (found["e_tag"] or str(found["last_modified"])).strip('"'))


class _StoredFile(io.RawIOBase):
    """An object that Parquet's reader, which knows what it wants, reads range by range."""

    def __init__(self, place: ObjectPlace, item: Item) -> None:
        self._place, self._item, self._at = place, item, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._item.size}[whence]
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        end = self._item.size if size is None or size < 0 else min(self._item.size, self._at + size)
        pieces = b"".join(self._place.stream(self._item.path, self._at, end))
        self._at = max(self._at, end)
        return pieces


class _NewObject(NewFile):
    """Kept in memory up to a size, and sent as a whole; sent in parts when it is larger."""

    def __init__(self, place: ObjectPlace, path: str) -> None:
        self._place, self._path = place, path
        self._held = bytearray()
        self._parts: Any = None

    def write(self, data: Any) -> int:
        self._held += data
        if len(self._held) > (self._place.chunk if self._parts else max(ATOMIC, self._place.chunk)):
            with self._place.naming(self._path):
                if self._parts is None:
                    self._parts = obstore.open_writer(
                        self._place.store, self._path, buffer_size=self._place.chunk,
                        max_concurrency=self._place.concurrency,
                    )  # fmt: skip
                self._parts.write(bytes(self._held))
            self._held.clear()
        return len(data)

    def publish(self, *, replace: bool = False) -> bool:
        place = self._place
        with place.naming(self._path):
            if self._parts is None:
                mode: Any = "overwrite" if replace else "create"
                try:
                    obstore.put(place.store, self._path, bytes(self._held), mode=mode, use_multipart=False)
                except AlreadyExistsError:
                    return False
                return True
            if not replace and place.head(self._path) is not None:
                return False
            self._parts.write(bytes(self._held))
            self._parts.close()
        return True

    def discard(self) -> None:
        self._held.clear()
        self._parts = None


def opened(spec_uid: str, config: Mapping[str, Any], location: str, role: str) -> tuple[ObjectPlace, str]:
    """Open the bucket that a location names; see `objects.place_of`."""
    given = resolved(config)
    make = {"s3": _s3, "minio": _s3, "azure": _azure, "gcp": _gcs}[spec_uid]
    with translated(location, given.values()):
        store, root, path = make(given, location, role)
    secrets = [given[name] for name, value in config.items() if hasattr(value, "resolve")]
    chunk = given.get("partSize") or given.get("partitionSize")
    return ObjectPlace(store, root, secrets, chunk, given.get("writeConcurrency")), path


def _s3(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    bucket, path = bucket_of(location)
    root = f"{location.partition(':')[0]}://{bucket}/"
    return S3Store(bucket, **store_options("s3", given, role)), root, path


def _azure(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    account, endpoint, container, path = azure_parts(location, given.get("containerName"))
    options: dict[str, Any] = {} if account is None else {"account_name": account}
    if endpoint is not None:
        options["endpoint"] = endpoint
    root = f"az://{container}/" if account is None else f"abfss://{container}@{account}/"
    return AzureStore(container, **store_options("azure", {**given, "endpoint": endpoint}, role), **options), root, path


def _gcs(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    bucket, path = bucket_of(location)
    return GCSStore(bucket, **store_options("gcp", given, role)), f"gs://{bucket}/", path
