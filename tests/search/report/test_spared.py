"""What ended early, what that saved, and how well costs were forecast, on a page."""

from __future__ import annotations

from dataclasses import replace

from search.report.spared import early, forecasts, saved
from search.result import Champion
from search.stopping.savings import savings

from ..cells import rows_of
from ..stories import EVIL, of_goals, story, without_success
from .test_trade import case_of


def test_each_reason_has_a_row_with_its_trials_and_an_example():
    told = of_goals(40)
    head, *rows = rows_of(early(case_of(told)))
    assert head == ["what", "why", "trials", "which", "such as"]
    stopped, refused, failed = rows
    assert stopped[:2] == ["stopped early", "stopped after epoch 3: others were better by then"]
    assert refused[:3] == ["refused untrained", "bytes is …, at most … are wanted.", "8"]
    assert refused[4] == "bytes is 60,004, at most 40,000 are wanted."
    assert failed[0] == "failed"
    assert sum(int(row[2]) for row in rows) == sum(record.state != "finished" for record in told.trials)


def test_reasons_are_shown_without_paths_and_never_as_markup():
    told = story(3)
    bad = tuple(replace(one, state="failed", reason=f"{EVIL} in /home/me/x.py") for one in told.trials)
    text = early(case_of(replace(told, trials=bad)))
    assert "<script" not in text and "/home/me" not in text


def test_a_study_whose_trials_all_finished_says_nothing_of_ends_and_savings():
    told = story(2)
    assert early(case_of(told)) == "" == saved(case_of(told))


def test_what_was_saved_is_said_with_how_it_is_known():
    told = of_goals(40)
    found, text = savings(told.trials), saved(case_of(told))
    _, stopped, refused = rows_of(text)
    assert stopped[1:3] == [str(found.stopped.trials), f"about {found.stopped.epochs:,.0f}"]
    assert refused[1:3] == [str(found.refused.trials), f"about {found.refused.epochs:,.0f}"]
    assert f"{found.share:.0%} of the epochs" in text and "Estimated from this study" in text


def test_where_no_trial_finished_nothing_is_claimed_to_be_saved():
    assert saved(case_of(without_success("pruned"))) == ""


def test_forecast_costs_stand_beside_those_of_trained_files():
    head, of_bytes, of_ram, of_macs = rows_of(forecasts(case_of(of_goals(40))))
    finished = sum(record.state == "finished" for record in of_goals(40).trials)
    assert (head[:4], of_bytes[:4]) == (["cost", "of", "files", "exact"], ["bytes", "trials", str(finished), "0"])
    assert int(of_bytes[7].replace(",", "")) - int(of_bytes[6].replace(",", "")) == 8
    assert of_ram[3] == of_macs[3] == str(finished)


def crowned(told, size):
    (record,) = (one for one in told.trials if one.slot == told.champion)
    file = {"format": "tflite", "precision": told.aims.precision, "bytes": size, "arena_bytes": None, "macs": None}
    trial = f"made-up#{record.slot}"
    champion = Champion(trial, "mlp", {}, 1, 1, {}, None, None, "", (file,))
    case = case_of(told)
    return replace(case, answer=replace(case.answer, champion=champion))


def test_where_no_trial_was_measured_after_training_the_champions_export_is():
    told = of_goals(20, precision="float32")
    forecast = next(record.forecast["bytes"] for record in told.trials if record.slot == told.champion)
    _, row = rows_of(forecasts(crowned(told, forecast + 100)))
    assert row[:4] == ["bytes", "the champion's export", "1", "0"]
    assert row[5].startswith("+") and row[5].endswith(f"(#{told.champion})")


def test_a_study_that_needs_no_file_forecasts_none():
    assert forecasts(case_of(story())) == ""
