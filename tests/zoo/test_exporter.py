"""What the variants of one export share."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zoo.bundle import load
from zoo.converter import Converter
from zoo.errors import BadData, BadValue
from zoo.exporter import Wishes, exporter, weights_hash
from zoo.formats import Variant
from zoo.hypermodels.plugins import plugin_of
from zoo.recipe import OWN_MODEL, Recipe, Source
from zoo.trained import Trained


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


def test_a_model_whose_file_has_changed_says_so_and_that_alone(digits):
    plugin = replace(plugin_of(f"{BUILDS}:softmax"), sha256="0" * 64)
    recipe = Recipe(Source("digits"), OWN_MODEL, plugins=(plugin.to_json(),))
    with (
        pytest.raises(BadData, match="builds.py has changed.*another study with it.$"),
        exporter(Trained(recipe, digits.task, ()), digits, Wishes(), Converter(BROKEN)),
    ):
        pass


BUILDS = Path(__file__).with_name("hypermodels") / "builds.py"
BROKEN = (sys.executable, str(Path(__file__).with_name("misbehaving_converter.py")))  # makes none of our files


@pytest.fixture
def standing(exports, tmp_path):
    """A bundle of the cnn where an export into the folder would put its own."""
    return shutil.copytree(exports["cnn", "tflite", "int8"].path, tmp_path / "tflite-int8")


@pytest.mark.parametrize(("model", "stays"), [("cnn", True), ("mlp", False)], ids=["of this model", "of another"])
def test_a_failed_variant_removes_the_bundle_it_was_to_replace_unless_it_is_of_the_same_model(
    model, stays, standing, champions, digits
):
    with Converter(BROKEN) as child, exporter(champions[model], digits, Wishes(force=True), child) as made:
        artifact = made.attempt(Variant("tflite", "int8"), standing)
    assert artifact.skipped.startswith("AttributeError")
    assert standing.exists() == stays
    if stays:
        assert load(standing).report["weights"] == weights_hash(champions["cnn"])


class Overtaken(Converter):
    """A converter that fails after somebody else has put a bundle in place."""

    def __init__(self, bundle, target):
        super().__init__(BROKEN)
        self.bundle, self.target = bundle, target

    def convert(self, order):
        shutil.copytree(self.bundle, self.target)
        super().convert(order)


def test_nothing_is_removed_without_force(exports, champions, digits, tmp_path):
    target = tmp_path / "tflite-int8"
    with (
        Overtaken(exports["cnn", "tflite", "int8"].path, target) as child,
        exporter(champions["mlp"], digits, Wishes(), child) as made,
    ):
        assert made.attempt(Variant("tflite", "int8"), target).path is None
    assert load(target).report["weights"] == weights_hash(champions["cnn"])


def test_what_is_no_bundle_is_never_removed(champions, digits, tmp_path):
    (tmp_path / "letters").touch()
    refused = pytest.raises(BadValue, match="is no bundle")
    with Converter(BROKEN) as child, exporter(champions["mlp"], digits, Wishes(True), child) as made, refused:
        made.attempt(Variant("tflite", "int8"), tmp_path)
    assert (tmp_path / "letters").exists()
