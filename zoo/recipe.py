"""A recipe names everything that decides a result: data, model, training, compression, threads and seed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

from zoo.errors import BadData, BadValue
from zoo.own.parts import recorded, require_known
from zoo.space import Choice, Float, Int, Live, Part, When, WhenTaken, checked, space_of

SCHEMA = 1
TASKS = ("classification", "regression")
FEWEST_FOLDS, MOST_FOLDS = 2, 20
FOLDING = ("folds", "fold")  # of a Source
OWN_MODEL = "hypermodel"  # the builder of a recipe whose one plugin is a user's own function, compiled by them
# what of `train.*` is left to say for such a model
OF_OWN_MODEL = ("epochs", "patience", "batch_size", "monitor", "class_weight", "sampling", "fidelity", "stop_after")
OF_LOSSES = ("label_smoothing", "focal_gamma", "huber_delta", "quantile")  # what of `train.*` losses may take
# Live settings that at 0, and only there, leave their operations out of the compiled program
SWITCHES = (
    *("l1", "max_norm", "label_smoothing"),
    *("clip_value", "clip_variable_norm", "sharpness", "ema_momentum"),
)
_CURE = "Write one with `zoo tune`, or mend that key."
_SCHEDULES = ("constant", "cosine", "one_cycle", "exponential", "reduce_on_plateau")
_ON_PLATEAU = When("schedule", ("reduce_on_plateau",))


@dataclass(frozen=True)
class Source:
    """Data as the user gave it, and the hash of what was read from it; `rows` is the most rows to learn from.

    `task`, one of TASKS, says how numbers in the target are learned; None leaves it to the reader's rule. `ignore`,
    `weight`, `id`, `group` and `time` name columns: those left out, the weight of a row, what names a row, what must
    not be split, what orders the rows. `lookback` and `horizon` count the steps that a forecast sees and foretells.
    `pattern` tells what names of files say, as `{label}_{speaker}_{index}`. `memory` is how many bytes rows may
    fill before they are read from the disk; it changes no result. With `folds` the rows that are not for the test are
    parted into so many, and part `fold`, counted from 0, is for validation. Raises BadValue for a fold there is not.
    """

    path: str
    target: str | None = None
    reader: str | None = None
    sha256: str | None = None
    split_seed: int = 0
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
    folds: int | None = None
    fold: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "ignore", tuple(self.ignore))
        require_folds(self.folds)
        if not 0 <= self.fold < (self.folds or 1):
            rule = "without folds it must be 0" if self.folds is None else f"of {self.folds} folds the last is "
            last = "" if self.folds is None else str(self.folds - 1)
            raise BadValue(f"fold is {self.fold}; {rule}{last}. Try fold 0.")

    def to_json(self) -> dict[str, Any]:
        """Return the source as plain JSON values; without folds it reads as it did before there were any."""
        values = asdict(self)
        return values if self.folds else {name: value for name, value in values.items() if name not in FOLDING}


def require_folds(folds: int | None) -> None:
    """Raise BadValue unless rows may be parted into so many folds; None is no folds."""
    if folds is not None and not FEWEST_FOLDS <= folds <= MOST_FOLDS:
        raise BadValue(f"folds is {folds}; it must be {FEWEST_FOLDS} to {MOST_FOLDS}. Try 5.")


_KINDS: dict[str, tuple[Any, str]] = {
    "str": (str, "text"),
    "str | None": (str | None, "text or null"),
    "int": (int, "a whole number"),
    "int | None": (int | None, "a whole number or null"),
    "tuple[str, ...]": (list | tuple, "a list"),
}
SOURCE_TYPES = {part.name: _KINDS[str(part.type)] for part in fields(Source)}  # in JSON, and their names in errors
# what a user may say of data, in Python and on the command line
DATA_OPTIONS = tuple(name for name in SOURCE_TYPES if name not in ("path", "sha256", "split_seed", *FOLDING))
_TYPES: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("data", "model", "preparation", "augment", "train"), (Mapping, "an object")),
    **{f"data.{name}": kind for name, kind in SOURCE_TYPES.items()},
    **{"builder": _KINDS["str"], "threads": _KINDS["int"], "seed": _KINDS["int"]},
    **dict.fromkeys(("compress", "plugins"), (list | tuple, "a list")),
    "export": (Mapping | None, "an object or null"),
}
_LEAST = {"threads": 1, "seed": 0, "data.split_seed": 0, "data.rows": 1, "data.lookback": 1, "data.horizon": 1}


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained; every field is checked against its domain.

    Training ends after `epochs`, or after `stop_after` of them where that is not 0, which changes no epoch before.
    A batch of more rows than there are is all of them. `form` says whose epsilon an optimizer has; `rho` 0 leaves each
    its own. `sharpness` is the radius of sharpness-aware steps, `lookahead` how many steps run ahead of the slow
    weights, `ema_momentum` averages the weights: 0 is none of each. `rate_end` is the share of the learning rate that
    a schedule ends at, 0 its own; `warm_up` is the share of the training over which the rate rises. `loss` auto is the
    usual one of the task, `max_norm` the longest that a unit's incoming weights may be, 0 for any length.
    """

    epochs: Annotated[int, Int(1, 10_000, search=())] = 30
    patience: Annotated[int, Int(1, 10_000, search=())] = 5
    batch_size: Annotated[int, Int(1, 2**30, grid="doubling", search=())] = 32
    optimizer: Annotated[str, Part("optimizer")] = "adam"
    form: Annotated[str, Choice("keras", "paper", search=()), WhenTaken("optimizer", "form")] = "keras"
    momentum: Annotated[float, Float(0.0, 0.9999, search=()), Live, WhenTaken("optimizer", "momentum")] = 0.9
    beta_1: Annotated[float, Float(0.0, 0.9999, search=()), Live, WhenTaken("optimizer", "beta_1")] = 0.9
    beta_2: Annotated[float, Float(0.0, 0.99999, search=()), Live, WhenTaken("optimizer", "beta_2")] = 0.999
    rho: Annotated[float, Float(0.0, 0.9999, search=()), Live, WhenTaken("optimizer", "rho")] = 0.0
    monitor: Annotated[str, Choice("auto", "accuracy", "balanced_accuracy", "rmse", "mae", "r2", search=())] = "auto"
    l2: Annotated[float, Float(0.0, 1.0, log=True, search=()), Live] = 0.0
    clip_norm: Annotated[float, Float(0.0, 1e6, search=()), Live] = 0.0
    clip_value: Annotated[float, Float(0.0, 1e6, search=()), Live] = 0.0
    clip_variable_norm: Annotated[float, Float(0.0, 1e6, search=()), Live] = 0.0
    sharpness: Annotated[float, Float(0.0, 10.0, search=()), Live] = 0.0
    lookahead: Annotated[int, Int(0, 1000, search=())] = 0
    lookahead_share: Annotated[float, Float(0.0, 1.0, search=()), Live] = 0.5
    ema_momentum: Annotated[float, Float(0.0, 0.99999, search=()), Live] = 0.0
    learning_rate: Annotated[float, Float(1e-7, 10.0, log=True, search=(3e-4, 1e-2)), Live] = 1e-3
    weight_decay: Annotated[float, Float(0.0, 1.0, log=True, search=(1e-5, 1e-1)), Live] = 4e-3
    schedule: Annotated[str, Choice(*_SCHEDULES, search=())] = "constant"
    warm_up: Annotated[float, Float(0.0, 0.9, search=()), Live] = 0.0
    restarts: Annotated[int, Int(0, 10, search=()), When("schedule", ("cosine",))] = 0
    rate_end: Annotated[float, Float(0.0, 1.0, search=()), Live] = 0.0
    plateau_patience: Annotated[int, Int(1, 1000, search=()), _ON_PLATEAU] = 2
    plateau_factor: Annotated[float, Float(0.0, 1.0, search=()), Live, _ON_PLATEAU] = 0.5
    class_weight: Annotated[str, Choice("none", "balanced", search=())] = "none"
    sampling: Annotated[str, Choice("shuffle", "balanced", search=())] = "shuffle"
    fidelity: Annotated[str, Choice("epochs", "rows", search=())] = "epochs"
    stop_after: Annotated[int, Int(0, 10_000, search=())] = 0
    precision: Annotated[str, Choice("float32", "mixed_float16", "mixed_bfloat16", search=())] = "float32"
    jit_compile: Annotated[bool, Choice(False, True, search=())] = False
    l1: Annotated[float, Float(0.0, 1.0, log=True, search=()), Live] = 0.0
    max_norm: Annotated[float, Float(0.0, 1e3, search=()), Live] = 0.0
    loss: Annotated[str, Part("loss")] = "auto"
    label_smoothing: Annotated[
        float, Float(0.0, 0.9, search=()), Live, WhenTaken("loss", "label_smoothing", "auto")
    ] = 0.0
    focal_gamma: Annotated[float, Float(0.0, 10.0, search=()), Live, WhenTaken("loss", "focal_gamma")] = 2.0
    huber_delta: Annotated[float, Float(1e-3, 1e3, log=True, search=()), Live, WhenTaken("loss", "huber_delta")] = 1.0
    quantile: Annotated[float, Float(0.01, 0.99, search=()), Live, WhenTaken("loss", "quantile")] = 0.5

    def __post_init__(self) -> None:
        for name, value in checked(space_of(TrainConfig), asdict(self), "train").items():
            object.__setattr__(self, name, value)

    def applying(self) -> dict[str, Any]:
        """Return the settings that matter, without those of optimizers, losses and schedules that are not in use."""
        values = asdict(self)
        conditions = {name: parameter.when for name, parameter in space_of(TrainConfig).items()}
        return {name: value for name, value in values.items() if not conditions[name] or conditions[name].holds(values)}

    def switched(self) -> tuple[str, ...]:
        """Return the names of SWITCHES that are on: programs differ by them, and not by how large they are."""
        return tuple(name for name in SWITCHES if getattr(self, name) > 0)


