"""The wheel works without the repository: built, installed into a fresh environment, run from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

REPOSITORY = Path(__file__).parents[1]
EXTENSION = "h2o_frame_compat/session/extension/"


def run(*command, cwd, **environment):
    """Run a command with no way back into the repository, and return what it printed."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "H2O_COMPAT", "PYTEST", "JAVA_HOME"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Path of the interpreter of an environment that holds the wheel and what it depends on, nothing else."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=home)
    return python


def test_wheel_holds_both_packages_their_types_and_the_extension(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(REPOSITORY).as_posix()
        for package in ("h2o_frame_compat", "h2o_sklearn")
        for path in (REPOSITORY / package).rglob("*")
        if path.suffix in {".py", ".java", ".jar", ".mjs", ".typed"}
    }
    assert sources <= names
    assert EXTENSION + "h2ocompat.jar" in names
    assert any(name.startswith(EXTENSION) and name.endswith(".java") for name in names)
    assert {name.split("/")[0] for name in names} == {
        "h2o_frame_compat",
        "h2o_sklearn",
        f"{wheel.name.rsplit('-', 3)[0]}.dist-info",
    }


def test_version_is_the_same_everywhere(installed, wheel, tmp_path):
    script = "import importlib.metadata as m, h2o_frame_compat as c; print(c.__version__, m.version('h2o-compat'))"
    imported, recorded = run(installed, "-c", script, cwd=tmp_path).split()
    assert imported == recorded == wheel.name.split("-")[1]


def test_import_is_lazy_and_outside_the_repository(installed, tmp_path):
    script = """
import sys, h2o_frame_compat, h2o_sklearn
print(h2o_frame_compat.__file__)
print(sorted({"h2o", "polars", "matplotlib"} & set(sys.modules)))
"""
    where, loaded = run(installed, "-c", script, cwd=tmp_path).splitlines()
    assert REPOSITORY not in Path(where).parents
    assert loaded == "[]"


def test_demo_runs_without_the_repository_and_without_java(installed, tmp_path):
    """No JAVA_HOME and no java on the path: the JRE comes with the wheel's dependencies."""
    printed = run(
        installed,
        *("-m", "h2o_sklearn.demo", "--rows", "5000"),
        cwd=tmp_path,
        PATH=str(installed.parent),
    )
    score = re.search(r"AUC on the hold-out (0\.\d+)", printed)
    assert score is not None, printed
    assert float(score[1]) > 0.6
    assert re.search(r"done in \d+ seconds", printed), printed
    assert list(tmp_path.iterdir()) == []
