"""The view that opens the MLflow page as a leaderboard: trials only, best first, with the columns that matter.

MLflow keeps a shared view as JSON in a tag of the experiment. That is undocumented there: a test looks at the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from search.aims import OF_A_FILE, Aims
from search.drawing.spaces import SHARED
from zoo.goals import GOALS, LOSS, direction

VIEW_TAG = "mlflow.sharedViewState.zoo"
BUILDER = "model.builder"
MODE = "?workflowType=machine_learning"  # without it MLflow shows what language models need
_MOST_SEARCHED = 12  # columns; MLflow takes 5,000 characters
_PLAIN = {
    "searchFilter": "tags.`zoo.kind`='trial'",
    "startTime": "ALL",
    "lifecycleFilter": "Active",
    "datasetsFilter": [],
    "modelVersionFilter": "All Runs",
    "runsExpanded": {},
    "runsPinned": [],
    "runsHidden": [],
    "runsHiddenMode": "FIRST_10_RUNS",
    "viewMaximized": False,
    "runListHidden": False,
    "isAccordionReordered": False,
    "groupBy": None,
    "groupsExpanded": {},
    "useGroupedValuesInCharts": True,
    "hideEmptyCharts": True,
    "globalLineChartConfig": {},
    "chartsSearchFilter": "",
}


def view_tags(goal: str, asked: Iterable[str], costs: Iterable[str] = ()) -> dict[str, str]:
    """Return the experiment's tags that make its page a leaderboard, best trial by `goal` first.

    Columns are each trial's end state, its objective (the best validation value of the goal), its `costs`, the other
    metrics after its last epoch, the builder, and what the study `asked` for, as `mlp.units` or `train.learning_rate`.
    """
    metrics = ["objective", *costs, *(f"val/{name}" for name in _beside(goal))]
    params = dict.fromkeys([BUILDER, *map(_as_recorded, asked)])
    columns = ["tags.`zoo.state`", *(f"metrics.`{name}`" for name in metrics)]
    columns += [f"params.`{name}`" for name in params][: 1 + _MOST_SEARCHED]
    ascending = direction(goal) == "minimize"
    order = {"orderByKey": "metrics.`objective`", "orderByAsc": ascending}
    return {VIEW_TAG: json.dumps({**_PLAIN, **order, "selectedColumns": columns})}


def costs_of(aims: Aims) -> tuple[str, ...]:
    """Return the costs that are known of a study's trials: the parameters, and where files are made theirs as well."""
    of_files = (name for name in OF_A_FILE if name != "latency" or name in aims.costs)
    return ("params", *(of_files if aims.needs_file else ()))


def aims_tags(aims: Aims) -> dict[str, str]:
    """Return what a study aims at as tags of its run, which the page can search."""
    tags = {"zoo.goals": ", ".join(aims.goals), "zoo.limits": ", ".join(map(str, aims.limits))}
    return {name: text for name, text in tags.items() if text} | {"zoo.precision": aims.precision}


def fragment(experiment_id: str) -> str:
    """Return what to append to the page's address to open an experiment with the view."""
    return f"#/experiments/{experiment_id}/runs{MODE}&viewStateShareKey=zoo"


def _beside(goal: str) -> list[str]:
    """Return the other metrics that trials of this goal have."""
    kind = next(kind for kind, goals in GOALS.items() if goal in goals)
    return [name for name in dict.fromkeys((*GOALS[kind], LOSS[kind])) if name != goal]


def _as_recorded(name: str) -> str:
    """Return the name of a run's parameter: a builder's own arguments stand under `model.`."""
    owner, _, rest = name.partition(".")
    return name if owner in SHARED else f"model.{rest}"
