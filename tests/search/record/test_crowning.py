"""The champion's run learns its test scores after its end, and an earlier champion's that it is none any more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from search.files import StudyFiles
from search.record.crowning import CHAMPION, crown, write_table
from search.record.spool import Spool, spool_path
from search.record.spooled import read, retire, unsent
from search.result import Champion, StudyResult
from search.trials import TrialRecord, Trials

KEYS = {slot: f"wine-{slot:04d}-0-id" for slot in range(3)}
ENDED_AT = 1_000.5  # seconds


def answer(slot: int) -> StudyResult:
    scores = {"accuracy": 0.9, "log_loss": 0.3}
    champion = Champion(
        f"wine#{slot}", "mlp", {}, 77, 4, scores, {"accuracy": 0.8, "log_loss": 0.4}, None, "recipe.json"
    )
    return StudyResult("wine", "accuracy", Trials(3, 3, 0, 0, 0, 3), champion=champion)


@pytest.fixture
def parent(tmp_path):
    for key in KEYS.values():
        with Spool(tmp_path, key, lambda: ENDED_AT) as spool:
            spool.start("wine", key)
            spool.metrics(4, {"val/accuracy": 0.9})
            spool.end("FINISHED")
        retire(spool.path, 3)
    return spool_path(tmp_path, "wine-id")


def test_the_champion_gets_its_scores_at_its_last_epoch_and_ends_when_it_ended(tmp_path, parent):
    crown(tmp_path, parent, answer(1), KEYS, pytest.fail)
    (path,) = unsent(tmp_path)  # the others are left alone
    metrics, tags, end = read(path)[-3:]
    assert path.stem == KEYS[1]
    assert (metrics["step"], metrics["values"]) == (4, {"test/accuracy": 0.8, "test/log_loss": 0.4})
    assert tags["values"][CHAMPION] == "yes"
    assert (end["kind"], end["status"], end["time"]) == ("end", "FINISHED", 1000 * ENDED_AT)


def test_an_earlier_champion_becomes_a_former_one(tmp_path, parent):
    with Spool(tmp_path, parent.stem) as spool:
        spool.tags({CHAMPION: "wine#0"})
        spool.tags({CHAMPION: "wine#1"})
    crown(tmp_path, parent, answer(2), KEYS, pytest.fail)
    found = {path.stem: read(path)[-2]["values"][CHAMPION] for path in unsent(tmp_path) if path != parent}
    assert found == {KEYS[1]: "former", KEYS[2]: "yes"}


def test_a_champion_whose_spool_is_gone_costs_nothing(tmp_path, parent):
    crown(tmp_path, parent, answer(1), {}, pytest.fail)
    crown(tmp_path, parent, answer(7), {7: "wine-0007-0-id"}, pytest.fail)
    assert unsent(tmp_path) == ()


def test_the_table_has_a_row_a_trial_and_the_values_in_which_trials_differ(tmp_path):
    values = {"model.builder": "mlp", "model.units": 8, "train.epochs": 4}
    first = TrialRecord(0, 1, 0, "finished", 0.5, values, "mlp", 77, 4, 1.5)
    others = replace(first, number=1, slot=0, values={**values, "model.units": 16}), replace(first, state="running")
    files = StudyFiles(tmp_path, "wine")
    files.make()
    table = json.loads(write_table(files, [first, *others]).read_text())
    assert table["columns"] == [
        "slot",
        "state",
        "builder",
        "value",
        "epochs",
        "seconds",
        "params",
        "model.units",
        "reason",
    ]
    assert [row[0] for row in table["data"]] == [0, 1]
    assert [row[7] for row in table["data"]] == [16, 8]


def test_numbers_of_the_table_fit_their_cells_and_whole_ones_keep_their_digits(tmp_path):
    files = StudyFiles(tmp_path, "wine")
    files.make()
    costs = {"bytes": 1_234_567.0}
    record = TrialRecord(0, 0, 0, "finished", 0.9665738161559, {}, "mlp", 85_002, 4, 12.3456789, costs=costs)
    table = json.loads(write_table(files, [record]).read_text())
    row = dict(zip(table["columns"], table["data"][0], strict=True))
    assert (row["value"], row["seconds"], row["bytes"], row["params"]) == (0.966574, 12.3457, 1_234_567, 85_002)
