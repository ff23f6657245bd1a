"""fit: train one recipe on prepared splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from zoo.augmentations import checked_strengths, needed_facts
from zoo.builders import builder_space
from zoo.dataset import Splits
from zoo.errors import ZooError
from zoo.goals import LOSS, watched
from zoo.losses import is_plain, loss_for
from zoo.recipe import OWN_MODEL, Recipe, TrainConfig
from zoo.space import checked, space_of
from zoo.task import Task
from zoo.trained import Trained
from zoo.training.callbacks import Callbacks, bear_optimizer
from zoo.training.epoch_logs import epoch_logs
from zoo.training.feeding import Data, weighted
from zoo.training.guarding import Guard, checkpoints_of
from zoo.training.jitted import require_in_memory
from zoo.training.owning import fit_own
from zoo.training.program import Program
from zoo.training.progress import Progress
from zoo.training.schedules import multipliers
from zoo.training.visiting import slices, visits
from zoo.training.weighting import require_classes

if TYPE_CHECKING:
    from zoo.workspace import Workspace


class Callback(Protocol):
    """What may watch a training, and end it by raising; zoo.training.hooks.HOOKS are all it may have."""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Receive the metrics of `epoch`, counted from 1, such as `val/accuracy`."""


@dataclass(frozen=True)
class _Training:
    """One training: what it learns from, how far it is, and who is told."""

    recipe: Recipe
    splits: Splits
    program: Program
    data: tuple[Data, Data]  # to learn from, and to watch
    progress: Progress
    callbacks: Callbacks


def fit(
    recipe: Recipe,
    splits: Splits,
    workspace: Workspace,
    callbacks: Sequence[Callback] = (),
    *,
    checkpoint: Path | str | None = None,
    limit_s: float | None = None,
) -> Trained:
    """Train `recipe` on `splits.train`, watched on `splits.validation`; keep the weights of the best epoch.

    Stops when for `train.patience` epochs neither `train.monitor` nor the validation loss has been better than ever:
    on small data accuracy rests on plateaus while the loss still falls. Rows on the disk that fill more memory than
    the source allows are read chunk by chunk, and give the same bits. After `limit_s` seconds no step is begun, those
    before a kill included, and the answer says `timed_out` where more were wanted.

    In the folder `checkpoint` states are kept: after a kill the same call goes on from there and, on a CPU, gives the
    same bits as one that was never killed. They stay when the training has ended well, because its answer can be lost
    before it is stored: until the caller removes the folder, the same call gives it again from the last state.

    Raises BadValue when `train.monitor` or `train.loss` is not for this kind of answer, there are no classes to
    balance, or a callback cannot be served; Unsupported for an augmentation that does not suit; Diverged when the loss
    or a weight stops being finite; Unsupported for a training inside another one of the same structure; TooSlow when
    the time was up before an epoch had ended; OSError when a state cannot be saved. Whatever a callback raises passes
    through.
    """
    if recipe.builder == OWN_MODEL:
        return fit_own(recipe, splits, workspace, callbacks, checkpoint=checkpoint, limit_s=limit_s)
    guard = Guard(checkpoints_of(checkpoint, recipe, splits), limit_s)
    live, data = live_values_of(recipe, splits.task), data_for(recipe, splits, workspace)
    program = workspace.program(recipe, splits.task, needed_facts(recipe.augment, splits), rows=len(splits.train))
    with program.taken():
        training = _begun(recipe, splits, program, data, callbacks)
        program.reset(recipe.seed, live)
        return _ended(training, guard)


def fit_program(
    recipe: Recipe, splits: Splits, program: Program, data: tuple[Data, Data], limit_s: float | None = None
) -> Trained:
    """Train a program that is nobody else's as `fit` does, on `data` to learn from and to watch; keep no state."""
    training = _begun(recipe, splits, program, data, ())
    program.reset(recipe.seed, _live_of_training(recipe, splits.task))
    return _ended(training, Guard(None, limit_s))


def _ended(training: _Training, guard: Guard) -> Trained:
    """Train from where `guard` finds a state, or from the start, to the end."""
    training.callbacks.train_begin()
    guard.resume(training.progress, training.program, training.callbacks)
    timed_out = _train(training, guard)
    recipe, task, progress = training.recipe, training.splits.task, training.progress
    return Trained(recipe, task, progress.weights, tuple(progress.history), progress.best_epoch, timed_out)


