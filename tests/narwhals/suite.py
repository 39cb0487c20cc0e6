"""Run narwhals' own test suite on our backend: ``python tests/narwhals/suite.py [pytest's arguments]``.

The suite comes with narwhals' source distribution, which is fetched from PyPI for the version that is installed
and never kept in this repository. `plugin` makes the frames and knows the expected failures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent


def fetch(folder: Path) -> Path:
    """Fetch the suite of the installed narwhals into a folder; give the folder it is in."""
    found = version("narwhals")
    made = folder / f"narwhals-{found}"
    if not made.exists():
        wanted = ["--no-deps", "--no-binary", "narwhals", f"narwhals=={found}", "--dest", str(folder)]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *wanted]
        subprocess.run(pip, check=True)
        with tarfile.open(folder / f"narwhals-{found}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    settings = made / "pyproject.toml"
    # The installed narwhals is under test, not the sources beside the suite.
    settings.write_text(settings.read_text().replace('pythonpath = ["src"]\n', ""))
    return made


def run(arguments: list[str], folder: Path) -> int:
    """Run the suite, or the part of it that the arguments name."""
    suite = fetch(folder)
    paths = [a for a in arguments if a.startswith("tests/")] or ["tests"]
    options = [a for a in arguments if not a.startswith("tests/")]
    environment = {
        **os.environ,
        "H2O_COMPAT_PROGRESS": "0",
        "H2O_COMPAT_FALLBACK": os.environ.get("H2O_COMPAT_FALLBACK", "silent"),
        "PYTHONPATH": str(HERE),
    }
    command = [sys.executable, "-m", "pytest", *paths, "-q", "-p", "no:randomly", "-p", "no:benchmark"]
    command += ["-p", "plugin", "--use-external-constructor", "-k", "h2o", "--no-header", "--tb=line", *options]
    return subprocess.run(command, cwd=suite, env=environment, check=False).returncode


if __name__ == "__main__":
    kept = Path(os.environ.get("XDG_CACHE_HOME", tempfile.gettempdir())) / "h2o-compat-narwhals"
    kept.mkdir(parents=True, exist_ok=True)
    sys.exit(run(sys.argv[1:], kept))
