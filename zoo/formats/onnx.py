"""ONNX: the file that other frameworks' runtimes read. Opening one needs NumPy and onnxruntime only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.errors import BadData, ConversionFailed
from zoo.formats import require_installed
from zoo.formats._facts import Facts
from zoo.formats._rows import in_chunks
from zoo.registry import register

if TYPE_CHECKING:
    import keras

LONGEST_REASON = 200


@register(
    precisions=("float32",),
    file="model.onnx",
    needs=("onnx", "onnxruntime"),
    extra="onnx",
    refused={
        "float16": "onnxruntime has tools of its own that make other precisions of the float32 file",
        "int8": "onnxruntime has tools of its own that make other precisions of the float32 file",
    },
)
class Onnx:
    """ONNX file (operators of opset 17), for runtimes beyond TensorFlow's; takes any number of rows, called `rows`.

    It is made from the float32 LiteRT file, operator by operator. Needs the packages of the extra `onnx`.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        (self._input,) = session.get_inputs()
        self._dtype = {"tensor(uint8)": "uint8", "tensor(int32)": "int32"}.get(self._input.type, "float32")

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray) -> None:
        """Write `model` to `path`; float32 needs no calibration.

        Raises Unsupported for an operator that is not written as ONNX.
        """
        from zoo.formats._conversion import converted
        from zoo.formats._to_onnx import to_onnx

        path.write_bytes(to_onnx(converted(model, precision, calibration), model.name))

    @classmethod
    def open(cls, path: Path) -> Onnx:
        """Open the file on one thread; raise BadData when it is no model of one input, Unsupported without packages."""
        require_installed("onnx")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # it warns on stderr, past Python
        try:
            return cls(onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"]))
        except Exception as error:  # its own, which it has no common base for
            raise BadData(f"{path} is not an ONNX file that can be opened; export it again.") from error

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return no facts: what running the model takes depends on who runs it."""
        return Facts()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32."""
        return in_chunks(self._answer, x)

    def _answer(self, rows: np.ndarray) -> np.ndarray:
        try:
            (answer,) = self._session.run(None, {self._input.name: rows.astype(self._dtype, copy=False)})
        except Exception as error:  # its own, as above
            said = " ".join(str(error).split())[:LONGEST_REASON]
            raise ConversionFailed(f"onnxruntime does not run the file: {said}. Take saved_model.") from error
        return answer
