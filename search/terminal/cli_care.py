"""Commands that look after what studies leave: clean, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.terminal.cli_options import Root
from zoo.cli import print_json, talk
from zoo.cli_options import Json

app = typer.Typer(rich_markup_mode=None)


@app.command()
def clean(
    study: Annotated[str | None, typer.Argument(metavar="[STUDY]", help="The study to clean. [all of them]")] = None,
    keep: Annotated[int, typer.Option(metavar="N", help="Keep the weights of the N best trials too.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Free the weights of old trials; champion, front, bundles and all records stay, and so does what runs."""
    from search.care.cleaning import clean as clean_studies

    found = clean_studies(study, root, keep, dry_run, talk)
    freed = sum(one.bytes for one in found)
    if as_json:
        print_json({"dry_run": dry_run, "bytes": freed, "studies": [one.to_json() for one in found]})
        return
    for one in found:
        typer.echo(one.line(dry_run))
    if not found:
        talk(f"no study lies below {(root / 'mlruns').absolute()}; nothing was removed")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the copy goes: a root of its own then.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier backup there.")] = False,
    root: Root = Path(),
    as_json: Json = False,
) -> None:
    """Copy all studies, running ones too, to FOLDER; the copy is read through, and goes on where they stood."""
    from search.care.backup import backup as back_up

    talk(f"copying {(root / 'mlruns').absolute()}")
    made = back_up(folder, root, force)
    if as_json:
        print_json(made.to_json())
        return
    size = f"{made.files:,} files, {made.bytes:,} bytes, in {made.seconds:.1f} s"
    held = f"{made.studies} {'study' if made.studies == 1 else 'studies'} with {made.trials:,} trials"
    typer.echo(f"{made.path} holds {held}: {size}")
    talk(f"go on with it by --root {folder}, as in zoo status --root {folder}")
