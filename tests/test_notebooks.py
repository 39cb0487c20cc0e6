"""Each notebook runs, and prints what is stored in it."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted(Path(__file__).parents[1].joinpath("notebooks").glob("*.ipynb"))
NODE = {"08_orbitdb_to_ocean"}  # and these want Node.js, which not everybody has


def shown(notebook):
    """What the cells show, as text: progress bars are left out, and cells whose numbers vary, which say so in a tag."""
    return [
        output.get("text") or output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", ())
        for output in cell.outputs
        if output.output_type == "execute_result" or output.get("name") == "stdout"
    ]


def marked(path):
    return pytest.param(path, id=path.stem, marks=[pytest.mark.services, pytest.mark.slow] if path.stem in NODE else ())


@pytest.mark.parametrize("path", [marked(path) for path in NOTEBOOKS])
def test_notebook_shows_what_is_stored(path):
    if path.stem in NODE:
        _need_node()
    stored = nbformat.read(path, as_version=4)
    run = nbformat.from_dict(stored)
    nbclient.NotebookClient(run, timeout=300, kernel_name="python3").execute(cwd=str(path.parent))
    assert shown(stored), "`make notebooks` stores the outputs"
    assert shown(run) == shown(stored)


def _need_node():
    from h2o_frame_compat.io.orbitdb.process import find_node

    try:
        find_node()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"{error}; `make test-services` sets it up")


def test_there_are_notebooks():
    assert NOTEBOOKS
