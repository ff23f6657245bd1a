"""What integers make of activations, by our formulas and by LiteRT's own, for the README.

`python -m pytest tests/benchmarks/test_formulas.py -m benchmark`
"""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from zoo.calibration import calibration_rows
from zoo.formats import _conversion
from zoo.formats._formulas import FORMULAS
from zoo.formats.keras_file import KerasFile
from zoo.formats.tflite import TFLite
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit

from .figures import warning
from .measuring import rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
ACTIVATIONS = [function.__name__ for function in FORMULAS]


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_labels_that_an_int8_file_gives_as_its_source(activation, builder, workspace, digits, monkeypatch, show):
    found = []
    for seed in range(rounds(3)):
        train = TrainConfig(epochs=20, learning_rate=3e-3)
        recipe = Recipe(Source("digits"), builder, {"activation": activation}, train=train, seed=seed)
        trained = fit(recipe, digits, workspace)
        own = agreement(trained, digits)
        with monkeypatch.context() as without:
            without.setattr(_conversion, "is_reworded", lambda model: False)
            found.append((own, agreement(trained, digits)))
    ours, litert = (statistics.median(column) for column in zip(*found, strict=True))
    show(f"\n{activation} of {builder}, int8, {len(digits.validation)} validation rows, {len(found)} seeds{warning()}")
    show(f"labels that agree with the float model's: ours {ours:.3f}, LiteRT's own formula {litert:.3f}")
    assert ours > 0.98


def agreement(trained, splits):
    model, rows = trained.model(), splits.validation.x
    content = _conversion.converted(model, "int8", calibration_rows(splits.train, 0))
    expected, answers = (one.predict(rows).argmax(axis=1) for one in (KerasFile(model), TFLite.of(content)))
    return float(np.mean(expected == answers))
