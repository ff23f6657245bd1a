"""Importances against Optuna's own evaluator, and the reasons why there are none."""

from __future__ import annotations

import optuna
import pytest

from search.choosing.importances import importances
from search.claiming.storage import database, open_study

from ..studies import attempts, run


@pytest.fixture
def root(tmp_path):
    (tmp_path / "mlruns").mkdir()
    return tmp_path


def found(root, direction="maximize"):
    return importances(database(root), "s", direction, attempts(root))


def one_decides(slot):
    x, other = slot.suggest_float("x", 0.0, 1.0), slot.suggest_float("other", 0.0, 1.0)
    return x + 1e-3 * other


def test_they_are_those_that_optuna_finds_in_the_stored_study(root):
    run(root, 20, one_decides)
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.25)
    expected = optuna.importance.get_param_importances(open_study(root, "s"), evaluator=evaluator)
    assert dict(found(root).shares) == pytest.approx(expected)


def test_optuna_says_afterwards_as_much_as_before(root):
    run(root, 20, one_decides)
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.DEBUG)
    found(root)
    after = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(before)
    assert after == optuna.logging.DEBUG


def test_what_decides_comes_first_and_shares_add_up_to_one(root):
    run(root, 20, one_decides)
    shares = found(root).shares
    assert shares["x"] > 0.8
    assert sum(shares.values()) == pytest.approx(1)


def test_parameters_of_one_builder_only_have_shares_too(root):
    def objective(slot):
        builder = slot.suggest_categorical("model.builder", ("cnn", "mlp"))
        return slot.suggest_float(f"{builder}.size", 0.0, 1.0) + (builder == "cnn")

    run(root, 30, objective)
    assert set(found(root).shares) == {"model.builder", "cnn.size", "mlp.size"}


def test_a_range_that_was_widened_in_between_is_no_obstacle(root):
    run(root, 10, one_decides)

    def wider(slot):
        return slot.suggest_float("x", -1.0, 2.0) + 1e-3 * slot.suggest_float("other", 0.0, 1.0)

    run(root, 20, wider)
    assert set(found(root).shares) == {"x", "other"}


@pytest.mark.parametrize(
    ("trials", "objective", "reason"),
    [
        (3, one_decides, "3 trials have finished; importances need at least 8"),
        (9, lambda slot: slot.suggest_float("x", 0.0, 1.0), "only x was searched"),
        (9, lambda slot: slot.slot / 10, "no parameter was searched"),
        (9, lambda slot: 0 * one_decides(slot), "all finished trials have the same value"),
    ],
)
def test_where_there_are_none_the_reason_is_said(root, trials, objective, reason):
    run(root, trials, objective)
    answer = found(root)
    assert (dict(answer.shares), answer.reason) == ({}, reason)
