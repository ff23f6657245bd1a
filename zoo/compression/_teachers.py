"""Teachers: whose answers to the training rows a smaller model may learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from zoo.baselines import baselines
from zoo.builders import builders_for
from zoo.errors import BadData, BadValue, Unsupported, unknown
from zoo.evaluation import Predictor
from zoo.lazy import CHUNK
from zoo.portions import in_portions
from zoo.recipe import OWN_MODEL, Recipe, read_recipe
from zoo.trained import Trained, load_weights
from zoo.training.fitting import fit

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.workspace import Workspace

ORIGINAL = "original"
BASELINES = {"classification": ("logistic", "boosting"), "regression": ("linear", "boosting")}
LEAST = 1e-12  # probability: the logarithm of 0 is no number; far below what matters at any temperature
SUM = 1e-3  # by how much probabilities may fail to add up to 1
ELSEWHERE = ("path", "reader", "sha256", "memory")  # of a source: where and how its rows are read, not which they are


def scores_of(
    teacher: Trained | np.ndarray | Path | str, trained: Trained, splits: Splits, workspace: Workspace
) -> np.ndarray:
    """Return a teacher's scores for the training rows, (rows, outputs), in their order.

    These are logits, or logs of probabilities, of classes, and quantities in standard deviations. A teacher is a
    Trained; answers to these rows, probabilities or quantities (rows, outputs); "original", which is `trained` as it
    was before it was made smaller; the name of a baseline or of a builder, which is trained as `trained` was; or the
    path of a champion's folder, a trial's, a keras_file bundle or a recipe.json, which is trained. An existing path
    comes before a name, but for "original", and a baseline before a builder.

    Raises UnknownName, BadData for files that cannot be used or a teacher of other rows, which could know the answers
    to this split's validation and test rows, BadValue for answers that do not fit, Unsupported for other bundles.
    """
    if isinstance(teacher, np.ndarray):
        return _as_scores(teacher, splits)
    if isinstance(teacher, Trained):
        return _trained_scores(teacher, trained, splits, workspace)
    if teacher == ORIGINAL:
        return network_scores(_original(trained).network(), splits.train.x)
    if Path(teacher).exists():
        return _stored_scores(Path(teacher), trained, splits, workspace)
    if teacher in builders_for(splits.task.modality) and teacher not in BASELINES[splits.task.kind]:
        return network_scores(_bigger(str(teacher), trained, splits, workspace).network(), splits.train.x)
    return _as_scores(in_portions(_baseline(str(teacher), splits).predict, splits.train.x), splits)


def network_scores(network: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what a network of scores says of prepared rows, (rows, outputs)."""
    return in_portions(lambda rows: network.predict(rows, batch_size=CHUNK, verbose=0), x)


def _as_scores(answers: np.ndarray, splits: Splits) -> np.ndarray:
    """Return answers as scores; raise BadValue for others than one a training row, or for no probabilities."""
    wanted = len(splits.train), splits.task.outputs
    if answers.shape != wanted:
        raise BadValue(f"the teacher's answers are {answers.shape}; they must be {wanted}, one row a training row.")
    if splits.task.kind == "regression":
        return answers
    if not (answers >= 0).all() or not np.allclose(answers.sum(axis=1), 1, atol=SUM):
        raise BadValue("the teacher's answers are no probabilities; each row must be at least 0 and add up to 1.")
    return np.log(np.maximum(answers, LEAST))


def _original(trained: Trained) -> Trained:
    if trained.before is None:
        what = "the model as it was before it was made smaller is not at hand"
        raise Unsupported(f"{what}; begin with that one, or give another teacher, such as boosting.")
    return trained.before


def _bigger(builder: str, trained: Trained, splits: Splits, workspace: Workspace) -> Trained:
    """Return a model of `builder`, with its default values, trained as `trained` was."""
    train = replace(trained.recipe.train, jit_compile=False, stop_after=0)
    return fit(replace(trained.recipe, builder=builder, model={}, train=train, compress=()), splits, workspace)


def _baseline(name: str, splits: Splits) -> Predictor:
    names = BASELINES[splits.task.kind]
    if name != Path(name).name:
        raise BadData(f"there is no teacher at {name}; give the folder of a champion, a trial or a keras_file bundle.")
    if name not in names:
        raise unknown("teacher", name, (*names, *builders_for(splits.task.modality)))
    return next(one for one in baselines(splits) if one.name == name)


def _trained_scores(teacher: Trained, trained: Trained, splits: Splits, workspace: Workspace) -> np.ndarray:
    x = _splits_for(teacher.recipe, trained, splits, workspace).train.x
    if teacher.recipe.builder == OWN_MODEL:
        return _as_scores(teacher.predict(x), splits)
    return network_scores(teacher.network(), x)


def _stored_scores(path: Path, trained: Trained, splits: Splits, workspace: Workspace) -> np.ndarray:
    """Return the scores of what lies at `path`: a Keras file comes before weights, and both before training anew."""
    recipe = read_recipe(path / "recipe.json" if path.is_dir() else path)
    theirs = _splits_for(recipe, trained, splits, workspace)
    if (path / "model.keras").is_file():
        return _as_scores(in_portions(_keras_answers(path / "model.keras"), theirs.train.x), splits)
    if (path / "bundle.json").is_file():
        raise Unsupported(f"the teacher {path} is no keras_file bundle; export the model as keras_file, and give that.")
    if recipe.builder == OWN_MODEL or recipe.compress:
        raise Unsupported(f"the teacher {path} is not made by a builder alone; export it as keras_file, and give that.")
    if (path / "weights.npz").is_file():
        found = load_weights(Trained(recipe, theirs.task, ()), path / "weights.npz")
    else:
        found = fit(recipe, theirs, workspace)
    try:
        return network_scores(found.network(), theirs.train.x)
    except ValueError as error:
        raise BadData(f"the weights in {path} are not those of its recipe; restore both.") from error


def _keras_answers(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadData(f"{path} is not a Keras file that can be opened; export it again.") from error
    return lambda rows: model.predict(rows, batch_size=CHUNK, verbose=0)


def _splits_for(recipe: Recipe, trained: Trained, splits: Splits, workspace: Workspace) -> Splits:
    """Return the splits as the teacher's recipe prepares them; raise BadData where it is one of other rows."""
    _require_same_rows(recipe, trained)
    if dict(recipe.preparation) == dict(trained.recipe.preparation):
        return splits
    return workspace.splits(trained.recipe.data, recipe.preparation)


def _require_same_rows(recipe: Recipe, trained: Trained) -> None:
    theirs, ours = asdict(recipe.data), asdict(trained.recipe.data)
    hashes = theirs["sha256"], ours["sha256"]
    by = "sha256" if all(hashes) else "path"
    for name in (by, *(name for name in ours if name not in ELSEWHERE)):
        if theirs[name] != ours[name]:
            raise BadData(
                f"the teacher learned from other rows (its data.{name} is {theirs[name]!r}, not {ours[name]!r}), and "
                "could know the answers to the rows that judge its pupil. Give one of the same data and split."
            )
