"""The command that tries a part of a user's own: test-plugin."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from zoo.cli import print_json, print_table, talk
from zoo.cli_options import Json

app = typer.Typer(rich_markup_mode=None)


@app.command("test-plugin")
def test_plugin(
    file: Annotated[str, typer.Argument(metavar="FILE.py", help="A file that registers one part of your own.")],
    as_json: Json = False,
) -> None:
    """Hold your own part to what the zoo's own parts are held to, and say what fails and why."""
    from zoo.own.parts import use_plugin

    part = use_plugin(file)
    talk(f"testing the {part}: TensorFlow starts")
    from zoo.contracts import check_part

    with redirect_stdout(sys.stderr):  # what the part prints is no answer
        found = check_part(part, talk)
    passed = all(check.passed for check in found)
    if as_json:
        print_json({"plugin": part.to_json(), "passed": passed, "checks": [check.to_json() for check in found]})
    else:
        typer.echo(f"{part.name}   {part.kind}   {part.path}")
        print_table(("check", "", "why"), [(check.name, check.word, check.reason) for check in found])
        failed = sum(not check.passed for check in found)
        typer.echo(f"\n{failed} of {len(found)} checks failed" if failed else f"\nall {len(found)} checks passed")
    raise typer.Exit(0 if passed else 1)
