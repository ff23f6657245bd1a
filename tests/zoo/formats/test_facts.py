"""A file's facts, as bundles report them."""

from __future__ import annotations

import pytest

from zoo.bundle import load
from zoo.formats._facts import Facts, facts_of_litert
from zoo.formats.keras_file import KerasFile
from zoo.formats.saved_model import SavedModel


@pytest.mark.parametrize("builder", ["mlp", "cnn", "lstm"])
def test_an_int8_file_needs_less_memory_for_the_same_work(exports, builder):
    full, small = (exports[builder, "tflite", precision].facts for precision in ("float32", "int8"))
    assert small.macs == full.macs > 0
    assert small.arena_bytes < 0.75 * full.arena_bytes


def test_a_file_says_how_many_rows_it_takes_at_once(exports):
    assert exports["mlp", "tflite", "int8"].facts.batch is None
    assert exports["lstm", "tflite", "int8"].facts.batch == 1


def test_what_depends_on_who_runs_it_is_null(tmp_path):
    assert KerasFile.facts(tmp_path) == SavedModel.facts(tmp_path) == Facts()
    assert Facts() == Facts(None, None, None, None, None)


def test_artifact_and_report_tell_the_facts_of_the_file(exports):
    artifact = exports["cnn", "tflite", "int8"]
    facts = facts_of_litert((artifact.path / "model.tflite").read_bytes())
    for told in (artifact.to_json(), load(artifact.path).report):
        assert told["arena_bytes"] == facts.arena_bytes
        assert told["operators"] == facts.operators
        assert (told["integer_share"], told["macs"], told["batch"]) == (1, facts.macs, None)
        assert told["operators_by_kind"] == facts.operators_by_kind
        assert told["latency_ms"] is None
