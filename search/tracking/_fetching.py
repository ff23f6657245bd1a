"""Fetching bundles of registered models from the MLflow store of a root."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from search.record.addresses import database_path, remembered
from search.tracking._bundles import places
from search.tracking._registry import CHAMPION_TAG
from search.tracking._store import import_mlflow, open_client
from zoo.errors import BadData, unknown

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

_MOST_MODELS, _WAIT_S = 1000, 30.0


class Fetched(NamedTuple):
    """A bundle that was copied to `path`, of which version, and the trial that made it, as `digits#12`."""

    path: Path
    version: int
    trial: str


def fetch(
    root: Path, name: str, version: str | None, alias: str | None, wanted: Sequence[str], target: Path
) -> Fetched:
    """Copy a bundle of a registered model into the folder `target`: the first of `wanted` that is there.

    Without `wanted` it is the one that the model answers with. Raises UnknownName for a model, a version, an alias or
    a bundle that there is not, and BadData for a model that no study registered.
    """
    if remembered(root) is None and not database_path(root).exists():  # which would be made, and empty
        raise unknown("registered model", name, ())
    import_mlflow()
    client = open_client(root, _WAIT_S)
    found = _version(client, name, version, alias)
    champion = found.tags.get(CHAMPION_TAG)
    if champion is None or not found.run_id:
        raise BadData(f"models:/{name}/{found.version} was registered by no study, so it holds no bundle.")
    run = client.get_run(found.run_id)
    known = places(client, run, found.source.removeprefix(f"{run.info.artifact_uri}/"))
    path = _chosen(known, wanted, f"models:/{name}/{found.version}", champion.partition(" ")[0])
    copied = client.download_artifacts(run.info.run_id, path, str(target))
    return Fetched(Path(copied), int(found.version), champion.partition(" ")[0])


def _version(client: MlflowClient, name: str, version: str | None, alias: str | None) -> ModelVersion:
    models = {model.name: model for model in client.search_registered_models(max_results=_MOST_MODELS)}
    if name not in models:
        raise unknown("registered model", name, models)
    if alias is not None:
        aliases = models[name].aliases
        if alias not in aliases:
            raise unknown(f"alias of {name}", alias, aliases)
        version = str(aliases[alias])
    versions = {str(one.version): one for one in client.search_model_versions(f"name = '{name}'")}
    if version not in versions:
        raise unknown(f"version of {name}", str(version), versions)
    return versions[version]


def _chosen(known: dict[str, str], wanted: Sequence[str], model: str, trial: str) -> str:
    if not known:
        raise BadData(f"{model} holds no bundle any more. Try zoo export '{trial}'.")
    if not wanted:
        return next(iter(known.values()))
    for name in wanted:
        if name in known:
            return known[name]
    error = unknown(f"bundle of {model}", wanted[0], known)
    raise type(error)(f"{error}. Or make it anew: zoo export '{trial}'")
