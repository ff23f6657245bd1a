"""How well costs are told before training: the forecast of an untrained model's file against the file measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from search.aims import Aims
from search.trials import TrialRecord


@dataclass(frozen=True)
class Pair:
    """One cost of the file of the trial in `slot`, as forecast and as measured."""

    slot: int
    forecast: float
    measured: float

    @property
    def off(self) -> float:
        """By how much of the forecast the measured file differs; 0 is exact."""
        return (self.measured - self.forecast) / self.forecast if self.forecast else float(self.measured != 0)


@dataclass(frozen=True)
class Estimate:
    """How one cost was forecast, over the trials whose trained files were measured."""

    name: str
    pairs: tuple[Pair, ...]

    @property
    def exact(self) -> int:
        """How many forecasts were exact."""
        return sum(pair.forecast == pair.measured for pair in self.pairs)

    @property
    def mean_off(self) -> float:
        """The mean difference, without its sign, in parts of the forecast."""
        return sum(abs(pair.off) for pair in self.pairs) / len(self.pairs)

    @property
    def worst(self) -> Pair:
        """The forecast that was furthest off."""
        return max(self.pairs, key=lambda pair: (abs(pair.off), -pair.slot))


def estimates(aims: Aims, records: Iterable[TrialRecord]) -> tuple[Estimate, ...]:
    """Return the costs whose forecasts can be held against trained files; none where no such file was measured."""
    if not aims.weighs_trained:
        return ()
    pairs: dict[str, list[Pair]] = {}
    for record in records:
        if record.metrics:  # trained and measured
            for name, value in record.forecast.items():
                if name in record.costs:
                    pairs.setdefault(name, []).append(Pair(record.slot, value, record.costs[name]))
    return tuple(Estimate(name, tuple(own)) for name, own in pairs.items())


def of_the_champion(
    aims: Aims, slot: int, forecast: Mapping[str, float], variants: Iterable[Mapping[str, Any]]
) -> tuple[Estimate, ...]:
    """Return each forecast cost of the champion against its exported file that the study is about."""
    file = next((one for one in variants if (one["format"], one["precision"]) == aims.variant), {})
    measured = {"bytes": file.get("bytes"), "ram": file.get("arena_bytes"), "macs": file.get("macs")}
    known = {name: value for name, value in measured.items() if value is not None and name in forecast}
    return tuple(Estimate(name, (Pair(slot, forecast[name], value),)) for name, value in known.items())
