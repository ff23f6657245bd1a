"""Options of the commands that take studies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Root = Annotated[Path, typer.Option(metavar="FOLDER", help="The folder in which mlruns lies.")]
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
    str, typer.Option(metavar="NAME", help="Measure the exported file: float32, float16, dynamic or int8.")
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
From = Annotated[
    str | None, typer.Option("--from", metavar="STUDY", help="Begin with the best points of an earlier study.")
]
TrialTimeout = Annotated[float | None, typer.Option(metavar="SECONDS", help="End each trial after this many seconds.")]
