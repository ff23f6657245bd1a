"""The `zoo` command: `tune`, beside the other commands of studies in search.terminal and those of zoo.cli_*."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import search.terminal.cli_care
import search.terminal.cli_compress
import search.terminal.cli_studies
import search.terminal.cli_worker
import zoo.cli
import zoo.cli_bundle
import zoo.cli_parts
import zoo.cli_plugin
import zoo.cli_profile
from search.settings import EPOCHS, FIDELITY
from search.terminal.cli_options import (
    Compress,
    Device,
    DryRun,
    Fidelity,
    Finalists,
    Folds,
    From,
    Goals,
    Hypermodel,
    Limits,
    NoGain,
    Precision,
    Repeats,
    Root,
    Tensorboard,
    Timeout,
    TrackingUri,
    TrialTimeout,
    Workers,
)
from search.terminal.cli_studies import verdict
from search.terminal.interrupts import interruptible
from search.terminal.outcome import exit_code
from search.terminal.usage import Commands
from zoo.cli import print_json
from zoo.cli_options import (
    NONE,
    Group,
    Horizon,
    Id,
    Ignore,
    Json,
    Lookback,
    Memory,
    Pattern,
    Plugin,
    Reader,
    Rows,
    Target,
    Task,
    Time,
    Weight,
    data_options,
)
from zoo.errors import BadValue

if TYPE_CHECKING:
    from search.result import StudyResult
    from search.trials import Trials

app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.registered_commands += zoo.cli_parts.app.registered_commands
# what takes a recipe takes a trial here: `run` of search.terminal.cli_studies
app.registered_commands += [one for one in zoo.cli.app.registered_commands if one.callback is not zoo.cli.run]
app.add_typer(search.terminal.cli_studies.app)
app.add_typer(search.terminal.cli_compress.app)
app.add_typer(search.terminal.cli_worker.app)
app.add_typer(search.terminal.cli_care.app)
app.add_typer(zoo.cli_bundle.app)
app.add_typer(zoo.cli_profile.app)
app.add_typer(zoo.cli_plugin.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zoo {installed_version('zoo-search')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Search, track and shrink Keras models: from data to the smallest file that is good enough."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def tune(
    context: typer.Context,
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A file, or the name of an embedded data set such as digits.")
    ],
    target: Target = None,
    reader: Reader = None,
    rows: Rows = None,
    task: Task = None,
    ignore: Ignore = NONE,
    weight: Weight = None,
    id: Id = None,
    group: Group = None,
    time: Time = None,
    lookback: Lookback = None,
    horizon: Horizon = None,
    pattern: Pattern = None,
    memory: Memory = None,
    augment: Annotated[
        str | None, typer.Option(metavar="NAME[,NAME]", help="Search how strong these are, as rotate,shift.")
    ] = None,
    builder: Annotated[str | None, typer.Option(metavar="NAME[,NAME]", help="Search these builders only.")] = None,
    hypermodel: Hypermodel = None,
    plugin: Plugin = NONE,
    trials: Annotated[int, typer.Option(metavar="N", help="Trials in all, those of earlier calls counted.")] = 20,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="The most epochs of a trial. [30]")] = None,
    study: Annotated[str | None, typer.Option(metavar="NAME", help="The study's name. [the data's]")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides every random choice.")] = 0,
    goal: Goals = NONE,
    limit: Limits = NONE,
    precision: Precision = None,
    compress: Compress = False,
    device: Device = None,
    sampler: Annotated[str, typer.Option(metavar="NAME", help="tpe, random, grid, nsga2 ...")] = "tpe",
    pruner: Annotated[str, typer.Option(metavar="NAME", help="asha, hyperband, none ...")] = "asha",
    workers: Workers = None,
    fidelity: Fidelity = None,
    timeout: Timeout = None,
    trial_timeout: TrialTimeout = None,
    stop_after_no_gain: NoGain = None,
    folds: Folds = None,
    repeats: Repeats = 1,
    from_study: From = None,
    finalists: Finalists = 3,
    set_: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="Fix a value, as model.units=64.")
    ] = NONE,
    space: Annotated[
        list[str],
        typer.Option("--space", metavar="NAME=RANGE", help="Search low:high[:log] or a,b,c instead; or @file.json."),
    ] = NONE,
    dry_run: DryRun = False,
    tracking_uri: TrackingUri = None,
    tensorboard: Tensorboard = False,
    root: Root = Path(),
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the answer only.")] = False,
    as_json: Json = False,
) -> None:
    """Search for the best model of DATA, then export, prove and measure it. The same command goes on."""
    from search.drawing.ranges import read_ranges

    asked = {
        **data_options(context),
        **{"trials": trials, "study": study, "seed": seed, "root": root, "tracking_uri": tracking_uri},
        **{"goal": goal or None, "limit": tuple(limit), "precision": precision, "compress": compress, "device": device},
        **{"sampler": sampler, "pruner": pruner, "workers": workers, "tensorboard": tensorboard},
        **{"timeout": timeout, "trial_timeout": trial_timeout, "folds": folds, "repeats": repeats},
        **{"stop_after_no_gain": stop_after_no_gain, "from_study": from_study, "finalists": finalists},
        **{"builders": _names(builder), "hypermodel": hypermodel, "plugins": tuple(plugin), "augment": _names(augment)},
        **{"fixed": _fixed(set_, {EPOCHS: epochs, FIDELITY: fidelity}), "narrowed": read_ranges(space)},
    }
    if dry_run:
        return _preview(data, asked, quiet or as_json, as_json)
    answer = _tune(data, asked, quiet or as_json)
    if as_json:
        print_json(answer.to_json())
    else:
        from search.standing import next_command
        from search.terminal.summary import print_answer

        print_answer(answer, root, next_command(answer, root))
    raise typer.Exit(verdict([variant["proof"] for variant in answer.champion.variants]))


def _names(given: str | None) -> tuple[str, ...]:
    return () if given is None else tuple(name.strip() for name in given.split(","))


def _fixed(settings: list[str], options: dict[str, Any]) -> dict[str, Any]:
    """Return what --set fixes, and what the options of their own fix, by dotted name."""
    from search.drawing.ranges import read_settings

    fixed = read_settings(settings)
    given = {name: value for name, value in options.items() if value is not None}
    for name, value in given.items():
        if name in fixed:
            option = name.partition(".")[2]
            raise BadValue(f"{name} is {fixed[name]} by --set and {value} by --{option}. Remove one of them.")
    return {**fixed, **given}


def _tune(data: str, asked: dict[str, Any], quiet: bool) -> StudyResult:
    from search.terminal.screen import Quiet, Screen

    watcher = Quiet() if quiet else Screen()
    with interruptible(watcher, lambda: _kept(watcher.progress)):
        watcher.stage(f"reading {data}")
        from search.study import tune as tune_data

        return tune_data(data, watcher=watcher, **asked)


def _preview(data: str, asked: dict[str, Any], quiet: bool, as_json: bool) -> None:
    from search.previewing import preview
    from search.terminal.preview_table import print_preview
    from search.terminal.screen import Quiet, Screen

    watcher = Quiet() if quiet else Screen()
    with interruptible(watcher, lambda: ""):
        watcher.stage(f"reading {data}")
        found = preview(data, watcher=watcher, **asked)
    print_json(found.to_json()) if as_json else print_preview(found)


def _kept(done: Trials | None) -> str:
    return f"{done.total} of {done.target} trials kept." if done else ""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(exit_code(app, sys.argv[1:] if arguments is None else arguments))
