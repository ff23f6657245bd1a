"""The commands that take a bundle: predict, evaluate, verify."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zoo.cli import Json, print_json, talk

if TYPE_CHECKING:
    from zoo.bundle import Predictions
    from zoo.preparation import Preparation
    from zoo.proving.verifying import Verification

app = typer.Typer(rich_markup_mode=None)
DIGITS = 6  # of a target's standard deviation, beyond its first one

BundleFolder = Annotated[Path, typer.Argument(metavar="BUNDLE", help="A folder that `zoo export` or `zoo tune` wrote.")]
LabelledData = Annotated[
    str, typer.Argument(metavar="DATA", help="Rows with the right answers: a file, or an embedded data set.")
]
Answers = Annotated[
    str | None, typer.Option("--target", metavar="COLUMN", help="The column of right answers. [the one it learned]")
]


@app.command()
def predict(
    bundle: BundleFolder,
    data: Annotated[
        Path,
        typer.Argument(metavar="ROWS", help="Raw rows: a table, .npz, .npy, texts, an image, a .wav, or a folder."),
    ],
    as_json: Json = False,
) -> None:
    """Answer raw rows with an exported model: CSV to stdout, the answer first, then each class's probability.

    Of files in a folder their names come before that.
    """
    import csv

    from zoo.bundle import load
    from zoo.bundle import predict as predict_rows

    loaded = load(bundle)
    answers = predict_rows(loaded, data)
    for note in answers.notes:
        talk(note)
    if as_json:
        print_json(answers.to_json())
        return
    csv.writer(sys.stdout, lineterminator="\n").writerows(_table(answers, loaded.preparation))


@app.command()
def evaluate(bundle: BundleFolder, data: LabelledData, target: Answers = None, as_json: Json = False) -> None:
    """Say what an exported model is worth on labelled rows."""
    from zoo.bundle import load
    from zoo.evaluation import evaluate as measured
    from zoo.labelled.rows import labelled_rows
    from zoo.proving.verifying import OWN

    talk(f"reading {data}")
    loaded = load(bundle)
    labelled = labelled_rows(loaded, data, target)
    report = measured(loaded.model, labelled.split)
    for text in (*([OWN] if labelled.own else []), *labelled.notes):
        talk(text)
    if as_json:
        print_json({**report.to_json(), "bytes": loaded.report["bytes"], "own_test_rows": labelled.own})
        return
    typer.echo(f"{loaded.variant}   {report.rows:,} rows   {_scores(report.metrics)}")


@app.command()
def verify(
    bundle: BundleFolder,
    data: LabelledData,
    target: Answers = None,
    against: Annotated[
        Path | None, typer.Option(metavar="BUNDLE", help="The float32 bundle to compare with. [the one beside it]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that no file of a bundle was changed, and repeat its proof on labelled rows; exit 1 when it fails."""
    from zoo.proving.verifying import OWN
    from zoo.proving.verifying import verify as verified

    talk(f"verifying {bundle} on {data}")
    found = verified(bundle, data, target, against)
    for text in (*([OWN] if found.own else []), *(f"note: {note}" for note in found.notes)):
        talk(text)
    if as_json:
        print_json(found.to_json())
    else:
        _print_verification(found)
    raise typer.Exit(0 if found.passed else 1)


def _print_verification(found: Verification) -> None:
    from zoo.proving.differences import differences, on_micro

    worth = "answers that are not finite" if found.report is None else _scores(found.report.metrics)
    typer.echo(f"{found.bundle.variant}   {found.rows:,} rows   {worth}")
    recorded = found.recorded
    if recorded["metrics"] is not None:
        typer.echo(f"at its export   {recorded['rows']:,} {recorded['split']} rows   {_scores(recorded['metrics'])}")
    against = "no float32 bundle at hand; compared with its report" if found.reference is None else found.reference
    typer.echo(f"reference   {against}")
    told = "" if found.proof is None else differences(found.proof.to_json())
    if told:
        typer.echo(f"against it   {told}")
    if words := on_micro(found.micro and found.micro.to_json()):
        typer.echo(f"on device micro   {words}")
    typer.echo("proof ok" if found.passed else f"proof FAILED: {'; '.join(found.reasons)}")


def _table(answers: Predictions, preparation: Preparation) -> Iterator[list[str]]:
    """Return a line a row, their heading first; what names the rows, if anything, stands before the answers."""
    from zoo.headings import FILE, headings

    row = preparation.facts.get("id", FILE) if answers.rows else ""
    if answers.quantities is None:
        yield headings(answers.classes, row=row)
        found = zip(answers.labels, answers.probabilities, strict=True)
        cells = ([label, *(f"{probability:.6g}" for probability in one)] for label, one in found)
    else:
        quantities = answers.quantities.reshape(len(answers.quantities), -1)
        yield headings((), quantities.shape[1], row)
        deviation = preparation.target.deviation
        cells = ([_written(quantity, deviation) for quantity in one] for one in quantities.tolist())
    yield from ([name, *line] for name, line in zip(answers.rows, cells, strict=True)) if answers.rows else cells


def _written(quantity: float, deviation: float) -> str:
    """Return a quantity with as many digits as tell a millionth of the target's standard deviation."""
    return repr(round(quantity, DIGITS - math.floor(math.log10(deviation)))).removesuffix(".0")


def _scores(metrics: Mapping[str, Any]) -> str:
    from zoo.goals import shown

    return "   ".join(f"{name} {shown(name, value)}" for name, value in metrics.items())
