"""Distances of rows in the cluster from centres, as expressions over their columns: nothing is fetched."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr import call, lit
from h2o_sklearn._inputs import ENUM

if TYPE_CHECKING:
    from h2o_frame_compat.expr import Expr
    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._inputs import Feature
    from h2o_sklearn._persistence import FittedModel


def squared(model: FittedModel, table: ClusterTable) -> list[Expr]:
    """Return the squared distance from each centre.

    Parameters
    ----------
    model : FittedModel
        The clustering.
    table : ClusterTable
        The rows.

    Returns
    -------
    list of Expr
        A column for each centre.
    """
    mojo = model.mojo
    assert mojo is not None
    info = mojo.info
    place = {feature.name: number for number, feature in enumerate(model.features)}
    used = [place[name] for name in mojo.columns]
    columns = [table.columns()[number] for number in used]
    features = [model.features[number] for number in used]
    scaled = info["standardize"] == "true"
    means = json.loads(info["standardize_means"]) if scaled else np.zeros(len(used))
    factors = json.loads(info["standardize_mults"]) if scaled else np.ones(len(used))
    modes = json.loads(info["standardize_modes"]) if scaled else np.zeros(len(used))
    typical = [modes[i] if f.kind == ENUM else means[i] for i, f in enumerate(features)]
    if model.fill is not None:
        typical = [model.fill[number] for number in used]
    rows = [_known(column, f, fill) for column, f, fill in zip(columns, features, typical, strict=True)]
    found = []
    for number in range(int(info["center_num"])):
        center = json.loads(info[f"center_{number}"])
        parts = [_part(*values) for values in zip(rows, features, means, factors, center, strict=True)]
        found.append(reduce(lambda a, b: call("add", a, b), parts))
    return found


def _known(column: Expr, feature: Feature, typical: float) -> Expr:
    """Put the mean, or the most frequent level, in the place of missing values."""
    if feature.kind == ENUM:
        column = call("cast", column, params=(dt.STR,))
        return call("where", call("isna", column), lit(feature.levels[int(typical)]), column)
    return call("where", call("isna", column), lit(float(typical)), call("cast", column, params=(dt.FLOAT64,)))


def _part(column: Expr, feature: Feature, mean: float, factor: float, center: float) -> Expr:
    if feature.kind == ENUM:
        return call("cast", call("ne", column, lit(feature.levels[int(center)])), params=(dt.FLOAT64,))
    shifted = call("mul", call("sub", column, lit(float(mean))), lit(float(factor)))
    off = call("sub", shifted, lit(float(center)))
    return call("mul", off, off)
