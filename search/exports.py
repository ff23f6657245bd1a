"""Export of a stored trial: the champion's, or any other by STUDY#SLOT."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypedDict, Unpack

from search.champion import trained_of
from search.files import StudyFiles, read_json, unknown_study
from search.lock import study_lock
from search.result import StudyResult
from search.storage import database
from search.stored import read_stored
from search.trials import TrialRecord, best, read_study
from zoo import manifest
from zoo.artifact import Artifact
from zoo.aside import require_free
from zoo.errors import BadValue, ZooError
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
    name, hash_sign, slot = trial.partition("#")
    files = StudyFiles(Path(root).resolve(), name)
    if not files.fingerprint.exists():
        raise unknown_study(name, files.root)
    (variant,) = checked_variants([(format, precision)])
    record = _record(files, slot if hash_sign else None)
    folder = Path(out) if out else files.exports / f"{format}-{precision}" if not hash_sign else None
    if folder is None:
        folder = files.exports / f"{record.slot:04d}-{format}-{precision}"
    with _kept_still(files, folder):
        return _export(record, files, variant, folder, said, **options)


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


def _record(files: StudyFiles, slot: str | None) -> TrialRecord:
    stored = read_study(database(files.root), files.study)
    if slot is None:
        leaders = best(stored.records, 1, stored.direction)
        if not leaders:
            raise ZooError(f"study {files.study} has no finished trial yet; run `zoo tune` first.")
        return leaders[0]
    ended = {record.slot: record for record in stored.records if record.ended}
    if not slot.isdecimal() or int(slot) not in ended:
        raise BadValue(f"{files.study} has no ended trial '{slot}'; it has {len(ended)}, counted from 0. Try #0.")
    return ended[int(slot)]


def _is_champion(record: TrialRecord, files: StudyFiles) -> bool:
    if not files.report.exists():
        return False
    champion = StudyResult.from_json(read_json(files.report)).champion
    return champion is not None and champion.trial == f"{files.study}#{record.slot}"
