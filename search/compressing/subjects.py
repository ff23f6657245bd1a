"""What is to be made smaller: the champion of a study, one of its trials, or the model of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from search.choosing.champion import trained_of
from search.files import plain_name
from search.lookup import find_trial
from search.stored import read_stored
from zoo import manifest
from zoo.bundle import Bundle, load
from zoo.dataset import Splits
from zoo.errors import BadData, BadValue
from zoo.exporter import weights_hash
from zoo.formats import file_of
from zoo.goals import watched
from zoo.recipe import OWN_MODEL, Recipe, read_recipe
from zoo.task import Task
from zoo.trained import Trained, with_network
from zoo.workspace import Workspace

if TYPE_CHECKING:
    import keras

EXPERIMENT = "compression"  # in MLflow, of models that no study below this root made
DIGITS = 8  # of a hash, in a folder's name
LONGEST = 100  # bytes of a bundle's name in it
Require = Callable[[Recipe, Splits], None]
Heard = tuple[Callable[[str], None], Require]
SOFTMAX = "probabilities"  # the layer that `zoo.trained.Trained.model` puts on scores of classes


@dataclass(frozen=True)
class Subject:
    """A trained model, its data, the metric that it is judged by, and the folder in which its smaller files lie.

    `study` is the one that made it; None of a bundle.
    """

    name: str
    trained: Trained
    splits: Splits
    workspace: Workspace
    goal: str
    root: Path
    folder: Path
    experiment: str
    study: str | None = None

    @property
    def is_own(self) -> bool:
        """Whether its user builds the model, so that it is not taken apart."""
        return self.trained.recipe.builder == OWN_MODEL


def find_subject(
    name: str,
    data: str | None,
    root: Path | str,
    said: Callable[[str], None] = lambda text: None,
    require: Require = lambda recipe, splits: None,
) -> Subject:
    """Return what `STUDY`, `STUDY#12` or the path of a bundle means; `said` hears when a model is trained again.

    `data` is where a bundle's data lies here, by default where its recipe says. An existing bundle beats a study's
    name. Before a model is trained again, `require` may refuse it by its recipe and rows: what it raises passes
    through. Raises UnknownName, BadData and BadValue for what is not there.
    """
    place = Path(root).resolve()
    if (Path(name) / manifest.NAME).is_file():
        return _of_bundle(load(name), data, place, (said, require))
    if data is not None:
        raise BadValue(f"data is '{data}'; a study knows its data. Leave it away, or give the path of a bundle.")
    return _of_study(name, place, (said, require))


def _of_study(name: str, root: Path, heard: Heard) -> Subject:
    said, require = heard
    found = find_trial(name, root)
    recipe = read_recipe(found.recipe)
    stored = read_stored(found.files)
    workspace = Workspace(stored.threads)
    splits = workspace.splits(recipe.data, recipe.preparation)
    require(recipe, splits)
    trained = trained_of(found.record.slot, found.files, workspace, said)
    folder = found.files.compressed / f"{found.record.slot:04d}-{weights_hash(trained)[:DIGITS]}"
    own = {"experiment": stored.experiment, "study": found.files.study}
    return Subject(name, trained, splits, workspace, stored.goal, root, folder, **own)


def _of_bundle(bundle: Bundle, data: str | None, root: Path, heard: Heard) -> Subject:
    said, require = heard
    values = {name: value for name, value in bundle.recipe.items() if name != "export"}
    recipe = Recipe.from_json({**values, "export": None})
    if data is not None:
        recipe = replace(recipe, data=replace(recipe.data, path=data))
    workspace = Workspace(recipe.threads)
    splits = workspace.splits(recipe.data, recipe.preparation)
    require(recipe, splits)
    trained = _trained(bundle, recipe, splits, workspace, said)
    name = f"{plain_name(bundle.path.resolve().name, LONGEST)}-{weights_hash(trained)[:DIGITS]}"
    folder = root / "mlruns" / "compressed" / name
    goal = watched(recipe.train.monitor, splits.task.kind)
    return Subject(str(bundle.path), trained, splits, workspace, goal, root, folder, EXPERIMENT)


def _trained(
    bundle: Bundle, recipe: Recipe, splits: Splits, workspace: Workspace, said: Callable[[str], None]
) -> Trained:
    """Return the bundle's model with its weights: a Keras file holds them, for another the recipe is trained again."""
    if bundle.variant.format == "keras_file":
        return _with_weights_of(bundle, Trained(recipe, splits.task, ()))
    from zoo.pipeline import run

    said(f"a {bundle.variant} file holds no weights to train on; its recipe is trained again")
    trained = run(recipe, workspace).trained
    if weights_hash(trained) != bundle.report.get("weights"):
        said("this machine's training gives other last digits than the bundle's: another processor, or other versions")
    return trained


def _with_weights_of(bundle: Bundle, untrained: Trained) -> Trained:
    import keras

    model = keras.models.load_model(bundle.path / file_of("keras_file"), compile=False, safe_mode=True)
    if untrained.recipe.compress:
        trained = with_network(untrained, _network_of(model, untrained.task))
    else:
        trained = replace(untrained, weights=tuple(weight.numpy().copy() for weight in model.weights))
    if weights_hash(trained) != bundle.report.get("weights"):
        raise BadData(f"{bundle.path} does not hold the weights that its report names; export it again.")
    return trained


def _network_of(model: keras.Model, task: Task) -> keras.Model:
    """Return the part of a model that gives scores, which is what learns."""
    import keras

    if task.kind == "regression":
        return model
    return keras.Model(model.input, model.get_layer(SOFTMAX).input, name=model.name)
