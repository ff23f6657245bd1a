"""The fingerprint of a study: all that decides its results. A study whose fingerprint changed is not gone on with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from search.claiming.storage import database, foreign
from search.files import LONGEST_NAME, StudyFiles, plain_name, read_json, write_json
from search.settings import SEVERAL
from search.trials import read_study
from zoo.builders import BUILDERS
from zoo.errors import BadData, BadValue, UnknownName, Unsupported
from zoo.recipe import TrainConfig
from zoo.signature import parameters_in
from zoo.space import space_of

PACKAGES = ("tensorflow", "keras", "optuna", "numpy", "scikit-learn")

HASH_LENGTH = 64  # of a sha256, of which twelve characters tell enough

ID_LENGTH = 12  # hexadecimal digits

# another version warns; the others do not change a result
NOT_COMPARED = ("id", "versions", "asked", "experiment", "jit_compile", "first")

# what was true of studies of earlier versions, which do not have these keys
EARLIER = {
    "workers": 0,
    "trial_timeout": None,
    "from": None,
    "limits": [],
    "precision": "float32",
    "format": "tflite",
    "repeats": 1,
    "space.train.fidelity.values": ["epochs"],
    "space.train.precision.values": ["float32"],
    "space.train.stop_after.values": [0],
    "space.train.jit_compile.values": [False],
}


def versions() -> dict[str, str]:
    """Return the versions that decide bits, Python's among them."""
    return {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}


def require_same(files: StudyFiles, wanted: Mapping[str, Any]) -> list[str]:
    """Write the fingerprint of a new study and its id, or compare it with the stored one.

    Raises BadValue naming the first key that differs, and where the database still has trials of an earlier study of
    this name. Returns a warning for every version that does: another version
    may change numbers, but must not lock a user out of a study.
    """
    is_new, warnings = not files.fingerprint.exists(), compared(files, wanted)
    if is_new:
        files.make()
        write_json(files.fingerprint, {**wanted, "id": uuid4().hex[:ID_LENGTH]})
    elif (stored := _stored(files)).get("asked") != wanted["asked"]:
        write_json(files.fingerprint, {**stored, "asked": wanted["asked"]})  # what `search.resume` goes on with
    return warnings


def compared(files: StudyFiles, wanted: Mapping[str, Any]) -> list[str]:
    """Return the warnings that `require_same` returns and raise what it raises, but write nothing."""
    if not files.fingerprint.exists():
        _require_unknown(files)
        return []
    stored = _stored(files)
    for key, (before, now) in _differences(stored, wanted).items():
        cure = f"Try --study {_free_name(files)} --from {files.study}, which begins with what that one found."
        cure += f" Or help this one along with `zoo worker {files.study}`." if key == "workers" else ""
        raise BadValue(f"{_was(key, before, now, files)}; a study keeps its settings. {cure}")
    then, here = stored.get("versions", {}), wanted["versions"]
    changed = [name for name in here if then.get(name) != here[name]]
    return [f"{name} was {then.get(name)} when this study began and is {here[name]} now" for name in changed]


def require_joinable(files: StudyFiles, wanted: Mapping[str, Any]) -> None:
    """Raise BadValue unless trials of `wanted` are trials of the stored study; how many processes train may differ.

    Raises Unsupported for other versions: the trials of one study must not depend on which process ran them.
    """
    stored = _stored(files)
    for key, (before, now) in _differences(stored, {**wanted, "workers": stored.get("workers", 0)}).items():
        cure = "Give back what it began with; a worker trains just that."
        raise BadValue(f"{_was(key, before, now, files)}. {cure}")
    then, here = stored.get("versions", {}), wanted["versions"]
    for name in here:
        if then.get(name) != here[name]:
            raise Unsupported(
                f"{name} was {then.get(name)} when study {files.study} began and is {here[name]} here; its trials must"
                f" not depend on which process runs them. Install {name} {then.get(name)} for this worker."
            )


def recorded_workers(files: StudyFiles) -> int | None:
    """Return how many processes a study trains in; None for one that has not begun."""
    if not files.fingerprint.exists():
        return None
    stored = read_json(files.fingerprint)
    return stored.get("workers", EARLIER["workers"]) if isinstance(stored, dict) else None


def study_id(files: StudyFiles) -> str:
    """Return what tells this study from others that bore its name; made once, when it begins."""
    try:
        return read_json(files.fingerprint)["id"]
    except (KeyError, TypeError) as error:
        raise BadData(f"{files.fingerprint} has no id; restore it, or start another study with --study.") from error


def _stored(files: StudyFiles) -> Mapping[str, Any]:
    stored = read_json(files.fingerprint)
    if not isinstance(stored, dict):
        raise BadData(f"{files.fingerprint} holds no object; restore it, or start another study with --study.")
    return stored


def _was(key: str, before: Any, now: Any, files: StudyFiles) -> str:
    name = key.removeprefix("space.").removesuffix(".values")
    return f"{name} was {_words(before)} in study {files.study} and is {_words(now)} now"


def _require_unknown(files: StudyFiles) -> None:
    path = database(files.root)
    try:
        trials = read_study(path, files.study).records
    except UnknownName:
        return
    if trials:
        raise foreign(path, files.study, len(trials))


def _differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    flat_wanted = _flat(wanted)
    earlier = {**_unsearched(stored.get("space", {})), **EARLIER}
    flat_stored = {**{key: value for key, value in earlier.items() if key in flat_wanted}, **_flat(stored)}
    keys = [key for key in {**flat_wanted, **flat_stored} if key.split(".")[0] not in NOT_COMPARED]
    keys.sort(key=lambda key: key not in SEVERAL)  # what other keys follow from is named first
    found = {key: tuple(flat.get(key, EARLIER.get(key)) for flat in (flat_stored, flat_wanted)) for key in keys}
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


def _unsearched(space: Mapping[str, Any]) -> dict[str, Any]:
    """Return by key what is searched only where it is asked for, of the training and of the builders in `space`.

    Before it could be asked for, it was at its default.
    """
    spaces = {part: parameters_in(BUILDERS.entries[part].node) for part in space if part in BUILDERS.entries}
    spaces["train"] = space_of(TrainConfig)
    return {
        f"space.{part}.{name}.values": [parameter.default]
        for part, own in spaces.items()
        for name, parameter in own.items()
        if not parameter.domain.points()
    }


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}"
        flat |= _flat(inner, f"{name}.") if isinstance(inner, Mapping) else {name: inner}
    return flat


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = "not there" if value is None else str(value)
    return text[:12] if len(text) == HASH_LENGTH else text


def _free_name(files: StudyFiles) -> str:
    numbers = [f"-{number}" for number in range(2, 10_000)]
    base = plain_name(files.study.rstrip("0123456789").rstrip("-") or files.study, LONGEST_NAME - len(numbers[-1]))
    taken = {path.name for path in files.folder.parent.iterdir()}
    return next(base + number for number in numbers if base + number not in taken)
