"""Series shortened by means in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, filled
from zoo.preparation.pool import Pool
from zoo.registry import register

CODE = """\
static int $name(const $kind *x, double *y)
{
    int32_t step, time, channel;

    for (step = 0; step < $length; step++) {
        const int32_t first = (int32_t)((int64_t)step * $steps / $length);
        const int32_t end = (int32_t)((int64_t)(step + 1) * $steps / $length);

        for (channel = 0; channel < $channels; channel++) {
            double sum = 0.0;
            int32_t count = 0;

            for (time = first; time < end; time++) {
                const double value = x[time * $channels + channel];

                if (!isnan(value)) {
                    sum += value;
                    count++;
                }
            }
            y[step * $channels + channel] = count == 0 ? NAN : sum / count;
        }
    }
    return 0;
}
"""


@register()
def pool(step: Pool, name: str, rows: Rows) -> Part:
    """Return C that replaces each of `length` stretches of time by the mean of its numbers."""
    channels = rows.size // step.steps
    code = filled(CODE, name=name, kind=rows.kind, steps=step.steps, length=step.length, channels=channels)
    return Part(code, Rows("double", (step.length, *rows.shape[1:])))
