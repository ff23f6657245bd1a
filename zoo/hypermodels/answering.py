"""What the outputs of a user's compiled model mean: their loss tells logits from probabilities, and whole from one-hot.

A loss that is from logits means logits, any other one probabilities, as Keras itself takes them; the last activation
decides for losses that do not tell, and shows contradictions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np

from zoo.errors import BadValue, Unsupported
from zoo.task import Task

_PASSING = ("Dropout", "Reshape", "Flatten", "InputLayer")  # layers that leave what an output means as it is
_WITH_LOGITS = (
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "categorical_focal_crossentropy",
    "binary_focal_crossentropy",
)


@dataclass(frozen=True)
class Meaning:
    """How outputs become answers and labels become targets: `kind` is logits, probabilities, or quantities.

    `loss` is the name of the loss. `single` is one column for two classes: the second one's. `labels` are whole
    numbers, else there is one column a class.
    """

    kind: str
    outputs: int
    loss: str
    single: bool = False
    labels: bool = False

    def answers(self, outputs: Any) -> Any:
        """Return probabilities (rows, classes) or quantities (rows, horizon) of the network's outputs, in float32."""
        outputs = keras.ops.cast(outputs, "float32")
        if self.kind == "quantities":
            return outputs
        if not self.single:
            return keras.ops.softmax(outputs) if self.kind == "logits" else outputs
        second = keras.ops.sigmoid(outputs) if self.kind == "logits" else outputs
        return keras.ops.concatenate([1 - second, second], axis=-1)

    def targets(self, y: np.ndarray) -> np.ndarray:
        """Return prepared answers as the loss takes them: (rows,) labels, or float32 (rows, outputs)."""
        if self.labels:
            return y.astype("int32")
        if self.kind == "quantities" or self.single:
            return y.reshape(len(y), -1).astype("float32")
        return np.eye(self.outputs, dtype="float32")[y]


def meaning_of(network: keras.Model, task: Task, where: str) -> Meaning:
    """Return what a compiled model's outputs mean.

    Raises BadValue for outputs that do not fit the task or contradict the loss, Unsupported for a model of several
    inputs or outputs, or one whose layers cannot be seen.
    """
    width = _width(network, task, where)
    name = _name(network.loss)
    if task.kind == "regression":
        return Meaning("quantities", task.outputs, name)
    single = width == 1
    from_logits, activation = _from_logits(network.loss), _last_activation(network)
    _require_agreement(from_logits, activation, single, where)
    kind = "probabilities" if from_logits is False or activation in ("softmax", "sigmoid") else "logits"
    return Meaning(kind, task.outputs, name, single, labels=not single and name.startswith("sparse"))


def _width(network: keras.Model, task: Task, where: str) -> int:
    _require_open(network, task, where)
    shape = tuple(network.output_shape)
    width = shape[-1] if len(shape) == 2 else None
    two = task.kind == "classification" and task.outputs == 2
    if width == task.outputs or (two and width == 1):
        return width
    what = f"{task.outputs} classes" if task.classes else f"{task.outputs} quantities"
    also = ", or (None, 1) of a sigmoid" if two else ""
    raise BadValue(
        f"{where} returned a model whose output is {shape}; {what} need (None, {task.outputs}){also}. Set the last "
        f"layer's units to {task.outputs}."
    )


def _require_open(network: keras.Model, task: Task, where: str) -> None:
    """Raise Unsupported unless the model is functional or sequential with one input and one output."""
    if not isinstance(network, keras.Sequential) and not hasattr(network, "_operations"):
        raise Unsupported(f"{where} returned a subclassed model; only functional and sequential ones can be exported.")
    if not network.built:
        network.build((None, *task.input_shape))
    if len(network.inputs) != 1 or len(network.outputs) != 1:
        raise Unsupported(
            f"{where} returned a model of {len(network.inputs)} inputs and {len(network.outputs)} outputs; it must "
            "have one of each. Join them."
        )
    shape = tuple(network.input_shape)[1:]
    fits = len(shape) == len(task.input_shape) and all(
        one in (None, other) for one, other in zip(shape, task.input_shape, strict=True)
    )
    if not fits:
        raise BadValue(
            f"{where} returned a model that takes rows {shape}; these are {task.input_shape}. Take `input_shape` as a "
            "parameter of build."
        )


def _require_agreement(from_logits: bool | None, activation: str | None, single: bool, where: str) -> None:
    if from_logits and activation in ("softmax", "sigmoid"):
        raise BadValue(
            f"{where} compiles a loss from logits, and its last activation is {activation}. Drop from_logits=True."
        )
    if from_logits is False and activation == "linear":
        wanted = "sigmoid" if single else "softmax"
        raise BadValue(
            f"{where} compiles a loss of probabilities, and its last activation is linear. Add {wanted}, or compile "
            "the loss with from_logits=True."
        )
    if activation == "sigmoid" and not single:
        raise BadValue(f"{where} ends in a sigmoid, but a row has one class only. Try softmax as its last activation.")


def _name(loss: Any) -> str:
    """Return the name of a loss in Keras's small letters."""
    if isinstance(loss, str):
        return keras.losses.get(loss).__name__ if loss != loss.lower() else loss
    found = loss.func if isinstance(loss, partial) else loss
    return str(getattr(found, "name", None) or getattr(found, "__name__", type(found).__name__)).lower()


def _from_logits(loss: Any) -> bool | None:
    """Return whether the loss takes logits; None for one that does not tell."""
    if isinstance(loss, keras.losses.Loss):
        told = loss.get_config().get("from_logits")
        return told if told is None else bool(told)
    if isinstance(loss, partial):
        return bool(loss.keywords.get("from_logits", False))
    return False if _name(loss) in _WITH_LOGITS else None


def _last_activation(network: keras.Model) -> str | None:
    """Return the name of the activation that the output leaves; None where it cannot be seen."""
    for layer in reversed(network.layers):
        if isinstance(layer, keras.Model):
            return _last_activation(layer)
        if isinstance(layer, keras.layers.Softmax):
            return "softmax"
        if type(layer).__name__ in _PASSING:
            continue
        return getattr(getattr(layer, "activation", None), "__name__", None)
    return None
