"""train_on: the same model, trained for as long as it says, from the weights that it has."""

from __future__ import annotations

import numpy as np

from zoo.compression import compress
from zoo.training.refining import refine


def test_it_is_training_without_patience_from_the_weights_there_are(champions, digits, workspace):
    model, network = champions["mlp"], champions["mlp"].network()
    step = {"method": "train_on", "epochs": 3, "learning_rate": 0.01}
    found = compress(model, digits, step, workspace=workspace)
    changes = {"epochs": 3, "patience": 3, "learning_rate": 0.01}
    refined = refine(network, model, digits, workspace, changes)
    assert all(map(np.array_equal, found.weights, refined.network.get_weights()))
    assert found.history == (*model.history, *refined.history)
    assert found.epoch == len(model.history) + refined.epoch
