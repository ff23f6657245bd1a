"""The answers as text: a study's trials, champion and files, in columns on stdout."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from search.choosing.optimism import finalists_line, optimism_line
from search.choosing.spreads import with_spread
from search.files import StudyFiles
from search.result import Unreadable
from search.terminal.columns import columns, root_option, say, show, stdout
from search.terminal.hints import rows_for, rows_for_any
from zoo.bits import Bits
from zoo.goals import gain, shown
from zoo.proving.differences import differences

if TYPE_CHECKING:
    from search.result import StudyResult
    from search.trials import TrialRecord
    from zoo.artifact import Artifact

LONG = 80  # characters of a command, beyond which it no longer sets where the words beside it begin


def print_answer(answer: StudyResult, root: Path, go_on: str = "", beside: Sequence[str] = ()) -> None:
    """Print a study's answer: trials, champion, files, where it lies and what to type next.

    `go_on` is the command that adds trials; `beside` are lines on what else was made of it.
    """
    console = stdout()
    show(console, _trials_table(answer))
    say(console, *_champion_lines(answer), "")
    if answer.front:
        say(console, f"others that none beats in all of {', '.join(answer.goals)}")
        show(console, _front_table(answer))
        say(console, "")
    show(console, _variants_table(answer))
    told = [*footprint_lines(answer.champion.variants), *(["", *beside, ""] if beside else [])]
    say(console, *told, *_closing_lines(answer, root, go_on))


def _trials_table(answer: StudyResult) -> Table:
    return records_table(answer, answer.top, "validation")


def _front_table(answer: StudyResult) -> Table:
    """Return the champion and the other trials of the front, which are worth a look for who can spend other costs."""
    slot = int(answer.champion.trial.rpartition("#")[2]) if answer.champion else -1
    others = [record for record in answer.front if record.slot != slot]
    return records_table(answer, others, answer.goal)


def records_table(answer: StudyResult, records: Iterable[TrialRecord], score: str) -> Table:
    """Return a row a trial: what it scored, under the heading `score`, what its model takes and what was searched."""
    costs = answer.measured
    right = (0, *range(2, 5 + len(costs)))
    table = columns("#", "builder", score, *costs, "epochs", "parameters", "values", right=right)
    for record in records:
        taken = [shown(name, record.costs.get(name)) for name in costs]
        names = answer.searched.get(record.builder, record.values)
        values = ", ".join(_value(name, record.values) for name in names if name in record.values)
        early = "" if record.state == "finished" else "(stopped early) "
        parameters = f"{record.parameters:,}" if record.parameters is not None else ""
        number, epochs = str(record.slot), str(record.epochs)
        told = (with_spread(answer.goal, record.value, record.spread), *taken, epochs, parameters, early + values)
        table.add_row(number, record.builder, *told)
    return table


def _champion_lines(answer: StudyResult) -> list[str]:
    champion, goal, baseline = answer.champion, answer.goal, answer.best_baseline()
    score = partial(shown, goal)
    low_high = " to ".join(map(score, champion.test_interval)) if goal == "accuracy" else ""
    interval = f" (95 %: {low_high})" if low_high else ""
    found = with_spread(goal, champion.validation[goal], champion.spread)
    scores = f"validation {found}, test {score(champion.test[goal])}{interval}"
    tests = "   ".join(f"{one.name} {score(one.test[goal])}" for one in answer.baselines)
    beside = f"; best baseline {baseline.name}, test {score(baseline.test[goal])}" if baseline else ""
    return [
        *([f"baselines on test rows   {tests}"] if tests else []),
        *filter(None, [finalists_line(answer)]),
        f"champion #{champion.trial.rpartition('#')[2]} {champion.builder}: {scores}{_taken(answer)}{beside}",
        *filter(None, [optimism_line(answer)]),
        *humility(answer),
    ]


def _taken(answer: StudyResult) -> str:
    """Return what the champion takes of what was a goal or had a limit."""
    costs = [f"{name} {shown(name, answer.champion.costs[name])}" for name in answer.measured]
    return f"; {', '.join(costs)} as {answer.precision}" if costs else ""


def humility(answer: StudyResult) -> list[str]:
    """Return what to say where a baseline is worth as much on test rows as the champion, or more."""
    champion = gain(answer.goal, answer.champion.test[answer.goal])
    gains = {one.name: gain(answer.goal, one.test[answer.goal]) for one in answer.baselines if one.test}
    name, other = max(gains, key=gains.__getitem__, default=""), answer.best_baseline()
    on_validation = "" if other is None or other.name == name else f" ({other.name} was on validation rows)"
    if name and gains[name] > champion:
        best = f"{name}, best on test rows{on_validation},"
        return [f"the baseline wins: {best} does better than the best model of this study"]
    if name and gains[name] == champion:
        return [f"no better than the baseline: {name}, best on test rows{on_validation}, does as well, and is simpler"]
    return []


def _variants_table(answer: StudyResult) -> Table:
    table = columns("format", "precision", "bytes", "test", "against float32", "proof", right=(2, 3), wraps="proof")
    floats = {v["format"]: v["bytes"] for v in answer.champion.variants if v["precision"] == "float32"}
    for variant in answer.champion.variants:
        table.add_row(*_variant_cells(variant, floats.get(variant["format"]), answer.goal))
    return table


def _variant_cells(variant: Mapping[str, Any], float_bytes: int | None, goal: str) -> list[str]:
    name = [variant["format"], variant["precision"]]
    if variant["skipped"]:
        return [*name, "", "", "", f"skipped: {variant['skipped']}"]
    against = _against(variant["bytes"], float_bytes) if variant["precision"] != "float32" and float_bytes else ""
    test = shown(goal, variant["test"][goal]) if variant["test"] else ""
    return [*name, f"{variant['bytes']:,}", test, against, verdict(variant["proof"])]


def footprint_lines(variants: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what files take of the device that they are for, a line for each that tells it."""
    from zoo.proving.footprint import Footprint

    told = [variant["footprint"] for variant in variants if variant.get("footprint")]
    return [Footprint(one["device"], one["flash"], one["ram"]).line() for one in told]


