"""Parts of times in C."""

from __future__ import annotations

from zoo.microcontroller._values import Part, Rows, Table, filled
from zoo.preparation.dates import CIRCLES, YEAR, Dates
from zoo.registry import register

PARTS = (YEAR, *CIRCLES)  # in the order in which the C code computes them

# The day of a date is found as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
CODE = """\
static int ${name}_parts(double time, double *parts)
{
    const double days = floor(time / 86400.0);
    int64_t shifted, era, day, year, month;

    if (fabs(days) > 1e8)
        return ZOO_NOT_SERVED;
    shifted = (int64_t)days + 719468; /* since 0000-03-01 */
    era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    day = shifted - era * 146097;
    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    month = (5 * day + 2) / 153; /* 0 is March */
    parts[0] = (double)(year + era * 400 + (month >= 10));
    parts[1] = (double)(month < 10 ? month + 2 : month - 10);
    parts[2] = (double)(day - (153 * month + 2) / 5);
    parts[3] = (double)((((int64_t)days + 3) % 7 + 7) % 7);
    parts[4] = (time - days * 86400.0) / 3600.0;
    return 0;
}

static int $name(const $kind *x, double *y)
{
    static const double circles[5] = {0, 12, 31, 7, 24};
    int i, j, k = 0, at = 0;

    for (i = 0; i < $numbers; i++)
        y[at++] = x[${name}_numbers[i]];
    for (i = 0; i < $columns; i++) {
        const double time = x[${name}_columns[i]];
        const int missing = !isfinite(time);
        double parts[5] = {0};

        if (!missing && ${name}_parts(time, parts) != 0)
            return ZOO_NOT_SERVED;
        for (j = 0; j < ${name}_counts[i]; j++, k++) {
            const int part = ${name}_chosen[k];
            const double angle = 6.283185307179586 * parts[part] / (part == 0 ? 1.0 : circles[part]);

            if (part == 0) {
                y[at++] = missing ? ${name}_years[i] : parts[0];
                continue;
            }
            y[at++] = missing ? 0.0 : sin(angle);
            y[at++] = missing ? 0.0 : cos(angle);
        }
        if (${name}_gaps[i])
            y[at++] = missing;
    }
    return 0;
}
"""


@register()
def dates(step: Dates, name: str, rows: Rows) -> Part:
    """Return C that turns seconds since 1970 into years, and months, days, weekdays and hours on circles."""
    numbers = [place for place in range(rows.size) if place not in step.columns]
    chosen = [PARTS.index(part) for parts in step.parts for part in sorted(parts, key=YEAR.__ne__)]  # years first
    tables = (
        Table(f"{name}_numbers", "int32_t", numbers),
        Table(f"{name}_columns", "int32_t", step.columns),
        Table(f"{name}_counts", "int16_t", [len(parts) for parts in step.parts]),
        Table(f"{name}_chosen", "uint8_t", chosen),
        Table(f"{name}_years", "double", step.years),
        Table(f"{name}_gaps", "uint8_t", step.gaps),
    )
    width = len(numbers) + sum(1 if part == 0 else 2 for part in chosen) + sum(step.gaps)
    code = filled(CODE, name=name, kind=rows.kind, numbers=len(numbers), columns=len(step.columns))
    return Part(code, Rows("double", (width,)), tables)
