"""What every reader promises."""

import numpy as np
import pytest

from zoo.data import READERS, embedded, load_data
from zoo.dataset import Dataset
from zoo.task import MODALITIES


@pytest.mark.parametrize("name", READERS.names())
def test_a_reader_is_embedded_or_takes_suffixes_and_says_what_it_reads(name):
    entry = READERS.entries[name]
    assert entry.facts.get("embedded", False) != bool(entry.facts.get("suffixes"))
    assert entry.summary.endswith(".")
    assert callable(READERS.get(name))


def test_no_two_readers_take_the_same_suffix():
    suffixes = [suffix for entry in READERS.entries.values() for suffix in entry.facts.get("suffixes", ())]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)


@pytest.mark.parametrize("name", embedded())
def test_an_embedded_set_is_whole_and_the_same_every_time(name):
    dataset = load_data(name)
    assert isinstance(dataset, Dataset)
    assert (dataset.name, dataset.source.path) == (name, name)
    assert dataset.modality in MODALITIES
    assert len(dataset.x) == len(dataset.y)
    assert np.isfinite(dataset.x).all()
    assert dataset.y.dtype == np.int32
    assert set(dataset.y) == set(range(len(dataset.classes)))
    assert len(dataset.columns) == len(set(dataset.columns)) == dataset.x[0].size
    assert load_data(name).source.sha256 == dataset.source.sha256
