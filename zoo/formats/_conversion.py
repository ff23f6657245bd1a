"""What a Keras model becomes as a LiteRT file, in each precision."""

from __future__ import annotations

from contextlib import nullcontext
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np
import tensorflow as tf

from zoo.bits import Bits
from zoo.errors import BadData, ConversionFailed, Unsupported
from zoo.formats._finite import require_finite
from zoo.formats._formulas import is_reworded, reworded
from zoo.formats._fused import fused_lstms, with_coarse_cells, without_cell_clip
from zoo.formats._joins import with_sound_joins
from zoo.formats._mixed import in_four_bits, mixed
from zoo.formats._precision import require_precision
from zoo.formats._reshapes import with_constant_shapes
from zoo.formats._strip import stripped
from zoo.formats._unrolled import unrolled
from zoo.formats._unserved import in_words
from zoo.formats.tflite import TFLite

INTEGERS = ("int8", "int16x8")  # computed in: their ranges come from calibration rows
BY_OURSELVES = ("int4", "mixed")  # weights that TensorFlow's converter cannot store
SPARSE = "sparse"  # not a precision: float32 without the zeros
FEW = 2  # rows that show that a file runs
SCANNED = 100  # calibration rows that tell how sensitive a layer is: they are asked twice a layer

_folders: WeakKeyDictionary[Any, dict[bool, TemporaryDirectory[str]]] = WeakKeyDictionary()


def converted(model: keras.Model, precision: str, calibration: np.ndarray, io: str = "float") -> bytes:
    """Return the content of a LiteRT file of `model` that stores its weights in `precision`.

    With `io` int8 its ends are int8 as well; ends that are integers already stay as they are. Raises BadData for
    calibration rows of another shape, Unsupported for tokens in int16x8 and for a layer that LiteRT has no operators
    for, ConversionFailed when the weights would not be stored so, when a layer's answers are not finite, which integers
    cannot be, or when the file does not run.
    """
    return with_bits(model, precision, calibration, io)[0]


def with_bits(
    model: keras.Model, precision: str, calibration: np.ndarray, io: str = "float"
) -> tuple[bytes, Bits | None]:
    """Return what `converted` does, and the bits of its weights where we gave them ourselves; raises the same."""
    bits = None
    if precision in (*INTEGERS, *BY_OURSELVES):
        _require_rows(model, calibration)
        _require_numbers(model, precision)
    if precision in INTEGERS:
        require_finite(model, calibration, precision)
    if precision in BY_OURSELVES:
        content, bits = _by_ourselves(converted(model, "float32", calibration), precision, calibration)
    else:
        content = with_coarse_cells(without_cell_clip(_convert(_converter(model, precision, calibration, io))))
        content = with_constant_shapes(with_sound_joins(content))
    require_precision(content, precision)
    if precision in INTEGERS:  # some operators of their files have no kernel for them
        _answers(content, calibration[:FEW])
    return content, bits


def without_names(content: bytes, rows: np.ndarray) -> bytes:
    """Return a file's `content` stripped; raise ConversionFailed unless it answers `rows` bit for bit as before."""
    small = stripped(content)
    for some in (rows, rows[:1]):
        if not np.array_equal(_answers(small, some), _answers(content, some), equal_nan=True):
            raise ConversionFailed("the stripped file answers differently. Export it without --strip (strip=)")
    return small


def without_zeros(model: keras.Model, rows: np.ndarray) -> bytes:
    """Return the content of a float32 file of `model` that stores the weights that are not zero, and their places.

    Some operators read the weights so; for others a DENSIFY fills the zeros in while the file is opened. Raises
    ConversionFailed where that saves nothing, or changes an answer by more than the order of sums does.
    """
    content = converted(model, "float32", rows)
    sparse = without_cell_clip(_convert(_converter(model, SPARSE, rows, "float")))
    if len(sparse) >= len(content):
        zeros = 100 * share_of_zeros(model)
        what = f"without zeros it would take {len(sparse):,} bytes, and has {len(content):,} with them"
        raise ConversionFailed(f"{what}: {zeros:.3g} % of its weights are zero. Leave --sparse (sparse=) away")
    for some in (rows[:FEW], rows[:1]):
        if not np.allclose(_answers(sparse, some), _answers(content, some), atol=1e-5):
            raise ConversionFailed("the file without zeros answers differently. Export it without --sparse (sparse=)")
    return sparse


