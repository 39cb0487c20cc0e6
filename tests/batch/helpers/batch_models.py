"""Models that misbehave, in a module that worker processes can import."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from h2o_frame_compat.io.connectors import parts


def in_worker():
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec is not None and spec.name == "h2o_sklearn.batch.worker"


class Doubles(RegressorMixin, BaseEstimator):
    """Predicts twice the first column, and refuses rows where it is negative."""

    def fit(self, X, y=None):
        self.feature_names_in_ = np.array(list(X.columns), dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X):
        values = X.iloc[:, 0].to_numpy(dtype=float)
        if (values < 0).any():
            raise ValueError(f"negative: {values[values < 0][0]:g}")
        return values * 2


class Intervals(Doubles):
    def predict_interval(self, X):
        values = self.predict(X)
        return np.column_stack([values - 1, values + 1])


class Killer(Doubles):
    """Kills, once, the worker or its driver at a moment: before a part is written, before or after it is committed."""

    def __init__(self, moment="score", victim="worker", flag="", after=0):
        self.moment, self.victim, self.flag, self.after = moment, victim, flag, after

    def __setstate__(self, state):
        super().__setstate__(state)
        if in_worker() and self.moment in {"before commit", "after commit"}:
            commit = parts._FilePart.commit

            def killing(part, extra=None):
                if self.moment == "before commit":
                    self.kill()
                done = commit(part, extra)
                self.kill()
                return done

            parts._FilePart.commit = killing

    def predict(self, X):
        if in_worker() and self.moment == "score" and X.iloc[0, 0] >= self.after:
            self.kill()
        return super().predict(X)

    def kill(self):
        try:
            Path(self.flag).touch(exist_ok=False)
        except FileExistsError:
            return
        if self.victim == "driver":
            os.kill(os.getppid(), signal.SIGKILL)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


class Breaks(Doubles):
    """Loses its connection as often as the flag has lines left."""

    def __init__(self, flag=""):
        self.flag = flag

    def predict(self, X):
        left = Path(self.flag).read_text(encoding="ascii").split()
        if left:
            Path(self.flag).write_text(" ".join(left[1:]), encoding="ascii")
            raise ConnectionResetError("connection reset by peer")
        return super().predict(X)
