"""From what a user asked to a plan: everything that can be checked is checked here, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from search.aiming import aims_of
from search.aims import FORMAT, Aims, read_limits, require_precision
from search.drawing.chains import chain_space
from search.drawing.draws import Draws, grid_of
from search.drawing.earlier import first_points
from search.drawing.hypermodels import Own, require_hypermodel
from search.drawing.idle import say_idle
from search.drawing.plugged import identity, plugged, use_plugins
from search.drawing.samplers import require_sampler
from search.drawing.spaces import StudySpace, adjusted, study_space
from search.drawing.suiting import decided, suited
from search.files import StudyFiles, plain_name
from search.fingerprint import recorded_workers, versions
from search.settings import Settings
from search.stopping.pruning import require_pruner
from search.watcher import Watcher
from zoo.augmentations import augmentations_for, strength_of
from zoo.builders import BUILDERS, default_builders, require_accepts
from zoo.checking import Check, check
from zoo.data import in_memory, load_data
from zoo.errors import BadValue, ZooError, unknown
from zoo.goals import COSTS, GOALS, direction
from zoo.losses import loss_for
from zoo.plans import plan_space
from zoo.recipe import TrainConfig
from zoo.space import Parameter, checked
from zoo.splits import split
from zoo.training.weighting import require_classes

if TYPE_CHECKING:
    from zoo.dataset import Dataset, Splits
    from zoo.workspace import Workspace

DEFAULT_WORKERS = 1


@dataclass(frozen=True)
class Plan:
    """A study that can begin: its data, its space, what its trials share and where they go."""

    settings: Settings
    files: StudyFiles
    splits: Splits
    space: StudySpace
    aims: Aims
    goal_reason: str
    check: Check
    workers: int
    draws: Draws
    prepared: Mapping[str, Any] = field(default_factory=dict)
    jit_compile: dict[str, bool] = field(default_factory=dict)  # by builder, decided once the study's files are there
    own: Own | None = None  # the user's model, in place of builders
    _starting: Lock = field(default_factory=Lock, compare=False, repr=False)

    @property
    def dataset(self) -> Dataset:
        """The data as it was read."""
        return self.splits.dataset

    @property
    def experiment(self) -> str:
        """The name of the MLflow experiment: studies of the same data and goal share one."""
        return f"{self.dataset.name}, {self.goal}"

    @property
    def goal(self) -> str:
        """The metric that training watches and trials are compared by: the first goal, unless that is a cost."""
        return self.aims.metric

    @property
    def direction(self) -> str:
        """Whether the metric is to minimize or to maximize."""
        return direction(self.goal)

    @property
    def epochs(self) -> int:
        """The most epochs that a trial may train."""
        epochs = self.space.train["epochs"]
        return max(epochs.domain.points() or (epochs.default,))

    @cached_property
    def _workspace(self) -> Workspace:
        from zoo.workspace import Workspace

        workspace = Workspace(self.settings.threads)
        workspace.add(self.splits, self.prepared)
        return workspace

    @property
    def workspace(self) -> Workspace:
        """What is trained and judged in this process shares this; its first use starts TensorFlow."""
        with self._starting:
            return self._workspace

    def fingerprint(self) -> dict[str, Any]:
        """Return all that decides the study's results, and the settings that `search.resume` starts it with."""
        train, validation, test = (len(part) for part in (self.splits.train, self.splits.validation, self.splits.test))
        settings = self.settings
        return {
            "schema": 1,
            "data": self.dataset.source.sha256,
            **settings.several(),  # before the split, which follows from it
            "split": {"rows": [train, validation, test], "seed": self.dataset.source.split_seed},
            "goal": self.goal,  # before the space, whose train.monitor follows from it: the first difference is named
            **({"goals": list(self.aims.goals)} if len(self.aims.goals) > 1 else {}),
            "limits": [str(limit) for limit in self.aims.limits],
            "precision": self.aims.precision,
            **({} if self.aims.format == FORMAT else {"format": self.aims.format}),
            "space": self.space.to_json(),
            **({} if self.own is None else {"hypermodel": self.own.identity}),
            **identity(settings),
            "sampler": settings.sampler,
            "from": settings.from_study,
            "first": [dict(point) for point in self.draws.first],
            "pruner": settings.pruner,
            "seed": settings.seed,
            "threads": settings.threads,
            "workers": self.workers,
            "trial_timeout": settings.trial_timeout,
            "versions": versions(),
            "asked": settings.asked(),
            "experiment": self.experiment,
        }


def make_plan(settings: Settings, watcher: Watcher) -> Plan:
    """Read and split the data, say what it is, and check every setting against it; write nothing."""
    require_known(settings)
    dataset = _read(settings)
    prepared = _Preparation.of(dataset, settings)
    splits = split(dataset, preparation=prepared.values, folds=settings.folds)
    checked_data = check(dataset, splits)
    watcher.checked(checked_data)
    if settings.device is not None:
        watcher.said(decided(settings.device, settings.precision, settings.compress))
    files = StudyFiles(settings.root.resolve(), plain_name(dataset.name) if settings.study is None else settings.study)
    aims, reason = aims_of(settings, splits)
    if settings.hypermodel is not None and settings.compress:
        raise BadValue("a model of your own is not taken apart. Leave --compress away, or --hypermodel.")
    own = None if settings.hypermodel is None else Own.of(settings, splits.task)
    fixed = {**settings.fixed, "train.monitor": aims.metric}
    space = _space(settings, own, fixed, prepared, dataset.modality)
    say_idle(space, (*settings.fixed, *settings.narrowed), watcher)
    _require_classes(space, splits)
    _require_loss(space, splits)
    settings = plugged(settings, space, watcher)
    workers = 0 if in_memory(dataset.source) else workers_of(settings, files)
    draws = _draws(settings, files, space)
    settings = _within(settings, draws, watcher)
    return Plan(settings, files, splits, space, aims, reason, checked_data, workers, draws, prepared.values, own=own)


