"""How a study and its trials stand, in words for MLflow: while it runs, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from search.choosing.optimism import finalists_line, optimism_line
from search.choosing.spreads import with_spread
from search.record.leaderboard import MODE
from search.record.markdown import code, cut, table, words
from search.record.spool import THIS_RUN
from search.stopping.endings import known_of
from zoo.goals import COSTS, shown

if TYPE_CHECKING:
    from search.result import StudyResult
    from search.trials import TrialRecord, Trials

NOTE = "mlflow.note.content"  # the tag of an experiment or a run that MLflow shows as its description
LONGEST = 7_800  # characters; MLflow keeps 8,000 of a run's tag, in which links are longer
SHOWN = 5  # trials, the best
REPORT = "report.html"  # among the files of a study's run


def standing(goal: str, trials: Trials, best: Iterable[TrialRecord], front: Iterable[TrialRecord] = ()) -> str:
    """Return how a study stands while it runs, as Markdown: counts, the best trials so far, and the front."""
    rows = list(best)[:SHOWN]
    others = ", ".join(f"#{record.slot}" for record in front)
    leader = rows[0] if rows else None
    lead = (
        f"Best so far: **#{leader.slot}** {leader.builder}, {goal} **{shown(goal, leader.value)}**. " if leader else ""
    )
    beside = f"\n\nTrials that none beats in all goals: {others}." if others else ""
    return f"{lead}{counted(trials)}{beside}\n\n{trials_table(goal, rows)}\n"


def counted(trials: Trials) -> str:
    """Return in a sentence how many trials have ended, and how."""
    ended = f"{trials.finished} finished, {trials.pruned} stopped early, {trials.failed} failed"
    return f"{trials.total} of {trials.target} trials have ended: {ended}."


def trials_table(goal: str, records: Iterable[TrialRecord]) -> str:
    """Return trials as a table: score, costs and values; "" without one."""
    rows = [_row(goal, record) for record in records]
    return table(["trial", "builder", goal, "epochs", "takes", "values"], rows) if rows else ""


def _row(goal: str, record: TrialRecord) -> list[str]:
    known = known_of(record)
    takes = ", ".join(f"{name} {shown(name, known[name])}" for name in COSTS if name in known)
    values = ", ".join(f"{name.partition('.')[2]} {_plain(value)}" for name, value in _interesting(record).items())
    score = with_spread(goal, record.value, record.spread)
    return [f"#{record.slot}", words(record.builder), score, str(record.epochs or ""), takes, words(values)]


def _interesting(record: TrialRecord) -> dict[str, Any]:
    """Return a trial's own values, not those of training that hardly any study varies."""
    kept = ("train.learning_rate", "train.weight_decay")
    own = {name: value for name, value in record.values.items() if name in kept or not name.startswith("train.")}
    return {name: value for name, value in own.items() if name != "model.builder"}


def _plain(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)


def ended(answer: StudyResult) -> str:
    """Return what a study found, as Markdown: the champion, baselines, its files and what to look at next."""
    champion, goal = answer.champion, answer.goal
    interval = ""
    if goal == "accuracy" and champion.test_interval:
        interval = f" (95 %: {' to '.join(shown(goal, end) for end in champion.test_interval)})"
    found = with_spread(goal, champion.validation[goal], champion.spread)
    lead = f"Champion: **{words(champion.trial)}** {words(champion.builder)}, {goal} **{_test(answer)}** on test rows"
    lines = [
        f"{lead}{interval}, {found} on validation rows; {champion.parameters:,} parameters.",
        f"{_linked(REPORT)}: everything on one page.",
        counted(answer.trials),
        *(words(line) for line in (finalists_line(answer, prose=True), optimism_line(answer)) if line),
        _scores(answer),
        _files(answer),
        "#### The best trials\n",
        trials_table(goal, answer.top),
        f"{_linked('trials.json')} is a table of all trials; the artifacts hold the pictures too.",
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _linked(name: str) -> str:
    """Return the name of one of the run's files as a link that opens it."""
    return f"[{name}]({THIS_RUN}/artifacts/{name}{MODE})"


def _test(answer: StudyResult) -> str:
    return shown(answer.goal, (answer.champion.test or {}).get(answer.goal))


def _scores(answer: StudyResult) -> str:
    scored = [(one.name, one.validation, one.test) for one in answer.baselines]
    rows = [[f"**{words(answer.champion.trial)}**", *_pair(answer, answer.champion.validation, answer.champion.test)]]
    rows += [[words(name), *_pair(answer, validation, test)] for name, validation, test in scored]
    return f"#### Against baselines\n\n{table(['model', f'{answer.goal}, validation', 'test'], rows)}"


def _pair(answer: StudyResult, *parts: Mapping[str, float] | None) -> list[str]:
    return [shown(answer.goal, (part or {}).get(answer.goal)) for part in parts]


def _files(answer: StudyResult) -> str:
    rows = [
        [code(f"{one['format']} {one['precision']}"), f"{one['bytes']:,}", *_pair(answer, one["test"]), _proof(one)]
        for one in answer.champion.variants
        if one["bytes"] is not None
    ]
    return f"#### Files\n\n{table(['file', 'bytes', f'{answer.goal}, test', 'proof'], rows)}" if rows else ""


def _proof(variant: Mapping[str, Any]) -> str:
    return "" if not variant["proof"] else "holds" if variant["proof"]["passed"] else "**failed**"


def trial_note(record: TrialRecord) -> str:
    """Return how a trial ended, as Markdown."""
    when = f" after epoch {record.epochs}" if record.epochs else " before its first epoch ended"
    reason = f": {words(record.reason)}" if record.reason else "."
    what = {"finished": "Trained to its end", "pruned": "Stopped early", "failed": "Failed"}[record.state]
    return cut(f"{what}{when}{reason}", LONGEST)


def champion_note(answer: StudyResult) -> str:
    """Return what makes a trial the champion, as Markdown."""
    champion = answer.champion
    return cut(
        f"**Champion of {words(answer.study)}**: {answer.goal} {_test(answer)} on test rows, "
        f"{shown(answer.goal, champion.validation[answer.goal])} on validation rows.\n\n{_files(answer)}",
        LONGEST,
    )
