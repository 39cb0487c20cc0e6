"""Building a model as the classic module does: x and y are columns, parameters have the server's names."""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

import numpy as np

from h2o_frame_compat.classic import H2OFrame
from h2o_frame_compat.errors import JobCancelledError, JobFailedError, ServerError
from h2o_frame_compat.expr import Expr
from h2o_frame_compat.session import Session, current_session
from h2o_sklearn._binary import output_of
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._params import same_word
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn._training import Data, Task, Training
from h2o_sklearn.classic._base import ModelBase
from h2o_sklearn.classic._columns import BESIDE, OFFSET, RESPONSE, alike, choose
from h2o_sklearn.classic._models import model_of
from h2o_sklearn.classic._rows import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from h2o_frame_compat.expr import Source
    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn._binary import Lease
    from h2o_sklearn.classic._columns import Chosen

#: How the server calls a request that it cannot read, and not a failure of its own.
_ILLEGAL = {"IllegalArgumentException", "H2OIllegalArgumentException", "JsonSyntaxException", "NumberFormatException"}

#: How a job fails that was told of a column that is not there.
_NO_COLUMN = "missing column"

#: Words that cannot be parameters in Python, and the server's.
_SPELLED = {"Lambda": "lambda", "lambda_": "lambda"}

#: Parameters that say where columns come from; the module answers them itself.
_SOURCES = ("training_frame", "validation_frame", RESPONSE, "ignored_columns")

_known: WeakKeyDictionary[Session, dict[str, dict[str, list[str]]]] = WeakKeyDictionary()


class Building(Training):
    """A fit in the words of the server: the model stays in the cluster, and nothing of it is fetched.

    Parameters
    ----------
    session : Session
        The cluster.
    task : Task
        What to fit; parameters have the server's names.
    names : mapping
        What response, weights and folds are called, by the server's parameter.
    """

    def __init__(self, session: Session, task: Task, names: Mapping[str, str]) -> None:
        super().__init__(session, task)
        self.named = dict(names)
        self.described: dict[str, Any] = {}
        self._kept: list[Source] = []

    def _frame(self, data: Task | Data, what: str) -> str:  # noqa: ARG002 - the executor names it
        assert isinstance(data.rows, ClusterTable)
        columns, names = data.rows.columns(), [feature.name for feature in self.features]
        if data.target is not None:
            assert isinstance(data.target, Expr)  # rows in the cluster have it there
            columns.append(data.target)
            names.append(self.named[RESPONSE])
        for param, column in data.others.items():
            columns.append(column)
            names.append(self.named[param])
        return self._stored(data.rows, columns, names)

    def _stored(self, rows: ClusterTable, columns: Sequence[Expr], names: Sequence[str]) -> str:
        made = self.session.executor.frame(rows.block.rel, columns, names)
        self._kept.append(made)
        return made.key

    @contextlib.contextmanager
    def _cleaning(self) -> Iterator[None]:
        with super()._cleaning():
            try:
                yield
            finally:
                self._kept.clear()  # frames go when nobody has them

    def _form(self) -> dict[str, Any]:
        form = {**self.task.algorithm.fixed, **self.named}
        for name, value in self.task.params.items():
            form[name] = self._sent(value)
        return form

    def _sent(self, value: Any) -> Any:
        """Return a value as it is written into the request."""
        if isinstance(value, ModelBase):
            return value.model_id
        if isinstance(value, H2OFrame):
            table = table_of(value, value.names())
            return self._stored(table, table.columns(), value.names())
        if isinstance(value, (np.generic, np.ndarray)):
            return value.tolist()
        return value

    def _built(self, model_id: str, form: dict[str, Any]) -> Lease:
        named = form.pop("model_id", None)
        try:
            lease = super()._built(named or model_id, form)
        except (JobFailedError, JobCancelledError, KeyboardInterrupt):
            if named:
                self._temporaries.append(named)  # there is a partial model
            raise
        if named:
            lease.end_without_removal()  # it stays until it is removed by this name
        return lease

    def _brought_home(self, lease: Lease) -> FittedModel:
        self.described = self.session.client.get(f"/3/Models/{quote(lease.key, safe='')}")["models"][0]
        facts = output_of(self.described)
        return FittedModel(facts, self._with_levels(facts), lease)

    @contextlib.contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            with super()._in_our_words():
                yield
        except ServerError as error:
            if error.kind not in _ILLEGAL:
                raise
            raise ValueError(self._translated(str(error))) from error
        except JobFailedError as error:
            if _NO_COLUMN not in str(error):
                raise
            raise ValueError(self._translated(str(error))) from error


