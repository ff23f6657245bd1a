"""The ladder: what is tried next follows from what was found, cheapest first, and it ends."""

from __future__ import annotations

import pytest

from search.aims import read_limits
from search.compressing.ladder import LONGER, SPARSE, Attempt, next_attempt
from search.compressing.rows import Bounds, Row, pick_of

PRECISIONS = ("float32", "float16", "dynamic", "int8")
WITH_INT4 = (*PRECISIONS, "int4")
BOUNDS = Bounds("accuracy", 0.97)
SIZES = {"float32": 1000, "float16": 550, "dynamic": 400, "int8": 300, "int4": 200}
MEMORY = {**dict.fromkeys(SIZES, 4000), "float16": 9000, "int8": 1000}


def climbed(worth, precisions=PRECISIONS, bounds=BOUNDS):
    """Return every attempt of a ladder on which a file is worth what `worth` says of its steps and precision."""
    rows, attempts = (), []
    while (attempt := next_attempt(rows, bounds, precisions)) is not None:
        attempts.append(attempt)
        assert len(attempts) < 40
        rows = (*rows, *(found(attempt, precision, worth) for precision in attempt.precisions))
    return attempts, rows


def found(attempt, precision, worth):
    score = worth(attempt.steps, precision)
    if score is None:
        return Row(attempt.steps, precision, skipped="it cannot be done")
    known = {"validation": {"accuracy": score}, "proof": {"passed": True, "reasons": []}}
    return Row(attempt.steps, precision, bytes=SIZES[precision], ram=MEMORY[precision], **known)


def shares(attempts):
    return [a.steps[0]["share"] for a in attempts if len(a.steps) == 1 and a.steps[0]["method"] == "channels"]


def test_the_model_as_it_is_comes_first_in_every_precision():
    assert next_attempt((), BOUNDS, PRECISIONS) == Attempt((), PRECISIONS)


def test_smaller_models_are_written_in_the_two_smallest_precisions_that_held():
    attempts, _ = climbed(lambda steps, precision: 0.5 if precision == "dynamic" else 0.98)
    assert {a.precisions for a in attempts if a.steps and a.steps[-1]["method"] == "channels"} == {("int8", "float16")}


def test_more_channels_go_while_the_score_holds_and_shares_between_are_tried_where_it_does_not():
    attempts, _ = climbed(lambda steps, precision: 0.98 if not steps or steps[0].get("share", 0) < 0.6 else 0.9)
    assert shares(attempts) == [0.25, 0.5, 0.75, 0.625, 0.562]


def test_where_every_share_holds_larger_ones_are_tried():
    attempts, _ = climbed(lambda steps, precision: 0.98)
    assert shares(attempts) == [0.25, 0.5, 0.75, 0.825]


def test_a_method_that_cannot_be_done_is_tried_once():
    attempts, _ = climbed(lambda steps, precision: None if steps and steps[0]["method"] == "channels" else 0.98)
    assert shares(attempts) == [0.25]
    assert longer(attempts) == []


def test_training_on_the_grid_of_int8_is_tried_only_where_int8_did_not_hold():
    held, _ = climbed(lambda steps, precision: 0.98)
    fallen, _ = climbed(lambda steps, precision: 0.9 if precision == "int8" else 0.98)
    grid = {"method": "quantize_aware", "bits": 8, "activations": "int8"}
    assert not [a for a in held if grid in a.steps and len(a.steps) > 1]
    assert [a for a in fallen if grid in a.steps][0].precisions == ("int8",)


@pytest.mark.parametrize("precisions", [PRECISIONS, WITH_INT4])
def test_training_on_the_grid_of_int4_is_tried_where_such_files_can_be_made(precisions):
    attempts, _ = climbed(lambda steps, precision: 0.98, precisions)
    tried = [a for a in attempts if a.steps and a.steps[-1].get("bits") == 4]
    assert bool(tried) is ("int4" in precisions)
    assert all(a.precisions == ("int4",) for a in tried)


def test_training_on_a_grid_goes_on_to_smaller_models_while_it_brings_their_score_back():
    def worth(steps, precision):
        share = sum(step.get("share", 0) for step in steps)
        on_grid = steps and steps[-1].get("bits") == 4
        return 0.98 if share < (0.7 if on_grid else 0.4) else 0.9

    attempts, _ = climbed(worth, WITH_INT4)
    assert shares(attempts) == [0.25, 0.5, 0.375, 0.438]
    tried = [a.steps[0]["share"] for a in attempts if a.steps and a.steps[-1].get("bits") == 4 and len(a.steps) == 2]
    assert tried == [0.375, 0.438, 0.5]


def longer(attempts):
    return [a.steps[0]["share"] for a in attempts if a.steps and a.steps[-1] == LONGER]


