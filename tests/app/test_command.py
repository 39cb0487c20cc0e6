"""``h2o-compat app``: it says where it is, and ends when it is told to."""

from __future__ import annotations

import signal
import subprocess
from urllib.request import urlopen

import pytest
from command import H2O_COMPAT

from h2o_sklearn.cli import main

COMMAND = [*H2O_COMPAT, "app", "--no-browser"]


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


@pytest.mark.parametrize("option", ["--models", "--data"])
def test_a_folder_that_is_none(tmp_path, capsys, option):
    assert main(["app", "--no-browser", option, str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err == f"h2o-compat app: {option} {tmp_path / 'none'} is no folder\n"


def test_pages_that_listen_do_not_keep_it_from_ending(command, settings):
    with command() as (browser, process):
        body = {"spec_uid": "file", "location": "rows.csv"}, {"spec_uid": "file", "location": "out.csv"}
        job = {"model": "late.pkl", "source": body[0], "sink": body[1], "mini_batch_size": 1, "partitions": 20}
        uid = browser.post("/api/jobs", job).json()["uid"]
        events = browser.events("/api/jobs/events")
        assert next(events)[1]["jobs"][0]["uid"] == uid
        process.send_signal(signal.SIGTERM)
        assert all(name in {"progress", "done"} for name, _ in events)
        assert process.wait() == 0
