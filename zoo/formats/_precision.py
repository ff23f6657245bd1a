"""Does a LiteRT file store its weights as its precision says?"""

from __future__ import annotations

from zoo.errors import ConversionFailed
from zoo.formats._flatbuffer import Tensor, read_graphs

STORED = {
    "float16": ("float16",),
    "dynamic": ("int8",),
    "int8": ("int8",),
    "int16x8": ("int8",),
    "int4": ("int4",),
    "mixed": ("int4", "int8"),
}
WITHOUT_16_BITS = ": LSTMs and some others compute in integers of 8 bits alone. Take int8"
PARTLY = ("dynamic", "int4", "mixed")  # shrink weights for their size alone, so some may stay as they are


def require_precision(content: bytes, precision: str) -> None:
    """Raise ConversionFailed unless the weight matrices in a LiteRT file's `content` are stored as `precision` says.

    In a dynamic file some may be left in float32: LiteRT shrinks no matrix below 1,024 elements, and no LSTM that has
    one; in int4 and mixed ones those that are no layer's weights. Where none was shrunk, the file is the float32 one
    again and refused. Biases are vectors, of int32 in int8 files by design; an operator may still compute in floats.
    """
    asked = STORED.get(precision)
    if asked is None:
        return
    kinds = {one.kind for graph in read_graphs(content) for one in graph.tensors if _is_matrix(one)}
    if not kinds & {*asked}:
        stays = ", ".join(sorted(kinds)) or "no weights"
        wanted = " or ".join(asked)
        raise ConversionFailed(f"LiteRT would store none of this model's weights in {wanted}; the file holds {stays}")
    left = sorted(kind for kind in kinds - {*asked} if kind.startswith("float"))
    if left and precision not in PARTLY:
        article = "an" if precision.startswith("int") else "a"
        cure = WITHOUT_16_BITS if precision == "int16x8" else ""
        raise ConversionFailed(f"the converter left {', '.join(left)} in {article} {precision} file{cure}")


def _is_matrix(tensor: Tensor) -> bool:
    return tensor.stored and len(tensor.shape) > 1
