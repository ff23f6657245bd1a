"""An artifact in JSON has every key, and null for what does not apply."""

from __future__ import annotations

import json

from zoo.artifact import Artifact

KEYS = {
    *("path", "format", "precision", "bytes", "gzip_bytes", "sha256", "validation", "test", "proof", "skipped"),
    *("arena_bytes", "operators", "integer_share", "macs", "batch", "latency_ms"),
    *("operators_by_kind", "footprint", "bits"),
}


def test_a_variant_that_was_skipped_has_its_reason_and_nulls():
    answer = Artifact("tflite", "dynamic", skipped="pointless").to_json()
    assert set(answer) == KEYS
    assert {key: value for key, value in answer.items() if value is not None} == {
        "format": "tflite",
        "precision": "dynamic",
        "skipped": "pointless",
    }


def test_an_artifact_survives_json(exports):
    answer = exports["mlp", "tflite", "int8"].to_json()
    assert set(answer) == KEYS
    assert json.loads(json.dumps(answer)) == answer


def test_the_costs_of_a_keras_file_beyond_its_size_are_null(exports):
    costs = exports["mlp", "keras_file", "float32"].costs()
    assert costs.pop("bytes") > costs.pop("gzip_bytes") > 0
    assert set(costs.values()) == {None}
