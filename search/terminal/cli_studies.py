"""Commands that take a study or one of its trials: status, export, run, report, delete, ui."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer

import zoo.cli
from search.terminal.cli_options import Root, TrackingUri
from search.terminal.outcome import Stopped
from zoo.cli import print_json, talk
from zoo.cli_options import NONE, Json, Plugin
from zoo.errors import BadValue

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    study: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="A study's name; all of them when left out.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew each second until it ends or Ctrl-C.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Say how far a study is and what it has found; it may be running."""
    _require_watchable(study, watch, as_json)
    if study is None:
        _show_statuses(root, as_json)
    else:
        _show_status(study, root, watch, as_json)


def _require_watchable(study: str | None, watch: bool, as_json: bool) -> None:
    if watch and study is None:
        raise BadValue("--watch follows one study. Name it, as in zoo status digits --watch.")
    if watch and as_json:
        raise BadValue("--watch shows a study again and again, --json prints one object. Remove one of them.")


def _show_statuses(root: Path, as_json: bool) -> None:
    from search.compressing.standing import compressions_of
    from search.compressing.telling import mark
    from search.result import Unreadable
    from search.standing import statuses
    from search.terminal.summary import print_studies

    found = statuses(root)
    readable = [one.study for one in found if not isinstance(one, Unreadable)]
    smaller = compressions_of(readable, root)
    if as_json:
        beside = {study: {"compressions": [one.to_json() for one in own]} for study, own in smaller.items()}
        print_json({"studies": [{**one.to_json(), **beside.get(one.study, {})} for one in found]})
    else:
        print_studies(found, {study: mark(own) for study, own in smaller.items() if own})
    for one in found:
        if isinstance(one, Unreadable):
            talk(one.reason)
    if not found:
        talk(f"no study lies below {(root / 'mlruns').absolute()}; `zoo tune digits` begins one")


def _show_status(study: str, root: Path, watch: bool, as_json: bool) -> None:
    from search.terminal.glance import glance

    now = glance(study, root)
    if as_json:
        print_json(now.to_json())
        return
    from search.standing import command
    from search.terminal.board import follow, print_glance

    if watch and not now.is_over:
        try:
            now = follow(lambda: glance(study, root))
        except KeyboardInterrupt:
            raise Stopped("The study itself goes on.") from None
    print_glance(now, root, command(study, root))


@app.command()
def export(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY",
            help="A study, for its champion, 'STUDY#12' for the trial in slot 12, or models:/STUDY@champion.",
        ),
    ],
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="keras_file, saved_model, tflite, c_array or onnx. [tflite]"),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="float32; of tflite also float16, dynamic, int8, int16x8, int4 or mixed. [as the study measured]",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The file must run there, and tells what it takes: micro, mobile or server."),
    ] = None,
    io: Annotated[
        str, typer.Option(metavar="TYPE", help="What an int8 file takes and gives: float, the model's types, or int8.")
    ] = "float",
    strip: Annotated[
        bool | None,
        typer.Option(
            "--strip/--no-strip",
            help="Leave out of a tflite file what running it does not need. [as the study measured its files]",
        ),
    ] = None,
    sparse: Annotated[
        bool, typer.Option("--sparse", help="Leave out of a tflite float32 file the weights that are zero.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The bundle's folder. [the study's exports]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a bundle that is there.")] = False,
    latency: Annotated[bool, typer.Option("--latency", help="Time the file as well, on one thread.")] = False,
    plugin: Plugin = NONE,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Write one trial as a bundle: model file, preparation, recipe, report and proof."""
    from search.exports import export_trial
    from search.record.registered import SCHEME, export_registered, require_plain

    zoo.cli.use_plugins(plugin)
    options = {"latency": latency, "io": io, "strip": strip, "sparse": sparse, "device": device}
    with redirect_stdout(sys.stderr):  # what a user's own part prints is no answer
        if study.startswith(SCHEME):
            require_plain(options)
            artifact = export_registered(study, format_, precision, out=out, root=root, force=force, said=talk)
        else:
            artifact = export_trial(study, format_, precision, out=out, root=root, said=talk, force=force, **options)
    if as_json:
        print_json(artifact.to_json())
    else:
        from search.terminal.summary import print_artifact

        print_artifact(artifact)
        if artifact.latency_ms is not None:
            typer.echo(f"takes {artifact.latency_ms:.3g} ms a row, on one thread")
        if artifact.footprint is not None:
            typer.echo(artifact.footprint.line())
    raise typer.Exit(verdict([artifact.to_json()["proof"]]))


@app.command()
def run(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A recipe.json, or 'STUDY#12' for the trial in slot 12.")
    ],
    data: Annotated[str | None, typer.Option(metavar="DATA", help="Where the recipe's data lies here.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Open the test split as well.")] = False,
    plugin: Plugin = NONE,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Train what a recipe says, start to end, and measure it on validation rows; a trial repeats its numbers."""
    zoo.cli.use_plugins(plugin)
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
    if found.record.spread:
        from search.choosing.members import first_metrics

        talk(f"the score of {recipe} is the mean over all its trainings; this is the first one")
        before = (first_metrics(found.files, found.record.slot) or {}).get(stored.goal)
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
    from search.report.reporting import write_report

    path = write_report(study, root, out, force)
    print_json({"report": str(path)}) if as_json else typer.echo(str(path))


@app.command()
def delete(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="The study to delete.")],
    confirm: Annotated[str, typer.Option(metavar="STUDY", help="Its name once more: nothing brings it back.")],
    tracking_uri: TrackingUri = None,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Delete a study for good: its trials, its folder, and its runs and models in MLflow."""
    from search.care.deletion import delete as delete_study

    _track(root, tracking_uri)
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
    tracking_uri: TrackingUri = None,
    root: Root = Path(),
    port: Annotated[int, typer.Option(metavar="N", help="The port on 127.0.0.1.")] = 5000,
) -> None:
    """Open the MLflow page of all studies on 127.0.0.1; Ctrl-C ends it. A server's page is told by its address."""
    from search.record.tensorboard import update_all
    from search.stored import experiment_of
    from search.tracking import leaderboard, ship
    from search.ui import serve

    talk("starting MLflow")
    _track(root, tracking_uri)
    update_all(root.resolve(), talk)
    for warning in ship(root).warnings:
        talk(warning)
    experiment = experiment_of(root.resolve(), study)
    if page := leaderboard(root, experiment):
        typer.echo(f"open {page}")
        return
    serve(root, port, experiment, lambda address: typer.echo(f"open {address}"), talk)


def _track(root: Path, address: str | None) -> None:
    """Remember a server where there is a record to go there; elsewhere the command itself says what is missing."""
    from search.record.addresses import track

    if (root / "mlruns").is_dir():
        track(root, address, talk)


def verdict(proofs: list[dict[str, Any] | None]) -> int:
    """Return the exit code that proofs come to: 1 when one has failed."""
    return 0 if all(proof is None or proof["passed"] for proof in proofs) else 1
