"""The parameters: what the signature shows, what fit refuses, and that the table is H2O's own."""

from __future__ import annotations

import inspect
import pickle

import numpy as np
import pytest

import h2o_sklearn
from h2o_sklearn import H2OGeneralizedLinearClassifier, H2OGradientBoostingClassifier, H2OKMeans
from h2o_sklearn._algorithms import ALGORITHMS
from h2o_sklearn._params import ELSEWHERE, RELATED, InvalidParameterError, encode, same_word, validate
from h2o_sklearn._signatures._writer import FOLDER, source

ESTIMATORS = [getattr(h2o_sklearn, name) for name in h2o_sklearn.__all__ if name != "H2OGenericModel"]  # has a file
LEFT_OUT = {"training_frame", "validation_frame", "response_column", "ignored_columns", "weights_column", "model_id"}

NEED_A_TARGET = {
    "autoencoder": {
        "distribution", "tweedie_power", "quantile_alpha", "huber_alpha", "balance_classes", "class_sampling_factors",
        "max_after_balance_size", "pretrained_autoencoder",
    }
}  # fmt: skip


@pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=lambda a: a.key)
def test_checked_in_constructors_are_what_the_table_gives(algorithm):
    assert (FOLDER / f"{algorithm.key}.py").read_text(encoding="utf-8") == source(algorithm)


@pytest.mark.parametrize("algorithm", [a for a in ALGORITHMS.values() if a.key != "automl"], ids=lambda a: a.key)
def test_table_is_what_the_cluster_says_of_itself(algorithm, cluster):
    reply = cluster.client.get(f"/{algorithm.version}/ModelBuilders/{algorithm.server_name}")
    theirs = {entry["name"]: entry for entry in reply["model_builders"][algorithm.server_name]["parameters"]}
    every = {param.server_name: param for param in algorithm.parameters}
    ours = {name: param for name, param in every.items() if param.sent}
    assert set(ours) <= set(theirs)
    known = {*ELSEWHERE, *RELATED, *algorithm.fixed, "offset_column", *(param.name for param in every.values())}
    assert set(theirs) - set(every) <= known | NEED_A_TARGET.get(algorithm.key, set())
    for name, param in ours.items():
        default = theirs[name]["default_value"]
        if param.kind == "choice":
            words = theirs[name]["values"]
            assert all(any(same_word(word, other) for other in words) for word in param.choices), name
            assert default is None or same_word(default, param.server_default), name
        elif not (param.server_default is None and default == pytest.approx(np.finfo(float).max)):
            assert default == param.server_default, name


def test_table_of_automl_is_what_the_cluster_says_of_itself(cluster):
    def fields(schema):
        reply = cluster.client.get(f"/3/Metadata/schemas/{schema}")["schemas"][0]
        return {field["name"]: field for field in reply["fields"] if not field["name"].startswith("__")}

    theirs = {}
    for part, schema in (("build_control", "Control"), ("build_models", "Models")):
        found = fields(f"AutoMLBuild{schema}V99")
        theirs |= {f"{part}.{name}": field["value"] for name, field in found.items() if name != "stopping_criteria"}
    theirs |= {f"input_spec.{name}": field["value"] for name, field in fields("AutoMLInputV99").items()}
    criteria = fields("AutoMLStoppingCriteriaV99")
    theirs |= {f"build_control.stopping_criteria.{name}": field["value"] for name, field in criteria.items()}
    ours = {param.server_name: param for param in ALGORITHMS["automl"].parameters if param.sent}
    assert set(ours) <= set(theirs)
    missing = {name.rpartition(".")[2] for name in set(theirs) - set(ours)}
    elsewhere = {"project_name", "blending_frame", "leaderboard_frame", "custom_distribution_func"}
    assert missing <= elsewhere | set(ELSEWHERE) | {"monotone_constraints"}  # which goes as algo_parameters
    for name, param in ours.items():
        same = same_word(theirs[name], param.server_default) if param.kind == "choice" else (
            theirs[name] == param.server_default
        )
        assert same, name


@pytest.mark.parametrize("cls", ESTIMATORS, ids=lambda c: c.__name__)
def test_signature_shows_every_parameter(cls):
    parameters = inspect.signature(cls).parameters
    assert list(parameters) == [param.name for param in cls._algorithm.parameters]
    assert all(p.kind is p.KEYWORD_ONLY and p.annotation is not p.empty for p in parameters.values())
    for name in parameters:
        assert f"\n{name} : " in inspect.cleandoc(cls.__doc__)


@pytest.mark.parametrize("cls", ESTIMATORS, ids=lambda c: c.__name__)
def test_no_parameter_is_a_bare_alpha(cls):
    assert not {"alpha", "lambda", "seed", "ntrees", "k"} & set(inspect.signature(cls).parameters)


