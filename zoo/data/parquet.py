"""Tables in Parquet files."""

from __future__ import annotations

from zoo.data._tables import dataset_of_tables
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(
    suffixes=(".parquet", ".pq"),
    folder=("train.parquet", "train.pq"),
    target=True,
    options=("ignore", "weight", "id", "group", "time", "lookback", "horizon"),
)
def parquet(source: Source) -> Dataset:
    """A Parquet file, one column being the target; or a folder of train.parquet and test.parquet."""
    return dataset_of_tables(source)
