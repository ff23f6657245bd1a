"""Compressions as lines of a study's status: the file to ship, or how to go on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from search.claiming.lock import study_lock
from search.claiming.storage import open_study
from search.compressing.answers import TESTS
from search.compressing.asked import ASKED, Asked
from search.compressing.standing import compressions
from search.compressing.telling import lines, mark
from search.files import write_json

from .files import ROWS
from .records import left, of_a_study

FOLDER = "mlruns/studies/digits/compressed/0009-1e89aeb2"


@pytest.fixture
def files(tmp_path):
    return of_a_study(tmp_path)


def told(files, root=Path()):
    return lines(compressions(files), root)


def test_the_file_to_ship_is_told_with_its_scores_and_its_place(files):
    folder = left(files, over=True)
    write_json(folder / TESTS, {ROWS[4].path: {"test": {"accuracy": 0.95}, "test_before": {"accuracy": 0.96}}})
    assert told(files) == [
        "compression of digits#9 (--max-drop 1%): all was tried; "
        "7 files made, 5 hold, 1 failed their proof, 1 could not be made",
        "ship channels .5 as int4: 1,000 bytes, validation accuracy .971 (before .980), test .950 (before .960)",
        f"it lies in {ROWS[4].path}",
    ]


def test_what_was_stopped_tells_the_best_so_far_and_the_command_that_goes_on_from_here(files):
    (left(files, asked=Asked(0.02, device="mobile")) / "front.png").touch()  # of an earlier question
    first, best, where, go_on = told(files, files.root)
    assert first.startswith("compression of digits#9 (--max-drop 2% --device mobile): not all was tried yet; 7 files")
    assert best.startswith("best so far channels .5 as int4: 1,000 bytes, validation accuracy .971")
    assert where == f"it lies in {files.root / ROWS[4].path}"
    command = f"zoo compress 'digits#9' --max-drop 2% --device mobile --root {files.root}"
    assert go_on == f"the same command goes on: {command}"


def test_the_picture_of_one_that_has_ended_is_to_be_looked_at(files):
    (left(files, over=True) / "front.png").touch()
    assert told(files, files.root)[2].endswith(f"; look at {files.root / FOLDER / 'front.png'}")


def test_why_the_same_command_would_not_go_on_stands_in_its_place(files):
    left(files, (replace(ROWS[0], validation=None), *ROWS[1:]))
    assert told(files)[-1].startswith("the model as it is gives no float32 file to compare with: its answers are not")


def test_what_runs_names_its_process_and_is_not_to_be_begun_again(files):
    with study_lock(left(files)):
        found = told(files)
    assert "process " in found[0] and not any("goes on" in line for line in found)


@pytest.mark.parametrize(
    ("over", "words"), [(True, "Allow a larger --max-drop"), (False, "no file holds what was asked yet")]
)
def test_where_no_file_holds_that_is_said(over, words, files):
    left(files, over=over, asked=Asked(limit=("ram=1",)))
    assert words in told(files)[1]


def test_a_damaged_one_is_a_line(files):
    (left(files) / ASKED).write_text("{")
    (line,) = told(files)
    assert line.startswith("compression of digits#9 cannot be read: ")


def test_a_mark_says_what_became_of_each(files):
    left(files, over=True)
    left(files, slot=12)
    (left(files, slot=13) / ASKED).write_text("{")
    assert mark(compressions(files)) == "1,000 bytes int4, unfinished, unreadable"


def test_zoo_status_tells_of_compressions_with_and_without_a_study_and_as_json(files, zoo_command):
    open_study(files.root, "digits", "maximize")
    assert "compress" not in zoo_command("status", "digits", "--root", files.root).out
    left(files)
    said = zoo_command("status", "digits", "--root", files.root)
    assert said.code == 0 and set(told(files, files.root)) <= set(said.out.splitlines())
    (one,) = json.loads(zoo_command("status", "digits", "--root", files.root, "--json").out)["compressions"]
    assert (one["state"], one["pick"]["bytes"], one["files"]["held"]) == ("unfinished", 1000, 5)
    head, row = zoo_command("status", "--root", files.root).out.splitlines()
    assert (head.split()[-1], row.split()[-1]) == ("compressed", "unfinished")
    (listed,) = json.loads(zoo_command("status", "--root", files.root, "--json").out)["studies"]
    assert listed["compressions"] == [one]
