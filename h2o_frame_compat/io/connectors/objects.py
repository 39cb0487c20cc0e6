"""Buckets of S3, MinIO, Azure and Google, all by way of obstore."""

from __future__ import annotations

import datetime
import importlib.util
import io
import json
import os
import re
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from h2o_frame_compat.io.connectors.places import Item, NewFile, Place, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from obstore.store import AzureStore, GCSStore, S3Store

    Store = S3Store | AzureStore | GCSStore

ATOMIC = 64 << 20
"""Bytes up to which an object is sent in one request, which the store can refuse when the object exists."""

# An address that does not answer shall be known in seconds; whole partitions are tried again by the job.
_RETRIES: Any = {
    "max_retries": 5,
    "retry_timeout": datetime.timedelta(seconds=60),
    "backoff": {
        "init_backoff": datetime.timedelta(milliseconds=200), "max_backoff": datetime.timedelta(seconds=10), "base": 2,
    },
}  # fmt: skip


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

    def _translated(self, path: str) -> Any:
        return translated(self.address(path), self.secrets)

    def head(self, path: str) -> Item | None:
        """Describe a file; None when there is none."""
        import obstore  # noqa: PLC0415 - an extra

        with self._translated(path):
            try:
                found = obstore.head(self.store, path)
            except FileNotFoundError:
                return None
        return _item(found)

    def below(self, folder: str) -> Iterator[Item]:
        """Describe all files in a folder and in those inside it, in any order; none when it does not exist."""
        import obstore  # noqa: PLC0415 - an extra

        with self._translated(folder):
            for group in obstore.list(self.store, prefix=folder or None):
                for found in group:
                    if not found["path"].endswith("/") and (found["size"] or found["path"] != folder):
                        yield _item(found)

    def inside(self, folder: str) -> Iterator[Item]:
        """Describe the files in a folder, not those in folders inside it; none when it does not exist."""
        import obstore  # noqa: PLC0415 - an extra

        with self._translated(folder):
            for found in obstore.list_with_delimiter(self.store, prefix=folder or None)["objects"]:
                if not found["path"].endswith("/") and found["path"] != folder:
                    yield _item(found)

    def stream(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """Read a range of bytes piece by piece."""
        import obstore  # noqa: PLC0415 - an extra

        if start >= end:
            return
        with self._translated(path):
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
        import obstore  # noqa: PLC0415 - an extra

        for path in paths:
            with self._translated(path):
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
        self._done = False

    def write(self, data: Any) -> int:
        import obstore  # noqa: PLC0415 - an extra

        self._held += data
        if len(self._held) > (self._place.chunk if self._parts else max(ATOMIC, self._place.chunk)):
            with self._place._translated(self._path):  # noqa: SLF001 - of this module
                if self._parts is None:
                    self._parts = obstore.open_writer(
                        self._place.store, self._path, buffer_size=self._place.chunk,
                        max_concurrency=self._place.concurrency,
                    )  # fmt: skip
                self._parts.write(bytes(self._held))
            self._held.clear()
        return len(data)

    def publish(self, *, replace: bool = False) -> bool:
        import obstore  # noqa: PLC0415 - an extra
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        self._done = True
        place = self._place
        with place._translated(self._path):  # noqa: SLF001
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


def place_of(spec_uid: str, config: Mapping[str, Any], location: str, role: str) -> tuple[ObjectPlace, str]:
    """Open the bucket that a location names.

    Parameters
    ----------
    spec_uid : str
        ``s3``, ``minio``, ``azure`` or ``gcp``.
    config : mapping
        The fields, checked.
    location : str
        The address.
    role : {"source", "sink"}
        What for.

    Returns
    -------
    place : ObjectPlace
        The bucket.
    path : str
        The rest of the location.

    Raises
    ------
    ImportError
        When obstore is not installed.
    ValueError
        When a secret cannot be found, or a field does not fit the location.
    """
    if importlib.util.find_spec("obstore") is None:
        msg = f"{location.partition('://')[0]}:// needs a client: pip install 'h2o-compat[stores]'"
        raise ImportError(msg)
    given = resolved(config)
    make = {"s3": _s3, "minio": _s3, "azure": _azure, "gcp": _gcs}[spec_uid]
    with translated(location, given.values()):
        store, root, path = make(given, location, role)
    secrets = [given[name] for name, value in config.items() if hasattr(value, "resolve")]
    chunk = given.get("partSize") or given.get("partitionSize")
    return ObjectPlace(store, root, secrets, chunk, given.get("writeConcurrency")), path


def resolved(config: Mapping[str, Any]) -> dict[str, Any]:
    """Look the secrets of a configuration up.

    Parameters
    ----------
    config : mapping
        The fields, checked.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        When one cannot be found; the message names the field.
    """
    made = {}
    for name, value in config.items():
        try:
            made[name] = value.resolve() if hasattr(value, "resolve") else value
        except ValueError as problem:
            msg = f"{name}: {problem}"
            raise ValueError(msg) from None
    return made


def bucket_of(location: str) -> tuple[str, str]:
    """Divide ``scheme://bucket/path``.

    Parameters
    ----------
    location : str
        It.

    Returns
    -------
    tuple of str
        The bucket and the path; in paths ``*``, ``?`` and ``#`` stand for themselves.

    Raises
    ------
    ValueError
        When there is no bucket.
    """
    bucket, _, path = location.partition("://")[2].partition("/")
    if not bucket:
        msg = f"location: {location} names no bucket"
        raise ValueError(msg)
    return bucket, path


def _client(endpoint: object) -> dict[str, Any]:
    plain = isinstance(endpoint, str) and endpoint.lower().startswith("http://")
    client = {"allow_http": plain, "timeout": "300s", "connect_timeout": "10s"}
    return {"client_options": client, "retry_config": _RETRIES}


def store_options(spec_uid: str, given: Mapping[str, Any], role: str = "source") -> dict[str, Any]:
    """Give obstore's options for the fields of a connector.

    Parameters
    ----------
    spec_uid : str
        ``s3``, ``minio``, ``azure`` or ``gcp``.
    given : mapping
        The fields, secrets looked up.
    role : {"source", "sink"}
        What for: a sink needs credentials.

    Returns
    -------
    dict
        All but the bucket, and what an address of Azure says.

    Raises
    ------
    ValueError
        When there are no credentials, or they are none.
    """
    made = {"s3": _s3_options, "minio": _s3_options, "azure": _azure_options, "gcp": _gcs_options}[spec_uid]
    return {**made(given, role), **_client(given.get("endpoint"))}


def _s3_options(given: Mapping[str, Any], role: str) -> dict[str, Any]:
    options: dict[str, Any] = {name: given[name] for name in ("region", "endpoint") if name in given}
    if "pathStyle" in given:
        options["virtual_hosted_style_request"] = not given["pathStyle"]
    if "accessKeyID" in given:
        keys: Any = {
            "access_key_id": given["accessKeyID"],
            "secret_access_key": given["secretAccessKey"],
            "token": given.get("sessionToken"),
            "expires_at": None,
        }
        # As plain options they would be mixed with a token that the environment has.
        options["credential_provider"] = lambda: keys
    elif not any(name in os.environ for name in _AMAZON):
        if role == "sink":
            raise ValueError("accessKeyID: is missing; a bucket is not written without credentials")
        options["skip_signature"] = True
    return options


def _s3(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    from obstore.store import S3Store  # noqa: PLC0415 - an extra

    bucket, path = bucket_of(location)
    root = f"{location.partition(':')[0]}://{bucket}/"
    return S3Store(bucket, **store_options("s3", given, role)), root, path


_AMAZON = (
    "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip


def _azure(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    from obstore.store import AzureStore  # noqa: PLC0415 - an extra

    account, endpoint, container, path = azure_parts(location, given.get("containerName"))
    options: dict[str, Any] = {} if account is None else {"account_name": account}
    if endpoint is not None:
        options["endpoint"] = endpoint
    root = f"az://{container}/" if account is None else f"abfss://{container}@{account}/"
    return AzureStore(container, **{**_azure_options(given, role), **options, **_client(endpoint)}), root, path


def _azure_options(given: Mapping[str, Any], role: str) -> dict[str, Any]:
    if "accountKey" in given:
        return {"account_key": given["accountKey"]}
    if "sasToken" in given:
        return {"sas_key": given["sasToken"].lstrip("?")}
    if role == "sink":
        raise ValueError("accountKey: is missing, and sasToken too; a container is not written without credentials")
    return {"skip_signature": True}


def azure_parts(location: str, container: str | None) -> tuple[str | None, str | None, str, str]:
    """Take an address of Azure apart.

    Parameters
    ----------
    location : str
        ``https://account.blob.core.windows.net/container/path``; the same of an emulator, with the account as the
        first folder; ``abfss://container@account.dfs.core.windows.net/path``; or ``az://container/path``.
    container : str or None
        The field ``containerName``.

    Returns
    -------
    account, endpoint : str or None
        The account; the endpoint, where it is not Azure's own.
    container, path : str
        Where in it.

    Raises
    ------
    ValueError
        When no container is named, or two are.
    """
    scheme, _, rest = location.partition("://")
    scheme = scheme.lower()
    endpoint: str | None = None
    if scheme not in {"http", "https"}:
        host, _, path = rest.partition("/")
        named, at, host = host.rpartition("@")
        account = host.partition(".")[0] if at else None
        named = named or ("" if at else host)
        if container is not None and named != container:
            msg = f"containerName: is {container}, but the location has {named}"
            raise ValueError(msg)
        return account, None, named, path
    host, _, path = rest.partition("/")
    account = host.partition(".")[0]
    if not host.endswith((".windows.net", ".chinacloudapi.cn", ".usgovcloudapi.net")):
        account, _, path = path.partition("/")
        endpoint = f"{scheme}://{host}/{account}"
    first, _, inside = path.partition("/")
    if container is None or first == container:
        container, path = first, inside
    if not container:
        raise ValueError("containerName: is missing, and the location names no container")
    return account, endpoint, container, unquote(path)


def _gcs(given: Mapping[str, Any], location: str, role: str) -> tuple[Store, str, str]:
    from obstore.store import GCSStore  # noqa: PLC0415 - an extra

    bucket, path = bucket_of(location)
    return GCSStore(bucket, **store_options("gcp", given, role)), f"gs://{bucket}/", path


def _gcs_options(given: Mapping[str, Any], role: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "endpoint" in given:
        options["base_url"] = given["endpoint"]
    if "credentials" in given:
        options.update(_google(given["credentials"]))
    elif not any(name in os.environ for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT")):
        if role == "sink":
            raise ValueError("credentials: is missing; a bucket is not written without credentials")
        options["skip_signature"] = True
    return options


_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
_GOOGLES = "https://oauth2.googleapis.com/token"


def _google(text: str) -> dict[str, Any]:
    """Give the options for a service account: one of Google's signs by itself, another asks for a token."""
    try:
        made = json.loads(text)
    except ValueError:
        made = None
    if not isinstance(made, dict) or not {"client_email", "private_key"} <= made.keys():
        raise ValueError("credentials: is not the JSON of a service account's key, with client_email and private_key")
    if made.get("token_uri", _GOOGLES) == _GOOGLES:
        return {"service_account_key": text}
    if importlib.util.find_spec("google.auth") is None:
        raise ImportError("a service account with a token_uri of its own: pip install 'h2o-compat[gcp]'")
    from google.auth.exceptions import RefreshError  # noqa: PLC0415 - an extra
    from google.auth.transport.requests import Request  # noqa: PLC0415 - an extra
    from google.oauth2.service_account import Credentials  # noqa: PLC0415 - an extra

    try:
        account: Any = Credentials.from_service_account_info(made, scopes=[_SCOPE])  # type: ignore[no-untyped-call]
    except ValueError:
        raise ValueError("credentials: has a private key that is none") from None

    def token() -> Any:
        try:
            account.refresh(Request())
        except RefreshError as error:
            msg = f"the credentials are refused: {error.args[0]}"
            raise PermissionError(msg) from None
        expires = account.expiry.replace(tzinfo=datetime.UTC) if account.expiry else None
        return {"token": account.token, "expires_at": expires}

    return {"credential_provider": token}


def without_query(location: str) -> tuple[str, str | None]:
    """Take a shared access signature out of an address.

    Parameters
    ----------
    location : str
        The address.

    Returns
    -------
    location : str
        Without the signature.
    signature : str or None
        It.
    """
    query = urlsplit(location).query
    if not re.search(r"(^|&)sig=", query):
        return location, None
    return location.removesuffix("?" + query), query
