"""Rows of a compression: what holds, which none beats, which is shipped, and how they are kept."""

from __future__ import annotations

import pytest

from search.aims import read_limits
from search.compressing.rows import Bounds, Journal, Row, floor_of, front_of, key_of, pick_of
from zoo.errors import BadData, ZooError

from ...disks import full_beyond

PASSED, FAILED = {"passed": True, "reasons": []}, {"passed": False, "reasons": ["it differs"]}
HALF = ({"method": "channels", "share": 0.5},)


def row(size, accuracy, steps=(), precision="int8", proof=PASSED, **more):
    return Row(steps, precision, bytes=size, validation={"accuracy": accuracy}, proof=proof, **more)


def test_the_smallest_file_that_holds_is_shipped():
    rows = [row(900, 0.98, precision="float32"), row(300, 0.975), row(200, 0.96, HALF)]
    assert pick_of(rows, Bounds("accuracy", 0.97)) is rows[1]


def test_of_two_files_of_one_size_the_better_is_shipped():
    rows = [row(300, 0.97), row(300, 0.98, HALF)]
    assert pick_of(rows, Bounds("accuracy", 0.97)) is rows[1]


def test_a_file_whose_proof_failed_is_never_shipped_and_never_on_the_front():
    rows = [row(900, 0.98), row(300, 0.98, HALF, proof=FAILED)]
    assert pick_of(rows, Bounds("accuracy", 0.97)) is rows[0]
    assert front_of(rows, "accuracy") == (rows[0],)


@pytest.mark.parametrize(("limit", "holds"), [("bytes=300", True), ("bytes=299", False), ("latency=1ms", False)])
def test_a_file_holds_only_within_limits_that_are_known_of_it(limit, holds):
    bounds = Bounds("accuracy", 0.97, read_limits([limit]))
    assert bounds.holds(row(300, 0.98)) is holds


def test_an_error_holds_below_its_floor():
    bounds = Bounds("rmse", floor_of("rmse", 50.0, 0.01))
    near, far = (Row((), "int8", 300, validation={"rmse": rmse}, proof=PASSED) for rmse in (50.5, 50.6))
    assert bounds.holds(near)
    assert not bounds.holds(far)


@pytest.mark.parametrize(
    ("goal", "score", "floor"), [("accuracy", 0.97, 0.95), ("r2", 0.5, 0.48), ("rmse", 50.0, 51.0), ("mae", 2.0, 2.04)]
)
def test_a_drop_is_points_of_a_share_and_a_part_of_an_error(goal, score, floor):
    assert floor_of(goal, score, 0.02) == pytest.approx(floor)


def test_the_front_holds_what_none_beats_in_both_smallest_first():
    rows = [row(900, 0.98), row(300, 0.97), row(400, 0.96), row(200, 0.9), row(200, 0.8)]
    assert front_of(rows, "accuracy") == (rows[3], rows[1], rows[0])


def test_files_have_a_front_for_each_cost_that_is_known_of_them():
    rows = [row(900, 0.98, ram=50), row(300, 0.97, ram=80), row(200, 0.96)]
    assert front_of(rows, "accuracy") == (rows[2], rows[1], rows[0])
    assert front_of(rows, "accuracy", "ram") == (rows[0],)


def test_rows_of_before_packed_sizes_were_kept_are_read(tmp_path):
    journal, old = Journal(tmp_path / "files.jsonl"), row(300, 0.97)
    journal.add([old])
    text = (tmp_path / "files.jsonl").read_text().replace(', "gzip_bytes": null', "")
    assert "gzip" not in text
    (tmp_path / "files.jsonl").write_text(text)
    assert journal.rows() == (old,)


def test_chains_have_names_of_their_own_whatever_the_order_of_their_keys():
    other = ({"share": 0.5, "method": "channels"},)
    assert key_of(HALF) == key_of(other) != key_of((*HALF, *HALF))
    assert key_of(()) == "plain"


def test_methods_read_as_words():
    steps = (*HALF, {"method": "quantize_aware", "bits": 4}, {"method": "low_rank"})
    assert row(1, 1, steps).method == "channels .5, quantize_aware 4 bits, low_rank"
    assert row(1, 1).method == "as trained"
    assert row(1, 1, ({**HALF[0], "epochs": 25},)).method == "channels .5 (25 epochs)"


def test_kept_rows_come_back_as_they_were(tmp_path):
    journal, rows = Journal(tmp_path / "new" / "files.jsonl"), (row(1, 0.5, HALF), Row((), "int4", skipped="no"))
    assert journal.rows() == ()
    journal.add(rows[:1])
    journal.add(rows[1:])
    assert journal.rows() == rows


def test_a_line_that_a_kill_cut_short_goes_and_the_others_stay(tmp_path):
    path = tmp_path / "files.jsonl"
    journal, rows = Journal(path), (row(1, 0.5), row(2, 0.5, HALF))
    journal.add(rows[:1])
    path.write_bytes(path.read_bytes() + b'{"steps": [], "prec')
    assert journal.rows() == rows[:1]
    journal.add(rows[1:])
    assert journal.rows() == rows


def test_a_full_disk_keeps_the_rows_that_are_there_and_the_others_are_added_once_there_is_room(tmp_path):
    path = tmp_path / "files.jsonl"
    journal, rows = Journal(path), tuple(row(size, 0.5, HALF) for size in range(1, 10))
    journal.add(rows[:2])
    full = rf"{path} cannot be written: File too large\. Make room there"
    with full_beyond(path.stat().st_size + 50), pytest.raises(ZooError, match=full):
        journal.add(rows[2:])
    assert journal.rows() == rows[:2]
    journal.add(rows[2:])
    assert journal.rows() == rows


def test_a_damaged_line_is_told_with_its_file(tmp_path):
    (tmp_path / "files.jsonl").write_text('{"steps": [], "colour": "red"}\n')
    with pytest.raises(BadData, match=r"files.jsonl is damaged .*colour"):
        Journal(tmp_path / "files.jsonl").rows()


def test_a_loss_of_just_what_may_go_holds():
    assert Bounds("accuracy", floor_of("accuracy", 0.53, 0.05)).holds(row(100, 0.48))
    assert not Bounds("accuracy", floor_of("accuracy", 0.53, 0.049)).holds(row(100, 0.48))
