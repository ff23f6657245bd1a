"""profile: anybody's file on one screen, as JSON and as a picture; one line for a mistake."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from ..disks import full_beyond
from .profiling.crafted import custom, dense, hybrid, loop
from .profiling.lengths import convolution


@pytest.fixture
def file(tmp_path):
    def write(content):
        (tmp_path / "model.tflite").write_bytes(content)
        return tmp_path / "model.tflite"

    return write


def test_profile_says_what_a_file_is_made_of(file, zoo_command):
    said = zoo_command("profile", file(dense()), "--calls", 2)
    assert said.code == 0
    first, *lines = said.out.splitlines()
    assert first.endswith("2 operators   weights 60 bytes   12 MACs   arena 32 bytes")
    (layer,) = (line for line in lines if "FULLY_CONNECTED" in line and line.startswith("0"))
    assert "float32[?,4]" in layer
    assert "float32[?,3]" in layer
    assert layer.split()[4:7] == ["floats", "12", "60"]
    assert any("us of the processor for one row on one thread, the median of 2 calls" in line for line in lines)
    assert any("Micro" in line for line in lines)
    assert said.err.startswith("profiling ")


def test_profile_in_json_gives_one_object(file, zoo_command):
    told = json.loads(zoo_command("profile", file(dense()), "--calls", 1, "--json").out)
    assert told["bytes"] == len(dense())
    assert [one["operator"] for one in told["operators"]] == ["FULLY_CONNECTED", "SOFTMAX"]
    assert told["operators"][0]["us"] is not None
    assert told["findings"][0]["what"] == "float arithmetic"


def test_profile_runs_nothing_where_it_is_told_so(file, zoo_command):
    said = zoo_command("profile", file(dense()), "--calls", 0).out
    assert "not measured: nothing was run" in said
    assert "pip install" not in said


def test_profile_takes_the_lengths_that_a_file_leaves_open(file, zoo_command):
    path = file(convolution())
    assert "lengths left open are counted as one" in zoo_command("profile", path, "--calls", 1).out
    said = zoo_command("profile", path, "--calls", 1, "--shape", "1,20,16,3")
    assert (said.code, "for inputs of 1,20,16,3 on one thread" in said.out) == (0, True)
    told = json.loads(zoo_command("profile", path, "--calls", 1, "--shape", "1,20,16,3", "--json").out)
    assert (told["shape"], told["inputs"][0]["shape"]) == ([[1, 20, 16, 3]], [1, 20, 16, 3])
    assert json.loads(zoo_command("profile", path, "--calls", 0, "--json").out)["shape"] is None


def test_lengths_that_are_no_numbers_are_refused_before_anything_is_read(zoo_command):
    said = zoo_command("profile", "nowhere.tflite", "--shape", "20x16")
    assert (said.code, said.out) == (2, "")
    assert said.err == "zoo: shape is '20x16'; it must be whole numbers with commas between them. Try 1,96,96,3.\n"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (hybrid, "refuses FULLY_CONNECTED: it does not multiply int8 weights with floats"),
        (custom, "refuses MyOwn: it has no operator MyOwn"),
        (loop, "memory and work of the whole cannot be told"),
    ],
)
def test_profile_says_what_is_particular_to_a_file(made, words, file, zoo_command):
    said = zoo_command("profile", file(made()), "--calls", 1)
    assert said.code == 0
    assert words in said.out


def test_profile_draws_and_overwrites_nothing(file, zoo_command, tmp_path):
    path = file(dense())
    said = zoo_command("profile", path, "--calls", 1, "--picture", "plan.png")
    assert "drawn to plan.png" in said.err
    assert Image.open(tmp_path / "plan.png").format == "PNG"
    again = zoo_command("profile", path, "--picture", "plan.png")
    assert (again.code, again.out) == (2, "")
    assert "plan.png is there already" in again.err


@pytest.mark.parametrize(
    ("name", "instead"), [("plan.jpg", "plan.png"), ("plan", "plan.png"), ("a/b.svg", "a/b.png"), ("..", "picture.png")]
)
def test_a_picture_that_is_not_called_as_a_png_is_refused_before_anything_is_read(name, instead, zoo_command, tmp_path):
    said = zoo_command("profile", "nowhere.tflite", "--picture", name)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        f"zoo: the picture's file is {name}; pictures are written as PNG, and their names end in .png. Try {instead}."
    ]
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_for_a_picture_is_called_so(zoo_command):
    said = zoo_command("profile", "nowhere.tflite", "--picture", "")
    assert said.code == 2
    assert said.err.startswith("zoo: the picture's file is an empty name, or this folder; pictures are written as PNG")


def test_a_png_may_be_called_so_in_capitals(file, zoo_command, tmp_path):
    assert zoo_command("profile", file(dense()), "--calls", 0, "--picture", "PLAN.PNG").code == 0
    assert Image.open(tmp_path / "PLAN.PNG").format == "PNG"


def test_a_picture_that_does_not_fit_on_the_disk_is_one_line_and_leaves_nothing(file, zoo_command, tmp_path):
    path = file(dense())
    with full_beyond(5000):
        said = zoo_command("profile", path, "--calls", 0, "--picture", "plan.png")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("zoo: plan.png cannot be written: File too large. Make room there")
    assert list(tmp_path.glob("*plan*")) == []
    assert zoo_command("profile", path, "--calls", 0, "--picture", "plan.png").code == 0


@pytest.mark.parametrize(
    ("content", "words"), [(b"nothing of the kind", "is no LiteRT file"), (dense()[:50], "is damaged")]
)
def test_profile_refuses_what_it_cannot_read_in_one_line(content, words, file, zoo_command):
    said = zoo_command("profile", file(content))
    assert (said.code, said.out) == (2, "")
    assert words in said.err.splitlines()[-1]
    assert "Traceback" not in said.err
