"""Runners: what trains the recipe of a trial, in this process or in another one, and leaves its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from search.files import write_json
from zoo.recipe import OWN_MODEL, Recipe
from zoo.training.hooks import HOOKS

if TYPE_CHECKING:
    from zoo.pipeline import Result
    from zoo.workspace import Workspace


@dataclass(frozen=True)
class Finished:
    """What a training ended with: metrics on validation rows and health, both of the epoch that is kept.

    `epochs` were trained, the one kept is `epoch`, counted from 1; `parameters` counts the numbers in the weights.
    `timed_out` says that the time limit ended it; `epochs` are then those before any compression.
    """

    metrics: Mapping[str, float]
    epochs: int
    epoch: int
    parameters: int
    health: Mapping[str, float] = field(default_factory=dict)
    timed_out: bool = False


class Runner(Protocol):
    """What trains a recipe: `Here`, `search.children.workers.Worker`, or a `Crew` of them."""

    def run(
        self,
        recipe: Recipe,
        folder: Path,
        callbacks: Sequence[Any] = (),
        waits: Sequence[int] = (),
        *,
        checkpoint: Path | None = None,
        limit_s: float | None = None,
    ) -> Finished:
        """Train `recipe`; write weights.npz and history.json into `folder` when it ends well, and nothing otherwise.

        Callbacks have hooks of a training, on_resume(history), on_train_begin(logs), on_epoch_begin(epoch, logs),
        on_epoch_end(epoch, logs) or on_train_end(logs), and may have `on_begun(parameters)`, called before them once
        the model is built, and `on_trained()`, called after them and before anything is written. What one raises ends
        the training and passes through. `waits` are the epochs after which training goes on only when the callbacks
        have returned; it may be ahead of them elsewhere. `checkpoint` is the folder to go on from, where states stay
        until the caller has stored the answer and removes it; `limit_s` are the most seconds to train.
        """


class Here:
    """Trains in this process, with the programs and the data of its Workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def run(
        self,
        recipe: Recipe,
        folder: Path,
        callbacks: Sequence[Any] = (),
        waits: Sequence[int] = (),
        *,
        checkpoint: Path | None = None,
        limit_s: float | None = None,
    ) -> Finished:
        """Train `recipe` as `Runner.run` says; callbacks are always waited for."""
        begun = [callback.on_begun for callback in callbacks if hasattr(callback, "on_begun")]
        watching = [callback for callback in callbacks if any(hasattr(callback, hook) for hook in HOOKS)]
        result = train(recipe, self.workspace, watching, begun, checkpoint=checkpoint, limit_s=limit_s)
        for callback in callbacks:
            if hasattr(callback, "on_trained"):
                callback.on_trained()
        return keep(result, folder)


def train(
    recipe: Recipe,
    workspace: Workspace,
    callbacks: Sequence[Any],
    begun: Sequence[Callable[[int], None]] = (),
    **control: Any,
) -> Result:
    """Return the trained recipe; each of `begun` hears how many parameters it has before training begins.

    `control` are the checkpoint and the limit_s of `zoo.pipeline.run`.
    """
    from zoo.augmentations import needed_facts
    from zoo.pipeline import run

    if recipe.builder == OWN_MODEL:
        return run(recipe, workspace, (_Begun(begun), *callbacks), **control)
    splits = workspace.splits(recipe.data, recipe.preparation)
    program = workspace.program(recipe, splits.task, needed_facts(recipe.augment, splits), rows=len(splits.train))
    for tell in begun:
        tell(program.parameters)
    return run(recipe, workspace, callbacks, **control)


class _Begun:
    """Tells how many parameters a model has that is built for one training only, and no earlier."""

    def __init__(self, begun: Sequence[Callable[[int], None]]) -> None:
        self.begun = begun

    def set_model(self, model: Any) -> None:
        """Tell of the model before anything of its training is told."""
        for tell in self.begun:
            tell(model.count_params())


def keep(result: Result, folder: Path) -> Finished:
    """Write the weights and the history of a training into `folder`, and return what it ended with."""
    from zoo.trained import save_weights

    trained, metrics = result.trained, result.report.metrics
    history = {"epoch": trained.epoch, "history": list(trained.history), "validation": metrics}
    write_json(folder / "history.json", history)
    save_weights(trained, folder / "weights.npz")
    whole = trained.before if trained.timed_out and trained.before is not None else trained
    sizes = len(whole.history), trained.epoch, trained.parameters
    return Finished(metrics, *sizes, trained.at_best("health"), trained.timed_out)
