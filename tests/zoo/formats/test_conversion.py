"""What conversions promise beyond the formats' contract: ends of integers, stripped files, and no silent failure."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.dataset import Split
from zoo.errors import BadData, ConversionFailed, Unsupported
from zoo.formats import _conversion
from zoo.formats._borders import Border
from zoo.formats._conversion import converted, share_of_zeros, without_names, without_zeros
from zoo.formats._facts import facts_of_litert
from zoo.formats.keras_file import KerasFile
from zoo.formats.tflite import TFLite
from zoo.proving.proof import prove

layers = keras.layers


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).uniform(0, 1, (80, 8, 8, 1)).astype("float32")


@pytest.fixture(scope="module")
def model():
    """A small convolutional model of images whose answers are far apart."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(8, 3, activation="relu", kernel_initializer="he_normal")(inputs)
    return keras.Model(inputs, layers.Softmax()(layers.Dense(5, kernel_initializer="he_normal")(layers.Flatten()(x))))


def test_ends_of_integers_answer_as_float_ends_do(model, x):
    inside, outside = (TFLite.of(converted(model, "int8", x, io)) for io in ("int8", "float"))
    assert {inside._entry.dtype, inside._exit.dtype} == {"int8"}
    assert {outside._entry, outside._exit} == {Border("float32")}
    differing = np.abs(inside.predict(x) - outside.predict(x))
    assert differing.max() <= 2 * inside._exit.scale  # halves may be rounded to either side
    assert np.mean(differing > 1e-6) < 0.05


def test_no_float_is_left_in_a_file_with_ends_of_integers(model, x):
    kinds = facts_of_litert(converted(model, "int8", x, "int8")).operators_by_kind
    assert "int8" in kinds
    assert not [kind for kind in kinds if "float" in kind]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["uint8", "int32"])
def test_ends_that_are_integers_already_stay_as_they_are(dtype, x):
    keras.utils.clear_session()
    inputs = keras.Input((8, 8, 1), dtype=dtype)
    scaled = layers.Rescaling(1 / 255)(keras.ops.cast(inputs, "float32"))
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(scaled)))
    rows = (255 * x).astype(dtype)
    opened = TFLite.of(converted(model, "int8", rows, "int8"))
    assert opened._entry == Border(dtype)
    assert opened._exit.dtype == "int8"
    expected = model.predict(rows, verbose=0)
    assert np.abs(opened.predict(rows) - expected).mean() < 0.05 * expected.std()


def pruned(model, share):
    """Return a copy of `model` of whose kernels this share, the smallest, is zero."""
    small = keras.models.clone_model(model)
    kernels = [
        np.where(np.abs(w) > np.quantile(np.abs(w), share), w, 0) if w.ndim > 1 else w for w in model.get_weights()
    ]
    small.set_weights(kernels)
    return small


@pytest.mark.slow
def test_a_file_without_zeros_is_smaller_and_answers_as_before(model, x, tmp_path):
    small = pruned(model, 0.9)
    assert share_of_zeros(small) == pytest.approx(0.9, abs=0.01)
    TFLite.write(small, "float32", tmp_path / "dense.tflite", x)
    TFLite.write(small, "float32", tmp_path / "sparse.tflite", x, sparse=True, strip=True)
    dense, sparse = (tmp_path / f"{name}.tflite" for name in ("dense", "sparse"))
    assert sparse.stat().st_size < 0.6 * dense.stat().st_size
    expected = small.predict(x, verbose=0)
    np.testing.assert_allclose(TFLite.open(sparse).predict(x), expected, atol=1e-5)
    np.testing.assert_allclose(TFLite.open(sparse).predict(x[:1]), expected[:1], atol=1e-5)


@pytest.mark.slow
def test_a_file_with_too_few_zeros_is_refused_with_how_many_there_are(model, x):
    with pytest.raises(ConversionFailed, match="without zeros it would take .* 0 % of its weights are zero.*--sparse"):
        without_zeros(model, x)


@pytest.mark.slow
def test_a_stripped_file_that_answered_differently_would_be_refused(model, x, monkeypatch):
    content, other = converted(model, "float32", x), converted(model, "int8", x)
    monkeypatch.setattr(_conversion, "stripped", lambda content: other)
    with pytest.raises(ConversionFailed, match="answers differently.*without --strip"):
        without_names(content, x)


