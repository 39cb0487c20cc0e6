"""Components, encodings, outliers, exemplars and words: against scikit-learn, formulas and the cluster itself."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.pipeline import make_pipeline

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat import options
from h2o_sklearn import (
    H2OGLRM,
    H2OPCA,
    H2OSVD,
    H2OAggregator,
    H2OAutoencoder,
    H2OExtendedIsolationForest,
    H2OGeneralizedLinearRegressor,
    H2OIsolationForest,
    H2OKMeans,
    H2OTargetEncoder,
    H2OWord2Vec,
)

RNG = np.random.default_rng(0)
N = 200
NUMBERS = RNG.normal(size=(N, 4)) @ np.diag([3.0, 2.0, 1.0, 0.5])
MIXED = pd.DataFrame(NUMBERS, columns=list("abcd")).assign(
    g=RNG.choice(["u", "v", "w"], N), h=RNG.choice(["x", "y", None], N)
)
NEW = pd.DataFrame(
    {"a": [0.5, None, 2.0, -1.0], "g": ["u", None, "zz", "w"], "h": ["x", "x", None, "new"]},
).assign(b=0.0, c=1.0, d=0.0)[list("abcdgh")]


@pytest.fixture(scope="module")
def there(cluster):
    """The same rows in the cluster, where nothing may fall back to pandas."""
    with options.context(fallback="error"):
        yield hpd.DataFrame(MIXED)


def up_to_sign(a, b):
    np.testing.assert_allclose(np.abs(a), np.abs(b), atol=1e-9)


def test_components_are_scikit_learns(cluster):
    ours, theirs = H2OPCA(n_components=3, scaling="demean").fit(NUMBERS), PCA(3).fit(NUMBERS)
    up_to_sign(ours.components_, theirs.components_)
    up_to_sign(ours.transform(NUMBERS), theirs.transform(NUMBERS))
    np.testing.assert_allclose(ours.explained_variance_ratio_, theirs.explained_variance_ratio_)
    np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_)


def test_singular_vectors_are_scikit_learns(cluster):
    ours, theirs = H2OSVD(n_components=2).fit(NUMBERS), TruncatedSVD(2, algorithm="arpack").fit(NUMBERS)
    np.testing.assert_allclose(ours.singular_values_, theirs.singular_values_)
    up_to_sign(ours.components_, theirs.components_)
    up_to_sign(ours.transform(NUMBERS), theirs.transform(NUMBERS))


def test_categories_have_a_weight_for_each_level(cluster):
    model = H2OPCA(n_components=2, use_all_factor_levels=True).fit(MIXED[["a", "g"]])
    assert model.component_names_ == ["a", "g.u", "g.v", "g.w"]
    assert model.components_.shape == (2, 4)
    svd = H2OSVD(n_components=2).fit(MIXED[["a", "g"]])
    rows = np.column_stack([MIXED["a"], *(MIXED["g"] == level for level in "uvw")])
    up_to_sign(svd.transform(MIXED[["a", "g"]]), rows @ svd.components_.T)


LOCAL = {
    "pca": (H2OPCA(n_components=2, scaling="standardize", impute_missing=True), "transform"),
    "isolation": (H2OIsolationForest(n_estimators=5, random_state=0), "score_samples"),
    "extended": (H2OExtendedIsolationForest(n_estimators=5, random_state=0), "score_samples"),
    "autoencoder": (H2OAutoencoder(hidden_layer_sizes=(2,), activation="tanh", epochs=2, random_state=0), "transform"),
    "kmeans": (H2OKMeans(n_clusters=3, random_state=0), "predict"),
}


@pytest.mark.parametrize("name", LOCAL)
def test_rows_here_and_rows_there_get_the_same(there, name):
    model, method = LOCAL[name]
    here = getattr(model.fit(MIXED), method)
    found = here(there).to_numpy()
    assert np.array_equal(found, here(MIXED))
    fitted_there = getattr(type(model)(**model.get_params()).fit(there), method)
    assert np.array_equal(fitted_there(MIXED), here(MIXED))


@pytest.mark.parametrize("method", ["score_samples", "decision_function", "predict"])
def test_an_autoencoder_scores_what_h2o_scores(there, method):
    model = H2OAutoencoder(hidden_layer_sizes=(2,), epochs=2, random_state=0, contamination=0.1).fit(MIXED)
    np.testing.assert_allclose(getattr(model, method)(there).to_numpy(), getattr(model, method)(MIXED), rtol=1e-9)
    assert 0 < (model.predict(MIXED) == -1).sum() <= 0.1 * N + 1


def test_low_rank_models(there):
    rows = MIXED[["a", "b", "g"]]
    model = H2OGLRM(n_components=3, scaling="standardize", random_state=0, max_iter=100).fit(rows)
    found = model.transform(rows)
    assert np.array_equal(model.transform(rows.iloc[5:9]), found[5:9])
    again = model.inverse_transform(found)
    assert (again["g"] == rows["g"]).mean() > 0.9
    assert np.corrcoef(again["a"], rows["a"])[0, 1] > 0.9
    numbers = H2OGLRM(n_components=2, scaling="demean", random_state=0, max_iter=50).fit(NUMBERS)
    found = numbers.transform(hpd.DataFrame(NUMBERS)).to_numpy()
    np.testing.assert_allclose(found, numbers.transform(NUMBERS), atol=0.05)
    assert np.square(numbers.inverse_transform(numbers.transform(NUMBERS)) - NUMBERS).mean() < 0.5


@pytest.mark.parametrize("forest", [H2OIsolationForest, H2OExtendedIsolationForest])
def test_outliers_are_found_at_the_share_that_was_asked_for(there, forest):
    rows = np.vstack([NUMBERS, 30.0 + RNG.normal(size=(3, 4))])
    model = forest(contamination=0.1, random_state=0, n_estimators=20).fit(rows)
    scores, found = model.score_samples(rows), model.predict(rows)
    assert scores[N:].max() < np.median(scores)
    assert model.offset_ == np.percentile(scores, 10)
    assert np.array_equal(found == -1, scores < model.offset_)
    assert np.array_equal(model.predict(hpd.DataFrame(rows)).to_numpy(), found)
    shared = forest(contamination=0.1, random_state=0, n_estimators=5)
    assert shared.fit(there).offset_ == pytest.approx(shared.fit(MIXED).offset_)


@pytest.mark.parametrize("blending", [False, True])
@pytest.mark.parametrize("columns", [None, [["g"], ["g", "h"]]])
@pytest.mark.parametrize("y", [NUMBERS[:, 0], RNG.choice(["p", "q"], N), RNG.choice(list("pqr"), N)], ids="n23")
def test_encodings_here_and_there(cluster, y, columns, blending):
    model = H2OTargetEncoder(columns_to_encode=columns, blending=blending).fit(MIXED, y)
    here = np.asarray(model.transform(NEW), dtype=float)
    assert np.array_equal(here, model.transform(hpd.DataFrame(NEW)).to_numpy(), equal_nan=True)
    assert here.shape[1] == len(model.get_feature_names_out())
    fitted_there = H2OTargetEncoder(columns_to_encode=columns, blending=blending).fit(
        hpd.DataFrame(MIXED), hpd.Series(y)
    )
    np.testing.assert_allclose(np.asarray(fitted_there.transform(NEW), dtype=float), here)


def test_encodings_are_means(cluster):
    y = pd.Series(NUMBERS[:, 1])
    model = H2OTargetEncoder(columns_to_encode=[["g"], ["h"], ["g", "h"]]).fit(MIXED, y)
    made = pd.DataFrame(model.transform(MIXED), columns=model.get_feature_names_out())
    for name, keys in (("g_te", ["g"]), ("h_te", ["h"]), ("g:h_te", ["g", "h"])):
        expected = y.groupby([MIXED[key].fillna("none") for key in keys]).transform("mean")
        np.testing.assert_allclose(made[name].astype(float), expected)


@pytest.mark.parametrize("blending", [False, True])
def test_an_encoder_from_a_file(cluster, tmp_path, blending):
    own = MIXED[["g", "h"]]
    model = H2OTargetEncoder(blending=blending, inflection_point=3, columns_to_encode=[["g"], ["g", "h"]])
    expected = model.fit(own, NUMBERS[:, 0]).transform(NEW[["g", "h"]])
    loaded = H2OTargetEncoder.from_mojo(model.to_mojo(tmp_path / "encoder.zip"))
    assert np.array_equal(loaded.transform(NEW[["h", "g"]]), expected)
    assert list(loaded.get_feature_names_out()) == ["g_te", "g:h_te"]
    assert np.array_equal(loaded.transform(hpd.DataFrame(NEW[["g", "h"]])).to_numpy(), expected)


@pytest.mark.parametrize("there", [False, True])
def test_what_a_target_is_taken_for(cluster, there):
    def encoder(y, **given):
        X = hpd.DataFrame(MIXED) if there else MIXED
        return H2OTargetEncoder(**given).fit(X, hpd.Series(y) if there else y)

    whole = np.arange(N) % 3
    assert encoder(whole).target_type_ == encoder(whole, target_type="multiclass").target_type_ == "multiclass"
    assert encoder(whole > 1).target_type_ == "binary"
    numbers = encoder(whole, target_type="continuous")
    assert numbers.target_type_ == encoder(NUMBERS[:, 0]).target_type_ == "continuous"
    codes = [np.asarray(model.transform(NEW))[:, -1].astype(float) for model in (numbers, encoder(whole + 0.5))]
    np.testing.assert_allclose(codes[0] + 0.5, codes[1])
    if not there:
        with pytest.raises(ValueError, match="'binary', but y has 3 classes"):
            encoder(whole, target_type="binary")
    with pytest.raises(ValueError, match="must be numbers"):
        encoder(np.where(whole > 1, "a", "b"), target_type="continuous")


def test_a_row_does_not_see_its_own_target(cluster):
    y = pd.Series(NUMBERS[:, 1])
    sums, counts = y.groupby(MIXED["g"]).transform("sum"), y.groupby(MIXED["g"]).transform("count")
    model = H2OTargetEncoder(data_leakage_handling="leave_one_out", noise=0)
    place = ["a", "b", "c", "d", "g_te", "h_te"].index("g_te")
    np.testing.assert_allclose(model.fit_transform(MIXED, y)[:, place], (sums - y) / (counts - 1))
    found = model.fit_transform(hpd.DataFrame(MIXED), hpd.Series(y))
    np.testing.assert_allclose(found.to_numpy()[:, place], (sums - y) / (counts - 1))
    folds = np.arange(N) % 3
    model = H2OTargetEncoder(data_leakage_handling="k_fold", noise=0, fold_column="fold")
    made = model.fit_transform(MIXED.assign(fold=folds), y)
    names = list(model.get_feature_names_out())
    expected = [y[(MIXED["g"] == MIXED["g"][row]) & (folds != folds[row])].mean() for row in range(N)]
    np.testing.assert_allclose(made[:, names.index("g_te")], expected)


def test_an_encoder_in_a_pipeline(cluster):
    pipeline = make_pipeline(H2OTargetEncoder(), H2OGeneralizedLinearRegressor())
    assert pipeline.fit(MIXED, NUMBERS[:, 0]).predict(NEW).shape == (4,)


def test_exemplars(cluster):
    rows = RNG.normal(size=(12_000, 2))
    model = H2OAggregator(target_num_exemplars=20)
    kept = model.fit_resample(rows)
    assert np.array_equal(kept, rows[model.exemplar_indices_])
    assert model.counts_.sum() == len(rows)
    assert 10 <= len(kept) <= 30
    frame = hpd.DataFrame(rows, columns=["a", "b"])
    found, y = model.fit_resample(frame, np.arange(len(rows)))
    assert np.array_equal(found.to_numpy(), rows[y])


def test_words(cluster):
    texts = ["the cat sat", "a dog ran far"] * 30
    model = H2OWord2Vec(vec_size=4, min_word_freq=1, epochs=2).fit(texts)
    mean = model.transform_words(["the", "cat"]).mean(axis=0)
    np.testing.assert_allclose(model.transform(["the cat", ["the", "cat"], "the unheard cat"]), [mean] * 3)
    assert np.isnan(model.transform(["unheard", ""])).all()
    reply = cluster.client.get("/3/Word2VecSynonyms", model=model._model.key, word="cat", count=3)
    synonyms = model.find_synonyms("cat", 2)
    assert list(synonyms) == reply["synonyms"][1:]
    np.testing.assert_allclose(list(synonyms.values()), reply["scores"][1:], rtol=1e-5)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).transform(texts), model.transform(texts))
    assert model.find_synonyms("unheard") == {}


def test_words_whose_vectors_are_known(cluster):
    known = pd.DataFrame({"word": ["cat", "dog", "sun"], "x": [1.0, 0.0, 0.5], "y": [0.0, 1.0, 0.25]})
    model = H2OWord2Vec(vec_size=2, pre_trained=known).fit(["cat dog"])
    assert model.vocabulary_ == {"cat": 0, "dog": 1, "sun": 2}
    assert np.array_equal(model.vectors_, known[["x", "y"]])
    assert np.array_equal(model.transform(["cat dog"]), [[0.5, 0.5]])
    with pytest.raises(ValueError, match="vector length"):
        H2OWord2Vec(vec_size=3, pre_trained=known).fit(["cat dog"])


@pytest.mark.parametrize("standardize", [True, False])
def test_distances_are_computed_where_the_rows_lie(there, cluster, standardize):
    model = H2OKMeans(n_clusters=3, random_state=0, standardize=standardize).fit(MIXED)
    with cluster.client.count() as counter:
        distances, score = model.transform(there), model.score(there)
    assert sum(call[3] for call in counter.calls) < 8 * N
    np.testing.assert_allclose(distances.to_numpy(), model.transform(MIXED), rtol=1e-12)
    assert score == pytest.approx(model.score(MIXED))
    unseen = MIXED.assign(g="unseen", a=None)
    np.testing.assert_allclose(model.transform(hpd.DataFrame(unseen)).to_numpy(), model.transform(unseen), rtol=1e-12)
