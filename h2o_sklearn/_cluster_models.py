"""Models in the cluster, applied to rows in the cluster: one call, and the result stays there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa

from h2o_frame_compat import dtypes as dt
from h2o_frame_compat.core.block import Block
from h2o_frame_compat.core.distinct import lookup
from h2o_frame_compat.errors import FrameNotFoundError, RapidsError, TransferError
from h2o_frame_compat.expr import Expr, Field, Local, Relation, Source, call, fresh_id
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session
from h2o_sklearn import _inputs
from h2o_sklearn._cluster_data import ClusterTable, as_category, beside_rows_of, block_of, most_probable
from h2o_sklearn._inputs import ENUM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from h2o_frame_compat.session import Session
    from h2o_sklearn._inputs import Feature, LocalTable, Matrix
    from h2o_sklearn._persistence import FittedModel

_PRIMITIVE = "compat.predict"
_Found = TypeVar("_Found")


def predicted(model: FittedModel, table: ClusterTable) -> tuple[Relation, list[Expr]]:
    """Let the cluster predict for rows that lie there.

    Parameters
    ----------
    model : FittedModel
        The model. Where it is no longer in the cluster it is put there again; where that cannot be, the rows
        are scored here.
    table : ClusterTable
        The rows.

    Returns
    -------
    relation : Relation
        The predictions, by row.
    columns : list of Expr
        H2O's own prediction, then a column per class.
    """
    if model.by_code and not isinstance(table, _SentRows):
        return relation_of(model.predictions(table.local()))
    found = with_model(model, lambda session, key: _applied(session, model, key, table))
    return relation_of(model.predictions(table.local())) if found is None else found


def with_model(model: FittedModel, use: Callable[[Session, str], _Found], *, again: bool = True) -> _Found | None:
    """Use a model in the cluster.

    Parameters
    ----------
    model : FittedModel
        The model.
    use : callable
        Gets the cluster and the model's name in it.
    again : bool
        Put the model there again if somebody removed it.

    Returns
    -------
    object or None
        What `use` returns; None where the cluster cannot have the model.

    Raises
    ------
    ValueError
        When the cluster cannot use it so.
    """
    session = current_session()
    key = model.key_in(session)
    if key is None:
        return None
    try:
        return use(session, key)
    except FrameNotFoundError as error:
        if not (again and _is_gone(error, key)):
            raise
    except (RapidsError, TransferError) as error:
        if not (again and _is_gone(error, key)):
            raise ValueError(f"the model cannot read these columns: {error}") from error
    model.removed()
    return with_model(model, use, again=False)


def _is_gone(error: RapidsError | TransferError | FrameNotFoundError, key: str) -> bool:
    """Say whether the model was not found: somebody removed it."""
    return getattr(error, "key", "") == key or f"there is no model {key}" in str(error)


def _applied(session: Session, model: FittedModel, key: str, table: ClusterTable) -> tuple[Relation, list[Expr]]:
    names = [feature.name for feature in model.features]
    executor = session.executor
    result = session.new_key("predictions")
    if model.algorithm == "glrm":  # its predictions are reconstructions; what is wanted is the representation
        frame = executor.frame(table.block.rel, table.columns(), names)
        made = session.client.rapids(f"(tmp= {result} (transform {key} {frame.key}))")
    elif _PRIMITIVE in executor.primitives:
        columns = f"{text.positions(range(len(names)))} {text.values(names)}"
        made = executor.evaluate(
            table.block.rel,
            table.columns(),
            lambda parts: (
                f"(tmp= {result} (compat.predict {text.string(key)}"
                f" (colnames= (cbind {' '.join(parts)}) {columns})))"
            ),
        )
    else:
        frame = executor.frame(table.block.rel, table.columns(), names)
        path = f"/3/Predictions/models/{quote(key, safe='')}/frames/{quote(frame.key, safe='')}"
        session.client.post(path, {"predictions_frame": result})
        made = session.client.rapids(f"(cbind {result})")
    types = [dt.CATEGORY if model.facts.is_classifier else dt.FLOAT64, *[dt.FLOAT64] * (made.ncols - 1)]
    source = Source(result, [Field(fresh_id(), dtype) for dtype in types], made.nrows, owned=True)
    executor.adopt(source)
    return source, [field.col() for field in source.fields]


class _SentRows(ClusterTable):
    """Rows of this machine, whose categories have the levels of the fit."""


def sent(model: FittedModel, rows: Matrix) -> Matrix:
    """Predict in the cluster for rows of this machine: they go there, and only the result comes back.

    Parameters
    ----------
    model : FittedModel
        The model.
    rows : ndarray of shape (n_rows, n_features)
        Values by row; a category is the number of its level, one beyond them if it is new, and missing is NaN.

    Returns
    -------
    ndarray of shape (n_rows, width)
        H2O's own prediction (the number of a class), then a column per class.
    """
    columns = []
    for feature, values in zip(model.features, rows.T, strict=True):
        column = pa.array(np.ascontiguousarray(values), from_pandas=True)
        if feature.kind == ENUM:
            levels = list(feature.levels)
            if (values == len(levels)).any():
                levels.append(_unlike(levels))
            column = pa.DictionaryArray.from_arrays(column.cast(pa.int32()), pa.array(levels, pa.string()))
        columns.append(column)
    transfer = current_session().transfer
    if transfer.scores:
        table = pa.Table.from_arrays(columns, names=[feature.name for feature in model.features])
        answer = with_model(model, lambda _, key: transfer.score(table, key))
        if answer is not None:
            return _stacked(answer)
    fields = [Field(fresh_id(), dt.CATEGORY if f.kind == ENUM else dt.FLOAT64) for f in model.features]
    local = Local(pa.Table.from_arrays(columns, names=[f.id for f in fields]), fields, len(rows))
    labels: list[Any] = [feature.label for feature in model.features]
    source, made = predicted(model, _SentRows(Block.from_relation(local, labels), labels))
    return _stacked(current_session().executor.fetch(source, made))


def _stacked(table: pa.Table) -> Matrix:
    return np.column_stack([_plain(column.combine_chunks()) for column in table.columns])


def _unlike(levels: list[str]) -> str:
    """Return a level that is none of these."""
    made = "unseen"
    while made in levels:
        made += "_"
    return made


def _plain(column: pa.Array) -> NDArray[np.float64]:
    codes = column.indices if pa.types.is_dictionary(column.type) else column
    return np.asarray(codes.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False))


def relation_of(values: NDArray[np.float64]) -> tuple[Relation, list[Expr]]:
    """Return the columns of a matrix of this machine."""
    fields = [Field(fresh_id(), dt.FLOAT64) for _ in range(values.shape[1])]
    columns = [pa.array(np.ascontiguousarray(column)) for column in values.T]
    table = pa.Table.from_arrays(columns, names=[field.id for field in fields])
    local = Local(table, fields, len(values))
    return local, [field.col() for field in fields]


def numbers(model: FittedModel, table: ClusterTable, place: int = 0) -> Any:
    """Return a column of the predictions as a series: by default H2O's own prediction."""
    source, columns = model.cluster_predictions(table)
    return _series(table, source, columns[place])


