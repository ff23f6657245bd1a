"""Tables that are read chunk by chunk and stay on the disk: the same content as in memory."""

import numpy as np
import pandas as pd
import pytest

from zoo.data import _files, load_data
from zoo.data._reading import rows_on_disk
from zoo.errors import BadData, ZooError
from zoo.lazy import LazyRows
from zoo.splits import split

from ...disks import full_beyond

LITTLE = 1000  # bytes


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    for table in (_files.TextTable, _files.ParquetTable):
        frames = table.frames
        monkeypatch.setattr(table, "frames", lambda self, rows=7, frames=frames: frames(self, rows))


def table(rows=60):
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "door": [*range(7), *random.choice(["7", "8b", "007", "c", None], rows - 7)],
            "age": random.normal(40, 9, rows),
            "day": pd.date_range("2020-01-01", periods=rows).astype(str),
            "flag": random.choice(["True", "False", None], rows),
            "weight": random.random(rows),
            "y": ["a", "b"] * (rows // 2),
        }
    )


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("target", ["y", "age"])
def test_rows_on_the_disk_have_the_content_that_they_have_in_memory(tmp_path, suffix, target):
    path = tmp_path / f"rows.{suffix}"
    frame = table().astype({"door": str})
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path)
    here, there = load_data(path, target=target), load_data(path, target=target, memory=LITTLE)
    assert isinstance(there.x, LazyRows)
    np.testing.assert_array_equal(there.x.read(), here.x)
    assert (there.source.sha256, there.columns, there.dates) == (here.source.sha256, here.columns, here.dates)
    assert (dict(there.categories), dict(there.missing)) == (dict(here.categories), dict(here.missing))
    assert any("it is read in chunks, and its rows stay on the disk" in text for text in there.warnings)


def test_rows_on_the_disk_are_prepared_to_the_same_numbers(tmp_path):
    table().to_csv(tmp_path / "rows.csv", index=False)
    asked = {"target": "y", "weight": "weight"}
    here, there = (split(load_data(tmp_path / "rows.csv", **asked, memory=memory)) for memory in (None, LITTLE))
    np.testing.assert_array_equal(there.train.x, here.train.x)
    np.testing.assert_array_equal(there.train.weights, here.train.weights)


def test_a_test_table_on_the_disk_is_the_one_in_memory(tmp_path):
    table().to_csv(tmp_path / "train.csv", index=False)
    table(40).to_csv(tmp_path / "test.csv", index=False)
    here, there = (load_data(tmp_path, target="y", memory=memory) for memory in (None, LITTLE))
    np.testing.assert_array_equal(there.x_test.read(), here.x_test)
    assert there.source.sha256 == here.source.sha256


@pytest.mark.parametrize(
    ("last", "words"),
    [("x,y,z\n", "has 3 cells and the header 2"), ("inf,a\n", "is inf in data row 21"), ("odd,a\n", "holds text")],
)
def test_what_is_refused_in_memory_is_refused_on_the_disk(tmp_path, last, words):
    (tmp_path / "rows.csv").write_text("age,y\n" + "1,a\n2,b\n" * 10 + last)
    for memory in (None, LITTLE):
        with pytest.raises(BadData, match=words):
            load_data(tmp_path / "rows.csv", target="y", memory=memory)


def test_a_disk_without_room_for_rows_is_said_in_one_line():
    with full_beyond(1000), pytest.raises(ZooError, match=r"cannot be written: File too large\. Make room there"):
        rows_on_disk([np.zeros((200, 2))])


def test_rows_on_the_disk_are_those_of_every_block():
    block = np.arange(12.0).reshape(3, 4)
    rows = rows_on_disk([block[:, ::2], block[:2, 1:3]])
    assert np.array_equal(rows.read(), np.concatenate([block[:, ::2], block[:2, 1:3]]))
