"""A recipe names everything that decides a result: data, model, training, compression, threads and seed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any

from zoo.errors import BadData, BadValue
from zoo.space import Choice, Float, Int, Live, checked, space_of

SCHEMA = 1
TASKS = ("classification", "regression")
_CURE = "Write one with `zoo tune`, or mend that key."


@dataclass(frozen=True)
class Source:
    """Data as the user gave it, and the hash of what was read from it; `rows` is the most rows to learn from.

    `task`, one of TASKS, says how numbers in the target are learned; None leaves it to the reader's rule. `ignore`,
    `weight`, `id`, `group` and `time` name columns: those left out, the weight of a row, what names a row, what must
    not be split, what orders the rows. `lookback` and `horizon` count the steps that a forecast sees and foretells.
    `pattern` tells what names of files say, as `{label}_{speaker}_{index}`. `memory` is how many bytes rows may
    fill before they are read from the disk; it changes no result.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "ignore", tuple(self.ignore))


_KINDS: dict[str, tuple[Any, str]] = {
    "str": (str, "text"),
    "str | None": (str | None, "text or null"),
    "int": (int, "a whole number"),
    "int | None": (int | None, "a whole number or null"),
    "tuple[str, ...]": (list | tuple, "a list"),
}
SOURCE_TYPES = {part.name: _KINDS[str(part.type)] for part in fields(Source)}  # in JSON, and their names in errors
# what a user may say of data, in Python and on the command line
DATA_OPTIONS = tuple(name for name in SOURCE_TYPES if name not in ("path", "sha256", "split_seed"))
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
    """

    epochs: Annotated[int, Int(1, 10_000, search=())] = 30
    patience: Annotated[int, Int(1, 10_000, search=())] = 5
    batch_size: Annotated[int, Int(1, 65_536, grid="doubling", search=())] = 32
    optimizer: Annotated[str, Choice("adam", "sgd", "momentum", "rmsprop", search=())] = "adam"
    monitor: Annotated[str, Choice("auto", "accuracy", "balanced_accuracy", "rmse", "mae", "r2", search=())] = "auto"
    l2: Annotated[float, Float(0.0, 1.0, log=True, search=()), Live] = 0.0
    clip_norm: Annotated[float, Float(0.0, 1e6, search=()), Live] = 0.0
    learning_rate: Annotated[float, Float(1e-7, 10.0, log=True, search=(3e-4, 1e-2)), Live] = 1e-3
    weight_decay: Annotated[float, Float(0.0, 1.0, log=True, search=(1e-5, 1e-1)), Live] = 4e-3
    class_weight: Annotated[str, Choice("none", "balanced", search=())] = "none"
    sampling: Annotated[str, Choice("shuffle", "balanced", search=())] = "shuffle"
    fidelity: Annotated[str, Choice("epochs", "rows", search=())] = "epochs"
    stop_after: Annotated[int, Int(0, 10_000, search=())] = 0
    precision: Annotated[str, Choice("float32", "mixed_float16", "mixed_bfloat16", search=())] = "float32"
    jit_compile: Annotated[bool, Choice(False, True, search=())] = False

    def __post_init__(self) -> None:
        for name, value in checked(space_of(TrainConfig), asdict(self), "train").items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Recipe:
    """One trial, whole: the same recipe on the same machine gives the same model."""

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

    def values(self) -> dict[str, Any]:
        """Return what a study varies, by dotted name: `model.builder`, `model.units`, `train.learning_rate` ..."""
        given = {"preparation": self.preparation, "model": self.model, "augment": self.augment}
        parts = {**given, "train": asdict(self.train)}
        flat = {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}
        return {"model.builder": self.builder, **flat}

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as plain JSON values, with its schema version."""
        return {"schema": SCHEMA, **asdict(self), "compress": [dict(step) for step in self.compress]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe that `to_json` wrote; raise BadValue for another schema or an unknown key."""
        if values.get("schema") != SCHEMA:
            raise BadValue(f"the recipe's schema is {values.get('schema')!r}; this version reads {SCHEMA}. {_CURE}")
        rest = {name: value for name, value in values.items() if name != "schema"}
        _require_types(rest)
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
    except (ValueError, AttributeError) as error:
        raise BadData(f"{path} is not JSON of a recipe ({error}); give the path of a recipe.json.") from error
