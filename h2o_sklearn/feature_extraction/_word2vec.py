"""Vectors of words."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from h2o_sklearn import _cluster_data
from h2o_sklearn._base import H2OEstimator
from h2o_sklearn._inputs import LocalTable
from h2o_sklearn._signatures.word2vec import Word2VecParameters

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from numpy.typing import NDArray
    from sklearn.utils import Tags



class H2OWord2Vec(ClassNamePrefixFeaturesOutMixin, TransformerMixin, H2OEstimator, Word2VecParameters):
    """Vectors of words on an H2O cluster: words that are used alike get vectors alike.

    X is a series of texts, as for scikit-learn's text vectorizers; each is a string, whose words stand between
    white space, or a list of words. ``transform`` gives each text the mean of the vectors of its words.

    Attributes
    ----------
    vocabulary_ : dict
        Row of each word in ``vectors_``.
    vectors_ : ndarray of shape (n_words, vec_size)
        The vectors.

    Examples
    --------
    >>> from h2o_sklearn import H2OWord2Vec
    >>> H2OWord2Vec(vec_size=20, epochs=10)
    H2OWord2Vec(epochs=10, vec_size=20)
    """

    _task = "transformer"

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn the vectors.

        Parameters
        ----------
        X : iterable of str or of lists of str
            The texts; a series in the cluster is fetched.
        y : None
            Not used; pipelines pass it.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        ValueError
            When a parameter or the texts cannot be used; the message says which and why.
        """
        params = self._checked()
        words: list[str | None] = []
        for text in _texts(X):
            words += [*text, None]  # H2O's mark of the end of a text
        if not any(words):
            raise ValueError(f"{type(self).__name__}: X has no words")
        frequent = [word for word, count in Counter(filter(None, words)).items() if count >= self.min_word_freq]
        if len(frequent) < 2 and self.pre_trained is None:
            raise ValueError(
                f"{type(self).__name__}: X must have at least two words that occur {self.min_word_freq} times"
                " (min_word_freq)"
            )
        self.__dict__.pop("_table", None)
        self._fit(params, LocalTable(["words"], columns=[pa.array(words, pa.string())]))
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return the mean of the vectors of the words of each text.

        Parameters
        ----------
        X : iterable of str or of lists of str
            The texts.

        Returns
        -------
        ndarray of shape (n_texts, vec_size)
            Means over the words that ``fit`` has kept; missing for a text without any.
        """
        check_is_fitted(self)
        vocabulary, vectors = self.vocabulary_, self.vectors_
        made = []
        for text in _texts(X):
            known = [vocabulary[word] for word in text if word in vocabulary]
            made.append(vectors[known].mean(axis=0) if known else np.full(vectors.shape[1], np.nan))
        return np.array(made).reshape(-1, vectors.shape[1])

    def transform_words(self, words: Iterable[str]) -> NDArray[np.float64]:
        """Return the vector of each word.

        Parameters
        ----------
        words : iterable of str
            The words.

        Returns
        -------
        ndarray of shape (n_words, vec_size)
            The vectors; missing for a word that ``fit`` has not kept.
        """
        return self.transform([[word] for word in words])

    def find_synonyms(self, word: str, count: int = 10) -> dict[str, float]:
        """Return the words whose vectors are nearest in direction to that of a word.

        Parameters
        ----------
        word : str
            The word.
        count : int, default 10
            How many.

        Returns
        -------
        dict
            Cosine by word, the nearest first; empty for a word that ``fit`` has not kept.
        """
        check_is_fitted(self)
        vocabulary, vectors = self.vocabulary_, self.vectors_
        if word not in vocabulary:
            return {}
        own = vectors[vocabulary[word]]
        cosine = vectors @ own / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(own))
        names = list(vocabulary)
        nearest = [place for place in np.argsort(-cosine, kind="stable") if names[place] != word]
        return {names[place]: float(cosine[place]) for place in nearest[:count]}

    @property
    def vocabulary_(self) -> dict[str, int]:
        """Row of each word in ``vectors_``."""
        return self._table[0]

    @property
    def vectors_(self) -> NDArray[np.float64]:
        """The vectors."""
        return self._table[1]

    @property
    def _n_features_out(self) -> int:
        return int(self.vectors_.shape[1])

    @cached_property
    def _table(self) -> tuple[dict[str, int], NDArray[np.float64]]:
        check_is_fitted(self)
        mojo = self._model.mojo
        assert mojo is not None
        names = mojo.text("vocabulary").removesuffix("\n").split("\n")
        vectors = np.frombuffer(mojo.file("vectors"), dtype=">f4").reshape(len(names), -1)
        return {name: row for row, name in enumerate(names)}, vectors.astype(np.float64)


def _texts(X: Any) -> list[list[str]]:
    """Read texts as lists of words."""
    if _cluster_data.in_cluster(X):
        X = _cluster_data.fetched(X)
    if isinstance(X, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")  # noqa: TRY004 - as scikit-learn
    if getattr(X, "ndim", 1) == 2 and X.shape[1] == 1:
        X = np.asarray(X)[:, 0]
    made = []
    for text in X:
        if isinstance(text, str):
            made.append(text.split())
        elif isinstance(text, (list, tuple, np.ndarray)):
            made.append([str(word) for word in text])
        elif text is None or text != text:  # noqa: PLR0124 - a missing text is NaN, which differs from itself
            made.append([])
        else:
            raise ValueError(f"X must be texts, or lists of words, not {type(text).__name__}")
    return made
