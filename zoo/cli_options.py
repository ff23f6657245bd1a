"""Options that several commands take: how data is read, and how an answer is printed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from zoo.memory import size_of
from zoo.recipe import DATA_OPTIONS

Text, Number = str | None, int | None

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Target = Annotated[Text, typer.Option(metavar="COLUMN", help="The column of a table that is to be learned.")]
Reader = Annotated[Text, typer.Option(metavar="NAME", help="Read with this reader, whatever the file's name.")]
Task = Annotated[
    Text, typer.Option(metavar="NAME", help="Learn numbers as classes (classification) or quantity (regression).")
]
Rows = Annotated[Number, typer.Option(metavar="N", help="Learn from at most N rows: drawn, or the latest in time.")]
Ignore = Annotated[list[str], typer.Option(metavar="COLUMN", help="Leave this column out; may be given again.")]
Weight = Annotated[Text, typer.Option(metavar="COLUMN", help="The column that says how much a row counts.")]
Id = Annotated[Text, typer.Option(metavar="COLUMN", help="The column that names a row, or a series.")]
Group = Annotated[Text, typer.Option(metavar="NAME", help="Rows alike in this share a part of the split.")]
Time = Annotated[Text, typer.Option(metavar="COLUMN", help="The column of times: the latest rows are the test.")]
Lookback = Annotated[Number, typer.Option(metavar="N", help="How many steps a forecast sees.")]
Horizon = Annotated[Number, typer.Option(metavar="N", help="How many steps are forecast.")]
Pattern = Annotated[Text, typer.Option(metavar="TEXT", help="What names of files say: {label}_{speaker}_{index}.")]
Memory = Annotated[Text, typer.Option(metavar="SIZE", help="What rows may fill, as 2G. [half of what is free]")]
Plugin = Annotated[
    list[str],
    typer.Option("--plugin", metavar="FILE.py", help="Know your own activation, loss, optimizer or builder too."),
]
NONE: list[str] = []


def data_options(context: typer.Context) -> dict[str, Any]:
    """Return what was said of the data to a command that takes these options, as `zoo.load_data` takes it."""
    given = {name: context.params[name] for name in DATA_OPTIONS}
    return {**given, "ignore": tuple(given["ignore"]), "memory": size_of(given["memory"])}
