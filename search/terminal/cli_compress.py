"""The command `zoo compress`: the smallest file of a trained model within a stated loss."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from search.terminal.cli_options import Device, Limits, Root, TrackingUri
from search.terminal.interrupts import interruptible
from zoo.cli import print_json, use_plugins
from zoo.cli_options import NONE, Json, Plugin
from zoo.errors import BadValue

app = typer.Typer(rich_markup_mode=None)
_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


@app.command()
def compress(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A study, for its champion, 'STUDY#12' for a trial, or a bundle.")
    ],
    data: Annotated[
        str | None, typer.Argument(metavar="[DATA]", help="Where a bundle's data lies here. [where its recipe says]")
    ] = None,
    max_drop: Annotated[
        str, typer.Option("--max-drop", metavar="SHARE", help="What the validation score may lose, as 1% or 0.01.")
    ] = "1%",
    limit: Limits = NONE,
    device: Device = None,
    budget: Annotated[
        str | None, typer.Option(metavar="TIME", help="Begin nothing more after this time, as 10m, 90s or 1h.")
    ] = None,
    plugin: Plugin = NONE,
    tracking_uri: TrackingUri = None,
    root: Root = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the answer only.")] = False,
    as_json: Json = False,
) -> None:
    """Make the smallest file of MODEL within a stated loss: all are proven, the one to ship is tested on test rows."""
    from search.aims import read_limits
    from search.terminal.screen import Quiet, Screen

    use_plugins(plugin)
    drop, seconds = share_of(max_drop), seconds_of(budget)
    read_limits(tuple(limit))  # mistakes are told before the imports
    watcher = Quiet() if quiet or as_json else Screen()
    with interruptible(watcher, lambda: "Every file that was measured is kept."):
        watcher.stage(f"opening {model}")  # before the imports
        from search.compressing.compressing import compress as make_smaller

        asked = {"max_drop": drop, "limit": tuple(limit), "budget_s": seconds, "device": device, "root": root}
        answer = make_smaller(model, data, watcher=watcher, tracking_uri=tracking_uri, **asked)
    if as_json:
        print_json(answer.to_json())
    else:
        from search.compressing.showing import print_compressed

        print_compressed(answer, root)
    raise typer.Exit(0 if answer.pick is not None else 1)


def share_of(text: str) -> float:
    """Return the share that `1%` or `0.01` means; raise BadValue for another text."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", text)
    if not found:
        raise BadValue(f"--max-drop is '{text}'; it must be a share. Try --max-drop 1%.")
    share = float(found[1]) / (100 if found[2] else 1)
    if share >= 1:
        raise BadValue(f"--max-drop is '{text}'; it must be below 100 %. Try --max-drop 1%.")
    return share


def seconds_of(text: str | None) -> float:
    """Return the seconds that `10m`, `90s`, `1h` or `600` mean, without end for None; raise BadValue for another."""
    if text is None:
        return float("inf")
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text.lower())
    if not found or found[2] not in _SECONDS:
        raise BadValue(f"--budget is '{text}'; it must be a time. Try --budget 10m.")
    return float(found[1]) * _SECONDS[found[2]]
