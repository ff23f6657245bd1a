"""Normalised channels in C."""

from __future__ import annotations

import math

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.normalise import Normalise
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int i, channel;

    for (i = 0; i < $size; i++)
        y[i] = (x[i] - ${name}_means[i % $channels]) / ${name}_deviations[i % $channels];
    for (channel = 0; channel < $ending; channel++) /* what has ended goes on with the mean */
        for (i = $size - $ending + channel; i >= 0 && isnan(y[i]); i -= $ending)
            y[i] = 0.0;
    return 0;
}
"""


@register()
def normalise(step: Normalise, name: str, rows: Rows) -> Part:
    """Return C that normalises each channel; series that end early, in NaN, go on with 0."""
    tables = (Table(f"{name}_means", "double", step.means), Table(f"{name}_deviations", "double", step.deviations))
    ending = math.prod(rows.shape[1:]) if len(rows.shape) > 1 else 0  # a row without a time axis never ends
    code = filled(CODE, name=name, kind=rows.kind, size=rows.size, channels=len(step.means), ending=ending)
    return Part(code, Rows("double", rows.shape), tables, in_place=True)
