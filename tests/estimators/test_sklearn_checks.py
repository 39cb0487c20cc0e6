"""scikit-learn's own checks, every one of them, for every public estimator."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import h2o_sklearn

pytestmark = pytest.mark.usefixtures("cluster")

ESTIMATORS = [getattr(h2o_sklearn, name)() for name in h2o_sklearn.__all__]

#: Checks that cannot hold, with the reason. Strict: one that passes must leave the table.
EXPECTED_FAILURES: dict[str, dict[str, str]] = {}


def expected_failures(estimator):
    return EXPECTED_FAILURES.get(type(estimator).__name__, {})


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=expected_failures, xfail_strict=True)
def test_sklearn_check(estimator, check):
    check(estimator)
