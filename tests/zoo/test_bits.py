"""Bits of weights survive JSON and the way from the process that gave them, and are told in a line."""

from __future__ import annotations

import json

import pytest

from zoo.bits import Bits, StoredMatrix, taken_bits


def matrices(*bits):
    return tuple(StoredMatrix(f"net/{place}", "CONV_2D", (4, 3), one, 4, 1, 0.5) for place, one in enumerate(bits))


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (Bits(matrices(4, 8, 4), 100, 0.005), "2 of 3 matrices in 4 bits, 1 in 8, by a scan on 100 rows"),
        (Bits(matrices(4, 4), 84, 0.005), "all 2 matrices in 4 bits, by a scan on 84 rows: the same file as int4"),
        (Bits(matrices(8, 8), 100, 0.005), "all 2 matrices in 8 bits, by a scan on 100 rows"),
        (Bits(matrices(4, 4)), "all 2 matrices in 4 bits"),
        (Bits(matrices(4)), "the one matrix in 4 bits"),
        (Bits((), None, None), "no matrices"),
    ],
)
def test_what_was_mixed_is_told_in_a_line(bits, words):
    assert bits.line() == f"weights   {words}"


@pytest.mark.parametrize("bits", [Bits(matrices(4, 8), 100, 0.005), Bits(matrices(4))])
def test_bits_survive_json_and_say_whether_they_are_those_of_int4(bits):
    values = json.loads(json.dumps(bits.to_json()))
    assert Bits.from_json(values) == bits
    assert values["equals_int4"] == (len(bits.matrices) == 1)


def test_what_is_left_beside_a_file_is_taken_once(tmp_path):
    file, bits = tmp_path / "model.tflite", Bits(matrices(4, 8), 100, 0.005)
    assert taken_bits(file) is None
    bits.write(file)
    assert taken_bits(file) == bits
    assert list(tmp_path.iterdir()) == []
