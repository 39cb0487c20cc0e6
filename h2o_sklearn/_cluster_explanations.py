"""What models in the cluster say of rows there beside their predictions; the result stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.expr import Expr, Field, Relation, Source, call, fresh_id, lit
from h2o_frame_compat.session.jobs import Jobs
from h2o_sklearn import _frames
from h2o_sklearn._cluster_data import beside_rows_of
from h2o_sklearn._cluster_models import labels_of, relation_of, with_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from h2o_frame_compat.session import Session
    from h2o_sklearn._cluster_data import ClusterTable
    from h2o_sklearn._persistence import FittedModel

_CONTRIBUTIONS = {"predict_contributions": True, "predict_contributions_output_format": "Compact"}
_STAGES = {"predict_staged_proba": True}
_LEAVES = {"leaf_node_assignment": True, "leaf_node_assignment_type": "Node_ID"}


def contributions(model: FittedModel, table: ClusterTable) -> Any:
    """Return how much each column of X adds to the predictions, and at last what all rows have, as a frame."""
    labels = [*(feature.label for feature in model.features), "BiasTerm"]
    found = with_model(model, lambda session, key: asked(session, model, key, table, 4, _CONTRIBUTIONS, dt.FLOAT64))
    if found is None:
        relation, wanted = relation_of(model.contributions(table.local()))
    else:
        relation, columns = found
        names = [*(feature.name for feature in model.features), "BiasTerm"]
        wanted = [columns.get(name, lit(0.0)) for name in names]  # H2O leaves out what it did not use
    return _frames.frame(beside_rows_of(table, relation, wanted, labels))


def leaves(model: FittedModel, table: ClusterTable) -> Any:
    """Return the leaves that rows come to as a frame, with H2O's names of the trees."""
    found = with_model(model, lambda session, key: asked(session, model, key, table, 3, _LEAVES, dt.INT64))
    if found is None:
        relation, columns = relation_of(model.leaves(table.local()).astype(float))
        wanted: list[Expr] = [call("cast", column, params=(dt.INT64,)) for column in columns]
        labels = _tree_names(model, len(wanted))
    else:
        relation, by_name = found
        wanted, labels = list(by_name.values()), list(by_name)
    return _frames.frame(beside_rows_of(table, relation, wanted, labels))


def stages(model: FittedModel, table: ClusterTable) -> tuple[Relation, list[list[Expr]]]:
    """Return the predictions after each round: a number, or the probability of each class in H2O's order."""
    found = None
    if not model.offset:  # H2O leaves it out of these predictions
        found = with_model(model, lambda session, key: asked(session, model, key, table, 3, _STAGES, dt.FLOAT64))
    if found is None:
        local = list(model.stages(table.local()))
        relation, columns = relation_of(np.hstack(local))
        width = local[0].shape[1]
        wanted = slice(1, width) if model.facts.is_classifier else slice(1)
        return relation, [columns[at : at + width][wanted] for at in range(0, len(columns), width)]
    relation, by_name = found
    columns = list(by_name.values())
    if not model.facts.is_classifier:
        return relation, [[column] for column in columns]
    if len(columns) == model.rounds:  # H2O leaves the second of two classes out
        return relation, [[column, call("sub", lit(1.0), column)] for column in columns]
    width = len(columns) // model.rounds
    return relation, [columns[at : at + width] for at in range(0, len(columns), width)]


def staged_numbers(model: FittedModel, table: ClusterTable) -> Iterator[Any]:
    """Give the prediction after each round as a series."""
    relation, rounds = stages(model, table)
    for columns in rounds:
        yield _frames.series(beside_rows_of(table, relation, columns, [None]))


def staged_probabilities(model: FittedModel, table: ClusterTable, classes: NDArray[Any]) -> Iterator[Any]:
    """Give the probability of each class after each round as a frame with the classes as labels."""
    relation, rounds = stages(model, table)
    for columns in rounds:
        wanted = [columns[place] for place in model.class_order]
        yield _frames.probabilities(beside_rows_of(table, relation, wanted, list(classes)))


def staged_classes(model: FittedModel, table: ClusterTable, classes: NDArray[Any]) -> Iterator[Any]:
    """Give the most probable class after each round as a series."""
    relation, rounds = stages(model, table)
    for columns in rounds:
        yield labels_of(table, relation, [columns[place] for place in model.class_order], classes)


def _tree_names(model: FittedModel, count: int) -> list[str]:
    each = count // model.rounds
    if each == 1 and not model.facts.is_classifier and model.algorithm != "xgboost":
        return [f"T{number + 1}" for number in range(count)]
    return [f"T{number // each + 1}.C{number % each + 1}" for number in range(count)]


def asked(
    session: Session,
    model: FittedModel,
    key: str,
    table: ClusterTable,
    version: int,
    form: dict[str, Any],
    kind: dt.DType,
) -> tuple[Relation, dict[str, Expr]]:
    """Ask H2O, and give the columns of its answer by name."""
    frame = session.executor.frame(table.block.rel, table.columns(), [feature.name for feature in model.features])
    result = session.new_key("said")
    path = f"/{version}/Predictions/models/{quote(key, safe='')}/frames/{quote(frame.key, safe='')}"
    job = session.client.post(path, {"predictions_frame": result, **form}).get("key")
    if job:  # version 4 gives one
        Jobs(session.client).wait(job["name"], description="contributions")
    made = session.client.get(f"/3/Frames/{result}/light")["frames"][0]
    names = [column["label"] for column in made["columns"]]
    source = Source(result, [Field(fresh_id(), kind) for _ in names], int(made["rows"]), owned=True)
    session.executor.adopt(source)
    return source, {name: field.col() for name, field in zip(names, source.fields, strict=True)}
