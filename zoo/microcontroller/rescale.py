"""Rescaled pixels in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, filled, number
from zoo.preparation.rescale import Rescale
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, float *y)
{
    int i;

    for (i = 0; i < $size; i++)
        y[i] = (float)x[i] / $largest;
    return 0;
}
"""


@register()
def rescale(step: Rescale, name: str, rows: Rows) -> Part:
    """Return C that divides every number by the largest one of the training rows."""
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size, largest=number(step.largest, "float"))
    return Part(code, Rows("float", rows.shape), in_place=True)
