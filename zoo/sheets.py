"""Contact sheets: rows of data before and after augmentation, drawn as pictures of equal size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from zoo.errors import Unsupported

SIDE, GAP, CAPTION = 96, 6, 14  # pixels
LETTER = 6  # about how wide a letter of Pillow's own font is, in pixels
MOST_ROWS = 20
_PAPER, _INK, _RULE = (255, 255, 255), (40, 40, 40), (225, 225, 225)
_LINES = ((31, 119, 180), (214, 39, 40), (44, 160, 44), (148, 103, 189), (255, 127, 14))
DRAWN = ("image", "series", "audio")


def sheet(before: np.ndarray, after: Mapping[str, np.ndarray], captions: Sequence[str], modality: str) -> bytes:
    """Return a PNG: a line for each prepared row, first as in `before`, (n, ...), then as each of `after` has it.

    `after` maps the columns' titles to rows changed, of the shape of `before`; `captions` say what each row is. Images
    are shown as they are, series as lines, one a channel, and audio as a map of its frames and bands. Raises
    Unsupported for tables and text, of which there is nothing to draw.
    """
    require_drawable(modality)
    columns = {"before": before, **after}
    rows = min(len(before), MOST_ROWS)
    page = Image.new("RGB", (GAP + len(columns) * (SIDE + GAP), CAPTION + rows * (SIDE + CAPTION + GAP)), _PAPER)
    pen = ImageDraw.Draw(page)
    for across, (title, values) in enumerate(columns.items()):
        left = GAP + across * (SIDE + GAP)
        pen.text((left, 1), _short(title), fill=_INK)
        for down in range(rows):
            top = CAPTION + down * (SIDE + CAPTION + GAP)
            page.paste(_cell(values[down], before[down], modality), (left, top))
            if not across:
                pen.text((left, top + SIDE + 1), _short(captions[down]), fill=_INK)
    held = BytesIO()
    page.save(held, "PNG", optimize=True)
    return held.getvalue()


def require_drawable(modality: str) -> None:
    """Raise Unsupported for rows that are no pictures."""
    if modality not in DRAWN:
        raise Unsupported(f"pictures are drawn of {', '.join(DRAWN)}; of a {modality} there is nothing to draw.")


def _short(text: str) -> str:
    """Return the text as far as a cell is wide, without letters that the font lacks."""
    plain = text.encode("latin-1", "replace").decode("latin-1")
    most = SIDE // LETTER
    return plain if len(plain) <= most else f"{plain[: most - 2]}.."


def _cell(row: np.ndarray, before: np.ndarray, modality: str) -> Image.Image:
    """Return a row as a square picture, on the scale of the row `before` it."""
    values = np.asarray(row)
    if modality == "series":
        return _lines(values.astype(np.float64), before.astype(np.float64))
    if modality == "audio":
        return _framed(_heat(values.astype(np.float64), before.astype(np.float64)))
    return _framed(_photograph(values, before))


def _photograph(values: np.ndarray, before: np.ndarray) -> Image.Image:
    if values.dtype != np.uint8:
        low, high = min(0.0, float(before.min())), max(float(before.max()), 1e-12)
        values = (np.clip((values - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(values[..., 0] if values.shape[-1] != 3 else values).convert("RGB")


def _heat(values: np.ndarray, before: np.ndarray) -> Image.Image:
    """Return frames (time, bands, 1) from left to right and low to high, dark where there is most."""
    low, spread = before.min(), max(float(np.ptp(before)), 1e-12)
    shade = 255 - np.clip((values[..., 0] - low) / spread, 0, 1) * 255
    return Image.fromarray(shade.T[::-1].astype(np.uint8)).convert("RGB").resize((SIDE, SIDE))


def _framed(picture: Image.Image) -> Image.Image:
    """Return a picture as large as fits into a cell, in its own ratio; enlarged pixels stay square."""
    factor = SIDE / max(picture.size)
    size = tuple(max(1, round(side * factor)) for side in picture.size)
    way = Image.Resampling.NEAREST if factor > 1 else Image.Resampling.BOX
    cell = Image.new("RGB", (SIDE, SIDE), _RULE)
    cell.paste(picture.resize(size, way), ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    return cell


def _lines(values: np.ndarray, before: np.ndarray) -> Image.Image:
    """Return a series (time, channels) as a line a channel."""
    cell = Image.new("RGB", (SIDE, SIDE), _PAPER)
    pen = ImageDraw.Draw(cell)
    pen.rectangle((0, 0, SIDE - 1, SIDE - 1), outline=_RULE)
    low, spread = before.min(), max(float(np.ptp(before)), 1e-12)
    across = np.linspace(1, SIDE - 2, len(values))
    down = SIDE - 2 - np.clip((values - low) / spread, -0.05, 1.05) * (SIDE - 3)
    for channel in range(values.shape[1]):
        points = list(zip(across.tolist(), down[:, channel].tolist(), strict=True))
        pen.line(points * 2 if len(points) == 1 else points, fill=_LINES[channel % len(_LINES)])
    return cell
