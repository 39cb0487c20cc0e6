"""Where a job that a browser describes may read and write: one folder of this machine, and hosts that a rule names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from h2o_frame_compat.io.connectors.databases import address_of
from h2o_sklearn.app.errors import RefusedError
from h2o_sklearn.app.net import allowed

if TYPE_CHECKING:
    from h2o_sklearn.app.settings import Settings

_BUCKETS = {"s3", "s3a", "gs", "gcs", "az", "azure", "abfs", "abfss", "wasb", "wasbs"}
_BUCKET = re.compile(r"[\w.$-]+(?:@[\w.-]+)?")
_REGION = re.compile(r"[\w-]+")
_TOKENS = "https://oauth2.googleapis.com/token"
_DATABASE = re.compile(r"[\w.$ -]*")
# Options of a driver that are about nothing but how the connection is kept. Others name hosts, files or services.
_HARMLESS = {
    "application_name", "charset", "connect_timeout", "encrypt", "logintimeout", "service_name", "sslmode",
    "trustservercertificate",
}  # fmt: skip


def place(given: Any, name: str, settings: Settings) -> dict[str, Any]:
    """Take a source or a sink as a browser describes it.

    Parameters
    ----------
    given : object
        ``spec_uid``, ``location``, ``mime_type`` and ``config``.
    name : str
        Which one, for messages.
    settings : Settings
        Whose ``data`` is the folder, and whose ``allowed`` are the rules.

    Returns
    -------
    dict
        The same, as jobs take it.

    Raises
    ------
    RefusedError
        When it is none, or somewhere that nothing allows.
    """
    if not isinstance(given, dict) or not isinstance(given.get("config") or {}, dict):
        raise RefusedError(f"{name}: an object with spec_uid, location, mime_type and config is needed", name)
    texts = {key: given.get(key) or "" for key in ("spec_uid", "location", "mime_type")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise RefusedError(f"{name}.{key}: a text is needed", f"{name}.{key}")
    config = dict(given.get("config") or {})
    for field, value in config.items():
        _field(field, value, f"{name}.{field}", settings)
    location = _location(texts["spec_uid"], texts["location"].strip(), f"{name}.location", settings)
    return {"spec_uid": texts["spec_uid"], "config": config, "mime_type": texts["mime_type"] or None,
            "location": location or None}  # fmt: skip


def _field(field: str, value: Any, place: str, settings: Settings) -> None:
    plain = field.replace("_", "").lower()
    if plain == "secretparams":
        if not isinstance(value, dict) or not all(isinstance(secret, str) for secret in value.values()):
            raise RefusedError(f"{place}: an object of names and texts is needed", place)
    elif isinstance(value, (dict, list)):
        # A reference would let a browser use the environment and the files of this process.
        raise RefusedError(f"{place}: type the value; references are for the command line", place)
    elif plain == "endpoint" and value:
        allowed(str(value), settings, place)
    elif plain == "region" and value and not _REGION.fullmatch(str(value)):  # it becomes a part of the host's name
        raise RefusedError(f"{place}: this is no name of a region", place)
    elif plain == "credentials" and value:
        _credentials(str(value), place, settings)


def _credentials(value: str, place: str, settings: Settings) -> None:
    """Refuse credentials that make this machine read files or ask hosts for the token."""
    try:
        found = json.loads(value)
    except ValueError:
        raise RefusedError(f"{place}: paste the JSON of a service account's key", place) from None
    if not isinstance(found, dict) or found.get("type", "service_account") != "service_account":
        raise RefusedError(f"{place}: only the key of a service account is taken here", place)
    for key in ("token_uri", "gcs_base_url"):
        if found.get(key) and found[key] != _TOKENS:
            allowed(str(found[key]), settings, place)


def _location(spec_uid: str, location: str, field: str, settings: Settings) -> str:
    if spec_uid == "file":
        return _inside(location, field, settings)
    if spec_uid == "jdbc":
        return _database(location, field, settings)
    scheme, mark, rest = location.partition("://")
    if not mark:
        if location:
            raise RefusedError(f"{field}: an address such as s3://bucket/folder/ is needed", field)
    elif scheme.lower() in _BUCKETS:
        if not _BUCKET.fullmatch(rest.partition("/")[0]):
            raise RefusedError(f"{field}: {location} names no bucket or container", field)
    else:
        allowed(location, settings, field)
    return location


def _inside(location: str, field: str, settings: Settings) -> str:
    """Give a path in the folder for data: everything else on this machine is none of a browser's business."""
    if not location:
        raise RefusedError("a path is needed", field)
    bare = unquote(urlsplit(location).path) if location.startswith("file:") else location
    root = settings.data.resolve()
    if "\0" in bare or not (path := (root / bare).resolve()).is_relative_to(root):
        raise RefusedError(f"files are read and written in the folder {root.name} only (--data)", field)
    return f"{path}/" if bare.endswith("/") else str(path)


def _database(location: str, field: str, settings: Settings) -> str:
    try:
        address = address_of(location, None)
    except ValueError as problem:
        raise RefusedError(str(problem), field) from None
    if address.kind == "sqlite":
        return f"sqlite:///{_inside(address.database or '', field, settings)}"
    strange = sorted(set(address.options) - _HARMLESS)
    if strange:
        raise RefusedError(f"{field}: the option {strange[0]} is for the command line", field)
    named = [address.database or "", *(v for k, v in address.options.items() if k == "service_name")]
    if not all(_DATABASE.fullmatch(one) for one in named) or not str(address.port or "0").isdecimal():
        raise RefusedError(f"{field}: host, port and database are written out here", field)
    allowed(f"//{address.host}:{address.port or ''}", settings, field)
    return location
