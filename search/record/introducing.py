"""What a study is about, in words for MLflow: the data, how to read its page, and what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from search.record.leaderboard import MODE
from search.record.markdown import code, cut, table, words
from search.record.spool import THIS_RUN
from zoo.goals import direction

if TYPE_CHECKING:
    from search.planning import Plan

LONGEST = 4_800  # characters; MLflow keeps 5,000 of an experiment's tag, in which links are longer
_MOST_COLUMNS = 30
_STATES = {
    "finished": "trained to its last epoch, or until patience or its time was up",
    "pruned": "stopped early, or over a limit; its description says at which epoch and why",
    "failed": "ended by an error; its description says which",
    "running": "trains now, or waits for the next command",
    "killed": "its process vanished; the next command tries it again as another run",
}
_COLUMNS = {
    "objective": "the best validation value of the goal: what trials are compared by",
    "val/...": "metrics on validation rows, epoch by epoch; the table shows the last epoch",
    "train/...": "the same on training rows, as the epoch saw them: with dropout and augmentation",
    "learning_rate": "the mean rate of the epoch's steps, by its schedule",
    "health/...": "gradient norm, size of the last update against the weights, share of dead and of saturated units",
    "params": "numbers in the model's weights",
    "bytes, ram, macs, latency": "what the exported file takes, where goals or limits ask for a file",
    "seconds": "how long the trial took",
    "test/...": "metrics on test rows, of the champion alone: they are opened once",
}


def about_data(plan: Plan) -> str:
    """Return what an experiment is about, as Markdown: the data, the goal, and how to read the page."""
    way = "lower" if direction(plan.goal) == "minimize" else "higher"
    facts = table(["what", "value"], [[name, text] for name, text in _data(plan).items()])
    states = table(["zoo.state", "meaning"], [[code(name), text] for name, text in _STATES.items()])
    columns = table(["column", "meaning"], [[code(name), text] for name, text in _COLUMNS.items()])
    return cut(
        f"**{words(plan.dataset.name)}**: {words(plan.check.data)}, {words(plan.check.answers)}. "
        f"Goal: **{plan.goal}**, {way} is better. Study: [{words(plan.files.study)}]({THIS_RUN}{MODE}).\n\n{facts}\n\n"
        "#### How to read this page\n\nEach row is a trial, the best first; a click on its name opens its curves. "
        "The run that they belong to is their study: it holds the report, the pictures and a table of all trials. "
        f"Studies of the same data and goal share this page; the link above leads to the last.\n\n{states}\n\n"
        f"{columns}\n",
        LONGEST,
    )


def _data(plan: Plan) -> dict[str, str]:
    check, source = plan.check, plan.dataset.source
    cells = sum(check.missing.values())
    seeded = f"{check.how}, seed {check.seed}" + (", test rows as given" if check.own_test else "")
    found = {
        "task": f"{check.task.kind} of {check.task.modality} data",
        "rows": ", ".join(f"{count:,} {part}" for part, count in check.rows.items()),
        "split": words(seeded),
        "a row, prepared": f"{_shape(check.task.input_shape)} numbers",
        "columns": words(", ".join(list(check.kinds)[:_MOST_COLUMNS]) + (" …" * (len(check.kinds) > _MOST_COLUMNS))),
        "classes" if check.task.classes else "target": words(check.detail),
        "missing values": f"{cells:,}",
        "found": words("; ".join(check.warnings[:3])),
        "lies at": code(source.path),
        "sha256": code(source.sha256),
    }
    return {name: text for name, text in found.items() if text}


def _shape(shape: Iterable[int | None]) -> str:
    return "x".join("any" if size is None else str(size) for size in shape)


def begun(plan: Plan, command: str, where: Mapping[str, str]) -> str:
    """Return what a study was asked, as Markdown: goals, limits, space and machine; its state goes before it."""
    settings = plan.settings
    goals = ", ".join(f"{name} ({direction(name)})" for name in plan.aims.goals)
    asked = {
        "goal": f"{goals}: {words(plan.goal_reason)}",
        "limits": ", ".join(words(f"{limit.name} {limit.words()}") for limit in plan.aims.limits),
        "measured as": f"{plan.aims.precision} file" if plan.aims.needs_file else "",
        "sampler, pruner": f"{settings.sampler}, {settings.pruner}",
        "seed, threads, workers": f"{settings.seed}, {settings.threads}, {plan.workers}",
        "epochs at most": str(plan.epochs),
        "command": code(command) if command else "",
    }
    rows = [[name, text] for name, text in asked.items() if text]
    rows += [[f"searched: {code(name)}", words(text)] for name, text in searched(plan).items()]
    rows += [[name, words(text)] for name, text in where.items()]
    return f"#### Asked\n\n{table(['what', 'value'], rows)}\n"


def searched(plan: Plan) -> dict[str, str]:
    """Return by dotted name what a study draws from: `32, 64, 128` or `0.0003 to 0.01, log`."""
    several = [("model.builder", ", ".join(plan.space.builders))] if len(plan.space.builders) > 1 else []
    own = ((f"{part}.{name}", one) for part, space in plan.space.to_json().items() for name, one in space.items())
    return dict(several) | {name: _drawn(one) for name, one in own if _varies(one)}


def _varies(domain: Mapping[str, Any]) -> bool:
    return "values" not in domain or len(domain["values"]) > 1


def _drawn(domain: Mapping[str, Any]) -> str:
    if "values" in domain:
        return ", ".join(map(str, domain["values"]))
    return f"{domain['low']:g} to {domain['high']:g}{', log' if domain['log'] else ''}"
