"""What a model's answers mean, in C: names of classes, quantities in their own units, places of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zoo.microcontroller._values import TEXT, Rows, Table, filled, number
from zoo.preparation import Preparation


@dataclass(frozen=True)
class Pieces:
    """What the header says, the code behind it, and the tables that this reads."""

    declaration: str = ""
    code: str = ""
    tables: tuple[Table, ...] = ()


LABELS = """\
#define ZOO_CLASSES $count
extern const char *const zoo_labels[ZOO_CLASSES]; /* in UTF-8, in the order of the answers */
"""
RESTORE = """\
/* Write the model's $count answers in the target's own units$level. */
void zoo_restore($row, double *quantities);
"""
RESTORE_CODE = """\
void zoo_restore($row, double *quantities)
{
    double level = $mean;
    int i;

$add    for (i = 0; i < $count; i++)
        quantities[i] = answers[i] * $deviation + level;
}
"""
LEVEL = """\
    for (i = $first; i < $steps; i++)
        level += row[i * $channels] / (double)($steps - $first);
"""
PLACE = """\
/* Return what a row holds for a text of a column of texts: -1 for one that is not known, NAN for a missing one (""). */
double zoo_place(int column, const char *text);
"""
PLACE_CODE = """\
double zoo_place(int column, const char *text)
{
    int i, j, at = 0;

    if (text[0] == 0)
        return NAN;
    for (i = 0; i < $columns; at += place_counts[i], i++)
        for (j = 0; j < place_counts[i] && place_columns[i] == column; j++)
            if (strcmp(text, place_texts[at + j]) == 0)
                return j;
    return -1.0;
}
"""


def labels(classes: Sequence[str]) -> Pieces:
    """Return the table of the names of classes."""
    table = Table("zoo_labels", TEXT, tuple(classes), storage="const")
    return Pieces(filled(LABELS, count=len(classes)), tables=(table,))


def restoring(preparation: Preparation, raw: Rows) -> Pieces:
    """Return the function from answers in standard deviations to quantities; the level of a window is added again."""
    scale, count = preparation.target, preparation.facts.get("horizon", 1)
    if scale is None:
        return Pieces()
    has_level = scale.window != "none"
    row = f"const {raw.kind} *row, const float *answers" if has_level else "const float *answers"
    values = {"mean": number(scale.mean, "double"), "deviation": number(scale.deviation, "double")}
    level = ", above the level of the raw row" if has_level else ""
    code = filled(RESTORE_CODE, row=row, count=count, add=_level(scale.window, raw) if has_level else "", **values)
    return Pieces(filled(RESTORE, row=row, count=count, level=level), code)


def places(preparation: Preparation) -> Pieces:
    """Return the function from the texts of a table's columns to the places that its rows hold."""
    if not preparation.categories:
        return Pieces()
    columns = list(preparation.columns)
    tables = (
        Table("place_columns", "int32_t", [columns.index(column) for column in preparation.categories]),
        Table("place_counts", "int32_t", list(map(len, preparation.categories.values()))),
        Table("place_texts", TEXT, [text for texts in preparation.categories.values() for text in texts]),
    )
    return Pieces(PLACE, filled(PLACE_CODE, columns=len(preparation.categories)), tables)


def _level(window: str, raw: Rows) -> str:
    steps, channels = raw.shape[0], raw.size // raw.shape[0]
    return filled(LEVEL, first=steps - 1 if window == "last" else 0, steps=steps, channels=channels)
