"""The commands that say what the zoo holds: list, show."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoo.cli import print_json, print_table, require_new_picture, talk, use_plugins
from zoo.cli_options import NONE, Json, Plugin, Reader, Target
from zoo.typed import read_value

if TYPE_CHECKING:
    from zoo.showing import Description
    from zoo.sizes import Sizes
    from zoo.task import Task

app = typer.Typer(rich_markup_mode=None)
INDENT = {"initial_indent": "  ", "subsequent_indent": "  "}


@app.command("list")
def list_parts(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="Only these, as builder or activation.")] = None,
    plugin: Plugin = NONE,
    as_json: Json = False,
) -> None:
    """List builders, activations, losses, optimizers, data sets and the other parts, one line each."""
    from zoo.activations import ACTIVATIONS, KERAS
    from zoo.showing import registries_of, summary_of

    use_plugins(plugin)
    parts = {registry.kind: registry.entries for registry in registries_of(kind)}
    if as_json:
        print_json({kind: {name: summary_of(entry) for name, entry in found.items()} for kind, found in parts.items()})
        return
    width = 1 + max(len(name) for entries in parts.values() for name in entries)
    for kind, entries in parts.items():
        typer.echo(kind)
        for name, entry in sorted(entries.items()):
            typer.echo(f"  {name:<{width}} {summary_of(entry)}")
        if kind == ACTIVATIONS.kind:
            typer.echo(textwrap.fill(f"and Keras's own: {', '.join(KERAS)}", 118, **INDENT))


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name of `zoo list`, loss.quantile, train, or preparation.image.")
    ],
    task: Annotated[
        str | None, typer.Option(metavar="DATA", help="What a builder is sized for: data, or a recipe.json of it.")
    ] = None,
    target: Target = None,
    reader: Reader = None,
    settings: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="Size and draw it with this value.")
    ] = NONE,
    plugin: Plugin = NONE,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw its curve, its ways or its layers into this PNG.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a part is: its description and the values it takes, with defaults and what a study searches."""
    from zoo.showing import require_sized, sizes_in_words, task_in_words
    from zoo.showing import show as describe

    use_plugins(plugin)
    found = describe(name)
    values = _values(found, settings)
    require_new_picture(picture)
    asked = None
    if task is not None:
        require_sized(found)
        asked = _task(task, target, reader)
    sized = _sizes(found, values, asked)
    if picture is not None:
        _draw(found, values, asked, picture)
    if as_json:
        print_json({**found.to_json(), "task": asked and asked.to_json(), "sizes": sized and sized.to_json()})
        return
    typer.echo(f"{found.name}   {found.kind}\n\n{found.text}")
    if asked is not None and sized is not None:
        typer.echo(f"\nfor {task}, {task_in_words(asked)}: {sizes_in_words(sized)}")
    _print_facts(found)
    print_table(("parameter", "may be", "default", "searched"), list(found.table()))


def _print_facts(found: Description) -> None:
    facts = list(found.facts_in_words())
    if facts:
        typer.echo("")
    for fact in facts:
        typer.echo(fact)


def _values(found: Description, settings: Sequence[str]) -> dict[str, Any]:
    """Return what --set says, by the parameters' own names; raise BadValue or UnknownName."""
    from zoo.errors import BadValue, unknown

    values = {}
    for text in settings:
        dotted, sign, value = text.partition("=")
        if not (dotted and sign):
            raise BadValue(f"--set {text} is no NAME=VALUE. Try --set {next(iter(found.parameters), 'NAME')}=VALUE.")
        own = dotted if dotted in found.parameters else f"{found.name}.{dotted.removeprefix('model.')}"
        if own not in found.parameters:
            raise unknown(f"value of {found.name}", dotted, found.parameters)
        values[own.partition(".")[2]] = read_value(value)
    return values


def _task(data: str, target: str | None, reader: str | None) -> Task:
    """Return the task of a user's data, or of the data that a recipe names."""
    from zoo.data import as_asked, load_data
    from zoo.errors import BadValue
    from zoo.recipe import read_recipe
    from zoo.splits import split

    given: dict[str, Any] = {"target": target, "reader": reader}
    preparation = None
    if data.endswith("recipe.json"):
        if target or reader:
            raise BadValue(f"{data} says how its data is read; leave --target and --reader away.")
        recipe = read_recipe(Path(data))
        data, given, preparation = recipe.data.path, as_asked(recipe.data), recipe.preparation
    talk(f"reading {data}")
    return split(load_data(data, **given), preparation=preparation).task


def _sizes(found: Description, values: dict[str, Any], task: Task | None) -> Sizes | None:
    """Return what a builder makes for a task; None for other parts and without one."""
    if task is None:
        return None
    _start()
    from zoo.sizes import sizes

    return sizes(found.name, task, values)


def _draw(found: Description, values: dict[str, Any], task: Task | None, file: Path) -> None:
    """Write the picture of a part."""
    from zoo.aside import writing
    from zoo.durable import whole_file
    from zoo.portraits import NUMPY_ONLY, portrait, require_portrait

    require_portrait(found.kind, found.name)
    if found.kind not in NUMPY_ONLY:
        _start()
    drawn = portrait(found.kind, found.name, values, task)
    with writing(file), whole_file(file) as out:
        out.write(drawn)
    talk(f"drawn to {file}")


def _start() -> None:
    from zoo import runtime

    talk("starting TensorFlow")
    runtime.start()
