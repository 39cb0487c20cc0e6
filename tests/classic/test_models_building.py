"""x and y of one origin or of several, the server's parameters, clear errors, and nothing left behind."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest

from h2o_frame_compat.errors import ServerError
from h2o_sklearn import H2OGradientBoostingRegressor
from h2o_sklearn import classic as h2o

RNG = np.random.default_rng(1)
N = 300
ROWS = pd.DataFrame(RNG.normal(size=(N, 3)), columns=["a", "b", "c"]).assign(
    g=RNG.choice(["u", "v"], N), w=RNG.integers(1, 4, N), fold=np.arange(N) % 3
)
ROWS["y"] = ROWS.a - 2 * ROWS.b + (ROWS.g == "u") + RNG.normal(size=N) / 10
FEATURES = ["a", "b", "c", "g"]
LINEAR = {"Lambda": 0, "solver": "irlsm"}


@pytest.fixture
def frame(cluster):
    return h2o.H2OFrame(ROWS)


@pytest.fixture
def left(cluster):
    """What is in the cluster: frames and models."""

    def look():
        gc.collect()
        cluster.executor.flush()
        frames = cluster.client.get("/3/Frames")["frames"]
        return {*(frame["frame_id"]["name"] for frame in frames), *h2o.models()}

    return look


def linear(frame, **parameters):
    return h2o.glm(x=frame[FEATURES], y=frame["y"], **LINEAR, **parameters)


def close(a, b):
    assert a.keys() == b.keys()
    assert a == pytest.approx(b, rel=1e-6)


# ---------------------------------------------------------------- x and y


def test_x_and_y_of_several_origins(frame, cluster):
    other = h2o.H2OFrame(ROWS[["y"]])
    expected = linear(frame).coef()
    close(h2o.glm(x=frame[FEATURES], y=other["y"], **LINEAR).coef(), expected)
    close(h2o.glm(x=[frame[["a", "b"]], frame["c"], frame["g"]], y=other, **LINEAR).coef(), expected)
    third = h2o.H2OFrame(ROWS[["c"]])
    close(h2o.glm(x=[frame["a"], frame["b"], third, frame["g"]], y=other["y"], **LINEAR).coef(), expected)


def test_pending_expressions_are_computed_once(frame, cluster):
    doubled = frame[["a", "b"]] * 2
    model = h2o.glm(x=doubled, y=frame["y"] + 1, **LINEAR)
    assert not doubled.is_pending()
    plain = h2o.glm(x=frame[["a", "b"]], y=frame["y"], **LINEAR).coef()
    assert model.coef()["a"] == pytest.approx(plain["a"] / 2, rel=1e-6)
    assert model.coef()["Intercept"] == pytest.approx(plain["Intercept"] + 1, rel=1e-6)


def test_selected_rows(frame):
    chosen = frame[frame["a"] > 0]
    model = linear(chosen)
    rows = ROWS[ROWS.a > 0]
    design = np.column_stack([np.ones(len(rows)), rows[["a", "b", "c"]], rows.g == "v"])
    expected = np.linalg.lstsq(design, rows.y, rcond=None)[0]
    found = model.coef()
    assert [found["Intercept"], found["a"], found["b"], found["c"]] == pytest.approx(list(expected[:4]), rel=1e-4)


def test_y_among_x_is_left_out_of_x(frame):
    model = h2o.gbm(x=frame, y=frame["y"], ntrees=1)
    assert "y" not in [row[0] for row in model.varimp(True)]
    factor = h2o.gbm(x=frame, y=frame["g"].asfactor(), ntrees=1)
    assert isinstance(factor, h2o.H2OBinomialModel)
    assert "g" not in [row[0] for row in factor.varimp(True)]


def test_names_and_numbers_are_of_training_frame(frame):
    expected = linear(frame).coef()
    close(h2o.glm(x=FEATURES, y="y", training_frame=frame, **LINEAR).coef(), expected)
    close(h2o.glm(x=[0, 1, 2, 3], y=6, training_frame=frame, **LINEAR).coef(), expected)
    model = h2o.glm(
        x=None, response_column="y", training_frame=frame, ignored_columns=["w", 5], validation_frame=frame, **LINEAR
    )
    close(model.coef(), expected)
    assert model.mse(valid=True) == pytest.approx(model.mse())


def test_text_and_factors_are_the_same_columns(frame):
    factors = h2o.H2OFrame(ROWS)
    factors["g"] = factors["g"].asfactor()
    close(linear(factors).coef(), linear(frame).coef())


def test_many_chunks(cluster):
    rows = pd.DataFrame({"a": np.arange(30_000.0), "y": np.arange(30_000.0) * 3 + 1})
    frame = h2o.H2OFrame(rows)
    model = h2o.glm(x=frame["a"], y=frame["y"], **LINEAR)
    assert model.coef()["a"] == pytest.approx(3)
    assert model.predict(frame).dim() == [30_000, 1]


# ---------------------------------------------------------------- columns beside them


def test_weights_offset_and_folds(frame):
    repeated = h2o.H2OFrame(ROWS.loc[ROWS.index.repeat(ROWS.w)])
    expected = linear(repeated).coef()
    close(linear(frame, training_frame=frame, weights_column="w").coef(), expected)
    close(linear(frame, weights_column=frame["w"]).coef(), expected)
    model = linear(frame, fold_column=frame["fold"])
    assert model.mse(xval=True) > model.mse()
    shifted = linear(frame, offset_column=frame["w"])
    minus = h2o.glm(x=frame[FEATURES], y=frame["y"] - frame["w"], **LINEAR)
    close(shifted.coef(), minus.coef())
    difference = shifted.predict(frame)["predict"] - minus.predict(frame)["predict"] - frame["w"]
    assert abs(difference.mean()) < 1e-8


def test_metrics_are_weighted(frame):
    model = linear(frame, weights_column=frame["w"])
    predicted = model.predict(frame)["predict"].dataframe().to_pandas()
    error = np.average((ROWS.y - predicted) ** 2, weights=ROWS.w)
    assert model.mse() == pytest.approx(error)
    assert model.model_performance(frame).mse() == pytest.approx(error)


# ---------------------------------------------------------------- parameters


def test_parameters_are_the_servers(frame):
    model = h2o.gbm(
        x=frame[FEATURES], y=frame["y"], ntrees=4, max_depth=2, learn_rate=0.3, seed=5, histogram_type="uniformadaptive"
    )
    actual = {name: value["actual"] for name, value in model.params.items()}
    assert (actual["ntrees"], actual["max_depth"], actual["learn_rate"], actual["seed"]) == (4, 2, 0.3, 5)
    ours = H2OGradientBoostingRegressor(
        n_estimators=4, max_depth=2, learning_rate=0.3, random_state=5, histogram_type="UniformAdaptive"
    ).fit(ROWS[FEATURES], ROWS.y)
    found = model.predict(frame)["predict"].dataframe().to_pandas()
    np.testing.assert_allclose(found, ours.predict(ROWS[FEATURES]))


def test_frames_and_models_as_parameters(frame):
    constraints = h2o.H2OFrame({"names": ["a"], "lower_bounds": [0.0], "upper_bounds": [0.5]})
    model = linear(frame, beta_constraints=constraints)
    assert model.coef()["a"] == pytest.approx(0.5)
    start = h2o.H2OFrame([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    clusters = h2o.kmeans(x=frame[:3], k=2, user_points=start, max_iterations=3)
    assert sum(clusters.size()) == N
    first = h2o.gbm(x=frame[FEATURES], y=frame["y"], ntrees=2, seed=1)
    more = h2o.gbm(x=frame[FEATURES], y=frame["y"], ntrees=5, seed=1, checkpoint=first)
    assert len(more.scoring_history()) > 0
    assert more.mse() < first.mse()


def test_lists_and_dicts_as_parameters(frame):
    model = h2o.deeplearning(x=frame[FEATURES], y=frame["y"], hidden=[4, 3], epochs=0.1)
    assert model.params["hidden"]["actual"] == [4, 3]
    tree = h2o.gbm(x=frame[FEATURES], y=frame["y"], ntrees=3, monotone_constraints={"a": 1})
    assert tree.params["monotone_constraints"]["actual"] == [{**_PAIR, "key": "a", "value": 1.0}]
    path = h2o.glm(x=frame[FEATURES], y=frame["y"], alpha=np.array([0.1, 0.9]), Lambda=[0.1, 0.01])
    assert path.params["alpha"]["actual"] == [0.1, 0.9]


_PAIR = {"__meta": {"schema_version": 3, "schema_name": "KeyValueV3", "schema_type": "KeyValue"}}

# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda f: h2o.gbm(f[FEATURES]), "gbm needs y"),
        (lambda f: h2o.gbm(None, f["y"]), "gbm needs x"),
        (lambda f: h2o.kmeans(f[FEATURES], f["y"], k=2), "without y"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], ntree=3), "no parameter 'ntree'; did you mean 'ntrees'"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], ntrees=-3), "ntrees"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], ntrees="many"), "ntrees"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], distribution="normal"), "distribution is one of"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], monotone_constraints="a"), "gbm: "),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], distribution="bernoulli"), "gbm: distribution"),
        (lambda f: h2o.naive_bayes(f[FEATURES], f["y"]), "categorical"),
        (lambda f: h2o.gbm(f[FEATURES], f[["a", "b"]]), "y is one column, not 2"),
        (lambda f: h2o.gbm(f[FEATURES], ROWS.y), "not a Series"),
        (lambda f: h2o.gbm(f["y"], f["y"]), "no column of x is left"),
        (lambda f: h2o.gbm(f[FEATURES], "z"), "no column 'z'"),
        (lambda f: h2o.gbm(f[FEATURES], f["z"]), "no column 'z'"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], weights_column="z"), "no column 'z'"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], validation_x=f[FEATURES]), "belong together"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], validation_y=f["y"]), "belong together"),
        (lambda f: h2o.gbm(f[FEATURES], f["y"], validation_x=f[["a"]], validation_y=f["y"]), "no column 'b'"),
        (lambda f: h2o.gbm(f[FEATURES], f[f["a"] > 0]["y"]), "same number of rows"),
        (lambda f: h2o.kmeans(f[:3], k=2, user_points=h2o.H2OFrame([[0.0, 1.0]])), "user"),
        (lambda f: h2o.prcomp(f[:3], k=50), "prcomp: "),
        (lambda f: h2o.get_model("nobody"), "nobody"),
        (lambda f: h2o.glm(f[["a", "b"]], f["y"], interactions=["a", "z"]), "missing column"),
    ],
)
def test_errors_are_clear_and_leave_nothing(frame, left, ask, word):
    before = left()
    with pytest.raises(ValueError, match=word) as caught:
        ask(frame)
    assert "water." not in str(caught.value)
    del caught
    assert left() <= before


def test_rows_without_the_columns_of_the_model(frame):
    model = linear(frame)
    with pytest.raises(ValueError, match="'b'"):
        model.predict(frame[["a", "c", "g"]])
    with pytest.raises(ValueError, match="'y'"):
        model.model_performance(frame[FEATURES])
    with pytest.raises(ValueError, match="H2OFrame"):
        model.predict(ROWS)
    nobody = frame[frame["a"] > 100]
    assert model.predict(nobody).dim() == [0, 1]
    with pytest.raises(ValueError, match="no rows"):
        model.model_performance(nobody)


def test_levels_that_the_fit_did_not_see(frame):
    model = h2o.gbm(x=frame[["a", "g"]], y=frame["g"], ntrees=2, offset_column=None)
    other = h2o.H2OFrame(ROWS.assign(g="z"))
    assert model.predict(other).names() == ["predict", "u", "v"]
    with pytest.raises(ValueError, match="no levels in common"):
        model.model_performance(other)
    with pytest.raises(ValueError, match="categorical"):
        model.model_performance(h2o.H2OFrame(ROWS.assign(g=1)))
    trees = h2o.gbm(x=frame[["a", "g"]], y=frame["y"], ntrees=3, seed=1)
    missing = trees.predict(h2o.H2OFrame(ROWS.assign(g=pd.Series([None] * N, dtype=object))))
    np.testing.assert_allclose(
        trees.predict(other)["predict"].dataframe().to_pandas(), missing["predict"].dataframe().to_pandas()
    )


# ---------------------------------------------------------------- what stays


def test_models_leave_with_their_objects(frame, left):
    before = left()
    for _ in range(2):
        watched = {"validation_x": frame, "validation_y": frame["g"]}
        model = h2o.gbm(x=frame[FEATURES], y=frame["g"], ntrees=2, nfolds=2, **watched)
        predictions = model.predict(frame)
        model.model_performance(frame)
        del model, predictions
    clusters = h2o.autoencoder(x=frame[:3], hidden=[2], epochs=1)
    errors, hidden = clusters.anomaly(frame), clusters.deepfeatures(frame, 0)
    h2o.svd(x=frame[:3], nv=2)
    del clusters, errors, hidden
    assert left() <= before


def test_requests(frame, cluster, extension):
    x, y = frame[FEATURES].eager(), frame["y"].eager()
    h2o.glm(x=x, y=y)  # parameters are asked for once in a session
    with cluster.client.count() as counter:
        model = h2o.glm(x=x, y=y)
    assert sorted(call[:2] for call in counter.calls if "/Jobs/" not in call[1]) == [
        ("GET", f"/3/Models/{model.model_id}"),
        ("POST", "/3/Compat.train"),
        ("POST", "/99/Rapids"),  # x and y side by side
        ("POST", "/99/Rapids"),  # and gone
    ]
    with cluster.client.count() as counter:
        repr(model), model.mse(), model.coef(), model.aic(), model.model_performance().r2(), model.scoring_history()
    assert len(counter) == 0
    with cluster.client.count() as counter:
        model.predict(frame)
    assert len(counter) == 2  # the predictions and their names
    with cluster.client.count() as counter:
        model.model_performance(frame)
    assert len(counter) == 2  # the columns side by side, and the metrics


def test_a_named_model_stays_until_it_is_removed(frame, left):
    before = left()
    beside = {"weights_column": frame["w"], "fold_column": frame["fold"]}
    model = h2o.gbm(x=frame[FEATURES], y=frame["y"], ntrees=1, model_id="trees_of_mine", **beside)
    predictions, error = model.predict(frame)["predict"].mean(), model.model_performance(frame).mse()
    assert model.model_id == model.key == "trees_of_mine"
    del model
    assert "trees_of_mine" in left()
    again = h2o.get_model("trees_of_mine")
    assert isinstance(again, h2o.H2ORegressionModel)
    assert again.predict(frame[FEATURES])["predict"].mean() == predictions
    assert again.model_performance(frame).mse() == error
    h2o.remove(again)
    assert left() <= before
    with pytest.raises(ValueError, match="no longer in the cluster"):
        again.predict(frame)


def test_a_removed_model_is_gone(frame):
    model = linear(frame)
    h2o.remove(model)
    assert model.model_id not in h2o.models()
    with pytest.raises(ValueError, match="no longer in the cluster"):
        model.predict(frame)
    assert model.coef()["a"] > 0  # what is here stays


def test_a_refused_fit_does_not_touch_the_model_of_that_name(frame):
    kept = linear(frame, model_id="kept")
    with pytest.raises(ValueError, match="alpha"):
        linear(frame, model_id="kept", alpha=7.0)
    assert kept.predict(frame).nrow() == N
    h2o.remove(kept)


# ---------------------------------------------------------------- source


def test_source_of_a_model(frame, tmp_path, capsys):
    model = h2o.gbm(x=frame[FEATURES], y=frame["y"], ntrees=1)
    path = h2o.download_pojo(model, str(tmp_path))
    source = (tmp_path / f"{model.model_id}.java").read_text()
    assert path == str(tmp_path / f"{model.model_id}.java")
    assert f"class {model.model_id}" in source
    assert h2o.download_pojo(model) is None
    assert f"class {model.model_id}" in capsys.readouterr().out
    with pytest.raises(ValueError, match="no folder"):
        h2o.download_pojo(model, str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="no Java source"):
        h2o.download_pojo(h2o.svd(x=frame[:3], nv=1))
    with pytest.raises(ValueError, match="no model"):
        h2o.download_pojo(frame)


def test_failures_of_the_server_are_not_the_users(frame, monkeypatch, cluster):
    from h2o_frame_compat.session.client import RestClient

    post = RestClient.post

    def failing(self, path, *args, **kwargs):
        if path == "/3/Compat.train" or "ModelBuilders" in path:
            raise ServerError("broken", status=500, kind="NullPointerException")
        return post(self, path, *args, **kwargs)

    monkeypatch.setattr(RestClient, "post", failing)
    with pytest.raises(ServerError, match="broken"):
        linear(frame)
