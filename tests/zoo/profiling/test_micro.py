"""TensorFlow Lite Micro's own interpreter, where it is installed, agrees with its lists and with the planned arena."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from zoo.builders import BUILDERS, build
from zoo.formats._arena import planned_arena
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._interpreter import interpreter_bytes
from zoo.formats.c_array import CArray
from zoo.profiling import _micro, profile
from zoo.profiling._resizing import resized
from zoo.task import Task

from ..formats.networks import network
from . import kernels
from .crafted import dense, halves, hybrid, packed, sums
from .lengths import CHANNELS, convolution

PRECISIONS = ("float32", "int8")
OWN = [name for name in BUILDERS.names() if not BUILDERS.entries[name].facts.get("pretrained")]
SHAPES = {"table": (6,), "image": (8, 8, 1), "series": (6, 3), "text": (12,)}
NETWORKS = ("convolutions", "stacked lstms", "bidirectional lstm")
CLASSES = ("a", "b", "c")
KERNELS = {
    **{f"{name} {kind}": (kernels.reduced, name, kind) for name in ("MEAN", "SUM") for kind in (*PRECISIONS, "int16")},
    **{f"{name} {kind}": (kernels.reduced, name, kind) for name in ("REDUCE_MAX", "REDUCE_MIN") for kind in PRECISIONS},
    **{f"TRANSPOSE_CONV {kind}": (kernels.transposed, kind) for kind in (*PRECISIONS, "int16")},
    **{f"SVDF {kind}": (kernels.filtered, kind) for kind in PRECISIONS},
    **{f"MIRROR_PAD {kind}": (kernels.mirrored, kind) for kind in PRECISIONS},
    **{f"ADD_N {kind}": (kernels.gathered, kind) for kind in PRECISIONS},
    **{f"{name} int4": (kernels.unpacked, name) for name in ("CONV_2D", "DEPTHWISE_CONV_2D")},
    **{"FULLY_CONNECTED int4": (packed,), "unused tensors": (kernels.idle,)},
}

needs_micro = pytest.mark.skipif(_micro.find_spec(_micro.PACKAGE) is None, reason="needs the package tflite-micro")


def written(content, tmp_path):
    (tmp_path / "model.tflite").write_bytes(content)
    return tmp_path / "model.tflite"


def test_without_the_package_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(_micro, "PACKAGE", "no_such_package")
    assert _micro.tried(dense()) == {"reason": "`pip install tflite-micro` lets its interpreter try"}


def test_a_package_that_does_not_load_is_told_as_such(monkeypatch):
    monkeypatch.setitem(sys.modules, _micro.PACKAGE, None)
    monkeypatch.setattr(_micro, "find_spec", lambda name: True)
    assert _micro.tried(dense())["reason"].startswith("its interpreter, tflite_micro, is installed and does not load")


@needs_micro
def test_the_arena_is_no_limit_however_long_the_inputs_are(monkeypatch):
    monkeypatch.setattr(_micro, "ROOM", 2**16)
    content = resized(convolution(), [(1, 150, 150, CHANNELS)], runs=False)
    (graph,) = read_graphs(content)
    assert planned_arena(graph) > _micro.ROOM + 10 * len(content)
    assert _micro.tried(content)["arena_bytes"] == planned_arena(graph)


@needs_micro
@pytest.mark.parametrize(
    ("made", "runs"), [(dense, True), (sums, True), (packed, True), (halves, False), (hybrid, False)]
)
def test_its_interpreter_and_its_lists_agree_on_a_crafted_file(made, runs, tmp_path):
    found = profile(written(made(), tmp_path), calls=1).micro
    assert found.tried
    assert (found.takes, not found.refusals) == (runs, runs)
    assert bool(found.reason) != runs


@pytest.mark.slow
@needs_micro
@pytest.mark.parametrize("builder", ["mlp", "cnn", "lstm"])
@pytest.mark.parametrize(
    ("precision", "runs"), [("float32", True), ("int8", True), ("float16", False), ("dynamic", False)]
)
def test_its_interpreter_and_its_lists_agree_on_an_export(builder, precision, runs, exports):
    found = profile(exports[builder, "tflite", precision].path, calls=1).micro
    assert (found.takes, not found.refusals) == (runs, runs)


@needs_micro
@pytest.mark.often("int8-*")
@pytest.mark.parametrize("builder", ["mlp", "cnn", pytest.param("resnet", marks=pytest.mark.slow)])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_planned_arena_is_the_one_that_it_plans(builder, precision, exports):
    found = profile(exports[builder, "tflite", precision].path, calls=1)
    assert found.arena_bytes == found.micro.arena_bytes
    assert found.micro.kept_bytes > 0


@needs_micro
@pytest.mark.parametrize("case", KERNELS)
def test_what_a_kernel_works_in_is_planned_as_it_plans_it(case):
    make, *values = KERNELS[case]
    require_its_plan(make(*values))


@pytest.mark.slow
@needs_micro
@pytest.mark.often("*-int8", "lstm-*", "mlp with layer norm-*", "transformer-*", "convolutions-*")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", [*OWN, "mlp with layer norm", *NETWORKS])
def test_whatever_a_model_is_made_of_its_arena_is_the_one_that_it_plans(name, precision, tmp_path, workspace):
    model, rows = made(name)
    CArray.write(model, precision, tmp_path / "model.tflite", rows)
    require_its_plan((tmp_path / "model.tflite").read_bytes())


def require_its_plan(content):
    """Require the arena that is planned, and that it runs in this and what its interpreter is said to need."""
    (graph,) = read_graphs(content)
    arena, found = planned_arena(graph), _micro.tried(content)
    assert (found.get("reason", ""), found["arena_bytes"]) == ("", arena)
    told = interpreter_bytes(graph, arena)
    assert found["kept_bytes"] < told < 2 * found["kept_bytes"] + 2048
    runtime = pytest.importorskip("tflite_micro").runtime
    runtime.Interpreter.from_bytes(content, arena_size=arena + told)  # raises where that is too little


def made(name):
    """Return an untrained model whose every weight is drawn, and rows for it."""
    import keras

    if name in NETWORKS:
        return network(name)
    builder, _, has_layer_norm = name.partition(" with ")
    modality = BUILDERS.entries[builder].facts["accepts"][0]
    is_text, random = modality == "text", np.random.default_rng(0)
    task = Task(modality, SHAPES[modality], CLASSES, *(("int32", 1, 20) if is_text else ()))
    keras.utils.clear_session()
    inner = build(builder, task, **({"normalization": "layer"} if has_layer_norm else {}))
    model = keras.Model(inner.input, keras.layers.Softmax()(inner.output))
    model.set_weights([weight + random.uniform(0, 0.2, weight.shape) for weight in model.get_weights()])
    rows = random.integers(0, 20, (40, *task.input_shape)) if is_text else random.normal(size=(40, *task.input_shape))
    return model, rows.astype(task.dtype)
