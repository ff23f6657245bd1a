"""The command that takes anybody's LiteRT file: profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zoo.cli import Json, print_json, require_new_picture, talk
from zoo.cli_options import NONE

if TYPE_CHECKING:
    from zoo.profiling import Profile

app = typer.Typer(rich_markup_mode=None)


@app.command()
def profile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Anybody's .tflite file, or a bundle that holds one.")],
    calls: Annotated[
        int | None, typer.Option(metavar="N", help="How often each operator is timed; 0 runs nothing. [50]")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw memory over time, and weights and time, into this PNG.")
    ] = None,
    shape: Annotated[
        list[str],
        typer.Option(metavar="LENGTHS", help="The input's lengths, as 1,96,96,3; again for each further input."),
    ] = NONE,
    as_json: Json = False,
) -> None:
    """Say what a LiteRT file is made of: operators, work, memory, time, and who does not take it."""
    from zoo.profiling import profile as profiled
    from zoo.profiling._shapes import typed

    require_new_picture(picture)
    asked = {} if calls is None else {"calls": calls}
    lengths = typed(shape)
    talk(f"profiling {file}")
    found = profiled(file, **asked, shape=lengths or None)
    if picture is not None:
        _draw(found, picture)
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(found.screen())


def _draw(found: Profile, file: Path) -> None:
    """Write the picture of a profile."""
    from zoo.aside import writing
    from zoo.durable import whole_file
    from zoo.profiling.picture import picture_of

    drawn = picture_of(found)
    with writing(file), whole_file(file) as out:
        out.write(drawn)
    talk(f"drawn to {file}")
