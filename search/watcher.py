"""Who watches a study: a study tells, a watcher shows. The base class shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.planning import Plan
    from search.trials import TrialRecord, Trials
    from zoo.checking import Check


class Watcher:
    """Hears what a study does, in the order it does it; override what is to be shown."""

    progress: Trials | None = None  # as last heard
    stop_asked = False  # set when the study shall end; Python may lose the KeyboardInterrupt of a Ctrl-C in a callback

    def heed(self) -> None:
        """Raise KeyboardInterrupt once the study shall end."""
        if self.stop_asked:
            raise KeyboardInterrupt

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Heed at the end of each epoch."""
        self.heed()

    def checked(self, check: Check) -> None:
        """The data is read and split."""

    def stage(self, text: str) -> None:
        """Something that takes a while begins."""

    def planned(self, plan: Plan, trials: Trials) -> None:
        """Every setting is checked and the study is open."""

    def searching(self) -> None:
        """Trials begin."""

    def baselines_known(self, scores: Mapping[str, float]) -> None:
        """The baselines are fitted, beside the first trials; `scores` are their goals on validation rows."""

    def trial_ended(self, record: TrialRecord, trials: Trials, best: TrialRecord | None) -> None:
        """A slot has ended."""

    def exporting(self, champion: TrialRecord) -> None:
        """The trials are over; the champion is exported and measured."""

    def said(self, text: str) -> None:
        """Something worth a line: a warning, or what is done about it."""

    def close(self) -> None:
        """The study is over, whatever ended it."""


class _OneAtATime:
    """A watcher that is told one thing at a time, whichever threads tell it."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher, self._lock = watcher, RLock()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._watcher, name)
        return self._locked(found) if callable(found) else found

    def heed(self) -> None:
        """Heed at once: who shows something must not hold up the end."""
        self._watcher.heed()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Heed at the end of each epoch."""
        self._watcher.on_epoch_end(epoch, logs)

    def _locked(self, tell: Callable[..., Any]) -> Callable[..., Any]:
        def told(*given: Any, **named: Any) -> Any:
            with self._lock:
                return tell(*given, **named)

        return told


def one_at_a_time(watcher: Watcher) -> Watcher:
    """Return `watcher` for several threads: none of its methods begins while another one runs, but to heed."""
    return _OneAtATime(watcher)  # type: ignore[return-value]
