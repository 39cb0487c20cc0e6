"""Every example of the document of the first generation runs as it is written (`document.md` has them)."""

from __future__ import annotations

import ast
import gc
import importlib.util
import math
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from h2o_sklearn import classic as h2o

DATA = Path(importlib.util.find_spec("h2o").origin).parent / "h2o_data"
TEXT = Path(__file__).with_name("document.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^## (\d+)\..*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLES = {int(number): code for number, code in BLOCK.findall(TEXT)}
PROSTATE = pd.read_csv(DATA / "prostate.csv")
IRIS = pd.read_csv(DATA / "iris.csv")


def keys(cluster):
    """The frames and models that there are."""
    gc.collect()
    cluster.executor.flush()
    frames = cluster.client.get("/3/Frames")["frames"]
    return {*(frame["frame_id"]["name"] for frame in frames), *h2o.models()}


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(cluster):
    """A full run leaves no keys in the cluster."""
    before = keys(cluster)
    yield
    assert keys(cluster) <= before


pytestmark = pytest.mark.usefixtures("cluster", "document")


def run(number, names=None):
    """Run an example as at a prompt: an expression on a line of its own is shown."""
    names = {"h2o": h2o} if names is None else names
    for statement in ast.parse(EXAMPLES[number]).body:
        if isinstance(statement, ast.Expr):
            names["_"] = eval(compile(ast.Expression(statement.value), "example", "eval"), names)
            repr(names["_"])
        else:
            exec(compile(ast.Module([statement], []), "example", "exec"), names)
    return names


def test_the_document_has_its_examples():
    assert list(EXAMPLES) == list(range(1, 13))


def test_means_of_all_columns():
    assert run(1)["colmeans"] == pytest.approx(list(PROSTATE.mean()))


def test_values_that_stand_for_missing_ones():
    names = run(2)
    assert names["vol"].mean() == pytest.approx(PROSTATE.VOL[PROSTATE.VOL != 0].mean())
    assert names["df"]["VOL"].mean() == pytest.approx(PROSTATE.VOL.mean())


def test_an_expression_is_evaluated_when_output_is_asked_for(cluster):
    with cluster.client.count() as counter:
        names = run(3)
        loaded = len(counter)
        b = names["a"] * 2
        assert len(counter) == loaded
        assert type(names["a"]) is type(b) is h2o.Expr
        assert names["a"].is_pending()
        repr(b)
        asked = len(counter)
        assert asked > loaded
        assert not b.is_pending()
        assert not names["a"].is_pending()
        del b
        names["a"].eager()
        assert len(counter) == asked
    assert names["a"][2].mean() == pytest.approx(PROSTATE.AGE.mean() + 3.14159)


def test_use_after_removal():
    with pytest.raises(ValueError, match="removed"):
        run(4)


def test_a_model_from_a_function(capsys):
    names = run(5)
    assert type(names["m"]) is h2o.H2ORegressionModel
    assert "Coefficients" in capsys.readouterr().out


def test_the_type_of_the_response_decides():
    names = {"h2o": h2o}
    classes = []
    code = EXAMPLES[6]
    for line in code.splitlines():
        exec(line, names)
        if line.startswith("m ="):
            classes.append(type(names["m"]))
    assert classes == [h2o.H2ORegressionModel, h2o.H2OBinomialModel]


def test_training_validation_and_test(capsys):
    names = run(8, run(7))
    m, parts = names["m"], [names[part].nrow() for part in ("train", "valid", "test")]
    assert sum(parts) == len(PROSTATE)
    assert min(parts) > 0
    assert type(m) is h2o.H2OBinomialModel
    metrics = names["_"]
    assert isinstance(metrics, h2o.ConfusionMatrix)
    assert np.sum(metrics.to_list()) == parts[0]
    assert [m.model_performance().nobs(), m.model_performance(valid=True).nobs()] == parts[:2]
    assert m.model_performance(test_data=names["test"]).nobs() == parts[2]
    shown = capsys.readouterr().out
    assert "training data" in shown
    assert "validation data" in shown


def test_metrics_objects_answer_what_models_answer():
    names = run(9)
    r = names["r"].dataframe().to_pandas().to_numpy()
    test = IRIS[r >= 0.9]
    assert names["valid"].nrow() == ((r >= 0.6) & (r < 0.9)).sum()
    assert names["train"].nrow() == (r < 0.6).sum()
    metrics, model = names["my_metrics"], names["my_model"]
    assert type(metrics) is h2o.H2ORegressionModelMetrics
    assert metrics.nobs() == len(test)
    assert metrics.null_degrees_of_freedom() == len(test) - 1
    predicted = model.predict(names["test"])["predict"].dataframe().to_pandas().to_numpy()
    assert metrics.residual_deviance() == pytest.approx(((test["Sepal.Length"] - predicted) ** 2).sum())
    assert math.isfinite(metrics.aic())
    assert names["_"] == metrics.aic()


@pytest.mark.slow
def test_on_a_running_cloud(cluster, tmp_path):
    """The example of Hadoop, with files of this machine and this cluster in place of those it names."""
    rng = np.random.default_rng(0)
    for name, rows in {"data_train.csv": 600, "data_test.csv": 200}.items():
        columns = rng.integers(0, 9, size=(rows, 500))
        pd.DataFrame(columns, columns=[f"c{n}" for n in range(500)]).to_csv(tmp_path / name, index=False)
    address = cluster.client.endpoint.url.removeprefix("http://")
    code = EXAMPLES[10].replace("hdfs://192.168.1.10/user/data", str(tmp_path))
    code = code.replace("192.168.1.10", address.split(":")[0]).replace("54321", address.split(":")[1])
    before = keys(cluster)
    program = textwrap.dedent(
        """
        from h2o_sklearn import classic as h2o
        {code}
        assert type(model) is h2o.H2ORegressionModel
        assert predictFrame.dim() == [200, 1]
        assert "label" not in [row[0] for row in model.varimp(True)]
        h2o.remove([trainFrame, testFrame, model])
        """
    ).format(code=code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr
    assert "H2O cluster total nodes" in done.stdout
    assert keys(cluster) <= before


def test_frames_of_python_data():
    run(11)
    made = h2o.H2OFrame({"a": [1, 2, 3], "b": ("x", "y", "z"), "c": 7})
    assert made.names() == ["a", "b", "c"]


def test_reading_in_steps():
    code = EXAMPLES[12].splitlines()
    names = {"h2o": h2o}
    exec("\n".join(line for line in code if "..." not in line), names)
    assert names["fr"].names() == ["id", *PROSTATE.columns[1:]]
