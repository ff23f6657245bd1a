"""preview: what `tune` would do with the same options: its space, its first three recipes and how long it would take.

Nothing is trained and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from search.aims import FORMAT, Aims
from search.choosing.scoring import rows_of
from search.claiming.attempt import Slot
from search.claiming.storage import database
from search.costs.compiling import recorded
from search.costs.forecasting import Forecast, time_left
from search.costs.foretelling import foretold
from search.drawing.chains import is_foreseen
from search.drawing.counting import Size, is_continuous, size_of
from search.drawing.samplers import FIXED_START
from search.drawing.spaces import BUILDER, SHARED
from search.files import StudyFiles
from search.fingerprint import compared
from search.objective import recipe_of
from search.planning import Plan, make_plan
from search.settings import EPOCHS, FIDELITY, settings_of
from search.trials import Trials, counts, read_study
from search.watcher import Watcher, one_at_a_time
from zoo.converter import Converter
from zoo.errors import ConversionFailed, UnknownName
from zoo.proving.weighing import weigh_structure
from zoo.recipe import Recipe
from zoo.space import Parameter

SKETCHES = 3  # recipes
OWN_OPTIONS = {EPOCHS: "--epochs", FIDELITY: "--fidelity"}


@dataclass(frozen=True)
class Row:
    """One value of a study's space: its `points`, or the range from low to high where it is `between`, and why.

    `source` is --set, --space, searched by default, or default where it is not searched.
    """

    name: str
    points: tuple[Any, ...]
    between: bool
    log: bool
    source: str

    @property
    def searched(self) -> bool:
        """Whether trials differ in it."""
        return len(self.points) > 1


@dataclass(frozen=True)
class Sketch:
    """A recipe that is not trained: its values, and what its model's file would take; `refused` says why it has none.

    A trial whose file is beyond a limit would be stopped before its first epoch, which `beyond` says.
    """

    slot: int
    builder: str
    values: Mapping[str, Any]
    parameters: int | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    beyond: str | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Preview:
    """A study that was not begun. `recipes` are those of its first slots, unless its `sampler` looks at their results.

    Costs are those of a file in `format` and `precision`, converted from weights that were not trained. `forecast` is
    how long the command would take, `recorded` whether trials of this study told it.
    """

    study: str
    goals: tuple[str, ...]
    limits: tuple[str, ...]
    sampler: str
    seed: int
    workers: int
    trials: Trials
    space: tuple[Row, ...]
    size: Size
    recipes: tuple[Sketch, ...]
    exact: bool
    forecast: Forecast
    recorded: bool
    precision: str = "float32"
    format: str = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Return the preview as plain JSON values."""
        rows = [{**asdict(row), "searched": row.searched} for row in self.space]
        parts = {"space": rows, "size": self.size.to_json(), "forecast": self.forecast.to_json()}
        return {**asdict(self), **parts}


def preview(data: Any, *, watcher: Watcher | None = None, **options: Any) -> Preview:
    """Return what `search.tune` would do with the same options, and raise what it would refuse them by."""
    settings, watcher = settings_of(data, **options), one_at_a_time(watcher or Watcher())
    with Converter() as converter:
        converter.start()  # TensorFlow's import takes longer than all else
        plan = make_plan(settings, watcher)
        plan.files.require_makable()
        for warning in compared(plan.files, plan.fingerprint()):
            watcher.said(warning)
        if plan.files.fingerprint.exists():
            plan.jit_compile.update(recorded(plan.files) or {})
        records = _records(plan.files)
        progress = counts(records, plan.settings.trials)
        watcher.planned(plan, progress)
        watcher.stage("weighing three models that are not trained")
        recipes = first_recipes(plan)
        sketches, weighed = zip(
            *(_sketch(slot, recipe, plan, converter) for slot, recipe in enumerate(recipes)), strict=True
        )
    again = plan.settings.finalists if progress.total < progress.target else 0
    known = time_left(records, progress, plan.workers, again)
    return Preview(
        study=plan.files.study,
        goals=plan.aims.goals,
        limits=tuple(map(str, plan.aims.limits)),
        sampler=plan.settings.sampler,
        seed=plan.settings.seed,
        workers=plan.workers,
        trials=progress,
        space=rows_of_space(plan),
        size=size_of(plan.space),
        recipes=sketches,
        exact=plan.settings.sampler in FIXED_START,
        forecast=known or foretold(plan, [one for one in weighed if one is not None]),
        recorded=known is not None,
        precision=plan.aims.precision,
        format=plan.aims.format,
    )


