"""A profile out of what the child told of a file: what it holds, how long it takes, and who refuses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from zoo.manifest import file_hash
from zoo.profiling._arithmetic import findings
from zoo.profiling._shapes import Shape
from zoo.profiling.profiles import Micro, Profile, Signature, Slot, Step, Timing, shaped

ELSEWHERE = "its time is in the operator that calls its graph"
UNCALLED = "only the first graph is timed"


def composed(
    file: Path,
    values: Mapping[str, Any],
    timing: Mapping[str, Any],
    micro: Mapping[str, Any],
    shapes: Sequence[Shape] = (),
) -> Profile:
    """Return the profile of `file` out of what was described, timed and tried, as plain values.

    Where inputs were given `shapes`, the values are of these.
    """
    others = ELSEWHERE if values["macs"] is None else UNCALLED
    steps = _timed([_step(one) for one in values["steps"]], timing, others)
    return Profile(
        path=str(file),
        bytes=file.stat().st_size,
        sha256=file_hash(file),
        **{name: values[name] for name in ("graphs", "macs", "weight_bytes", "arena_bytes", "integer_share")},
        inputs=shaped(values["inputs"]),
        outputs=shaped(values["outputs"]),
        signatures=tuple(Signature(name, graph, tuple(i), tuple(o)) for name, graph, i, o in values["signatures"]),
        steps=steps,
        arena=tuple(Slot(name, dtype, tuple(shape), *rest) for name, dtype, shape, *rest in values["arena"]),
        findings=tuple(findings(steps)),
        micro=Micro(_refusals(steps), **micro),
        timing=_timing(steps, timing),
        notes=tuple(values["notes"]),
        shape=tuple(shapes) or None,
    )


def _step(values: Mapping[str, Any]) -> Step:
    return Step(**{**values, "inputs": shaped(values["inputs"]), "outputs": shaped(values["outputs"])})


def _timed(steps: Sequence[Step], timing: Mapping[str, Any], others: str) -> tuple[Step, ...]:
    """Return the steps with their times and shares, or why they have none; `others` is why those of other graphs do."""
    taken = timing.get("steps")
    if taken is None:
        return tuple(replace(one, untimed=timing["reason"]) for one in steps)
    total = sum(us for us in taken if us is not None)
    return tuple(replace(one, untimed=others) if one.graph else _with_time(one, timing, total) for one in steps)


def _with_time(step: Step, timing: Mapping[str, Any], total: float) -> Step:
    us = timing["steps"][step.place]
    share = us / total if us is not None and total else None
    return replace(step, us=us, share=share, untimed=timing["untimed"][step.place])


def _timing(steps: Sequence[Step], timing: Mapping[str, Any]) -> Timing:
    known = {field.name for field in fields(Timing)}
    times = [one.us for one in steps if one.us is not None]
    alone = sum(times) if times else None
    return Timing(**{**{name: value for name, value in timing.items() if name in known}, "alone_us": alone})


def _refusals(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """Return the operators' names by the reason why TensorFlow Lite Micro refuses them."""
    found: dict[str, dict[str, None]] = {}
    for one in steps:
        if one.refusal:
            found.setdefault(one.refusal, {})[one.operator] = None
    return {reason: tuple(names) for reason, names in found.items()}
