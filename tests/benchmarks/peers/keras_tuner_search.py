"""A search by KerasTuner as its guides show it: a build function, a tuner, `search` with validation data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import keras_tuner

from .job import DROPOUT, LEARNING_RATE, Job, Spec
from .keras_model import UntilTarget, compiled
from .marks import Marks
from .prepared import read_prepared

BUILDER = "builder"


def main() -> None:
    """Search as the job says and print the row."""
    job, marks = Job.asked(), Marks()
    spec, data = job.spec, read_prepared(job.prepared)
    keras.utils.set_random_seed(spec.seed)

    def model(hp: keras_tuner.HyperParameters) -> keras.Model:
        builder, values = _drawn(hp, spec)
        dropout = hp.Float("dropout", *DROPOUT)
        learning_rate = hp.Float("learning_rate", *LEARNING_RATE, sampling="log")
        return compiled(data, builder, {**values, "dropout": dropout}, learning_rate)

    tuner = _tuner(job, model, marks)
    callbacks = [] if spec.target is None else [UntilTarget(spec.target, marks, job.began)]
    if spec.patience is not None:
        callbacks.append(keras.callbacks.EarlyStopping("val_loss", patience=spec.patience))
    epochs = {} if spec.search == "hyperband" else {"epochs": spec.epochs}  # its own brackets set them
    validation = data.x_validation, data.y_validation
    fit = {**epochs, "batch_size": spec.batch_size, "validation_data": validation, "callbacks": callbacks}
    marks.begin()
    tuner.search(data.x, data.y, **fit, verbose=0)
    marks.row(tuner.oracle.get_best_trials(1)[0].score)


def _drawn(hp: keras_tuner.HyperParameters, spec: Spec) -> tuple[str, Mapping[str, Any]]:
    structures = spec.structures()
    if len(structures) == 1:
        ((builder, space),) = structures.items()
        return builder, _chosen(hp, builder, space)
    builder = hp.Choice(BUILDER, list(structures))
    values = {}
    for name, space in structures.items():
        with hp.conditional_scope(BUILDER, [name]):
            values[name] = _chosen(hp, name, space)
    return builder, values[builder]


def _chosen(hp: keras_tuner.HyperParameters, builder: str, space: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: values[0] if len(values) == 1 else hp.Choice(f"{builder}.{name}", list(values))
        for name, values in space.items()
    }


def _tuner(job: Job, model: Callable[..., keras.Model], marks: Marks) -> keras_tuner.Tuner:
    spec = job.spec
    kinds = {
        "random": (keras_tuner.RandomSearch, {"max_trials": spec.trials}),
        "bayesian": (keras_tuner.BayesianOptimization, {"max_trials": spec.trials}),
        "hyperband": (keras_tuner.Hyperband, {"max_epochs": spec.epochs, "factor": 3, "hyperband_iterations": 100}),
    }
    kind, size = kinds[spec.search]

    class Timed(kind):
        """The tuner, with a mark at the end of each trial."""

        def on_trial_end(self, trial: Any) -> None:
            super().on_trial_end(trial)
            marks.mark()

    return Timed(model, "val_accuracy", **size, seed=spec.seed, directory=job.folder, project_name="search")


if __name__ == "__main__":
    main()
