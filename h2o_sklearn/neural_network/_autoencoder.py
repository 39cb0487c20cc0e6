"""Autoencoders."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import OutlierMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_models
from h2o_sklearn._cluster_data import ClusterTable
from h2o_sklearn._signatures.autoencoder import AutoencoderParameters
from h2o_sklearn.ensemble._isolation_forest import signs
from h2o_sklearn.neural_network._deep_learning import Network

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

    from h2o_sklearn._inputs import LocalTable, Matrix
    from h2o_sklearn._scoring import Mojo


class H2OAutoencoder(OutlierMixin, TransformerMixin, Network, AutoencoderParameters):
    """Autoencoder on an H2O cluster: a neural network that learns to reconstruct its rows.

    ``transform`` reconstructs rows; those that it cannot reconstruct well are unlike the others, which makes it a
    detector of outliers. With ``random_state`` the fit is reproducible, for which H2O uses one thread.

    Attributes
    ----------
    offset_ : float
        Score below which a row is an outlier.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns of X, where they are all text.
    feature_importances_ : ndarray of shape (n_features_in_,)
        Share of each column in the weights; they sum to 1.
    metrics_ : dict
        H2O's metrics.

    Examples
    --------
    >>> from h2o_sklearn import H2OAutoencoder
    >>> H2OAutoencoder(hidden_layer_sizes=(5,), activation="tanh", random_state=0)
    H2OAutoencoder(activation='tanh', hidden_layer_sizes=(5,), random_state=0)
    """

    _task = "autoencoder"
    offset_: float

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Fit the model.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Anything with rows and columns: numpy, pandas, polars, pyarrow, scipy sparse, a frame in the cluster.
        y : None
            Not used; pipelines pass it.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the data cannot be used; the message says which and why.
        """
        params = self._checked()
        rows = self._read(X, reset=True)
        self._fit(params, rows)
        scores = self._scores(rows)
        if isinstance(scores, np.ndarray):
            self.offset_ = float(np.nanpercentile(scores, 100.0 * self.contamination))
        else:
            self.offset_ = float(scores.quantile(self.contamination))
        return self

    def transform(self, X: Any) -> Any:
        """Reconstruct rows.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
            Categories first, a number for each of their levels; then the other columns on the scale of X. A frame
            in the cluster where X lies there.
        """
        rows = self._rows(X)
        if isinstance(rows, ClusterTable):
            return _cluster_models.components(self._model, rows, list(self.get_feature_names_out()))
        return self._model.predictions(rows)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:  # noqa: ARG002 - scikit-learn's
        """Return the names of the columns of the result, which are H2O's.

        Parameters
        ----------
        input_features : None
            Not used.

        Returns
        -------
        ndarray of str
            ``reconstr_`` and the column; for a category also the level.
        """
        check_is_fitted(self)
        mojo = self._mojo
        names = []
        for place, (start, end) in enumerate(self._blocks):
            skipped = len(mojo.domains[place]) + 1 - (end - start)
            levels = [*mojo.domains[place][skipped:], "missing(NA)"]
            names += [f"reconstr_{mojo.columns[place]}.{level}" for level in levels]
        names += [f"reconstr_{name}" for name in mojo.columns[len(self._blocks) :]]
        return np.array(names, dtype=object)

    def score_samples(self, X: Any) -> Any:
        """Return how well each row is reconstructed: the mean squared error, with the opposite sign.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            The lower the more of an outlier; a series in the cluster where X lies there.
        """
        return self._scores(self._rows(X))

    def decision_function(self, X: Any) -> Any:
        """Return ``score_samples`` less ``offset_``: negative for outliers.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            Numbers; a series in the cluster where X lies there.
        """
        scores = self.score_samples(X)
        if not hasattr(self, "offset_"):
            raise ValueError(
                "a model file does not say where outliers begin: set offset_, for instance to a percentile of"
                " score_samples"
            )
        return scores - self.offset_

    def predict(self, X: Any) -> Any:
        """Say which rows are outliers.

        Parameters
        ----------
        X : table of shape (n_samples, n_features)
            Rows with the columns that ``fit`` saw.

        Returns
        -------
        ndarray of shape (n_samples,)
            -1 for an outlier, 1 for other rows; a series in the cluster where X lies there.
        """
        return signs(self.decision_function(X))

    def _scores(self, rows: LocalTable | ClusterTable) -> Any:
        if isinstance(rows, ClusterTable):
            return -_cluster_models.reconstruction_errors(self._model, rows)
        factor, shift = self._scale
        made, first = self._model.predictions(rows), self._blocks[-1][1] if self._blocks else 0
        place = {feature.name: number for number, feature in enumerate(self._model.features)}
        coded = rows.coded(self._model.features)[:, [place[name] for name in self._mojo.columns]]
        seen = np.zeros_like(made)
        for number, (start, end) in enumerate(self._blocks):
            skipped = len(self._mojo.domains[number]) + 1 - (end - start)
            codes = np.where(np.isnan(coded[:, number]), end - start - 1, coded[:, number] - skipped).astype(np.intp)
            known = np.flatnonzero(codes >= 0)
            seen[known, start + codes[known]] = 1.0
        numbers = coded[:, len(self._blocks) :]
        seen[:, first:] = (np.where(np.isnan(numbers), shift, numbers) - shift) * factor
        made[:, first:] = (made[:, first:] - shift) * factor
        return -np.asarray(((seen - made) ** 2).mean(axis=1))

    @property
    def _mojo(self) -> Mojo:
        assert self._model.mojo is not None
        return self._model.mojo

    @property
    def _blocks(self) -> list[tuple[int, int]]:
        """Neurons of each category, from and to."""
        offsets = json.loads(self._mojo.info["cat_offsets"]) or [0]
        return list(itertools.pairwise(offsets))

    @property
    def _scale(self) -> tuple[Matrix, Matrix]:
        """Factors and shifts that standardise the numeric columns."""
        size = int(self._mojo.info["nums"])
        factor, shift = (json.loads(self._mojo.info[name]) for name in ("norm_mul", "norm_sub"))
        return np.array(factor or [1.0] * size), np.array(shift or [0.0] * size)
