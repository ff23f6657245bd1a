"""What the variants of one export share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.bundle import load
from zoo.exporter import weights_hash


def test_every_bundle_of_a_model_knows_its_weights_by_one_hash(exports, champions):
    known = {load(exports["cnn", "tflite", precision].path).report["weights"] for precision in ("float32", "int8")}
    assert known == {weights_hash(champions["cnn"])}


def test_the_hash_changes_with_any_number_and_with_any_shape(champions):
    trained = champions["mlp"]
    first, *rest = trained.weights
    nudged = first.copy()
    nudged[0, 0] = np.nextafter(nudged[0, 0], np.inf)
    others = [replace(trained, weights=(changed, *rest)) for changed in (nudged, first.reshape(1, -1), first.T)]
    assert len({weights_hash(one) for one in (trained, *others)}) == 4
