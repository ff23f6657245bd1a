"""A user's own part is known by its function's name beside the zoo's, and a recipe that uses it records its file."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import zoo
from zoo import activations, losses, optimizers
from zoo.builders import BUILDERS, builders_for, default_builders
from zoo.errors import BadData, BadValue, UnknownName
from zoo.own.parts import forget_plugins, known_parts, require_known, use_plugin, without_parts
from zoo.recipe import OF_LOSSES, Recipe, Source, TrainConfig
from zoo.showing import show, summary_of
from zoo.space import space_of

PLUGINS = Path(__file__).parents[2] / "plugins"
ACTIVATION = 'from zoo import register\n@register("activation")\ndef mine(x):\n    """Return x."""\n    return x\n'


@pytest.fixture(autouse=True)
def nothing_known():
    forget_plugins()
    yield
    forget_plugins()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text(ACTIVATION)
    return path


def test_a_part_is_known_by_its_function_s_name_and_its_file_is_not_run(tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text(ACTIVATION + "raise RuntimeError\n")
    part = use_plugin(path)
    assert (part.kind, part.name, part.path) == ("activation", "mine", str(path))
    assert "mine" in activations.names()
    assert activations.ACTIVATIONS.entries["mine"].summary == "Return x."


def test_it_is_run_when_it_is_used_and_only_once(tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text("import sys\nsys.own_part_runs = getattr(sys, 'own_part_runs', 0) + 1\n" + ACTIVATION)
    use_plugin(path)
    assert [activations.ACTIVATIONS.get("mine")(3) for _ in range(2)] == [3, 3]
    assert sys.own_part_runs == 1
    del sys.own_part_runs


@pytest.mark.parametrize("name", ["squared_relu", "log_cosh", "sign_descent", "gated"])
def test_each_example_is_known_in_the_registry_of_its_kind(name):
    part = use_plugin(PLUGINS / f"{name}.py")
    known = {
        "activation": activations.names(),
        "loss": losses.names(),
        "optimizer": optimizers.names(),
        "builder": BUILDERS.names(),
    }
    assert part.name == name
    assert name in known[part.kind]


def test_a_builder_of_a_user_takes_part_only_where_it_is_named():
    use_plugin(PLUGINS / "gated.py")
    assert "gated" in builders_for("image")
    assert "gated" not in default_builders("image")


def test_it_is_listed_and_shown_as_the_user_s(file):
    use_plugin(file)
    assert summary_of(activations.ACTIVATIONS.entries["mine"]) == f"x. (yours: {file})"
    assert f"yours: {file}" in list(show("mine").facts_in_words())


def test_a_recipe_records_the_parts_that_it_uses_and_no_others(file):
    part, gated = use_plugin(file), use_plugin(PLUGINS / "gated.py")
    plain = Recipe(Source("digits"), "mlp")
    recipe = replace(plain, model={"activation": "mine"})
    assert plain.plugins == ()
    assert recipe.plugins == (part.to_json(),)
    assert replace(recipe, builder="gated").plugins == (part.to_json(), gated.to_json())
    assert replace(recipe, model={}).plugins == ()
    assert json.loads(json.dumps(recipe.to_json()))["plugins"] == [part.to_json()]


def test_a_stored_recipe_makes_its_parts_known(tmp_path):
    use_plugin(PLUGINS / "log_cosh.py")
    stored = Recipe(Source("diabetes"), "mlp", train=TrainConfig(loss="log_cosh")).to_json()
    forget_plugins()
    with pytest.raises(BadValue, match="train.loss is 'log_cosh'"):
        TrainConfig(loss="log_cosh")
    assert Recipe.from_json(stored).train.loss == "log_cosh"
    assert [part.name for part in known_parts()] == ["log_cosh"]


def test_a_stored_recipe_whose_file_has_changed_is_refused(file):
    use_plugin(file)
    stored = Recipe(Source("digits"), "mlp", {"activation": "mine"}).to_json()
    file.write_text(ACTIVATION + "# changed\n")
    with pytest.raises(BadData, match="my_part.py has changed: its hash was .* Restore it"):
        Recipe.from_json(stored)


def test_a_stored_recipe_whose_file_is_gone_is_refused_until_it_is_known_from_elsewhere(file, tmp_path):
    use_plugin(file)
    stored = Recipe(Source("digits"), "mlp", {"activation": "mine"}).to_json()
    forget_plugins()
    moved = file.rename(tmp_path / "moved.py")
    with pytest.raises(BadData, match="my_part.py cannot be read .* say where it lies with --plugin"):
        Recipe.from_json(stored)
    use_plugin(moved)
    assert Recipe.from_json(stored).plugins[0]["path"] == str(moved)


def test_a_file_that_changed_is_read_anew(file):
    before = use_plugin(file)
    file.write_text(ACTIVATION.replace("return x\n", "return -x\n"))
    after = use_plugin(file)
    assert before.sha256 != after.sha256
    assert activations.ACTIVATIONS.get("mine")(3) == -3


@pytest.mark.parametrize(
    ("name", "kind", "arguments"),
    [
        ("relu", "activation", "x"),
        ("softplus", "activation", "x"),
        ("adam", "optimizer", "learning_rate, weight_decay"),
    ],
)
def test_a_name_of_the_zoo_s_own_is_refused(name, kind, arguments, tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text(f'@register("{kind}")\ndef {name}({arguments}): ...\n')
    with pytest.raises(BadValue, match=f"{kind} {name} of .* is a name of the zoo's own. Rename the function."):
        use_plugin(path)


def test_the_name_of_another_file_s_part_is_refused(file, tmp_path):
    use_plugin(file)
    other = tmp_path / "other.py"
    other.write_text(ACTIVATION + "# another\n")
    with pytest.raises(BadValue, match=r"activation mine of .*other.py is that of .*my_part.py already"):
        use_plugin(other)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def mine(x): ...\n", "registers no function. Put @register"),
        (ACTIVATION + '@register("activation")\ndef other(x): ...\n', r"registers 2 parts \(mine, other\)"),
        ("x = 1\ndef mine(:\n", "line 2: .* It is no Python"),
        ("@register()\ndef mine(x): ...\n", "line 1: @register must say what it is"),
        (
            '@register("activatoin")\ndef mine(x): ...\n',
            "no kind of part is named 'activatoin'; did you mean 'activation'",
        ),
        ('KIND = "loss"\n@register(KIND)\ndef mine(x): ...\n', "line 2: what @register says must be plain values"),
    ],
)
def test_a_file_that_registers_no_one_part_is_refused_in_one_line(text, told, tmp_path):
    path = tmp_path / "my_part.py"
    path.write_text(text)
    with pytest.raises(BadData, match=told) as caught:
        use_plugin(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_plugin_in_a_recipe_is_refused():
    with pytest.raises(BadValue, match="not a plugin"):
        require_known([{"kind": "activation", "path": "mine.py"}])


def test_a_bundle_s_recipe_reads_without_its_parts():
    use_plugin(PLUGINS / "log_cosh.py")
    stored = Recipe(Source("diabetes"), "mlp", train=TrainConfig(loss="log_cosh", epochs=7)).to_json()
    forget_plugins()
    read = Recipe.from_json(without_parts(json.loads(json.dumps(stored))))
    assert (read.train.loss, read.train.epochs, read.plugins) == ("auto", 7, ())


def test_the_settings_that_losses_may_take_are_those_of_training_that_are_for_losses():
    space = space_of(TrainConfig)
    assert {name for name, one in space.items() if one.when and one.when.parent == "loss"} == set(OF_LOSSES)


def test_a_name_that_is_near_to_a_part_is_answered_with_it(file):
    use_plugin(file)
    with pytest.raises(UnknownName, match="did you mean 'mine'"):
        activations.ACTIVATIONS.get("mime")


def test_what_its_function_raises_in_a_training_is_one_line_with_the_file_s_line(tmp_path, workspace):
    path = tmp_path / "my_part.py"
    path.write_text(ACTIVATION.replace("return x\n", "return x.nothing\n"))
    use_plugin(path)
    with pytest.raises(BadData, match="my_part.py, line 5: activation mine failed: AttributeError") as caught:
        zoo.run(Recipe(Source("wine"), "mlp", {"activation": "mine"}, train=TrainConfig(epochs=1)), workspace)
    assert "\n" not in str(caught.value)


def test_a_recipe_with_a_part_runs_and_is_refused_once_its_file_has_changed(file, workspace):
    use_plugin(file)
    recipe = Recipe(Source("wine"), "mlp", {"activation": "mine"}, train=TrainConfig(epochs=1))
    assert zoo.run(recipe, workspace).report.rows == 36
    file.write_text(ACTIVATION + "# changed\n")
    with pytest.raises(BadData, match="has changed"):
        zoo.run(recipe, workspace)


@pytest.mark.parametrize(
    ("source", "asked", "own"),
    [
        ('"optimizer")\ndef mine(learning_rate, weight_decay, *, momentum=0.9)', {"optimizer": "mine"}, "momentum"),
        ('"loss", kinds=("regression",))\ndef mine(y, scores, *, huber_delta=1.0)', {"loss": "mine"}, "huber_delta"),
    ],
)
def test_the_settings_of_training_that_a_part_takes_matter_beside_it(source, asked, own, file):
    file.write_text(f'from zoo import register\n@register({source}:\n    """Return x."""\n')
    use_plugin(file)
    assert own in TrainConfig(**asked).applying()
    assert own not in TrainConfig().applying()
