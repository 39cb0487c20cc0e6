"""Reading X and y: every kind of table, declared types, and the errors. No cluster is needed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from sklearn.base import BaseEstimator

from h2o_sklearn import _targets
from h2o_sklearn._inputs import EMPTY, ENUM, NUMBER, TIME, read, safe_names
from h2o_sklearn._uploads import row_hashes

MIXED = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0],
        "text": ["b", None, "a"],
        "category": pd.Categorical(["z", "a", "z"], categories=["z", "a", "unused"]),
        "whole": [1, 2, 3],
        "flag": [True, False, True],
        "time": pd.to_datetime(["2020-01-01", "2020-01-02", None]),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "empty": [None, None, None],
    }
)


def fit(X):
    return read(BaseEstimator(), X, reset=True)


def test_columns_have_declared_types():
    features = fit(MIXED).features()
    assert [f.kind for f in features] == [NUMBER, ENUM, ENUM, NUMBER, NUMBER, TIME, NUMBER, EMPTY]
    assert features[1].levels == ("a", "b")
    assert features[2].levels == ("z", "a", "unused")
    assert [f.name for f in features] == list(MIXED.columns)


def test_text_that_looks_like_numbers_stays_text():
    features = fit(pd.DataFrame({"zip": ["00501", "10001", "NA"]})).features()
    assert features[0].kind == ENUM
    assert features[0].levels == ("00501", "10001", "NA")


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "batch"])
def test_every_dataframe_gives_the_same_rows(kind):
    plain = MIXED.drop(columns=["empty"])
    table = pa.Table.from_pandas(plain)
    made = {
        "pandas": lambda: plain,
        "polars": lambda: pl.from_pandas(plain),
        "pyarrow": lambda: table,
        "batch": lambda: table.to_batches()[0],
    }[kind]()
    features = fit(plain).features()
    expected = fit(plain).coded(features)
    assert np.array_equal(fit(made).coded(features), expected, equal_nan=True)


@pytest.mark.parametrize(
    "X",
    [
        [[1, 2], [3, 4]],
        np.array([[1, 2], [3, 4]]),
        np.array([[1, 2], [3, 4]], dtype=np.float32),
        np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]),
        np.array([[1, 2], [3, 4]], dtype=object),
        sp.csr_matrix([[1, 2], [3, 4]]),
        sp.csc_array([[1.0, 2.0], [3.0, 4.0]]),
        sp.dok_matrix(np.array([[1.0, 2.0], [3.0, 4.0]])),
        pd.DataFrame({"a": [1, 3], "b": [2.0, 4.0]}),
    ],
    ids=lambda X: type(X).__name__,
)
def test_numbers_of_any_kind_of_array(X):
    table = fit(X)
    assert table.coded(table.features()).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_lists_may_mix_text_and_numbers():
    features = fit([[1, "x"], [2, "y"], [3, "x"]]).features()
    assert [f.kind for f in features] == [NUMBER, ENUM]


def test_levels_are_those_of_fit_and_unseen_ones_are_missing():
    features = fit(pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]})).features()
    coded = fit(pd.DataFrame({"a": ["y", "new", None, "x"], "b": [1, 2, 3, 4]})).coded(features)
    assert np.array_equal(coded[:, 0], [1.0, np.nan, np.nan, 0.0], equal_nan=True)
    other = fit(pd.DataFrame({"a": ["y", "new", None], "b": [1, 2, 3]})).coded(features, unseen_is_a_level=True)
    assert np.array_equal(other[:, 0], [1.0, 2.0, np.nan], equal_nan=True)


def test_categories_of_numbers_meet_numbers():
    features = fit(pd.DataFrame({"a": pd.Categorical([3, 1, 2]), "b": [1.0, 2, 3]})).features()
    assert features[0].levels == ("1", "2", "3")
    coded = fit(pd.DataFrame({"a": [1, 3, 9], "b": [1.0, 2, 3]})).coded(features)
    assert np.array_equal(coded[:, 0], [0.0, 2.0, np.nan], equal_nan=True)


def test_a_column_must_stay_what_it_was():
    features = fit(pd.DataFrame({"a": [1.0, 2.0]})).features()
    with pytest.raises(ValueError, match=r"'a'.*text.*numbers"):
        fit(pd.DataFrame({"a": ["x", "y"]})).coded(features)
    features = fit(pd.DataFrame({"a": ["x", "y"]})).features()
    with pytest.raises(ValueError, match=r"'a'.*times.*categories"):
        fit(pd.DataFrame({"a": pd.to_datetime(["2020-01-01", "2020-01-02"])})).coded(features)


@pytest.mark.parametrize("X", [[[np.inf, 1.0]], pd.DataFrame({"a": [np.inf]}), pa.table({"a": [-np.inf], "b": ["x"]})])
def test_infinity_is_refused(X):
    with pytest.raises(ValueError, match="infinity"):
        fit(X)


@pytest.mark.parametrize("X", [pd.DataFrame({"a": []}), pd.DataFrame(index=range(3)), np.empty((0, 2))])
def test_nothing_is_refused(X):
    with pytest.raises(ValueError, match=r"0 (sample|feature)\(s\)"):
        fit(X)


def test_columns_of_mixed_values_are_refused_by_name():
    with pytest.raises(TypeError, match="'bad'"):
        fit(pd.DataFrame({"bad": [1, "x", 2.5]}))


def test_names_in_the_cluster_are_distinct_and_printable():
    assert safe_names(["a", "a\n", "a_", "", 3]) == ["a", "a_", "a__2", "x", "x3"]


# ---------------------------------------------------------------- y


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "int64", "float16", "float32", "float64", "U3", "O"])
@pytest.mark.parametrize("size", [0, 1, 2, 41, 1000])
def test_classes_are_those_that_sorting_finds(dtype, size):
    labels = np.random.default_rng(size).integers(0, 9, size).astype(dtype)
    found, codes = _targets.distinct(labels)
    expected, places = np.unique(labels, return_inverse=True)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)
    assert np.array_equal(codes, places)


def test_many_classes_of_numbers_are_warned_of_as_scikit_learn_does():
    with pytest.warns(UserWarning, match="greater than 50% of the number of samples"):
        _targets.classes(np.arange(24) % 15, "X")


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([2, 1, 2], [1, 2]),
        ([True, False, True], [False, True]),
        (["b", "a", "b"], ["a", "b"]),
        (["1", "02", "1"], ["02", "1"]),
        ([1.0, 0.0, 1.0], [0.0, 1.0]),
        (pd.Series(["b", "a", "b"], dtype="category"), ["a", "b"]),
        (pd.Series([1, 0, 1], dtype="Int64"), [0, 1]),
        (pl.Series(["b", "a", "b"]), ["a", "b"]),
        (pa.array(["b", "a", "b"]), ["a", "b"]),
        (np.array([10, 9, 10], dtype=object), [9, 10]),
        (np.array(["2021-01-01", "2020-01-01", "2021-01-01"], dtype="datetime64[D]"), None),
    ],
    ids=str,
)
def test_labels_of_any_type(y, classes):
    target = _targets.classes(y, "X")
    assert target.column.indices.to_pylist() == [1, 0, 1]
    if classes is not None:
        assert target.classes.tolist() == classes


@pytest.mark.parametrize("y", [["a", None, "b"], [1.0, np.nan, 2.0], pd.Series(["a", None, "b"])], ids=str)
def test_missing_labels_are_refused(y):
    with pytest.raises(ValueError, match="y contains NaN"):
        _targets.classes(y, "X")


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="one class"):
        _targets.classes(["a", "a"], "X")


def test_numbers_that_are_no_classes_are_refused():
    with pytest.raises(ValueError, match="Unknown label type"):
        _targets.classes([0.5, 1.25, 7.5], "X")


def test_a_regressor_wants_numbers():
    assert _targets.numbers(["1", "2.5"]).column.to_pylist() == [1.0, 2.5]
    with pytest.raises(ValueError, match="must be numbers"):
        _targets.numbers(["a", "b"])


@pytest.mark.parametrize("weights", [[1, -1, 1], [0, 0, 0], [1, np.nan, 1], [[1], [1], [1]], [1, 1]], ids=str)
def test_weights_that_cannot_be_are_refused(weights):
    with pytest.raises(ValueError, match=r"(?i)weight|inconsistent"):
        _targets.weights(weights, np.zeros((3, 1)), 3)


# ---------------------------------------------------------------- hashes of rows


def test_equal_rows_have_equal_hashes_and_others_do_not():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 3, size=(5000, 4)).astype(float)
    hashes = row_hashes(fit(X))
    distinct = np.unique(X, axis=0)
    assert len(np.unique(hashes, axis=0)) == len(distinct)
    shuffled = rng.permutation(len(X))
    assert np.array_equal(row_hashes(fit(X[shuffled])), hashes[shuffled])


def test_hashes_see_every_column_and_missing_values():
    assert len(np.unique(row_hashes(fit(MIXED)), axis=0)) == len(MIXED)
    one = pd.DataFrame({"a": pd.array([1, 0], "Int64"), "b": ["x", "x"]})
    two = pd.DataFrame({"a": pd.array([1, None], "Int64"), "b": ["x", "x"]})
    assert (row_hashes(fit(one)) == row_hashes(fit(two))).all(axis=1).tolist() == [True, False]
