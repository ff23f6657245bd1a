"""Frames of log-mel power in C."""

from __future__ import annotations

import numpy as np

from zoo.microcontroller._values import Buffer, Part, Rows, Table, filled, number
from zoo.preparation.log_mel import FLOOR, LogMel
from zoo.registry import register

CODE = """\
/* Transform $points complex numbers in place, radix 2 (Cooley and Tukey 1965). */
static void ${name}_transform(float *real, float *imaginary)
{
    int i, j, k, half;

    for (i = 1, j = 0; i < $points; i++) {
        int bit = $points / 2;

        for (; j & bit; bit /= 2)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            const float kept = real[i];

            real[i] = real[j];
            real[j] = kept;
        }
    }
    for (i = 0; i < $points; i++)
        imaginary[i] = 0.0f;
    for (half = 1; half < $points; half *= 2)
        for (k = 0; k < half; k++) {
            const float cosine = ${name}_cosines[k * ($points / 2 / half)];
            const float sine = ${name}_sines[k * ($points / 2 / half)];

            for (i = k; i < $points; i += 2 * half) {
                const float a = cosine * real[i + half] + sine * imaginary[i + half];
                const float b = cosine * imaginary[i + half] - sine * real[i + half];

                real[i + half] = real[i] - a;
                imaginary[i + half] = imaginary[i] - b;
                real[i] += a;
                imaginary[i] += b;
            }
        }
}

static int $name($parameters, float *y)
{
    int frame, band, i;$count

    for (frame = 0; frame < $frames; frame++) {
        const float *weights = ${name}_weights;

        for (i = 0; i < $points; i++) {
            const int32_t at = (int32_t)frame * $hop + i;

            ${name}_real[i] = i < $window && at < count ? x[at] * ${name}_taper[i] : 0.0f;
        }
        ${name}_transform(${name}_real, ${name}_imaginary);
        for (i = 0; i <= $points / 2; i++)
            ${name}_real[i] = ${name}_real[i] * ${name}_real[i] + ${name}_imaginary[i] * ${name}_imaginary[i];
        for (band = 0; band < $bands; band++) {
            float power = 0.0f;

            for (i = 0; i < ${name}_counts[band]; i++)
                power += ${name}_real[${name}_starts[band] + i] * *weights++;
            *y++ = (logf(power + $floor) - ${name}_means[band]) / ${name}_deviations[band];
        }
    }
    return 0;
}
"""


@register()
def log_mel(step: LogMel, name: str, rows: Rows) -> Part:
    """Return C that turns a clip of any length into frames of the logarithm of its power in mel bands."""
    points = 2 * (len(step.filters) - 1)
    values = {"points": points, "hop": step.hop, "window": step.window, "bands": len(step.means)}
    values["count"] = f"\n    const int32_t count = {rows.size};" if rows.shape else ""
    values["parameters"] = "const float *x" + ("" if rows.shape else ", int32_t count")
    buffers = (Buffer(f"{name}_real", "float", points), Buffer(f"{name}_imaginary", "float", points))
    code = filled(CODE, name=name, frames=step.frames, floor=number(FLOOR, "float"), **values)
    result = Rows("float", (step.frames, len(step.means), 1))
    return Part(code, result, (*_transform(name, points), *_bands(name, step)), buffers)


def _transform(name: str, points: int) -> tuple[Table, Table]:
    turns = 2 * np.pi * np.arange(points // 2) / points
    return Table(f"{name}_cosines", "float", np.cos(turns)), Table(f"{name}_sines", "float", np.sin(turns))


def _bands(name: str, step: LogMel) -> tuple[Table, ...]:
    """Return the window, scaled to unit power, and the weights of those frequencies that a band has any of."""
    hann = np.hanning(step.window + 1)[:-1]
    places = [np.flatnonzero(weights) for weights in step.filters.T]
    spans = [slice(found[0], found[-1] + 1) for found in places]
    weights = [band[span] for band, span in zip(step.filters.T, spans, strict=True)]
    return (
        Table(f"{name}_taper", "float", hann / np.sqrt((hann**2).sum())),
        Table(f"{name}_starts", "int16_t", [span.start for span in spans]),
        Table(f"{name}_counts", "int16_t", list(map(len, weights))),
        Table(f"{name}_weights", "float", np.concatenate(weights)),
        Table(f"{name}_means", "float", step.means),
        Table(f"{name}_deviations", "float", step.deviations),
    )
