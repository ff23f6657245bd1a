"""What a study found, as HTML: its champion against the baselines, and the champion's files."""

from __future__ import annotations

from dataclasses import dataclass

from search.choosing.optimism import finalists_line, optimism_line
from search.files import StudyFiles
from search.pictures._page import paragraph, table
from search.redaction import portable
from search.report.story import Story
from search.result import StudyResult
from search.terminal.summary import humility, verdict
from zoo.goals import shown


@dataclass(frozen=True)
class Case:
    """What a report is made of; `go_on` are the commands that repeat the study and that add trials, or ""."""

    files: StudyFiles
    answer: StudyResult
    story: Story
    go_on: tuple[str, str] = ("", "")


def result(case: Case) -> str:
    """Return the champion with its test score and interval, and how the best baseline does."""
    trials, champion = case.answer.trials, case.answer.champion
    counted = (
        f"{trials.total} of {trials.target} trials: {trials.finished} finished, "
        f"{trials.pruned} stopped early, {trials.failed} failed."
    )
    if champion is not None and champion.test is not None:
        return _crowned(case) + _against(case.answer) + paragraph(counted)
    leader = f" Best so far: {_leader(case.answer)}." if case.answer.top else ""
    return paragraph(f"There is no champion yet.{leader}", "lead") + paragraph(counted)


def _crowned(case: Case) -> str:
    champion, goal = case.answer.champion, case.answer.goal
    better = "lower" if case.story.direction == "minimize" else "higher"
    score = f"{goal} {shown(goal, champion.test[goal])} on test rows{_interval(case.answer)}"
    beside = f"{shown(goal, champion.validation[goal])} on validation rows; {better} is better."
    lead = paragraph(f"{champion.trial} ({champion.builder}): {score}", "lead")
    chosen = "".join(paragraph(line[:1].upper() + line[1:] + ".") for line in _chosen(case.answer))
    return lead + paragraph(f"{beside} The model has {champion.parameters:,} parameters.{_taken(case.answer)}") + chosen


def _chosen(answer: StudyResult) -> list[str]:
    """Return from which trials the champion was chosen, and how far its score is to be trusted."""
    return [line for line in (finalists_line(answer, prose=True), optimism_line(answer)) if line]


def _taken(answer: StudyResult) -> str:
    """Return what the champion's file takes of what was a goal or had a limit."""
    costs = [f"{name} {shown(name, answer.champion.costs.get(name))}" for name in answer.measured]
    return f" Its {answer.precision} file: {', '.join(costs)}." if costs else ""


def _against(answer: StudyResult) -> str:
    """Return the best baseline, and whether it does as well; "" without one."""
    baseline, goal = answer.best_baseline(), answer.goal
    if baseline is None or baseline.test is None:
        return ""
    lines = humility(answer)
    humble = "".join(paragraph(f"{line[:1].upper()}{line[1:]}.", "bad") for line in lines)
    return paragraph(f"Best baseline: {baseline.name}, {shown(goal, baseline.test[goal])} on test rows.") + humble


def scores(case: Case) -> str:
    """Return champion and baselines side by side, on validation and on test rows."""
    champion, rows = case.answer.champion, []
    scored = [(f"champion {champion.trial}", champion.validation, champion.test)]
    scored += [(one.name, one.validation, one.test) for one in case.answer.baselines]
    for name, validation, test in scored:
        rows.append(
            [name, *(shown(m, (part or {}).get(m)) for m in champion.validation for part in (validation, test))]
        )
    columns = [f"{metric}, {part}" for metric in champion.validation for part in ("validation", "test")]
    return table(["model", *columns], rows) + paragraph("The test rows were opened once, at the end.", "about")


def variants(case: Case) -> str:
    """Return the champion's files: size, test score and proof of each."""
    rows = []
    for variant in case.answer.champion.variants:
        test = shown(case.answer.goal, (variant["test"] or {}).get(case.answer.goal))
        proof = f"skipped: {variant['skipped']}" if variant["skipped"] else verdict(variant["proof"])
        size = "" if variant["bytes"] is None else f"{variant['bytes']:,}"
        rows.append([variant["format"], variant["precision"], size, test, proof, variant["path"] or ""])
    columns = ["format", "precision", "bytes", f"{case.answer.goal} on test rows", "proof", "where"]
    return table(columns, portable(rows, case.files.root))


def _leader(answer: StudyResult) -> str:
    leader = answer.top[0]
    return f"#{leader.slot} ({leader.builder}), {answer.goal} {shown(answer.goal, leader.value)} on validation rows"


def _interval(answer: StudyResult) -> str:
    champion = answer.champion
    if answer.goal != "accuracy" or not champion.test_interval:
        return ""
    low, high = (shown("accuracy", end) for end in champion.test_interval)
    return f" (95 % interval: {low} to {high})"
