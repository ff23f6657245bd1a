"""A part that breaks a promise is told what it does instead; the examples of parts keep all of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoo.contracts import Broken, Check, all_of, check_part, promises_of
from zoo.contracts.bench import Bench
from zoo.own.parts import forget_plugins, use_plugin

PLUGINS = Path(__file__).parents[2] / "plugins"
KINDS = ("activation", "loss", "optimizer", "builder")
ACTIVATION = """
import keras
from keras import ops
import tensorflow as tf
from zoo import register
@register("activation")
def mine(x):
    return {}
"""
LOSS = """
import tensorflow as tf
from zoo import register
@register("loss", kinds=("regression",))
def mine(y, scores):
    "Return it."
    return {}
"""
OPTIMIZER = """
import keras
from zoo import register
@register("optimizer")
def mine(learning_rate, weight_decay):
    "Return it."
    return {}
"""
BUILDER = """
import keras
from zoo import register
@register("builder", accepts=("image",))
def mine(task):
    "Return it."
    inputs = keras.Input(task.input_shape{})
    x = keras.layers.Flatten()(inputs)
    return keras.Model(inputs, keras.layers.Dense(task.outputs{})(x))
"""
CASES = [
    (ACTIVATION, ("ops.relu(x)",), "described", "mine has no docstring"),
    (ACTIVATION, ("ops.log(ops.relu(x))",), "finite", "an answer is not a finite number at random numbers"),
    (ACTIVATION, ("ops.exp(x)",), "finite", "at extreme numbers, for 10000"),
    (ACTIVATION, ("ops.sqrt(ops.absolute(x))",), "finite", "a gradient is not .* at extreme numbers, for 0\\."),
    (ACTIVATION, ("ops.mean(x, axis=-1)",), "finite", r"rows of \(6,\) become \(\)"),
    (ACTIVATION, ("ops.stop_gradient(x) * ops.sigmoid(x)",), "sloped", "is the central difference in"),
    (ACTIVATION, ("keras.layers.Lambda(lambda y: 2 * y)(x)",), "stock", "it is made of Lambda"),
    (ACTIVATION, ("nowhere(x)",), "finite", r"NameError: name 'nowhere'"),
    (LOSS, ("tf.square(scores - y)",), "finite", r"targets \(400,\) and scores \(400, 1\) have losses \(400, 400\)"),
    (OPTIMIZER, ("keras.optimizers.SGD(0.3, weight_decay=weight_decay)",), "described", "it has 0.3"),
    (OPTIMIZER, ("keras.optimizers.SGD(learning_rate)",), "live", "the weight decay does not reach it"),
    (OPTIMIZER, ("'sgd'",), "described", "mine returns str; it must be a keras Optimizer|AttributeError"),
    (BUILDER, (", dtype=task.dtype", ", activation='softmax'"), "answering", "it ends in softmax"),
    (BUILDER, (", dtype=task.dtype", " + 1"), "answering", r"its answers are \(None, 4\); they must be \(None, 3\)"),
    (BUILDER, ("", ""), "bytes_rescaled", "for images in bytes its input is float32"),
]


@pytest.fixture(autouse=True)
def nothing_known():
    forget_plugins()
    yield
    forget_plugins()


@pytest.fixture(scope="module")
def bench(workspace):
    with Bench(workspace) as made:
        yield made


@pytest.mark.parametrize(("source", "given", "promise", "told"), CASES)
def test_what_a_part_breaks_is_told(source, given, promise, told, tmp_path, bench):
    path = tmp_path / "my_part.py"
    path.write_text(source.format(*given))
    part = use_plugin(path)
    (broken,) = (one for one in promises_of(part.kind).values() if one.__name__ == promise)
    found = all_of([part.name], broken, bench)
    assert list(found) == ["mine"]
    with pytest.raises(Broken, match=told):
        raise Broken(found["mine"])


def test_what_a_user_s_function_raises_is_told_with_its_line(tmp_path, workspace):
    path = tmp_path / "my_part.py"
    path.write_text("import nowhere_at_all\n" + ACTIVATION.format("x"))
    found = check_part(use_plugin(path))
    assert found[-1].to_json()["passed"] is False
    assert "No module named 'nowhere_at_all', line 1" in found[-1].reason
    assert len(found) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["squared_relu", "log_cosh", "sign_descent", "gated"])
def test_each_example_keeps_all_that_its_kind_promises(name, workspace):
    said = []
    found = check_part(use_plugin(PLUGINS / f"{name}.py"), said.append)
    assert [(check.name, check.reason) for check in found if not check.passed] == []
    assert said == [check.name for check in found[1:]]


@pytest.mark.parametrize("kind", KINDS)
def test_promises_are_sentences_each_tried_by_a_function_of_its_own(kind):
    promises = promises_of(kind)
    assert len(set(promises.values())) == len(promises) >= 5


def test_a_check_says_why_only_where_it_failed():
    assert Check("it works", True).to_json() == {"name": "it works", "passed": True, "reason": None}
    assert Check("it works", False, "it does not").word == "FAIL"
