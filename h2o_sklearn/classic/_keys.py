"""Models in the cluster by their names: finding and listing them, and their source."""

from __future__ import annotations

from urllib.parse import quote

from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.session import current_session
from h2o_sklearn._binary import Lease, output_of
from h2o_sklearn._inputs import ENUM, NUMBER, Feature
from h2o_sklearn._persistence import FittedModel
from h2o_sklearn.classic._base import ModelBase, column_of
from h2o_sklearn.classic._columns import BESIDE, RESPONSE
from h2o_sklearn.classic._models import model_of


def models() -> list[str]:
    """List the models in the cluster.

    Returns
    -------
    list of str
        Their names.
    """
    found = current_session().client.get("/3/Models")["models"]
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
    session = current_session()
    described = session.client.get(f"/3/Models/{quote(model_id, safe='')}")["models"][0]
    facts = output_of(described)
    levels = {facts.columns[place]: tuple(domain) for place, domain in facts.domains.items()}
    no_features = {column_of(described, param) for param in (RESPONSE, *BESIDE)}
    features = tuple(
        Feature(name, name, ENUM if name in levels else NUMBER, levels.get(name, ()))
        for name in facts.columns
        if name not in no_features
    )
    return model_of(FittedModel(facts, features, Lease(session, model_id, owned=False)), described)


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
    return of_kind(model, ModelBase, f"this is no model: {model!r}").download_pojo(path)
