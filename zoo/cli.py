"""The commands that take data and recipes: check, run; others are in the files cli_*.py beside this one."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoo.cli_options import (
    NONE,
    Group,
    Horizon,
    Id,
    Ignore,
    Json,
    Lookback,
    Memory,
    Pattern,
    Reader,
    Rows,
    Target,
    Task,
    Time,
    Weight,
    data_options,
)

if TYPE_CHECKING:
    from zoo.dataset import Splits

app = typer.Typer(rich_markup_mode=None)


@app.command()
def check(
    context: typer.Context,
    data: Annotated[str, typer.Argument(metavar="DATA", help="A file, or the name of an embedded data set.")],
    target: Target = None,
    reader: Reader = None,
    rows: Rows = None,
    task: Task = None,
    ignore: Ignore = NONE,
    weight: Weight = None,
    id: Id = None,
    group: Group = None,
    time: Time = None,
    lookback: Lookback = None,
    horizon: Horizon = None,
    pattern: Pattern = None,
    memory: Memory = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw rows before and after augmentation into this PNG.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what the data is, what is wrong with it and which builders take it."""
    from zoo.checking import check as checked
    from zoo.data import load_data
    from zoo.splits import split

    require_new_picture(pictures)
    talk(f"reading {data}")
    dataset = load_data(data, **data_options(context))
    splits = split(dataset)
    found = checked(dataset, splits)
    if pictures is not None:
        _draw(splits, pictures)
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(found.screen())


def use_plugins(paths: Sequence[str]) -> None:
    """Know the parts of a user's own that --plugin names."""
    from zoo.own.parts import use_plugin

    for path in paths:
        use_plugin(path)


def require_new_picture(file: Path | None) -> None:
    """Raise BadValue where a picture's file is there already, or is called as another kind of file than a PNG."""
    from zoo.errors import BadValue

    if file is None:
        return
    if file.suffix.lower() != ".png":
        rule = "pictures are written as PNG, and their names end in .png"
        instead = file.with_suffix(".png") if file.stem.strip(".") else "picture.png"
        named = "an empty name, or this folder" if file == Path() else file
        raise BadValue(f"the picture's file is {named}; {rule}. Try {instead}.")
    if file.exists():
        raise BadValue(f"{file} is there already, and nothing is overwritten. Name another file, or remove it.")


def _draw(splits: Splits, file: Path) -> None:
    """Write the sheet of rows before and after augmentation."""
    from zoo import runtime
    from zoo.aside import writing
    from zoo.durable import whole_file
    from zoo.sheets import require_drawable

    require_drawable(splits.task.modality)
    talk("drawing: TensorFlow starts")
    runtime.start()
    from zoo.pictures import pictures_of

    drawn = pictures_of(splits)
    with writing(file), whole_file(file) as out:
        out.write(drawn)
    talk(f"drawn to {file}")


@app.command()
def run(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe.json, such as a trial or a bundle holds.")],
    data: Annotated[str | None, typer.Option(metavar="DATA", help="Where the recipe's data lies here.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Open the test split as well.")] = False,
    as_json: Json = False,
) -> dict[str, Any]:
    """Train what a recipe says, start to end, and measure it on validation rows."""
    from dataclasses import replace

    from zoo.recipe import read_recipe

    wanted = read_recipe(recipe)
    if data is not None:
        wanted = replace(wanted, data=replace(wanted.data, path=data))
    talk("starting TensorFlow")
    with redirect_stdout(sys.stderr):  # what a user's own part prints is no answer
        scores = _scores(wanted, test)
    print_scores(scores, as_json)
    return scores


def _scores(recipe: Any, test: bool) -> dict[str, Any]:
    from zoo.evaluation import evaluate
    from zoo.pipeline import run as run_recipe
    from zoo.workspace import Workspace

    workspace = Workspace(recipe.threads)
    result = run_recipe(recipe, workspace)
    opened = evaluate(result.trained, workspace.splits(recipe.data, recipe.preparation).test).metrics if test else None
    counts = {"parameters": result.trained.parameters, "epochs": len(result.trained.history)}
    return {"builder": recipe.builder, **counts, "validation": result.report.metrics, "test": opened}


def print_scores(scores: dict[str, Any], as_json: bool) -> None:
    """Print the answer of `zoo run`."""
    if as_json:
        print_json(scores)
        return
    typer.echo(f"{scores['builder']}   {scores['parameters']:,} parameters   {scores['epochs']} epochs")
    for split in ("validation", "test"):
        if scores[split] is not None:
            typer.echo(f"{split:<10} " + "   ".join(f"{name} {value:.4f}" for name, value in scores[split].items()))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of text in columns under their header; nothing when there are none."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    typer.echo("")
    for row in (header, *rows):
        typer.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def print_json(value: Any) -> None:
    """Print one JSON object to stdout."""
    typer.echo(json.dumps(value))


def talk(text: str) -> None:
    """Say to stderr what is being done."""
    typer.echo(text, err=True)
