"""The sets that Keras downloads: read where they are at hand, explained in one line where they are not."""

import sys
from types import ModuleType
from urllib.error import URLError

import numpy as np
import pytest

from zoo.data import READERS, embedded, load_data
from zoo.errors import BadData

DICE = np.random.default_rng(0)


def given(monkeypatch, name, parts, **others):
    """Put arrays where Keras would bring what it downloads."""
    module = ModuleType(f"keras.datasets.{name}")
    module.load_data = lambda: parts
    for key, value in others.items():
        setattr(module, key, value)
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize(
    ("name", "shape", "first"),
    [("mnist", (8, 8), "0"), ("fashion_mnist", (8, 8), "T-shirt/top"), ("cifar10", (8, 8, 3), "airplane")],
)
def test_images_keep_their_bytes_their_test_part_and_the_names_of_classes(monkeypatch, name, shape, first):
    x, y = DICE.integers(0, 256, (40, *shape), np.uint8), (np.arange(40) % 10).astype(np.uint8)
    column = y[:, np.newaxis] if name == "cifar10" else y  # as Keras has them
    given(monkeypatch, name, ((x, column), (x[:20], column[:20])))
    dataset = load_data(name)
    np.testing.assert_array_equal(dataset.x, x.reshape(40, 8, 8, -1))
    np.testing.assert_array_equal(dataset.x_test, dataset.x[:20])
    np.testing.assert_array_equal(dataset.y, y)
    assert (dataset.modality, dataset.classes[0], len(dataset.classes)) == ("image", first, 10)


def test_numbers_of_words_become_texts_again(monkeypatch):
    words = {"the": 1, "film": 2, "was": 3, "good": 4, "bad": 5}
    good, bad = [1, 4, 5, 6, 7], [1, 4, 5, 6, 8, 2]
    x = np.empty(6, object)
    x[:] = [good, bad, good, bad, good, bad]
    y = np.array([1, 0, 1, 0, 1, 0])
    given(monkeypatch, "imdb", ((x, y), (x[:4], y[:4])), get_word_index=lambda: words)
    dataset = load_data("imdb")
    assert dataset.x[:2].tolist() == ["the film was good", "the film was bad"]
    assert (dataset.modality, dataset.classes[dataset.y[0]], len(dataset.x_test)) == ("text", "positive", 4)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "imdb"])
def test_without_the_internet_one_line_says_what_to_do(monkeypatch, tmp_path, name, capsys):
    import keras  # noqa: F401  the real loaders

    def refused(*_, **__):
        raise URLError("no route to host\nat all")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", refused)
    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    with pytest.raises(BadData) as caught:
        load_data(name)
    message = str(caught.value)
    assert message.startswith(f"{name} is not at hand and could not be downloaded (")
    assert message.endswith("put its files into ~/.keras/datasets.")
    assert "no route to host" in message and "\n" not in message
    assert capsys.readouterr().out == ""


def test_what_is_downloaded_does_not_come_with_the_installation():
    named = {name for name, entry in READERS.entries.items() if entry.facts.get("download")}
    assert named == {"mnist", "fashion_mnist", "cifar10", "imdb"}
    assert named.isdisjoint(embedded())
