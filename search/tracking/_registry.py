"""The model registry: the champion of a study is a version of the model that bears the study's name.

A version holds the champion's bundle and the sources of `zoo`, not a pickle: MLflow runs the file `_served.py`, which
needs NumPy, pandas and ai-edge-litert only, and Pillow for images. The champion's other bundles, its recipe and its
proof lie beside that. It is found again by the tag `zoo.champion`, so that
registering twice adds nothing.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import zoo
from search.record.spooled import Event
from search.tracking._bundles import attach
from search.tracking._examples import example, signature
from zoo.bundle import load
from zoo.errors import BadData

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion

    from zoo.bundle import Bundle

ALIAS, CHAMPION_TAG = "champion", "zoo.champion"
SERVED = Path(__file__).with_name("_served.py")
NEEDED = ("mlflow", "numpy", "pandas", "ai-edge-litert")
ALSO_NEEDED = {"image": ("pillow",)}  # to read files of images


def register(client: MlflowClient, run: Run, event: Event, bundle: Path) -> None:
    """Make the bundle a version of the model `event["name"]` unless it is one, and point the alias at it.

    Raises BadData for a bundle that is not there, not whole, or no longer the one that was spooled.
    """
    version = _version_of(client, event) or _new_version(client, run, event, bundle)
    client.set_registered_model_alias(event["name"], ALIAS, version.version)


def _version_of(client: MlflowClient, event: Event) -> ModelVersion | None:
    found = client.search_model_versions(f"name = '{event['name']}' and tags.`{CHAMPION_TAG}` = '{event['key']}'")
    return next(iter(found), None)


def _new_version(client: MlflowClient, run: Run, event: Event, bundle: Path) -> ModelVersion:
    loaded, folder = load(bundle), event["folder"]
    if loaded.sha256 != event["sha256"]:
        raise BadData(f"{bundle} was exported anew since; the next champion takes its place.")
    with TemporaryDirectory(prefix="zoo-model-") as place:
        model = Path(place, "model")
        save_model(loaded, model, run.info.run_id, folder)
        files = attach(loaded, model)
        client.log_artifacts(run.info.run_id, str(model), folder)
    _make_model(client, event["name"])
    source, tags = f"{run.info.artifact_uri}/{folder}", {CHAMPION_TAG: event["key"]}
    text = f"{event['text']}\n\n{files}"
    return client.create_model_version(event["name"], source, run.info.run_id, tags, description=text)


def save_model(bundle: Bundle, path: Path, run_id: str | None = None, folder: str | None = None) -> None:
    """Write an MLflow model of the python_function flavor around a bundle to `path`, which must not exist."""
    import mlflow.pyfunc
    from mlflow.models import Model
    from mlflow.models.model import MLMODEL_FILE_NAME

    needed = (*NEEDED, *ALSO_NEEDED.get(bundle.preparation.modality, ()))
    mlflow.pyfunc.save_model(
        path=str(path),
        python_model=str(SERVED),
        artifacts={"bundle": str(bundle.path)},
        code_paths=[str(Path(zoo.__file__).parent)],  # PyPI does not have it
        pip_requirements=[f"{name}=={installed_version(name)}" for name in needed],
        signature=signature(bundle),
        input_example=example(bundle.preparation),  # large and ragged rows have none
        mlflow_model=Model(artifact_path=folder, run_id=run_id),
    )
    _forget_origin(path / MLMODEL_FILE_NAME, bundle.path.name)


def _forget_origin(path: Path, name: str) -> None:
    """Write a model's file anew without the absolute path that its bundle was copied from: it may be moved or sent."""
    from mlflow.models import Model

    model = Model.load(str(path))
    model.flavors["python_function"]["artifacts"]["bundle"]["uri"] = name
    model.save(str(path))


def _make_model(client: MlflowClient, name: str) -> None:
    from mlflow.exceptions import MlflowException

    details: dict[str, Any] = {"description": f"The champions of the study {name}, in the order they were found."}
    with suppress(MlflowException):  # it is there
        client.create_registered_model(name, **details)
