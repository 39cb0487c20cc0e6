"""Build the scorer's jar from its Java source: ``python -m h2o_sklearn._scoring.build``.

The jar is checked in; a test builds it anew and compares the bytes. A JDK is needed here and nowhere else.
"""

from __future__ import annotations

import subprocess
import tempfile
import zipfile
from pathlib import Path

from h2o_sklearn._scoring.sidecar import SCORER_JAR, model_library

_SOURCES = Path(__file__).parent / "java"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build(target: Path = SCORER_JAR) -> None:
    """Compile the source and write the jar, the same bytes every time.

    Parameters
    ----------
    target : Path
        Where the jar goes.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = sorted(str(path) for path in _SOURCES.rglob("*.java"))
        command = ["javac", "--release", "8", "-g:none", "-Xlint:-options", "-cp", str(model_library())]
        subprocess.run([*command, "-d", folder, *sources], check=True)  # noqa: S603 - our own source
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as jar:
            for path in sorted(Path(folder).rglob("*.class")):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.external_attr = 0o644 << 16
                jar.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    build()
