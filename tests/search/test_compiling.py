"""Whether XLA pays is asked once a study, only where it can, and what was decided stays."""

from __future__ import annotations

import pytest

from search.compiling import decide, expected_steps, possible_structures
from search.files import read_json, write_json
from search.fingerprint import require_same
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher


def begun(root, **options):
    """Return the plan of a study of wine whose study.json is written."""
    plan = make_plan(Settings("wine", root=root, builders="mlp", **options), Watcher())
    require_same(plan.files, plan.fingerprint())
    return plan


def test_a_short_study_asks_nothing_and_stays_as_it_is(tmp_path):
    plan = begun(tmp_path)
    decide(plan, True, pytest.fail)
    assert plan.jit_compile == {}
    assert read_json(plan.files.fingerprint)["jit_compile"] == {}


def test_what_was_decided_is_taken_again(tmp_path):
    plan = begun(tmp_path)
    write_json(plan.files.fingerprint, {**plan.fingerprint(), "id": "x", "jit_compile": {"mlp": {"pays": True}}})
    decide(plan, False, pytest.fail)
    assert plan.jit_compile == {"mlp": True}


def test_a_study_that_began_without_the_question_goes_on_without_xla(tmp_path):
    plan = begun(tmp_path, trials=100_000)
    decide(plan, False, pytest.fail)
    assert plan.jit_compile == {}


def test_what_the_user_fixes_is_not_asked(tmp_path):
    plan = begun(tmp_path, trials=100_000, fixed={"train.jit_compile": False})
    decide(plan, True, pytest.fail)
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


@pytest.mark.slow
def test_a_long_study_of_a_dense_builder_times_it_and_records_what_it_found(tmp_path):
    fixed = {"model.depth": 2, "model.units": 64, "model.activation": "relu"}
    plan = begun(tmp_path, trials=5000, workers=0, fixed=fixed)
    said = []
    decide(plan, True, said.append)
    recorded = read_json(plan.files.fingerprint)["jit_compile"]["mlp"]
    assert plan.jit_compile == {"mlp": recorded["pays"]}
    assert min(recorded[name] for name in ("trace_s", "compile_s", "graph_step_s", "xla_step_s")) > 0
    assert len(said) == recorded["pays"]