def given_numbers(table: ClusterTable, values: NDArray[np.float64]) -> Any:
    """Return numbers of this machine, by row of X, as a series."""
    source, columns = relation_of(values[:, None])
    return _series(table, source, columns[0])


def cluster_numbers(model: FittedModel, table: ClusterTable) -> Any:
    """Return the number of the nearest centre as a series of integers."""
    return as_series(table, *model.cluster_predictions(table))


def as_series(table: ClusterTable, source: Relation, columns: list[Expr]) -> Any:
    """Return the first of some columns, by row of X, as a series of integers."""
    return _series(table, source, call("cast", columns[0], params=(dt.INT32,)))


def components(model: FittedModel, table: ClusterTable, labels: list[Any]) -> Any:
    """Return all columns of the predictions as a frame with these labels."""
    source, columns = model.cluster_predictions(table)
    return _frames().frame(beside_rows_of(table, source, columns[: len(labels)], labels))


def reconstruction_errors(model: FittedModel, table: ClusterTable) -> Any:
    """Return the mean squared error of an autoencoder on each row as a series."""
    session = current_session()
    key = model.key_in(session)
    if key is None:
        raise ValueError("the autoencoder is of another version of H2O than the cluster, which cannot apply it")
    names = [feature.name for feature in model.features]
    frame = session.executor.frame(table.block.rel, table.columns(), names)
    path = f"/3/Predictions/models/{quote(key, safe='')}/frames/{quote(frame.key, safe='')}"
    result = session.new_key("errors")
    session.client.post(path, {"predictions_frame": result, "reconstruction_error": "true"})
    source = Source(result, [Field(fresh_id(), dt.FLOAT64)], int(frame.nrows or 0), owned=True)
    session.executor.adopt(source)
    return _series(table, source, source.fields[0].col())


