"""Which finalist is named, and what is said of how far the search flatters it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from search.choosing.optimism import (
    Finalist,
    figures,
    finalists_line,
    fresh_mean,
    judged,
    named,
    optimism,
    optimism_line,
)
from search.result import Champion


def champion(**changes) -> Champion:
    values = {
        **{"trial": "wine#4", "builder": "mlp", "values": {}, "parameters": 10, "epochs": 3, "recipe": ""},
        **{"validation": {"accuracy": 0.99}, "test": {"accuracy": 0.97}, "test_interval": None},
    }
    return Champion(**{**values, **changes})


ROWS = (Finalist("wine#7", 0.995, (0.97,)), Finalist("wine#4", 0.99, (0.985,)), Finalist("wine#1", 0.98, (None,)))


def test_the_selected_score_counts_as_much_as_all_fresh_ones_together():
    assert ROWS[1].worth("accuracy") == pytest.approx((0.99 + 0.985) / 2)
    assert Finalist("wine#2", 0.9, (0.7, 0.8)).worth("accuracy") == pytest.approx((0.9 + 0.75) / 2)
    assert Finalist("wine#2", 3.0, (5.0,)).worth("rmse") == -4.0


def test_the_best_by_worth_is_named_although_another_one_was_selected_first():
    assert named(ROWS, "accuracy") == 1


def test_of_equals_the_first_is_named():
    assert named([Finalist("a#0", 0.9, (0.8,)), Finalist("a#1", 0.8, (0.9,))], "accuracy") == 0


def test_a_recipe_that_failed_on_a_fresh_seed_is_named_only_when_all_have_failed():
    lucky = Finalist("a#0", 1.0, (1.0, None))
    assert named([lucky, Finalist("a#1", 0.5, (0.5, 0.5))], "accuracy") == 1
    assert named([lucky, Finalist("a#1", 0.5, (None, None))], "accuracy") == 0


def test_optimism_is_above_zero_where_validation_rows_flatter_whichever_way_is_better():
    assert optimism("accuracy", {"accuracy": 0.99}, {"accuracy": 0.97}) == pytest.approx(0.02)
    assert optimism("rmse", {"rmse": 3.0}, {"rmse": 4.0}) == pytest.approx(1.0)
    assert optimism("rmse", {"rmse": 3.0}, None) is None


def test_a_judged_champion_keeps_all_rows_and_its_own_fresh_mean():
    found = judged(champion(), "accuracy", ROWS)
    assert found.finalists[0] == {"trial": "wine#7", "selected": 0.995, "fresh": [0.97]}
    assert found.optimism == pytest.approx(0.02)
    assert fresh_mean(found) == 0.985
    assert figures(found) == {"optimism": pytest.approx(0.02), "fresh": 0.985}


def test_the_lines_name_every_score_and_which_way_the_difference_goes():
    answer = SimpleNamespace(champion=judged(champion(), "accuracy", ROWS), goal="accuracy")
    assert finalists_line(answer) == (
        "best 3, then on a fresh seed   #7 .995 then .970   #4 .990 then .985   #1 .980 then failed"
    )
    assert finalists_line(answer, prose=True) == (
        "best 3, then on a fresh seed: #7 .995 then .970; #4 .990 then .985; #1 .980 then failed"
    )
    assert optimism_line(answer) == "optimism .020 (validation - test); validation on fresh seeds .985"


def test_a_champion_that_does_better_on_test_rows_has_less_than_no_optimism():
    modest = champion(validation={"accuracy": 0.95})
    answer = SimpleNamespace(champion=judged(modest, "accuracy", ()), goal="accuracy")
    assert optimism_line(answer) == "optimism -.020 (validation - test)"
    assert finalists_line(answer) == ""


def test_an_error_is_told_as_test_minus_validation():
    wrong = champion(validation={"rmse": 3.0}, test={"rmse": 4.5})
    answer = SimpleNamespace(champion=judged(wrong, "rmse", ()), goal="rmse")
    assert optimism_line(answer) == "optimism 1.5 (test - validation)"


def test_an_answer_of_an_earlier_version_says_nothing_of_it():
    answer = SimpleNamespace(champion=champion(), goal="accuracy")
    assert (finalists_line(answer), optimism_line(answer), figures(answer.champion)) == ("", "", {})
