"""Filled gaps and their marks in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.impute import Impute
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i;

    for (i = 0; i < $marks; i++)
        y[$size + i] = isnan(x[${name}_marked[i]]) ? 1.0 : 0.0;
    for (i = 0; i < $size; i++)
        y[i] = isnan(x[i]) ? ${name}_medians[i] : x[i];
    return 0;
}
"""


@register()
def impute(step: Impute, name: str, rows: Rows) -> Part:
    """Return C that fills cells which are NaN with their column's median, and marks those of some columns."""
    tables = (Table(f"{name}_medians", "double", step.medians), Table(f"{name}_marked", "int32_t", step.marked))
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size, marks=len(step.marked))
    return Part(code, Rows("double", (rows.size + len(step.marked),)), tables, in_place=not step.marked)
