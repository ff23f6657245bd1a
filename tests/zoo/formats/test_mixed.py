"""A sensitivity scan gives four bits to the weights that stand it, and eight to the others."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._flatbuffer import read_graphs
from zoo.formats._mixed import AWAY, mixed, scan
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
    away = np.abs(answers(mixed(content, rows, answers), rows) - exact).mean()
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