def _against(size: int, float_bytes: int) -> str:
    smaller = size <= float_bytes
    return f"{float_bytes / size:.1f}x smaller" if smaller else f"{size / float_bytes:.1f}x larger"


def verdict(proof: Mapping[str, Any]) -> str:
    """Return in words what a proof found."""
    if not proof["passed"]:
        return f"FAILED: {'; '.join(proof['reasons'])}"
    if proof["tolerance"]["max_abs_diff"] is not None:
        return f"ok, differs by at most {proof['max_abs_diff']:.0e}" if proof["max_abs_diff"] else "ok, identical"
    if proof["label_agreement"] is None:
        return f"ok, differs by {proof['mean_abs_diff']:.0e} standard deviations on average"
    return f"ok, {round(proof['label_agreement'] * proof['rows'])} of {proof['rows']} labels agree"


def _closing_lines(answer: StudyResult, root: Path, go_on: str) -> list[str]:
    study, there, folder = answer.study, root_option(root), root / answer.folder
    page = StudyFiles(root, study).page
    goes_on = {f"{go_on}{there}": "go on where this stopped"} if go_on else {}
    commands = next_commands(answer, goes_on or {f"zoo status {study}{there}": "see this again"}, there, root)
    width = max(len(command) for command in commands if len(command) <= LONG)
    lines = [f"{command:<{width}}   {why}" for command, why in commands.items()]
    return [
        f"everything lies in {folder}" + (f"; look at {folder / page.name}" if page.is_file() else ""),
        "",
        f"next   {lines[0]}",
        *(f"       {line}" for line in lines[1:]),
    ]


