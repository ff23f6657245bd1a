"""A study's description follows its trials: not at every one of them, but always up to the last."""

from __future__ import annotations

from search.record.describing import NOTE
from search.record.spool import Spool
from search.record.spooled import read
from search.record.telling import Telling
from search.trials import TrialRecord, Trials


def notes(spool: Spool) -> list[str]:
    return [event["values"][NOTE] for event in read(spool.path)]


def test_how_a_study_stands_is_written_now_and_then_and_when_its_process_lets_go(tmp_path):
    now = iter([100.0, 100.0, 101.0, 102.5, 102.5, 103.0, 104.0])  # asked before each note, and after one was written
    with Spool(tmp_path, "wine") as spool:
        telling = Telling(spool, "accuracy", "asked", lambda: next(now))
        for slot in range(4):
            record = TrialRecord(slot, slot, 0, "finished", 0.5 + slot / 10, epochs=1)
            telling.tell(Trials(4, slot + 1, 0, 0, 0, slot + 1), [record])
        assert [note.split(".")[1].split()[0] for note in notes(spool)] == ["500**", "700**"]
        telling.write()
        telling.write()
    assert len(notes(spool)) == 3
    assert "**#3**" in notes(spool)[-1] and notes(spool)[-1].endswith("asked")


def test_what_a_study_found_takes_the_place_of_how_it_stood(tmp_path):
    with Spool(tmp_path, "wine") as spool:
        telling = Telling(spool, "accuracy", "asked", lambda: 0.0)
        telling.tell(Trials(1, 1, 0, 0, 0, 1), [])
        telling.tell(Trials(1, 1, 0, 0, 0, 1), [])
        assert telling.whole("found") == "found\nasked"
        telling.write()
    assert len(notes(spool)) == 1
