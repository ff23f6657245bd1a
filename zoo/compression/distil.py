"""Distillation: a small model learns from the scores of a larger or another one (Hinton 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from zoo.compression._continued import continued
from zoo.compression._teachers import scores_of
from zoo.registry import register
from zoo.space import Float, Int, Text
from zoo.training.refining import Teacher, refine

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace


@register()
def distil(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    teacher: Annotated[Any, Text("original", "boosting", "logistic", "linear", search=())] = "boosting",
    temperature: Annotated[float, Float(1.0, 100.0, search=())] = 4.0,
    share: Annotated[float, Float(0.0, 1.0, search=(0.3, 0.9))] = 0.7,
    epochs: Annotated[int, Int(1, 10_000, search=())] = 30,
    learning_rate: Annotated[float, Float(1e-7, 10.0, log=True, search=(3e-4, 1e-2))] = 3e-3,
) -> Trained:
    """Train on with a teacher's scores beside the answers; the structure stays (Hinton 2015, section 2).

    `teacher` is "original", the model as it was before the first step; or it names a baseline (boosting, logistic,
    linear), a builder, which is trained first as this model was, or a path: of a study's champion, a trial, a
    keras_file bundle, or a recipe.json to train. Called in Python it may also be a Trained or the answers to the
    training rows, (rows, outputs). `share` of the loss is the teacher's; both are softened by `temperature`. Raises
    what `zoo.compression._teachers.scores_of` raises.
    """
    scores = scores_of(teacher, trained, splits, workspace)
    network = trained.network()
    # the validation loss, of hard answers, rises while a pupil takes on softer ones: patience would misread it
    changes = {"epochs": epochs, "patience": epochs, "learning_rate": learning_rate}
    refined = refine(network, trained, splits, workspace, changes, Teacher(scores, temperature, share))
    return continued(trained, network, refined)
