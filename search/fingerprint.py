"""The fingerprint of a study: all that decides its results. A study whose fingerprint changed is not gone on with."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from search.files import StudyFiles, read_json, write_json
from zoo.errors import BadValue

PACKAGES = ("tensorflow", "keras", "optuna", "numpy", "scikit-learn")

HASH_LENGTH = 64  # of a sha256, of which twelve characters tell enough

NOT_COMPARED = ("versions", "asked", "experiment")  # another version warns; the others do not change a result


def versions() -> dict[str, str]:
    """Return the versions that decide bits, Python's among them."""
    return {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}


def require_same(files: StudyFiles, wanted: Mapping[str, Any]) -> list[str]:
    """Write the fingerprint of a new study, or compare it with the stored one.

    Raises BadValue naming the first key that differs. Returns a warning for every version that does: another version
    may change numbers, but must not lock a user out of a study.
    """
    if not files.fingerprint.exists():
        files.make()
        write_json(files.fingerprint, wanted)
        return []
    stored = read_json(files.fingerprint)
    for key, (before, now) in _differences(stored, wanted).items():
        name = key.removeprefix("space.").removesuffix(".values")
        raise BadValue(
            f"{name} was {_words(before)} in study {files.study} and is {_words(now)} now; a study keeps its settings. "
            f"Try --study {_free_name(files)}."
        )
    if stored.get("asked") != wanted["asked"]:
        write_json(files.fingerprint, {**stored, "asked": wanted["asked"]})  # what `search.resume` goes on with
    then, here = stored.get("versions", {}), wanted["versions"]
    changed = [name for name in here if then.get(name) != here[name]]
    return [f"{name} was {then.get(name)} when this study began and is {here[name]} now" for name in changed]


def _differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    flat_stored, flat_wanted = _flat(stored), _flat(wanted)
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
    base = files.study.rstrip("0123456789").rstrip("-") or files.study
    taken = {path.name for path in files.folder.parent.iterdir()}
    return next(name for name in (f"{base}-{number}" for number in range(2, 10_000)) if name not in taken)
