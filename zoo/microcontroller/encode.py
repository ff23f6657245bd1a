"""One-hot columns in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.encode import Encode
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i, j, k = 0, at = 0;

    for (i = 0; i < $numbers; i++)
        y[at++] = x[${name}_numbers[i]];
    for (i = 0; i < $columns; i++) {
        const double cell = x[${name}_columns[i]];
        int found = 0;

        for (j = 0; j < ${name}_counts[i]; j++, k++) {
            const int same = cell == ${name}_kept[k];

            y[at++] = same;
            found |= same;
        }
        if (${name}_others[i])
            y[at++] = !isnan(cell) && !found;
        if (${name}_gaps[i])
            y[at++] = isnan(cell) ? 1.0 : 0.0;
    }
    return 0;
}
"""


@register()
def encode(step: Encode, name: str, rows: Rows) -> Part:
    """Return C that turns the places of texts into columns of 0 and 1, behind the columns of numbers."""
    numbers = [place for place in range(rows.size) if place not in step.columns]
    kept = [place for places in step.kept for place in places]
    tables = (
        Table(f"{name}_numbers", "int32_t", numbers),
        Table(f"{name}_columns", "int32_t", step.columns),
        Table(f"{name}_counts", "int16_t", [len(places) for places in step.kept]),
        Table(f"{name}_kept", "int32_t", kept),
        Table(f"{name}_others", "uint8_t", step.others),
        Table(f"{name}_gaps", "uint8_t", step.gaps),
    )
    width = len(numbers) + len(kept) + sum(step.others) + sum(step.gaps)
    code = filled(CODE, name=name, kind=rows.kind, numbers=len(numbers), columns=len(step.columns))
    return Part(code, Rows("double", (width,)), tables)
