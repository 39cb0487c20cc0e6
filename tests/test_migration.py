"""The migration page: its table names every class and every renamed parameter, on both sides."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import h2o.automl
import h2o.estimators
import pytest

import h2o_sklearn

PAGE = Path(__file__).parents[1] / "docs" / "migration.md"
ROWS = [
    [re.findall(r"`(\w+)`", cell) for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").partition("## Names")[2].splitlines()
    if line.startswith("| `H2O")
]


def theirs(name):
    """Words of H2O's constructor; that of its autoencoder does not show them."""
    name = {"H2OAutoEncoderEstimator": "H2ODeepLearningEstimator"}.get(name, name)
    cls = getattr(h2o.estimators, name, None) or getattr(h2o.automl, name)
    return set(inspect.signature(cls.__init__).parameters)


def test_every_class_is_there():
    abstract = {"H2OEstimator", "H2OSdtEstimator", "H2OSingleDecisionTreeEstimator"}
    public = {name for name, cls in vars(h2o.estimators).items() if inspect.isclass(cls) and name.startswith("H2O")}
    assert {raw for (raw,), *_ in ROWS} == (public | {"H2OAutoML"}) - abstract
    assert sorted(name for _, ours, _ in ROWS for name in ours) == sorted(h2o_sklearn.__all__)


@pytest.mark.parametrize(("raw", "ours", "words"), ROWS, ids=[row[0][0] for row in ROWS])
def test_every_renamed_parameter_is_there(raw, ours, words):
    renamed = dict(zip(words[::2], words[1::2], strict=True))
    for name in ours:
        cls = getattr(h2o_sklearn, name)
        here = set(inspect.signature(cls).parameters)
        assert set(renamed) <= theirs(raw[0]) - here
        assert set(renamed.values()) <= here
        if name != "H2OGenericModel":  # it trains nothing, and stands in no table
            every = {p.h2o_word: p.name for p in cls._algorithm.parameters if p.h2o_word not in here}
            expected = {word: every[word] for word in theirs(raw[0]) & set(every)}
            assert expected.pop("seed", "random_state") == "random_state"
            assert renamed == expected
