"""Each notebook runs, and prints what is stored in it."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted(Path(__file__).parents[1].joinpath("notebooks").glob("*.ipynb"))


def shown(notebook):
    """What the cells show, as text: progress bars are left out, and cells whose numbers vary, which say so in a tag."""
    return [
        output.get("text") or output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", ())
        for output in cell.outputs
        if output.output_type == "execute_result" or output.get("name") == "stdout"
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_shows_what_is_stored(path):
    stored = nbformat.read(path, as_version=4)
    run = nbformat.from_dict(stored)
    nbclient.NotebookClient(run, timeout=300, kernel_name="python3").execute(cwd=str(path.parent))
    assert shown(stored), "`make notebooks` stores the outputs"
    assert shown(run) == shown(stored)


def test_there_are_notebooks():
    assert NOTEBOOKS
