"""Windows without their own level in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, filled
from zoo.preparation.level import Level
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int time, channel;

    for (channel = 0; channel < $channels; channel++) {
        double level = 0.0;

        for (time = $first; time < $steps; time++)
            level += x[time * $channels + channel];
        level /= $steps - $first;
        for (time = 0; time < $steps; time++)
            y[time * $channels + channel] = x[time * $channels + channel] - level;
    }
    return 0;
}
"""


@register()
def level(step: Level, name: str, rows: Rows) -> Part:
    """Return C that subtracts from each channel its last value or its mean."""
    steps, channels = rows.shape[0], rows.size // rows.shape[0]
    values = {"steps": steps, "channels": channels, "first": steps - 1 if step.of == "last" else 0}
    return Part(filled(CODE, name=name, kind=rows.kind, **values), Rows("double", rows.shape), in_place=True)
