"""What each kind of layer does with channels: hands them on, adds them up, or makes others of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from zoo.compression._marking import Call
from zoo.compression._nearest import nearest
from zoo.errors import Unsupported

Rule = Callable[[Call], Any]

GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}  # blocks of `units` in the weights of a recurrent layer
ACROSS = ("softmax", "log_softmax", "sparsemax", "glu")  # activations that take a row's channels together
ANYWAY = "or compress with low_rank or sparse, which serve any layer"


def rule_for(operation: Any) -> Rule:
    """Return what says where the channels that `operation` is given go: from a Call to those of its answers.

    Raises Unsupported for one that has no rule, with the layer nearest in kind or in name that has one, or with all
    that have kernels.
    """
    kind, rules = type(operation).__name__, LAYERS if isinstance(operation, keras.Layer) else OPERATIONS
    if kind not in rules or not type(operation).__module__.startswith("keras."):
        raise _unserved(operation, rules)
    if getattr(operation, "data_format", None) == "channels_first":
        raise Unsupported(f"the layer {operation.name} has its channels first; build with channels_last, {ANYWAY}.")
    return rules[kind]


def _unserved(operation: Any, rules: Mapping[str, Rule]) -> Unsupported:
    served = [name for name, rule in rules.items() if rule is not _held]
    near = nearest(type(operation), served)
    listed = [name for name in served if rules[name] in _WITH_KERNELS] or served
    words = near or f"served are {', '.join(listed)}{' and layers without kernels' if rules is LAYERS else ''}"
    what = f"the {'layer' if rules is LAYERS else 'operation'} {operation.name} is a {type(operation).__name__}"
    cure = f"Build with {'that' if near else 'these'}, {ANYWAY}."
    return Unsupported(f"{what}, whose channels are not known; {words}. {cure}")


def _entered(call: Call) -> np.ndarray:
    return call.held()


def _same(call: Call) -> np.ndarray:
    return call.given[0]


def _held(call: Call) -> np.ndarray:
    return call.held(*call.given)


def _activated(call: Call, channels: np.ndarray | None = None) -> np.ndarray:
    """Return the channels behind the activation of the layer."""
    channels = call.given[0] if channels is None else channels
    name = getattr(getattr(call.operation, "activation", None), "__name__", "")
    return call.held(channels) if name in ACROSS else channels


def _dense(call: Call) -> np.ndarray:
    units = call.writes(call.operation.units, ("units",))
    call.reads("kernel", -2, call.given[0])
    return _biased(call, units, "kernel")


def _embedding(call: Call) -> np.ndarray:
    width = call.writes(call.operation.output_dim, ("output_dim",))
    call.owns("embeddings", -1, width)
    return width


def _convolution(call: Call) -> np.ndarray:
    filters = call.writes(call.operation.filters, ("filters",))
    if call.operation.groups > 1:
        return call.held(filters, *call.given)
    call.reads("kernel", -2, call.given[0])
    return _biased(call, filters, "kernel")


def _transposed(call: Call) -> np.ndarray:
    filters = call.writes(call.operation.filters, ("filters",))
    call.reads("kernel", -1, call.given[0])
    call.owns("kernel", -2, filters)
    return _biased(call, filters)


def _depthwise(call: Call) -> np.ndarray:
    each = np.repeat(call.given[0], call.operation.depth_multiplier)
    call.owns("kernel", -2, call.given[0])
    return _biased(call, each)


def _separable(call: Call) -> np.ndarray:
    filters = call.writes(call.operation.filters, ("filters",))
    call.owns("depthwise_kernel", -2, call.given[0])
    call.reads("pointwise_kernel", -2, np.repeat(call.given[0], call.operation.depth_multiplier))
    return _biased(call, filters, "pointwise_kernel")


def _biased(call: Call, channels: np.ndarray, kernel: str = "") -> np.ndarray:
    """Note what of a kernel's last axis and of the bias belongs to the channels that leave; return these, activated."""
    call.owns(kernel, -1, channels)
    call.owns("bias", -1, channels)
    return _activated(call, channels)


def _recurrent(call: Call) -> np.ndarray:
    units = call.writes(call.operation.units, ("units",))
    _cell(call, call.operation, units)
    return units


def _bidirectional(call: Call) -> Any:
    """Take unit k of one direction and unit k of the other for one: Keras wants both of one size."""
    halves = call.operation.forward_layer, call.operation.backward_layer
    if type(halves[0]).__name__ not in GATES or halves[0].units != halves[1].units:
        raise Unsupported(
            f"the layer {call.operation.name} reads both ways with {type(halves[0]).__name__}; "
            f"{', '.join(GATES)} of as many units each way are served. Build with these, {ANYWAY}."
        )
    units = call.writes(halves[0].units, ("layer", "config", "units"), ("backward_layer", "config", "units"))
    for half in halves:
        _cell(call, half, units)
    both = np.tile(units, 2) if call.operation.merge_mode == "concat" else units
    return [both, *[units] * (len(call.node.outputs) - 1)]


