"""What every format keeps, for every precision it has: registering a format is also testing it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from zoo.bundle import load
from zoo.errors import BadData
from zoo.formats import FORMATS, file_of, precisions_of, variants

QUICKEST, *REST = ("mlp", "cnn", "lstm", "resnet")
REFUSED = {("lstm", "tflite", "int16x8"): "the converter left float32 in an int16x8 file"}
EVERY = [(builder, *variant) for builder in (QUICKEST, *REST) for variant in variants()]
CASES = [case for case in EVERY if case not in REFUSED]
CLOSE = {"float32": 1e-4, "int4": 0.5, "mixed": 0.5}  # of each probability; of the other precisions 0.25
SMALL = {  # bytes at most, as a part of float32's
    **{"float32": 1.0, "float16": 0.65, "dynamic": 0.55, "int8": 0.45},
    **{"int16x8": 0.5, "int4": 0.4, "mixed": 0.5},
}


def marked(case):
    is_slow = case[0] != QUICKEST or case[1:] == ("c_array", "float32")
    return pytest.param(case, marks=pytest.mark.slow if is_slow else ())


@pytest.fixture(params=map(marked, CASES), ids="-".join)
def case(request):
    return request.param


@pytest.fixture
def artifact(case, exports):
    return exports[case]


@pytest.fixture
def model(artifact):
    return load(artifact.path).model


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_the_file_is_proven_against_its_source(artifact):
    assert artifact.skipped is None
    assert artifact.proof.passed, artifact.proof.reasons


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_answers_are_probabilities_of_every_row_whatever_their_number(case, model, digits, champions):
    x = np.concatenate([digits.train.x] * 2)
    expected = champions[case[0]].predict(x)
    for rows in (0, 1, 7, len(x)):
        found = model.predict(x[:rows])
        assert found.shape == (rows, 10)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected[:rows], atol=CLOSE.get(case[2], 0.25))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4 if case[2] == "float32" else 0.05)


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_a_row_gets_the_same_answer_alone_in_company_and_a_second_time(model, digits):
    x = digits.validation.x[:20]
    together = model.predict(x)
    for _ in range(2):
        np.testing.assert_allclose(model.predict(x[3:4]), together[3:4], atol=1e-5)


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_test_metrics_come_from_running_the_file(artifact, model, digits):
    right = model.predict(digits.test.x).argmax(axis=1) == digits.test.y
    assert artifact.test.metrics["accuracy"] == pytest.approx(right.mean())
    assert artifact.test.metrics["accuracy"] > 0.85


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_bytes_are_those_of_the_model_alone(case, artifact, exports):
    path = artifact.path / file_of(artifact.format)
    sizes = [file.stat().st_size for file in (path, *path.rglob("*")) if file.is_file()]
    assert artifact.bytes == sum(sizes)
    assert artifact.gzip_bytes < artifact.bytes <= SMALL[case[2]] * exports[*case[:2], "float32"].bytes


@pytest.mark.often("mlp-*", "cnn-*", "lstm-*")
def test_a_damaged_file_is_bad_data_in_one_line(case, artifact, tmp_path):
    entry = FORMATS.get(case[1])
    source, broken = artifact.path / file_of(case[1]), tmp_path / file_of(case[1])
    if source.is_dir():
        (broken / "1").mkdir(parents=True)
        contents = {broken / "1" / "saved_model.pb": source / "1" / "saved_model.pb"}
    else:
        contents = {broken: source}
    for content in (lambda file: b"", lambda file: b"nonsense", lambda file: file.read_bytes()[:700]):
        for to, file in contents.items():
            to.write_bytes(content(file))
        with pytest.raises(BadData, match="export it again") as caught:
            entry.open(broken)
        assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED, ids="-".join, indirect=True)
def test_a_variant_that_would_not_be_what_it_is_called_is_skipped_with_the_reason(case, artifact):
    assert artifact.path is None
    assert artifact.skipped.startswith(REFUSED[case])


@pytest.mark.parametrize("name", FORMATS.names())
def test_a_missing_file_is_bad_data(name, tmp_path):
    with pytest.raises(BadData):
        FORMATS.get(name).open(tmp_path / file_of(name))


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_says_what_it_is_for_and_which_precisions_it_has(name):
    assert FORMATS.entries[name].summary
    assert "float32" in precisions_of(name)


@pytest.mark.parametrize("builder", [QUICKEST, *(pytest.param(one, marks=pytest.mark.slow) for one in REST)])
def test_a_keras_file_names_no_class_of_this_project(exports, builder):
    with zipfile.ZipFile(exports[builder, "keras_file", "float32"].path / "model.keras") as archive:
        config = json.loads(archive.read("config.json"))
    modules = list(_values(config, "module"))
    assert modules
    assert all(module is None or module.split(".")[0] == "keras" for module in modules)
    assert not any(_values(config, "registered_name"))


def _values(node, key):
    """Return every value that `key` has, at any depth."""
    if isinstance(node, dict):
        here = [node[key]] if key in node and node[key] != "Functional" else []
        return here + [value for child in node.values() for value in _values(child, key)]
    return [value for child in node for value in _values(child, key)] if isinstance(node, list) else []


PLAIN = {
    "keras_file": "import keras; m = keras.models.load_model(sys.argv[1]); y = m(x).numpy()",
    "saved_model": (
        "import tensorflow as tf; m = tf.saved_model.load(sys.argv[1] + '/1')\n"
        "(y,) = m.signatures['serving_default'](rows=tf.constant(x)).values(); y = y.numpy()"
    ),
    "onnx": "import onnxruntime; m = onnxruntime.InferenceSession(sys.argv[1]); (y,) = m.run(['answers'], {'rows': x})",
    "tflite": (
        "from ai_edge_litert.interpreter import Interpreter; i = Interpreter(sys.argv[1])\n"
        "i.resize_tensor_input(0, x.shape); run = i.get_signature_runner(); (y,) = run(keras_tensor=x).values()"
    ),
    "c_array": (
        "from ai_edge_litert.interpreter import Interpreter; i = Interpreter(sys.argv[1])\n"
        "(rows,), (answers,), _ = i.get_input_details(), i.get_output_details(), i.allocate_tensors()\n"
        "one = lambda row: (i.set_tensor(rows['index'], row), i.invoke(), i.get_tensor(answers['index']))[-1]\n"
        "y = np.concatenate([one(row[np.newaxis]) for row in x])"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [one for one in CASES if one[0] == "cnn" or one[1] == "keras_file"], ids="-".join, indirect=True
)
def test_the_file_needs_nothing_of_this_project(case, artifact, model, digits, tmp_path):
    x = digits.validation.x[:30]
    np.save(tmp_path / "x.npy", x)
    hidden = "import sys; sys.modules['zoo'] = sys.modules['search'] = None"  # importing them now fails
    code = f"{hidden}\nimport numpy as np; x = np.load('x.npy')\n{PLAIN[case[1]]}\nnp.save('y.npy', y)\n"
    command = [sys.executable, "-I", "-c", code, str(artifact.path / file_of(case[1]))]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, done.stderr[-2000:]
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), model.predict(x), atol=1e-6)