def test_a_narrower_model_that_longer_training_brings_back_is_gone_on_with():
    def worth(steps, precision):
        share = sum(step.get("share", 0) for step in steps)
        return 0.98 if share < (0.6 if LONGER in steps else 0.3) else 0.9

    attempts, _ = climbed(worth, WITH_INT4)
    assert shares(attempts) == [0.25, 0.5, 0.375, 0.312]
    assert longer(attempts) == [0.312, 0.375, 0.5, 0.85]
    followed = [a.steps[:-1] for a in attempts if len(a.steps) > 2]
    assert followed == [({"method": "channels", "share": 0.5}, LONGER)] * 2  # low rank, and the grid of int4


def test_where_longer_training_helps_every_model_the_narrowest_is_tried_too():
    attempts, _ = climbed(lambda steps, precision: 0.98 if not steps or LONGER in steps else 0.9)
    assert longer(attempts)[-2:] == [0.85, 0.9]


def test_longer_training_that_does_not_help_is_tried_once():
    attempts, _ = climbed(lambda steps, precision: 0.9 if steps else 0.98)
    assert longer(attempts) == [0.062]


@pytest.mark.parametrize(
    ("limits", "written"), [((), {("int4", "dynamic")}), (("ram=2k",), {("int4", "dynamic", "int8")})]
)
def test_where_memory_has_a_limit_the_precision_that_takes_least_is_written_too(limits, written):
    bounds = Bounds("accuracy", 0.97, read_limits(limits))
    sizes = {**SIZES, "dynamic": 250}

    def measured(attempt, precision):
        row = found(attempt, precision, lambda steps, precision: 0.98)
        return Row(**{**vars(row), "bytes": sizes[precision]})

    rows = tuple(measured(Attempt((), WITH_INT4), precision) for precision in WITH_INT4)
    assert {next_attempt(rows, bounds, WITH_INT4).precisions} == written


def test_no_model_is_trained_for_a_precision_that_the_model_as_it_is_has_no_file_of():
    attempts, rows = climbed(lambda steps, precision: None if precision == "int8" else 0.98, ("float32", "int8"))
    assert [row.steps for row in rows if row.precision == "int8"] == [()]
    assert len(attempts) > 3


@pytest.mark.parametrize("lost", [False, True])
def test_smaller_models_are_tried_in_a_precision_that_only_the_converter_was_lost_with(lost):
    plain = Attempt((), ("float32", "int8"))
    rows = (found(plain, "float32", lambda *_: 0.98), Row((), "int8", skipped="it filled the memory", lost=lost))
    while (attempt := next_attempt(rows, BOUNDS, plain.precisions)) is not None:
        rows = (*rows, *(found(attempt, precision, lambda *_: 0.98) for precision in attempt.precisions))
    assert any(row.steps and row.precision == "int8" for row in rows) is lost


def test_a_model_that_is_not_taken_apart_is_written_in_every_precision_and_no_more():
    assert next_attempt((), BOUNDS, PRECISIONS, whole=True) == Attempt((), PRECISIONS)
    rows = tuple(found(Attempt((), PRECISIONS), precision, lambda steps, precision: 0.98) for precision in PRECISIONS)
    assert next_attempt(rows, BOUNDS, PRECISIONS, whole=True) is None


def test_last_come_weights_of_0_in_the_smallest_precision():
    attempts, _ = climbed(lambda steps, precision: 0.98)
    assert attempts[-1] == Attempt(SPARSE, ("int8",))


def test_where_nothing_holds_the_ladder_still_ends():
    attempts, rows = climbed(lambda steps, precision: 0.5)
    assert attempts[0].steps == ()
    assert len(rows) > len(PRECISIONS)


def test_what_was_tried_is_never_tried_again():
    attempts, rows = climbed(lambda steps, precision: 0.98 if precision != "int8" else 0.9, WITH_INT4)
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))


def test_precisions_that_were_not_asked_for_before_are_tried_first():
    _, rows = climbed(lambda steps, precision: 0.98, ("float32", "int8"))
    assert next_attempt(rows, BOUNDS, PRECISIONS) == Attempt((), ("float16", "dynamic"))


def test_after_a_stricter_call_the_same_file_is_found_as_by_a_call_alone():
    def worth(steps, precision):
        share = sum(step.get("share", 0) for step in steps)
        return 0.98 - 0.05 * share - (0.005 if precision in ("int8", "dynamic") else 0)

    loose, strict = Bounds("accuracy", 0.95), Bounds("accuracy", 0.98)
    _, alone = climbed(worth, bounds=loose)
    _, before = climbed(worth, bounds=strict)
    rows = before
    while (attempt := next_attempt(rows, loose, PRECISIONS)) is not None:
        rows = (*rows, *(found(attempt, precision, worth) for precision in attempt.precisions))
    assert pick_of(rows, loose) == pick_of(alone, loose)