@dataclass(frozen=True)
class Recipe:
    """One trial, whole: the same recipe on the same machine gives the same model.

    `plugins` lists parts of a user's own that the recipe names and this process knows, whether they were given or not.
    """

    data: Source
    builder: str
    model: Mapping[str, Any] = field(default_factory=dict)
    preparation: Mapping[str, Any] = field(default_factory=dict)
    augment: Mapping[str, float] = field(default_factory=dict)
    train: TrainConfig = field(default_factory=TrainConfig)
    compress: tuple[Mapping[str, Any], ...] = ()
    export: Mapping[str, str] | None = None
    plugins: tuple[Mapping[str, str], ...] = ()
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        train = [("loss", self.train.loss), ("optimizer", self.train.optimizer)]
        model = [("activation", value) for value in self.model.values() if isinstance(value, str)]
        names = [("builder", self.builder), *train, *model]
        object.__setattr__(self, "plugins", recorded(self.plugins, [] if self.builder == OWN_MODEL else names))

    def values(self) -> dict[str, Any]:
        """Return what a study varies, by dotted name: `model.builder`, `model.units`, `train.learning_rate` ...

        Settings of training that matter only beside another one, such as `train.momentum`, are left out elsewhere.
        """
        given = {"preparation": self.preparation, "model": self.model, "augment": self.augment}
        train = self.train.applying()
        if self.builder == OWN_MODEL:
            train = {name: train[name] for name in OF_OWN_MODEL}
        parts = {**given, "train": train}
        flat = {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}
        return {"model.builder": self.builder, **flat, **self._compress_values()}

    def _compress_values(self) -> dict[str, Any]:
        """Return the chain of compression methods and their values: `compress.chain`, `compress.channels.share`."""
        if not self.compress:
            return {}
        own = [(step["method"], name, value) for step in self.compress for name, value in step.items()]
        values = {f"compress.{method}.{name}": value for method, name, value in own if name != "method"}
        return {"compress.chain": "+".join(step["method"] for step in self.compress), **values}

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values, with its schema version."""
        data, compress = self.data.to_json(), [dict(step) for step in self.compress]
        return {"schema": SCHEMA, **asdict(self), "data": data, "compress": compress}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe that `to_json` wrote, and know the parts of a user's own that it lists.

        Raises BadValue for another schema or an unknown key, BadData for a part whose file has changed or is gone.
        """
        if values.get("schema") != SCHEMA:
            raise BadValue(f"the recipe's schema is {values.get('schema')!r}; this version reads {SCHEMA}. {_CURE}")
        rest = {name: value for name, value in values.items() if name != "schema"}
        _require_types(rest)
        require_known(rest.get("plugins", ()))
        try:
            data, train = Source(**rest.pop("data")), TrainConfig(**rest.pop("train", {}))
            compress, plugins = tuple(rest.pop("compress", ())), tuple(rest.pop("plugins", ()))
            return cls(data=data, train=train, compress=compress, plugins=plugins, **rest)
        except (KeyError, TypeError) as error:
            raise BadValue(f"not a recipe: {error}. {_CURE}") from error


