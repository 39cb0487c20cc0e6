"""Sphinx configuration; `make docs` builds the pages and treats warnings as errors."""

from __future__ import annotations

import h2o_frame_compat

project = "h2o-compat"
author = "the h2o-compat developers"
project_copyright = author
release = version = h2o_frame_compat.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = project
html_theme_options = {"show_nav_level": 2, "navigation_with_keys": False}

autodoc_member_order = "groupwise"
autodoc_typehints = "none"  # numpydoc's Parameters sections say the types
myst_heading_anchors = 3
numpydoc_show_class_members = False  # autodoc lists them
suppress_warnings = [
    "myst.xref_missing"
]  # the changelog and contributing page link to files of the repository


def _from_scikit_learn(_app, _what, _name, member, _skip, _options):
    """Leave out what an estimator has from scikit-learn: it is documented there."""
    return True if (getattr(member, "__module__", None) or "").startswith("sklearn.") else None


def setup(app):
    """Sphinx calls this."""
    app.connect("autodoc-skip-member", _from_scikit_learn)