def _space(
    settings: Settings, own: Own | None, fixed: Mapping[str, Any], prepared: _Preparation, modality: str
) -> StudySpace:
    """Return the space of the builders or of the user's own model, fixed and narrowed as the settings say."""
    if own is not None:
        return adjusted(own.space_beside(prepared.space, prepared.augment), fixed, settings.narrowed)
    builders = settings.builders or default_builders(modality)
    for builder in builders:
        require_accepts(builder, modality)
    compress = chain_space(settings.precision) if settings.compress else {}
    space = study_space(builders, fixed, settings.narrowed, prepared.space, prepared.augment, compress)
    return space if settings.device is None else suited(space, settings.device, asked={*fixed, *settings.narrowed})


def _draws(settings: Settings, files: StudyFiles, space: StudySpace) -> Draws:
    first = first_points(files, settings.from_study, space)
    return Draws(settings.sampler, settings.seed, first, grid_of(settings.sampler, space, settings.seed))


def _within(settings: Settings, draws: Draws, watcher: Watcher) -> Settings:
    """Return the settings with no more trials than a grid has points."""
    if draws.points is None or settings.trials <= draws.points:
        return settings
    watcher.said(f"the grid has {draws.points:,} points, so there are as many trials")
    return replace(settings, trials=draws.points)


def workers_of(settings: Settings, files: StudyFiles) -> int:
    """Return how many processes train: as asked, else as the study began, else one."""
    asked = recorded_workers(files) if settings.workers is None else settings.workers
    return DEFAULT_WORKERS if asked is None else asked


def _read(settings: Settings) -> Dataset:
    """Return the data; unless a task is asked for, numbers in its target are learned as the goal needs them."""
    options = settings.data_options()
    dataset = load_data(settings.data, **options)
    asked = set(settings.goals).difference(COSTS)
    if settings.task is not None or not asked.difference(GOALS[dataset.kind]):
        return dataset
    try:
        task = next(kind for kind, goals in GOALS.items() if asked.intersection(goals))
        return load_data(settings.data, **{**options, "task": task})
    except ZooError:
        return dataset  # whose goals are others, as `aims_of` says


@dataclass(frozen=True)
class _Preparation:
    """What `preparation.*` and `augment.*` a study may vary, and the values that its own splits are prepared by."""

    space: Mapping[str, Parameter]
    augment: Mapping[str, Parameter]
    values: Mapping[str, Any]

    @classmethod
    def of(cls, dataset: Dataset, settings: Settings) -> _Preparation:
        """Return them; augmentations are those that the settings name. Raises UnknownName, Unsupported or BadValue."""
        space, asked = plan_space(dataset), {**settings.fixed, **settings.narrowed}
        named = [name.removeprefix("augment.") for name in asked if name.startswith("augment.")]
        known = augmentations_for(dataset.modality, dataset.kind)
        for name in (*settings.augment, *named):
            if name not in known:
                raise unknown(f"augmentation of {dataset.modality} {dataset.kind}", name, known)
        augment = {name: strength_of(name) for name in sorted({*settings.augment, *named})}
        fixed = {name: settings.fixed.get(f"preparation.{name}", p.default) for name, p in space.items()}
        return cls(space, augment, checked(space, fixed, "preparation"))


def _require_classes(space: StudySpace, splits: Splits) -> None:
    """Raise BadValue for a study of quantities whose trials would balance classes."""
    for name in ("class_weight", "sampling"):
        for value in _values(space.train[name]):
            require_classes(TrainConfig(**{name: value}), splits.task.kind)


def _require_loss(space: StudySpace, splits: Splits) -> None:
    """Raise BadValue for a study whose trials would have another task's loss; a model of one's own brings its own."""
    if "loss" in space.train:
        most = max(_values(space.train["label_smoothing"]))
        for value in _values(space.train["loss"]):
            loss_for(TrainConfig(loss=value, label_smoothing=most), splits.task)


def _values(parameter: Parameter) -> tuple[Any, ...]:
    """Return the values that a study draws a parameter from, or leaves it at."""
    return parameter.domain.points() or (parameter.default,)


def require_known(settings: Settings) -> None:
    """Raise UnknownName for a builder, sampler, pruner or goal that there is not, Unsupported for a missing package."""
    use_plugins(settings)
    require_sampler(settings.sampler)
    require_pruner(settings.pruner, len(settings.goals))
    require_precision(settings.precision)
    read_limits(settings.limit)
    require_hypermodel(settings)
    every_goal = [*(goal for goals in GOALS.values() for goal in goals), *COSTS]
    for kind, names, asked in (("builder", BUILDERS.names(), settings.builders), ("goal", every_goal, settings.goals)):
        for name in asked:
            if name not in names:
                raise unknown(kind, name, names)