def first_recipes(plan: Plan) -> tuple[Recipe, ...]:
    """Return the recipes of the first slots as the study draws them; no later than its trials."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    study, found = optuna.create_study(directions=plan.aims.directions), []
    for slot in range(min(SKETCHES, plan.settings.trials)):
        study.sampler = plan.draws(slot)
        trial = study.ask()
        for name, value in (("slot", slot), ("attempt", 0)):
            trial.set_user_attr(name, value)
        found.append(recipe_of(Slot(trial), plan))
    return tuple(found)


def rows_of_space(plan: Plan) -> tuple[Row, ...]:
    """Return every value of the space, the builders' first, by the dotted names that --set and --space take."""
    builders = tuple(plan.space.builders)
    several, asked = len(builders) > 1, _source(plan, "model", "builder")
    chosen = Row(BUILDER, builders, False, False, asked or ("searched by default" if several else "default"))
    rows = [
        _row(plan, part if several or part in SHARED else "model", part, name, parameter)
        for part, own in plan.space.parts().items()
        for name, parameter in own.items()
    ]
    return (chosen, *rows)


def _row(plan: Plan, owner: str, part: str, name: str, parameter: Parameter) -> Row:
    points, between = parameter.domain.points() or (parameter.default,), is_continuous(parameter)
    source = _source(plan, part, name) or ("searched by default" if len(points) > 1 else "default")
    return Row(f"{owner}.{name}", tuple(points), between, between and parameter.domain.log, source)


def _source(plan: Plan, part: str, name: str) -> str:
    """Return the option that a value was given by, "" for none."""
    names = {f"{part}.{name}"} | ({f"model.{name}"} if part not in SHARED else set())
    settings = plan.settings
    if name == "builder":
        return "--builder" if settings.builders or BUILDER in {*settings.fixed, *settings.narrowed} else ""
    if f"{part}.{name}" == "train.monitor":
        return "the goal"
    if f"{part}.{name}" in OWN_OPTIONS and names & set(settings.fixed):
        return OWN_OPTIONS[f"{part}.{name}"]
    return "--set" if names & set(settings.fixed) else "--space" if names & set(settings.narrowed) else ""


def _sketch(slot: int, recipe: Recipe, plan: Plan, converter: Converter) -> tuple[Sketch, Any]:
    """Return the sketch of a recipe, and what was weighed of it, None where no file can be made."""
    drawn = Sketch(slot, recipe.builder, recipe.values())
    try:
        parameters, file = weigh_structure(
            recipe, rows_of(plan, recipe), plan.aims.variant, converter, strip=plan.aims.strip
        )
    except ConversionFailed as error:
        return replace(drawn, refused=str(error)), None
    costs = {"bytes": file.bytes, "ram": file.facts.arena_bytes, "macs": file.facts.macs}
    known = {name: value for name, value in costs.items() if value is not None}
    beyond = _beyond(plan.aims, {"params": parameters, **known})
    if not is_foreseen(recipe):
        beyond = None  # a compression is yet to come
    return replace(drawn, parameters=parameters, costs=known, beyond=beyond), (recipe, parameters, file)


def _beyond(aims: Aims, known: Mapping[str, float]) -> str | None:
    return "; ".join(limit.broken(value) for limit, value in aims.broken(known).items()) or None


def _records(files: StudyFiles) -> tuple[Any, ...]:
    try:
        return read_study(database(files.root), files.study).records
    except UnknownName:
        return ()
