"""LiteRT flatbuffer: the file to ship. Opening one needs NumPy and ai-edge-litert only."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from zoo.errors import BadData, ConversionFailed
from zoo.formats._rows import in_chunks
from zoo.registry import register
from zoo.runtime import native_stderr_closed

if TYPE_CHECKING:
    import keras


@register(precisions=("float32", "int8"), file="model.tflite")
class TFLite:
    """LiteRT file, small and fast, for phones, browsers and boards; needs no TensorFlow to run.

    int8 means full integer arithmetic between inputs and outputs that keep the model's own types.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        (self._input,), (self._output,) = interpreter.get_input_details(), interpreter.get_output_details()
        self._shape: tuple[int, ...] | None = None

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray) -> None:
        """Write `model` to `path`; int8 takes the ranges of its activations from the `calibration` rows."""
        import tensorflow as tf

        with TemporaryDirectory() as folder:
            model.export(folder, verbose=False)
            # from_concrete_functions(functions, keras_model) silently yields NaN models on TensorFlow 2.21
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            if precision == "int8":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
                converter.representative_dataset = lambda: ([row[np.newaxis]] for row in calibration)
            content = converter.convert()
        if precision == "int8":
            require_int8(content)
        path.write_bytes(content)

    @classmethod
    def open(cls, path: Path) -> TFLite:
        """Open the file on one thread; raise BadData when it is not a model of one input and one output."""
        try:
            with native_stderr_closed():
                return cls(Interpreter(model_content=path.read_bytes(), num_threads=1))
        except (OSError, ValueError, RuntimeError) as error:
            raise BadData(f"{path} is not a LiteRT file that can be opened; export it again.") from error

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return class probabilities, (rows, classes) float32, of prepared rows."""
        return in_chunks(self._answer, x)

    def _answer(self, rows: np.ndarray) -> np.ndarray:
        if rows.shape != self._shape:
            self._resize(rows.shape)
        # layers with memory keep it between calls
        self._interpreter.reset_all_variables()
        self._interpreter.set_tensor(self._input["index"], rows.astype(self._input["dtype"], copy=False))
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output["index"])

    def _resize(self, shape: tuple[int, ...]) -> None:
        self._shape = None
        with native_stderr_closed():
            self._interpreter.resize_tensor_input(self._input["index"], shape, strict=True)
            self._interpreter.allocate_tensors()
        self._shape = shape


def require_int8(content: bytes) -> None:
    """Raise ConversionFailed unless every weight matrix in a LiteRT file's `content` is stored in int8.

    Biases are vectors of int32 by design; an operation that LiteRT cannot do in integers may run in float.
    """
    kinds = {tensor.dtype.name for tensor in _constants(content) if tensor.ndim > 1}
    if "int8" not in kinds or any(kind.startswith("float") for kind in kinds):
        found = ", ".join(sorted(kinds)) or "no weights"
        raise ConversionFailed(f"the converter left {found} in an int8 file. Try precision float32.")


def _constants(content: bytes) -> list[np.ndarray]:
    """Return the tensors that a file stores: before allocation no other can be read."""
    plain: Any = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=plain)
    found = []
    for detail in interpreter.get_tensor_details():
        try:
            found.append(interpreter.get_tensor(detail["index"]))
        except ValueError:
            continue
    return found
