"""The answer of a study: put together once at its end, stored, and given again when nothing has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.answered import read_answer
from search.choosing.champion import write_champion
from search.claiming.trialling import Trialling
from search.drawing.spaces import SHARED
from search.drawing.suggest import asked
from search.files import read_json, write_json
from search.planning import Plan
from search.record.recorder import Recorder
from search.report.gallery import write_pictures
from search.result import BaselineScore, Champion, StudyResult
from search.trials import TrialRecord, Trials, leaders
from zoo.errors import BadData


def publish(
    plan: Plan,
    trials: Trialling,
    baselines: tuple[BaselineScore, ...],
    champion: Champion,
    front: Sequence[TrialRecord],
) -> StudyResult:
    """Write the champion's folder, end the study's run and ship it; return the answer.

    `front` begins with the champion.
    """
    files = plan.files
    answer = StudyResult(
        study=files.study,
        goal=plan.goal,
        trials=trials.counts(),
        baselines=baselines,
        champion=champion,
        top=leaders(trials.records(), plan.direction),
        searched=_searched(plan),
        folder=files.relative(files.folder),
        goals=plan.aims.goals,
        limits=tuple(map(str, plan.aims.limits)),
        precision=plan.aims.precision,
        front=tuple(front[1:]),
    )
    write_champion(answer, files)
    drawn = write_pictures(plan, answer, trials.watcher.said)
    trials.recorder.end_study(answer, files.report, drawn, trials.records())
    answer = _placed(answer, plan, trials.recorder)
    trials.log.write(f"champion {answer.summary()}")
    return answer


def stored_answer(plan: Plan, progress: Trials, given_up: bool = False) -> StudyResult | None:
    """Return the answer of a study that has all its trials, or None when it must be made (again).

    With `given_up` no more trials are begun although some are left. An answer that does not say where it is tracked
    was cut short by a kill: its run in MLflow has no end yet.
    """
    if (progress.total < progress.target and not given_up) or not plan.files.report.exists():
        return None
    try:
        answer = read_answer(plan.files)
    except (BadData, KeyError, TypeError):
        return None
    return answer if answer.tracking and answer.trials.total == progress.total else None


def given_again(answer: StudyResult, plan: Plan, recorder: Recorder) -> StudyResult:
    """Return a stored answer with where its record lies now: the root may have moved, or a server taken its place.

    Its file says so from then on. A run that could not be asked for at the end of the study is asked for again.
    """
    from search.tracking import tracking_uri

    known = answer.tracking
    if known.get("uri") != tracking_uri(plan.files.root) or known.get("run") is None:
        recorder.close()
        recorder.ship()
        return _placed(answer, plan, recorder)
    if known != read_json(plan.files.report)["tracking"]:
        write_json(plan.files.report, answer.to_json())
    return answer


def _placed(answer: StudyResult, plan: Plan, recorder: Recorder) -> StudyResult:
    """Return an answer that says where it is tracked, as its file does from now on."""
    from search.tracking import run_id, tracking_uri

    root = plan.files.root
    run = run_id(root, plan.experiment, recorder.key)
    answer = replace(answer, tracking={"uri": tracking_uri(root), "experiment": plan.experiment, "run": run})
    write_json(plan.files.report, answer.to_json())
    return answer


def _searched(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return the dotted names that the study varies for each builder, as recipes have them."""
    names = [name.partition(".") for name in asked(plan.space)]
    shared = tuple(f"{owner}.{value}" for owner, _, value in names if owner in SHARED)
    return {
        builder: tuple(f"model.{value}" for owner, _, value in names if owner == builder) + shared
        for builder in plan.space.builders
    }