def probabilities(
    model: FittedModel,
    table: ClusterTable,
    classes: NDArray[Any],
    order: NDArray[np.intp],
    *,
    log: bool = False,
) -> Any:
    """Return the probability of each class as a frame with the classes as labels."""
    source, columns = model.cluster_predictions(table)
    wanted = [columns[1 + place] for place in order]
    if log:
        wanted = [call("log", column) for column in wanted]
    return _frames().probabilities(beside_rows_of(table, source, wanted, list(classes)))


def classes_of(model: FittedModel, table: ClusterTable, classes: NDArray[Any], order: NDArray[np.intp]) -> Any:
    """Return the most probable class as a series of labels."""
    source, columns = model.cluster_predictions(table)
    return labels_of(table, source, [columns[1 + place] for place in order], classes)


def labels_of(table: ClusterTable, source: Relation, probabilities: list[Expr], classes: NDArray[Any]) -> Any:
    """Return the most probable class as a series, given the probability of each."""
    code = most_probable(probabilities)
    plain = classes.dtype == np.int64 and (classes == np.arange(len(classes))).all()
    if plain:
        label: Expr = call("cast", code, params=(dt.INT64,))
    else:
        label = lookup(code, pd.Series(np.arange(float(len(classes)))), pd.Series(classes))
    return _series(table, source, label)


def counts_of(y: Any) -> pd.Series:
    """Return how often each label occurs in a target in the cluster."""
    return _frames().series(block_of(y)).value_counts().to_pandas()


def level_counts(table: ClusterTable, place: int) -> pd.Series:
    """Return how often each level of a column occurs, by level in order, and of missing values after them."""
    column = call("cast", as_category(table.block.columns[place]), params=(dt.STR,))
    series = _frames().series(replace(table.block, columns=(column,), labels=pd.Index([None])))
    counts = series.value_counts(dropna=False).to_pandas()
    return counts.set_axis(counts.index.astype(object)).sort_index()


def typical(table: LocalTable | ClusterTable, features: Sequence[Feature]) -> tuple[float, ...]:
    """Return the mean or the most frequent level of each column, for models whose file does not know them."""
    if not isinstance(table, ClusterTable):
        return _inputs.typical(table, features)
    numbers = [place for place, feature in enumerate(features) if feature.kind != ENUM]
    columns = tuple(call("cast", table.block.columns[place], params=(dt.FLOAT64,)) for place in numbers)
    means = dict.fromkeys(numbers, np.nan)
    if numbers:
        frame = _frames().frame(replace(table.block, columns=columns, labels=pd.Index(numbers)))
        means = dict(zip(numbers, frame.mean().to_numpy(), strict=True))
    found = []
    for place, feature in enumerate(features):
        if feature.kind == ENUM:
            counts = level_counts(table, place).reindex(list(feature.levels), fill_value=0)
            found.append(float(np.argmax(counts.to_numpy())))
        else:
            found.append(float(means[place]))
    return tuple(found)


def distinct_counts(table: ClusterTable) -> list[int]:
    """Return how many distinct values each column of rows in the cluster has."""
    return [int(count) for count in _frames().frame(table.block).nunique().to_numpy()]


def _series(table: ClusterTable, source: Relation, column: Expr) -> Any:
    return _frames().series(beside_rows_of(table, source, [column], [None]))


def _frames() -> ModuleType:
    from h2o_sklearn import _frames  # noqa: PLC0415 - the dialect is imported when its frames are made

    return _frames
