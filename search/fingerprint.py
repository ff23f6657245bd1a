"""The fingerprint of a study: all that decides its results. A study whose fingerprint changed is not gone on with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from search.files import LONGEST_NAME, StudyFiles, plain_name, read_json, write_json
from search.storage import database, foreign
from search.trials import read_study
from zoo.errors import BadData, BadValue, UnknownName

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
    if not files.fingerprint.exists():
        _require_unknown(files)
        files.make()
        write_json(files.fingerprint, {**wanted, "id": uuid4().hex[:ID_LENGTH]})
        return []
    stored = read_json(files.fingerprint)
    if not isinstance(stored, dict):
        raise BadData(f"{files.fingerprint} holds no object; restore it, or start another study with --study.")
    for key, (before, now) in _differences(stored, wanted).items():
        name = key.removeprefix("space.").removesuffix(".values")
        raise BadValue(
            f"{name} was {_words(before)} in study {files.study} and is {_words(now)} now; a study keeps its settings. "
            f"Try --study {_free_name(files)} --from {files.study}, which begins with what that one found."
        )
    if stored.get("asked") != wanted["asked"]:
        write_json(files.fingerprint, {**stored, "asked": wanted["asked"]})  # what `search.resume` goes on with
    then, here = stored.get("versions", {}), wanted["versions"]
    changed = [name for name in here if then.get(name) != here[name]]
    return [f"{name} was {then.get(name)} when this study began and is {here[name]} now" for name in changed]


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
    flat_stored = {**{key: value for key, value in EARLIER.items() if key in flat_wanted}, **_flat(stored)}
    keys = [key for key in {**flat_wanted, **flat_stored} if key.split(".")[0] not in NOT_COMPARED]
    found = {key: (flat_stored.get(key), flat_wanted.get(key)) for key in keys}
    return {key: pair for key, pair in found.items() if pair[0] != pair[1]}


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
