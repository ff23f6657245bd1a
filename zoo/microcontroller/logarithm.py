"""Logarithms of skewed columns in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.logarithm import Logarithm
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i;

    for (i = 0; i < $size; i++)
        y[i] = x[i];
    for (i = 0; i < $columns; i++) {
        double *cell = y + ${name}_columns[i];

        *cell = copysign(log1p(fabs(*cell)), *cell);
    }
    return 0;
}
"""


@register()
def logarithm(step: Logarithm, name: str, rows: Rows) -> Part:
    """Return C that replaces x in some columns by sign(x) log(1 + |x|)."""
    tables = (Table(f"{name}_columns", "int32_t", step.columns),)
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size, columns=len(step.columns))
    return Part(code, Rows("double", rows.shape), tables, in_place=True)
