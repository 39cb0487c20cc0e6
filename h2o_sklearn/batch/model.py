"""The model of a job: kept as a file, loaded by each worker, and asked for the rows of one batch at a time."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from h2o_frame_compat.errors import H2OCompatError
from h2o_sklearn import _scoring
from h2o_sklearn._inputs import ENUM, NUMBER, TIME
from h2o_sklearn._inspection import Inspection
from h2o_sklearn._supervised import ProbabilisticClassifier
from h2o_sklearn.batch.errors import OptionError
from h2o_sklearn.batch.options import ContributionType, ModelRequestParameters, OutputFieldsType
from h2o_sklearn.generic import H2OGenericModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from h2o_sklearn._inputs import Feature
    from h2o_sklearn._persistence import FittedModel

_FILES = {".zip", ".mojo", ".pkl", ".pickle", ".joblib"}
_STD_95 = 1.959963984540054
PREDICT = "predict"


def save(model: Any, folder: Path) -> Path:
    """Keep a model as a file that is named after its content.

    Parameters
    ----------
    model : object or str or path
        A fitted estimator or pipeline; a file with one, or with a MOJO; H2O's own model object, or its id.
    folder : path
        Where to keep it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OptionError
        When it is none of these, is not fitted, or cannot be pickled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(model, (str, Path)):
        path = Path(model).expanduser()
        if path.is_file():
            return keep(folder, path.read_bytes(), ".zip" if _is_mojo(path) else ".joblib")
        if isinstance(model, Path) or path.suffix in _FILES or len(path.parts) > 1:
            raise OptionError("model", f"there is no file {path}")
        return save(_from_cluster(model), folder)
    if not isinstance(model, BaseEstimator) and hasattr(model, "model_id"):
        return save(_from_cluster(model), folder)
    if not hasattr(model, "predict"):
        raise OptionError("model", f"has no predict: {type(model).__name__}")
    try:
        if isinstance(model, BaseEstimator):
            check_is_fitted(model)
        file = io.BytesIO()
        joblib.dump(model, file)
    except NotFittedError as error:
        raise OptionError("model", str(error)) from None
    except Exception as error:
        raise OptionError("model", f"cannot be pickled, which takes it to the workers: {error}") from error
    return keep(folder, file.getvalue(), ".joblib")


def _from_cluster(model: Any) -> H2OGenericModel:
    try:
        return H2OGenericModel.from_h2o_model(model)
    except H2OCompatError as error:
        raise OptionError("model", f"is neither a file nor a model in the cluster: {error}") from error


