"""Whether XLA pays is asked once a study, only where it can, and what was decided stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.costs.compiling import decide, expected_steps, possible_structures, stays_in_memory
from search.files import read_json, write_json
from search.fingerprint import require_same
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from zoo.errors import Diverged, Infeasible
from zoo.lazy import LazyRows


class Silent(Watcher):
    """Fails when it is told anything."""

    def said(self, text):
        pytest.fail(text)

    stage = said


class Telling(Watcher):
    """Keeps what is said."""

    def __init__(self):
        self.lines = []

    def said(self, text):
        self.lines.append(text)


class Settling:
    """A crew that notes what its study had compiled when it was waited for."""

    memory = 2**40

    def __init__(self, plan):
        self.plan, self.found = plan, []

    def settle(self, callbacks):
        self.found.append(dict(self.plan.jit_compile))


LONG = {"trials": 5000, "fixed": {"model.depth": 2, "model.units": 64, "model.activation": "relu"}}


def begun(root, **options):
    """Return the plan of a study of wine whose study.json is written."""
    plan = make_plan(Settings("wine", root=root, builders="mlp", **options), Watcher())
    require_same(plan.files, plan.fingerprint())
    return plan


def test_a_short_study_asks_nothing_and_stays_as_it_is(tmp_path):
    plan = begun(tmp_path)
    decide(plan, True, Silent())
    assert plan.jit_compile == {}
    assert read_json(plan.files.fingerprint)["jit_compile"] == {}


def test_what_was_decided_is_taken_again(tmp_path):
    plan = begun(tmp_path)
    write_json(plan.files.fingerprint, {**plan.fingerprint(), "id": "x", "jit_compile": {"mlp": {"pays": True}}})
    decide(plan, False, Silent())
    assert plan.jit_compile == {"mlp": True}


def test_a_study_that_began_without_the_question_goes_on_without_xla(tmp_path):
    plan = begun(tmp_path, trials=100_000)
    decide(plan, False, Silent())
    assert plan.jit_compile == {}


def test_what_the_user_fixes_is_not_asked(tmp_path):
    plan = begun(tmp_path, trials=100_000, fixed={"train.jit_compile": False})
    decide(plan, True, Silent())
    assert plan.jit_compile == {}


def test_without_a_pruner_every_trial_takes_all_its_steps(tmp_path):
    plan = begun(tmp_path, trials=10, pruner="none", fixed={"train.epochs": 12})
    assert expected_steps(plan) == 10 * 12 * 4  # 107 rows in batches of 32


def test_with_asha_a_third_of_the_trials_passes_a_rung(tmp_path):
    plan = begun(tmp_path, trials=9, fixed={"train.epochs": 12})
    assert expected_steps(plan) == pytest.approx((9 * 3 + 3 * 6 + 1 * 3) * 4)


def test_structures_are_what_is_searched_and_not_live(tmp_path):
    options = {"fixed": {"model.depth": 2}, "narrowed": {"model.units": "32,64", "model.activation": "relu,elu"}}
    assert possible_structures(begun(tmp_path, **options), "mlp") == 2 * 2


@pytest.mark.parametrize("how", ["memmap", "lazy"])
def test_rows_that_may_lie_on_the_disk_are_not_asked_about(tmp_path, how):
    plan = begun(tmp_path, **LONG)
    x = plan.splits.train.x
    rows = np.memmap(tmp_path / "x", x.dtype, "w+", shape=x.shape) if how == "memmap" else lazy(x)
    train = replace(plan.splits.train, x=rows)
    decide(replace(plan, splits=replace(plan.splits, train=train)), True, Silent())
    assert read_json(plan.files.fingerprint)["jit_compile"] == {}


def lazy(x):
    return LazyRows(lambda places: x[places], np.arange(len(x)), x[0].nbytes)


@pytest.mark.parametrize("memory, stays", [(None, True), (400, True), (399, False)])
def test_rows_stay_in_memory_where_a_worker_surely_has_room(memory, stays):
    assert stays_in_memory(np.zeros(100, "uint8"), memory) == stays


def test_a_worker_with_little_memory_is_not_asked_for(tmp_path):
    plan = begun(tmp_path, **LONG)
    crew = Settling(plan)
    crew.memory = 1000
    decide(plan, True, Silent(), crew)
    assert crew.found == []


@pytest.mark.slow
def test_a_study_with_workers_times_when_they_are_ready_and_keeps_no_program(tmp_path):
    plan = begun(tmp_path, workers=2, **LONG)
    crew = Settling(plan)
    decide(plan, True, Telling(), crew)
    assert crew.found == [{}]
    assert "mlp" in plan.jit_compile
    assert "_workspace" not in vars(plan)


@pytest.mark.slow
@pytest.mark.parametrize("error", [Diverged("the loss is nan."), Infeasible("too many poolings.")])
def test_a_middle_recipe_that_cannot_be_trained_is_no_reason_to_end(tmp_path, monkeypatch, error):
    from zoo.training import compiling

    def fails(*_):
        raise error

    monkeypatch.setattr(compiling, "timing", fails)
    plan = begun(tmp_path, workers=0, **LONG)
    decide(plan, True, Telling())
    assert (plan.jit_compile, read_json(plan.files.fingerprint)["jit_compile"]) == ({}, {})


@pytest.mark.slow
def test_a_long_study_of_a_dense_builder_times_it_and_records_what_it_found(tmp_path):
    plan = begun(tmp_path, workers=0, **LONG)
    watcher = Telling()
    decide(plan, True, watcher)
    recorded = read_json(plan.files.fingerprint)["jit_compile"]["mlp"]
    assert plan.jit_compile == {"mlp": recorded["pays"]}
    assert min(recorded[name] for name in ("trace_s", "compile_s", "graph_step_s", "xla_step_s")) > 0
    assert len(watcher.lines) == recorded["pays"]


def test_the_trials_that_pass_every_rung_take_the_steps_of_their_other_trainings(tmp_path):
    once, several = (begun(tmp_path / str(n), trials=9, fixed={"train.epochs": 12}, repeats=n) for n in (1, 3))
    assert expected_steps(several) - expected_steps(once) == pytest.approx(1 * 2 * 12 * 4)
