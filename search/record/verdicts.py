"""A verdict on a training by its losses: fits, overfits, underfits or diverges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 4  # epochs; fewer tell nothing
RISE = 1.1  # times its lowest: a validation loss that ends there has turned
FALL = 0.95  # times what it was: a validation loss that falls so much in the last fifth still falls
RULE = (
    "Diverges: a loss is not finite, or validation ends above its first epoch. Overfits: validation ends "
    "10 % or more above its lowest while training went on falling. Underfits: in the last fifth of the epochs "
    "validation still fell by 5 % or more. Fits: none of these."
)


@dataclass(frozen=True)
class Verdict:
    """One word for a training, and the losses that it rests on, in words."""

    word: str
    reason: str


def verdict(train: Sequence[float | None], validation: Sequence[float | None]) -> Verdict | None:
    """Return the verdict on losses by epoch, which are lower where better; None for too few epochs.

    The rule is RULE, in its order: the first that holds is the verdict. `train` may lack values, or be empty.
    """
    known = [loss for loss in validation if loss is not None]
    if len(known) < FEWEST:
        return None
    if not all(math.isfinite(loss) for loss in [*known, *(loss for loss in train if loss is not None)]):
        return Verdict("diverges", "a loss is not finite")
    first, last, least = known[0], known[-1], min(known)
    best = known.index(least)
    if last > first:
        return Verdict("diverges", f"validation ends at {last:.3g}, above its first epoch's {first:.3g}")
    if last >= RISE * least > 0 and _falls(train, best):
        return Verdict("overfits", f"validation ends {last / least - 1:.0%} above its lowest, of epoch {best + 1}")
    fifth = max(1, len(known) // 5)
    before, after = min(known[:-fifth]), min(known[-fifth:])
    if before > 0 and after <= FALL * before:
        return Verdict("underfits", f"validation still fell by {1 - after / before:.0%} in the last {_epochs(fifth)}")
    return Verdict("fits", f"validation ends at {last:.3g}, its lowest is {least:.3g} of epoch {best + 1}")


def _falls(train: Sequence[float | None], best: int) -> bool:
    """Tell whether the training loss ends below where it was at the best epoch; where it is not known, it may."""
    if best >= len(train) or train[best] is None or train[-1] is None:
        return True
    return train[-1] < train[best]


def _epochs(count: int) -> str:
    return "epoch" if count == 1 else f"{count} epochs"
