"""scikit-learn's own tools on our frames: rows and columns are chosen in the cluster."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate, train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.utils import _safe_indexing, resample, shuffle
from sklearn.utils.validation import _get_feature_names, _num_samples, check_array

import h2o_frame_compat.pandas as hpd

ROWS = 5_000
RNG = np.random.default_rng(0)
LOCAL = pd.DataFrame(
    {
        "a": RNG.normal(size=ROWS), "b": RNG.integers(0, 9, ROWS), "c": pd.Categorical(RNG.choice(list("xyz"), ROWS)),
        "s": RNG.choice(["p", "q"], ROWS), "f": RNG.random(ROWS) > 0.5,
        "t": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(ROWS), "h"),
    }
)  # fmt: skip
TARGET = pd.Series(RNG.integers(0, 2, ROWS), name="y")


@pytest.fixture
def down(cluster):
    """Count the bytes that leave the cluster."""
    counters = []

    class Counter:
        def __enter__(self):
            self.context = cluster.client.count()
            self.counted = self.context.__enter__()
            counters.append(self)
            return self

        def __exit__(self, *error):
            self.context.__exit__(*error)

        @property
        def bytes(self):
            return sum(call[3] for call in self.counted.calls)

    return Counter


class Steps(ClassifierMixin, BaseEstimator):
    """Looks at shapes and names only, as an estimator whose data stays in the cluster does."""

    def fit(self, X, y=None):
        assert isinstance(X, hpd.DataFrame)
        self.n_features_in_, self.classes_ = X.shape[1], np.array([0, 1])
        self.feature_names_in_ = _get_feature_names(X)
        return self

    def predict(self, X):
        assert isinstance(X, hpd.DataFrame)
        return np.zeros(len(X), dtype=int)


def test_narwhals_takes_our_objects(up):
    ours = up(LOCAL)
    assert nw.dependencies.is_into_dataframe(ours)
    assert nw.dependencies.is_into_series(ours.a)
    frame, theirs = nw.from_native(ours), nw.from_native(LOCAL)
    assert frame.shape == theirs.shape
    assert frame.columns == theirs.columns
    assert frame.schema == theirs.schema
    assert not frame.implementation.is_pandas()
    assert isinstance(frame.to_native(), hpd.DataFrame)
    assert frame.item(3, "b") == theirs.item(3, "b")
    assert frame["a"].dtype == theirs["a"].dtype
    assert frame["b"][7] == theirs["b"][7]
    assert frame["b"].item(0) == theirs["b"].item(0)
    assert len(frame["b"]) == ROWS
    pd.testing.assert_frame_equal(frame[[3, 1], ["b", "a"]].to_native().to_pandas(), LOCAL.loc[[3, 1], ["b", "a"]])
    pd.testing.assert_frame_equal(frame[[3, 1]].to_native().to_pandas(), LOCAL.loc[[3, 1]])
    pd.testing.assert_frame_equal(frame.select("b", "a").to_native().to_pandas(), LOCAL[["b", "a"]])
    pd.testing.assert_series_equal(frame["a"].to_pandas(), LOCAL.a)
    assert [c.name for c in frame.iter_columns()] == list(LOCAL)
    np.testing.assert_array_equal(frame[["a", "b"]].to_numpy(), LOCAL[["a", "b"]].to_numpy())
    assert frame.head(2).to_dict(as_series=False) == theirs.head(2).to_dict(as_series=False)


def test_ordered_categories_are_an_enum(up):
    ordered = pd.DataFrame({"c": pd.Categorical(["x"], categories=["y", "x"], ordered=True)})
    assert nw.from_native(up(ordered)).schema == nw.from_native(ordered).schema


def test_names_and_sizes(up):
    ours = up(LOCAL)
    assert _num_samples(ours) == _num_samples(ours.a) == ROWS
    assert _get_feature_names(ours).tolist() == list(LOCAL)
    assert _get_feature_names(up(LOCAL.set_axis(range(6), axis=1))) is None


@pytest.mark.parametrize(
    ("key", "axis"),
    [
        ([1, 5, 2], 0), (np.array([9, 9]), 0), (slice(3, 6), 0), (np.arange(ROWS) % 7 == 0, 0), (["b", "a"], 1),
        ([1, 0], 1), ([True, False] * 3, 1), (slice("a", "c"), 1), ("a", 1), (2, 1), (7, 0),
    ],
)  # fmt: skip
def test_safe_indexing(up, key, axis):
    ours, theirs = _safe_indexing(up(LOCAL), key, axis=axis), _safe_indexing(LOCAL, key, axis=axis)
    compare = pd.testing.assert_frame_equal if isinstance(theirs, pd.DataFrame) else pd.testing.assert_series_equal
    compare(ours.to_pandas() if hasattr(ours, "to_pandas") else ours, theirs)


def test_train_test_split_stays_in_the_cluster(up, down):
    ours, target = up(LOCAL), up(TARGET)
    theirs = train_test_split(LOCAL, TARGET, test_size=0.3, random_state=1)
    with down() as counted:
        parts = train_test_split(ours, target, test_size=0.3, random_state=1)
        assert [p.shape for p in parts] == [p.shape for p in theirs]
    assert counted.bytes == 0
    for mine, other in zip(parts[:2], theirs[:2], strict=True):
        pd.testing.assert_frame_equal(mine.to_pandas(), other)
    for mine, other in zip(parts[2:], theirs[2:], strict=True):
        pd.testing.assert_series_equal(mine.to_pandas(), other)


def test_stratified_split_fetches_the_target_only(up, down):
    ours, target = up(LOCAL), up(TARGET)
    with down() as counted:
        parts = train_test_split(ours, target, stratify=target, random_state=1)
    assert counted.bytes < 20 * ROWS
    expected = train_test_split(LOCAL, TARGET, stratify=TARGET, random_state=1)
    pd.testing.assert_frame_equal(parts[0].to_pandas(), expected[0])


def test_shuffle_and_resample(up):
    pd.testing.assert_frame_equal(shuffle(up(LOCAL), random_state=0).to_pandas(), shuffle(LOCAL, random_state=0))
    pd.testing.assert_frame_equal(resample(up(LOCAL), random_state=0).to_pandas(), resample(LOCAL, random_state=0))


@pytest.mark.parametrize("folds", [KFold(3, shuffle=True, random_state=0), StratifiedKFold(3)])
def test_cross_validation_keeps_the_data_in_the_cluster(up, down, folds):
    ours, target = up(LOCAL), up(TARGET)
    with down() as counted:
        results = cross_validate(Steps(), ours, target, cv=folds)
    assert counted.bytes < 100 * ROWS  # the target crosses, the data (over 200 bytes a row and fold) does not
    theirs = [np.mean(TARGET.to_numpy()[test] == 0) for _, test in folds.split(LOCAL, TARGET)]
    np.testing.assert_allclose(results["test_score"], theirs)


def test_column_transformer_selects_by_name(up, down):
    class Keep(BaseEstimator):
        def fit(self, X, y=None):
            assert isinstance(X, hpd.DataFrame)
            self.names_ = list(X.columns)
            return self

        def transform(self, X):
            assert list(X.columns) == self.names_
            return X

        def get_feature_names_out(self, names=None):
            return np.asarray(self.names_, dtype=object)

    ours = up(LOCAL[["a", "b", "f"]])
    chosen = ColumnTransformer([("one", Keep(), ["b", "a"]), ("two", Keep(), ["f"])])
    with down() as counted:
        chosen.fit(ours)
    assert counted.bytes < 40 * ROWS
    assert chosen.named_transformers_["one"].names_ == ["b", "a"]
    scaled = ColumnTransformer([("z", StandardScaler(), ["a", "b"])], remainder="drop")
    theirs = ColumnTransformer([("z", StandardScaler(), ["a", "b"])], remainder="drop").fit_transform(LOCAL)
    np.testing.assert_allclose(scaled.fit_transform(up(LOCAL)), theirs)
    assert scaled.feature_names_in_.tolist() == list(LOCAL)
    with pytest.raises(ValueError, match="columns are missing"):
        scaled.transform(ours[["b"]])


def test_check_array(up):
    values = check_array(up(LOCAL[["a", "b"]]))
    np.testing.assert_array_equal(values, check_array(LOCAL[["a", "b"]]))


def test_column_selector_is_for_pandas_only(up):
    with pytest.raises(ValueError, match="only be applied to pandas"):
        make_column_selector(dtype_include="number")(np.zeros((2, 2)))
    assert make_column_selector(dtype_include="number")(up(LOCAL)) == ["a", "b"]
