"""Times are measured or null with a reason, and made-up inputs are the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.profiling._timing import UNPACKED, first_line, made_up, timed

from .crafted import custom, dense, halves, loop, sums, texts


@pytest.mark.parametrize("made", [dense, loop, sums])
@pytest.mark.parametrize("calls", [1, 7])
def test_each_operator_of_the_model_has_a_time(made, calls):
    told = timed(made(), calls)
    assert told["whole_us"] > 0
    assert all(us is not None and us >= 0 for us in told["steps"])
    assert not any(told["untimed"])


def test_weights_are_unpacked_before_the_first_call_and_take_no_time():
    told = timed(halves(), 3)
    unpacking, layer = told["steps"]
    assert (unpacking, told["untimed"]) == (None, [UNPACKED, ""])
    assert layer is not None


def test_what_an_empty_call_costs_is_known():
    assert timed(dense(), 5)["idle_us"] > 0


def test_each_operator_of_an_lstm_in_integers_has_a_time(exports):
    told = timed((exports["lstm", "tflite", "int8"].path / "model.tflite").read_bytes(), 2)
    assert None not in told["steps"]


def test_nothing_is_made_up_for_texts():
    assert "nothing can be made up" in timed(texts(), 1)["reason"]


def test_a_file_that_the_interpreter_refuses_has_no_time():
    with pytest.raises((ValueError, RuntimeError), match="MyOwn"):
        timed(custom(), 1)


def detail(kind, scales=()):
    return {"shape": np.array([2, 3]), "dtype": np.dtype(kind).type, "quantization_parameters": {"scales": scales}}


@pytest.mark.parametrize(("kind", "scales"), [("float32", ()), ("int8", (0.1,)), ("uint8", (0.1,))])
def test_numbers_are_made_up_alike_every_time(kind, scales):
    first, second = (made_up(detail(kind, scales)) for _ in range(2))
    assert first.dtype == kind
    assert len(np.unique(first)) > 1
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("kind", ["int32", "int64", "bool", "int8"])
def test_indices_are_zeros_and_so_valid(kind):
    assert not made_up(detail(kind)).any()


def test_an_error_is_told_in_its_first_line():
    assert first_line(ValueError("\n  one.\ntwo")) == "one"
    assert first_line(KeyError()) == "KeyError"
