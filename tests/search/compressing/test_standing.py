"""How compressions stand, read from records that were written by hand."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from search.claiming.lock import study_lock
from search.compressing import standing
from search.compressing.answers import TESTS
from search.compressing.asked import ASKED, Asked
from search.compressing.rows import JOURNAL
from search.compressing.standing import compressions, compressions_of
from search.files import write_json

from .files import ROWS, answer
from .records import left, of_a_study

TESTED = {"test": {"accuracy": 0.95}, "test_before": {"accuracy": 0.96}, "test_change_interval": [-0.03, 0.01]}


@pytest.fixture
def files(tmp_path):
    return of_a_study(tmp_path)


def only(files):
    (found,) = compressions(files)
    return found


def test_a_study_that_was_not_compressed_has_none(files):
    assert compressions(files) == ()


def test_one_that_has_ended_says_what_its_command_printed(files):
    folder = left(files, over=True)
    write_json(folder / TESTS, {ROWS[4].path: TESTED})
    found = only(files)
    told = json.loads(json.dumps(found.to_json()))
    printed = json.loads(json.dumps(replace(answer(), validation_rows=359, **TESTED).to_json()))
    printed |= {"folder": "mlruns/studies/digits/compressed/0009-1e89aeb2", "floor": pytest.approx(0.97)}
    assert {name: told[name] for name in printed} == printed
    assert (told["state"], told["trial"], told["runner"]) == ("finished", "digits#9", None)
    assert told["files"] == {"made": 7, "held": 5, "failed": 1, "skipped": 1}


def test_one_that_was_killed_says_the_best_so_far_and_how_to_go_on_but_nothing_of_test_rows(files):
    asked = Asked(0.02, ("ram=2kB", "bytes=5 kB"), 90, "mobile")
    write_json(left(files, asked=asked) / TESTS, {ROWS[3].path: TESTED})
    found = only(files)
    assert (found.state, found.answer.pick, found.answer.test) == ("unfinished", ROWS[3], None)
    options = "--max-drop 2% --limit ram=2kB --limit 'bytes=5 kB' --device mobile --budget 90s"
    assert found.command == f"zoo compress 'digits#9' {options}"
    assert found.to_json()["device"] == "mobile"


def test_the_champion_goes_by_the_name_of_its_study(files, monkeypatch):
    monkeypatch.setattr(standing, "named_champion", lambda files: 9)
    left(files)
    left(files, slot=3)
    assert [one.command for one in compressions(files)] == [
        "zoo compress 'digits#3' --max-drop 1%",
        "zoo compress digits --max-drop 1%",
    ]


def test_one_that_runs_names_its_process(files):
    with study_lock(left(files)):
        assert (only(files).state, only(files).runner) == ("running", os.getpid())
    assert only(files).runner is None


@pytest.mark.parametrize("rows", [(), ROWS[1:], (replace(ROWS[0], validation=None), *ROWS[1:])])
def test_before_the_model_as_it_is_was_measured_nothing_is_compared(rows, files):
    left(files, rows)
    told = only(files).to_json()
    assert (told["validation"], told["floor"], told["pick"], told["variants"]) == (None, None, None, [])
    assert told["files"]["made"] == sum(not row.skipped for row in rows)
    assert told["files"]["held"] == 0


@pytest.mark.parametrize(("skipped", "words"), [("no operator", "no operator"), (None, "not finite numbers")])
def test_where_the_model_as_it_is_gives_no_file_the_reason_stands_for_the_command(skipped, words, files):
    folder = left(files, (replace(ROWS[0], validation=None, skipped=skipped), *ROWS[1:]))
    found = only(files)
    assert found.state == "unfinished"
    assert words in found.reason and found.reason.endswith(f"or remove {folder} to have it tried again.")
    assert found.to_json()["reason"] == found.reason


def test_files_that_cannot_be_read_hide_no_other(files):
    (left(files, slot=3) / ASKED).unlink()
    (files.compressed / "0003-1e89aeb2" / ASKED).mkdir()
    left(files)
    assert [one.state for one in compressions(files)] == ["unreadable", "unfinished"]


def test_of_several_studies_one_that_is_deleted_just_now_is_left_out(files):
    left(files)
    found = compressions_of(["digits", "gone"], files.root)
    assert [one.trial for one in found.pop("digits")] == ["digits#9"] and not found


def test_a_file_that_was_removed_is_not_shipped(files):
    left(files, over=True)
    (files.root / ROWS[4].path / "bundle.json").unlink()
    assert only(files).answer.pick == ROWS[3]


def test_files_of_another_device_are_not_counted(files):
    left(files, (*ROWS, replace(ROWS[4], format="c_array", precision="int8", bytes=10)))
    assert only(files).answer.pick == ROWS[4]


def test_of_earlier_versions_the_report_of_the_end_tells_what_was_asked(files):
    folder = left(files)
    (folder / ASKED).unlink()
    write_json(folder / "report.json", answer("ram=2kB").to_json())
    found = only(files)
    assert (found.state, found.answer.pick, found.command.split()[-1]) == ("finished", ROWS[3], "ram=2000")


def test_of_earlier_versions_the_device_is_that_of_the_files_in_the_report(files):
    micro = replace(ROWS[0], format="c_array", footprint={"device": "micro"})
    folder = left(files, (*ROWS, micro))
    (folder / ASKED).unlink()
    write_json(folder / "report.json", answer().to_json())
    assert (only(files).asked.device, only(files).answer.pick) == (None, ROWS[4])


def test_of_earlier_versions_one_without_an_end_is_told_by_its_files(files):
    taken = {"device": "micro"}
    folder = left(files, [replace(row, format="c_array", footprint=taken) for row in ROWS[:2]])
    (folder / ASKED).unlink()
    found = only(files)
    assert (found.state, found.asked.device, found.answer.pick.bytes) == ("unfinished", "micro", 3000)
    assert found.command.endswith(" --max-drop 1% --device micro")


@pytest.mark.parametrize(
    ("name", "text"),
    [(ASKED, "[]"), (ASKED, "{"), (ASKED, '{"over": true}'), (JOURNAL, "{}\n"), (TESTS, '{"x": 1'), (TESTS, "[]")],
)
def test_one_that_is_damaged_says_why_and_hides_no_other(name, text, files):
    (left(files, over=True, slot=3) / name).write_text(text)
    left(files)
    damaged, whole = (one.to_json() for one in compressions(files))
    assert (damaged["state"], damaged["trial"], damaged["pick"]) == ("unreadable", "digits#3", None)
    assert {"runner", "command", "device", "files", "variants"} <= damaged.keys()
    assert damaged["folder"] in damaged["reason"]
    assert whole["state"] == "unfinished"


def test_other_folders_are_none(files):
    (files.compressed / "0007-0a").mkdir(parents=True)
    (left(files)).rename(files.compressed / "mine")
    assert compressions(files) == ()
