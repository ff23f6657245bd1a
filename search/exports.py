"""Export of a stored trial: the champion's, or any other by STUDY#SLOT."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypedDict, Unpack

from search.aims import FORMAT
from search.answered import read_answer
from search.choosing.champion import trained_of
from search.claiming.lock import study_lock
from search.files import StudyFiles
from search.lookup import find_trial
from search.stored import read_stored
from search.trials import TrialRecord
from zoo import manifest
from zoo.artifact import Artifact
from zoo.aside import require_free
from zoo.exporting import export
from zoo.formats import Variant, checked_variants, takes
from zoo.wishes import Wishes, variant_for
from zoo.workspace import Workspace


class Options(TypedDict, total=False):
    """What `zoo.export` may be asked for besides: `force` replaces a bundle, `latency` times the file.

    `io` is the type at the ends of an int8 file, `strip` leaves out what running a LiteRT file does not need (None:
    as the study measured its files), `sparse` the zeros of a float32 one; with a `device` the file must run there.
    """

    force: bool
    latency: bool
    io: str
    strip: bool | None
    sparse: bool
    device: str | None


def export_trial(
    trial: str,
    format: str | None = None,
    precision: str | None = None,
    *,
    out: Path | str | None = None,
    root: Path | str = ".",
    said: Callable[[str], None] = lambda text: None,
    **options: Unpack[Options],
) -> Artifact:
    """Write a bundle of `STUDY` (its champion) or `STUDY#12` to `out`, by default below the study's exports.

    Where no format or precision is said it is what is shipped to the `device` first, or the kind of file that the study
    measured its trials by; where one is said, tflite or the study's precision. A file that trials were measured by for
    the study's device alone tells what it takes of that. The test split is opened for an ended study's champion only.
    `said` hears what is exported, and when the trial is trained again. Raises BadValue for a folder of the study while
    another process runs it, and what `zoo.export` raises.
    """
    found = find_trial(trial, root)
    stored, asked = read_stored(found.files), (format, precision, options.get("device"))
    measured = stored.aims.variant
    wanted = variant_for(*asked, measured.precision) if any(asked) else measured
    (variant,) = checked_variants([wanted])
    if options.get("device") is None and variant == measured and measured.format != FORMAT:
        options["device"] = stored.asked["device"]
    if options.get("strip") is None:
        options["strip"] = _is_measured_stripped(found.files) and "strip" in takes(variant.format)
    wishes = Wishes(**options)
    wishes.require_taken(variant)
    said(f"exporting {trial} as {variant}")
    own = f"{found.record.slot:04d}-" if found.by_slot else ""
    folder = Path(out) if out else found.files.exports / f"{own}{wishes.folder_of(variant)}"
    with _kept_still(found.files, folder):
        return _export(found.record, found.files, variant, folder, said, **options)


def _export(
    record: TrialRecord,
    files: StudyFiles,
    variant: Variant,
    folder: Path,
    said: Callable[[str], None],
    **options: Unpack[Options],
) -> Artifact:
    require_free(folder, manifest.NAME, options.get("force", False))  # before a trial is trained again for nothing
    workspace = Workspace(read_stored(files).threads)
    trained = trained_of(record.slot, files, workspace, said)
    splits = workspace.splits(trained.recipe.data, trained.recipe.preparation)
    test = splits.test if _is_champion(record, files) else None
    return export(trained, splits, *variant, out=folder, test=test, **options)


def _kept_still(files: StudyFiles, folder: Path) -> AbstractContextManager[None]:
    """Return the study's lock where `folder` lies in it: a study that starts sweeps what is half written there."""
    if not folder.resolve().is_relative_to(files.folder.resolve()):
        return nullcontext()
    return study_lock(files.folder, instead="give a folder elsewhere with --out")


def _is_measured_stripped(files: StudyFiles) -> bool:
    """Return whether a study measured its files without what running them does not need: one that compresses did."""
    return bool(read_stored(files).asked["compress"])


def _is_champion(record: TrialRecord, files: StudyFiles) -> bool:
    if not files.report.exists():
        return False
    champion = read_answer(files).champion
    return champion is not None and champion.trial == f"{files.study}#{record.slot}"
