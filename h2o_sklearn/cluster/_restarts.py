"""Several fits from different first centres, of which the best is kept: the engine alone makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from h2o_sklearn._training import Training

if TYPE_CHECKING:
    from collections.abc import Mapping

    from h2o_sklearn._algorithms import Algorithm
    from h2o_sklearn._binary import Lease

_AUTO = 10
_MAX_SEED = np.iinfo(np.int32).max


class Restarts(Training):
    """A k-means fit under way: its rows are sent once, however many first centres are tried."""

    def _built(self, model_id: str, form: dict[str, Any]) -> Lease:
        best = super()._built(model_id, form)
        count = restarts(self.task.algorithm, self.task.params)
        if count == 1:
            return best
        least = inertia(best)
        seeds = generator(self.task.params).integers(_MAX_SEED, size=count - 1)
        for seed in seeds:
            key = self.session.new_key(self.task.owner)
            try:
                other = super()._built(key, {**form, "seed": int(seed)})
            except BaseException:
                self._temporaries.append(key)  # a cancelled job leaves a partial model
                raise
            found = inertia(other)
            if found < least:
                best, least = other, found
        return best


def restarts(algorithm: Algorithm, params: Mapping[str, Any]) -> int:
    """Return how many fits are made."""
    one = (
        algorithm.value("n_clusters", params) == 1
        or algorithm.value("init", params) == "user"
        or algorithm.value("estimate_k", params)
    )
    count = algorithm.value("n_init", params)
    if one or (count == "auto" and "cluster_size_constraints" in params):
        return 1
    return _AUTO if count == "auto" else int(count)


def generator(params: Mapping[str, Any]) -> np.random.Generator:
    """Return where chance comes from: the estimator's ``random_state``."""
    seed = params.get("random_state")
    return np.random.default_rng(None if seed is None else abs(seed))


def inertia(lease: Lease) -> float:
    """Return the sum of the squared distances of the rows from their centres."""
    return float(lease.output().details["training_metrics"]["tot_withinss"])
