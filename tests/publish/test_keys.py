"""Keys come from the environment, a file or a keystore, and are not printed."""

from __future__ import annotations

import json

import pytest
from eth_account import Account

from h2o_sklearn.publish import AzureAccount, CredentialsError, Link, account, keys

KEY = "0x" + "4c" * 32
ADDRESS = Account.from_key(KEY).address


def test_a_key_of_the_environment(monkeypatch):
    monkeypatch.setenv(keys.ACCOUNT_KEY, KEY + "\n")
    assert account().address == ADDRESS
    monkeypatch.setenv("OTHER", KEY.removeprefix("0x"))
    assert account("env:OTHER").address == ADDRESS


def test_a_key_of_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    assert account(f"file:{tmp_path / 'key'}").address == ADDRESS


def test_a_keystore(tmp_path, monkeypatch):
    (tmp_path / "store").write_text(json.dumps(Account.encrypt(KEY, "swordfish", kdf="pbkdf2", iterations=2)))
    monkeypatch.setenv(keys.KEYSTORE_PASSWORD, "swordfish")
    assert account(f"file:{tmp_path / 'store'}").address == ADDRESS
    monkeypatch.setenv(keys.KEYSTORE_PASSWORD, "wrong")
    with pytest.raises(CredentialsError, match="is not a keystore that this password opens"):
        account(f"file:{tmp_path / 'store'}")
    monkeypatch.delenv(keys.KEYSTORE_PASSWORD)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CredentialsError, match=keys.KEYSTORE_PASSWORD):
        account(f"file:{tmp_path / 'store'}")


@pytest.mark.parametrize("value", [None, "", "0x12", "swordfish" * 8, '{"a": 1}'])
def test_what_is_no_key(value, monkeypatch):
    monkeypatch.delenv(keys.ACCOUNT_KEY, raising=False)
    monkeypatch.setenv(keys.KEYSTORE_PASSWORD, "x")
    if value is not None:
        monkeypatch.setenv(keys.ACCOUNT_KEY, value)
    with pytest.raises(CredentialsError, match=keys.ACCOUNT_KEY) as error:
        account()
    assert "swordfish" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_key_itself_is_refused():
    with pytest.raises(CredentialsError, match="by its place") as error:
        account(KEY)
    assert "4c4c" not in str(error.value)


def test_what_is_printed():
    assert "swordfish" not in repr(AzureAccount("a", "swordfish"))
    assert "swordfish" not in repr(Link("https://x/?sig=swordfish", "https://x/", None))
