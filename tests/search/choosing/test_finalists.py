"""The best trials are trained on fresh seeds before one is named: who takes part, who wins, and whole studies of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import search
from search.aims import Aims
from search.choosing import finalists, fresh
from search.choosing.finalists import contenders, is_settled, name_champion
from search.files import StudyFiles, read_json
from search.result import StudyResult
from search.settings import Settings
from search.trials import TrialRecord

from ..whole_studies import Listener, Study, ended, json_of, snapshot, tune

SCORES = (0.95, 0.94, 0.93, 0.90)


def record(slot: int, value: float, **facts) -> TrialRecord:
    return TrialRecord(slot, slot, 0, "finished", value=value, **facts)


@pytest.fixture
def finished(tmp_path: Path, monkeypatch):
    """Return stand-ins for the trials of a finished study, and what fresh trainings will score, by slot."""
    records = [record(slot, value) for slot, value in enumerate(SCORES)]
    scores: dict[int, tuple[float | None, ...]] = {}
    monkeypatch.setattr(fresh.Kept, "scores", lambda kept, slot, settings: scores.get(slot, ()))
    monkeypatch.setattr(finalists, "train_all", lambda trials, slots, kept: trials.asked.append(slots))

    def finish(goals=("accuracy",), count=4, **asked):
        plan = SimpleNamespace(
            settings=Settings("wine", root=tmp_path, **asked),
            files=StudyFiles(tmp_path, "wine"),
            goal="accuracy",
            aims=Aims("accuracy", goals),
        )
        own = records[:count]
        return SimpleNamespace(
            plan=plan,
            asked=[],
            front=lambda: tuple(own if len(goals) > 1 else own[:1]),
            leaders=lambda most: tuple(own[:most]),
            watcher=Listener(),
        )

    return finish, scores


def test_the_best_three_are_trained_again_and_the_best_by_both_scores_is_named(finished):
    finish, scores = finished
    scores |= {0: (0.90,), 1: (0.93,), 2: (0.92,)}
    trials = finish()
    found = name_champion(trials)
    assert trials.asked == [[0, 1, 2]]
    assert [one.slot for one in found.front] == [1]
    assert [one.to_json() for one in found.finalists] == [
        {"trial": f"wine#{slot}", "selected": SCORES[slot], "fresh": list(scores[slot])} for slot in range(3)
    ]


def test_of_several_goals_the_first_three_of_the_front_take_part_and_none_leaves_it(finished):
    finish, scores = finished
    scores |= {0: (0.8,), 1: (0.8,), 2: (0.93,)}
    found = name_champion(finish(goals=("accuracy", "bytes")))
    assert [one.slot for one in found.front] == [2, 0, 1, 3]


def test_without_time_for_all_fresh_scores_the_best_of_the_search_is_named_and_that_is_said(finished):
    finish, scores = finished
    scores |= {2: (0.99,)}
    trials = finish()
    found = name_champion(trials)
    assert [one.slot for one in found.front] == [0]
    assert trials.watcher.notes == ["no time is left to train the best 3 on fresh seeds; the best is named as it is"]


@pytest.mark.parametrize(
    ("goals", "asked"), [(("accuracy",), {"count": 1}), (("bytes", "accuracy"), {}), (("accuracy",), {"finalists": 0})]
)
def test_where_there_is_no_choice_nothing_is_trained(finished, goals, asked):
    finish, _ = finished
    trials = finish(goals, **asked)
    assert contenders(trials) == ()
    assert name_champion(trials).finalists == ()
    assert trials.asked == []


def answer(**champion) -> SimpleNamespace:
    return SimpleNamespace(champion=SimpleNamespace(**{"optimism": 0.1, "finalists": (), **champion}))


def test_a_stored_answer_is_settled_when_its_finalists_are_those_of_now_with_all_their_scores(finished):
    finish, _ = finished
    rows = [{"trial": f"wine#{slot}", "selected": 0.9, "fresh": [0.9]} for slot in range(3)]
    assert is_settled(answer(finalists=rows), finish())
    assert not is_settled(answer(finalists=rows), finish(repeats=2))
    assert not is_settled(answer(finalists=rows[:2]), finish())
    assert not is_settled(answer(finalists=[*rows[:2], {**rows[2], "fresh": []}]), finish())
    assert not is_settled(answer(finalists=rows), finish(finalists=0))


def test_an_answer_of_an_earlier_version_is_settled_as_it_is(finished):
    finish, _ = finished
    assert is_settled(answer(optimism=None), finish())


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Study:
    """Four trials of wine that all finish, then three fresh trainings."""
    root = tmp_path_factory.mktemp("whole")
    return Study(root, tune(root, pruner="none", finalists=3))


@pytest.mark.slow
def test_a_study_names_its_champion_by_fresh_seeds_and_tells_its_optimism(whole):
    rows, champion = whole.answer.champion.finalists, whole.answer.champion
    best = sorted(ended(whole.records), key=lambda one: (-one.value, one.parameters, one.slot))[:3]
    assert [row["trial"] for row in rows] == [f"wine#{one.slot}" for one in best]
    assert [row["selected"] for row in rows] == [one.value for one in best]
    worth = [(row["selected"] + row["fresh"][0]) / 2 for row in rows]
    assert champion.trial == rows[worth.index(max(worth))]["trial"]
    assert champion.optimism == champion.validation["accuracy"] - champion.test["accuracy"]
    assert champion.validation["accuracy"] == rows[worth.index(max(worth))]["selected"]


@pytest.mark.slow
def test_a_fresh_score_is_that_of_the_recipe_on_its_fresh_seed(whole, workspace):
    from zoo.pipeline import run
    from zoo.recipe import read_recipe

    row = read_json(whole.folder / "finalists.json")["fresh"][0]
    recipe = replace(read_recipe(whole.trial(row["slot"]) / "recipe.json"), seed=row["seed"])
    assert run(recipe, workspace).report.metrics["accuracy"] == row["score"]


@pytest.mark.slow
def test_the_stored_answer_has_the_finalists_and_an_earlier_one_without_them_still_opens(whole):
    stored = read_json(whole.folder / "champion" / "report.json")
    assert stored["champion"]["finalists"] == json_of(whole.answer)["champion"]["finalists"]
    for key in ("finalists", "optimism"):
        del stored["champion"][key]
    assert StudyResult.from_json(stored).champion.optimism is None


@pytest.mark.slow
def test_the_study_in_mlflow_has_its_optimism(whole):
    from ..whole_studies import runs

    run = runs(whole.root, "wine, accuracy")["wine"]
    assert run.data.metrics["optimism"] == pytest.approx(whole.answer.champion.optimism)
    assert "fresh" in run.data.metrics
    assert run.data.tags["zoo.finalists"].startswith("best 3, then on a fresh seed")


@pytest.mark.slow
def test_ctrl_c_among_the_finalists_loses_none_that_ended_and_the_same_call_goes_on(tmp_path, whole):
    class Leaver(Listener):
        """Presses Ctrl-C in the second fresh training."""

        fresh = 0

        def stage(self, text):
            self.fresh += "on fresh seeds" in text

        def on_epoch_end(self, epoch, logs):
            self.fresh += bool(self.fresh)
            if self.fresh > 6:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, pruner="none", watcher=Leaver())
    path = tmp_path / "mlruns" / "studies" / "wine" / "finalists.json"
    kept = read_json(path)["fresh"]
    assert len(kept) == 1
    found = tune(tmp_path, pruner="none")
    assert read_json(path)["fresh"][0] == kept[0]
    assert found.champion.finalists == whole.answer.champion.finalists


@pytest.mark.patient
@pytest.mark.slow
def test_workers_train_finalists_side_by_side_to_the_same_scores(tmp_path, whole):
    found = tune(tmp_path, pruner="none", sampler="random", workers=2)
    alone = tune(tmp_path / "alone", pruner="none", sampler="random", workers=0)
    assert json_of(found)["champion"]["finalists"] == json_of(alone)["champion"]["finalists"]


@pytest.mark.patient
@pytest.mark.slow
def test_more_trials_keep_the_fresh_scores_that_still_count(tmp_path):
    tune(tmp_path, pruner="none")
    path = tmp_path / "mlruns" / "studies" / "wine" / "finalists.json"
    before = read_json(path)["fresh"]
    search.resume("wine", tmp_path, trials=6)
    after = read_json(path)["fresh"]
    assert after[:3] == before
    assert len({(row["slot"], row["seed"]) for row in after}) == len(after)


@pytest.mark.patient
@pytest.mark.slow
def test_with_no_time_left_the_best_is_named_and_the_next_command_trains_the_finalists(tmp_path, monkeypatch):
    from search.claiming.trialling import Trialling

    listener = Listener()
    with monkeypatch.context() as patched:
        patched.setattr(Trialling, "is_late", property(lambda trials: trials.counts().total == 4))
        early = tune(tmp_path, pruner="none", watcher=listener)
    assert [row["fresh"] for row in early.champion.finalists] == [[]] * 3
    assert any(note.startswith("no time is left to train the best 3") for note in listener.notes)
    later = tune(tmp_path, pruner="none")
    assert all(len(row["fresh"]) == 1 for row in later.champion.finalists)
    before = snapshot(tmp_path / "mlruns" / "studies")
    assert json_of(tune(tmp_path, pruner="none")) == json_of(later)
    assert snapshot(tmp_path / "mlruns" / "studies") == before


@pytest.mark.slow
def test_finalists_of_the_int8_file_are_scored_by_their_own_int8_files(tmp_path):
    found = tune(tmp_path, pruner="none", precision="int8", trials=2, finalists=2)
    assert all(0 <= row["fresh"][0] <= 1 for row in found.champion.finalists)