def _is_mojo(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def keep(folder: Path, data: bytes, ending: str) -> Path:
    """Write a file that is named after its content, and return its path."""
    path = folder / f"{hashlib.sha256(data).hexdigest()[:32]}{ending}"
    if not path.exists():
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        part.write_bytes(data)
        part.replace(path)
    return path


def load(path: str | Path) -> Any:
    """Load what :func:`save` kept.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    estimator
        The model.
    """
    path = Path(path)
    if _is_mojo(path):
        return H2OGenericModel.from_mojo(path)
    return joblib.load(path)


@dataclass
class Scored:
    """What came of a batch.

    Attributes
    ----------
    rows : pyarrow.RecordBatch
        The rows that go out.
    dead : dict
        Why, by its place in the batch, a row could not be scored.
    """

    rows: pa.RecordBatch
    dead: dict[int, str] = field(default_factory=dict)


class Scorer:
    """A model, ready for the batches of a source.

    Parameters
    ----------
    model : estimator
        The model.
    parameters : ModelRequestParameters
        What to ask it for.
    """

    def __init__(self, model: Any, parameters: ModelRequestParameters) -> None:
        self.parameters = parameters
        self.model = model
        self._before = model[:-1] if isinstance(model, Pipeline) and len(model) > 1 else None
        self._final = model[-1] if isinstance(model, Pipeline) else model
        self._direct = self._before is None and isinstance(self._final, Inspection)

    # ------------------------------------------------------------ what it reads

    @cached_property
    def features(self) -> dict[str, Feature]:
        """The columns as the model was fitted to them, by name; empty where it does not say."""
        if not self._direct:
            return {}
        found = _inside(self._final).features
        return {feature.label: feature for feature in found if isinstance(feature.label, str)}

    @cached_property
    def names(self) -> list[str] | None:
        """Names of the columns it reads, in its order; None where it goes by position."""
        names = getattr(self.model, "feature_names_in_", None)
        return None if names is None else [str(name) for name in names]

    def columns(self, schema: pa.Schema) -> list[str]:
        """Return the columns of a source that the model reads.

        Parameters
        ----------
        schema : pyarrow.Schema
            Of the source.

        Returns
        -------
        list of str
            Names, in the model's order.

        Raises
        ------
        OptionError
            When some are missing.
        """
        if self.names is not None:
            missing = [name for name in self.names if name not in schema.names]
            if missing:
                raise OptionError("source", f"has no column {', '.join(map(repr, missing))}, which the model reads")
            return self.names
        names = [name for name in schema.names if name != self.parameters.id_field]
        wanted = getattr(self.model, "n_features_in_", len(names))
        if len(names) != wanted:
            raise OptionError("source", f"has {len(names)} columns without the id, but the model reads {wanted}")
        return names

    @property
    def needs_cluster(self) -> bool:
        """Whether the model has no MOJO, so that rows are scored in the cluster."""
        return isinstance(self._final, Inspection) and _inside(self._final).mojo is None

    @property
    def in_java(self) -> bool:
        """Whether Java does the scoring, which is another process, and nothing of a user's runs in this one."""
        ours = type(self._final).__module__.partition(".")[0] == __name__.partition(".")[0]
        return self._direct and ours and self._asks_java

    @property
    def _asks_java(self) -> bool:
        return isinstance(self._final, Inspection) and not self.needs_cluster

    def unseen(self, batch: pa.RecordBatch) -> dict[str, list[str]]:
        """Return categories, by column, that the model was not fitted to; it takes them for missing values."""
        found = {}
        for name, feature in self.features.items():
            if feature.kind != ENUM or name not in batch.schema.names:
                continue
            values = pc.unique(batch.column(name)).drop_null().cast(pa.string())
            new = values.filter(pc.invert(pc.is_in(values, feature.level_array.cast(pa.string()))))
            if len(new):
                found[name] = sorted(new.to_pylist())
        return found

    # ------------------------------------------------------------ what it says

    def schema(self, source: pa.Schema, sample: pa.RecordBatch | None) -> pa.Schema:
        """Return the columns that go out.

        Parameters
        ----------
        source : pyarrow.Schema
            The source's columns.
        sample : pyarrow.RecordBatch or None
            Some rows that can be scored: for a model whose answers have no known type.

        Returns
        -------
        pyarrow.Schema
            Names and types.

        Raises
        ------
        OptionError
            When a name would be there twice, or the model does not have what is asked for.
        """
        parameters = self.parameters
        if parameters.id_field is not None and parameters.id_field not in source.names:
            raise OptionError("id_field", f"the source has no column {parameters.id_field!r}")
        everything = parameters.output_fields_type == OutputFieldsType.INCLUDE_ALL_INPUT_FEATURES
        kept = list(source) if everything else [source.field(name) for name in self._id]
        fields = [*kept, *self._said(source, sample)]
        names = [entry.name for entry in fields]
        for name in names:
            if names.count(name) > 1:
                raise OptionError("output_fields_type", f"column {name!r} of the source has the name of a prediction")
        return pa.schema(fields)

    @property
    def _id(self) -> list[str]:
        return [] if self.parameters.id_field is None else [self.parameters.id_field]

    def _said(self, source: pa.Schema, sample: pa.RecordBatch | None) -> list[pa.Field]:
        if is_classifier(self._final) and hasattr(self._final, "classes_"):
            labels = pa.array(self._final.classes_.tolist())
            fields = [pa.field(PREDICT, labels.type)]
            if hasattr(self._final, "predict_proba"):
                fields += [pa.field(probability(label), pa.float64()) for label in labels.to_pylist()]
        else:
            fields = [pa.field(PREDICT, pa.float64())]
        extra = []
        if self._explained:
            extra += [*(f"contribution_{name}" for name in self._explained_names(source)), "contribution_bias"]
        if self.parameters.prediction_intervals:
            if not self._has_intervals:
                raise OptionError("prediction_intervals", f"{type(self._final).__name__} has none")
            extra += ["predict_lower", "predict_upper"]
        answers = [] if sample is None or is_classifier(self._final) else self._tried(sample)
        if answers:
            kinds = ((entry.name, _plain(entry.type)) for entry in answers[0].schema if entry.name not in extra)
            fields = [pa.field(name, kind) for name, kind in kinds]
        return fields + [pa.field(name, pa.float64()) for name in extra]

    def _tried(self, sample: pa.RecordBatch) -> list[pa.RecordBatch]:
        dead: dict[int, str] = {}
        rows = self._typed(sample.select(self.columns(sample.schema)), dead)
        alive = np.setdiff1d(np.arange(rows.num_rows), list(dead))
        return self._answers(rows.take(pa.array(alive)), alive, dead)

    @property
    def _explained(self) -> bool:
        wanted = self.parameters.contributions
        if wanted in {None, ContributionType.NONE}:
            return False
        if wanted == ContributionType.ORIGINAL and self._before is not None:
            raise OptionError("contributions", "ORIGINAL is for a model without steps before it; ask for TRANSFORMED")
        if not (hasattr(self._final, "predict_contributions") or isinstance(self._final, H2OGenericModel)):
            raise OptionError("contributions", f"{type(self._final).__name__} does not explain its predictions")
        return True

    def _explained_names(self, source: pa.Schema) -> list[str]:
        names = getattr(self._final, "feature_names_in_", None)
        if names is not None:
            return [str(name) for name in names]
        if self._before is None:
            return self.columns(source)
        return [str(number) for number in range(self._final.n_features_in_)]

    @property
    def _has_intervals(self) -> bool:
        if hasattr(self._final, "predict_interval"):
            return True
        code = getattr(getattr(type(self._final), "predict", None), "__code__", None)
        return code is not None and "return_std" in code.co_varnames[: code.co_argcount]

    # ------------------------------------------------------------ scoring

    def score(self, batch: pa.RecordBatch, schema: pa.Schema) -> Scored:
        """Score a batch; rows that cannot be scored are named, and the others come out.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            Rows of the source.
        schema : pyarrow.Schema
            What :meth:`schema` gave.

        Returns
        -------
        Scored
            What goes out, and what does not.
        """
        dead: dict[int, str] = {}
        rows = self._typed(batch.select(self.columns(batch.schema)), dead)
        alive = np.setdiff1d(np.arange(batch.num_rows), list(dead)) if dead else None
        if alive is not None:
            rows = rows.take(pa.array(alive))
        answers = self._answers(rows, alive if alive is not None else np.arange(batch.num_rows), dead)
        if dead:
            batch = batch.take(pa.array(np.setdiff1d(np.arange(batch.num_rows), list(dead))))
        if not answers:
            nothing = [pa.nulls(0, entry.type) for entry in schema]
            return Scored(pa.RecordBatch.from_arrays(nothing, schema=schema), dead)
        said = answers[0]
        if len(answers) > 1:
            said = pa.RecordBatch.from_struct_array(pa.concat_arrays([part.to_struct_array() for part in answers]))
        given = len(schema) - said.num_columns
        columns = [*(batch.column(schema.field(at).name) for at in range(given)), *said.columns]
        made = [_as(column, entry.type) for column, entry in zip(columns, schema, strict=True)]
        return Scored(pa.RecordBatch.from_arrays(made, schema=schema), dead)

    def _typed(self, rows: pa.RecordBatch, dead: dict[int, str]) -> pa.RecordBatch:
        """Read text as the numbers or times that the model was fitted to; where that fails, the row is dead."""
        columns = rows.columns
        for at, name in enumerate(rows.schema.names):
            feature = self.features.get(name)
            if feature is not None and feature.kind in {NUMBER, TIME} and _is_text(columns[at].type):
                columns[at] = _read_text(columns[at], name, feature.kind, dead)
        return pa.RecordBatch.from_arrays(columns, names=rows.schema.names)

    def _answers(self, rows: pa.RecordBatch, places: NDArray[Any], dead: dict[int, str]) -> list[pa.RecordBatch]:
        """Ask the model, for half of the rows where it refuses all, and so on to the row that is to blame."""
        if not rows.num_rows:
            return []
        java = _scoring.running() if self._asks_java else None
        try:
            return [pa.record_batch(self._said_of(rows))]
        except Exception as error:
            gone = java is not None and not java.alive  # which says nothing about the rows
            if gone or isinstance(error, (H2OCompatError, MemoryError, OSError)):
                raise
            if rows.num_rows == 1:
                dead[int(places[0])] = f"{type(error).__name__}: {error}"
                return []
        half = rows.num_rows // 2
        first = self._answers(rows.slice(0, half), places[:half], dead)
        return first + self._answers(rows.slice(half), places[half:], dead)

    def _said_of(self, rows: pa.RecordBatch) -> dict[str, Any]:
        X = self._given(rows)
        if self._before is not None:
            X = self._before.transform(X)
        final = self._final
        said: dict[str, Any] = {}
        if is_classifier(final) and hasattr(final, "predict_proba"):
            found = final.predict_proba(X)
            labels = pa.array(final.classes_.tolist())
            if isinstance(final, (ProbabilisticClassifier, H2OGenericModel)):  # these predict the most probable
                said[PREDICT] = labels.take(pa.array(np.argmax(found, axis=1)))
            else:
                said[PREDICT] = _array(final.predict(X))
            said |= {probability(label): found[:, at] for at, label in enumerate(labels.to_pylist())}
        else:
            said |= _columns(final.predict(X))
        if self._explained:
            values = np.asarray(_contributions(final, X))
            names = [*(f"contribution_{name}" for name in self._explained_names(rows.schema)), "contribution_bias"]
            said |= dict(zip(names, values.T, strict=True))
        if self.parameters.prediction_intervals:
            said["predict_lower"], said["predict_upper"] = _interval(final, X)
        return {name: values if isinstance(values, pa.Array) else _array(values) for name, values in said.items()}

    def _given(self, rows: pa.RecordBatch) -> Any:
        """Return rows in the form the model was fitted to."""
        table = pa.Table.from_batches([rows])
        if self._direct and self.names is not None:
            return table
        frame = table.to_pandas()
        return frame if self.names is not None else frame.to_numpy()


def _inside(estimator: Inspection) -> FittedModel:
    return estimator._model  # noqa: SLF001 - the estimators are ours


def probability(label: Any) -> str:
    """Return the name of the column with a class's probability: H2O's own."""
    text = str(label)
    return f"p{text}" if text.removeprefix("-").isdigit() else text


def _contributions(final: Any, X: Any) -> Any:
    if hasattr(final, "predict_contributions"):
        return final.predict_contributions(X)
    rows = final._rows(X)  # noqa: SLF001 - H2OGenericModel is ours
    return _inside(final).contributions(rows)


def _interval(final: Any, X: Any) -> tuple[Any, Any]:
    if hasattr(final, "predict_interval"):
        found = final.predict_interval(X)
        bounds = np.asarray(found[1] if isinstance(found, tuple) else found)
        bounds = bounds.reshape(len(bounds), 2)
        return bounds[:, 0], bounds[:, 1]
    middle, std = final.predict(X, return_std=True)
    return middle - _STD_95 * std, middle + _STD_95 * std


def _columns(values: Any) -> dict[str, pa.Array]:
    """Name the columns of an answer: one is the prediction, several are numbered."""
    values = np.asarray(values)
    if values.ndim == 1:
        return {PREDICT: _array(values)}
    return {f"{PREDICT}_{at}": _array(column) for at, column in enumerate(values.T)}


def _array(values: Any) -> pa.Array:
    values = np.asarray(values)
    return pa.array(values.tolist() if values.dtype.kind == "O" else np.ascontiguousarray(values))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the widest type of a kind: rows of the sample do not know those that come later."""
    if pa.types.is_integer(kind):
        return pa.int64()
    return pa.float64() if pa.types.is_floating(kind) else kind


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _read_text(column: pa.Array, name: str, kind: str, dead: dict[int, str]) -> pa.Array:
    target = pa.float64() if kind == NUMBER else pa.timestamp("ms")
    column = pc.utf8_trim_whitespace(column)
    column = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
    try:
        return column.cast(target)
    except pa.ArrowInvalid:
        pass
    values = []
    for at, value in enumerate(column):
        try:
            values.append(value.cast(target).as_py())
        except pa.ArrowInvalid:
            dead.setdefault(at, f"column {name!r} holds {value.as_py()!r}, which is no {kind}")
            values.append(None)
    return pa.array(values, target)
