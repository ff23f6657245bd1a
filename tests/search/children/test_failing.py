"""What a trial raised tells the same wherever it was raised."""

from __future__ import annotations

import json

import pytest

from search.children.failing import Failure, TrialFailed, error_of, failure_of
from zoo.errors import BadData, Diverged, Infeasible, TooSlow


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def crossed(error: Exception) -> Exception:
    """Return the error as another process would raise it."""
    return error_of(Failure(*json.loads(json.dumps(failure_of(raised(error))))))


@pytest.mark.parametrize("error", [Diverged("a is b."), Infeasible("x"), BadData("y"), TooSlow("z"), MemoryError("m")])
def test_known_errors_are_themselves(error):
    assert (type(crossed(error)), str(crossed(error))) == (type(error), str(error))


@pytest.mark.parametrize("error", [OSError(28, "No space left on device", "/a"), OSError(13, "Permission denied")])
def test_errors_of_the_disk_keep_number_and_file(error):
    other = crossed(error)
    assert (type(other), other.errno, other.filename, str(other)) == (
        type(error),
        *error.args[:1],
        error.filename,
        str(error),
    )


def test_an_error_of_the_disk_without_a_number_keeps_its_text():
    assert str(crossed(OSError("broken pipe of sorts"))) == "broken pipe of sorts"


def test_any_other_one_is_a_failed_trial_in_one_line():
    class Odd(RuntimeError):
        pass

    error = crossed(Odd("first\nsecond"))
    assert isinstance(error, TrialFailed)
    assert str(error).startswith("Odd: first second (test_failing.py:")


@pytest.mark.parametrize("error", [ValueError("v"), Diverged("d"), OSError(28, "No space left on device")])
def test_type_text_place_and_traceback_are_those_of_where_it_was_raised(error):
    here = failure_of(raised(error))
    there = failure_of(raised(error_of(here)))
    assert there == here
    assert "test_failing.py" in here.place
    assert "in raised" in here.traceback


def test_an_error_never_raised_has_no_place():
    assert failure_of(ValueError("v")).reason == "ValueError: v"
