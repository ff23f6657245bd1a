"""LiteRT flatbuffer: the file to ship. Opening one needs NumPy and ai-edge-litert only."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from zoo.errors import BadData
from zoo.formats._facts import Facts, facts_of_litert
from zoo.formats._rows import CHUNK, in_chunks
from zoo.registry import register
from zoo.runtime import native_stderr_closed

if TYPE_CHECKING:
    import keras


_folders: WeakKeyDictionary[Any, TemporaryDirectory[str]] = WeakKeyDictionary()


@register(precisions=("float32", "float16", "dynamic", "int8"), file="model.tflite", timed=True)
class TFLite:
    """LiteRT file, small and fast, for phones, browsers and boards; needs no TensorFlow to run.

    float16 and dynamic (int8) store smaller weights and compute in floats; int8 means full integer arithmetic between
    inputs and outputs that keep the model's own types. A model with LSTMs takes one row at a time.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        (self._input,), (self._output,) = interpreter.get_input_details(), interpreter.get_output_details()
        self._most_rows = CHUNK if self._input["shape_signature"][0] < 0 else 1
        self._shape: tuple[int, ...] | None = None

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray) -> None:
        """Write `model` to `path`; int8 takes the ranges of its activations from the `calibration` rows.

        Raises ConversionFailed when the file would not store its weights in `precision`.
        """
        import tensorflow as tf

        from zoo.formats._fused import without_cell_clip
        from zoo.formats._precision import require_precision

        # from_concrete_functions(functions, keras_model) silently yields NaN models on TensorFlow 2.21
        converter = tf.lite.TFLiteConverter.from_saved_model(_exported(model))
        if precision != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if precision == "int8":
            converter.representative_dataset = lambda: ([row[np.newaxis]] for row in calibration)
        content = without_cell_clip(converter.convert())
        require_precision(content, precision)
        path.write_bytes(content)

    @classmethod
    def open(cls, path: Path) -> TFLite:
        """Open the file on one thread; raise BadData when it is not a model of one input and one output."""
        try:
            with native_stderr_closed():
                return cls(Interpreter(model_content=path.read_bytes(), num_threads=1))
        except (OSError, ValueError, RuntimeError) as error:
            raise BadData(f"{path} is not a LiteRT file that can be opened; export it again.") from error

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return what the file says of the memory and the work that running it takes."""
        return facts_of_litert(path.read_bytes())

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32."""
        return in_chunks(self._answer, x, self._most_rows)

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
            if self._most_rows > 1:
                self._interpreter.resize_tensor_input(self._input["index"], shape, strict=True)
            self._interpreter.allocate_tensors()
        self._shape = shape


def _exported(model: keras.Model) -> str:
    """Return a folder with `model` as a SavedModel, made once for all precisions; it goes with the model."""
    if model not in _folders:
        _folders[model] = TemporaryDirectory()
        _export(model, _folders[model].name)
    return _folders[model].name


def _export(model: keras.Model, folder: str) -> None:
    """Write `model` as the SavedModel that is converted; LSTMs are fused, which works for a batch of one only."""
    from keras import InputSpec

    from zoo.formats._fused import fused_lstms

    with fused_lstms(model) as fused:
        tensor = model.input
        shape = (1 if fused else None, *tensor.shape[1:])
        model.export(folder, verbose=False, input_signature=[InputSpec(tensor.dtype, shape, name=tensor.name)])