def share_of_zeros(model: keras.Model) -> float:
    """Return the part of the numbers in the weight matrices of `model` that is zero."""
    matrices = [weight.numpy() for weight in model.weights if len(weight.shape) > 1]
    count = sum(matrix.size for matrix in matrices)
    return sum(int((matrix == 0).sum()) for matrix in matrices) / count if count else 0.0


def _by_ourselves(content: bytes, precision: str, calibration: np.ndarray) -> tuple[bytes, Bits]:
    if precision == "mixed":
        return mixed(content, calibration[:: -(-len(calibration) // SCANNED)], _answers)
    small, bits = in_four_bits(content)
    _answers(small, calibration[:FEW])
    return small, bits


def _answers(content: bytes, rows: np.ndarray) -> np.ndarray:
    """Return what a file answers; raise ConversionFailed when LiteRT does not run it."""
    try:
        return TFLite.of(content).predict(rows)
    except (BadData, ValueError, RuntimeError) as error:
        raise ConversionFailed(f"LiteRT does not run the file: {' '.join(str(error).split())}") from error


def _require_rows(model: keras.Model, calibration: np.ndarray) -> None:
    wanted, given = model.input.shape[1:], calibration.shape[1:]
    lengths = zip(wanted, given, strict=False)
    if len(wanted) != len(given) or any(length not in (None, other) for length, other in lengths):
        rule = f"the model takes {wanted}. Give rows as it was trained on."
        raise BadData(f"calibration rows are of shape {given}; {rule}")


def _require_numbers(model: keras.Model, precision: str) -> None:
    if precision == "int16x8" and str(model.input.dtype) == "int32":
        raise Unsupported("int16x8 takes no tokens: LiteRT's converter finds no range for whole numbers. Take int8")


def _convert(converter: Any) -> bytes:
    try:
        return converter.convert()
    except Exception as error:  # the converter's own, which TensorFlow does not name in public
        unserved = in_words(str(error))
        if unserved is None:
            raise
        raise Unsupported(unserved) from error


def _converter(model: keras.Model, precision: str, calibration: np.ndarray, io: str) -> Any:
    # from_concrete_functions(functions, keras_model) silently yields NaN models on TensorFlow 2.21
    converter = tf.lite.TFLiteConverter.from_saved_model(_exported(model, precision in INTEGERS))
    if precision == SPARSE:
        converter.optimizations = [tf.lite.Optimize.EXPERIMENTAL_SPARSITY]
    elif precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == "int16x8":
        wide = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        converter.target_spec.supported_ops = [wide, tf.lite.OpsSet.TFLITE_BUILTINS]
    if precision in INTEGERS:
        converter.representative_dataset = lambda: ([row[np.newaxis]] for row in calibration)
    if io == "int8":
        ends = {"inference_input_type": model.input.dtype, "inference_output_type": model.output.dtype}
        for name, dtype in ends.items():
            setattr(converter, name, tf.int8 if str(dtype).startswith("float") else tf.float32)  # float32: as it is
    return converter


def _exported(model: keras.Model, for_integers: bool) -> str:
    """Return a folder with `model` as a SavedModel, made once for all precisions; it goes with the model.

    Integers have one of their own where they hold a function better in another formula.
    """
    folders, is_own = _folders.setdefault(model, {}), for_integers and is_reworded(model)
    if is_own not in folders:
        folder = TemporaryDirectory()
        with reworded(model) if is_own else nullcontext():
            _export(model, folder.name)
        folders[is_own] = folder  # not before: of half a model no precision can be made
    return folders[is_own].name


def _export(model: keras.Model, folder: str) -> None:
    """Write `model` as the SavedModel that is converted; LSTMs are fused, which works for a batch of one only."""
    with fused_lstms(model) as fused, unrolled(model, fused):
        tensor = model.input
        shape = (1 if fused else tensor.shape[0], *tensor.shape[1:])
        spec = keras.InputSpec(tensor.dtype, shape, name=tensor.name)
        model.export(folder, verbose=False, input_signature=[spec])
