"""Commands that take a study or one of its trials: status, export, run, report, delete, ui."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import zoo.cli
from search.cli_options import Root
from zoo.cli import print_json, talk
from zoo.cli_options import Json

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    study: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="A study's name; all of them when left out.")
    ] = None,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Say how far a study is and what it has found; it may be running."""
    from search.result import Unreadable
    from search.standing import command, runs_in, statuses
    from search.standing import status as status_of
    from search.summary import print_status, print_studies

    if study is None:
        found = statuses(root)
        print_json({"studies": [one.to_json() for one in found]}) if as_json else print_studies(found)
        for one in found:
            if isinstance(one, Unreadable):
                talk(one.reason)
        if not found:
            talk(f"no study lies below {(root / 'mlruns').absolute()}; `zoo tune digits` begins one")
        return
    answer = status_of(study, root)
    if as_json:
        print_json(answer.to_json())
    else:
        print_status(answer, runs_in(study, root), root, command(study, root))


@app.command()
def export(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", help="A study, for its champion, or 'STUDY#12' for the trial in slot 12.")
    ],
    format_: Annotated[
        str, typer.Option("--format", metavar="NAME", help="keras_file, saved_model or tflite.")
    ] = "tflite",
    precision: Annotated[
        str, typer.Option(metavar="NAME", help="float32; of tflite also float16, dynamic or int8.")
    ] = "float32",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The bundle's folder. [the study's exports]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a bundle that is there.")] = False,
    latency: Annotated[bool, typer.Option("--latency", help="Time the file as well, on one thread.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Write one trial as a bundle: model file, preparation, recipe, report and proof."""
    from search.exports import export_trial

    talk(f"exporting {study} as {format_} {precision}")
    artifact = export_trial(study, format_, precision, out=out, force=force, latency=latency, root=root, said=talk)
    if as_json:
        print_json(artifact.to_json())
    else:
        from search.summary import print_artifact

        print_artifact(artifact)
        if artifact.latency_ms is not None:
            typer.echo(f"takes {artifact.latency_ms:.3g} ms a row, on one thread")
    raise typer.Exit(verdict([artifact.to_json()["proof"]]))


@app.command()
def run(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A recipe.json, or 'STUDY#12' for the trial in slot 12.")
    ],
    data: Annotated[str | None, typer.Option(metavar="DATA", help="Where the recipe's data lies here.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Open the test split as well.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Train what a recipe says, start to end, and measure it on validation rows; a trial repeats its numbers."""
    if "#" not in recipe or Path(recipe).exists():
        zoo.cli.run(Path(recipe), data, test, as_json)
        return
    from search.lookup import find_trial
    from search.stored import read_stored

    found = find_trial(recipe, root)
    if found.record.state == "pruned" and found.record.epochs is None:
        talk(f"in the study {recipe} trained no epoch: {found.record.reason}")
    scores = zoo.cli.run(found.recipe, data, test, as_json)
    stored, before = read_stored(found.files), found.record.value
    of_training = stored.precision == "float32"  # else the study measured a file
    if of_training and before is not None and scores["validation"][stored.goal] != before:
        why = "other versions, threads or processors may change last digits"
        talk(f"in the study {recipe} had {stored.goal} {before}: {why}")


@app.command()
def report(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A study with at least one finished trial.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page. [report.html in the study's folder, written anew]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Write a study as one page that needs no network: scores, files, pictures, all trials and the recipe."""
    talk(f"writing the report of {study}")
    from search.reporting import write_report

    path = write_report(study, root, out, force)
    print_json({"report": str(path)}) if as_json else typer.echo(str(path))


@app.command()
def delete(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="The study to delete.")],
    confirm: Annotated[str, typer.Option(metavar="STUDY", help="Its name once more: nothing brings it back.")],
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Delete a study for good: its trials, its folder, and its runs and models in MLflow."""
    from search.deletion import delete as delete_study

    talk(f"deleting {study}")
    gone = delete_study(study, confirm, root, talk)
    if as_json:
        print_json(gone.to_json())
    else:
        typer.echo(f"deleted {study}: {gone.trials:,} trials, {gone.runs:,} runs in MLflow, {gone.bytes:,} bytes")


@app.command()
def ui(
    study: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="The study to open. [the one that ran last]")
    ] = None,
    root: Root = Path(),
    port: Annotated[int, typer.Option(metavar="N", help="The port on 127.0.0.1.")] = 5000,
) -> None:
    """Open the MLflow page of all studies on 127.0.0.1; Ctrl-C ends it."""
    from search.stored import experiment_of
    from search.tracking import ship
    from search.ui import serve

    talk("starting MLflow")
    for warning in ship(root).warnings:
        talk(warning)
    serve(root, port, experiment_of(root.resolve(), study), lambda address: typer.echo(f"open {address}"))


def verdict(proofs: list[dict[str, Any] | None]) -> int:
    """Return the exit code that proofs come to: 1 when one has failed."""
    return 0 if all(proof is None or proof["passed"] for proof in proofs) else 1
