"""Builds an extension jar from a directory of Java sources, byte for byte reproducibly.

``python -m h2o_frame_compat.session.extension.build SRC_DIR OUT_JAR [--check]``

The directory holds Java 8 sources and, under ``META-INF``, the manifest and service files. The same sources
and the same major version of ``javac`` (17 for the jar that is checked in) give the same bytes everywhere:
entries are sorted, carry a fixed time, and are stored uncompressed, because zlib's output differs by version.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MANIFEST = "META-INF/MANIFEST.MF"
_STAMP = (1980, 1, 1, 0, 0, 0)
_LINT = "-Xlint:all,-options,-serial,-rawtypes,-unchecked,-processing,-classfile"


class BuildError(Exception):
    """The jar could not be built, or differs from the one it was compared with."""


def find_h2o_jar() -> Path:
    """Return ``h2o.jar`` of the installed ``h2o`` wheel, without importing the package.

    Raises
    ------
    BuildError
        If the package or its jar is missing.
    """
    spec = importlib.util.find_spec("h2o")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        jar = Path(folder) / "backend" / "bin" / "h2o.jar"
        if jar.is_file():
            return jar
    raise BuildError("h2o.jar was not found; install the h2o package (pip install h2o)")


def build(sources: Path, *, h2o_jar: Path | None = None, javac: str | None = None) -> bytes:
    """Compile ``sources`` and return the bytes of the jar.

    Parameters
    ----------
    sources
        Directory of ``.java`` files (in package directories) and a ``META-INF`` directory, taken as it is.
    h2o_jar
        The jar to compile against; by default the one of the installed ``h2o`` wheel.
    javac
        The compiler; by default the one on ``PATH``.

    Returns
    -------
    bytes
        The jar.

    Raises
    ------
    BuildError
        If there is no compiler or no source, or the sources do not compile cleanly.

    Examples
    --------
    >>> from h2o_frame_compat.session.extension import JAVA_SOURCES
    >>> jar = build(JAVA_SOURCES)  # doctest: +SKIP
    """
    compiler = javac or shutil.which("javac")
    if compiler is None:
        raise BuildError("javac was not found; install a JDK 17 (only building the jar needs one)")
    files = sorted(str(p) for p in sources.rglob("*.java"))
    if not files:
        raise BuildError(f"there are no .java files in {sources}")
    with tempfile.TemporaryDirectory() as out:
        command = [compiler, "--release", "8", _LINT, "-proc:none", "-g:lines,source", "-encoding", "UTF-8"]
        command += ["-cp", str(h2o_jar or find_h2o_jar()), "-d", out, *files]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        warnings = [line for line in run.stderr.splitlines() if line and not line.startswith("Note:")]
        if run.returncode or warnings:
            raise BuildError("javac reports:\n" + (run.stderr or run.stdout))
        entries = {p.relative_to(out).as_posix(): p.read_bytes() for p in Path(out).rglob("*.class")}
    for path in (sources / "META-INF").rglob("*"):
        if path.is_file():
            entries[path.relative_to(sources).as_posix()] = path.read_bytes()
    return _pack(entries)


def _pack(entries: dict[str, bytes]) -> bytes:
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as z:
        for name in sorted(entries, key=lambda n: (n != MANIFEST, n)):  # the manifest comes first in a jar
            info = zipfile.ZipInfo(name, _STAMP)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            z.writestr(info, entries[name])
    return jar.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m h2o_frame_compat.session.extension.build", description="Build a jar."
    )
    parser.add_argument("sources", type=Path, metavar="SRC_DIR")
    parser.add_argument("jar", type=Path, metavar="OUT_JAR")
    parser.add_argument("--check", action="store_true", help="compare with OUT_JAR instead of writing it")
    options = parser.parse_args(arguments)
    try:
        content = build(options.sources)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        options.jar.write_bytes(content)
    elif not options.jar.is_file() or options.jar.read_bytes() != content:
        print(
            f"{options.jar} is not what {options.sources} builds; run the command without --check",
            file=sys.stderr,
        )
        return 1
    print(f"{options.jar}: {len(content)} bytes{', up to date' if options.check else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
