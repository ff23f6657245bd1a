"""Export of a stored trial: the champion's, or any other by STUDY#SLOT."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypedDict, Unpack

from search.champion import trained_of
from search.files import StudyFiles, read_json
from search.lock import study_lock
from search.lookup import find_trial
from search.result import StudyResult
from search.stored import read_stored
from search.trials import TrialRecord
from zoo import manifest
from zoo.artifact import Artifact
from zoo.aside import require_free
from zoo.exporting import export
from zoo.formats import Variant, checked_variants
from zoo.workspace import Workspace


class Options(TypedDict, total=False):
    """What `zoo.export` may be asked for besides: `force` replaces a bundle, `latency` times the file."""

    force: bool
    latency: bool


def export_trial(
    trial: str,
    format: str = "tflite",
    precision: str = "float32",
    *,
    out: Path | str | None = None,
    root: Path | str = ".",
    said: Callable[[str], None] = lambda text: None,
    **options: Unpack[Options],
) -> Artifact:
    """Write a bundle of `STUDY` (its champion) or `STUDY#12` to `out`, by default below the study's exports.

    The test split is opened for the champion of an ended study only. `said` hears when the trial is trained again.
    Raises BadValue for a folder of the study while another process runs it, and what `zoo.export` raises.
    """
    found = find_trial(trial, root)
    (variant,) = checked_variants([(format, precision)])
    own = f"{found.record.slot:04d}-" if found.by_slot else ""
    folder = Path(out) if out else found.files.exports / f"{own}{format}-{precision}"
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


def _is_champion(record: TrialRecord, files: StudyFiles) -> bool:
    if not files.report.exists():
        return False
    champion = StudyResult.from_json(read_json(files.report)).champion
    return champion is not None and champion.trial == f"{files.study}#{record.slot}"
