"""Runners: what trains the recipe of a trial, in this process or in another one, and leaves its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from search.files import write_json
from zoo.recipe import Recipe

if TYPE_CHECKING:
    from zoo.pipeline import Result
    from zoo.workspace import Workspace


@dataclass(frozen=True)
class Finished:
    """What a training ended with: metrics on validation rows and health, both of the epoch that is kept.

    `epochs` were trained, the one kept is `epoch`, counted from 1; `parameters` counts the numbers in the weights.
    `timed_out` says that the time limit ended it.
    """

    metrics: Mapping[str, float]
    epochs: int
    epoch: int
    parameters: int
    health: Mapping[str, float] = field(default_factory=dict)
    timed_out: bool = False


class Runner(Protocol):
    """What trains a recipe: `Here`, `search.workers.Worker`, or a `Crew` of them."""

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
        the model is built. What one raises ends the training and passes through. `waits` are the epochs after which
        training goes on only when the callbacks have returned; it may be ahead of them elsewhere. `checkpoint` is the
        folder to go on from, where states stay until the caller has stored the answer and removes it; `limit_s` are the
        most seconds to train.
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
        return keep(train(recipe, self.workspace, callbacks, begun, checkpoint=checkpoint, limit_s=limit_s), folder)


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

    splits = workspace.splits(recipe.data, recipe.preparation)
    program = workspace.program(recipe, splits.task, needed_facts(recipe.augment, splits), rows=len(splits.train))
    for tell in begun:
        tell(program.parameters)
    return run(recipe, workspace, callbacks, **control)


def keep(result: Result, folder: Path) -> Finished:
    """Write the weights and the history of a training into `folder`, and return what it ended with."""
    from zoo.trained import save_weights

    trained, metrics = result.trained, result.report.metrics
    history = {"epoch": trained.epoch, "history": list(trained.history), "validation": metrics}
    write_json(folder / "history.json", history)
    save_weights(trained, folder / "weights.npz")
    sizes = len(trained.history), trained.epoch, trained.parameters
    return Finished(metrics, *sizes, trained.at_best("health"), trained.timed_out)