def next_commands(
    answer: StudyResult, go_on: Mapping[str, str], there: str = "", root: Path = Path()
) -> dict[str, str]:
    """Return what to type after a study, and why; `go_on` are the commands that go on with it, `there` its --root.

    The file to ship is that in the format of the study's own device, where its proof holds. Else it is the TFLite file
    in int8, where its proof holds and it is no larger than float32's, else the smallest whose proof holds, else the
    Keras file. What these take is read from the study's files, below `root`.
    """
    commands = {f"zoo ui{there}": "look at all trials in MLflow", **go_on}
    events = Path(answer.folder, "tensorboard")
    if answer.folder and (root / events).is_dir():
        commands[f"tensorboard --logdir {shlex.quote(str(root / events if there else events))}"] = "or in TensorBoard"
    if answer.champion is None:
        return commands
    precision = _shipped(answer.champion.variants)
    option = f"--precision {precision}" if precision else "--format keras_file"
    for variant in answer.champion.variants:
        if variant.get("footprint") and _holds(variant):
            option = f"--device {variant['footprint']['device']} --precision {variant['precision']}"
    commands[f"zoo export {answer.study} {option} --out app{there}"] = "the file to ship"
    rows = rows_for_any(answer.champion.variants, root)
    return commands | {f"zoo predict app {rows}": "use it (needs no TensorFlow)" if precision else "use it"}


def _shipped(variants: Iterable[Mapping[str, Any]]) -> str:
    """Return the precision of the TFLite file to ship, "" where no proof of one holds."""
    files = {variant["precision"]: variant for variant in variants if variant["format"] == "tflite"}
    proven = {precision: variant["bytes"] for precision, variant in files.items() if _holds(variant)}
    floats = (files.get("float32") or {}).get("bytes")
    if "int8" in proven and (floats is None or proven["int8"] <= floats):
        return "int8"
    return min(proven, key=proven.__getitem__, default="")


def _holds(variant: Mapping[str, Any]) -> bool:
    return variant["proof"] is not None and variant["proof"]["passed"]


def _value(name: str, values: Mapping[str, Any]) -> str:
    value = values[name]
    return f"{name.partition('.')[2]} {f'{value:.2g}' if isinstance(value, float) else value}"


def print_studies(answers: Iterable[StudyResult | Unreadable], compressed: Mapping[str, str] | None = None) -> None:
    """Print one line a study; `compressed` says by their names what became of those that were made smaller."""
    more = ["compressed"] if compressed else []
    table = columns("study", "trials", "goal", "best", "champion", *more, right=(1, 3))
    for answer in answers:
        table.add_row(*_study_cells(answer), *([compressed.get(answer.study, "")] if compressed else []))
    show(stdout(), table)


def _study_cells(answer: StudyResult | Unreadable) -> list[str]:
    if isinstance(answer, Unreadable):
        return [answer.study, "unreadable", "", "", ""]
    best = shown(answer.goal, answer.top[0].value) if answer.top else ""
    champion = answer.champion.trial if answer.champion else ""
    return [answer.study, f"{answer.trials.total}/{answer.trials.target}", answer.goal, best, champion]


def print_artifact(artifact: Artifact) -> None:
    """Print what an export wrote, what it is worth and what to type next."""
    variant, console = artifact.to_json(), stdout()
    scores, split = variant["test"] or variant["validation"] or {}, "test" if variant["test"] else "validation"
    words = [f"{variant['format']} {variant['precision']}", f"{variant['bytes']:,} bytes"]
    words += [f"{split} {name} {shown(name, value)}" for name, value in scores.items()]
    say(console, "   ".join([*words, f"proof {verdict(variant['proof'])}"]))
    if variant["bits"]:
        say(console, Bits.from_json(variant["bits"]).line())
    against = differences(variant["proof"])
    say(console, *([f"against its source   {against}"] if against else []))
    use = f"next   zoo predict {shlex.quote(variant['path'])} {rows_for(artifact.path)}"
    say(console, f"written to {variant['path']}", *([use] if _holds(variant) else []))
