"""The champion's own run: it learns, after its end, what the model is worth on test rows; and all trials as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from search.files import StudyFiles
from search.record.contents import TABLE, table_of
from search.record.describing import NOTE, champion_note
from search.record.spool import Spool, sent_path, spool_path
from search.record.spooled import Event, read
from search.result import StudyResult
from search.trials import TrialRecord
from zoo.durable import whole_file

CHAMPION = "zoo.champion"  # of a trial's run: yes, or former; of a study's run: the trial's name


def write_table(files: StudyFiles, records: Iterable[TrialRecord]) -> Path:
    """Write the trials as a table, which MLflow shows as one, and return its path."""
    path = files.folder / TABLE
    with whole_file(path) as file:
        file.write(table_of(records).encode())
    return path


def crown(root: Path, parent: Path, answer: StudyResult, keys: Mapping[int, str], warn: Callable) -> None:
    """Write test scores into the run of the champion, and into that of an earlier one that it is no more.

    `parent` is the spool of the study's run, which names the earlier one; `keys` are those of the trials' spools.
    """
    add = partial(_add, root, warn=warn)
    for name in _former(parent) - {answer.champion.trial}:
        add(keys.get(_slot(name)), {}, {CHAMPION: "former"})
    test = {f"test/{name}": value for name, value in (answer.champion.test or {}).items()}
    add(keys.get(_slot(answer.champion.trial)), test, {CHAMPION: "yes", NOTE: champion_note(answer)})


def _former(parent: Path) -> set[str]:
    """Return the name of the champion that the study's run has by now."""
    events = read(parent) if parent.exists() else ()
    named = [event["values"][CHAMPION] for event in events if CHAMPION in event.get("values", {})]
    return set(named[-1:])


def _slot(trial: str) -> int:
    return int(trial.rpartition("#")[2])


def _add(root: Path, key: str | None, metrics: Mapping[str, float], tags: Mapping[str, str], warn: Callable) -> None:
    """Add to a run that has ended, which it does again as and when it did; one that has not is left alone."""
    events = _events(root, key) if key else ()
    if not events or events[-1]["kind"] != "end":
        return
    last = events[-1]
    with Spool(root, key, lambda: last["time"] / 1000, warn) as spool:
        if metrics:
            spool.metrics(_last_step(events), metrics)
        spool.tags(tags)
        spool.end(last["status"], last["reason"])


def _events(root: Path, key: str) -> tuple[Event, ...]:
    path = spool_path(root, key)
    place = next((one for one in (path, sent_path(path)) if one.exists()), None)
    return read(place) if place else ()


def _last_step(events: Iterable[dict[str, Any]]) -> int:
    return max((event["step"] for event in events if event["kind"] == "metrics"), default=0)
