"""What somebody sees who clicks through MLflow's page: in a browser, in real time, as its charts are drawn."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import EPOCHS, SCORES, TRIALS

pytestmark = pytest.mark.slow
PANEL = "!!document.querySelector('[data-component-id=\"mlflow.assistant.chat_panel.close\"]')"
LINKS = "Object.fromEntries([...document.querySelectorAll('a')].map(a => [a.innerText, a.getAttribute('href')]))"
OF_LANGUAGE_MODELS = "Prompts & versions"
ROWS = "[...document.querySelectorAll('[role=row]')].map(row => row.innerText.split('\\n').filter(Boolean))"


@pytest.mark.parametrize("part", ["", "/model-metrics", "/artifacts"])
def test_a_run_opens_for_training_and_without_the_assistants_panel(page, base, run_of, part):
    page.open(base + run_of("wine#7") + part)
    shown = page.wait_for_text("wine#7", "Model metrics", "Artifacts")
    assert OF_LANGUAGE_MODELS not in shown
    assert not page.run(PANEL)


def test_one_click_leads_from_the_leaderboard_to_the_study_and_another_to_its_report(page, address, base, run_of):
    page.open(address)
    page.wait_for_text("178 rows of 13 columns", "wine#7")
    study = page.run(LINKS)["wine"]
    assert study.startswith(run_of("wine"))
    page.open(base + study)
    page.wait_for_text("Champion: wine#7", "report.html")
    page.open(base + page.run(LINKS)["report.html"])
    page.wait_for("document.querySelector('iframe')?.src.startsWith('blob:')")
    assert "the report of wine" in page.run("fetch(document.querySelector('iframe').src).then(got => got.text())")


def test_all_trials_are_a_table(page, base, run_of):
    page.open(f"{base}{run_of('wine')}/artifacts/trials.json")
    page.wait_for_text("View as table", "slot", "value")
    rows = page.wait_for(f"(rows => rows.length > {TRIALS} && rows)({ROWS})")
    assert [row[0] for row in rows[1:]] == [str(slot) for slot in range(TRIALS)]


def test_a_trials_curves_are_drawn_point_by_point(page, base, run_of):
    page.open(f"{base}{run_of('wine#7')}/model-metrics")
    page.wait_for_text("train\n(2)", "val\n(1)")
    plots = "[...document.querySelectorAll('.js-plotly-plot:has(.scatterlayer .point)')]"
    page.wait_for(f"{plots}.length >= 3")
    assert [1 / (1 + epoch) for epoch in range(EPOCHS)] in page.run(f"{plots}.map(plot => [...plot.data[0].y])")


def test_two_trials_are_compared_value_by_value_and_drawn(page, base, run_of):
    names = ("wine#7", "wine#11")
    experiment, ids = run_of("wine").split("/")[2], [run_of(name).rpartition("/")[2] for name in names]
    page.open(f"{base}#/compare-runs?runs={json.dumps(ids)}&experiments={json.dumps([experiment])}".replace(" ", ""))
    shown = page.wait_for_text("Comparing 2 Runs from 1 Experiment", *names, "model.units", "objective\n", "Tags")
    assert OF_LANGUAGE_MODELS not in shown
    page.wait_for("document.querySelectorAll('.parcoords .y-axis').length >= 3")
    axes = page.run("[...document.querySelectorAll('.parcoords .axis-title')].map(title => title.textContent)")
    assert {"model.units", "train.learning_rate"} < set(axes)
    cells = page.run("[...document.querySelectorAll('tr')].map(row => [...row.cells].map(cell => cell.innerText))")
    found = {row[0]: row[1:] for row in cells if row}
    assert found["model.units"] == ["32", "48"]
    assert re.search(rf"\nobjective\n([a-z_/]+\n)*{SCORES[7]:g}\n{SCORES[11]:g}\n", shown)


def test_who_turns_to_the_other_mode_or_opens_the_panel_finds_it_that_way(page, base, run_of):
    page.run("localStorage.setItem('mlflow.workflowType_v1', '\"genai\"')")
    page.run("localStorage.setItem('mlflow.assistant.panelOpen_v1', 'true')")
    page.open(base + run_of("wine#7"))
    page.wait_for_text(OF_LANGUAGE_MODELS)
    page.wait_for(PANEL)
