"""Where files are: local paths, globs, HTTP, and object stores by way of fsspec, as in pandas.

For ``s3://``, ``gs://`` and ``az://`` the package that fsspec names for it is used where it is installed, so that
what works with pandas works the same; otherwise obstore, one client for the three, which also takes the fields of
the connectors, as ``{"accessKeyID": ..., "pathStyle": True}``.
"""

from __future__ import annotations

import contextlib
import glob
import gzip
import importlib.util
import os
import shutil
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from h2o_frame_compat.io.connectors import objects, source_specs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROTOCOLS = {
    "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "az": "abfs", "abfs": "abfs", "abfss": "abfs", "adl": "abfs",
}  # fmt: skip
# What fsspec's own packages call an option, and what obstore calls it.
_OPTIONS = {
    "s3": {"key": "access_key_id", "secret": "secret_access_key", "token": "session_token", "anon": "skip_signature",
           "endpoint_url": "endpoint", "region_name": "region"},
    "gs": {"token": "service_account", "endpoint_url": "base_url"},
    "abfs": {"sas_token": "sas_key", "anon": "skip_signature"},
}  # fmt: skip
# Fields of connectors that are options of obstore or of fsspec's packages as well, and mean the same.
_SHARED = {"access_key_id", "secret_access_key", "session_token", "region", "endpoint", "account_key", "sas_token"}


def is_url(path: object) -> bool:
    """Tell whether a path is a web address."""
    return isinstance(path, str) and urlsplit(path).scheme in {"http", "https"}


def is_stored(path: object) -> bool:
    """Tell whether a path names an object that fsspec finds."""
    return isinstance(path, str) and "://" in path and not is_url(path) and urlsplit(path).scheme != "file"


def prepare(path: object) -> None:
    """Make sure that fsspec can open an object store.

    Parameters
    ----------
    path : object
        What a reader or writer was given.

    Raises
    ------
    ImportError
        When no package for the store is installed; the message names the extra.
    """
    scheme = urlsplit(path).scheme if isinstance(path, str) and is_stored(path) else ""
    if scheme not in _PROTOCOLS:
        return
    if importlib.util.find_spec("fsspec") is None:
        raise ImportError(_missing(scheme))
    import fsspec  # noqa: PLC0415 - an extra

    try:
        fsspec.get_filesystem_class(scheme)
    except ImportError:
        if importlib.util.find_spec("obstore") is None:
            raise ImportError(_missing(scheme)) from None
        fsspec.register_implementation(scheme, _store_class(scheme), clobber=True)


def _missing(scheme: str) -> str:
    return f"{scheme}:// needs a package for object stores: pip install 'h2o-compat[stores]'"


def _store_class(scheme: str) -> type[Any]:
    from obstore.fsspec import FsspecStore  # noqa: PLC0415 - an extra

    name = _PROTOCOLS[scheme]

    class Store(FsspecStore):
        """The objects of a store; options may have the names that fsspec's own packages give them."""

        protocol = name

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **_renamed(name, options))

    return Store


def _renamed(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    fields, options = _fields(name, options)
    if fields:
        return {**fields, **options}
    given = {**options, **options.get("client_kwargs", {})}
    given.pop("client_kwargs", None)
    made = {_OPTIONS[name].get(key, key): value for key, value in given.items()}
    if name == "gs" and made.get("service_account") == "anon":
        del made["service_account"]
        made["skip_signature"] = True
    if str(made.get("endpoint", "")).startswith("http://"):
        made.setdefault("client_options", {"allow_http": True})
    return made


def _fields(name: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Divide options into those that are fields of the connector, made what obstore calls them, and the rest."""
    uid = {"s3": "s3", "gs": "gcp", "abfs": "azure"}[name]
    spec = next(spec for spec in source_specs() if spec.uid == uid)
    known = {spelling for field in spec.fields for spelling in (field.name, field.snake)}
    if not any(option in known and option not in _SHARED for option in options):
        return {}, dict(options)
    given = {option: value for option, value in options.items() if option in known}
    rest = {option: value for option, value in options.items() if option not in known}
    return objects.store_options(uid, objects.resolved(spec.validated(given))), rest


def expand(path: Any, storage_options: Mapping[str, Any] | None = None) -> list[Any]:
    """Give the files that a path with ``*``, ``?`` or ``[...]`` stands for, sorted; any other path as it is.

    Parameters
    ----------
    path : object
        What a reader was given.
    storage_options : dict, optional
        Options of the object store.

    Returns
    -------
    list

    Raises
    ------
    FileNotFoundError
        When no file matches.
    """
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str) or not glob.has_magic(text) or is_url(text) or Path(text).exists():
        return [path]
    if is_stored(text):
        import fsspec  # noqa: PLC0415 - an extra

        fs, inside = fsspec.core.url_to_fs(text, **(storage_options or {}))
        found = [fs.unstrip_protocol(name) for name in sorted(fs.glob(inside))]
    else:
        found = sorted(glob.glob(str(Path(text).expanduser()), recursive=True))  # noqa: PTH207 - it may be absolute
    if not found:
        msg = f"[Errno 2] No such file or directory: {text!r}"
        raise FileNotFoundError(msg)
    return found


#: What a web address may lead to; not a file or an FTP server, which a redirection could name.
_HANDLERS = (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.UnknownHandler,
)


def _web(headers: Mapping[str, str] | None) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in _HANDLERS:
        opener.add_handler(handler())
    opener.addheaders = [*(headers or {}).items(), *opener.addheaders]  # the first of a name counts
    return opener


@contextlib.contextmanager
def local_copy(path: Any, headers: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Give a path that can be read twice and from any place: a web address is loaded into a temporary file.

    Parameters
    ----------
    path : object
        What a reader was given.
    headers : dict, optional
        Headers to send, which is what pandas takes `storage_options` for.

    Yields
    ------
    object
        The path of the copy; anything but a web address as it is.
    """
    if not is_url(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / (Path(urlsplit(path).path).name or "download")
        with _web(headers).open(path) as answer, copy.open("wb") as file:
            packed = answer.headers.get("Content-Encoding") == "gzip" and copy.suffix != ".gz"
            shutil.copyfileobj(gzip.GzipFile(fileobj=answer) if packed else answer, file, 1 << 20)
        yield str(copy)