@pytest.mark.parametrize(
    ("cls", "word", "right"),
    [
        (H2OGradientBoostingClassifier, "ntrees", "n_estimators"),
        (H2OGradientBoostingClassifier, "learn_rate", "learning_rate"),
        (H2OGradientBoostingClassifier, "sample_rate", "subsample"),
        (H2OGradientBoostingClassifier, "seed", "random_state"),
        (H2OGradientBoostingClassifier, "min_samples_leaf", "min_rows"),
        (H2OGradientBoostingClassifier, "n_estimator", "n_estimators"),
        (H2OGradientBoostingClassifier, "weights_column", "sample_weight"),
        (H2OGeneralizedLinearClassifier, "alpha", "l1_ratio"),
        (H2OGeneralizedLinearClassifier, "C", "lambda_"),
        (H2OGeneralizedLinearClassifier, "max_iterations", "max_iter"),
        (H2OKMeans, "k", "n_clusters"),
        (H2OKMeans, "training_frame", "fit"),
    ],
)
def test_another_word_is_answered_with_the_right_one(cls, word, right):
    with pytest.raises(TypeError, match=right):
        cls(**{word: 3})
    with pytest.raises(ValueError, match=right):
        cls().set_params(**{word: 3})


def test_all_words_left_out_are_explained():
    assert set(ELSEWHERE) >= LEFT_OUT


@pytest.mark.parametrize(
    ("cls", "name", "value", "words"),
    [
        (H2OGradientBoostingClassifier, "n_estimators", 0, "an integer of at least 1"),
        (H2OGradientBoostingClassifier, "n_estimators", 2.5, "an integer"),
        (H2OGradientBoostingClassifier, "n_estimators", True, "an integer"),
        (H2OGradientBoostingClassifier, "learning_rate", 0, r"in \(0, 1\]"),
        (H2OGradientBoostingClassifier, "learning_rate", "fast", "a number"),
        (H2OGradientBoostingClassifier, "learning_rate", float("nan"), "a number"),
        (H2OGradientBoostingClassifier, "balance_classes", 1, "True or False"),
        (H2OGradientBoostingClassifier, "distribution", "poisson", "'bernoulli'"),
        (H2OGradientBoostingClassifier, "random_state", "x", "RandomState"),
        (H2OGradientBoostingClassifier, "monotone_constraints", {"a": 2}, "-1, 0 or 1"),
        (H2OGradientBoostingClassifier, "max_depth", -1, "or None"),
        (H2OGeneralizedLinearClassifier, "l1_ratio", [0.1, 2], r"in \[0, 1\]"),
        (H2OGeneralizedLinearClassifier, "interaction_pairs", [("a",)], "pairs"),
        (H2OKMeans, "init", "best", "'plus_plus'"),
        (H2OKMeans, "cluster_size_constraints", 5, "list of integers"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_fit_and_not_before(cls, name, value, words):
    estimator = cls(**{name: value})
    with pytest.raises(InvalidParameterError, match=f"'{name}'.*{words}"):
        estimator._checked()
    with pytest.raises(ValueError, match=name):  # nothing is read, and no cluster started, before this
        estimator.fit(None, None)


def test_only_what_differs_from_h2o_is_sent():
    estimator = H2OGradientBoostingClassifier(n_estimators=50, learning_rate=np.float32(0.5), max_depth=None)
    assert estimator._checked() == {
        "learning_rate": 0.5, "max_depth": 0, "check_constant_response": False, "keep_cross_validation_models": False,
    }  # fmt: skip


def test_choices_may_be_spelt_as_h2o_does():
    assert H2OGradientBoostingClassifier(histogram_type="UniformAdaptive")._checked()["histogram_type"] == (
        "uniform_adaptive"
    )


def test_random_state_gives_one_number_to_each_fit():
    estimator = H2OKMeans(random_state=np.random.RandomState(3))
    first, second = estimator._checked()["random_state"], estimator._checked()["random_state"]
    again = H2OKMeans(random_state=np.random.RandomState(3))._checked()["random_state"]
    assert first != second
    assert first == again
    generator = H2OKMeans(random_state=np.random.default_rng(3))
    assert isinstance(generator._checked()["random_state"], int)
    assert "random_state" not in H2OKMeans()._checked()


def test_encoding_of_values():
    assert encode(True) == "true"
    assert encode([0.1, 1e-5]) == "[0.1,1e-05]"
    assert encode(["a", 'b"c']) == '["a","b\\"c"]'
    assert encode([["a", "b"], ["c"]]) == '[["a","b"],["c"]]'
    assert encode({"a": 1}) == '[{"key": "a", "value": 1}]'


def test_unfitted_estimators_are_pickled_and_printed():
    estimator = pickle.loads(pickle.dumps(H2OKMeans(n_clusters=3)))
    assert repr(estimator) == "H2OKMeans(n_clusters=3)"
    assert not estimator.__sklearn_is_fitted__()


def test_a_default_is_not_changed_by_its_type():
    algorithm = H2OGradientBoostingClassifier._algorithm
    values = {param.name: param.default for param in algorithm.parameters}
    assert "n_estimators" in validate(algorithm, {**values, "n_estimators": np.int64(7)}, "classifier", "x")
