"""The section of a report on compressions: what ships, what goes on, and a picture, without a path of this machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from search.claiming.lock import study_lock
from search.compressing.asked import ASKED
from search.compressing.rows import FLOATS
from search.report import reporting, smaller
from search.report.smaller import smaller as section

from ..compressing.files import ROWS
from ..compressing.records import left, of_a_study


@pytest.fixture
def case(tmp_path):
    return SimpleNamespace(files=of_a_study(tmp_path))


def test_a_study_that_was_not_compressed_has_no_such_section(case):
    assert section(case) == ""


def test_each_compression_has_its_file_to_ship_and_a_picture_of_its_own(case):
    left(case.files, over=True)
    left(case.files, slot=12)
    text = section(case)
    assert text.count("Ship channels .5 as int4: 1,000 bytes") == text.count("Best so far channels .5 as int4") == 1
    assert text.count("Plotly.newPlot(") == 6
    assert 'id="compressed-0-0"' in text and 'id="compressed-1-2"' in text
    assert text.count("The same command goes on: zoo compress &#x27;digits#12&#x27; --max-drop 1%") == 1
    assert f"It lies in {ROWS[4].path}." in text and str(case.files.root) not in text


def test_one_that_has_measured_nothing_yet_has_no_picture(case):
    left(case.files, ())
    assert "No file holds what was asked yet." in section(case) and "Plotly" not in section(case)


def test_one_that_runs_is_not_to_be_begun_again(case):
    with study_lock(left(case.files)):
        assert "goes on" not in section(case)


def test_one_that_is_damaged_is_told_without_a_path_of_this_machine(case):
    (left(case.files) / ASKED).write_text("[]")
    left(case.files, slot=12)
    text = section(case)
    assert "compression of digits#9 cannot be read: " in text and "digits#12" in text
    assert str(case.files.root) not in text


def test_a_picture_that_cannot_be_drawn_costs_nothing_else(case, monkeypatch):
    left(case.files, over=True)
    monkeypatch.setattr(smaller, "picture", lambda answer: 1 / 0)
    assert "Ship channels .5" in section(case) and "could not be drawn (ZeroDivisionError)" in section(case)


@pytest.mark.parametrize("champion", [None, FLOATS])
def test_a_page_is_renewed_only_if_it_goes_on_to_tell_of_a_champion(champion, case, monkeypatch):
    pages = []
    monkeypatch.setattr(reporting, "status", lambda study, root: SimpleNamespace(champion=champion))
    monkeypatch.setattr(reporting, "write_page", lambda files, answer, target: pages.append(target))
    reporting.renew_page(case.files)
    assert pages == ([case.files.page] if champion else [])
