"""Spools as the tracker reads them: what a run's lines tell, and putting a spool away once all of it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.record.spool import lock, sent_path, spool_folder

Event = dict[str, Any]


@dataclass(frozen=True)
class Spooled:
    """One spool as read: its events, oldest first, and whether a writer still holds it."""

    path: Path
    events: tuple[Event, ...]
    alive: bool

    @property
    def key(self) -> str:
        """The run's key."""
        return self.path.stem

    @property
    def starts(self) -> tuple[Event, ...]:
        """The lines that opened the run: none when its writer was killed in the first one, more when it went on."""
        return self.of_kind("start")

    @property
    def vanished(self) -> bool:
        """Whether the writer died without a word."""
        return not self.alive and self.events[-1]["kind"] != "end"

    @property
    def status(self) -> str:
        """The run's state in MLflow's words, from the spool's last line."""
        if self.vanished:
            return "KILLED"
        return self.events[-1].get("status", "RUNNING")

    def of_kind(self, kind: str, count: int = 0) -> tuple[Event, ...]:
        """Return the events of one kind after the first `count` events."""
        return tuple(event for event in self.events[count:] if event["kind"] == kind)

    def tags(self, count: int) -> dict[str, str]:
        """Return the tags that the events after the first `count` set."""
        found: dict[str, str] = {}
        for event in self.events[count:]:
            if event["kind"] == "start":
                found |= ({"zoo.reason": ""} if event in self.starts[1:] else {}) | event["tags"]
            found |= event["values"] if event["kind"] == "tags" else {}
            found |= {"zoo.reason": event["reason"]} if event.get("reason") else {}
        return found | ({"zoo.state": "killed", "zoo.reason": "its process vanished"} if self.vanished else {})


def points(events: Sequence[Event]) -> Iterator[tuple[str, float, int, int]]:
    """Yield each metric point: name, value, time in ms, step."""
    for event in events:
        if event["kind"] == "metrics":
            yield from ((name, float(value), event["time"], event["step"]) for name, value in event["values"].items())


def unsent(root: Path) -> tuple[Path, ...]:
    """Return the spools that still hold something to ship, by name."""
    return tuple(sorted(spool_folder(root).glob("*.jsonl")))


def read(path: Path) -> tuple[Event, ...]:
    """Return the events of a spool, oldest first; a torn last line, or one that is no event, is left out."""
    events = (_parse(line) for line in path.read_bytes().split(b"\n")[:-1])
    return tuple(event for event in events if event is not None)


def open_spool(path: Path) -> Spooled:
    """Return the spool as it stands."""
    with path.open("rb") as file:
        alive = not lock(file.fileno())  # and held while reading, so that no writer starts in between
        return Spooled(path, read(path), alive)


def retire(path: Path, count: int) -> bool:
    """Move a spool to `sent/` unless a writer holds it or it grew past `count` events; tell whether it moved."""
    with path.open("rb") as file:
        if not lock(file.fileno()) or len(read(path)) > count:
            return False
        sent = sent_path(path)
        sent.parent.mkdir(exist_ok=True)
        path.rename(sent)
    return True


def _parse(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and {"kind", "time"} <= event.keys() else None
