"""Text tables: any separator, a header or none, UTF-8 or latin-1."""

from __future__ import annotations

from pathlib import Path

from zoo.data._indexed import indexed_dataset, is_indexed
from zoo.data._tables import dataset_of_tables
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.raw.dialect import sample_of
from zoo.recipe import Source
from zoo.registry import register

TEXTS = (".txt", ".dat", ".test")
WORDS = 3  # a cell of more of them on average is free text


@register(
    suffixes=(".csv", ".tsv", ".data"),
    files=("index_train_*.txt", "index_test_*.txt"),
    folder=("train.csv", "train.tsv", "index_train_*.txt"),
    content=("file",),
    target=True,
    options=("ignore", "weight", "id", "group", "time", "lookback", "horizon"),
)
def csv(source: Source) -> Dataset:
    """A text table, one column being the target; or a folder of train.csv and test.csv, or of data.txt and indices.

    Cells are parted by commas, semicolons, tabs, bars or white space; without a header, columns are x0, x1 ..., and
    the target may be named by its place, from 0.
    """
    path = Path(source.path)
    return indexed_dataset(source) if is_indexed(path) else dataset_of_tables(source)


def recognises(path: Path) -> bool:
    """Return whether a file of text is a table: all lines have as many cells, and not a label and a text each."""
    try:
        rows = sample_of(path) if path.suffix.lower() in TEXTS else []
    except (BadData, OSError):
        return False
    widths = {len(row) for row in rows}
    if len(rows) < 2 or len(widths) != 1 or widths == {1}:
        return False
    words = [len(cell.split()) for row in rows[1:] for cell in row]
    return len(rows[0]) > 2 or sum(words) <= WORDS / 2 * len(words)
