"""Write the tables of names of docs/classic.md anew: ``python docs/names/classic.py``."""

from __future__ import annotations

import inspect
from pathlib import Path

from h2o_sklearn import classic

PAGE = Path(__file__).parents[1] / "classic.md"
MARK = "<!-- The tables below are written by docs/names/classic.py. -->"
KINDS = ("Regression", "Binomial", "Multinomial", "Clustering", "AutoEncoder", "DimReduction")
BUILDERS = (
    "gbm",
    "glm",
    "random_forest",
    "deeplearning",
    "naive_bayes",
    "autoencoder",
    "kmeans",
    "prcomp",
    "svd",
)


def said(thing):
    """The first line of what it says of itself."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].replace("|", "\\|")


def own(cls):
    return [name for name in dir(cls) if not name.startswith("_")]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def members(classes, heads):
    """A row for each name that one of the classes has."""
    rows = []
    for name in sorted({name for cls in classes for name in own(cls)}, key=str.lower):
        having = [cls for cls in classes if hasattr(cls, name)]
        there = ["✓" if cls in having else "" for cls in classes]
        rows.append([f"`{name}`", *there, said(inspect.getattr_static(having[0], name))])
    return table(["", *heads, ""], rows)


def tables():
    things = {name: getattr(classic, name) for name in classic.__all__}
    functions = [name for name in things if not inspect.isclass(things[name]) and name not in BUILDERS]
    classes = [name for name in things if inspect.isclass(things[name])]
    models = [things[f"H2O{kind}Model"] for kind in KINDS]
    metrics = [things[f"H2O{kind}ModelMetrics"] for kind in KINDS]
    return "\n\n".join(
        [
            "### Model builders",
            table(["", ""], [[f"`{name}`", said(things[name])] for name in BUILDERS]),
            "### Functions",
            table(["", ""], [[f"`{name}`", said(things[name])] for name in sorted(functions, key=str.lower)]),
            "### Classes",
            table(["", ""], [[f"`{name}`", said(things[name])] for name in sorted(classes, key=str.lower)]),
            "### Methods of frames and vecs",
            "An `Expr` has the methods of a frame.",
            members([things["H2OFrame"], things["H2OVec"]], ["frame", "vec"]),
            "### Methods of models",
            members(models, [kind.lower() for kind in KINDS]),
            "### Methods of metrics",
            members(metrics, [kind.lower() for kind in KINDS]),
        ]
    )


def page():
    return PAGE.read_text(encoding="utf-8").partition(MARK)[0] + f"{MARK}\n\n{tables()}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
