"""A profile as a picture: the arena over time, and which operators hold the bytes and take the time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from zoo.profiling.profiles import Profile, Slot, Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXELS_PER_INCH = 110
WIDTH = 11.0  # inches
MOST_BARS = 15
MOST_TICKS = 30
LINE = 0.06  # of the arena's bytes, that a line of words needs
LETTERS = 170  # about how many stand side by side in the width of the picture
INK, GREY, PALE = "#1F2937", "#6B7280", "#E5E7EB"
BYTES, TIME = "#2563EB", "#F59E0B"


def picture_of(profile: Profile) -> bytes:
    """Return a PNG, about 1,200 pixels wide: memory over time above, bytes of weights and time by operator below."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars = max(1, min(MOST_BARS, len(profile.steps)))
    figure = Figure((WIDTH, 6.2 + 0.24 * bars), PIXELS_PER_INCH, layout="constrained", facecolor="white")
    above, below = figure.subfigures(2, 1, height_ratios=(4.4, 1.8 + 0.24 * bars))
    figure.suptitle(_words(_title(profile)), fontsize=12, color=INK)
    _arena(above.subplots(), profile)
    left, right = below.subplots(1, 2)
    _bars(left, profile.steps, [step.weight_bytes for step in profile.steps], BYTES, "bytes of weights")
    if profile.timing.alone_us:
        times = [step.us or 0.0 for step in profile.steps]
        _bars(right, profile.steps, times, TIME, "microseconds alone")
    else:
        _say(right, f"time not measured: {profile.timing.reason}")
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def _title(profile: Profile) -> str:
    name = profile.path.rpartition("/")[2]
    return f"{name}: {profile.bytes:,} bytes, {len(profile.steps)} operators"


def _arena(axes: Axes, profile: Profile) -> None:
    """Draw each tensor as a box: from the operator that writes it to the last that reads it, at its bytes.

    What an operator works in is grey and hatched.
    """
    if not profile.arena:
        _say(axes, profile.notes[0] if profile.notes else "no memory between operators")
        return
    from matplotlib import colormaps

    colors = colormaps["tab20"].colors
    steps = [step for step in profile.steps if step.graph == 0]
    for number, slot in enumerate(profile.arena):
        color = PALE if slot.scratch else colors[number % len(colors)]
        _box(axes, slot, profile.arena_bytes or 1, len(steps) + 2, color)
    axes.set_xlim(-1, len(steps) + 1)
    axes.set_ylim(0, 1.04 * (profile.arena_bytes or 1))
    axes.axhline(profile.arena_bytes, color=INK, linewidth=0.8, linestyle="--")
    axes.set_title(_heading(profile), fontsize=11, color=INK)
    axes.set_ylabel("byte of the arena", fontsize=9)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    stride = -(-len(steps) // MOST_TICKS) or 1
    shown = steps[::stride]
    axes.set_xticks([step.place + 0.5 for step in shown], [_label(step) for step in shown], rotation=40, ha="right")
    _tidy(axes)


def _heading(profile: Profile) -> str:
    hatched = "; hatched is what operators work in" if any(slot.scratch for slot in profile.arena) else ""
    return f"memory between operators: an arena of {profile.arena_bytes:,} bytes{hatched}"


def _box(axes: Axes, slot: Slot, height: int, steps: int, color: Any) -> None:
    from matplotlib.patches import Rectangle

    width = slot.last - slot.first + 1
    corner = (slot.first, slot.start)
    lines = {"edgecolor": GREY, "hatch": "///"} if slot.scratch else {"edgecolor": "white", "linewidth": 1.2}
    axes.add_patch(Rectangle(corner, width, slot.bytes, facecolor=color, alpha=0.85, **lines))
    words = _room(slot, slot.bytes / height, LETTERS * width / steps)
    middle = (slot.first + width / 2, slot.start + slot.bytes / 2)
    axes.annotate(_words(words), middle, ha="center", va="center", fontsize=7, color=INK, clip_on=True)


def _room(slot: Slot, height: float, letters: float) -> str:
    """Return the words for which a box has room: shape, or whose scratch it is, and bytes, bytes alone or none."""
    lengths = "x".join("?" if one is None else str(one) for one in slot.shape) or "scalar"
    long, short = slot.name if slot.scratch else f"{lengths} {slot.dtype}", f"{slot.bytes:,}"
    if height >= 2 * LINE and letters > len(long):
        return f"{long}\n{short}"
    shorter = (f"scratch {short}", short) if slot.scratch else (short,)
    return next((words for words in shorter if height >= LINE and letters > len(words)), "")


def _bars(axes: Axes, steps: tuple[Step, ...], sizes: list[float], color: str, title: str) -> None:
    """Draw the largest operators in the order they run, and what share of all each has."""
    total = sum(sizes)
    if not total:
        _say(axes, f"{title}: none")
        return
    largest = sorted(range(len(steps)), key=lambda place: -sizes[place])[:MOST_BARS]
    shown = sorted(place for place in largest if sizes[place] > 0)
    bars = axes.barh(range(len(shown)), [sizes[place] for place in shown], color=color, height=0.7)
    texts = [f"{_number(sizes[place])}  {sizes[place] / total:.0%}" for place in shown]
    axes.bar_label(bars, texts, padding=3, fontsize=8, color=INK)
    axes.set_yticks(range(len(shown)), [_label(steps[place]) for place in shown])
    axes.invert_yaxis()
    axes.margins(x=0.3)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter("{x:,.10g}")
    rest = len(steps) - len(shown)
    axes.set_title(f"{title}{f', {rest} smaller left out' if rest else ''}", fontsize=10, color=INK)
    _tidy(axes)


def _number(size: float) -> str:
    return f"{size:,}" if isinstance(size, int) else f"{size:,.2f}"


def _label(step: Step) -> str:
    place = f"{step.graph}.{step.place}" if step.graph else str(step.place)
    return _words(f"{place} {step.operator.lower()}")


def _say(axes: Axes, text: str) -> None:
    axes.axis("off")
    axes.text(0.5, 0.5, _words(text), ha="center", va="center", fontsize=9, color=GREY, wrap=True)


def _tidy(axes: Axes) -> None:
    axes.tick_params(labelsize=8)
    axes.set_axisbelow(True)
    axes.grid(True, color=PALE, linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _words(text: str) -> str:
    """Return text that Matplotlib does not take for a formula."""
    return text.replace("$", r"\$")