def _begun(
    recipe: Recipe, splits: Splits, program: Program, data: tuple[Data, Data], callbacks: Sequence[Callback]
) -> _Training:
    kind = splits.task.kind
    progress = Progress(watched(recipe.train.monitor, kind), LOSS[kind])
    bear_optimizer(program.model, program.optimizer)
    told = Callbacks(callbacks, program.model, kind, recipe.train.epochs)
    return _Training(recipe, splits, program, data, progress, told)


def _train(training: _Training, guard: Guard) -> bool:
    """Train to the end; return whether that was the time limit. A training that cannot end well keeps no state."""
    try:
        timed_out = _train_epochs(training, guard)
        guard.require_an_epoch(training.progress)
    except ZooError:
        guard.clear()
        raise
    training.callbacks.train_end(training.progress.history[-1])
    return timed_out


def _train_epochs(training: _Training, guard: Guard) -> bool:
    """Train until the last epoch, patience or a callback ends it; return whether the time limit did so before."""
    progress, told = training.progress, training.callbacks
    while _goes_on(training):
        if not progress.steps and guard.time_is_up:  # an epoch that was gone on with may have all its steps done
            return True
        epoch = progress.epoch
        if not progress.steps:
            told.epoch_begin(epoch)
        logs = _epoch(training, guard)
        if logs is None:
            return True
        progress.advance(logs, training.program)
        told.epoch_end(epoch, logs)
    return False


def _goes_on(training: _Training) -> bool:
    """Return whether the recipe and the callbacks want another step."""
    asked, progress = training.recipe.train, training.progress
    last = min(asked.epochs, asked.stop_after or asked.epochs)
    return progress.epoch <= last and progress.idle < asked.patience and not training.callbacks.stopped


def _epoch(training: _Training, guard: Guard) -> dict[str, float] | None:
    """Train what is left of the epoch; return its metrics, None when the time was up before its last step."""
    recipe, program, progress = training.recipe, training.program, training.progress
    (train, validation), batch = training.data, recipe.train.batch_size
    order = visits(recipe, progress.epoch, training.splits)
    steps, start = -(-len(order) // batch), (progress.steps, progress.tally)
    if program.rates is not None:
        losses = [logs[f"val/{progress.loss}"] for logs in progress.history]
        program.rates.begin(multipliers(recipe.train, progress.epoch, steps, losses), progress.steps)
    for progress.steps, progress.tally in slices(program, train, order, batch, start):
        if guard.time_is_up and progress.steps < steps:
            return None
        guard.save_if_due(progress, program)
    judged, plain = program.judged(validation), is_plain(recipe.train, training.splits.task)
    return epoch_logs(progress.tally, judged, training.splits, (len(order), steps), plain_loss=plain)


def data_for(recipe: Recipe, splits: Splits, workspace: Workspace) -> tuple[Data, Data]:
    """Return the rows to learn from, weighted as the recipe says, and those to watch."""
    require_classes(recipe.train, splits.task.kind)
    loss_for(recipe.train, splits.task)
    memory = splits.dataset.source.memory
    train, validation = (workspace.tensors(part, memory) for part in (splits.train, splits.validation))
    require_in_memory(recipe, train)
    balanced = recipe.train.class_weight == "balanced"
    return (weighted(train, splits.train, splits.task.outputs) if balanced else train), validation


def live_values_of(recipe: Recipe, task: Task) -> dict[str, float]:
    """Return the Live values of a recipe's model, training and augmentations, by name."""
    space = builder_space(recipe.builder)
    values = checked(space, recipe.model, recipe.builder)  # a warm program is not built, which would check them
    of_model = {name: values[name] for name, parameter in space.items() if parameter.live}
    return {**of_model, **_live_of_training(recipe, task)}


def _live_of_training(recipe: Recipe, task: Task) -> dict[str, float]:
    """Return the Live values of a recipe's training and augmentations, by name."""
    of_training = {name: getattr(recipe.train, name) for name, p in space_of(TrainConfig).items() if p.live}
    strengths = checked_strengths(recipe.augment, task)
    return {**of_training, **{f"augment.{name}": value for name, value in strengths.items()}}
