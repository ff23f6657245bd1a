"""The reference networks of MLPerf Tiny have the sizes that are known of them, counted by hand from their layers."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.builders import build
from zoo.sizes import sizes_of
from zoo.task import Task

from .mlperf_tiny import mlperf_dscnn, mlperf_resnet8

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def convolution(kernel, inputs, filters):
    return kernel * inputs * filters + filters


def norm(channels):
    return 4 * channels


def test_resnet8_has_the_parameters_and_the_work_of_its_layers():
    parameters = convolution(9, 3, 16) + norm(16)
    parameters += 2 * (convolution(9, 16, 16) + norm(16))
    parameters += convolution(9, 16, 32) + convolution(9, 32, 32) + 2 * norm(32) + convolution(1, 16, 32)
    parameters += convolution(9, 32, 64) + convolution(9, 64, 64) + 2 * norm(64) + convolution(1, 32, 64)
    parameters += 64 * 10 + 10
    macs = 1024 * 9 * (3 * 16 + 2 * 16 * 16) + 256 * (9 * (16 * 32 + 32 * 32) + 16 * 32)
    macs += 64 * (9 * (32 * 64 + 64 * 64) + 32 * 64) + 64 * 10
    sizes = sizes_of(mlperf_resnet8())
    assert (sizes.parameters, sizes.macs) == (parameters, macs) == (78_666, 12_501_632)


def test_ds_cnn_has_the_parameters_and_the_work_of_its_layers():
    block = 9 * 64 + 64 + norm(64) + convolution(1, 64, 64) + norm(64)
    parameters = convolution(40, 1, 64) + norm(64) + 4 * block + 64 * 12 + 12
    macs = 125 * 40 * 64 + 4 * 125 * (9 * 64 + 64 * 64) + 64 * 12
    sizes = sizes_of(mlperf_dscnn())
    assert (sizes.parameters, sizes.macs) == (parameters, macs) == (24_908, 2_656_768)


@pytest.mark.parametrize("make", [mlperf_resnet8, mlperf_dscnn])
def test_they_answer_with_probabilities(make):
    model = make()
    answers = model.predict(np.random.default_rng(0).normal(size=(3, *model.input_shape[1:])), verbose=0)
    assert answers.shape == (3, model.output_shape[1])
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "task", "reference"),
    [
        ("resnet", Task("image", (32, 32, 3), tuple("0123456789")), mlperf_resnet8),
        ("ds_cnn", Task("audio", (49, 10, 1), tuple("abcdefghijkl")), mlperf_dscnn),
    ],
)
def test_a_builders_defaults_are_the_reference_but_for_biases_that_batch_norm_makes_idle(name, task, reference):
    ours, theirs = build(name, task), reference()
    kernels = [
        sorted(tuple(weight.shape) for weight in model.weights if weight.name.endswith("kernel"))
        for model in (ours, theirs)
    ]
    assert kernels[0] == kernels[1]
    assert sizes_of(ours).macs == sizes_of(theirs).macs
