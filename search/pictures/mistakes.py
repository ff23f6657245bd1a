"""A sheet of the worst mistakes: the validation rows on which the champion errs most."""

from __future__ import annotations

import numpy as np

from search.pictures._chart import Cells, Line, Panel, Picture, Sheet, short
from search.pictures._styles import LINES
from search.report.story import Story
from search.report.validated import ABSENT, Validated
from zoo.goals import plain
from zoo.registry import register

MOST_CHANNELS = 3
LONGEST_NOTE, LONGEST_TEXT, LONGEST_FILE = 84, 60, 26  # characters; texts may be all capitals
NOTES = {"table": "what stands out, in standard deviations (sd)", "text": "text", "audio": "file", "image": "file"}
ABOUT = {
    "classification": "The validation rows with the highest loss, worst first; with each answer its probability.",
    "regression": "The validation rows with the largest error, worst first, in the target's units.",
}

WAVES = " A recording is drawn between the lowest and the highest of its samples."


@register(place=6, kinds=("classification", "regression"))
def mistakes(story: Story) -> Picture:
    """The worst validation rows: images as a sheet, series and sounds as lines, other rows as a table."""
    found, title = story.validated, "Worst mistakes"
    if found is None:
        return Picture("mistakes", title, missing=ABSENT)
    about = ABOUT[story.kind] + _rest(found)
    if found.modality == "image" and found.rows.ndim in (3, 4):
        sheet = Sheet([pixels(row) for row in found.rows], [_caption(found, row) for row in found.worst])
        return Picture("mistakes", title, [Panel([sheet], bare=True)], about, columns=1)
    if found.modality == "series" and found.rows.ndim in (2, 3):
        panels = [_small_lines(found, place) for place in range(len(found.worst))]
        return Picture("mistakes", title, panels, about, columns=4)
    if len(found.waves):
        panels = [_small_wave(found, place) for place in range(len(found.worst))]
        return Picture("mistakes", title, panels, about + WAVES, columns=4)
    return Picture("mistakes", title, [Panel([_table(found, story.target)], bare=True)], about, columns=1)


def pixels(row: np.ndarray) -> np.ndarray:
    """Return an image (height, width) or (height, width, channels) as (height, width, 3) uint8, least black."""
    image = row[..., None] if row.ndim == 2 else row
    image = np.repeat(image[..., :1], 3, axis=-1) if image.shape[-1] < 3 else image[..., :3]
    if image.dtype == np.uint8 and image.max(initial=0) > 16:  # digits have 17 shades
        return image
    low, high = float(image.min()), float(image.max())
    return np.round((image - low) / (high - low or 1) * 255).astype(np.uint8)


def _caption(found: Validated, row: int) -> str:
    if not found.classes:
        return f"true {_steps(found.truth[row])}\nsaid {_steps(found.said[row])}"
    truth, said = (short(found.classes[part[row]], 14) for part in (found.truth, found.said))
    chance = f"{found.answers[row, found.said[row]]:.2f}"
    if found.truth[row] == found.said[row]:
        return f"right: {said}\nat {chance}"
    return f"true {truth}\nsaid {said}, {chance}"


def _steps(quantity: np.ndarray) -> str:
    """Return a quantity, or the first and the last of those that a forecast holds."""
    steps = np.atleast_1d(quantity)
    return plain(steps[0]) if len(steps) == 1 else f"{plain(steps[0])} to {plain(steps[-1])}"


def _small_lines(found: Validated, place: int) -> Panel:
    row = found.rows[place].reshape(len(found.rows[place]), -1)[:, :MOST_CHANNELS]
    dashes = ("solid", "dash", "dot")
    lines = [Line(range(len(row)), row[:, c].tolist(), "", LINES[c], 1.2, dashes[c]) for c in range(row.shape[1])]
    return Panel(lines, "step", title=_caption(found, found.worst[place]))


def _small_wave(found: Validated, place: int) -> Panel:
    """Return the outline of a recording in seconds, between its lowest and its highest samples."""
    wave = found.waves[place]
    times = (np.arange(len(wave)) + 0.5) / len(wave) * float(found.seconds[place])
    outline = Line(times.repeat(2).tolist(), wave.ravel().tolist(), "", LINES[0], 0.9)
    name = f"\n{short(found.notes[place].rpartition('/')[2], LONGEST_FILE)}" if found.notes else ""
    return Panel([outline], "seconds", title=_caption(found, found.worst[place]) + name)


def _table(found: Validated, target: str) -> Cells:
    """Return a row a mistake: its number in the validation part, what is true, what was said and what stands out."""
    origin = [str(row + 1) for row in found.worst]
    columns, cells = _quantities(found, target) if not found.classes else _labels(found)
    longest = LONGEST_TEXT if found.modality == "text" else LONGEST_NOTE
    notes = [[short(note, longest)] for note in found.notes] or [[] for _ in origin]
    last = (NOTES.get(found.modality, "row"),) if found.notes else ()
    rows = [(place, *cell, *note) for place, cell, note in zip(origin, cells, notes, strict=True)]
    return Cells(("validation row", *columns, *last), rows)


def _quantities(found: Validated, target: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    pairs = [(found.truth[row], found.said[row]) for row in found.worst]
    name = short(target, 16)
    columns = (f"true {name}", f"predicted {name}", "error" if found.truth.ndim == 1 else "mean absolute error")
    return columns, [(_steps(true), _steps(said), _error(true, said)) for true, said in pairs]


def _error(true: np.ndarray, said: np.ndarray) -> str:
    if np.ndim(true):
        return plain(float(np.abs(said - true).mean()))
    return f"{'+' if said > true else ''}{plain(said - true)}"


def _labels(found: Validated) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    columns = ("true", "said", "p(true)", "p(said)", "loss")
    return columns, [_labelled(found, row) for row in found.worst]


def _labelled(found: Validated, row: int) -> tuple[str, ...]:
    truth, said = found.truth[row], found.said[row]
    chances = (found.answers[row, truth], found.answers[row, said])
    names = (short(found.classes[truth], 16), short(found.classes[said], 16))
    return (*names, *(f"{chance:.3f}" for chance in chances), f"{found.loss[row]:.2f}")


def _rest(found: Validated) -> str:
    """Return how many of the rows shown are mistakes at all."""
    if not found.classes:
        return ""
    wrong = int((found.said != found.truth).sum())
    shown = int((found.said[found.worst] != found.truth[found.worst]).sum())
    rest = "; the others shown are right, with the least probability" if shown < len(found.worst) else ""
    return f" {wrong:,} of {len(found.truth):,} rows are wrong{rest}."
