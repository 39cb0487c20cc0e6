"""What a parameter is: its word here, H2O's word, what it accepts, and how it is sent.

A parameter is described once, in :mod:`h2o_sklearn._algorithms`. From that description come the signature
in an editor (``_signatures``, generated and checked in), the validation at the start of ``fit``, the request
that is sent, and the hint when somebody uses H2O's word where scikit-learn has its own.
"""

from __future__ import annotations

import difflib
import functools
import json
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from h2o_sklearn._algorithms import Algorithm

_Init = TypeVar("_Init", bound=Callable[..., None])

#: Largest seed drawn from a RandomState: H2O takes a long, scikit-learn's habit is 32 bits.
_MAX_SEED = np.iinfo(np.int32).max


class InvalidParameterError(ValueError, TypeError):
    """A parameter of an estimator has a value it cannot have; found in ``fit``, before anything is sent."""


@dataclass(frozen=True)
class Param:
    """One parameter of an algorithm.

    Attributes
    ----------
    name : str
        The word here: scikit-learn's where it means exactly the same, H2O's otherwise.
    kind : str
        What it accepts; one of the keys of the table of checks below.
    default : object
        The default in the signature.
    doc : str
        One or two sentences for ``help()``.
    h2o : str
        H2O's word where it is another one.
    low, high : float or None
        Smallest and largest value; ``low_open`` and ``high_open`` exclude the bound itself.
    choices : tuple of str
        The words a choice may take.
    task_choices : mapping
        Narrower choices of one task (``"classifier"``, ``"regressor"``).
    optional : bool
        None is accepted, and leaves the decision to H2O, or stands for ``none_means``.
    h2o_default : object
        H2O's own default where ours differs.
    sent : bool
        H2O is told; else the estimator itself acts on it.
    required : bool
        H2O wants it said, also where it is the default.
    """

    name: str
    kind: str
    default: Any
    doc: str
    h2o: str = ""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    choices: tuple[str, ...] = ()
    task_choices: Mapping[str, tuple[str, ...]] | None = None
    optional: bool = False
    none_means: Any = None
    h2o_default: Any = ...
    sent: bool = True
    required: bool = False

    @property
    def server_name(self) -> str:
        """H2O's word for the parameter."""
        return self.h2o or self.name

    @property
    def h2o_word(self) -> str:
        """H2O's word for the parameter without the part of the request that it stands in."""
        return self.server_name.rpartition(".")[2]

    @property
    def server_default(self) -> Any:
        """H2O's default, in the form a user would write it."""
        return self.default if self.h2o_default is ... else self.h2o_default

    def allowed(self, task: str) -> tuple[str, ...]:
        """Return the words a choice may take for a task."""
        return (self.task_choices or {}).get(task, self.choices)


def with_defaults(params: tuple[Param, ...], **defaults: object) -> tuple[Param, ...]:
    """Return the parameters with other defaults."""
    return tuple(replace(param, default=defaults[param.name]) if param.name in defaults else param for param in params)


def chosen(params: tuple[Param, ...], *names: str) -> tuple[Param, ...]:
    """Return those of the parameters that have these names."""
    return tuple(param for param in params if param.name in names)


def same_word(a: object, b: object) -> bool:
    """Say whether two spellings of a choice are the same word: ``UniformAdaptive``, ``uniform_adaptive``."""
    return _plain(a) == _plain(b)


def _plain(word: object) -> str:
    return str(word).replace("_", "").replace("-", "").lower()


# ---------------------------------------------------------------- checks, one per kind


def _is_bool(value: Any) -> bool:
    return isinstance(value, (bool, np.bool_))


def _number(param: Param, value: Any, integral: bool) -> float | int:
    wanted = "an integer" if integral else "a number"
    kind = numbers.Integral if integral else numbers.Real
    is_number = isinstance(value, kind) and not _is_bool(value)
    number = value if is_number else math.nan
    if math.isnan(number) or not _within(param, number):
        raise InvalidParameterError(f"must be {wanted}{_bounds(param)}")
    return int(number) if integral else float(number)


def _within(param: Param, number: float) -> bool:
    above = param.low is None or number > param.low or (number == param.low and not param.low_open)
    below = param.high is None or number < param.high or (number == param.high and not param.high_open)
    return above and below


