"""A sensitivity scan gives four bits to the weights that stand it, and eight to the others."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._flatbuffer import read_graphs
from zoo.formats._mixed import AWAY, in_four_bits, mixed, scan
from zoo.formats._weights import sizes
from zoo.formats.tflite import TFLite


def answers(content, rows):
    return TFLite.of(content).predict(rows)


@pytest.fixture(scope="module")
def content(exports):
    return (exports["mlp", "tflite", "float32"].path / "model.tflite").read_bytes()


def test_the_answers_stay_within_reach_of_the_float_files(content, digits):
    rows = digits.train.x[:200]
    exact = answers(content, rows)
    small, _ = mixed(content, rows, answers)
    away = np.abs(answers(small, rows) - exact).mean()
    assert away <= AWAY * np.abs(exact - exact.mean(axis=0)).mean()


def test_a_matrix_that_answers_cannot_stand_in_four_bits_gets_eight(content):
    rows = np.zeros((4, 64), "float32")
    delicate, *others = sizes(content)

    def told(file, _):
        (graph,) = read_graphs(file)
        return np.full((4, 10), 1.0 if graph.tensors[delicate].kind == "int4" else 0.0, "float32")

    found = scan(content, rows, told)
    assert found.bits == {delicate: 8, **dict.fromkeys(others, 4)}
    assert found.away == {delicate: 1.0, **dict.fromkeys(others, 0.0)}


def test_what_each_matrix_got_and_how_sensitive_it_is_comes_with_the_file(content, digits):
    rows = digits.train.x[:30]
    (_, bits), found = mixed(content, rows, answers), scan(content, rows, answers)
    assert [one.bits for one in bits.matrices] == [found.bits[place] for place in sorted(found.bits)]
    assert [one.away for one in bits.matrices] == pytest.approx([found.away[place] for place in sorted(found.away)])
    assert (bits.scanned_rows, bits.within) == (30, AWAY)


def test_where_all_get_four_bits_the_file_is_the_int4_one(content):
    small, bits = mixed(content, np.zeros((4, 64), "float32"), lambda file, rows: np.zeros((4, 10), "float32"))
    plain, alone = in_four_bits(content)
    assert small == plain
    assert bits.is_int4
    assert (alone.scanned_rows, [one.away for one in alone.matrices]) == (None, [None] * len(alone.matrices))


def test_the_least_sensitive_for_its_size_is_tried_first_while_there_is_room(content):
    counts = sizes(content)
    each = dict.fromkeys(counts, 0.6 * AWAY)  # room for one of them

    def told(file, _):
        (graph,) = read_graphs(file)
        away = sum(each[place] for place in counts if graph.tensors[place].kind == "int4")
        return np.full((4, 10), away, "float32")

    found = scan(content, np.zeros((4, 64), "float32"), told)
    (chosen,) = [place for place, bits in found.bits.items() if bits == 4]
    assert counts[chosen] == max(counts.values())


def test_answers_that_are_not_finite_are_as_far_away_as_can_be(content):
    def told(file, _):
        (graph,) = read_graphs(file)
        return np.full((4, 10), np.nan if "int4" in {one.kind for one in graph.tensors} else 0.0, "float32")

    assert set(scan(content, np.zeros((4, 64), "float32"), told).bits.values()) == {8}
