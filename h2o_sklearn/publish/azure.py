"""Azure: a blob in a private container, and a link that lets others read this blob for some time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceExistsError
from azure.storage.blob import BlobSasPermissions, BlobServiceClient, ContentSettings, LinearRetry, generate_blob_sas

from h2o_sklearn.publish.errors import CredentialsError, StorageError

CONTAINER = "h2o"
_CLOCKS = dt.timedelta(minutes=5)  # that the clocks of the parties may differ by

_REFUSED = {401, 403}


@dataclass(frozen=True)
class Link:
    """A link to a blob.

    Attributes
    ----------
    url : str
        Where to read it: whoever has this link reads the blob until it expires, so it is not printed.
    blob : str
        The address of the blob, which is of no use without the rest of the link.
    expires : datetime.datetime
        When the link ends.
    """

    url: str = field(repr=False)
    blob: str
    expires: dt.datetime


def upload(
    data: bytes,
    account: str,
    key: str,
    *,
    container: str = CONTAINER,
    name: str | None = None,
    endpoint: str | None = None,
    days: float = 30,
) -> Link:
    """Put bytes into a container of Azure that is not public.

    The same bytes get the same name, so that an upload that broke off can be done again.

    Parameters
    ----------
    data : bytes
        What to upload.
    account : str
        Name of the storage account.
    key : str
        One of its access keys. It signs here, and is neither sent nor kept.
    container : str, default "h2o"
        The container, which is made if need be, without public access.
    name : str, optional
        Name of the blob; by default ``<digest of the bytes>/output.json``.
    endpoint : str, optional
        Address of the blob service; by default that of the account at Azure. For the emulator Azurite it is
        ``http://127.0.0.1:10000/<account>``.
    days : float, default 30
        How long the link can be used.

    Returns
    -------
    Link
        A link that can read this blob and nothing else.

    Raises
    ------
    CredentialsError
        When the key is not that of the account.
    StorageError
        When the store refuses, or does not answer.
    """
    endpoint = (endpoint or f"https://{account}.blob.core.windows.net").rstrip("/")
    name = name or f"{hashlib.sha256(data).hexdigest()[:16]}/output.json"
    try:
        again = LinearRetry(backoff=2, retry_total=2, random_jitter_range=1)
        with BlobServiceClient(endpoint, credential=key, retry_policy=again) as service:
            held = service.get_container_client(container)
            try:
                held.create_container()
            except ResourceExistsError:
                _refuse_public(held.get_container_properties().public_access, container)
            blob = held.get_blob_client(name)
            blob.upload_blob(data, overwrite=True, content_settings=ContentSettings(content_type="application/json"))
            expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
            signature = generate_blob_sas(
                account,
                container,
                name,
                account_key=key,
                permission=BlobSasPermissions(read=True),
                start=dt.datetime.now(dt.UTC) - _CLOCKS,
                expiry=expires,
            )
    except ValueError:
        # The reason may quote the key.
        raise CredentialsError("the Azure key is not one: it must be the base64 text that Azure shows") from None
    except AzureError as error:
        # A key that is no key at all fails here, when it is to sign; another one is refused there.
        if isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) in _REFUSED:
            raise CredentialsError(
                f"the blob service refuses the key: is it one of the account {account!r}, and may it be used from here?"
            ) from None
        reason = getattr(error, "error_code", None) or type(error).__name__
        raise StorageError(f"the blob service at {endpoint} did not take the data: {reason}") from error
    return Link(f"{blob.url}?{signature}", blob.url, expires)


def _refuse_public(access: str | None, container: str) -> None:
    if access:
        raise StorageError(
            f"everybody can read the container {container!r}: choose another one, or make it private"
        )