def _cell(call: Call, layer: Any, units: np.ndarray) -> None:
    gates = np.tile(units, GATES[type(layer).__name__])
    call.reads("kernel", -2, call.given[0], layer)
    call.owns("kernel", -1, gates, layer)
    call.reads("recurrent_kernel", -2, units, layer)
    call.owns("recurrent_kernel", -1, gates, layer)
    call.owns("bias", -1, gates, layer)
    for state in call.given[1:]:
        call.unite(state, units)


def _normalized(call: Call) -> np.ndarray:
    axes = np.ravel(call.operation.axis).tolist() if hasattr(call.operation, "axis") else [-1]
    if any(axis not in (-1, _rank(call) - 1) for axis in axes):
        return _held(call)
    for weight in ("gamma", "beta", "moving_mean", "moving_variance", "scale"):
        call.owns(weight, -1, call.given[0])
    return call.given[0]


def _sloped(call: Call) -> np.ndarray:
    if call.operation.alpha.shape[-1] == len(call.given[0]):
        call.owns("alpha", -1, call.given[0])
    return call.given[0]


def _rescaled(call: Call) -> np.ndarray:
    each = np.size(call.operation.scale) > 1 or np.size(call.operation.offset) > 1
    return _held(call) if each else call.given[0]


def _merged(call: Call) -> np.ndarray:
    """Unite the channels of all tensors; one that is stretched over the channels of another keeps its one."""
    widest = max(call.given, key=len)
    for some in call.given:
        if len(some) == len(widest):
            call.unite(some, widest)
        else:
            call.hold(some)
    return call.held(widest) if _has_constants(call) else widest


def _has_constants(call: Call) -> bool:
    """Return whether a number for each channel may stand among what is merged."""
    arguments = call.node.arguments
    leaves = keras.tree.flatten((arguments.args, arguments.kwargs))
    constants = [leaf for leaf in leaves if leaf is not None and not isinstance(leaf, keras.KerasTensor)]
    return len(constants) > 1 or any(getattr(constant, "shape", ()) for constant in constants)


def _concatenated(call: Call) -> np.ndarray:
    if call.operation.axis in (-1, _rank(call) - 1):
        return np.concatenate(call.given)
    return _merged(call)


def _reshaped(call: Call) -> np.ndarray:
    """Follow channels into a last axis that holds whole sets of them, one after the other."""
    width, channels = call.width, call.given[0]
    if width is None or width % len(channels):
        return _held(call)
    found = np.tile(channels, width // len(channels))
    shape = getattr(call.operation, "target_shape", (-1,))
    if shape[-1] != -1:
        call.counts(("target_shape", len(shape) - 1), found)
    return found


def _reduced(call: Call) -> np.ndarray:
    axes = call.operation.axis
    if axes is None or any(axis in (-1, _rank(call) - 1) for axis in np.ravel(axes).tolist()):
        return _held(call)
    return call.given[0]


def _rank(call: Call) -> int:
    return len(call.node.input_tensors[0].shape)


def _named(rule: Rule, names: str, *endings: str) -> dict[str, Rule]:
    return {name + ending: rule for name in names.split() for ending in endings or ("",)}


_ND = "1D", "2D", "3D"
LAYERS: dict[str, Rule] = {
    "InputLayer": _entered,
    "Dense": _dense,
    "Embedding": _embedding,
    "PReLU": _sloped,
    "Rescaling": _rescaled,
    "Concatenate": _concatenated,
    "Activation": _activated,
    "Bidirectional": _bidirectional,
    **_named(_recurrent, " ".join(GATES)),
    **_named(_convolution, "Conv", *_ND),
    **_named(_transposed, "Conv", *(f"{size}Transpose" for size in _ND)),
    **_named(_depthwise, "DepthwiseConv", *_ND[:2]),
    **_named(_separable, "SeparableConv", *_ND[:2]),
    **_named(_normalized, "BatchNormalization LayerNormalization RMSNormalization"),
    **_named(_merged, "Add Subtract Multiply Average Maximum Minimum"),
    **_named(_reshaped, "Flatten Reshape"),
    **_named(_same, "ReLU LeakyReLU ELU Dropout AlphaDropout GaussianDropout GaussianNoise"),
    **_named(_same, "ActivityRegularization Identity RepeatVector"),
    **_named(_same, "MaxPooling AveragePooling GlobalMaxPooling GlobalAveragePooling SpatialDropout", *_ND),
    **_named(_same, "ZeroPadding Cropping UpSampling", *_ND),
    **_named(_held, "Softmax Permute Normalization Masking UnitNormalization"),
}
_WITH_KERNELS = (_dense, _embedding, _convolution, _transposed, _depthwise, _separable, _recurrent)
OPERATIONS: dict[str, Rule] = {
    "Concatenate": _concatenated,
    **_named(_same, "Cast StopGradient Absolute Abs Negative Square Sqrt Exp Log Clip"),
    **_named(_same, "Relu Relu6 LeakyRelu Elu Selu Gelu Silu Sigmoid HardSigmoid HardSilu Softplus Softsign Tanh"),
    **_named(_merged, "Add Subtract Multiply Divide TrueDivide Maximum Minimum"),
    **_named(_merged, "Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr"),
    **_named(_reduced, "Sum Mean Max Min Prod"),
    **_named(_held, "Softmax LogSoftmax Transpose Reshape Squeeze ExpandDims GetItem Matmul Stack"),
}
