"""Options of the commands that take studies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.record.addresses import checked


def _address(given: str | None) -> str | None:
    """Check an address before anything can repeat it, such as what is said after Ctrl-C."""
    return None if given is None else checked(given)


TrackingUri = Annotated[
    str | None,
    typer.Option(
        "--tracking-uri",
        metavar="URI",
        callback=_address,
        help="Keep the record on this MLflow server from now on; local: below the root.",
    ),
]
Tensorboard = Annotated[
    bool, typer.Option("--tensorboard", help="From now on keep the study's event files for TensorBoard as well.")
]
Root = Annotated[Path, typer.Option(metavar="FOLDER", help="The folder in which mlruns lies.")]
Hypermodel = Annotated[
    str | None, typer.Option(metavar="FILE.py:NAME", help="Search your own build(hp) or HyperModel, no builders.")
]
Goals = Annotated[
    list[str],
    typer.Option(
        "--goal", metavar="NAME", help="accuracy, rmse ...; also bytes, ram, macs, params, latency. [by the data]"
    ),
]
Limits = Annotated[
    list[str], typer.Option("--limit", metavar="NAME=VALUE", help="The most of a cost, as bytes=20kB or ram=32KiB.")
]
Precision = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Measure the exported file: float16, int8 ... [the device's, or float32]"),
]
Device = Annotated[str | None, typer.Option(metavar="NAME", help="Where the file will run: micro, mobile or server.")]
Compress = Annotated[
    bool, typer.Option("--compress", help="Make each model smaller before it is measured; how is searched as well.")
]
Workers = Annotated[
    int | None, typer.Option(metavar="N", help="Train in N processes side by side; 0: in this one. [1]")
]
Fidelity = Annotated[
    str | None, typer.Option(metavar="NAME", help="What grows from rung to rung: epochs, or rows too. [epochs]")
]
Timeout = Annotated[float | None, typer.Option(metavar="SECONDS", help="Begin no trial after this many seconds.")]
NoGain = Annotated[
    int | None, typer.Option("--stop-after-no-gain", metavar="K", help="End when K trials in a row were no better.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the space, three recipes and a time forecast; train and write nothing.")
]
Finalists = Annotated[
    int, typer.Option(metavar="N", help="Train the best N again on fresh seeds before one is named; 0: none.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="STUDY", help="Begin with the best points of an earlier study.")
]
TrialTimeout = Annotated[float | None, typer.Option(metavar="SECONDS", help="End each trial after this many seconds.")]
Folds = Annotated[
    int | None, typer.Option(metavar="K", help="Train each trial on K folds of the rows; its score is the mean.")
]
Repeats = Annotated[int, typer.Option(metavar="R", help="Train each trial with R seeds; its score is the mean.")]