def _require_types(values: Mapping[str, Any]) -> None:
    """Raise BadValue for a part of a recipe's JSON that is not of its type; keys are checked where they are taken."""
    data = values.get("data")
    parts = {**values, **({f"data.{name}": value for name, value in data.items()} if isinstance(data, Mapping) else {})}
    for name, (types, what) in _TYPES.items():
        if name in parts and (not isinstance(parts[name], types) or isinstance(parts[name], bool)):
            raise BadValue(f"not a recipe: {name} is {parts[name]!r}; it must be {what}. {_CURE}")
    task = parts.get("data.task")
    if task not in (None, *TASKS):
        raise BadValue(f"not a recipe: data.task is {task!r}; it must be {', '.join(TASKS)} or null. {_CURE}")
    for name, low in _LEAST.items():
        number = parts.get(name)
        if number is not None and not low <= number < 2**31:
            raise BadValue(f"not a recipe: {name} is {number}; it must be {low} to {2**31 - 1}. {_CURE}")


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a JSON file; raise BadData when there is none."""
    try:
        return Recipe.from_json(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise BadData(f"no recipe at {path}; give the path of a recipe.json.") from error
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror}); give the path of a recipe.json.") from error
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadData(f"{path} is not JSON of a recipe ({error}); give the path of a recipe.json.") from error
