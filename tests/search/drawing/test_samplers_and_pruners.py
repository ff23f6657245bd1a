"""Samplers and pruners in whole studies of one goal and of several, and what samplers learn from earlier trials."""

from __future__ import annotations

import math
import statistics
import warnings

import optuna
import pytest

from search.choosing.fronts import front, hypervolume
from search.claiming.ledger import Ledger
from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.drawing.draws import Draws, grid_of
from search.drawing.samplers import STARTUP_TRIALS, sampler
from search.drawing.seeds import slot_seed
from search.drawing.spaces import StudySpace
from search.drawing.suggest import suggest
from search.stopping.pruning import OF_SEVERAL_GOALS, pruner
from zoo.space import Choice, Int, Parameter
from zoo.training.rungs import rungs

from ..studies import attempts, ended

EPOCHS, TRIALS = 30, 12  # four beyond those that tpe draws at random
SPACE = StudySpace(
    {
        "mlp": {"units": Parameter("units", Int(8, 128, grid="doubling"), 8)},
        "cnn": {"kind": Parameter("kind", Choice("a", "b", "c"), "a")},
    },
    {"rate": Parameter("rate", Choice(0.1, 0.2), 0.1)},
)
SCORES = {"a": 0.3, "b": 0.6, "c": 0.9}


def _learning(goals):
    """Return an objective whose score rises to what its values are worth, at a cost of its own."""

    def objective(slot):
        drawn = suggest(SPACE, slot)
        slot.drawn({"model.builder": drawn.builder, **drawn.model, **drawn.train})
        units = drawn.model.get("units", 32)
        worth, cost = SCORES.get(drawn.model.get("kind"), 1 - 4 / units) - drawn.train["rate"], float(units)
        if goals > 1:
            slot.takes(params=cost)
        for epoch in rungs(EPOCHS):
            slot.report(worth * epoch / EPOCHS, epoch)
        return (worth, cost) if goals > 1 else worth

    return objective


def _study(root, sampler_name, pruner_name, goals):
    study = open_study(root, "s", ["maximize", "minimize"][:goals])
    study.pruner = pruner(pruner_name, EPOCHS)
    draws = Draws(sampler_name, 0, grid=grid_of(sampler_name, SPACE, 0))
    run_slots(reopen(study), TRIALS, _learning(goals), sampler_for=draws)
    return ended(root)


@pytest.mark.parametrize("goals", [1, 2])
@pytest.mark.parametrize(
    ("sampler_name", "pruner_name"),
    [*((name, "asha") for name in ("tpe", "random", "grid", "nsga2")), ("tpe", "hyperband"), ("tpe", "none")],
)
def test_a_study_ends_each_slot_once_and_only_pruners_stop_trials(tmp_path, sampler_name, pruner_name, goals):
    records = _study(tmp_path, sampler_name, pruner_name, goals)
    states = {record.state for record in records}
    assert [record.slot for record in records] == list(range(TRIALS))
    assert states == ({"finished"} if pruner_name == "none" else {"finished", "pruned"})
    assert all(len(record.scores) == (goals if goals > 1 else 0) for record in records if record.state == "finished")


@pytest.mark.parametrize("name", OF_SEVERAL_GOALS)
def test_no_pruner_stops_what_belongs_to_the_front(tmp_path, name):
    ledger = Ledger(_study(tmp_path, "grid", name, 2), "maximize", ("minimize",))
    worth = {record.slot: _worth(record.values) for record in ledger.records()}
    points = list(worth.values())
    assert {worth[record.slot] for record in ledger.front()} == {points[place] for place in front(points)}


def _worth(values):
    """Return what a trial would be worth if nobody stopped it, less is better."""
    units = values.get("units", 32)
    return -(SCORES.get(values.get("kind"), 1 - 4 / units) - values["rate"]), float(units)


def _conditional(trial):
    x, kind = trial.suggest_float("x", -3, 3), trial.suggest_categorical("kind", ("a", "b"))
    return (x - 1) ** 2 + (trial.suggest_float(f"{kind}.y", -3, 3) - 2) ** 2 + (kind == "a")


def _found(name, seed, trials, objective=_conditional, directions=("minimize",)):
    """Return the values of trials whose samplers are made slot by slot, as a study makes them."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    study, values = optuna.create_study(directions=directions), []
    for slot in range(trials):
        study.sampler = sampler(name, slot_seed(seed, slot, "sampler"))
        trial = study.ask()
        values.append(objective(trial))
        study.tell(trial, values[-1])
    return study, values


def test_tpe_draws_the_parameters_of_every_builder_together_once_trials_have_had_them():
    study, _ = _found("tpe", 0, STARTUP_TRIALS + 1)
    with warnings.catch_warnings(action="ignore"):
        together = sampler("tpe", 0).infer_relative_search_space(study, study.trials[-1])
    assert set(together) == {"x", "kind", "a.y", "b.y"}


def test_tpe_comes_closer_than_random_draws_do():
    best = {name: [min(_found(name, seed, 80)[1]) for seed in range(7)] for name in ("tpe", "random")}
    assert statistics.median(best["tpe"]) < 0.5 * statistics.median(best["random"])


def _two_goals(trial):
    """Return error and cost: the error falls with the cost where three other numbers are right."""
    cost = trial.suggest_float("cost", 0, 1)
    wrong = sum(trial.suggest_float(f"x{place}", 0, 1) for place in range(3)) / 3
    return (1 + 9 * wrong) * (1 - math.sqrt(cost / (1 + 9 * wrong))), cost  # ZDT1 (Zitzler 2000) with four numbers


@pytest.mark.parametrize("name", ["tpe", "nsga2"])
def test_the_front_of_two_goals_is_better_than_that_of_random_draws(name):
    volumes = {
        one: [hypervolume(_found(one, seed, 80, _two_goals, ("minimize",) * 2)[1], (10, 1.1)) for seed in range(3)]
        for one in (name, "random")
    }
    assert statistics.median(volumes[name]) > statistics.median(volumes["random"])


def test_a_grid_is_gone_through_and_then_has_no_more(tmp_path):
    records = _study(tmp_path, "grid", "none", 1)
    grid = grid_of("grid", SPACE, 0)
    assert len({str(sorted(record.values.items())) for record in records}) == TRIALS <= len(grid) == 16
    assert Draws("grid", 0, grid=grid).points == 16
    assert all(record.attempt == 0 for record in attempts(tmp_path))
