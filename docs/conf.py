"""Sphinx configuration; `make docs` builds the pages and treats warnings as errors."""

from __future__ import annotations

import re

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


# scikit-learn's names end in an underscore, which reStructuredText takes for a link.
_FITTED = re.compile(r"(?<![\w`*:.])([A-Za-z]\w*)_(?=[\s,;.)]|$)")


def _documented_elsewhere(_app, _what, _name, member, _skip, _options):
    """Leave out what pandas and scikit-learn give: it is documented there."""
    home = (getattr(member, "__module__", None) or "").partition(".")[0]
    return True if home in {"pandas", "sklearn"} else None


def _escape_underscores(_app, _what, _name, _member, _options, lines):
    lines[:] = [_FITTED.sub(r"\1\_", line) for line in lines]


def setup(app):
    """Sphinx calls this."""
    app.connect("autodoc-skip-member", _documented_elsewhere)
    app.connect("autodoc-process-docstring", _escape_underscores, priority=900)  # after numpydoc
