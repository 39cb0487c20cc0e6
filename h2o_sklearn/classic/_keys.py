"""Models in the cluster by their names: finding, listing and removing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from h2o_frame_compat.session import current_session
from h2o_sklearn._loading import from_cluster
from h2o_sklearn.classic._models import ModelBase, model_of
from h2o_sklearn.classic._rows import fitted_of

if TYPE_CHECKING:
    from h2o_sklearn._persistence import FittedModel


def models() -> list[str]:
    """List the models in the cluster.

    Returns
    -------
    list of str
        Their names.
    """
    found = current_session().client.get("/3/Models", _exclude_fields="models/output,models/parameters")["models"]
    return [str(model["model_id"]["name"]) for model in found]


def get_model(model_id: str) -> ModelBase:
    """Return a model that is in the cluster; it stays there whatever becomes of the object.

    Parameters
    ----------
    model_id : str
        Its name.

    Returns
    -------
    ModelBase
        The model.

    Raises
    ------
    ValueError
        When there is no such model.
    """
    described = current_session().client.get(f"/3/Models/{quote(model_id, safe='')}")["models"][0]
    return model_of(from_cluster(model_id), described)


def remove_model(model: Any) -> None:
    """Remove a model from the cluster; using the object afterwards is a ValueError.

    Parameters
    ----------
    model : ModelBase
        The model.
    """
    fitted: FittedModel = fitted_of(model)
    fitted.removed()
    session = current_session()
    session.client.delete(f"/3/Models/{quote(model.model_id, safe='')}")


def download_pojo(model: ModelBase, path: str = "") -> str | None:
    """Write a model as Java source, or print it.

    Parameters
    ----------
    model : ModelBase
        The model.
    path : str
        An existing folder; without it, the source is printed.

    Returns
    -------
    str or None
        The file.

    Raises
    ------
    ValueError
        When H2O writes no source of such a model, or the folder is not there.
    """
    fitted_of(model)
    return model.download_pojo(path)
