"""The view that opens the MLflow page as a leaderboard: trials only, best first, with the columns that matter.

MLflow keeps a shared view as JSON in a tag of the experiment. That is undocumented there: hold it with a test.
"""

from __future__ import annotations

VIEW_TAG = "mlflow.sharedViewState.zoo"

VIEW = {
    "searchFilter": "tags.`zoo.kind`='trial'",
    "orderByKey": "metrics.`objective`",
    "orderByAsc": False,
    "startTime": "ALL",
    "lifecycleFilter": "Active",
    "datasetsFilter": [],
    "modelVersionFilter": "All Runs",
    "selectedColumns": [
        "tags.`zoo.state`",
        "metrics.`objective`",
        "metrics.`val/accuracy`",
        "params.`model.builder`",
        "params.`train.learning_rate`",
    ],
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


def fragment(experiment_id: str) -> str:
    """Return what to append to the page's address to open an experiment with the view."""
    return f"#/experiments/{experiment_id}/runs?workflowType=machine_learning&viewStateShareKey=zoo"
