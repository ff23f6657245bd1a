"""The log file: one line an event, with its time."""

from __future__ import annotations

from search.log import StudyLog


def test_each_event_is_one_line_with_its_time(tmp_path):
    log = StudyLog(tmp_path / "study.log", clock=lambda: 0.0)
    log.write("begun")
    log.write("a reason\nof two lines")
    lines = (tmp_path / "study.log").read_text().splitlines()
    assert lines == ["1970-01-01T00:00:00Z  begun", "1970-01-01T00:00:00Z  a reason of two lines"]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    StudyLog(tmp_path / "nowhere" / "study.log").write("begun")
    assert not (tmp_path / "nowhere").exists()
