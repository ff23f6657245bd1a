"""What a picture is made of: panels of marks, plain values that Plotly and Matplotlib draw alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

WIDE_RANGE = 30  # from this ratio on, small differences vanish on a linear scale
LONGEST = 24  # characters of a label


@dataclass(frozen=True)
class Line:
    """Points joined by a line, or markers alone (`width` 0); `y` of None or NaN leaves a gap.

    `texts` say of each point what its place does not; `name` stands in the legend.
    """

    x: Sequence[float]
    y: Sequence[float | None]
    name: str = ""
    color: str = "#0072B2"
    width: float = 1.5
    dash: str = "solid"  # solid, dash or dot
    marker: str = ""  # circle, diamond, square, triangle, cross or star; "" draws none
    size: float = 7  # of a marker, in points
    texts: Sequence[str] = ()


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, the first at the top, with their values written beside them."""

    labels: Sequence[str]
    values: Sequence[float]
    texts: Sequence[str]
    color: str = "#0072B2"


@dataclass(frozen=True)
class Spans:
    """Horizontal bars from `starts` to `ends` at the heights `rows`; `hatch` tells them apart without colour."""

    rows: Sequence[float]
    starts: Sequence[float]
    ends: Sequence[float]
    name: str
    color: str
    hatch: str = ""
    texts: Sequence[str] = ()


@dataclass(frozen=True)
class Heat:
    """A grid of shares between 0 and 1, dark for 1, row 0 at the top, with a text in each cell."""

    shares: np.ndarray
    texts: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Sheet:
    """Images, (height, width, 3) uint8 each, in rows of `columns`, with a caption of up to two lines below each."""

    images: Sequence[np.ndarray]
    captions: Sequence[str]
    columns: int = 4


@dataclass(frozen=True)
class Cells:
    """A table of texts."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Texts:
    """Words at places of the panel; `above` puts them over their point, otherwise they stand beside it."""

    x: Sequence[float]
    y: Sequence[float]
    texts: Sequence[str]
    above: bool = False


Mark = Line | Bars | Spans | Heat | Sheet | Cells | Texts
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Panel:
    """One pair of axes; ticks are (place, label), None where the numbers speak for themselves.

    Of the marks, the last is drawn on top and comes first in the legend.
    """

    marks: Sequence[Mark]
    x_label: str = ""
    y_label: str = ""
    title: str = ""
    x_log: bool = False
    y_log: bool = False
    x_ticks: Ticks | None = None
    y_ticks: Ticks | None = None
    y_down: bool = False
    square: bool = False
    bare: bool = False  # without axes

    @property
    def counts(self) -> bool:
        """Whether the horizontal axis counts, so that only whole numbers may be written there."""
        lines = [mark for mark in self.marks if isinstance(mark, Line)]
        return bool(lines) and all(isinstance(x, int) for line in lines for x in line.x)


@dataclass(frozen=True)
class Picture:
    """A titled row of panels; `about` says how to read it, `missing` why there is nothing to see."""

    name: str
    title: str
    panels: Sequence[Panel] = ()
    about: str = ""
    missing: str = ""
    columns: int = 2


def broken(picture: Picture, error: Exception, said: Callable[[str], None]) -> Picture:
    """Return what stands in the place of a picture that `error` kept from being drawn; `said` hears all of it."""
    kind = type(error).__name__
    said(f"the picture '{picture.name}' could not be drawn: {kind}: {' '.join(str(error).split())}")
    return Picture(picture.name, picture.title, missing=f"it could not be drawn ({kind})")


def wide(values: Iterable[float | None]) -> bool:
    """Return whether values need a logarithmic scale: all above zero, the largest far above the smallest."""
    known = [value for value in values if value is not None and value == value]
    return bool(known) and min(known) > 0 and max(known) / min(known) > WIDE_RANGE


def short(text: str, longest: int = LONGEST) -> str:
    """Return a label on one line, cut to `longest` characters."""
    plain = " ".join(str(text).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def thinned(labels: Sequence[str], most: int = 20) -> list[tuple[int, str]]:
    """Return ticks at every place, or at every k-th so that at most `most` are written."""
    step = -(-len(labels) // most) or 1
    return [(place, short(labels[place])) for place in range(0, len(labels), step)]
