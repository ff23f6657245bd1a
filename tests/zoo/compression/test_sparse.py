"""sparse: the smallest weights are 0 and stay so while the others learn; gzip sees it, the file does not."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from zoo.compression import compress
from zoo.evaluation import evaluate


def kernels(trained):
    return [weight for weight in trained.weights if weight.ndim > 1]


def flat(parts):
    return np.concatenate([part.ravel() for part in parts])


def test_the_smallest_weights_of_all_kernels_are_zero_and_the_others_as_before(champions, digits, workspace):
    step = {"method": "sparse", "sparsity": 0.7, "epochs": 0}
    found = flat(kernels(compress(champions["mlp"], digits, step, workspace=workspace)))
    before = flat(kernels(champions["mlp"]))
    threshold = np.quantile(np.abs(before), 0.7)
    assert np.mean(found == 0) == pytest.approx(0.7, abs=1e-4)
    assert np.abs(before[found == 0]).max() <= threshold * (1 + 1e-6)
    assert np.array_equal(found[found != 0], before[found != 0])


def test_of_each_layer_the_same_share_is_zero_where_that_is_asked_for(champions, digits, workspace):
    step = {"method": "sparse", "sparsity": 0.6, "scope": "layer", "epochs": 0}
    for kernel in kernels(compress(champions["cnn"], digits, step, workspace=workspace)):
        assert np.mean(kernel == 0) == pytest.approx(0.6, abs=0.5 / kernel.size + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_zeros_stay_while_the_others_are_trained_on(name, champions, digits, workspace):
    step = {"method": "sparse", "sparsity": 0.8, "rounds": 2, "epochs": 3}
    smaller = compress(champions[name], digits, step, workspace=workspace)
    found, before = flat(kernels(smaller)), flat(kernels(champions[name]))
    assert np.mean(found == 0) == pytest.approx(0.8, abs=1e-3)
    assert not np.array_equal(found[found != 0], before[found != 0])
    scores = [evaluate(one, digits.validation).metrics["accuracy"] for one in (champions[name], smaller)]
    assert scores[1] > scores[0] - 0.05


def test_gzip_makes_fewer_bytes_of_it_though_it_holds_as_many_numbers(champions, digits, workspace):
    step = {"method": "sparse", "sparsity": 0.9, "epochs": 0}
    smaller = compress(champions["mlp"], digits, step, workspace=workspace)
    assert smaller.parameters == champions["mlp"].parameters
    packed = [len(gzip.compress(flat(one.weights).tobytes())) for one in (champions["mlp"], smaller)]
    assert packed[1] < 0.35 * packed[0]