def _bounds(param: Param) -> str:
    if param.low is not None and param.high is not None:
        left, right = "(" if param.low_open else "[", ")" if param.high_open else "]"
        return f" in {left}{param.low:g}, {param.high:g}{right}"
    if param.low is not None:
        return f" {'greater than' if param.low_open else 'of at least'} {param.low:g}"
    if param.high is not None:
        return f" {'less than' if param.high_open else 'of at most'} {param.high:g}"
    return ""


def _int(param: Param, value: Any, _task: str) -> int:
    return int(_number(param, value, integral=True))


def _int_or_auto(param: Param, value: Any, _task: str) -> int | str:
    if isinstance(value, str) and value == "auto":
        return value
    try:
        return int(_number(param, value, integral=True))
    except InvalidParameterError as error:
        raise InvalidParameterError(f"{error}, or 'auto'") from None


def _float(param: Param, value: Any, _task: str) -> float:
    return _number(param, value, integral=False)


def _bool(_param: Param, value: Any, _task: str) -> bool:
    if not _is_bool(value):
        raise InvalidParameterError("must be True or False")
    return bool(value)


def _choice(param: Param, value: Any, task: str) -> str:
    allowed = param.allowed(task)
    if isinstance(value, str):
        for word in allowed:
            if same_word(word, value):
                return word
    raise InvalidParameterError("must be one of " + ", ".join(repr(word) for word in allowed))


def _seed(_param: Param, value: Any, _task: str) -> int:
    if value is None:
        return -1
    if isinstance(value, np.random.RandomState):
        return int(value.randint(_MAX_SEED))
    if isinstance(value, np.random.Generator):
        return int(value.integers(_MAX_SEED))
    if isinstance(value, numbers.Integral) and not _is_bool(value):
        return int(value)
    raise InvalidParameterError("must be an integer, a numpy RandomState or Generator, or None")


def _is_list(value: Any) -> bool:
    return isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes))


def _floats(param: Param, value: Any, _task: str) -> list[float]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of numbers")
    return [float(_number(param, item, integral=False)) for item in value]


def _float_or_floats(param: Param, value: Any, task: str) -> list[float]:
    return _floats(param, value if _is_list(value) else [value], task)


def _ints(param: Param, value: Any, _task: str) -> list[int]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of integers")
    return [int(_number(param, item, integral=True)) for item in value]


def _bools(param: Param, value: Any, task: str) -> list[bool]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of True and False")
    return [_bool(param, item, task) for item in value]


def _str(_param: Param, value: Any, _task: str) -> str:
    if not isinstance(value, str):
        raise InvalidParameterError("must be a string")
    return value


def _words(param: Param, value: Any, task: str) -> list[str]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of words")
    return [_choice(param, item, task) for item in value]


def _column(_param: Param, value: Any, _task: str) -> Any:
    if isinstance(value, (str, numbers.Integral)) and not _is_bool(value):
        return value
    raise InvalidParameterError("must be the name or the position of a column of X")


def _columns(param: Param, value: Any, task: str) -> list[Any]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of columns of X")
    return [_column(param, item, task) for item in value]


def _column_pairs(param: Param, value: Any, task: str) -> list[list[Any]]:
    if not _is_list(value) or not all(_is_list(pair) and len(pair) == 2 for pair in value):
        raise InvalidParameterError("must be a list of pairs of columns of X")
    return [_columns(param, pair, task) for pair in value]


def _column_groups(param: Param, value: Any, task: str) -> list[list[Any]]:
    if not _is_list(value):
        raise InvalidParameterError("must be a list of lists of columns of X")
    return [_columns(param, group, task) for group in value]


def _column_signs(param: Param, value: Any, task: str) -> dict[Any, int]:
    if not isinstance(value, Mapping) or not all(sign in (-1, 0, 1) for sign in value.values()):
        raise InvalidParameterError("must be a dict from columns of X to -1, 0 or 1")
    return {_column(param, name, task): int(sign) for name, sign in value.items() if sign}


def _class_weight(_param: Param, value: Any, task: str) -> Any:
    if task != "classifier":
        raise InvalidParameterError("is for classifiers, a regressor takes sample_weight in fit: it must be None")
    if value == "balanced" or isinstance(value, Mapping):
        return value
    raise InvalidParameterError("must be 'balanced' or a dict from classes to weights")


