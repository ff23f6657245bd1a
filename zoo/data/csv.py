"""Text tables, read with pandas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zoo.cells import MISSING_CELLS, delimiter, one_line
from zoo.data._frame import dataset_of_frame, with_test
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.lines import lines_of, require_width
from zoo.recipe import Source
from zoo.registry import register

if TYPE_CHECKING:
    import pandas as pd


TRAIN, TEST = "train.csv", "test.csv"


@register(suffixes=(".csv", ".tsv"), folder=("train.csv",), target=True)
def csv(source: Source) -> Dataset:
    """A .csv or .tsv file with a header, one column being the target; or a folder of train.csv and test.csv."""
    path = Path(source.path)
    if not path.is_dir():
        return dataset_of_frame(_read(path), source, path.stem)
    dataset = dataset_of_frame(_read(path / TRAIN), source, path.resolve().name)
    return with_test(dataset, _read(path / TEST), path / TEST) if (path / TEST).is_file() else dataset


def _read(path: Path) -> pd.DataFrame:
    try:
        return _frame(path, _header(path))
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror}). Give the path of a table.") from error


def _header(path: Path) -> list[str]:
    """Return the names of the columns; raise BadData unless every line has a cell for each, which pandas forgives."""
    lines = lines_of(path)
    first = next(lines, None)
    header = [] if first is None else [one_line(cell) for cell in first.cells]
    if not any(header):
        raise BadData(f"{path} is empty; it needs a header and rows. Write the table again.")
    if len(header) == 1 and ";" in header[0]:
        raise BadData(f"{path} seems to be separated by ';'; a .csv has commas, a .tsv tabs. Save it so.")
    for line in lines:
        require_width(path, line, len(header))
    return header


def _frame(path: Path, header: list[str]) -> pd.DataFrame:
    import pandas as pd

    try:
        frame = pd.read_csv(
            path,
            sep=delimiter(path.suffix),
            encoding="utf-8-sig",
            na_values=list(MISSING_CELLS),
            keep_default_na=False,
            low_memory=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadData(f"{path} is not a table ({' '.join(str(error).split())}). Correct that line.") from error
    return frame.set_axis(header, axis="columns")
