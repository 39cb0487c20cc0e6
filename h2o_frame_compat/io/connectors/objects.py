"""Buckets of S3, MinIO, Azure and Google: their addresses, and what obstore is told of their fields."""

from __future__ import annotations

import datetime
import importlib
import importlib.util
import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from h2o_frame_compat.io.connectors.places import Place

# An address that does not answer shall be known in seconds; whole partitions are tried again by the job.
_RETRIES: Any = {
    "max_retries": 5,
    "retry_timeout": datetime.timedelta(seconds=60),
    "backoff": {
        "init_backoff": datetime.timedelta(milliseconds=200), "max_backoff": datetime.timedelta(seconds=10), "base": 2,
    },
}  # fmt: skip


def place_of(spec_uid: str, config: Mapping[str, Any], location: str, role: str) -> tuple[Place, str]:
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
    place : Place
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
    from h2o_frame_compat.io.connectors import buckets  # noqa: PLC0415 - needs an extra

    return buckets.opened(spec_uid, config, location, role)


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


_AMAZON = (
    "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip


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
_AUTH_MODULES = ("auth.exceptions", "auth.transport.requests", "oauth2.service_account")


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
    try:
        errors, transport, oauth2 = (importlib.import_module(f"google.{name}") for name in _AUTH_MODULES)
    except ImportError:
        raise ImportError("a service account with a token_uri of its own: pip install 'h2o-compat[gcp]'") from None
    try:
        account = oauth2.Credentials.from_service_account_info(made, scopes=[_SCOPE])
    except ValueError:
        raise ValueError("credentials: has a private key that is none") from None

    def token() -> Any:
        try:
            account.refresh(transport.Request())
        except errors.RefreshError as error:
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
