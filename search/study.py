"""tune: a study from data to a champion's files; the same call goes on where an earlier one stopped."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.answer import given_again, publish, stored_answer
from search.children.hands import Ahead, Hands
from search.choosing.champion import crown
from search.choosing.finalists import is_settled, name_champion
from search.choosing.optimism import judged
from search.choosing.yardsticks import fitted_baselines, with_test
from search.claiming.joining import helping
from search.claiming.lock import study_lock
from search.claiming.trialling import Trialling
from search.costs.compiling import decide
from search.files import StudyFiles, write_json
from search.fingerprint import require_same
from search.planning import Plan, make_plan
from search.record import tensorboard
from search.record.addresses import track
from search.record.recorder import Recorder, recording
from search.result import BaselineScore, StudyResult
from search.settings import Settings, settings_of
from search.stored import read_stored
from search.watcher import Watcher, one_at_a_time
from zoo.converter import Converter
from zoo.errors import BadData

if TYPE_CHECKING:
    from zoo.baselines import Baseline


def tune(data: Any, *, watcher: Watcher | None = None, **options: Any) -> StudyResult:
    """Search for the best model of `data` and export it; `options` are the fields of `search.Settings`.

    Returns at once, with the stored answer, when the study has all its trials and its champion. Raises ZooError for
    what the user can mend, before anything is written.
    """
    return _tune(settings_of(data, **options), watcher or Watcher())


def resume(study: str, root: Path | str = ".", watcher: Watcher | None = None, **changes: Any) -> StudyResult:
    """Go on with a stored study as it was set up; `changes` may give other `trials` or a `timeout`.

    Raises UnknownName for a study that there is not, and BadData when it was tuned on arrays that are not given again
    as `data`.
    """
    files = StudyFiles(Path(root).resolve(), study)
    asked = {**read_stored(files).asked, **changes}
    if asked["data"] is None:
        raise BadData(f"study {study} was tuned on data in memory; give it again as data=.")
    return _tune(settings_of(**{**asked, "root": files.root, "study": study}), watcher or Watcher())


def _tune(settings: Settings, watcher: Watcher) -> StudyResult:
    watcher = one_at_a_time(watcher)
    with Hands(settings) as hands:
        plan = make_plan(settings, watcher)
        plan.files.make()
        lock = study_lock(plan.files.folder, instead=f"help with `{helping(plan.files)}`, or choose another --study")
        recorder = Recorder(plan.files, plan.experiment, watcher.said)
        with lock, Converter() as converter, recording(recorder):
            if settings.tensorboard:
                tensorboard.begin(plan.files)
            track(plan.files.root, settings.tracking_uri, watcher.said)
            for warning in require_same(plan.files, plan.fingerprint()):
                watcher.said(warning)
            trials = Trialling(plan, recorder, watcher, converter=converter)
            trials.mend()
            watcher.planned(plan, trials.counts())
            answer = stored_answer(plan, trials.counts(), trials.has_stalled)
            if answer is not None and is_settled(answer, trials):
                return given_again(answer, plan, recorder)
            write_json(plan.files.data, plan.check.to_json())
            trials.crew = hands.crew(plan)
            decide(plan, not trials.records(), watcher, trials.crew)
            return _search_and_crown(trials, converter)


def _search_and_crown(trials: Trialling, converter: Converter) -> StudyResult:
    plan, watcher = trials.plan, trials.watcher
    trials.recorder.open_study(plan)
    with Ahead(plan, converter, partial(_fitted, plan, watcher)) as ahead:
        watcher.stage("starting TensorFlow")
        if trials.crew is None:
            _ = plan.workspace
        watcher.searching()
        trials.run()
        watcher.heed()
        trials.catch_up()
        chosen = name_champion(trials)
        trials.let_crew_go()
        fitted, known = ahead.first()
        watcher.exporting(chosen.front[0])
        ahead.wait()
    champion = crown(chosen.front[0], plan, converter, watcher.said)
    champion = judged(champion, plan.goal, chosen.finalists)
    scores = with_test(known, fitted, plan)
    return publish(plan, trials, scores, champion, chosen.front)


def _fitted(plan: Plan, watcher: Watcher) -> tuple[tuple[Baseline, ...], tuple[BaselineScore, ...]]:
    """Return the baselines, fitted, and what they are worth on validation rows, which the watcher hears."""
    fitted, scores = fitted_baselines(plan)
    watcher.baselines_known({score.name: score.validation[plan.goal] for score in scores})
    return fitted, scores
