"""What is typed after --set and --space."""

from __future__ import annotations

import json

import pytest

from search.drawing.ranges import Range, as_range, read_ranges, read_settings
from zoo.errors import BadData, BadValue


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1e-3", 1e-3),
        ("relu", "relu"),
        ('"relu"', "relu"),
        ("true", True),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("a=b", "a=b"),
    ],
)
def test_a_setting_is_json_or_a_bare_word(text, value):
    assert read_settings([f"train.epochs={text}"]) == {"train.epochs": value}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16:64", Range((16, 64), between=True)),
        ("1e-4 : 1e-2 : log", Range((1e-4, 1e-2), between=True, log=True)),
        ("relu,elu", Range(("relu", "elu"))),
        ("3, 5, 3", Range((3, 5))),
        ("64", Range((64,))),
    ],
)
def test_a_range_is_bounds_or_a_list(text, expected):
    assert read_ranges([f"model.units={text}"]) == {"model.units": expected}


def test_a_file_holds_texts_lists_and_objects(tmp_path):
    path = tmp_path / "space.json"
    given = {"a": "1:4", "b": [1, 2], "c": {"low": 0.1, "high": 1, "log": True}, "d": 7}
    path.write_text(json.dumps(given))
    assert read_ranges([f"@{path}"]) == {
        "a": Range((1, 4), between=True),
        "b": Range((1, 2)),
        "c": Range((0.1, 1), between=True, log=True),
        "d": Range((7,)),
    }


@pytest.mark.parametrize("text", ["units", "=4", "units=", " = "])
def test_another_form_of_a_setting_is_refused_with_an_example(text):
    with pytest.raises(BadValue, match="NAME=VALUE. Try --set train.learning_rate=0.001"):
        read_settings([text])


def test_a_name_given_twice_is_refused(tmp_path):
    with pytest.raises(BadValue, match="model.units is given twice with --set"):
        read_settings(["model.units=1", "model.units=2"])
    path = tmp_path / "space.json"
    path.write_text('{"model.units": "1:4"}')
    with pytest.raises(BadValue, match="model.units is given twice with --space"):
        read_ranges([f"@{path}", "model.units=1:4"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("8:2", "goes from 8 to 2; low must not exceed high. Try x=2:8."),
        ("1:2:3", "a range is low:high or low:high:log. Try x=1:2."),
        ("1:2:log:log", "a range is low:high or low:high:log"),
        ("a:b", "is bounded by 'a'; a bound must be a number"),
        ("0:1:log", "low must be above 0. Try x=0.001:1:log."),
        ("NaN:1", "is bounded by 'NaN'"),
        ("1,,2", "has an empty value"),
        ([], "has an empty value"),
        ([[1]], "lists [1]; a value is a number or a word"),
        ({"low": 1}, "has the keys low; it takes low, high"),
        ({"low": 1, "high": 2, "step": 1}, "has the keys low, high, step"),
        ({"low": 1, "high": 2, "log": 1}, "log of x is 1; it must be true or false"),
        ({"low": True, "high": 2}, "is bounded by True"),
    ],
)
def test_a_wrong_range_names_itself_and_the_cure(given, words):
    with pytest.raises(BadValue) as caught:
        as_range("x", given)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"), [(b"{", "is not JSON"), (b"[1]", "holds no object"), (b"\xff", "not JSON")]
)
def test_a_file_that_is_no_space_is_bad_data(tmp_path, content, words):
    path = tmp_path / "space.json"
    path.write_bytes(content)
    with pytest.raises(BadData, match=words):
        read_ranges([f"@{path}"])


def test_a_file_that_is_not_there_is_bad_data(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        read_ranges([f"@{tmp_path / 'none.json'}"])
