"""Telling how a study stands: its run's description in MLflow, written anew as its trials end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

from search.record.describing import LONGEST, NOTE, standing
from search.record.markdown import cut
from search.record.spool import Spool
from search.trials import TrialRecord, Trials

TELL_S = 2.0  # between two notes


class Telling:
    """Writes notes into the `study`'s spool, at most one every `TELL_S` seconds; `asked` follows in each of them."""

    def __init__(self, study: Spool, goal: str, asked: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._study, self._goal, self._asked, self._clock = study, goal, asked, clock
        self._news: Callable[[], str] | None = None  # not yet written
        self._told = float("-inf")

    def tell(self, trials: Trials, best: Iterable[TrialRecord], front: Iterable[TrialRecord] = ()) -> None:
        """Take in how the study stands, and write it unless that was done a moment ago."""
        self._news = partial(standing, self._goal, trials, tuple(best), tuple(front))
        if self._clock() >= self._told + TELL_S:
            self.write()

    def write(self) -> None:
        """Write what was taken in and not written yet."""
        if self._news is not None:
            self._study.tags({NOTE: self._with_asked(self._news())})
            self._news, self._told = None, self._clock()

    def whole(self, text: str) -> str:
        """Return what the study found with what it was asked; what was taken in before is out of date."""
        self._news = None
        return self._with_asked(text)

    def _with_asked(self, text: str) -> str:
        return cut(f"{text}\n{self._asked}", LONGEST)
