"""What every reader promises."""

import numpy as np
import pytest

from zoo.data import OPTIONS, READERS, embedded, load_data
from zoo.dataset import Dataset
from zoo.task import MODALITIES

TAKES = ("suffixes", "files", "folder")


@pytest.mark.parametrize("name", READERS.names())
def test_a_reader_is_embedded_or_takes_files_or_folders_and_says_what_it_reads(name):
    entry = READERS.entries[name]
    assert entry.facts.get("embedded", False) != any(entry.facts.get(key) for key in (*TAKES, "content"))
    assert entry.summary.endswith(".")
    assert callable(READERS.get(name))


@pytest.mark.parametrize("name", READERS.names())
def test_a_reader_heeds_options_that_there_are(name):
    heeded = READERS.entries[name].facts.get("options", ())
    assert set(heeded) <= set(OPTIONS)
    assert len(set(heeded)) == len(heeded)


@pytest.mark.parametrize("key", TAKES)
def test_no_two_readers_take_the_same_file(key):
    patterns = [pattern for entry in READERS.entries.values() for pattern in entry.facts.get(key, ())]
    assert len(patterns) == len(set(patterns))
    assert key != "suffixes" or all(suffix.startswith(".") and suffix == suffix.lower() for suffix in patterns)


@pytest.mark.parametrize("name", embedded())
def test_an_embedded_set_is_whole_and_the_same_every_time(name):
    dataset = load_data(name)
    assert isinstance(dataset, Dataset)
    assert (dataset.name, dataset.source.path) == (name, name)
    assert dataset.modality in MODALITIES
    assert len(dataset.x) == len(dataset.y)
    assert np.isfinite(dataset.x).all()
    assert dataset.y.dtype == (np.int32 if dataset.classes else np.float64)
    assert not dataset.classes or set(dataset.y) == set(range(len(dataset.classes)))
    assert len(dataset.columns) == len(set(dataset.columns)) == dataset.x[0].size
    assert load_data(name).source.sha256 == dataset.source.sha256
