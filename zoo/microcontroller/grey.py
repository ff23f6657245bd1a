"""Grey images in C."""

from __future__ import annotations

from zoo.errors import Unsupported
from zoo.microcontroller._values import Part, Rows, filled
from zoo.preparation.grey import Grey
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, $kind *y)
{
    int32_t i;

    for (i = 0; i < $size; i++)
        y[i] = $grey;
    return 0;
}
"""
LUMA = "0.299f * x[3 * i] + 0.587f * x[3 * i + 1] + 0.114f * x[3 * i + 2]"


@register()
def grey(step: Grey, name: str, rows: Rows) -> Part:
    """Return C that weighs red, green and blue to one channel; raise Unsupported for images of several sizes."""
    if not rows.shape:
        raise Unsupported(
            "images of several sizes that become grey (preparation step 'grey') have no C code; only images of one "
            "size do. Bring them to one size first, or leave out preparation.channels=grey."
        )
    luma = f"(uint8_t)rintf({LUMA})" if rows.kind == "uint8_t" else LUMA
    result = Rows(rows.kind, (*rows.shape[:-1], 1))
    grey_of_one = luma if step.channels == 3 else "x[i]"
    return Part(filled(CODE, name=name, kind=rows.kind, size=result.size, grey=grey_of_one), result)
