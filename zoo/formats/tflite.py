"""LiteRT flatbuffer: the file to ship. Opening one needs NumPy and ai-edge-litert only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from zoo.errors import BadData
from zoo.formats._borders import Border
from zoo.formats._facts import Facts, facts_of_litert
from zoo.formats._rows import CHUNK, in_chunks
from zoo.registry import register
from zoo.runtime import native_stderr_closed

if TYPE_CHECKING:
    import keras


@register(
    precisions=("float32", "float16", "dynamic", "int8", "int16x8", "int4", "mixed"),
    file="model.tflite",
    timed=True,
    takes=("io", "strip", "sparse"),
)
class TFLite:
    """LiteRT file, small and fast, for phones, browsers and boards; needs no TensorFlow to run.

    float16, dynamic (int8), int4 and mixed (int4 and int8) store smaller weights and compute in floats; int8 means
    full integer arithmetic between inputs and outputs that keep the model's own types, int16x8 the same with
    activations of 16 bits. A model with LSTMs takes one row at a time.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        (self._input,), (self._output,) = interpreter.get_input_details(), interpreter.get_output_details()
        self._entry, self._exit = Border.of(self._input), Border.of(self._output)
        self._most_rows = CHUNK if self._input["shape_signature"][0] < 0 else 1
        self._shape: tuple[int, ...] | None = None

    @staticmethod
    def write(
        model: keras.Model,
        precision: str,
        path: Path,
        calibration: np.ndarray,
        *,
        io: str = "float",
        strip: bool = False,
        sparse: bool = False,
    ) -> None:
        """Write `model` to `path`; integers take the ranges of their activations from the `calibration` rows.

        `io` int8 makes inputs and outputs of an int8 file int8 as well; `strip` leaves out what running it does not
        need, `sparse` the weights of a float32 file that are zero. Raises ConversionFailed when the file would not
        store its weights in `precision`, does not run, or has too few zeros to become smaller without them. Beside an
        int4 or mixed file lies which weights got how many bits, for `zoo.formats._bits.taken_bits`.
        """
        from zoo.formats._conversion import with_bits, without_names, without_zeros

        made = (without_zeros(model, calibration), None) if sparse else with_bits(model, precision, calibration, io)
        content, bits = made
        path.write_bytes(without_names(content, calibration) if strip else content)
        if bits is not None:
            bits.write(path)

    @classmethod
    def open(cls, path: Path) -> TFLite:
        """Open the file on one thread; raise BadData when it is not a model of one input and one output."""
        try:
            return cls.of(path.read_bytes())
        except (OSError, ValueError, RuntimeError) as error:
            raise BadData(f"{path} is not a LiteRT file that can be opened; export it again.") from error

    @classmethod
    def of(cls, content: bytes) -> TFLite:
        """Open the content of a file; raise ValueError or RuntimeError when it is no such model."""
        with native_stderr_closed():
            return cls(Interpreter(model_content=content, num_threads=1))

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return what the file says of the memory and the work that running it takes."""
        return facts_of_litert(path.read_bytes())

    @staticmethod
    def borders(path: Path) -> tuple[Border, Border]:
        """Return the types of the input and the output of the file, with the grids of integers."""
        opened = TFLite.open(path)
        return opened._entry, opened._exit

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32, whatever the types at the file's ends."""
        return in_chunks(self._answer, x, self._most_rows)

    def _answer(self, rows: np.ndarray) -> np.ndarray:
        if rows.shape != self._shape:
            self._resize(rows.shape)
        # layers with memory keep it between calls
        self._interpreter.reset_all_variables()
        self._interpreter.set_tensor(self._input["index"], self._entry.enter(rows))
        self._interpreter.invoke()
        return self._exit.leave(self._interpreter.get_tensor(self._output["index"]))

    def _resize(self, shape: tuple[int, ...]) -> None:
        self._shape = None
        with native_stderr_closed():
            if self._most_rows > 1:
                self._interpreter.resize_tensor_input(self._input["index"], shape, strict=True)
            self._interpreter.allocate_tensors()
        self._shape = shape
