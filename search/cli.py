"""The `zoo` command: what takes data and bundles comes from zoo.cli; what takes a study is here."""

from __future__ import annotations

import os
import re
import shlex
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any

import typer

import zoo.cli
from zoo.cli import Json, Target, print_json, talk
from zoo.errors import ZooError

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(zoo.cli.app)

Root = Annotated[Path, typer.Option(help="The folder in which mlruns lies.")]
NONE: list[str] = []


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zoo {installed_version('zoo-search')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Search, track and shrink Keras models: from data to the smallest file that is good enough."""


@app.command()
def tune(
    data: Annotated[str, typer.Argument(help="A file, or the name of an embedded data set such as digits.")],
    target: Target = None,
    builder: Annotated[str | None, typer.Option(help="NAME[,NAME]: search these builders only.")] = None,
    trials: Annotated[int, typer.Option(help="Trials in all, those of earlier calls counted.")] = 20,
    epochs: Annotated[int | None, typer.Option(help="The most epochs of a trial. [30]")] = None,
    study: Annotated[str | None, typer.Option(help="The study's name. [the data's]")] = None,
    seed: Annotated[int, typer.Option(help="Decides every random choice.")] = 0,
    goal: Annotated[str | None, typer.Option(help="accuracy or balanced_accuracy. [by the classes' balance]")] = None,
    sampler: Annotated[str, typer.Option(help="tpe or random.")] = "tpe",
    pruner: Annotated[str, typer.Option(help="asha or none.")] = "asha",
    timeout: Annotated[float | None, typer.Option(help="Begin no trial after this many seconds.")] = None,
    set_: Annotated[list[str], typer.Option("--set", help="NAME=VALUE fixes a value, as model.units=64.")] = NONE,
    space: Annotated[
        list[str], typer.Option("--space", help="NAME=low:high[:log], NAME=a,b,c or @file.json: what is searched.")
    ] = NONE,
    root: Root = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the answer only.")] = False,
    as_json: Json = False,
) -> None:
    """Search for the best model of DATA, then export, prove and measure it. The same command goes on."""
    from search.ranges import read_ranges, read_settings

    builders = tuple(name.strip() for name in builder.split(",")) if builder else ()
    fixed = read_settings([*set_, *([] if epochs is None else [f"train.epochs={epochs}"])])
    asked = {
        **{"target": target, "builders": builders, "trials": trials, "study": study, "seed": seed, "goal": goal},
        **{"sampler": sampler, "pruner": pruner, "timeout": timeout, "root": root},
        **{"fixed": fixed, "narrowed": read_ranges(space)},
    }
    _tune(data, asked, quiet or as_json, as_json)


def _tune(data: str, asked: dict[str, Any], quiet: bool, as_json: bool) -> None:
    from search.screen import Screen
    from search.summary import print_answer
    from search.watcher import Watcher

    watcher = Watcher() if quiet else Screen()
    try:
        watcher.stage(f"reading {data}")
        from search.study import tune as tune_data

        answer = tune_data(data, watcher=watcher, **asked)
    except KeyboardInterrupt:
        watcher.close()
        kept = f"{watcher.progress.total} of {watcher.progress.target} trials kept. " if watcher.progress else ""
        talk(f"stopped. {kept}The same command goes on: {_command()}")
        raise typer.Exit(130) from None
    finally:
        watcher.close()
    print_json(answer.to_json()) if as_json else print_answer(answer, _with_more_trials(answer.trials.total))
    raise typer.Exit(_verdict([variant["proof"] for variant in answer.champion.variants]))


@app.command()
def status(
    study: Annotated[str | None, typer.Argument(help="A study's name; all of them when left out.")] = None,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Say how far a study is and what it has found; it may be running."""
    from search.files import studies
    from search.status import runs_in
    from search.status import status as status_of
    from search.summary import print_status, print_studies

    if study is None:
        found = [status_of(name, root) for name in studies(root)]
        print_json({"studies": [answer.to_json() for answer in found]}) if as_json else print_studies(found)
        return
    answer = status_of(study, root)
    print_json(answer.to_json()) if as_json else print_status(answer, runs_in(study, root))


@app.command()
def export(
    study: Annotated[str, typer.Argument(help="STUDY for its champion, STUDY#12 for the trial in slot 12.")],
    format_: Annotated[str, typer.Option("--format", help="keras_file, saved_model or tflite.")] = "tflite",
    precision: Annotated[str, typer.Option(help="float32, or int8 for tflite.")] = "float32",
    out: Annotated[Path | None, typer.Option(help="The bundle's folder. [the study's exports]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a bundle that is there.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Write one trial as a bundle: model file, preparation, recipe, report and proof."""
    from search.exports import export_trial

    talk(f"exporting {study} as {format_} {precision}")
    artifact = export_trial(study, format_, precision, out=out, force=force, root=root, said=talk)
    if as_json:
        print_json(artifact.to_json())
    else:
        from search.summary import print_artifact

        print_artifact(artifact)
    raise typer.Exit(_verdict([artifact.to_json()["proof"]]))


@app.command()
def ui(
    study: Annotated[str | None, typer.Argument(help="The study to open. [the one that ran last]")] = None,
    root: Root = Path(),
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 5000,
) -> None:
    """Open the MLflow page of all studies on 127.0.0.1; Ctrl-C ends it."""
    from search.files import experiment_of
    from search.tracking import ship
    from search.ui import serve

    talk("starting MLflow")
    for warning in ship(root).warnings:
        talk(warning)
    serve(root, port, experiment_of(root.resolve(), study), lambda address: typer.echo(f"open {address}"))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: mistakes become one line and exit code 2, Ctrl-C becomes 130."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        code = app(arguments, prog_name="zoo", standalone_mode=False)
    except ZooError as error:
        code = _mistake(str(error))
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        code = _usage_code(error)
    sys.exit(code or 0)


def _usage_code(error: Exception) -> int:
    """Return the exit code of what Click raises for a wrong option or Ctrl-C; raise anything else again."""
    if type(error).__name__ == "Abort":
        return 130
    if not hasattr(error, "format_message"):
        raise error
    return _mistake(error.format_message())


def _mistake(text: str) -> int:
    typer.echo(f"zoo: {' '.join(text.split())}", err=True)
    return 2


def _verdict(proofs: list[dict[str, Any] | None]) -> int:
    return 0 if all(proof is None or proof["passed"] for proof in proofs) else 1


def _command() -> str:
    return shlex.join(["zoo", *sys.argv[1:]])


def _with_more_trials(trials: int) -> str:
    """Return the command that was typed, asking for three times as many trials."""
    without = re.sub(r" --trials[ =]\S+", "", _command())
    return f"{without} --trials {3 * trials}"
