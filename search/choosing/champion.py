"""The end of a study: the test split is opened, once, for the champion, its files and the baselines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from search.aims import FORMAT, Aims
from search.files import StudyFiles, read_json, write_json
from search.planning import Plan
from search.result import BaselineScore, Champion, StudyResult
from search.trials import TrialRecord
from zoo.artifact import Artifact
from zoo.aside import whole_folder
from zoo.baselines import Baseline
from zoo.converter import Converter
from zoo.dataset import Splits
from zoo.errors import BadData
from zoo.evaluation import evaluate
from zoo.exporting import export_all
from zoo.recipe import read_recipe
from zoo.trained import Trained, load_weights, save_weights
from zoo.workspace import Workspace

VARIANTS = (
    ("keras_file", "float32"),
    ("saved_model", "float32"),
    ("tflite", "float32"),
    ("tflite", "float16"),
    ("tflite", "dynamic"),
    ("tflite", "int8"),
)
KEPT_WEIGHTS = 5  # trials, the best


def crown(record: TrialRecord, plan: Plan, converter: Converter, said: Callable[[str], None]) -> Champion:
    """Export, prove and measure the best trial; the test split is opened here. `said` hears of lost weights."""
    files = plan.files
    trained = trained_of(record.slot, files, plan.workspace, said)
    splits = plan.workspace.splits(trained.recipe.data, trained.recipe.preparation)
    asked = {"force": True, "test": splits.test, "converter": converter, "strip": plan.aims.strip}
    artifacts = export_all(trained, splits, _variants(plan), files.exports, **asked)
    artifacts += _of_its_device(trained, splits, plan, asked)
    variants = tuple(
        {**artifact.to_json(), "path": artifact.path and files.relative(artifact.path)} for artifact in artifacts
    )
    test = _measured_file(artifacts, plan.aims).test if plan.aims.needs_file else None
    test = test or evaluate(trained, splits.test)
    trained_to = read_json(files.trial(record.slot) / "history.json")["validation"]
    is_measured = plan.aims.needs_file or record.spread  # by its file, or over several trainings
    validation = dict(record.metrics) if is_measured and record.metrics else trained_to
    return Champion(
        trial=f"{files.study}#{record.slot}",
        builder=trained.recipe.builder,
        values=trained.recipe.values(),
        parameters=trained.parameters,
        epochs=record.epochs or 0,
        validation=validation,
        test=test.metrics,
        test_interval=test.accuracy_interval,
        recipe=files.relative(files.champion / "recipe.json"),
        variants=variants,
        costs=dict(record.costs),
        spread=dict(record.spread),
    )


def _variants(plan: Plan) -> dict[tuple[str, str], None]:
    """Return the files that a champion is written in: goals may be those of a rarer precision."""
    return dict.fromkeys((*VARIANTS, (FORMAT, plan.aims.precision)))


def _of_its_device(trained: Trained, splits: Splits, plan: Plan, asked: Mapping[str, Any]) -> tuple[Artifact, ...]:
    """Write a champion in the format of the study's device, where that has one of its own, with what it takes of it."""
    device = plan.settings.device if plan.aims.format != FORMAT else None
    return (
        export_all(trained, splits, [plan.aims.variant], plan.files.exports, **asked, device=device) if device else ()
    )


def _measured_file(artifacts: Iterable[Artifact], aims: Aims) -> Artifact:
    """Return the file that a study's goals are measured on."""
    return next(one for one in artifacts if (one.format, one.precision) == aims.variant)


def write_champion(answer: StudyResult, files: StudyFiles) -> None:
    """Put recipe, Keras file and report in the study's champion folder, all at once."""
    slot = int(answer.champion.trial.rpartition("#")[2])
    keras_file = next(v["path"] for v in answer.champion.variants if v["format"] == "keras_file")
    with whole_folder(files.champion, "recipe.json", force=True) as folder:
        shutil.copy(files.trial(slot) / "recipe.json", folder)
        if keras_file is not None:
            shutil.copy(files.root / keras_file / "model.keras", folder)
        write_json(folder / files.report.name, answer.to_json())


def score_baselines(baselines: Iterable[Baseline], splits: Splits, test: bool) -> tuple[BaselineScore, ...]:
    """Return each baseline's metrics on validation rows, and on test rows once those are opened."""
    return tuple(
        BaselineScore(
            baseline.name,
            evaluate(baseline, splits.validation).metrics,
            evaluate(baseline, splits.test).metrics if test else None,
        )
        for baseline in baselines
    )


def trained_of(
    slot: int, files: StudyFiles, workspace: Workspace, said: Callable[[str], None] = lambda text: None
) -> Trained:
    """Return the model of a trial; without weights that can be read it is trained again from its recipe, said aloud."""
    folder = files.trial(slot)
    recipe = read_recipe(folder / "recipe.json")
    splits = workspace.splits(recipe.data, recipe.preparation)
    weights = folder / "weights.npz"
    try:
        return load_weights(Trained(recipe, splits.task, ()), weights)
    except BadData:
        what = f"has weights in {weights} that cannot be read" if weights.exists() else "kept no weights"
    from zoo.pipeline import run

    said(f"{files.study}#{slot} {what}; it is trained again from its recipe")
    trained = run(recipe, workspace).trained
    save_weights(trained, weights)  # so that it is not trained a third time
    return trained


def drop_weights(files: StudyFiles, attempts: Iterable[TrialRecord], leaders: Iterable[TrialRecord]) -> None:
    """Delete the weights of those of `attempts` that have ended and whose slot is none of the `leaders`'."""
    kept = {record.slot for record in leaders}
    for record in attempts:
        if record.ended and record.slot not in kept:
            (files.trial(record.slot) / "weights.npz").unlink(missing_ok=True)
