"""What files take of the devices they are for, and which of them do not run there."""

from __future__ import annotations

import json

import pytest

from zoo.bundle import load
from zoo.errors import Unsupported
from zoo.exporting import export_all
from zoo.formats._facts import facts_of_litert
from zoo.proving.footprint import Footprint, footprint


def file_of(artifact):
    return artifact.path / "model.tflite"


def test_a_board_keeps_the_model_in_flash_and_the_arena_with_its_interpreter_in_memory(exports):
    artifact = exports["cnn", "c_array", "int8"]
    code = load(artifact.path).report["code"]
    found = footprint("micro", artifact.bytes, artifact.facts, file_of(artifact), code)
    assert found.flash == {"model": artifact.bytes, "preparation": code["flash_bytes"]}
    assert found.ram["arena"] == artifact.facts.arena_bytes
    header = (artifact.path / "model.h").read_text()
    assert f"#define ZOO_ARENA_BYTES {found.ram['arena'] + found.ram['interpreter']} " in header
    assert found.ram["preparation"] == code["ram_bytes"]
    assert found.to_json()["ram_bytes"] == sum(found.ram.values())


def test_a_phone_keeps_the_file_and_needs_its_arena(exports):
    artifact = exports["cnn", "tflite", "int8"]
    found = footprint("mobile", artifact.bytes, artifact.facts, file_of(artifact))
    assert found == Footprint("mobile", {"model": artifact.bytes}, {"arena": artifact.facts.arena_bytes})


def test_a_server_is_told_no_memory_where_that_depends_on_who_serves(exports):
    artifact = exports["cnn", "saved_model", "float32"]
    found = footprint("server", artifact.bytes, artifact.facts, artifact.path / "model")
    assert found.to_json()["ram_bytes"] is None
    assert found.line() == f"on device server   {artifact.bytes:,} bytes of storage"


def test_a_file_that_a_board_does_not_run_is_refused_with_the_reason(exports):
    file = file_of(exports["cnn", "tflite", "dynamic"])
    with pytest.raises(Unsupported, match="not run on device micro: it does not multiply int8 weights.*c_array int8"):
        footprint("micro", 1, facts_of_litert(file.read_bytes()), file)


def test_a_line_tells_the_parts_where_there_are_several():
    found = Footprint("micro", {"model": 4000, "preparation": 1200}, {"arena": 2048})
    assert found.line() == (
        "on device micro   5,200 bytes of flash (model 4,000, preparation 1,200)   2,048 bytes of RAM"
    )


@pytest.mark.slow
def test_an_export_for_a_device_tells_its_footprint_and_skips_what_does_not_run_there(champions, digits, tmp_path):
    wanted = [("c_array", "int8"), ("tflite", "dynamic"), ("keras_file", "float32")]
    made, dynamic, other = export_all(champions["mlp"], digits, wanted, tmp_path, device="micro")
    assert made.to_json()["footprint"] == json.loads((made.path / "report.json").read_text())["footprint"]
    assert made.footprint.device == "micro"
    assert "Nearest to dynamic is int8" in dynamic.skipped
    assert "keras_file files do not run on device micro" in other.skipped
