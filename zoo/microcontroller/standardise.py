"""Standardised columns in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.standardise import Standardise
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i;

    for (i = 0; i < $size; i++)
        y[i] = (x[i] - ${name}_means[i]) / ${name}_deviations[i];
    return 0;
}
"""


@register()
def standardise(step: Standardise, name: str, rows: Rows) -> Part:
    """Return C that subtracts each column's mean and divides by its standard deviation."""
    tables = (Table(f"{name}_means", "double", step.means), Table(f"{name}_deviations", "double", step.deviations))
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size)
    return Part(code, Rows("double", rows.shape), tables, in_place=True)
