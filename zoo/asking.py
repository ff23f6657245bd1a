"""Asking: a child process has one answer to each question, or is found dead, silent or too big."""

from __future__ import annotations

import time
from queue import Empty
from typing import Any

from zoo.child import DIED, Child
from zoo.memory import filled_by, free_bytes, told

# Counted is what a child fills: a conversion maps twice as much, so a limit on addresses would refuse what fits.
LOOK_S = 0.1  # between two looks at a child's memory: it fills some hundred megabytes in that time at most
SHARE = 9  # times what is left free is what a child may fill for one answer: nine tenths of what there was
ROOM = "Close other programs, make the model smaller, or do this on a machine with more memory."


class Lost(Exception):
    """A child has no answer and must be killed; the text says why, without a full stop, `cure` what may help.

    `has_crashed` says that it ended by a fault of its own, not for its time, the memory or somebody's kill.
    """

    def __init__(self, reason: str, cure: str | None = None, *, has_crashed: bool = False) -> None:
        super().__init__(reason)
        self.cure, self.has_crashed = cure, has_crashed


def ask(child: Child, question: Any, limit_s: float) -> Any:
    """Send a plain value to a child and return its answer; raise Lost where there is none.

    That is where it died, took longer than `limit_s` seconds, or filled so much memory on the way that less than a
    ninth of it is left free: it is ended here, before the system ends just anybody.
    """
    until = time.monotonic() + limit_s
    before = filled_by(child.pid) or 0
    child.send(question)
    while True:
        try:
            answer = child.receive(max(0.0, min(LOOK_S, until - time.monotonic())))
        except Empty:
            if time.monotonic() >= until:
                raise Lost(f"the {child.name} had no answer after {limit_s:g} s") from None
            _require_room(child, before)
            continue
        if answer is DIED:
            raise Lost(child.obituary(), has_crashed=child.has_crashed())
        return answer


def _require_room(child: Child, before: int) -> None:
    """Raise Lost where a child that filled `before` bytes has taken nearly all memory since."""
    filled, free = filled_by(child.pid) or 0, free_bytes()
    if filled - before > SHARE * free:
        what = f"the {child.name} filled {told(filled)} of memory, and {told(free)} were left free"
        raise Lost(f"{what}: it was ended before it took the rest", ROOM)
