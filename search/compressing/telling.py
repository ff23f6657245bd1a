"""The compressions of a study as lines: how each stands, the file to ship, where it lies, and what goes on with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search.compressing.standing import Compression, Damaged
from search.terminal.columns import root_option
from zoo.goals import shown

STATES = {"finished": "all was tried", "unfinished": "not all was tried yet"}


def lines(found: Iterable[Compression | Damaged], root: Path) -> list[str]:
    """Return what there is to read of each; paths and commands are as they are typed here, outside `root`."""
    return [line for one in found for line in _lines(one, root)]


def mark(found: Iterable[Compression | Damaged]) -> str:
    """Return a word or two on each: the bytes of the file to ship, or that it runs or is unfinished."""
    return ", ".join(map(_mark, found))


def headline(one: Compression) -> str:
    """Return what was asked, how far that is, and how many files were made."""
    files, state = one.files, STATES.get(one.state, f"process {one.runner} runs it")
    made = f"{files['made']} files made, {files['held']} hold, {files['failed']} failed their proof"
    skipped = f", {files['skipped']} could not be made" if files["skipped"] else ""
    return f"compression of {one.trial} ({' '.join(one.asked.options)}): {state}; {made}{skipped}"


def shipped(one: Compression) -> str:
    """Return the file to ship, which is only the best so far before all was tried, with its scores."""
    answer, pick = one.answer, one.answer.pick
    if pick is None:
        cure = ". Allow a larger --max-drop, or loosen a --limit" if answer.is_over else " yet"
        return f"no file holds what was asked{cure}"
    goal = answer.bounds.goal
    words = f"{'ship' if answer.is_over else 'best so far'} {pick.method} as {pick.file.replace('-', ' ')}"
    known = [f"{words}: {pick.bytes:,} bytes", _pair(f"validation {goal}", goal, pick.validation[goal], answer.score)]
    if answer.test is not None and answer.test_before is not None:
        known.append(_pair("test", goal, answer.test[goal], answer.test_before[goal]))
    return ", ".join(known)


def coming(one: Compression, where: str = "") -> list[str]:
    """Return what is to come: the command that goes on, with the option `where`, or why none would."""
    if one.reason:
        return [one.reason]
    return [f"the same command goes on: {one.command}{where}"] if one.state == "unfinished" else []


def _lines(one: Compression | Damaged, root: Path) -> list[str]:
    if isinstance(one, Damaged):
        return [f"compression of {one.trial} cannot be read: {one.reason}"]
    picture, pick = root / one.answer.folder / "front.png", one.answer.pick
    look = f"; look at {picture}" if one.state == "finished" and picture.is_file() else ""
    where = [] if pick is None else [f"it lies in {root / pick.path}{look}"]
    return [headline(one), shipped(one), *where, *coming(one, root_option(root))]


def _mark(one: Compression | Damaged) -> str:
    if one.state != "finished":
        return one.state
    pick = one.answer.pick
    return "no file holds" if pick is None else f"{pick.bytes:,} bytes {pick.precision}"


def _pair(name: str, goal: str, score: float, before: float) -> str:
    return f"{name} {shown(goal, score)} (before {shown(goal, before)})"
