"""A structure has the names that a process gives to its first model, whatever was made before."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from zoo.builders import build
from zoo.renaming import renamed
from zoo.task import Task

TASKS = {
    "mlp": Task("table", (5,), ("a", "b")),
    "resnet": Task("image", (8, 8, 1), ("a", "b")),
    "lstm": Task("series", (6, 2), ("a", "b")),
    "cnn": Task("text", (9,), ("a", "b"), "int32", vocabulary=50),
}


def network(builder):
    values = {"direction": "bidirectional", "layers": 2} if builder == "lstm" else {}
    return build(builder, TASKS[builder], **values)


@pytest.mark.parametrize("builder", TASKS)
def test_the_second_model_of_a_process_has_the_names_of_the_first(builder):
    first, second = (renamed(json.loads(network(builder).to_json())) for _ in range(2))
    names = [[layer["config"]["name"] for layer in config["config"]["layers"]] for config in (first, second)]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])


@pytest.mark.parametrize("builder", TASKS)
def test_it_is_the_same_network(builder):
    made = network(builder)
    same = keras.models.model_from_json(json.dumps(renamed(json.loads(made.to_json()))))
    same.set_weights(made.get_weights())
    rows = np.random.default_rng(0).integers(0, 50, (3, *TASKS[builder].input_shape)).astype(TASKS[builder].dtype)
    np.testing.assert_array_equal(same(rows), made(rows))
