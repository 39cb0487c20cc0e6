"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys

import joblib
import pandas as pd
import pytest
import yaml

from h2o_sklearn.cli import COMMANDS, main


@pytest.fixture
def said(capsys, url, monkeypatch):
    """Run the command in this process; give its exit code, its last line as JSON, and what it told the user."""
    monkeypatch.setenv("H2O_COMPAT_BATCH_STORE", url)

    def run(*words):
        code = main([str(word) for word in words])
        out, told = capsys.readouterr()
        last = out.strip().splitlines()[-1] if out.strip() else "null"
        return code, json.loads(last) if last.startswith(("{", "null")) else out, told

    return run


@pytest.fixture
def files(numbers, doubles, tmp_path):
    """A model, a source and a place, as options."""

    def make(**numbers_of):
        joblib.dump(doubles(), tmp_path / "model.pkl")
        source = numbers(200, **numbers_of)
        return ["--model", tmp_path / "model.pkl", "--source", source, "--sink", tmp_path / "out.csv", "--processes", 0]

    return make


def test_score(said, files, tmp_path):
    code, last, _ = said("score", *files(), "--id-field", "id", "--name", "nightly")
    assert code == 0
    assert {key: last[key] for key in ("state", "rows_in", "rows_out", "dead_letters")} == {
        "state": "FINISHED", "rows_in": 200, "rows_out": 200, "dead_letters": 0,
    }  # fmt: skip
    assert pd.read_csv(tmp_path / "out.csv")["predict"].tolist() == [2.0 * i for i in range(200)]
    code, listed, _ = said("jobs", "list")
    assert code == 0
    assert "FINISHED" in listed
    assert "nightly" in listed
    assert said("jobs", "list", "--state", "failed")[1] is None
    assert main(["jobs", "show", last["job"]]) == 0
    code, logs, _ = said("jobs", "logs", last["job"])
    assert "FINISHED" in str(logs)
    code, _, told = said("jobs", "cancel", last["job"])
    assert code == 1
    assert "has ended" in told


def test_dead_letters_have_an_exit_code_of_their_own(said, files, tmp_path):
    code, last, _ = said("score", *files(poison=[5]), "--dead-letter", tmp_path / "dead.jsonl")
    assert (code, last["rows_in"], last["rows_out"], last["dead_letters"]) == (5, 200, 199, 1)


def test_a_job_that_fails_and_is_resumed(said, files, tmp_path):
    words = files(poison=[150])
    code, last, told = said("score", *words, "--mini-batch-size", 10)
    assert (code, last["state"]) == (1, "FAILED")
    assert "negative: -151" in told
    code, again, _ = said("score", "--resume", last["job"])
    assert (code, again["job"]) == (1, last["job"])


def test_what_is_refused_before_the_start(said, files, tmp_path):
    words = files(poison=[0])
    code, last, told = said("score", *words)
    assert (code, last["ok"], last["state"]) == (3, False, None)
    assert "there is no dead_letter" in told
    assert {"job", "state", "rows_in", "rows_out", "dead_letters"} <= last.keys()
    code, last, told = said("score", "--model", "nowhere.pkl", "--source", "a.csv", "--sink", "b.csv")
    assert (code, last["job"], last["rows_in"]) == (2, None, 0)
    assert "model: there is no file" in told or "source" in told
    code, _, told = said("score", "--model", "m.pkl", "--source", "a.csv")
    assert code == 2
    assert "sink: is missing" in told
    code, _, told = said("jobs", "show")
    assert code == 2
    assert said("jobs", "show", "no-such-job")[0] == 1
    with pytest.raises(SystemExit) as ended:
        main(["score", "--nonsense"])
    assert ended.value.code == 2


def test_preflight_and_dry_run_write_nothing(said, files, tmp_path, capsys):
    words = files()
    code, last, told = said("score", *words, "--preflight")
    assert (code, last["ok"], last["rows"]) == (0, True, 200)
    assert "ok: sink: can be written" in told
    assert main([str(word) for word in ["score", *words, "--dry-run"]]) == 0
    *lines, last = capsys.readouterr().out.strip().splitlines()
    assert json.loads(last)["dry_run"] is True
    assert len(yaml.safe_load("\n".join(lines))["partitions"]) >= 1
    assert not (tmp_path / "out.csv").exists()


def test_a_file_says_the_same(said, files, tmp_path, monkeypatch):
    words = files()
    model, source, sink = (str(words[at]) for at in (1, 3, 5))
    config = tmp_path / "job.yaml"
    config.write_text(
        yaml.safe_dump({
            "model": model, "source": {"spec_uid": "file", "location": source}, "sink": sink,
            "runtime": {"kind": "local", "processes": 0}, "model-request-parameters": {"id_field": "id"},
        }),
        encoding="utf-8",
    )  # fmt: skip
    code, last, _ = said("score", "--config", config, "--include-inputs", "--name", "from a file")
    assert (code, last["rows_out"]) == (0, 200)
    assert list(pd.read_csv(sink)) == ["id", "x", "predict"]
    config.write_text("color: blue", encoding="utf-8")
    code, _, told = said("score", "--config", config)
    assert code == 2
    assert "color: is not known" in told
    config.write_text("a: b: c", encoding="utf-8")
    assert said("score", "--config", config)[0] == 2


def test_a_secret_is_never_printed(said, files, capsys):
    source = "postgres://me:swordfish@127.0.0.1:1/db#t"
    words = [*files()[:2], "--source", source, "--sink", "out.csv", "--processes", 0]
    code, last, told = said("score", *words)
    assert code in {2, 3}
    assert "swordfish" not in json.dumps(last) + told


@pytest.mark.slow
def test_the_installed_command(files, url, tmp_path):
    """As a user's shell runs it, with processes of their own; standard output is one line."""
    words = [str(word) for word in [*files()[:-1], 2, "--store", url, "--quiet"]]
    code = "import sys; from h2o_sklearn.cli import main; sys.exit(main())"
    ended = subprocess.run([sys.executable, "-c", code, "score", *words], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["rows_out"] == 200


def test_every_command_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)
