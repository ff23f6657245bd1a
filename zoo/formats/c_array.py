"""A C array for TensorFlow Lite Micro: a model compiled into the program of a microcontroller."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.errors import BadData
from zoo.formats._borders import Border
from zoo.formats._c_source import (
    ARRAY,
    GOLDEN,
    HEADER,
    array_in,
    array_source,
    golden_source,
    header_source,
    made_rows,
    require_micro,
)
from zoo.formats._facts import Facts
from zoo.formats.tflite import TFLite
from zoo.registry import register

if TYPE_CHECKING:
    import keras


@register(
    precisions=("float32", "int8"),
    file="model.tflite",
    takes=("io",),
    stripped=True,
    carries="c",
    refused={
        "float16": "TensorFlow Lite Micro has no kernels for floats of 16 bits",
        "dynamic": "TensorFlow Lite Micro multiplies no int8 weights with floats",
        "int4": "TensorFlow Lite Micro multiplies no int4 weights with floats",
        "mixed": "TensorFlow Lite Micro multiplies no integer weights with floats",
    },
)
class CArray:
    """C array (model.cc, model.h) for microcontrollers with TensorFlow Lite Micro, and the preparation as C code.

    The array holds the bytes of model.tflite beside it, which takes one row and is stripped; its size is what is
    measured. In float32, images of bytes go in as floats: TensorFlow Lite Micro casts no bytes.
    """

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray, *, io: str = "float") -> None:
        """Write `model` to `path`, and beside it model.cc, model.h and model_golden.h; options are those of tflite.

        Raises ConversionFailed for a model that TensorFlow Lite Micro does not run.
        """
        from zoo.formats._conversion import converted, without_names
        from zoo.formats._for_micro import for_micro

        content = for_micro(converted(_of_one_row(model), precision, calibration, io))
        content = without_names(content, calibration)
        require_micro(content)
        path.write_bytes(content)
        opened, borders, rows = TFLite.open(path), TFLite.borders(path), made_rows(calibration)
        sources = {
            ARRAY: array_source(content),
            HEADER: header_source(content, borders),
            GOLDEN: golden_source(rows, opened.predict(rows), borders),
        }
        for name, source in sources.items():
            path.with_name(name).write_text(source, "ascii", newline="\n")

    @staticmethod
    def open(path: Path) -> TFLite:
        """Open the model as LiteRT runs it; raise BadData unless the array in model.cc holds the very bytes of it."""
        source = path.with_name(ARRAY)
        try:
            array = array_in(source.read_text("ascii"))
        except (OSError, ValueError) as error:
            raise BadData(f"{source} is no C array of a model ({error}); export it again.") from error
        if not path.is_file() or path.read_bytes() != array:
            raise BadData(f"{source} holds another model than {path.name}, or one is cut off; export it again.")
        return TFLite.open(path)

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return what the file says of the memory and the work that running it takes."""
        return TFLite.facts(path)

    @staticmethod
    def borders(path: Path) -> tuple[Border, Border]:
        """Return the types of the input and the output of the file, with the grids of integers."""
        return TFLite.borders(path)


def _of_one_row(model: keras.Model) -> keras.Model:
    """Return `model` for one row at a time: shapes of any number of rows are computed by operators of their own."""
    import keras

    rows = keras.Input(batch_shape=(1, *model.input.shape[1:]), dtype=model.input.dtype)
    return keras.Model(rows, model(rows))
