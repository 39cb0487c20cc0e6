"""Run every notebook of this folder and store what it shows: ``make notebooks``."""

from __future__ import annotations

import os
from pathlib import Path

import nbclient
import nbformat

HERE = Path(__file__).parent

os.environ["H2O_COMPAT_PROGRESS"] = "0"  # bars are for watching, not for keeping
for path in sorted(HERE.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False)
    client.execute(cwd=str(HERE))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("language_info", None)  # it names the Python that happened to be at hand
    nbformat.write(notebook, path)
