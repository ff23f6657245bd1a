"""What a user asks of a study, checked before anything is read or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from search.record.addresses import checked
from zoo.devices import device_named
from zoo.errors import BadValue, unknown
from zoo.recipe import DATA_OPTIONS, require_folds

EPOCHS = "train.epochs"  # what --epochs sets
FIDELITY = "train.fidelity"  # what --fidelity sets
MOST_TRIALS, MOST_WORKERS = 1_000_000, 64
MOST_REPEATS = 20
PLAIN = "float32"  # the precision of who asks for none
SEVERAL = ("folds", "repeats")
MOST_FINALISTS = 5  # as many as keep their weights
KEPT = ("threads", "workers", "trial_timeout", "stop_after_no_gain", "from_study", "hypermodel", "plugins")  # besides
OPTIONS = (
    *DATA_OPTIONS,
    "trials",
    "seed",
    "goal",
    "limit",
    "precision",
    "sampler",
    "pruner",
    "augment",
    "finalists",
    "folds",
    "repeats",
    "compress",
    "device",
)  # as `zoo tune` names them


@dataclass(frozen=True)
class Settings:
    """Every option of `zoo tune`; None means that the data or the zoo decides.

    `data` is a path, an embedded name, a pair of arrays (X, y) or a data frame. `builders` may be given as one text,
    with commas between the names, and `root` as text. `fixed` maps dotted names to values, `narrowed` to ranges as
    `--space` takes them. `augment` names the augmentations whose strength is searched, `ignore` columns to leave out.
    The options of the data are those of `zoo.load_data`. `timeout` and `trial_timeout` are in seconds.
    With `stop_after_no_gain` a study ends when so many trials in a row were no better; `from_study` names another one
    of this root, whose best points come first. The best `finalists` are trained again on fresh seeds before one is
    named champion; with fewer than 2 the best is it.
    A trial is trained `repeats` times on each of `folds` of the rows that are not for the test, and scored by the mean;
    what the pruner stops is trained once. `trial_timeout` is for all these trainings together, an even share each.
    Of several goals none is given up for another: the study finds their Pareto front. `limit` are texts such as
    "bytes=20kB"; with `precision` goals and limits mean the exported LiteRT file in it.
    With `compress` a trained model is made smaller before it is measured, by a chain of methods that is searched too.
    `device` names where the file will run (micro, mobile, server): that sets the `precision`, unless one is asked for,
    leaves activations out that have no integer kernel, and sets `compress` where files must be small.
    `hypermodel` names a function build(hp) or a HyperModel of a user's own, as file.py:build, in place of builders.
    `plugins` are files that register an activation, a loss, an optimizer or a builder of a user's own.
    `tracking_uri` is the MLflow server that the record of all studies of `root` goes to from now on, or "local".
    With `tensorboard` event files are kept for TensorBoard from now on.
    `threads` is for Python only: `zoo tune` trains with one. `workers` processes train side by side; with 0, and for
    data in memory, trials train in this process. None stands for what the study began with, and 1 for a new one.
    """

    data: Any
    target: str | None = None
    reader: str | None = None
    rows: int | None = None
    task: str | None = None
    ignore: tuple[str, ...] = ()
    weight: str | None = None
    id: str | None = None
    group: str | None = None
    time: str | None = None
    lookback: int | None = None
    horizon: int | None = None
    pattern: str | None = None
    memory: int | None = None
    augment: tuple[str, ...] = ()
    builders: tuple[str, ...] = ()
    trials: int = 20
    study: str | None = None
    seed: int = 0
    goal: str | tuple[str, ...] | None = None
    limit: tuple[str, ...] = ()
    precision: str | None = None
    sampler: str = "tpe"
    pruner: str = "asha"
    timeout: float | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    narrowed: Mapping[str, Any] = field(default_factory=dict)
    root: Path = field(default_factory=Path.cwd)
    threads: int = 1
    workers: int | None = None
    trial_timeout: float | None = None
    stop_after_no_gain: int | None = None
    from_study: str | None = None
    hypermodel: str | None = None
    finalists: int = 3
    repeats: int = 1
    folds: int | None = None
    compress: bool = False
    device: str | None = None
    plugins: tuple[str, ...] = ()
    tracking_uri: str | None = None
    tensorboard: bool = False

    def __post_init__(self) -> None:
        for name in ("builders", "augment"):
            object.__setattr__(self, name, _names(getattr(self, name)))
        object.__setattr__(self, "limit", (self.limit,) if isinstance(self.limit, str) else tuple(self.limit))
        if not isinstance(self.goal, str | None):
            object.__setattr__(self, "goal", tuple(self.goal) if len(self.goal) > 1 else next(iter(self.goal), None))
        given = (self.plugins,) if isinstance(self.plugins, str | Path) else self.plugins
        object.__setattr__(self, "plugins", tuple(map(str, given)))
        object.__setattr__(self, "ignore", (self.ignore,) if isinstance(self.ignore, str) else tuple(self.ignore))
        object.__setattr__(self, "root", Path(self.root))
        self._suit_device()
        object.__setattr__(self, "tracking_uri", self.tracking_uri and checked(self.tracking_uri))
        if not 1 <= self.trials <= MOST_TRIALS:
            raise BadValue(f"trials is {self.trials}; a study has 1 to {MOST_TRIALS:,}. Try --trials 20.")
        _require_finalists(self.finalists)
        _require_repeats(self.repeats)
        require_folds(self.folds)
        if self.threads < 1:
            raise BadValue(f"threads is {self.threads}; training needs at least 1. Try threads=1.")
        patience = self.stop_after_no_gain
        if patience is not None and patience < 1:
            raise BadValue(f"stop-after-no-gain is {patience}; it takes 1 trial or more. Try --stop-after-no-gain 10.")
        for name in ("timeout", "trial_timeout"):
            seconds = getattr(self, name)
            if seconds is not None and not seconds > 0:  # nan is not
                option = name.replace("_", "-")
                raise BadValue(f"{option} is {seconds:g}; it must be more than 0 seconds. Try --{option} 60.")
        if self.workers is not None and not 0 <= self.workers <= MOST_WORKERS:
            raise BadValue(
                f"workers is {self.workers}; 0 (train in this process) to {MOST_WORKERS} processes. Try --workers 1."
            )
        if not 0 <= self.seed < 2**31:
            raise BadValue(f"seed is {self.seed}; it must lie between 0 and 2147483647. Try --seed 0.")

    def _suit_device(self) -> None:
        """Take what is not asked for from the device: the precision, and whether models are made smaller."""
        device = None if self.device is None else device_named(self.device)
        if self.precision is None:
            object.__setattr__(self, "precision", PLAIN if device is None else device.precisions[0])
        if device is None:
            return
        device.require(self.precision, self.device)
        object.__setattr__(self, "compress", self.compress or (device.shrinks and self.hypermodel is None))

    @property
    def members(self) -> int:
        """How many trainings a trial has that the pruner does not stop."""
        return self.repeats * (self.folds or 1)

    @property
    def goals(self) -> tuple[str, ...]:
        """The goals that are asked for, in order; none when the data decides."""
        return () if self.goal is None else (self.goal,) if isinstance(self.goal, str) else self.goal

    def several(self) -> dict[str, int]:
        """Return how many folds and repeats there are, where there are several."""
        return {name: count for name in SEVERAL if (count := getattr(self, name) or 1) > 1}

    def data_options(self) -> dict[str, Any]:
        """Return the options of the data as `zoo.load_data` takes them."""
        return {name: getattr(self, name) for name in DATA_OPTIONS}

    def asked(self) -> dict[str, Any]:
        """Return as plain JSON values what `search.resume` needs to ask the same again."""
        ranges = {name: _as_json(given) for name, given in self.narrowed.items()}
        data = str(self.data) if isinstance(self.data, str | Path) else None
        kept = {name: getattr(self, name) for name in (*OPTIONS, *KEPT)}
        kept |= {name: list(kept[name]) for name in ("ignore", "augment", "limit", "plugins")}
        kept["goal"] = list(self.goal) if isinstance(self.goal, tuple) else self.goal
        kept["target"] = None if self.target is None else str(self.target)  # a data frame may number its columns
        return {"data": data, **kept, "builders": list(self.builders), "fixed": dict(self.fixed), "narrowed": ranges}


def settings_of(data: Any, **options: Any) -> Settings:
    """Return the settings; raise UnknownName, with the nearest match, for an option that there is not."""
    known = [field.name for field in fields(Settings)]
    for name in options:
        if name not in known:
            raise unknown("option", name, known)
    return Settings(data, **options)


def _require_repeats(count: int) -> None:
    if not 1 <= count <= MOST_REPEATS:
        raise BadValue(f"repeats is {count}; a trial is trained 1 to {MOST_REPEATS} times. Try --repeats 3.")


def _require_finalists(count: int) -> None:
    if not 0 <= count <= MOST_FINALISTS or count == 1:  # one is no choice
        raise BadValue(f"finalists is {count}; it must be 0, or 2 to {MOST_FINALISTS}. Try --finalists 3.")


def _names(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for name in (given.split(",") if isinstance(given, str) else given))


def _as_json(given: Any) -> Any:
    """Return a range as it was given, or as the text of `--space`."""
    if isinstance(given, Mapping):
        return dict(given)
    return list(given) if isinstance(given, list | tuple) else str(given)