def _json(_param: Param, value: Any, _task: str) -> str:
    if not isinstance(value, Mapping):
        raise InvalidParameterError("must be a dict of H2O's parameters")
    try:
        return json.dumps({str(key): item if _is_list(item) else [item] for key, item in value.items()})
    except TypeError as error:
        raise InvalidParameterError(f"must be a dict of plain values ({error})") from None


def _tables(_param: Param, value: Any, _task: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise InvalidParameterError("must be a list of tables")
    return list(value)


def _estimators(_param: Param, value: Any, _task: str) -> list[tuple[str, Any]]:
    pairs = list(value) if isinstance(value, (list, tuple)) else []
    if not pairs or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs):
        raise InvalidParameterError("must be a list of pairs of a name and an estimator")
    names = [name for name, _ in pairs]
    if not all(isinstance(name, str) and "__" not in name for name in names) or len(set(names)) < len(names):
        raise InvalidParameterError("must have distinct names, without two underscores in a row")
    return [(name, estimator) for name, estimator in pairs]


def _plan(_param: Param, value: Any, _task: str) -> list[dict[str, Any]]:
    if not _is_list(value) or not all(isinstance(step, (str, Mapping)) for step in value):
        raise InvalidParameterError("must be a list of names of algorithms, or of dicts of name and steps")
    return [{"name": step} if isinstance(step, str) else dict(step) for step in value]


def _anything(_param: Param, value: Any, _task: str) -> Any:
    return value


#: What each kind accepts, and how its annotation reads in a signature.
KINDS: dict[str, tuple[Callable[[Param, Any, str], Any], str]] = {
    "int": (_int, "int"),
    "int_or_auto": (_int_or_auto, 'int | Literal["auto"]'),
    "float": (_float, "float"),
    "bool": (_bool, "bool"),
    "choice": (_choice, "str"),
    "seed": (_seed, "int | np.random.RandomState | np.random.Generator | None"),
    "floats": (_floats, "Sequence[float]"),
    "float_or_floats": (_float_or_floats, "float | Sequence[float]"),
    "ints": (_ints, "Sequence[int]"),
    "bools": (_bools, "Sequence[bool]"),
    "str": (_str, "str"),
    "words": (_words, "Sequence[str]"),
    "column": (_column, "str | int"),
    "columns": (_columns, "Sequence[str | int]"),
    "column_pairs": (_column_pairs, "Sequence[tuple[str | int, str | int]]"),
    "column_groups": (_column_groups, "Sequence[Sequence[str | int]]"),
    "column_signs": (_column_signs, "Mapping[str | int, int]"),
    "class_weight": (_class_weight, 'Mapping[Any, float] | Literal["balanced"]'),
    "json": (_json, "Mapping[str, Any]"),
    "estimators": (_estimators, "Sequence[tuple[str, Any]] | None"),
    "plan": (_plan, "Sequence[str | Mapping[str, Any]]"),
    "table": (_anything, "Any"),
    "tables": (_tables, "Sequence[Any]"),
    "labelled_table": (_anything, "tuple[Any, Any]"),
    "model": (_anything, "Any"),
}


def annotation(param: Param) -> str:
    """Return the type of a parameter as it stands in a signature."""
    text = KINDS[param.kind][1]
    if param.kind == "choice":
        text = "Literal[" + ", ".join(json.dumps(word) for word in param.choices) + "]"
    return f"{text} | None" if param.optional and not text.endswith("None") and text != "Any" else text


def validate(algorithm: Algorithm, values: Mapping[str, Any], task: str, owner: str) -> dict[str, Any]:
    """Check every parameter of an estimator.

    Parameters
    ----------
    algorithm : Algorithm
        The algorithm and its parameters.
    values : mapping
        What ``get_params`` gave.
    task : str
        ``"classifier"``, ``"regressor"`` or ``"clusterer"``.
    owner : str
        The class name, for messages.

    Returns
    -------
    dict
        The checked values by the name here; parameters left at H2O's own default are not in it.

    Raises
    ------
    InvalidParameterError
        Where a value cannot be; the message names the parameter, what it may be, and the value.
    """
    checked: dict[str, Any] = {}
    for param in algorithm.parameters:
        value = values[param.name]
        if value is None and param.optional:
            if param.none_means is not None:
                checked[param.name] = param.none_means
            continue
        try:
            value = KINDS[param.kind][0](param, value, task)
        except InvalidParameterError as error:
            none = " or None" if param.optional else ""
            raise InvalidParameterError(
                f"{owner}: the parameter {param.name!r} {error}{none}, got {values[param.name]!r}"
            ) from None
        if param.required or not _is_default(param, value):
            checked[param.name] = value
    return checked


