"""Chains of compression methods in a study's space: what is drawn, which steps it means, and what repeats it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.drawing.chains import CHAIN, chain_space, is_foreseen, is_reshaped, steps_of
from search.drawing.spaces import study_space
from search.drawing.suggest import answers, suggest
from zoo.compression import checked_steps, compression_space
from zoo.recipe import Recipe, Source


class First:
    """Answers with the chain it was made for, and with the first of everything else."""

    def __init__(self, chain):
        self.chain, self.asked = chain, []

    def suggest_int(self, name, low, high):
        self.asked.append(name)
        return low

    def suggest_float(self, name, low, high, *, log=False):
        self.asked.append(name)
        return low

    def suggest_categorical(self, name, choices):
        self.asked.append(name)
        return self.chain if name == "compress.chain" else choices[0]


def drawn(chain, precision="int8"):
    asker = First(chain)
    space = study_space(["mlp"], compress=chain_space(precision))
    return suggest(space, asker), [name for name in asker.asked if name.startswith("compress.")], space


@pytest.mark.parametrize(("precision", "trains_on_a_grid"), [("float32", False), ("float16", False), ("int8", True)])
def test_only_files_of_integers_have_a_grid_to_train_on(precision, trains_on_a_grid):
    chains = chain_space(precision)[CHAIN].domain.points()
    assert any("quantize_aware" in chain for chain in chains) is trains_on_a_grid
    assert "none" in chains


def test_without_a_chain_nothing_else_is_asked_and_no_step_is_taken():
    suggestion, asked, _ = drawn("none")
    assert asked == ["compress.chain"]
    assert steps_of(suggestion.compress, "int8") == ()


@pytest.mark.parametrize("chain", chain_space("int8")[CHAIN].domain.points())
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_every_chain_gives_steps_that_its_methods_take(chain, precision):
    suggestion, _, _ = drawn(chain, precision)
    steps = steps_of(suggestion.compress, precision)
    assert "+".join(step["method"] for step in steps) == ("" if chain == "none" else chain)
    for (method, values), step in zip(checked_steps(steps), steps, strict=True):
        assert values == {name: value for name, value in step.items() if name != "method"}
        assert set(values) == set(compression_space(method))


def test_the_grid_follows_from_the_precision():
    (step,) = steps_of(drawn("quantize_aware", "int4")[0].compress, "int4")
    assert (step["bits"], step["activations"]) == (4, "float")
    (step,) = steps_of(drawn("quantize_aware", "int8")[0].compress, "int8")
    assert (step["bits"], step["activations"]) == (8, "int8")


@pytest.mark.parametrize("chain", ["none", "channels", "channels+quantize_aware"])
def test_the_values_of_a_recipe_repeat_the_draw(chain):
    suggestion, _, space = drawn(chain)
    parts = {"model": suggestion.model, "compress": steps_of(suggestion.compress, "int8")}
    recipe = Recipe(Source("digits"), "mlp", **parts)
    found = answers(space, recipe.values())
    assert found["compress.chain"] == chain
    assert ("compress.channels.share" in found) is ("channels" in chain)


def recipe(*methods):
    return Recipe(Source("digits"), "mlp", compress=tuple({"method": method} for method in methods))


def test_a_recipe_says_whether_its_model_changes_its_structure():
    assert not is_reshaped(recipe())
    assert not is_reshaped(recipe("quantize_aware"))
    assert is_reshaped(recipe("quantize_aware", "channels"))
    assert is_reshaped(recipe("low_rank"))


def test_what_channels_leave_of_each_layer_is_known_before_training_and_ranks_are_not():
    assert is_foreseen(recipe())
    assert is_foreseen(recipe("channels", "quantize_aware"))
    assert not is_foreseen(recipe("channels", "low_rank"))
    whole = replace(recipe("channels"), compress=({"method": "channels", "scope": "global"},))
    assert not is_foreseen(whole)
