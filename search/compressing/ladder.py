"""What to try next, cheapest first: a function of the rows so far, so that a compression that was killed goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.compressing.rows import FLOATS, Bounds, Row, Steps, key_of
from search.drawing.chains import GRIDS

SHARES = (0.25, 0.5, 0.75)  # of the channels that go, at most MOST
NARROWEST = 0.06  # between two shares: closer ones differ by chance
MOST, HALVINGS = 0.9, 2
OF_PRECISIONS = ("ram", "latency")  # costs by which another precision than the smallest may be the least
LONGER = {"method": "train_on"}
FURTHER = (0.85, MOST)  # shares that are tried with longer training alone
SPARSE = ({"method": "sparse"},)


@dataclass(frozen=True)
class Attempt:
    """One model to make, and the precisions in which it is written."""

    steps: Steps
    precisions: tuple[str, ...]


def next_attempt(
    rows: Sequence[Row], bounds: Bounds, precisions: Sequence[str], *, whole: bool = False
) -> Attempt | None:
    """Return what to try after `rows`, None when all was; `precisions` are those that files may have.

    A model that is to stay `whole` is written in these alone. Others:

    First every precision of the model as it is; then fewer channels, until the score falls below the floor, and shares
    in between; then longer training of the first ones that lost too much; then factored dense layers. Of these models
    files are written in the precisions that `_promising` returns. Then training on the grid of integers: of the
    smallest model that held, and of still smaller ones while that brings their score back, and of the model as it is,
    where its own file did not hold. Last, weights of 0, which only packing makes use of. In a precision that the model
    as it is has no file of, smaller ones have none either, unless its converter crashed, hung or filled the memory.
    """
    plain = {row.precision for row in rows if not row.steps}
    if not plain.issuperset(precisions):
        return Attempt((), tuple(name for name in precisions if name not in plain))
    if whole:
        return None
    done = {(key_of(row.steps), row.precision) for row in rows}
    made = {row.precision for row in rows if not row.steps and (row.lost or not row.skipped)}
    for steps, own in _chains(_Found(_by_key(rows), bounds, _promising(rows, bounds))):
        wanted = tuple(
            name for name in own if name in precisions and name in made and (key_of(steps), name) not in done
        )
        if wanted:
            return Attempt(steps, wanted)
    return None


@dataclass(frozen=True)
class _Found:
    """What was found so far: the rows by chain, and the precisions in which smaller models are `written`."""

    by_key: Mapping[str, Sequence[Row]]
    bounds: Bounds
    written: tuple[str, ...]

    def holds(self, steps: Steps) -> bool | None:
        """Whether a chain has a file that holds; None for one that was not tried, or could not be."""
        found = [row for row in self._rows(steps) if row.precision in self.written]  # other calls may write others
        if not found or all(row.skipped for row in found):
            return None
        return any(self.bounds.holds_score(row) for row in found)

    def holds_in(self, steps: Steps, precision: str) -> bool:
        """Whether the file of a chain in one precision holds."""
        return any(row.precision == precision and self.bounds.holds_score(row) for row in self._rows(steps))

    def _rows(self, steps: Steps) -> Sequence[Row]:
        return self.by_key.get(key_of(steps), ())


Chains = Generator[tuple[Steps, tuple[str, ...]], None, tuple[Steps, list[Steps]]]


def _chains(found: _Found) -> Iterator[tuple[Steps, tuple[str, ...]]]:
    """Yield chains of steps in the order in which they are tried, those that were tried among them."""
    best, beyond = yield from _narrower(found)
    best, beyond = yield from _trained_longer(found, best, beyond)
    yield ({"method": "low_rank"},), found.written
    if best:
        yield (*best, {"method": "low_rank"}), found.written
    for precision in GRIDS:
        yield from _on_grid(found, (best, *beyond), precision)
    yield SPARSE, found.written[:1]


def _narrower(found: _Found) -> Chains:
    """Yield chains that take channels; return that of the narrowest model that held, and those of narrower ones."""
    tried = []
    for share in _shares(lambda share: found.holds(_channels(share))):
        yield _channels(share), found.written
        tried.append(share)
    held = [share for share in tried if found.holds(_channels(share))]
    narrower = [_channels(share) for share in sorted(tried) if share > max(held, default=0.0)]
    beyond = [steps for steps in narrower if found.holds(steps) is False]  # others cannot be made
    return (_channels(max(held)) if held else ()), beyond


def _trained_longer(found: _Found, best: Steps, beyond: list[Steps]) -> Chains:
    """Yield models that lost too much, trained longer, and still narrower ones, while that brings them back.

    Return what `_narrower` does.
    """
    tried = max((step["share"] for steps in (*beyond, best) for step in steps), default=0.0)
    further = [_channels(share) for share in FURTHER if tried and share > tried]
    for place, start in enumerate([*beyond, *further]):
        longer = (*start, LONGER)
        yield longer, found.written
        if not found.holds(longer):
            return best, beyond[place:]
        best = longer
    return best, []


def _on_grid(found: _Found, starts: Sequence[Steps], precision: str) -> Iterator[tuple[Steps, tuple[str, ...]]]:
    """Yield training on the grid of a precision for each of `starts`, while it holds, and for the model as it is."""
    step = {"method": "quantize_aware", **GRIDS[precision]}
    for start in starts:
        if precision == "int4" or not found.holds_in(start, precision):
            yield (*start, step), (precision,)
            if not found.holds_in((*start, step), precision):
                break
    if starts[0] and not found.holds_in((), precision):  # or the file would have as many bytes
        yield (step,), (precision,)


def _shares(holds: Callable[[float], bool | None]) -> Iterator[float]:
    """Yield shares of channels: each larger one while the last held, then halves between the best and the next."""
    good, bad = 0.0, None
    for share in SHARES:
        yield share
        held = holds(share)
        if not held:
            bad = share if held is False else None
            break
        good = share
    else:
        bad = MOST
    for _ in range(HALVINGS):
        if bad is None or bad - good < 2 * NARROWEST:
            return
        middle = round((good + bad) / 2, 3)
        yield middle
        held = holds(middle)
        if held is None:
            return
        good, bad = (middle, bad) if held else (good, middle)


def _channels(share: float) -> Steps:
    return ({"method": "channels", "share": share},)


def _by_key(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.key[0], []).append(row)
    return found


def _promising(rows: Iterable[Row], bounds: Bounds, count: int = 2) -> tuple[str, ...]:
    """Return the precisions of the smallest files of the model as it is that hold; float32 where none does.

    Where memory or time has a limit, the precision that takes least of it is among them: weights of few bits make the
    smallest files, but are computed with in floats.
    """
    plain = sorted((row for row in rows if not row.steps and bounds.holds_score(row)), key=lambda row: row.bytes or 0)
    limited = [limit.name for limit in bounds.limits if limit.name in OF_PRECISIONS]
    known = ([row for row in plain if name in row.costs] for name in limited)
    least = [min(some, key=lambda row: row.costs[name]) for name, some in zip(limited, known, strict=True) if some]
    return tuple(dict.fromkeys(row.precision for row in (*plain[:count], *least))) or (FLOATS,)


def said(steps: Any) -> str:
    """Return a chain for a progress line."""
    return Row(tuple(steps), FLOATS).method
