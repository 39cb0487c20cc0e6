"""``h2o-compat app``: it says where it is, and ends when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest

MAIN = "import sys; from h2o_sklearn.cli import main; sys.exit(main())"
COMMAND = [sys.executable, "-c", MAIN, "app", "--no-browser"]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_ends(tmp_path, told):
    folders = ["--models", str(tmp_path), "--data", str(tmp_path), "--store", f"sqlite:///{tmp_path}/j.db"]
    arguments = [*COMMAND, "--port", "0", *folders]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urlopen(address) as answer:
            assert b"Cluster studio" in answer.read()
        process.send_signal(told)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


def test_elsewhere_than_on_loopback_the_address_has_a_token(tmp_path):
    arguments = [*COMMAND, "--port", "0", "--host", "0.0.0.0", "--models", str(tmp_path), "--data", str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        token = process.stdout.readline().strip().partition("?token=")[2]
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate()
    assert len(token) >= 32
    assert token not in rest
