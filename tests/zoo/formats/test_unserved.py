"""A layer that LiteRT does not serve is named, with the nearest operator that it has."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.errors import Unsupported
from zoo.formats._unserved import in_words
from zoo.formats.tflite import TFLite

MESSAGE = """<unknown>:0: error: loc(callsite(fused["Resize:", "net/inner/larger/Resize@__inference_f_1"] at "x")): no
Some ops are not supported by the native TFLite runtime, you can enable TF kernels fallback using TF Select.
TF Select ops: ResizeBicubic, Digamma
Details:
"""


def test_what_is_missing_is_named_with_its_layer_and_the_nearest_there_is():
    found = in_words(MESSAGE)
    assert found.startswith("LiteRT has no operator for ResizeBicubic, Digamma of layer 'inner/larger'")
    assert "nearest to it in name is RESIZE_BILINEAR" in found


def test_other_errors_are_left_to_speak_for_themselves():
    assert in_words("failed to legalize operation 'tf.While'") is None


class Odd(keras.layers.Layer):
    """A layer whose function LiteRT lacks."""

    def call(self, x):
        import tensorflow as tf

        return tf.math.bessel_i0e(x)


@pytest.mark.slow
def test_a_model_with_such_a_layer_is_refused_by_its_name(tmp_path):
    keras.utils.clear_session()
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(Odd(name="odd")(inputs)))
    with pytest.raises(Unsupported, match="no operator for BesselI0e of layer 'odd.*Use another layer"):
        TFLite.write(model, "float32", tmp_path / "model.tflite", np.ones((2, 4), "float32"))
