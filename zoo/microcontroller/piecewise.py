"""Columns cut into bins in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.piecewise import Piecewise
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    const double *edges = ${name}_edges;
    int i, j, at = 0;

    for (i = 0; i < $size; edges += ${name}_counts[i], i++) {
        const int last = ${name}_counts[i] - 2; /* bin */

        if (${name}_counts[i] == 0)
            y[at++] = x[i];
        for (j = 0; j <= last; j++) {
            double share = (x[i] - edges[j]) / (edges[j + 1] - edges[j]);

            if (j > 0 && share < 0.0)
                share = 0.0;
            if (j < last && share > 1.0)
                share = 1.0;
            y[at++] = share;
        }
    }
    return 0;
}
"""


@register()
def piecewise(step: Piecewise, name: str, rows: Rows) -> Part:
    """Return C that encodes a number by how far it fills each of its column's bins."""
    counts = list(map(len, step.edges))
    tables = (
        Table(f"{name}_counts", "int16_t", counts),
        Table(f"{name}_edges", "double", [edge for edges in step.edges for edge in edges]),
    )
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size)
    return Part(code, Rows("double", (sum(max(count - 1, 1) for count in counts),)), tables)
