"""The child's answers: why there is no file, and whether a disk is at fault."""

from __future__ import annotations

import errno
import tempfile

import keras
import numpy as np
import pytest

from zoo.errors import Unsupported
from zoo.formats import _convert
from zoo.recipe import Recipe, Source
from zoo.task import Task
from zoo.trained import Trained

from ...disks import full_beyond

TEMPORARY = tempfile.gettempdir()
ORDER = {"job": "job", "format": "saved_model", "precision": "float32", "path": "model", "options": {}}


@pytest.mark.parametrize(
    ("error", "expected", "place"),
    [
        (OSError(errno.EACCES, "Permission denied", "/a/model"), errno.EACCES, "/a/model"),
        (RuntimeError("{{node save/SaveV2}} model/1/variables; No space left on device"), errno.ENOSPC, None),
        (RuntimeError(f"{TEMPORARY}/x/variables; Disk quota exceeded [Op:SaveV2]"), errno.EDQUOT, TEMPORARY),
        (OSError(errno.EFBIG, "File too large"), errno.EFBIG, None),
        (OSError(errno.ENOENT, "No such file", "/a"), None, None),
        (Unsupported("LiteRT has no operator for Erfinv."), None, None),
    ],
    ids=[
        "not allowed",
        "full, in TensorFlow's words",
        "a quota of temporary files",
        "too large",
        "another",
        "a model's",
    ],
)
def test_a_disk_at_fault_is_told_by_its_number_and_its_place(error, expected, place, monkeypatch):
    class Failing:
        @staticmethod
        def write(*_args, **_options):
            raise error

    monkeypatch.setattr(_convert, "read_job", lambda job: (None, None))
    monkeypatch.setattr(_convert.FORMATS, "get", lambda name: Failing)
    reason, number, told = _convert.answer(ORDER)
    assert (number, told) == (expected, place)
    assert "\n" not in reason


def test_calibration_rows_that_do_not_fit_on_the_disk_are_a_disk_that_is_full(tmp_path):
    untrained = Trained(Recipe(Source("rows.csv"), "mlp"), Task("image", (8, 8, 1), ("a", "b")), ())
    rows = np.zeros((64, 8, 8, 1), "float32")
    with full_beyond(10_000), pytest.raises(OSError, match="File too large"):
        _convert.write_job(untrained, rows, tmp_path)
    _convert.write_job(untrained, rows, tmp_path)
    assert np.array_equal(np.load(tmp_path / "calibration.npy"), rows)


def test_untrained_weights_are_of_no_two_alike_and_stay_finite_behind_many_exponentials():
    keras.utils.clear_session()
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Flatten()(inputs)
    for _ in range(8):
        x = keras.layers.BatchNormalization()(keras.layers.Dense(16, activation="exponential")(x))
    model = keras.Model(inputs, x)
    _convert.fill(model)
    numbers = np.concatenate([weight.ravel() for weight in model.get_weights()])
    assert (numbers > 0).all() and len(np.unique(numbers)) > 0.99 * len(numbers)
    assert np.isfinite(model.predict(np.full((1, 8, 8, 1), 3.0), verbose=0)).all()
