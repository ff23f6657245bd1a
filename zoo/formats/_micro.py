"""What TensorFlow Lite Micro takes: its operators, the method that registers each, and why it refuses the others."""

from __future__ import annotations

from collections.abc import Iterable

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._numbers import FLOATS

# the builtin operators that MicroMutableOpResolver has a method for: Add and the name in capitals, but for UNLIKE
_NAMES = """
    ABS ADD ADD_N ARG_MAX ARG_MIN ASSIGN_VARIABLE AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND BROADCAST_ARGS
    BROADCAST_TO CALL_ONCE CAST CEIL CONCATENATION CONV_2D COS CUMSUM DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE DIV
    DYNAMIC_UPDATE_SLICE ELU EMBEDDING_LOOKUP EQUAL EXP EXPAND_DIMS FILL FLOOR FLOOR_DIV FLOOR_MOD FULLY_CONNECTED
    GATHER GATHER_ND GREATER GREATER_EQUAL HARD_SWISH IF L2_NORMALIZATION L2_POOL_2D LEAKY_RELU LESS LESS_EQUAL LOG
    LOGICAL_AND LOGICAL_NOT LOGICAL_OR LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN MINIMUM MIRROR_PAD MUL NEG
    NOT_EQUAL PACK PAD PADV2 PRELU QUANTIZE READ_VARIABLE REDUCE_MAX REDUCE_MIN RELU RELU6 RESHAPE RESIZE_BILINEAR
    RESIZE_NEAREST_NEIGHBOR REVERSE_V2 ROUND RSQRT SELECT_V2 SHAPE SIN SLICE SOFTMAX SPACE_TO_BATCH_ND SPACE_TO_DEPTH
    SPLIT SPLIT_V SQRT SQUARE SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB SUM SVDF TANH TRANSPOSE TRANSPOSE_CONV
    UNIDIRECTIONAL_SEQUENCE_LSTM UNPACK VAR_HANDLE WHILE ZEROS_LIKE
"""
_UNLIKE = {
    **{"BATCH_MATMUL": "AddBatchMatMul", "CUMSUM": "AddCumSum", "PADV2": "AddPadV2"},
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "AddUnidirectionalSequenceLSTM",
}
_CUSTOM = {"CIRCULAR_BUFFER": "AddCircularBuffer", "TFLite_Detection_PostProcess": "AddDetectionPostprocess"}
ADDERS = {name: _UNLIKE.get(name, f"Add{name.title().replace('_', '')}") for name in _NAMES.split()} | _CUSTOM

KINDS = ("float32", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "bool", "resource")
PACKED = ("int4",)  # that some kernels unpack
UNPACKING = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
NARROW = {  # operators whose kernels know fewer kinds
    **dict.fromkeys(("EXP", "LOG", "SQRT"), FLOATS),
    "ARG_MAX": ("float32", "int8", "int32"),
}
# operators that end the program where a step of int8 is as wide as this (QuantizeMultiplierSmallerThanOneExp)
COMPARING, WIDE = ("EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL"), 1.0
LOOKING_UP = ("EMBEDDING_LOOKUP",)  # takes integer rows out as floats, which is no arithmetic in both


def refusal(graph: Graph, operator: Operator) -> str:
    """Return why TensorFlow Lite Micro does not run an operator of `graph`, or "" where nothing speaks against it.

    Judged by its list of operators and by the kinds of numbers; a kernel may still refuse a shape or an option, or
    one kind that others take. Its interpreter alone knows.
    """
    if operator.name not in ADDERS:
        return f"it has no operator {operator.name}"
    tensors = [graph.tensors[place] for place in (*operator.inputs, *operator.outputs) if place >= 0]
    if mixed := hybrid_kind(graph, operator):
        return f"it does not multiply {mixed} weights with floats: convert the file to int8, or to float32"
    kinds = {one.kind for one in tensors}
    if strange := sorted(kinds - {*KINDS, *PACKED}):
        return f"its kernels know no {', '.join(strange)}"
    if strange := sorted(kinds - {*NARROW.get(operator.name, kinds)}):
        return f"its {operator.name} knows no {', '.join(strange)}"
    if any(one.kind in PACKED for one in tensors) and operator.name not in UNPACKING:
        return f"its {operator.name} does not unpack int4"
    return _refused_steps(operator.name, tensors)


def _refused_steps(name: str, tensors: Iterable[Tensor]) -> str:
    widest = max((one.scale for one in tensors if one.kind == "int8"), default=0.0)
    if name not in COMPARING or widest < WIDE:
        return ""
    cure = "take an activation that compares nothing, such as relu, or float32"
    return f"its {name} aborts on int8 in steps of 1 or more, which are {widest:.3g} here: {cure}"


def hybrid_kind(graph: Graph, operator: Operator) -> str:
    """Return the kind of the integer weights that an operator multiplies with floats, "" where it does no such thing.

    Converters call that dynamic, or weight-only, quantization.
    """
    if operator.name in (*LOOKING_UP, "DEQUANTIZE", "GATHER", "QUANTIZE", "CAST"):
        return ""
    tensors = [graph.tensors[place] for place in (*operator.inputs, *operator.outputs) if place >= 0]
    flows = {one.kind for one in tensors if not one.stored and not one.variable}
    weights = sorted({one.kind for one in tensors if _is_packed_matrix(one)})
    return ", ".join(weights) if flows & {*FLOATS} else ""


def _is_packed_matrix(tensor: Tensor) -> bool:
    return tensor.stored and len(tensor.shape) > 1 and tensor.kind in ("int2", "int4", "uint4", "int8", "uint8")
