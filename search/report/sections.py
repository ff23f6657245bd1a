"""The sections of a study's report, as HTML: what was asked, what came out, what it rests on and how to go on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from search.aims import OF_A_FILE
from search.files import read_json
from search.pictures._page import paragraph, table
from search.redaction import portable
from search.report.findings import Case, result, scores, variants
from search.report.smaller import smaller
from search.report.spared import early, forecasts, saved
from search.report.trade import front, limits
from search.stopping.endings import known_of
from search.terminal.summary import LONG, next_commands
from search.trials import TrialRecord
from zoo.errors import BadData
from zoo.goals import direction, plain, shown

if TYPE_CHECKING:
    from search.report.validated import Validated

FRONT = "Pareto front"
SPREAD = "\u00b1"  # the standard deviation over several trainings of one trial
HASH = 16  # characters of a sha256, enough to tell two apart


def sections(case: Case) -> dict[str, str]:
    """Return the sections by title, in the order in which they are read."""
    found = {"Result": result(case), FRONT: front(case), "Asked": _asked(case), "Data": _data(case)}
    champion = case.answer.champion
    if champion is not None:
        found |= {"Scores": scores(case), "Files": variants(case)}
    found |= {"Compression": smaller(case)}
    beside = {"Limits": limits(case), "Ended early": early(case), "What that saved": saved(case)}
    last = {"All trials": _trials(case), "Recipe": _recipe(case), "Go on from here": _next(case)}
    whole = {**found, **beside, "Forecast costs": forecasts(case), **last}
    return {title: text for title, text in whole.items() if text}


def _asked(case: Case) -> str:
    values = read_json(case.files.fingerprint)
    asked = portable(values["asked"], case.files.root)
    goals = ", ".join(f"{name} ({direction(name)})" for name in case.answer.goals or (values["goal"],))
    rows = [["goal", goals]]
    rows += [[name, _plain(asked[name])] for name in asked if asked[name] not in (None, [], {}) and name != "goal"]
    rows += [["searched", f"{builder}: {', '.join(names)}"] for builder, names in case.answer.searched.items()]
    rows += [["versions", ", ".join(f"{name} {version}" for name, version in values["versions"].items())]]
    return table(["what", "value"], rows)


def _data(case: Case) -> str:
    values, found = read_json(case.files.fingerprint), case.story.validated
    train, validation, test = values["split"]["rows"]
    how = f"{train:,} training, {validation:,} validation, {test:,} test; seed {values['split']['seed']}"
    rows = [["rows", how], ["sha256 of the content", f"{values['data'][:HASH]}…"]]
    if found is not None:
        shape = "x".join(map(str, found.rows.shape[1:]))
        rows += [["kind of rows", f"{found.modality}, {shape} numbers each as the model takes them"]]
        answer = f"{len(found.classes)} classes: {', '.join(found.classes[:20])}" if found.classes else _steps(found)
        rows += [["answer", f"{answer}{' …' if len(found.classes) > 20 else ''}"]]
    return table(["what", "value"], rows)


def _steps(found: Validated) -> str:
    """Return what is answered where there are no classes."""
    steps = found.truth.shape[1] if found.truth.ndim > 1 else 1
    coming = "the next value in time" if steps == 1 else f"the next {steps} values in time"
    return coming if found.ordered else "a quantity"


def _trials(case: Case) -> str:
    story = case.story
    names = list(dict.fromkeys(name for own in story.searched.values() for name in own))
    columns = ["slot", "state", "builder", story.goal, *_beside(case), "epochs", "parameters", "seconds", *names, "why"]
    ended = sorted((trial for trial in story.trials if trial.ended), key=lambda trial: trial.slot)
    rows = portable([_trial_cells(case, trial, names) for trial in ended], case.files.root)
    about = "A click on a head sorts. A trial that was stopped early shows its best value by then."
    return f'<div id="trials">{table(columns, rows)}</div>{paragraph(about, "about")}'


def _trial_cells(case: Case, trial: TrialRecord, names: Iterable[str]) -> list[str]:
    own = case.story.names(trial)
    values = [_plain(trial.values[name]) if name in own and name in trial.values else "" for name in names]
    counts = ["" if count is None else f"{count:,}" for count in (trial.epochs, trial.parameters)]
    seconds = "" if trial.seconds is None else f"{trial.seconds:.1f}"
    early = "stopped early" if trial.epochs else "refused"
    state = early if trial.state == "pruned" else trial.state
    score = "" if trial.value is None else plain(trial.value)
    known = known_of(trial)
    known |= {SPREAD: trial.spread.get(case.story.goal)}
    beside = [shown(case.story.goal if name == SPREAD else name, known.get(name)) for name in _beside(case)]
    return [str(trial.slot), state, trial.builder or "", score, *beside, *counts, seconds, *values, trial.reason or ""]


def _beside(case: Case) -> list[str]:
    """Return the other goals and the costs that stand beside the score; every table shows the parameters."""
    aims = case.story.aims
    names = (*aims.objectives[1:], *(limit.name for limit in aims.limits), *(OF_A_FILE if aims.needs_file else ()))
    known = {name for trial in case.story.trials for name in known_of(trial)}
    spread = [SPREAD] if any(trial.spread for trial in case.story.trials) else []
    return [*spread, *(one for one in dict.fromkeys(names) if one in known - {case.story.goal, "params"})]


def _recipe(case: Case) -> str:
    """Return the recipe of the champion, or of the best trial so far; "" where it cannot be read."""
    slot = case.story.champion
    if slot is None and case.answer.top:
        slot = case.answer.top[0].slot
    if slot is None:
        return ""
    try:
        values = portable(read_json(case.files.trial(slot) / "recipe.json"), case.files.root)
    except BadData:
        return ""
    return (
        f"<details><summary>Trial #{slot} as JSON</summary><pre>{escape(json.dumps(values, indent=1))}</pre></details>"
    )


def _next(case: Case) -> str:
    again, more = portable(list(case.go_on), case.files.root)
    go_on = {again: "the same study again, or to its end", more: "add trials"}
    if case.answer.champion is not None:
        go_on[f"zoo run {case.answer.champion.recipe}"] = "train the champion again"
    typed = {line: why for line, why in go_on.items() if line}
    commands = next_commands(case.answer, typed, root=case.files.root)
    width = max(len(line) for line in commands if len(line) <= LONG)
    lines = "\n".join(f"{line:<{width}}   # {why}" for line, why in commands.items())
    return f"<pre>{escape(lines)}</pre>" + paragraph("Run these in the folder that holds mlruns and the data.", "about")


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={json.dumps(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
