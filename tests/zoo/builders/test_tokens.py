"""Models of tokens: vectors of words against NumPy in float64, and padding without a trace."""

import numpy as np
import pytest

from zoo.builders import build, builders_for
from zoo.data import load_data
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, TrainConfig
from zoo.splits import split
from zoo.task import Task

TASK = Task("text", (7,), ("a", "b"), "int32", vocabulary=12)
TOKENS = np.array([[3, 4, 5, 0, 0, 0, 0], [2, 1, 11, 7, 9, 3, 4], [0] * 7, [5] + [0] * 6], "int32")

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture(params=builders_for("text"))
def model(request):
    return build(request.param, TASK)


def test_an_mlp_takes_the_mean_over_the_words_of_a_text():
    model = build("mlp", TASK)
    table, *dense = (weight.astype("float64") for weight in model.get_weights())
    sums = np.array([sum((table[token] for token in row if token), np.zeros(table.shape[1])) for row in TOKENS])
    x = sums / np.maximum((TOKENS != 0).sum(axis=1, keepdims=True), 1)
    for kernel, bias in zip(dense[:-2:2], dense[1:-2:2], strict=True):
        x = np.maximum(x @ kernel + bias, 0)
    np.testing.assert_allclose(model.predict(TOKENS, verbose=0), x @ dense[-2] + dense[-1], atol=1e-5)


@pytest.mark.slow
def test_the_vector_of_padding_leaves_no_trace(model):
    before = model.predict(TOKENS, verbose=0)
    table, *others = model.get_weights()
    table[0] = 1_000
    model.set_weights([table, *others])
    np.testing.assert_array_equal(model.predict(TOKENS, verbose=0), before)


def test_a_text_without_words_has_finite_answers(model):
    assert np.isfinite(model.predict(TOKENS[2:3], verbose=0)).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "cnn", "text_cnn", "tcn", "transformer"])
def test_a_text_has_the_same_answer_in_a_longer_row(name):
    model, longer = build(name, TASK), build(name, Task("text", (11,), ("a", "b"), "int32", vocabulary=12))
    longer.set_weights(model.get_weights())
    padded = np.pad(TOKENS[[0, 3]], ((0, 0), (0, 4)))
    np.testing.assert_allclose(longer.predict(padded, verbose=0), model.predict(TOKENS[[0, 3]], verbose=0), atol=1e-6)


def peaks(vectors, are_words, kernel, recurrent, bias):
    """Return the largest of each state of an LSTM over the words, at least 0 (Hochreiter 1997, Gers 2000)."""
    h = c = best = np.zeros(len(recurrent))
    for vector, is_word in zip(vectors, are_words, strict=True):
        i, f, g, o = np.split(vector @ kernel + h @ recurrent + bias, 4)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        best = np.maximum(best, h) if is_word else best
    return best


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_an_lstm_answers_by_the_largest_of_each_state_over_the_words(direction):
    model = build("lstm", TASK, units=8, direction=direction, dropout=0.0)
    weights = [weight.astype("float64") for weight in model.get_weights()]
    table = weights[0] * (np.arange(12) > 0)[:, np.newaxis]
    reading = [(1, weights[1:4]), (-1, weights[4:7])][: 1 + (direction == "bidirectional")]
    found = [[peaks(table[row[::step]], row[::step] > 0, *parts) for step, parts in reading] for row in TOKENS]
    expected = np.array(found).reshape(len(TOKENS), -1) @ weights[-2] + weights[-1]
    np.testing.assert_allclose(model.predict(TOKENS, verbose=0), expected, atol=1e-5)


CORNERS = [
    ("mlp", {}),
    ("cnn", {"stages": 3, "convolutions": 2}),
    ("lstm", {"units": 16}),
    ("lstm", {"units": 16, "layers": 2, "direction": "bidirectional"}),
    ("lstm", {"units": 16, "direction": "bidirectional", "pooling": "attention"}),
    ("gru", {"units": 16, "direction": "bidirectional"}),
    ("rnn", {"units": 16, "pooling": "mean"}),
    ("tcn", {"filters": 16}),
    ("text_cnn", {"filters": 16}),
    ("transformer", {"width": 16}),
]


@pytest.mark.often("mlp-*", "lstm-values2", "rnn-*")
@pytest.mark.slow
@pytest.mark.parametrize(("name", "values"), CORNERS)
def test_every_format_in_every_precision_answers_as_the_model(name, values, workspace, tmp_path):
    from zoo.exporting import export_all
    from zoo.formats import variants
    from zoo.training.fitting import fit

    random = np.random.default_rng(0)
    topics = np.array([[f"w{place}" for place in range(at, at + 30)] for at in (0, 20, 40)])
    labels = random.integers(0, 3, 600)
    texts = [" ".join(random.choice(topics[label], random.integers(3, 15))) for label in labels]
    splits = split(load_data((texts, labels.astype(str))))
    trained = fit(Recipe(splits.dataset.source, name, values, train=TrainConfig(epochs=8)), splits, workspace)
    assert evaluate(trained, splits.validation).metrics["accuracy"] > 0.7  # a third of the words tells nothing
    for artifact in export_all(trained, splits, variants(), tmp_path):
        if (name, artifact.precision) in (("rnn", "int4"), ("tcn", "int4")):  # the errors of four bits add up
            continue
        assert artifact.skipped or artifact.proof.passed, artifact
        may_be_skipped = artifact.precision in ("float16", "dynamic", "int16x8") or artifact.format == "onnx"
        assert artifact.skipped is None or may_be_skipped, artifact
