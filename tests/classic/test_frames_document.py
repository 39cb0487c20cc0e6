"""The examples of the document that are about frames, as it writes them; the list is in document.md."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def test_means_of_all_columns(classic, document, prostate):
    h2o = classic
    df = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    colmeans = [v.mean() for v in df]
    assert colmeans == pytest.approx(prostate.mean().tolist(), rel=1e-12)


def test_values_that_stand_for_missing_ones(classic, document, prostate):
    h2o = classic
    df = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    vol = df["VOL"]
    vol[vol == 0] = None
    assert vol.mean() == pytest.approx(prostate.VOL[prostate.VOL != 0].mean())
    assert h2o.isna(vol).sum() == (prostate.VOL == 0).sum()
    pd.testing.assert_frame_equal(df.dataframe().to_pandas(), prostate)  # only vol has changed


def test_an_expression(classic, document, prostate):
    h2o = classic
    fr = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    a = fr + 3.14159
    assert type(a) is h2o.Expr
    np.testing.assert_allclose(a.dataframe().to_pandas(), prostate + 3.14159)


def test_use_after_removal(classic, document):
    h2o = classic
    fr = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    h2o.remove(fr)
    for use in (repr, len, list, lambda f: f[0], lambda f: f + 1, lambda f: f.show(), lambda f: f.dim()):
        with pytest.raises(ValueError, match="removed"):
            use(fr)


def test_the_response_becomes_a_factor(classic, document):
    h2o = classic
    fr = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    assert fr[1].isfactor() is False
    fr[1] = fr[1].asfactor()
    assert fr[1].isfactor() is True
    assert fr.col_names()[1] == "CAPSULE"
    assert fr[1].levels() == ["0", "1"]


def test_training_validation_test(classic, document):
    h2o = classic
    fr = h2o.import_frame(path="smalldata/logreg/prostate.csv")
    fr[1] = fr[1].asfactor()
    r = fr[0].runif()
    train = fr[ r < 0.6 ]
    valid = fr[ (0.6 <= r) & (r < 0.9) ]  # noqa: SIM300 - as the document writes it
    test  = fr[ 0.9 <= r ]  # noqa: SIM300 - as the document writes it
    ids = [set(part["ID"]) for part in (train, valid, test)]
    assert sum(map(len, ids)) == len(set.union(*ids)) == 380
    assert [len(part[2:]) for part in (train, valid, test)] == [7, 7, 7]


def test_a_chain_of_comparisons(classic, document):
    h2o = classic
    fr = h2o.import_file(path="smalldata/iris/iris_wheader.csv")
    r = fr[0].runif(seed=42)
    valid = fr[ 0.6 <= r & r < 0.9 ]
    drawn = pd.Series(list(r))
    assert valid.nrow() == drawn.between(0.6, 0.9, inclusive="left").sum() > 0


def test_a_column_is_renamed_and_left_out(classic, document, prostate):
    h2o = classic
    trainFrame = h2o.import_frame(path=["smalldata/logreg/prostate.csv"])
    trainFrame[8]._name = "label"
    assert trainFrame.names() == [*prostate.columns[:8], "label"]
    assert trainFrame.drop("label").names() == list(prostate.columns[:8])
    assert trainFrame["label"].sum() == prostate.GLEASON.sum()


def test_several_files_make_one_frame(classic, document, prostate):
    paths = ["smalldata/logreg/prostate.csv"] * 1 + [str(document / "more.csv")]
    prostate.to_csv(document / "more.csv", index=False)
    assert classic.import_frame(path=paths).dim() == [760, 9]


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        ((1, 2, 3), {"C1": [1, 2, 3]}),
        (
            ((1, 2, 3), (4, 5, 6), ("cat", "dog")),
            {"C1": ["1", "4", "cat"], "C2": ["2", "5", "dog"], "C3": [3, 6, None]},
        ),
        (
            ((1, 2, 3), [4, 5, 6], ["blue", "yellow"], (321.239, "green", "hi")),
            {"C1": ["1", "4", "blue", "321.239"], "C2": ["2", "5", "yellow", "green"], "C3": ["3", "6", None, "hi"]},
        ),
        ((float("nan"), "dog", None), {"C1": [None, "dog", None]}),
        ((3284.123891, "dog", 89), {"C1": ["3284.123891", "dog", "89"]}),
        ({"a": [1, 2, 3], "b": ("x", "y", "z")}, {"a": [1, 2, 3], "b": ["x", "y", "z"]}),
        ({"a": 1, "b": "x"}, {"a": [1], "b": ["x"]}),
        (np.array([[1.5, 2], [3, 4]]), {"C1": [1.5, 3], "C2": [2.0, 4]}),
        (pd.DataFrame({"a": [1, 2]}, index=[5, 6]), {"a": [1, 2]}),
    ],
)
def test_python_data(classic, data, columns):
    found = classic.H2OFrame(data).dataframe().to_pandas()
    pd.testing.assert_frame_equal(found, pd.DataFrame(columns), check_dtype=False)


@pytest.mark.parametrize(
    "data", [{1, 2}, b"ab", 7, [1, [2]], [[[1]]], {"a": [[1]]}, {"1a": [1]}, {"a b": [1]}, [{}], [], {}, [1 + 2j], None]
)
def test_other_python_data_is_refused(classic, data):
    with pytest.raises(ValueError, match=r"\w"):
        classic.H2OFrame(data)


def test_reading_in_steps(classic, document):
    h2o = classic
    raw = h2o.import_file("smalldata/logreg/prostate.csv")
    for source in (raw, "smalldata/logreg/prostate.csv"):
        setup = h2o.parse_setup(source)
        setup["column_names"][0] = "id"
        setup["column_types"][1] = "Enum"
        fr = h2o.parse_raw(setup)
        assert fr.names()[:2] == ["id", "CAPSULE"]
        assert fr[1].isfactor()
    assert h2o.parse_setup(raw)["number_columns"] == 9  # what is not parsed leaves the cluster again
