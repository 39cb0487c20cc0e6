"""How long a browser takes to the app's first page, and to 50,000 points on it: headless Chromium, over loopback.

The command ``h2o-compat app`` runs as a process of its own. Each run is a browser that has never been there, with
nothing in its cache. The results go to standard output and, with ``--write``, into the section of docs/benchmarks.md
that this script owns. `tests/services/setup.sh start browser` installs what it needs.

    python benchmarks/app.py [--write] [--repeat 5] [--skip-clusters]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common.page import machine, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

POINTS = 50_000
COMMAND = [sys.executable, "-c", "import sys; from h2o_sklearn.cli import main; sys.exit(main())", "app"]
WAIT = 120_000
# When a button is pressed, and when what a note tells of has been painted: a frame later it is on the screen.
WATCH = """
window.times = {};
addEventListener("submit", (event) => { times[event.target.id] = performance.now(); }, true);
new MutationObserver(() => {
  for (const id of ["points-note", "clustered-note"]) {
    if (times[id] === undefined && document.getElementById(id)?.textContent.startsWith("50,000 points")) {
      times[id] = null;
      requestAnimationFrame(() => requestAnimationFrame(() => { times[id] = performance.now(); }));
    }
  }
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
ANSWERED = "performance.getEntriesByType('resource').filter((e) => /tasks.*events/.test(e.name)).at(-1).responseEnd"
ASKED = {"the first page is interactive": 1.0, "upload to 50,000 points on the screen": 2.0}


@contextlib.contextmanager
def app(folder: str) -> Iterator[str]:
    """Run the command; give its address."""
    places = ["--models", folder, "--data", folder, "--store", f"sqlite:///{folder}/jobs.db"]
    environment = {**os.environ, "H2O_COMPAT_PROGRESS": "0"}
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--no-browser", *places], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def visit(browser: Browser, address: str, file: Path, *, clusters: bool) -> dict[str, float]:
    """Open the first page in a browser that has never been there, bring the points, and give the seconds."""
    context = browser.new_context()
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(address)
        page.wait_for_function("performance.getEntriesByName('interactive').length")
        ready = page.evaluate("performance.getEntriesByName('interactive')[0].startTime")
        found = {"the first page is interactive": ready}
        page.wait_for_load_state("networkidle")
        with page.expect_file_chooser() as chooser:
            page.locator("#file").click()
        chooser.value.set_files(file)
        page.get_by_role("button", name="Upload").click()
        page.wait_for_function("times['points-note']")
        times: dict[str, Any] = page.evaluate("times")
        found["upload to 50,000 points on the screen"] = times["points-note"] - times["upload"]
        found["of which, from the app's answer on"] = times["points-note"] - page.evaluate(ANSWERED)
        if clusters:
            page.locator("#clusters").fill("5")
            page.get_by_role("button", name="Find clusters").click()
            page.wait_for_function("times['clustered-note']")
            drawn = page.evaluate("times['clustered-note']")
            found["50,000 points in 5 colours, from the app's answer on"] = drawn - page.evaluate(ANSWERED)
        return {name: milliseconds / 1000 for name, milliseconds in found.items()}
    finally:
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="update docs/benchmarks.md")
    parser.add_argument("--repeat", type=int, default=5, help="browsers")
    parser.add_argument("--skip-clusters", action="store_true", help="start no cluster")
    arguments = parser.parse_args()
    program = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has it
    except ImportError:
        program = None
    if program is None:
        print("left out: no Chromium, or nothing that drives it; tests/services/setup.sh start browser")
        return
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        file = Path(folder, "points.parquet")
        points = np.random.default_rng(0).normal(size=(POINTS, 2))
        pq.write_table(pa.table({"x": points[:, 0], "y": points[:, 1]}), file)
        address = stack.enter_context(app(folder))
        running = stack.enter_context(sync_playwright())
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        stack.callback(browser.close)
        version = browser.version
        graphics = drawer(browser)
        runs = [
            visit(browser, address, file, clusters=not arguments.skip_clusters) for _ in range(arguments.repeat)
        ]
    lines = []
    for name in runs[0]:
        times = [run[name] for run in runs]
        asked = f"{ASKED[name]:g} s" if name in ASKED else ""
        lines.append(f"| {name} | {min(times):.2f} / {statistics.median(times):.2f} / {max(times):.2f} s | {asked} |")
    text = "\n".join(
        [
            "## The web app",
            "",
            f"Machine: {machine()}; the app and headless Chromium {version} on it, {graphics} in place of a graphics",
            f"card. Best / median / worst of {arguments.repeat} browsers that have never been there, their caches",
            "empty, and who uses them waits for nothing: a file is chosen and sent at once.",
            "",
            "| | seconds | asked for |",
            "|---|---|---|",
            *lines,
            "",
        ]
    )
    print(text)
    if arguments.write:
        write("app", text)


def drawer(browser: Browser) -> str:
    """Say what draws."""
    page = browser.new_page()
    try:
        said = page.evaluate(
            "(() => { const gl = document.createElement('canvas').getContext('webgl'); return gl === null ? '' :"
            " gl.getParameter(gl.getExtension('WEBGL_debug_renderer_info').UNMASKED_RENDERER_WEBGL); })()"
        )
    finally:
        page.close()
    found = re.search(r"SwiftShader|llvmpipe", said)
    return found[0] if found else said or "SVG"


if __name__ == "__main__":
    main()
