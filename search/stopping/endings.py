"""Why trials ended early: alike reasons together, limits with the trials that broke them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from search.aims import Aims, Limit
from search.trials import TrialRecord

LISTED = 12  # slots of a group
EARLY = ("pruned", "failed", "killed", "interrupted")
_RUNG = re.compile(r"stopped after epoch (\d+) at \S+: (.*)")
_NUMBER = re.compile(r"(?<![\w.#])[-+]?(?:\d+(?:[,_]\d+)*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?!\w)")
_OF_A_LIMIT = r"(?:^|; ){} is \S+(?: ms)?, at (?:most|least) "


@dataclass(frozen=True)
class Ending:
    """Trials of one `state` that ended for reasons alike: `words` holds … for each number in which they differ.

    `slots` are in order; `example` is the reason of the first of them as it was given; `trained` says that they had
    trained an epoch or more.
    """

    state: str
    words: str
    slots: tuple[int, ...]
    example: str
    trained: bool = True

    @property
    def what(self) -> str:
        """How trials of this group are called."""
        if self.state == "pruned":
            return "stopped early" if self.trained else "refused untrained"
        return self.state if self.state == "failed" else f"{self.state}, ran again"

    def to_json(self) -> dict[str, Any]:
        """Return the group as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Breach:
    """The trials beyond one limit: `trained` and `untrained` are slots, `nearest` the value that was least beyond."""

    limit: Limit
    untrained: tuple[int, ...] = ()
    trained: tuple[int, ...] = ()
    nearest: float | None = None


def endings(records: Iterable[TrialRecord]) -> tuple[Ending, ...]:
    """Return the trials that did not come to their end, grouped by what ended them, the largest groups first."""
    groups: dict[tuple[str, str, bool], list[TrialRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.slot, record.attempt)):
        if record.state in EARLY:
            groups[record.state, alike(record.reason or "no reason was kept"), bool(record.epochs)].append(record)
    found = [
        Ending(state, words, tuple(dict.fromkeys(one.slot for one in own)), own[0].reason or "", trained)
        for (state, words, trained), own in groups.items()
    ]
    return tuple(sorted(found, key=lambda ending: (EARLY.index(ending.state), -len(ending.slots), ending.words)))


def listed(slots: Sequence[int]) -> str:
    """Return slots for reading: #3, #7 and so many more."""
    more = f" and {len(slots) - LISTED} more" if len(slots) > LISTED else ""
    return ", ".join(f"#{slot}" for slot in slots[:LISTED]) + more


def alike(reason: str) -> str:
    """Return what a reason has in common with those that differ in numbers only; the epoch of a rung stays."""
    rung = _RUNG.fullmatch(reason)
    if rung:
        return f"stopped after epoch {rung[1]}: {rung[2]}"
    return _NUMBER.sub("…", reason)


def breaches(aims: Aims, records: Iterable[TrialRecord]) -> tuple[Breach, ...]:
    """Return for each limit the trials that were stopped beyond it; a trial may be beyond several."""
    stopped = [record for record in records if record.state == "pruned"]
    return tuple(_breach(limit, stopped) for limit in aims.limits)


def known_of(record: TrialRecord) -> dict[str, float]:
    """Return the metrics and costs that a trial left."""
    sizes = {} if record.parameters is None else {"params": record.parameters}
    return {**sizes, **record.metrics, **record.costs}


def _breach(limit: Limit, stopped: Iterable[TrialRecord]) -> Breach:
    beyond = [(record, known_of(record)) for record in stopped]
    broke = [(record, known) for record, known in beyond if _is_broken(limit, record, known)]
    slots: Mapping[bool, list[int]] = {True: [], False: []}
    for record, _ in broke:
        slots[bool(record.epochs)].append(record.slot)
    values = [known[limit.name] for _, known in broke if limit.name in known]
    return Breach(limit, tuple(slots[False]), tuple(slots[True]), min(values, key=limit.excess, default=None))


def _is_broken(limit: Limit, record: TrialRecord, known: Mapping[str, float]) -> bool:
    """Tell by what is known of a trial; studies of earlier versions kept of it no more than the reason."""
    if limit.name in known:
        return limit.excess(known[limit.name]) > 0
    return bool(re.search(_OF_A_LIMIT.format(re.escape(limit.name)), record.reason or ""))
