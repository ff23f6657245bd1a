"""`zoo tune --compress`: trials are made smaller before they are measured, and ship as they were measured."""

from __future__ import annotations

import numpy as np
import pytest

import search
import zoo
from search.choosing.champion import trained_of
from search.files import StudyFiles
from zoo.errors import BadValue
from zoo.recipe import read_recipe

from .whole_studies import Study, tune

MOST = 20_000  # bytes
FIXED = {"compress.chain": "channels", "compress.channels.epochs": 1, "compress.channels.rounds": 1}


@pytest.fixture(scope="module")
def compressed(tmp_path_factory):
    """Two trials of wine for a microcontroller that lose channels, judged by accuracy and bytes of their files."""
    root = tmp_path_factory.mktemp("compressed")
    asked = {"trials": 2, "goal": ("accuracy", "bytes"), "device": "micro", "pruner": "none", "finalists": 0}
    asked["limit"] = (f"bytes={MOST}",)
    return Study(root, tune(root, compress=True, fixed=FIXED, narrowed={"compress.channels.share": "0.3:0.6"}, **asked))


@pytest.mark.slow
def test_the_champion_ships_as_small_as_it_was_measured(compressed):
    champion = compressed.answer.champion
    made = champion.variants[-1]
    size = (compressed.root / made["path"] / "model.tflite").stat().st_size
    assert size == made["bytes"] == champion.costs["bytes"] <= MOST
    assert (made["arena_bytes"], made["validation"]["accuracy"]) == (
        champion.costs["ram"],
        pytest.approx(champion.validation["accuracy"]),
    )
    assert made["test"]["accuracy"] == champion.test["accuracy"]
    assert 0.3 <= champion.values["compress.channels.share"] <= 0.6


@pytest.mark.slow
def test_a_champion_for_a_microcontroller_lies_there_as_c_and_says_what_it_takes(compressed):
    made = compressed.answer.champion.variants[-1]
    assert (made["format"], made["precision"], made["skipped"]) == ("c_array", "int8", None)
    assert made["footprint"]["flash_bytes"] > made["bytes"]
    assert (compressed.root / made["path"] / "model.cc").is_file()


@pytest.mark.slow
def test_a_trial_keeps_its_smaller_model_and_its_recipe_gives_it_again(compressed):
    workspace = zoo.Workspace(1)
    slot = int(compressed.answer.champion.trial.rpartition("#")[2])
    kept = trained_of(slot, StudyFiles(compressed.root, "wine"), workspace)
    again = zoo.run(read_recipe(compressed.trial(slot) / "recipe.json"), workspace).trained
    rows = workspace.splits(kept.recipe.data, kept.recipe.preparation).validation.x
    assert kept.config is not None
    np.testing.assert_array_equal(kept.predict(rows), again.predict(rows))
    assert kept.parameters == compressed.answer.champion.parameters


@pytest.mark.slow
def test_the_same_call_gives_the_same_answer(compressed):
    again = search.resume("wine", compressed.root)
    assert again.champion.trial == compressed.answer.champion.trial


def test_a_model_of_ones_own_is_not_compressed(tmp_path):
    (tmp_path / "mine.py").write_text("def build(hp): pass\n")
    with pytest.raises(BadValue, match="a model of your own is not taken apart"):
        tune(tmp_path, compress=True, builders=(), hypermodel=f"{tmp_path / 'mine.py'}:build")
