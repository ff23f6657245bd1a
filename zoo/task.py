"""What is to be learned: the kind of rows that come in and the kind of answer that goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MODALITIES = ("table", "image", "series", "text", "audio")


@dataclass(frozen=True)
class Task:
    """A learning task; `input_shape` is one prepared row, without the batch axis; regression has no classes.

    `horizon` is how many quantities an answer holds, the coming values of a forecast. `vocabulary` is how many
    different tokens rows of text may hold, 0 for other rows.
    """

    modality: str
    input_shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    dtype: str = "float32"
    horizon: int = 1
    vocabulary: int = 0

    @property
    def kind(self) -> str:
        """The kind of answer: classification or regression."""
        return "classification" if self.classes else "regression"

    @property
    def outputs(self) -> int:
        """Width of the model's answer: one column a class, or one a quantity."""
        return len(self.classes) or self.horizon

    def to_json(self) -> dict[str, Any]:
        """Return the task as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Task:
        """Return the task that `to_json` wrote."""
        shape, classes = tuple(values["input_shape"]), tuple(values["classes"])
        return cls(**{**values, "input_shape": shape, "classes": classes})
