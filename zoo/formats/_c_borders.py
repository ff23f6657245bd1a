"""The ends of a model in C: their types, their grids, and what brings rows in and answers out."""

from __future__ import annotations

import numpy as np

from zoo.formats._borders import Border
from zoo.microcontroller._values import filled, number

DEFINED = """\
#define ZOO_${end}_TYPE $kind
#define ZOO_${end}_SIZE $size
"""
GRID = """\
#define ZOO_${end}_SCALE $scale /* a number is (integer - ZERO_POINT) * SCALE */
#define ZOO_${end}_ZERO_POINT $zero_point
"""
PASSING = """\
/* Write a prepared row into the model's input. */
template <typename Number>
void zoo_enter(const Number* row, ZOO_INPUT_TYPE* input) {
  for (int i = 0; i < ZOO_INPUT_SIZE; i++) {
$enter  }
}

/* Write the numbers that the model's output means. */
inline void zoo_leave(const ZOO_OUTPUT_TYPE* output, float* answers) {
  for (int i = 0; i < ZOO_OUTPUT_SIZE; i++) answers[i] = $leave;
}
"""
ENTER = """\
    input[i] = (ZOO_INPUT_TYPE)row[i];
"""
ENTER_GRID = """\
    const float steps = roundf((float)row[i] / ZOO_INPUT_SCALE) + ZOO_INPUT_ZERO_POINT;

    input[i] = (ZOO_INPUT_TYPE)(steps < $low ? $low : steps > $high ? $high : steps);
"""
LEAVE, LEAVE_GRID = "output[i]", "((float)output[i] - ZOO_OUTPUT_ZERO_POINT) * ZOO_OUTPUT_SCALE"


def c_type(border: Border) -> str:
    """Return the C type of the numbers at a border."""
    return "float" if border.dtype == "float32" else f"{border.dtype}_t"


def defined(end: str, border: Border, size: int) -> str:
    """Return what the preprocessor is told of an `end`, INPUT or OUTPUT, of `size` numbers."""
    found = filled(DEFINED, end=end, kind=c_type(border), size=size)
    if border.scale is None:
        return found
    return found + filled(GRID, end=end, scale=number(border.scale, "float"), zero_point=border.zero_point)


def passing(entry: Border, leaving: Border) -> str:
    """Return C++ functions that bring a prepared row into the input, and the answers out of the output."""
    enter = ENTER
    if entry.scale is not None:
        limits = np.iinfo(entry.dtype)
        enter = filled(ENTER_GRID, low=limits.min, high=limits.max)
    return filled(PASSING, enter=enter, leave=LEAVE if leaving.scale is None else LEAVE_GRID)