def build(
    owner: str,
    algorithm: Algorithm,
    x: Any,
    y: Any,
    validation: tuple[Any, Any],
    params: Mapping[str, Any],
    *,
    needs_y: bool = True,
) -> ModelBase:
    """Build a model.

    Parameters
    ----------
    owner : str
        The function, for messages.
    algorithm : Algorithm
        What to build with.
    x : H2OFrame, H2OVec, or list of them
        The columns to learn from; names or numbers where there is a ``training_frame``.
    y : H2OVec or None
        The column to predict.
    validation : tuple
        The same of rows that are only scored, or None and None.
    params : mapping
        Parameters by the server's names.
    needs_y : bool
        It learns to predict a column.

    Returns
    -------
    ModelBase
        The model.

    Raises
    ------
    ValueError
        When columns or parameters cannot be used; nothing is left in the cluster.
    """
    session = current_session()
    params = {_SPELLED.get(name, name): value for name, value in params.items()}
    known = _parameters(session, algorithm)
    params = {name: _checked(owner, name, value, known) for name, value in params.items() if value is not None}
    training, validating, response, ignored = (params.pop(name, None) for name in _SOURCES)
    beside = {name: params.pop(name) for name in (OFFSET, *BESIDE) if name in params}
    y = response if y is None else y
    if y is None and needs_y:
        raise ValueError(f"{owner} needs y, the column to predict")
    if y is not None and not needs_y:
        raise ValueError(f"{owner} learns without y")
    chosen = choose(owner, x, y, beside, training, ignored or ())
    watched = _watched(owner, chosen, validation, validating)
    in_its_words = replace(algorithm, parameters=())  # parameters have the server's names, also in messages
    task = Task(owner, in_its_words, params, chosen.rows, chosen.target, None, chosen.others, validation=watched)
    building = Building(session, task, chosen.called)
    return model_of(building.run(), building.described)


def _watched(owner: str, chosen: Chosen, validation: tuple[Any, Any], frame: Any) -> Data | None:
    x, y = validation
    if x is None and y is None and frame is None:
        return None
    if frame is None and (x is None or (y is None) is (chosen.target is not None)):
        raise ValueError(f"{owner}: validation_x and validation_y belong together")
    rows = alike(owner, chosen, x, y, frame)
    return Data(rows.rows, rows.target, None, rows.others)


def _checked(owner: str, name: str, value: Any, known: Mapping[str, list[str]]) -> Any:
    """Return the value of a parameter; a word in the server's spelling."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise ValueError(f"{owner} has no parameter {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    words = known[name]
    if not words or not isinstance(value, str):
        return value
    for word in words:
        if same_word(word, value):
            return word
    raise ValueError(f"{owner}: {name} is one of {', '.join(map(repr, words))}, got {value!r}")


def _parameters(session: Session, algorithm: Algorithm) -> dict[str, list[str]]:
    """Return the parameters that the server knows, each with the words it may be, asked once in a session."""
    asked = _known.setdefault(session, {})
    if algorithm.server_name not in asked:
        path = f"/{algorithm.version}/ModelBuilders/{algorithm.server_name}"
        builder = session.client.get(path)["model_builders"][algorithm.server_name]
        asked[algorithm.server_name] = {one["name"]: list(one["values"] or ()) for one in builder["parameters"]}
    return asked[algorithm.server_name]