@pytest.mark.slow
def test_a_file_that_does_not_run_is_refused(model, x, monkeypatch):
    monkeypatch.setattr(_conversion, "in_four_bits", lambda content: (b"nonsense" * 40, None))
    with pytest.raises(ConversionFailed, match="LiteRT does not run the file"):
        converted(model, "int4", x)


def test_calibration_rows_of_another_shape_are_refused(model, x):
    with pytest.raises(BadData, match=r"calibration rows are of shape \(8, 8\); the model takes \(8, 8, 1\)"):
        converted(model, "int8", x[..., 0])


def test_tokens_in_sixteen_bits_are_refused_with_what_serves_them():
    keras.utils.clear_session()
    inputs = keras.Input((7,), dtype="int32")
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(layers.Embedding(30, 8)(inputs))))
    with pytest.raises(Unsupported, match="int16x8 takes no tokens.*Take int8"):
        converted(model, "int16x8", np.ones((4, 7), "int32"))


def gated():
    """A model that tells noisy waves of three frequencies apart with gated recurrent units, and rows of each kind."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 600).astype("int32")
    time = np.linspace(0, 2 * np.pi, 16)
    rows = np.sin((labels[:, np.newaxis] + 1) * time + random.uniform(0, 6, (600, 1)))[..., np.newaxis].astype(
        "float32"
    )
    inputs = keras.Input((16, 1))
    model = keras.Model(inputs, layers.Softmax()(layers.Dense(3)(layers.GRU(16)(inputs))))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.learning_rate = 1e-2
    model.fit(rows, labels, epochs=15, verbose=0)
    return model, Split(rows, labels)


@pytest.mark.often("int8")
@pytest.mark.slow
@pytest.mark.parametrize("precision", ["int8", "int16x8"])
def test_what_a_gated_layer_answers_in_integers_passes_no_proof_unless_it_is_right(precision):
    model, rows = gated()
    source = KerasFile(model)
    expected = source.predict(rows.x).argmax(axis=1)
    assert np.mean(expected == rows.y) > 0.9
    try:
        file = TFLite.of(converted(model, precision, rows.x[:200]))
    except ConversionFailed:
        return
    right = np.mean(file.predict(rows.x).argmax(axis=1) == expected)
    assert prove(source, file, rows, precision).passed == (right >= 0.98)


@pytest.mark.slow
def test_a_file_that_keeps_its_state_between_calls_fails_its_proof(exports, champions, digits, monkeypatch):
    file = TFLite.open(exports["lstm", "tflite", "float32"].path / "model.tflite")
    source = KerasFile(champions["lstm"].model())
    assert prove(source, file, digits.validation, "float32").passed
    monkeypatch.setattr(type(file._interpreter), "reset_all_variables", lambda self: None)
    failed = prove(source, file, digits.validation, "float32")
    assert not failed.passed
    assert failed.repeats is False
    assert any("kept between calls" in reason for reason in failed.reasons)


@pytest.mark.slow
def test_a_file_whose_answers_are_no_numbers_fails_its_proof(model, x):
    weights = model.get_weights()
    broken = keras.models.clone_model(model)
    broken.set_weights([*weights[:-1], np.full_like(weights[-1], np.nan)])
    labels = model.predict(x, verbose=0).argmax(axis=1).astype("int32")
    file = TFLite.of(converted(broken, "float32", x))
    failed = prove(KerasFile(model), file, Split(x, labels), "float32")
    assert failed.reasons == ("the answers are not finite numbers of the expected shape",)


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["int8", "int16x8"])
def test_a_file_of_integers_that_is_still_float_fails_its_proof(precision, model, x):
    labels = model.predict(x, verbose=0).argmax(axis=1).astype("int32")
    content = converted(model, "float32", x)
    found = prove(KerasFile(model), TFLite.of(content), Split(x, labels), precision)
    assert found.passed
    failed = found.of_file(facts_of_litert(content), precision)
    assert not failed.passed
    assert "computes in integers" in failed.reasons[-1]
