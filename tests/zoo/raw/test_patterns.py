"""What names of files say."""

import pytest

from zoo.errors import BadValue
from zoo.raw.patterns import Pattern, guessed


def test_fields_are_what_stands_between_the_fixed_text():
    found = Pattern("{label}_{speaker}_{index}").match("7_jackson_32")
    assert found == {"label": "7", "speaker": "jackson", "index": "32"}


def test_a_suffix_in_a_pattern_does_not_count():
    assert Pattern("{speaker}-{label}.wav").match("ann-yes") == {"speaker": "ann", "label": "yes"}


def test_the_last_field_takes_the_rest_and_text_is_no_expression():
    assert Pattern("a.({label})_{rest}").match("a.(x)_y_z") == {"label": "x", "rest": "y_z"}
    assert Pattern("{label}.{index}").match("xy1") is None


@pytest.mark.parametrize("name", ["7_jackson", "", "_jackson_3"])
def test_a_name_of_another_form_has_no_fields(name):
    assert Pattern("{label}_{speaker}_{index}").match(name) is None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("label", "different words in braces"),
        ("{label}_{label}", "different words"),
        ("{label}_{two words}", "different words"),
        ("{label}{index}", "text must stand between"),
        ("{}_{label}", "different words"),
    ],
)
def test_a_pattern_that_tells_nothing_is_refused(pattern, words):
    with pytest.raises(BadValue, match=words):
        Pattern(pattern)


def test_a_field_that_is_not_there_is_refused_by_name():
    with pytest.raises(BadValue, match="group is 'speaker', which is no field of the pattern '{label}_{second}'"):
        Pattern("{label}_{second}").require("speaker", "group")


@pytest.mark.parametrize(
    ("stems", "pattern"),
    [
        ([f"{label}_ann_{i}" for label in "01" for i in range(5)], "{label}_{second}_{third}"),
        ([f"{label}-{i}" for label in ("yes", "no") for i in range(5)], "{label}-{second}"),
    ],
)
def test_a_pattern_is_guessed_where_the_first_part_of_all_names_repeats(stems, pattern):
    assert guessed(stems).text == pattern


@pytest.mark.parametrize(
    "stems",
    [
        ["a_1", "b_2", "c_3", "d_4"],
        ["a_1", "a_2", "a_3", "a_4"],
        ["a_1", "a_2", "a_3", "b_1_x", "b_2", "b_3"],
        ["a1", "a2", "b1", "b2"],
        ["a__1", "a__2", "a__3", "b__1", "b__2", "b__3"],
    ],
)
def test_nothing_is_guessed_where_labels_never_repeat_or_names_differ_in_form(stems):
    assert guessed(stems) is None
