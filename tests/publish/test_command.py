"""Servers and chains on this machine, and what the command says when something is wrong."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from h2o_sklearn.cli import main
from h2o_sklearn.publish import PublishError, StorageError, chains, fetched, keys, local_chain, upload
from h2o_sklearn.publish.serve import serving


def test_no_store_answers():
    with pytest.raises(StorageError, match=r"at http://127\.0\.0\.1:9/a did not take"):
        upload(b"{}", "a", "QQ==", endpoint="http://127.0.0.1:9/a")


def test_a_link_that_is_none():
    with pytest.raises(StorageError, match="does not answer"):
        fetched({"type": "url", "url": "http://127.0.0.1:9/?sig=swordfish"})
    with pytest.raises(ValueError, match="read_orbitdb"):
        fetched({"type": "orbitdb"})


def test_a_local_chain_in_this_process(monkeypatch):
    monkeypatch.setattr(chains.shutil, "which", lambda _: None)
    with local_chain() as chain:
        assert chain.rpc == ""
        assert chain.w3.eth.get_balance(chain.account(2).address) == 2 * 10**18


def test_a_port_that_is_taken(provider):
    taken = pytest.raises(PublishError, match="is the port taken")
    with serving(provider.app()) as address, taken, serving(provider.app(), address[7:]):
        pass
    with pytest.raises(PublishError, match="HOST:PORT"), serving(provider.app(), "8030"):
        pass


@pytest.fixture
def told(monkeypatch, capsys, tmp_path, cluster):
    """Run the command in this process, and return what it says when it cannot be done."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setenv(keys.ACCOUNT_KEY, "0x" + "4c" * 32)
    monkeypatch.setenv(keys.AZURE_KEY, "QQ==")

    def run(*arguments, text="x,y,Base\n1,2,B02512\n3,4,B02617\n"):
        (tmp_path / "data.csv").write_text(text)
        given = ["publish", "--file", str(tmp_path / "data.csv"), "--name", "n", "--price", "1", "--once"]
        assert main([*given, "--listen", "127.0.0.1:0", *arguments]) == 1
        out, err = capsys.readouterr()
        assert not out
        return err.splitlines()[-1]

    return run


AZURE = ("--azure", "a", "--azure-endpoint", "http://127.0.0.1:9/a")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*AZURE,), "'Base' are not; choose among the numbers: columns=['x', 'y']"),
        ((*AZURE, "--columns", "x,z"), "there is no column 'z'"),
        ((*AZURE, "--columns", "x,y", "--clusters", "3"), "n_samples=2 should be >= n_clusters=3"),
        ((*AZURE, "--columns", "x,y", "--clusters", "2"), "at http://127.0.0.1:9/a did not take the data"),
        ((*AZURE, "--rpc", "http://127.0.0.1:9"), "no node of a chain answers at http://127.0.0.1:9"),
        ((*AZURE, "--rpc", "http://127.0.0.1:9", "--account", "env:NOBODY"), "NOBODY is not set"),
        ((*AZURE, "--azure-key", "env:NOBODY"), "NOBODY is not set"),
        ((*AZURE, "--rpc", "http://127.0.0.1:9", "--deploy"), "--address-book"),
    ],
)
def test_what_the_command_says(told, arguments, words):
    assert words in told(*arguments)


def test_without_the_extra_it_says_what_to_install():
    code = "import sys; sys.modules['web3'] = None; from h2o_sklearn.cli import main; main(['publish', '--help'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert found.stderr == "h2o-compat publish: publishing needs web3: pip install 'h2o-compat[ocean]'\n"
