"""Columns spread by rank in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.quantile import Quantile
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i, at = 0;

    for (i = 0; i < $size; at += ${name}_counts[i], i++) {
        const double cell = x[i], *knots = ${name}_knots + at, *values = ${name}_values + at;
        int low = 0, high = ${name}_counts[i] - 1;

        y[i] = cell;
        if (high < 0 || !isfinite(cell))
            continue;
        if (cell <= knots[0] || cell >= knots[high]) {
            y[i] = cell <= knots[0] ? values[0] : values[high];
            continue;
        }
        while (high - low > 1) {
            const int middle = (low + high) / 2;

            if (cell < knots[middle])
                high = middle;
            else
                low = middle;
        }
        y[i] = (values[high] - values[low]) / (knots[high] - knots[low]) * (cell - knots[low]) + values[low];
    }
    return 0;
}
"""


@register()
def quantile(step: Quantile, name: str, rows: Rows) -> Part:
    """Return C that puts each number on the straight line between the values of the knots beside it."""
    tables = (
        Table(f"{name}_counts", "int16_t", list(map(len, step.knots))),
        Table(f"{name}_knots", "double", [knot for knots in step.knots for knot in knots]),
        Table(f"{name}_values", "double", [value for values in step.values for value in values]),
    )
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size)
    return Part(code, Rows("double", rows.shape), tables, in_place=True)
