"""scikit-learn's own checks, every one of them, for every public estimator."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

import h2o_sklearn
import h2o_sklearn.model_selection

pytestmark = pytest.mark.usefixtures("cluster")


class H2OUpliftRandomForest(h2o_sklearn.H2OUpliftRandomForest):
    """The checks know of no treatment, and of targets of more than two classes: both are made up here."""

    def fit(self, X, y):
        if y is None:
            return super().fit(X, y)
        rows = np.arange(len(y))
        return super().fit(X, rows // 2 % 2, treatment=rows % 2)


ADAPTED = {"H2OUpliftRandomForest": H2OUpliftRandomForest}

#: Classes that need something said before they can be fitted.
GIVEN = {
    "H2OANOVAGLM": {"highest_interaction_term": 1},  # else a model for each set of columns
    "H2OAutoencoder": {"hidden_layer_sizes": (3,)},
    "H2OAutoMLClassifier": {"max_models": 1, "include_algos": ["glm"], "nfolds": 0},
    "H2OAutoMLRegressor": {"max_models": 1, "include_algos": ["glm"], "nfolds": 0},
    "H2OHierarchicalLinearRegressor": {"group_column": 0},
    "H2OStackedEnsembleClassifier": {
        "estimators": [
            ("trees", h2o_sklearn.H2OGradientBoostingClassifier(n_estimators=3)),
            ("linear", h2o_sklearn.H2OGeneralizedLinearClassifier()),
        ],
        "nfolds": 2,
    },
    "H2OStackedEnsembleRegressor": {
        "estimators": [
            ("trees", h2o_sklearn.H2OGradientBoostingRegressor(n_estimators=3)),
            ("linear", h2o_sklearn.H2OGeneralizedLinearRegressor()),
        ],
        "nfolds": 2,
    },
}

#: Classes that the checks are not made for, with the reason.
NOT_CHECKED = {
    "H2OGenericModel": "fit reads a file and does not train: the checks leave out scikit-learn's FrozenEstimator, too",
}

ESTIMATORS = [
    ADAPTED.get(name, getattr(h2o_sklearn, name))(**GIVEN.get(name, {}))
    for name in h2o_sklearn.__all__
    if name not in NOT_CHECKED
]

#: One class of each kind in every run; `make test-all` runs them all.
QUICK = {"H2OGradientBoostingClassifier", "H2OGeneralizedLinearRegressor", "H2ONaiveBayesClassifier", "H2OKMeans"}

#: Checks that cannot hold, with the reason. Strict: one that passes must leave the table.
_WEIGHTS = ("check_sample_weight_equivalence_on_dense_data", "check_sample_weight_equivalence_on_sparse_data")

#: A forest draws rows for each tree: the same seed draws others when rows are repeated or in another order, as
#: in scikit-learn's own forests. With sample_rate=1 the checks hold, see below.
_DRAWS_ROWS = dict.fromkeys(_WEIGHTS, "each tree draws rows")
_IN_ORDER = dict.fromkeys(_WEIGHTS, "a network sees one row after the other, and another order gives another network")
_STANDARDIZED = dict.fromkeys(_WEIGHTS, "the models that H2O tries scale columns by the number of rows, or draw rows")
_DEALT = dict.fromkeys(_WEIGHTS, "a repeated row is beside its repetition in the folds")
_ILL_POSED = dict.fromkeys(_WEIGHTS, "the check has more columns than rows, where rounding decides; see test_linear.py")
_TOO_FEW_ROWS = dict.fromkeys(_WEIGHTS, "the check has more columns than rows, which leaves no degree of freedom")
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "H2OANOVAGLM": _TOO_FEW_ROWS,
    "H2OAutoMLClassifier": _STANDARDIZED,
    "H2OAutoMLRegressor": _STANDARDIZED,
    "H2OExtraTreesClassifier": _DRAWS_ROWS,
    "H2OExtraTreesRegressor": _DRAWS_ROWS,
    "H2OHierarchicalLinearRegressor": _ILL_POSED,
    "H2OStackedEnsembleClassifier": _DEALT,
    "H2OStackedEnsembleRegressor": _DEALT,
    "H2ORandomForestClassifier": _DRAWS_ROWS,
    "H2ORandomForestRegressor": _DRAWS_ROWS,
    "H2ORuleFitClassifier": _DRAWS_ROWS,
    "H2ORuleFitRegressor": _DRAWS_ROWS,
    "H2ODeepLearningClassifier": _IN_ORDER,
    "H2ODeepLearningRegressor": _IN_ORDER,
}


def expected_failures(estimator):
    return EXPECTED_FAILURES.get(type(estimator).__name__, {})


def of(names):
    chosen = [estimator for estimator in ESTIMATORS if type(estimator).__name__ in names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)  # of isotonic regression, whose X is one column
        return parametrize_with_checks(chosen, expected_failed_checks=expected_failures, xfail_strict=True)


@of(QUICK)
def test_sklearn_check(estimator, check):
    check(estimator)


@pytest.mark.slow
@of({type(estimator).__name__ for estimator in ESTIMATORS} - QUICK)
def test_sklearn_check_of_the_others(estimator, check):
    check(estimator)


def test_every_estimator_is_in_the_list():
    modules = [importlib.import_module(f"h2o_sklearn.{m.name}") for m in pkgutil.iter_modules(h2o_sklearn.__path__)]
    public = {
        name
        for module in modules
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and issubclass(thing, BaseEstimator) and name in getattr(module, "__all__", ())
        if module is not h2o_sklearn.model_selection  # scikit-learn's own classes, by their names
    }
    checked = {type(estimator).__name__ for estimator in ESTIMATORS}
    assert public == set(h2o_sklearn.__all__) == checked | set(NOT_CHECKED)
    assert not checked & set(NOT_CHECKED)
    assert set(EXPECTED_FAILURES) <= checked
    assert all(len(failures) <= 2 for failures in EXPECTED_FAILURES.values())
    assert checked >= QUICK


@pytest.mark.parametrize("name", ["H2ORandomForestClassifier", "H2OExtraTreesRegressor"])
def test_weights_are_repetitions_where_no_rows_are_drawn(name):
    estimator = getattr(h2o_sklearn, name)(sample_rate=1.0)
    check_sample_weight_equivalence_on_dense_data(name, estimator)


# ---------------------------------------------------------------- data of extreme shapes

ROWS = 60
BY_NAME = {type(estimator).__name__: estimator for estimator in ESTIMATORS}


def numbers(rows=ROWS, columns=3):
    return np.random.default_rng(0).normal(size=(rows, columns))


def with_column(value):
    X = numbers()
    X[:, 1] = value
    return X


SHAPES = {
    "one row": numbers(1),
    "two rows": numbers(2),
    "one column": numbers(columns=1),
    "a constant column": with_column(1.0),
    "nothing but constants": np.ones((ROWS, 3)),
    "a column without a value": with_column(np.nan),
    "no value": np.full((ROWS, 3), np.nan),
    "infinity": with_column(np.inf),
    "large numbers": numbers() * 1e150,
}


def fitted(name, X):
    """Fit a class, and use it."""
    estimator = clone(BY_NAME[name])
    one = dict.fromkeys({"n_clusters", "n_components"} & set(estimator.get_params()), 1)
    X = X.astype(str).tolist() if name == "H2OWord2Vec" else X
    estimator.set_params(**one).fit(X, np.arange(len(X)) % 2)
    method = next((word for word in ("predict", "transform") if hasattr(estimator, word)), None)
    return None if method is None else getattr(estimator, method)(X)


def a_result_or_a_clear_error(name, X):
    try:
        found = fitted(name, X)
    except ValueError as problem:
        assert re.search(r"\w+ \w+ \w+", str(problem))  # noqa: PT017 - either is right
    else:
        assert found is None or len(found) == len(X)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(QUICK))
def test_extreme_shapes(name, shape):
    a_result_or_a_clear_error(name, SHAPES[shape])


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(set(BY_NAME) - QUICK))
def test_extreme_shapes_of_the_others(name, shape):
    a_result_or_a_clear_error(name, SHAPES[shape])


@pytest.mark.slow
@pytest.mark.parametrize(
    "estimator",
    [
        h2o_sklearn.H2OGradientBoostingClassifier(n_estimators=2),
        h2o_sklearn.H2OGeneralizedLinearRegressor(solver="l_bfgs", max_iter=5),
        h2o_sklearn.H2ODeepLearningClassifier(hidden_layer_sizes=(3,), epochs=1),
        h2o_sklearn.H2OKMeans(n_clusters=2),
        h2o_sklearn.H2OIsolationForest(n_estimators=2),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_ten_thousand_columns(estimator):
    X = numbers(columns=10_000)
    assert len(estimator.fit(X, np.arange(ROWS) % 2).predict(X)) == ROWS


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"H2OWord2Vec"}))
def test_infinity_is_refused(name):
    with pytest.raises(ValueError, match="infinity"):
        fitted(name, SHAPES["infinity"])