def _is_default(param: Param, value: Any) -> bool:
    default = param.server_default
    return type(default) is type(value) and bool(default == value)


# ---------------------------------------------------------------- sending


def encode(value: Any) -> str:
    """Return a checked value as H2O's REST interface reads it in a form field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        pairs = [{"key": str(key), "value": item} for key, item in value.items()]
        return json.dumps(pairs)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_encode_item(item) for item in value) + "]"
    return str(value)


def _encode_item(item: Any) -> str:
    if isinstance(item, str):
        return json.dumps(item, ensure_ascii=False)
    if isinstance(item, tuple):  # H2O's pair of names
        return "(" + ",".join(_encode_item(part) for part in item) + ")"
    return encode(item)


# ---------------------------------------------------------------- H2O's words in place of ours


#: What H2O takes as a parameter and an estimator takes in another way.
ELSEWHERE = {
    "x": "pass the columns as X to fit",
    "y": "pass the target as y to fit",
    "training_frame": "pass the data as X to fit",
    "response_column": "pass the target as y to fit",
    "weights_column": "pass sample_weight to fit",
    "ignored_columns": "leave those columns out of X",
    "validation_frame": "pass eval_set to fit, or use scikit-learn's cross-validation",
    "model_id": "an estimator names its own models",
    "representation_name": "an estimator names its own frames",
    "loading_name": "an estimator names its own frames",
    "u_name": "an estimator names its own frames",
    "start_column": "pass the times as y to fit",
    "stop_column": "pass the times as y to fit",
    "treatment_column": "pass treatment to fit",
    "validation_response_column": "an estimator has no validation frame",
}

#: Words of scikit-learn and of H2O's relatives that people reach for, and H2O's word for them.
RELATED = {
    "n_trees": "ntrees",
    "num_trees": "ntrees",
    "eta": "learn_rate",
    "k": "k",
    "alpha": "alpha",
    "lambda": "lambda",
    "reg_lambda": "lambda",
    "C": "lambda",
    "min_samples_leaf": "min_rows",
    "max_features": "mtries",
    "max_samples": "sample_rate",
    "min_child_weight": "min_rows",
    "colsample_bylevel": "col_sample_rate",
    "colsample_bytree": "col_sample_rate_per_tree",
    "max_delta_step": "max_abs_leafnode_pred",
    "gamma": "min_split_improvement",
    "n_jobs": "nthread",
    "var_smoothing": "eps_sdev",
    "kernel": "kernel_type",
    "seed": "seed",
    "monotonic_cst": "monotone_constraints",
    "fit_intercept": "intercept",
    "tol": "beta_epsilon",
    "positive": "non_negative",
    "l1_ratio": "alpha",
}


def hint(algorithm: Algorithm, word: str) -> str:
    """Return what to write instead of a word that is no parameter here; empty where nothing is known."""
    if word == "alpha" and any(param.name == "l1_ratio" for param in algorithm.parameters):
        return "use 'lambda_' for the strength of the penalty, 'l1_ratio' for the mix that H2O calls alpha"
    by_h2o = {param.h2o_word: param.name for param in algorithm.parameters if param.sent}
    ours = by_h2o.get(word) or by_h2o.get(RELATED.get(word, ""))
    if ours and ours != word:
        return f"use {ours!r}"
    if word in ELSEWHERE:
        return ELSEWHERE[word]
    near = difflib.get_close_matches(word, [param.name for param in algorithm.parameters], n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def named_in_our_words(init: _Init) -> _Init:
    """Make a constructor answer H2O's words with the word to use (``ntrees``: use ``n_estimators``).

    The signature that editors, ``help`` and ``inspect`` see is the wrapped constructor's own.
    """

    @functools.wraps(init)
    def checked(self: Any, /, *args: Any, **kwargs: Any) -> None:
        known = {param.name for param in self._algorithm.parameters}
        for word in kwargs:
            if word not in known:
                advice = hint(self._algorithm, word)
                name = type(self).__name__
                raise TypeError(f"{name} has no parameter {word!r}" + (f": {advice}" if advice else ""))
        init(self, *args, **kwargs)

    return checked  # type: ignore[return-value]  # it takes what init takes, and more
