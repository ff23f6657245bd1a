"""The sections of a report on several goals and on limits, as HTML: the front as a table, and what broke a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.aims import FORMAT
from search.pictures._page import paragraph, table
from search.report.findings import Case
from search.stopping.endings import breaches, known_of, listed
from search.trials import TrialRecord
from zoo.goals import COSTS, shown


def front(case: Case) -> str:
    """Return the trials that none beats in every goal, with each goal and cost; "" for a study of one goal."""
    story = case.story
    if len(story.aims.goals) < 2:
        return ""
    found = story.front
    if not found:
        return paragraph("No trial has finished yet.", "about")
    names = [*story.aims.goals, *_other_costs(story.aims.goals, found)]
    rows = [_row(case, record, names) for record in found]
    columns = ["slot", "", "builder", *map(_head, names), "epochs"]
    file = f"{story.aims.precision} TFLite" if story.aims.format == FORMAT else str(story.aims.variant)
    of_file = f" Costs are those of the {file} file." if story.aims.needs_file else ""
    about = f"Each of these is beaten by none in all of {', '.join(story.aims.goals)}, on validation rows.{of_file}"
    precision = f" --precision {story.aims.precision}" if story.aims.precision != "float32" else ""
    kind = precision if story.aims.format == FORMAT else f" --format {story.aims.format}{precision}"
    take = f"Any of them becomes a file by its slot: zoo export {story.study}#{found[-1].slot}{kind}"
    return table(columns, rows) + paragraph(about, "about") + paragraph(take, "about")


def limits(case: Case) -> str:
    """Return how many trials each limit turned away, and which; "" for a study without limits."""
    aims = case.story.aims
    rows = [
        [
            f"{one.limit.name} {one.limit.words()}",
            str(len(one.untrained)),
            str(len(one.trained)),
            shown(one.limit.name, one.nearest),
            listed((*one.untrained, *one.trained)),
        ]
        for one in breaches(aims, case.story.trials)
    ]
    columns = ["limit", "refused before training", "refused after training", "nearest beyond it", "trials"]
    return table(columns, rows) + _met(case) if rows else ""


def _met(case: Case) -> str:
    finished = sum(record.state == "finished" for record in case.story.trials)
    return paragraph(f"{finished} trials finished within every limit.", "about")


def _row(case: Case, record: TrialRecord, names: Iterable[str]) -> list[str]:
    known = known_of(record)
    known = {
        case.story.goal: record.value,
        **dict(zip(case.story.aims.objectives, record.scores, strict=False)),
        **known,
    }
    mark = "champion" if record.slot == case.story.champion else ""
    cells = [shown(name, known.get(name)) for name in names]
    return [str(record.slot), mark, record.builder or "", *cells, "" if record.epochs is None else str(record.epochs)]


def _other_costs(goals: Sequence[str], records: Iterable[TrialRecord]) -> list[str]:
    known = {name for record in records for name in known_of(record)}
    return [name for name in COSTS if name in known and name not in goals]


def _head(name: str) -> str:
    return "parameters" if name == "params" else name
