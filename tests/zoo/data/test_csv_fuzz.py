"""Any bytes at all, named .csv: a data set or a refusal in one line, never anything else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.data import load_data
from zoo.dataset import Dataset
from zoo.errors import ZooError

CELLS = st.one_of(
    st.sampled_from(
        ("", "1", "2.5", "a", "b", "?", "NA", "2024-01-31", '"x,y"', '"', "inf", "1e999", "True", "é", "\t")
    ),
    st.text(max_size=6),
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=30)
TABLES = st.tuples(LINES, st.sampled_from((",", ";", "\t", "|", " ")), st.sampled_from(("\n", "\r\n", "\r"))).map(
    lambda table: table[2].join(table[1].join(line) for line in table[0])
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("junk")


def read_or_refused(path, content, target):
    path.write_bytes(content)
    try:
        dataset = load_data(path, target=target)
    except ZooError as error:
        assert "\n" not in str(error)
        return
    assert isinstance(dataset, Dataset)
    assert len(dataset.x) == len(dataset.y)
    if dataset.modality == "table":
        assert not np.isinf(dataset.x).any()


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from((".csv", ".tsv", ".data")))
def test_any_bytes_are_data_or_refused(folder, content, suffix):
    read_or_refused(folder / f"junk{suffix}", content, "0")


@settings(max_examples=120)
@given(TABLES, st.sampled_from(("utf-8", "latin-1", "utf-16", "utf-8-sig")), st.sampled_from(("0", "a", "1")))
def test_any_table_is_data_or_refused(folder, text, encoding, target):
    read_or_refused(folder / "table.csv", text.encode(encoding, "replace"), target)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_parquet_bytes_are_data_or_refused(folder, content):
    read_or_refused(folder / "junk.parquet", b"PAR1" + content + b"PAR1", "a")
