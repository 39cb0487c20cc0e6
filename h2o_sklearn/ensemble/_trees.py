"""What models made of trees have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from h2o_sklearn._base import H2OEstimator


class Trees:
    """Importances of the columns."""

    @property
    def feature_importances_(self: H2OEstimator) -> NDArray[np.float64]:  # type: ignore[misc]
        """Share of each column in the reduction of the loss; they sum to 1, or are all 0 without a split."""
        check_is_fitted(self)
        return self._importances
