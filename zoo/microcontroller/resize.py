"""Images of one size in C, whatever size they come in."""

from __future__ import annotations

from zoo.microcontroller._values import Buffer, Part, Rows, filled
from zoo.preparation.resize import Resize
from zoo.registry import register

LONGEST = 512  # pixels a side, where images differ: as long as zoo.raw.pixels reads them

TAPS = """\
static int ${name}_terms(int old, int size)
{
    return size > old ? 2 : (int)ceil((double)old / size) + 1;
}

/* Say which of `old` pixels make pixel `i` of `size`, and with which weights. */
static void ${name}_taps(int old, int size, int i, int16_t *places, float *weights)
{
    const double ratio = (double)old / size, low = i * ratio, high = (i + 1) * ratio;
    const int terms = ${name}_terms(old, size);
    int k, first = (int)floor(low);

    if (size > old) { /* between the centres of two pixels */
        double centre = (low + high) / 2 - 0.5;

        centre = centre < 0.0 ? 0.0 : centre > old - 1 ? old - 1 : centre;
        first = (int)floor(centre);
        first = first < old - 2 ? first : old > 1 ? old - 2 : 0;
        places[0] = (int16_t)first;
        places[1] = (int16_t)(first + 1 < old ? first + 1 : old - 1);
        weights[0] = (float)(1.0 - (centre - first));
        weights[1] = (float)(centre - first);
        return;
    }
    for (k = 0; k < terms; k++) { /* the mean over the stretch that it covers */
        const int place = first + k;
        double covered = (place + 1 < high ? place + 1 : high) - (place > low ? place : low);

        covered = covered < 0.0 ? 0.0 : covered > 1.0 ? 1.0 : covered;
        places[k] = (int16_t)(place < old - 1 ? place : old - 1);
        weights[k] = (float)(covered * ((double)size / old));
    }
}

"""

CODE = """\
static int $name($parameters, $kind *y)
{
    $sizes
    int cut_height = height, cut_width = width, new_height = $height, new_width = $width;
    int top, left, i, j, a, b, channel, rows, columns;

    if (height < 1 || width < 1 || height > $longest || width > $longest)
        return ZOO_NOT_SERVED;
$framing
    columns = ${name}_terms(cut_width, new_width);
    rows = ${name}_terms(cut_height, new_height);
    for (j = 0; j < new_width; j++)
        ${name}_taps(cut_width, new_width, j, ${name}_x + j * columns, ${name}_x_weights + j * columns);
    for (i = 0; i < $height * $width * $channels; i++)
        y[i] = 0;
    top = ($height - new_height) / 2;
    left = ($width - new_width) / 2;
    for (i = 0; i < new_height; i++) {
        ${name}_taps(cut_height, new_height, i, ${name}_y, ${name}_y_weights);
        for (j = 0; j < new_width * $channels; j++) {
            const int16_t *places = ${name}_x + j / $channels * columns;
            const float *weights = ${name}_x_weights + j / $channels * columns;
            float sum = 0.0f;

            channel = j % $channels;
            for (b = 0; b < columns; b++) {
                float column = 0.0f;

                for (a = 0; a < rows; a++) {
                    const int32_t line = (height - cut_height) / 2 + ${name}_y[a];
                    const int32_t pixel = line * width + (width - cut_width) / 2 + places[b];

                    column += x[pixel * $channels + channel] * ${name}_y_weights[a];
                }
                sum += column * weights[b];
            }
            y[((top + i) * $width + left) * $channels + j] = $rounded;
        }
    }
    return 0;
}
"""
CROP = """\
    if (height * $width > width * $height)
        cut_height = (int)fmax(1.0, rint((double)(width * $height) / $width));
    else
        cut_width = (int)fmax(1.0, rint((double)(height * $width) / $height));"""
PAD = """\
    {
        const double factor = fmin((double)$height / height, (double)$width / width);

        new_height = (int)fmax(1.0, rint(height * factor));
        new_width = (int)fmax(1.0, rint(width * factor));
    }"""
FRAMING = {"crop": CROP, "pad": PAD, "stretch": ""}


@register()
def resize(step: Resize, name: str, rows: Rows) -> Part:
    """Return C that brings an image to one size, with the same weights in the same order as NumPy does."""
    longest = max(rows.shape[:2]) if rows.shape else LONGEST
    sides = {"height": step.height, "width": step.width}
    raw = f"const int height = {rows.shape[0]}, width = {rows.shape[1]};" if rows.shape else ""
    values = {
        "sizes": raw,
        "longest": longest,
        "channels": step.channels,
        "parameters": f"const {rows.kind} *x" + ("" if rows.shape else ", int height, int width"),
        "framing": filled(FRAMING[step.framing], **sides),
        "rounded": "(uint8_t)rintf(sum)" if rows.kind == "uint8_t" else "sum",
    }
    code = filled(TAPS + CODE, name=name, kind=rows.kind, **sides, **values)
    buffers = [
        Buffer(f"{name}_{axis}{suffix}", kind, longest + 2 * room)  # of n new pixels at most longest + 2 n old ones
        for axis, room in (("x", step.width), ("y", 1))
        for suffix, kind in (("", "int16_t"), ("_weights", "float"))
    ]
    return Part(code, Rows(rows.kind, (step.height, step.width, step.channels)), buffers=tuple(buffers))
