"""Keys: read from the environment, a file or a keystore when they are needed, never stored and never printed."""

from __future__ import annotations

import getpass
import json
import os
import sys
from typing import TYPE_CHECKING

from eth_account import Account

from h2o_frame_compat.io.connectors.secret import SecretRef
from h2o_sklearn.publish.errors import CredentialsError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ACCOUNT_KEY = "H2O_COMPAT_ACCOUNT_KEY"
KEYSTORE_PASSWORD = "H2O_COMPAT_KEYSTORE_PASSWORD"  # noqa: S105 - the name of a variable
AZURE_KEY = "AZURE_STORAGE_KEY"


def secret(source: str | None, default: str) -> str:
    """Read a secret.

    Parameters
    ----------
    source : str or None
        ``"env:NAME"`` for a variable of the environment, or ``"file:path"``. A secret itself is refused: it would stay
        in the shell's history.
    default : str
        The variable that is read for None.

    Returns
    -------
    str
        The secret.

    Raises
    ------
    CredentialsError
        When there is none.
    """
    reference = SecretRef.parse(source or f"env:{default}")
    if reference.kind == "value":
        raise CredentialsError("a key is not given itself, but by its place: 'env:NAME' or 'file:path'")
    try:
        found = reference.resolve().strip()
    except ValueError as error:
        raise CredentialsError(f"there is no key: {error}") from None
    if not found:
        raise CredentialsError(f"there is no key: {reference!r} is empty")
    return found


def account(source: str | None = None) -> LocalAccount:
    """Read the key of an Ethereum account.

    Parameters
    ----------
    source : str, optional
        ``"env:NAME"`` or ``"file:path"``, with the key in hexadecimal or a keystore of version 3, as wallets write
        it. The password of a keystore comes from ``H2O_COMPAT_KEYSTORE_PASSWORD``, or is asked for. The default is
        the environment variable ``H2O_COMPAT_ACCOUNT_KEY``.

    Returns
    -------
    eth_account.signers.local.LocalAccount
        The account, which signs here; its key is sent nowhere.

    Raises
    ------
    CredentialsError
        When there is no key, or it is none.
    """
    text = secret(source, ACCOUNT_KEY)
    password = _password() if text.startswith("{") else None
    try:
        if password is not None:
            made: LocalAccount = Account.from_key(Account.decrypt(json.loads(text), password))
        else:
            made = Account.from_key(text)
    except (ValueError, TypeError, KeyError):
        # The reason may quote the key.
        where = source or f"env:{ACCOUNT_KEY}"
        what = "a keystore that this password opens" if password is not None else "a key of 32 bytes in hexadecimal"
        raise CredentialsError(f"what is in {where} is not {what}") from None
    return made


def _password() -> str:
    found = os.environ.get(KEYSTORE_PASSWORD)
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise CredentialsError(f"the keystore has a password: set the environment variable {KEYSTORE_PASSWORD}")
    return getpass.getpass("Password of the keystore: ")
