"""profile: anybody's file on one screen, as JSON and as a picture; one line for a mistake."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from .profiling.crafted import custom, dense, hybrid, loop


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
    assert "not measured: nothing was run" in zoo_command("profile", file(dense()), "--calls", 0).out


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
    ("content", "words"), [(b"nothing of the kind", "is no LiteRT file"), (dense()[:50], "is damaged")]
)
def test_profile_refuses_what_it_cannot_read_in_one_line(content, words, file, zoo_command):
    said = zoo_command("profile", file(content))
    assert (said.code, said.out) == (2, "")
    assert words in said.err.splitlines()[-1]
    assert "Traceback" not in said.err
