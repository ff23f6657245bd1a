"""What one process is asked to do: the settings that decide its figures, and where its files lie."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LEARNING_RATE = (1e-4, 1e-2)  # drawn on a log scale
DROPOUT = (0.0, 0.5)
WEIGHT_DECAY = 4e-3  # Keras's own for AdamW, so nobody has to name it
STRUCTURES: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "mlp": {"units": (32, 64, 128, 256), "depth": (1, 2, 3), "activation": ("relu",)},
    "cnn": {"filters": (8, 16, 32), "stages": (1, 2), "convolutions": (1, 2)},
    "lstm": {"units": (32, 64, 128), "layers": (1, 2), "direction": ("forward", "bidirectional")},
    "resnet": {"filters": (16,), "stages": (3,), "blocks": (1,)},  # ResNet-8: a stem, three blocks of two, the answer
}


@dataclass(frozen=True)
class Spec:
    """The settings of a run; rows of equal settings are the same measurement, `seed` is the number of the round.

    `space` lists by builder the values that each structural parameter may take. `search` says how they are drawn:
    random, tpe, hyperband or bayesian. `patience` is in epochs, None trains all of them. `target` is the validation
    accuracy at which the run ends. `rows` is the most rows of the data. `workers` None leaves the default.
    After the trial `settle`, counted from 1, a study waits until what it has started beside its trials is idle.
    """

    builders: tuple[str, ...]
    trials: int
    epochs: int
    seed: int = 0
    data: str = "digits"
    rows: int | None = None
    batch_size: int = 32
    search: str = "random"
    pruner: str = "none"
    patience: int | None = None
    target: float | None = None
    tracking: bool = False
    exports: bool = True
    workers: int | None = None
    settle: int = 0
    space: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)

    def structures(self) -> dict[str, Mapping[str, Sequence[Any]]]:
        """Return the values of every structural parameter, by builder."""
        return {name: self.space.get(name, STRUCTURES[name]) for name in self.builders}

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON values, tuples as lists."""
        return json.loads(json.dumps(asdict(self)))


@dataclass(frozen=True)
class Job:
    """A run: its settings, its own empty folder, the data, the clock at its start, and values drawn by another run.

    `prepared` is the file of prepared rows, `data` what `zoo tune` is given; `began` is `time.time()` before the
    process was started.
    """

    spec: Spec
    folder: Path
    prepared: Path
    data: str
    began: float
    values: Sequence[Mapping[str, Any]] = ()

    def write(self) -> Path:
        """Write the job into its folder; return the file."""
        path = self.folder / "job.json"
        plain = {**asdict(self), "folder": str(self.folder), "prepared": str(self.prepared)}
        path.write_text(json.dumps(plain), "utf-8")
        return path

    @classmethod
    def asked(cls) -> Job:
        """Return the job in the file that the command line names."""
        values = json.loads(Path(sys.argv[1]).read_text("utf-8"))
        spec = Spec(**{**values.pop("spec")})
        paths = {name: Path(values.pop(name)) for name in ("folder", "prepared")}
        return cls(spec=spec, **paths, **values)
