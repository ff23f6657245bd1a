"""A profile as text, in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from zoo.profiling._shapes import joined
from zoo.profiling.profiles import Profile, Step, Timing

HEADER = ("#", "operator", "takes", "gives", "computes in", "MACs", "weights", "time us", "share")
MICRO = "TensorFlow Lite Micro"
LABEL = 11  # characters


def screen(profile: Profile) -> str:
    """Return the profile as lines: the file, its ends, a table of its operators, and what should be known of them."""
    head = [("", _file(profile)), *_ends(profile)]
    tail = [*_about_time(profile), *_about_integers(profile), *_about_micro(profile), *_notes(profile)]
    lines = [f"{label:<{LABEL}} {text}" if label else text for label, text in head]
    told = [f"{label:<{LABEL}} {text}" for label, text in tail]
    return "\n".join([*lines, "", *_table(profile), "", *told])


def html(profile: Profile) -> str:
    """Return the profile as HTML for a notebook."""
    tail = [*_about_time(profile), *_about_integers(profile), *_about_micro(profile), *_notes(profile)]
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in _rows(profile))
    told = "".join(f"<p>{escape(' '.join(pair).strip())}</p>" for pair in tail)
    return f"<div><p>{escape(_file(profile))}</p><table>{rows}</table>{told}</div>"


def _file(profile: Profile) -> str:
    parts = [profile.path, f"{profile.bytes:,} bytes", _counted(len(profile.steps), "operator")]
    parts.append(f"weights {profile.weight_bytes:,} bytes")
    if profile.macs is not None:
        parts.append(f"{profile.macs:,} MACs")
    if profile.arena_bytes is not None:
        parts.append(f"arena {profile.arena_bytes:,} bytes")
    return "   ".join(parts)


def _ends(profile: Profile) -> Iterator[tuple[str, str]]:
    for label, tensors in (("input", profile.inputs), ("output", profile.outputs)):
        for tensor in tensors:
            yield label, f"{tensor} {tensor.name}"
    for one in profile.signatures:
        yield "signature", f"{one.name}({', '.join(one.inputs)}) gives {', '.join(one.outputs)}, by graph {one.graph}"


def _table(profile: Profile) -> Iterator[str]:
    rows = list(_rows(profile))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _rows(profile: Profile) -> Iterator[tuple[str, ...]]:
    yield HEADER
    for step in profile.steps:
        yield _row(step, profile.graphs > 1)


def _row(step: Step, graphs: bool) -> tuple[str, ...]:
    place = f"{step.graph}.{step.place}" if graphs else str(step.place)
    takes = ", ".join(str(tensor) for tensor in step.inputs if not tensor.stored)
    gives = ", ".join(map(str, step.outputs))
    work = [f"{number:,}" if number else "" for number in (step.macs, step.weight_bytes)]
    time = "" if step.us is None else _time(step.us)
    share = "" if step.share is None else f"{step.share:.1%}"
    return (place, step.operator, takes, gives, step.arithmetic, *work, time, share)


def _about_time(profile: Profile) -> Iterator[tuple[str, str]]:
    timing = profile.timing
    if timing.whole_us is None:
        yield "time", f"not measured: {timing.reason}"
        return
    calls = "once" if timing.calls == 1 else f"the median of {timing.calls} calls"
    what = "one row" if profile.shape is None else f"inputs of {' and '.join(map(joined, profile.shape))}"
    yield "time", f"{_time(timing.whole_us)} us of the processor for {what} on one thread, {calls}{_alone(timing)}"
    for reason in dict.fromkeys(step.untimed for step in profile.steps if step.untimed):
        names = dict.fromkeys(step.operator for step in profile.steps if step.untimed == reason)
        yield "", f"without a time: {', '.join(names)}: {reason}"


def _alone(timing: Timing) -> str:
    alone = "" if timing.alone_us is None else f"; its operators, each timed alone, {_time(timing.alone_us)} us in all"
    return alone if timing.idle_us is None else f"{alone}; an empty call {_time(timing.idle_us)} us"


def _about_integers(profile: Profile) -> Iterator[tuple[str, str]]:
    if profile.integer_share == 1 and not profile.findings:
        yield "integers", "all that is computed is computed in integers"
    for one in profile.findings:
        yield "no integers" if one.what != "float ends" else "integers", f"{one.what}: {', '.join(one.operators)}"
        yield "", one.why


def _about_micro(profile: Profile) -> Iterator[tuple[str, str]]:
    micro = profile.micro
    if micro.tried and micro.takes:
        known = micro.arena_bytes is not None
        used = f": an arena of {micro.arena_bytes:,} bytes, and {micro.kept_bytes:,} beside it" if known else ""
        yield "micro", f"{MICRO}'s own interpreter runs it{used}"
    elif micro.tried:
        yield "micro", f"{MICRO}'s own interpreter refuses it: {micro.reason}"
    elif micro.takes:
        yield "micro", f"{MICRO} has all its operators; {micro.reason}"
    for reason, names in micro.refusals.items():
        yield "micro", f"{MICRO} refuses {', '.join(names)}: {reason}"


def _notes(profile: Profile) -> Iterator[tuple[str, str]]:
    for note in profile.notes:
        yield "note", note


def _time(us: float) -> str:
    return f"{us:,.1f}" if us >= 10 else f"{us:.2f}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
