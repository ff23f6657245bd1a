"""The MLflow page of a study in a real browser: what the study is, its best trials, a trial's curves, its report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .chrome import document
from .conftest import SCORES, TRIALS


def shown(address: str, folder: Path) -> str:
    """Return the document that a browser makes of a page."""
    return re.sub(r"<(script|style|title).*?</\1>", "", document(address, folder), flags=re.DOTALL)


@pytest.mark.slow
def test_the_leaderboard_tells_what_the_data_is_and_lists_all_trials_best_first(address, tmp_path):
    found = shown(address, tmp_path)
    ranked = sorted(range(TRIALS), key=lambda slot: -SCORES[slot])
    assert list(dict.fromkeys(re.findall(r">wine#(\d+)<", found))) == [str(slot) for slot in ranked]
    assert re.search(r"<strong[^>]*>wine</strong>: 178 rows of 13 columns", found)


@pytest.mark.slow
def test_the_studys_page_shows_its_description_as_markdown_and_its_trials(base, run_of, tmp_path):
    found = shown(base + run_of("wine"), tmp_path)
    assert re.search(r"Champion: <strong[^>]*>wine#7</strong>, an <code[^>]*>mlp</code>", found)
    assert set(re.findall(r">wine#(\d+)<", found)) >= {"7", "11"}  # the page lists the last ten


@pytest.mark.slow
def test_the_studys_files_are_its_report_and_its_pictures(base, run_of, tmp_path):
    found = shown(f"{base}{run_of('wine')}/artifacts", tmp_path)
    assert "report.html" in found
    assert "pictures" in found


@pytest.mark.slow
def test_a_trials_page_groups_its_curves(base, run_of, tmp_path):
    found = shown(f"{base}{run_of('wine#7')}/model-metrics", tmp_path)
    sections = re.sub(r"<[^>]+>", " ", found)
    assert re.search(r"train\s+\(2\)", sections)
    assert re.search(r"val\s+\(1\)", sections)
