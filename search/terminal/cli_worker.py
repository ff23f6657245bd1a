"""The command `zoo worker`: another shell trains slots of a study that was begun by `zoo tune`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.terminal.cli_options import TrackingUri
from search.terminal.interrupts import interruptible
from zoo.cli import talk

app = typer.Typer(rich_markup_mode=None)


@app.command()
def worker(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A study that was begun by `zoo tune`.")],
    root: Annotated[Path | None, typer.Option(metavar="FOLDER", help="The folder in which mlruns lies. [.]")] = None,
    storage: Annotated[
        str | None, typer.Option(metavar="URL", help="Its database instead: sqlite:///FOLDER/mlruns/optuna.db.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", help="Train in N processes side by side.")] = 1,
    tracking_uri: TrackingUri = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print what was done only.")] = False,
) -> None:
    """Train free slots of STUDY until none is left, beside `zoo tune` or without it; `zoo tune` names the champion."""
    from search.terminal.screen import Quiet, Screen

    watcher = Quiet() if quiet else Screen()
    with interruptible(watcher, lambda: "What ended here is kept, what ran is free for others."):
        watcher.stage(f"joining {study}")
        from search.claiming.joining import champion_by, join, place
        from search.record.addresses import track

        folder = place(root, storage)
        if (folder / "mlruns").is_dir():  # else `join` says what is wrong
            track(folder, tracking_uri, watcher.said)
        done = join(study, folder, workers, watcher)
    typer.echo(done.text())
    if not quiet and (command := champion_by(done, folder)):
        talk(f"its champion is named by: {command}")
