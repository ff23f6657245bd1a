"""A search as a user writes it: Optuna asks, `keras.Model.fit` trains and, with tracking, MLflow logs each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
import optuna

from .job import DROPOUT, LEARNING_RATE, Job, Spec
from .keras_model import UntilTarget, compiled
from .marks import Marks
from .prepared import Prepared, read_prepared


def main() -> None:
    """Search as the job says and print the row."""
    job, marks = Job.asked(), Marks()
    spec, data = job.spec, read_prepared(job.prepared)
    keras.utils.set_random_seed(spec.seed)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if spec.tracking:
        _start_tracking(job)
    samplers = {"random": optuna.samplers.RandomSampler, "tpe": optuna.samplers.TPESampler}
    pruner = optuna.pruners.MedianPruner() if spec.pruner == "median" else optuna.pruners.NopPruner()
    study = optuna.create_study(direction="maximize", sampler=samplers[spec.search](seed=spec.seed), pruner=pruner)
    marks.begin()
    study.optimize(lambda trial: _trained(trial, job, data, marks), spec.trials, callbacks=[lambda *_: marks.mark()])
    marks.row(study.best_value)


def _start_tracking(job: Job) -> None:
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{job.folder}/mlflow.db")
    mlflow.set_experiment("search")


def _trained(trial: optuna.Trial, job: Job, data: Prepared, marks: Marks) -> float:
    """Return the best validation accuracy of one trial's epochs."""
    spec = job.spec
    keras.backend.clear_session()
    builder, values = _drawn(trial, spec)
    learning_rate = trial.suggest_float("learning_rate", *LEARNING_RATE, log=True)
    dropout = trial.suggest_float("dropout", *DROPOUT)
    model = compiled(data, builder, {**values, "dropout": dropout}, learning_rate)
    callbacks = [] if spec.target is None else [UntilTarget(spec.target, marks, job.began)]
    callbacks += [] if spec.pruner == "none" else [_Pruning(trial)]
    callbacks += [] if spec.patience is None else [keras.callbacks.EarlyStopping("val_loss", patience=spec.patience)]
    validation = data.x_validation, data.y_validation
    with _run(trial, spec):
        callbacks += [_LogEpoch()] if spec.tracking else []
        fit = {"epochs": spec.epochs, "batch_size": spec.batch_size, "validation_data": validation}
        history = model.fit(data.x, data.y, **fit, callbacks=callbacks, verbose=0).history
        return max(history["val_accuracy"])


def _drawn(trial: optuna.Trial, spec: Spec) -> tuple[str, dict[str, Any]]:
    structures = spec.structures()
    builder = trial.suggest_categorical("builder", list(structures)) if len(structures) > 1 else spec.builders[0]
    values = {
        name: choices[0] if len(choices) == 1 else trial.suggest_categorical(f"{builder}.{name}", list(choices))
        for name, choices in structures[builder].items()
    }
    return builder, values


def _run(trial: optuna.Trial, spec: Spec) -> AbstractContextManager[Any]:
    if not spec.tracking:
        return nullcontext()
    import mlflow

    run = mlflow.start_run(run_name=f"trial {trial.number}")
    mlflow.log_params(trial.params)
    return run


class _LogEpoch(keras.callbacks.Callback):
    """One call to MLflow an epoch, in the run that is open."""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        import mlflow

        mlflow.log_metrics(dict(logs), step=epoch)


class _Pruning(keras.callbacks.Callback):
    """Reports each epoch and ends the trial when the pruner says so, as Optuna's guide to pruning shows."""

    def __init__(self, trial: optuna.Trial) -> None:
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        self.trial.report(logs["val_accuracy"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


if __name__ == "__main__":
    main()
