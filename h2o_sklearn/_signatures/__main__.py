"""Write the constructors anew: ``python -m h2o_sklearn._signatures``."""

from __future__ import annotations

from h2o_sklearn._algorithms import ALGORITHMS
from h2o_sklearn._signatures._writer import FOLDER, source

for algorithm in ALGORITHMS.values():
    (FOLDER / f"{algorithm.key}.py").write_text(source(algorithm), encoding="utf-8")
