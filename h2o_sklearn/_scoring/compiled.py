"""Trees as machine code: treelite takes them, tl2cgen writes C, the compiler of this machine does the rest.

The sums over the trees are those of the MOJO to the last bit: the same comparisons of the same numbers, and the same
additions in the same order. What follows is too, except ``exp``, which Java and NumPy round differently now and then.
Every model is compared with its MOJO before it is used, on rows at the edges of its tests.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from h2o_sklearn._scoring.trees import tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from h2o_sklearn._scoring.mojo import Mojo
    from h2o_sklearn._scoring.trees import Node

Matrix: TypeAlias = "NDArray[np.float64]"

#: How far a result with ``exp`` in it may be from the MOJO's; of numbers above 1 in relation to them.
TOLERANCE = 1e-15
#: A compiler takes seconds for so many nodes, and minutes for many more.
MOST_NODES = 20_000
_PROBES = 2_000
_MISSING = 0.1
_ALL_BITS = 0xFFFFFFFF
_LARGEST = 1e19
_EXPONENTIALS = {"poisson", "gamma", "tweedie"}
_IDENTITIES = {"gaussian", "huber", "laplace", "quantile"}


class NotCompiledError(Exception):
    """The reason why a model is scored by its MOJO."""


class Compiled:
    """The predictions of a model of trees, without Java.

    Parameters
    ----------
    mojo : Mojo
        The model.
    columns : int
        Number of columns of the rows.
    offset : bool
        The last of them is an offset.

    Raises
    ------
    NotCompiledError
        When this model, or this machine, has to do with the MOJO.
    """

    def __init__(self, mojo: Mojo, columns: int, *, offset: bool) -> None:
        self._offset = offset
        self._columns = columns - offset
        self._link, self.exact = _link(mojo.info)
        classes = range(int(mojo.info["n_trees_per_class"]))
        rounds = range(int(mojo.info["n_trees"]))
        trees = [(group, found) for group in classes for number in rounds if (found := tree(mojo, group, number))]
        self._nodes = [node for _, nodes in trees for node in nodes]
        if len(self._nodes) > MOST_NODES:
            raise NotCompiledError(f"its trees have {len(self._nodes):,} nodes, more than {MOST_NODES:,}")
        self._levels = {column: len(levels) for column, levels in mojo.domains.items()}
        self._lock = threading.Lock()  # one prediction at a time, says tl2cgen
        self._sums = self._compiled(len(classes), trees)

    def predictions(self, rows: Matrix) -> Matrix:
        """Score rows.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_columns)
            Values in the columns of the model; a category is the number of its level, missing is NaN.

        Returns
        -------
        ndarray of shape (n_rows, width)
            A number, or the probability of each class after a column that is empty: H2O's own choice of a class.
        """
        given = rows[:, :-1] if self._offset else rows
        return self._link(self._sums(_seen(given)), rows[:, -1:] if self._offset else 0.0)

    def check(self, score: Callable[[Matrix], Matrix]) -> None:
        """Compare with the MOJO.

        Parameters
        ----------
        score : callable
            What the MOJO says of rows.

        Raises
        ------
        NotCompiledError
            When the two differ.
        """
        rows = self._probe()
        found, expected = self.predictions(rows), score(rows)
        width = found.shape[1]
        compared = slice(int(width > 1), width)  # the MOJO may give more
        found, expected = found[:, compared], expected[:, compared]
        off = np.abs(found - expected) / np.maximum(1.0, np.abs(expected))
        if not (off <= (0.0 if self.exact else TOLERANCE)).all():
            raise NotCompiledError(f"its results differ from the MOJO's by up to {np.nanmax(off):.2g}")

    def _probe(self) -> Matrix:
        """Return rows of values at which tests turn, on both sides of them, of all levels, and of missing ones."""
        chance = np.random.default_rng(0)
        columns = []
        for column in range(self._columns):
            if column in self._levels:
                values = np.arange(self._levels[column], dtype=np.float64)
            else:
                edges = np.unique([node.value for node in self._nodes if node.column == column and node.bits is None])
                edges = edges[np.isfinite(edges)]
                values = np.concatenate([edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), [0.0]])
            some = chance.choice(np.append(values, np.nan), _PROBES)
            columns.append(np.where(chance.random(_PROBES) < _MISSING, np.nan, some))
        if self._offset:
            columns.append(chance.normal(size=_PROBES))
        return np.column_stack(columns)

    def _compiled(self, classes: int, trees: list[tuple[int, list[Node]]]) -> Callable[[Matrix], Matrix]:
        try:
            import tl2cgen  # noqa: PLC0415 - an extra
            from treelite.model_builder import (  # noqa: PLC0415 - the same extra
                Metadata,
                ModelBuilder,
                PostProcessorFunc,
                TreeAnnotation,
            )
        except ImportError:
            raise NotCompiledError("that takes treelite and tl2cgen: pip install 'h2o-compat[compiled]'") from None
        builder: Any = ModelBuilder(
            threshold_type="float64",
            leaf_output_type="float64",
            metadata=Metadata(self._columns, "kMultiClf" if classes > 1 else "kRegressor", False, 1, [classes], (1, 1)),
            tree_annotation=TreeAnnotation(len(trees), [0] * len(trees), [group for group, _ in trees]),
            postprocessor=PostProcessorFunc("identity_multiclass" if classes > 1 else "identity"),
            base_scores=[0.0] * classes,
        )
        for _, nodes in trees:
            builder.start_tree()
            for node in nodes:
                self._add(builder, node)
            builder.end_tree()
        try:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                library = Path(folder) / ("model.dll" if sys.platform == "win32" else "model.so")
                with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
                    tl2cgen.export_lib(builder.commit(), _compiler(), library, {"parallel_comp": 2})
                    predictor = tl2cgen.Predictor(library, nthread=1)  # a pool of threads would not survive a fork
        except Exception as error:  # noqa: BLE001 - whatever a compiler has to say, the MOJO is there
            raise NotCompiledError(f"it was not compiled: {error}") from None

        def run(rows: Matrix) -> Matrix:
            with self._lock:
                sums = predictor.predict(tl2cgen.DMatrix(rows, dtype="float64"), pred_margin=True)
            return np.asarray(sums, dtype=np.float64).reshape(len(rows), classes)

        return run

    def _add(self, builder: Any, node: Node) -> None:
        builder.start_node(node.place)
        below = {"left_child_key": node.left, "right_child_key": node.right, "default_left": node.missing_left}
        if node.column < 0:
            builder.leaf(node.value)
        elif node.bits is None:
            every = node.value == np.inf  # of the numbers there are: C has no word for more
            threshold = sys.float_info.max if every else node.value
            builder.numerical_test(node.column, threshold=threshold, opname="<=" if every else "<", **below)
        else:
            right = [level for level in range(self._levels[node.column]) if node.goes_right(level)]
            builder.categorical_test(node.column, category_list=right, category_list_right_child=True, **below)
        builder.end_node()


def _seen(rows: Matrix) -> Matrix:
    """Change what tl2cgen takes for missing, which is any number whose lower half has all bits set, by its last bit.

    Tests are of 32-bit numbers, of which none lies between the two.
    """
    rows = np.array(rows, dtype="<f8", order="C")
    lower = rows.view("<u4")[:, ::2]
    lower[lower == _ALL_BITS] -= 1
    return rows


def _compiler() -> str:
    if sys.platform == "win32":
        return "msvc"
    for name in ("gcc", "clang"):
        if shutil.which(name):
            return name
    raise NotCompiledError("there is no C compiler: neither gcc nor clang was found")


# ---------------------------------------------------------------- from sums over trees to predictions


def _link(info: dict[str, str]) -> tuple[Callable[[Matrix, Any], Matrix], bool]:
    """Return what H2O makes of the sums, and whether it is the same to the last bit."""
    if info["algo"] not in {"gbm", "drf"}:
        raise NotCompiledError("only gradient boosting and random forests are compiled")
    if info["endianness"] != "LITTLE_ENDIAN" or float(info["mojo_version"]) < 1.4:
        raise NotCompiledError("its file has an old format")
    if info["balance_classes"] != "false":
        raise NotCompiledError("its classes were balanced, which changes the probabilities afterwards")
    one = info["n_trees_per_class"] == "1"
    if info["algo"] == "drf":
        if info["n_classes"] == "1":
            return partial(_mean, int(info["n_trees"])), True
        return (partial(_share, int(info["n_trees"])) if one else _shares), True
    family, start = info["distribution"], float(info["init_f"])
    if family in _IDENTITIES:
        return partial(_sum, start), True
    if family in _EXPONENTIALS:
        return partial(_exponential, start), False
    if family == "bernoulli":
        return partial(_logistic, start), False
    if family == "multinomial" and not one:
        return _softmax, False
    raise NotCompiledError(f"distribution={family!r} is not compiled")


def _sum(start: float, sums: Matrix, offset: Any) -> Matrix:
    return np.asarray(sums + start + offset)


def _exponential(start: float, sums: Matrix, offset: Any) -> Matrix:
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(_LARGEST, np.exp(sums + start + offset)))


def _logistic(start: float, sums: Matrix, offset: Any) -> Matrix:
    with np.errstate(over="ignore"):
        second = 1.0 / (1.0 + np.minimum(_LARGEST, np.exp(-(sums + start + offset))))
    return _beside(1.0 - second, second)


def _softmax(sums: Matrix, _offset: Any) -> Matrix:
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    return _beside(raised / _total(raised))


def _mean(trees: int, sums: Matrix, _offset: Any) -> Matrix:
    return np.asarray(sums / trees)


def _share(trees: int, sums: Matrix, _offset: Any) -> Matrix:
    first = sums / trees
    return _beside(first, 1.0 - first)


def _shares(sums: Matrix, _offset: Any) -> Matrix:
    total = _total(sums)
    return _beside(np.divide(sums, total, out=sums.copy(), where=total > 0))


def _total(columns: Matrix) -> Matrix:
    """Add up from the left, as a loop does: sum() takes another order where there are many."""
    return np.add.accumulate(columns, axis=1)[:, -1:]


def _beside(*columns: Matrix) -> Matrix:
    return np.hstack([np.full((len(columns[0]), 1), np.nan), *columns])
