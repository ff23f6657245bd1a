"""The parts of a bundle beside its model, as values; a part that does not fit the others is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from zoo.errors import BadData, ZooError
from zoo.goals import GOALS
from zoo.manifest import AGAIN, NAME, Manifest, read_json
from zoo.own.parts import without_parts
from zoo.preparation import Preparation
from zoo.recipe import Recipe

LABELS = "labels.txt"
PARTS = ("preparation", "recipe", "report", "proof")
METRIC = {True: "accuracy", False: "rmse"}  # by whether there are classes: what verify compares
_ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, ZooError)


def read_parts(folder: Path, manifest: Manifest) -> dict[str, Any]:
    """Return `classes` and each of PARTS of the bundle in `folder`: its Preparation, the others as plain JSON values.

    Raises BadData, naming the file, for one that says what no export writes, or another variant than the manifest.
    """
    classes = _checked(folder / LABELS, _labels, folder / LABELS)
    found = {part: read_json(folder / f"{part}.json") for part in PARTS}
    kind = "classification" if classes else "regression"
    _checked(folder / "report.json", _require_report, found["report"], METRIC[bool(classes)])
    _checked(folder / "proof.json", _require_proof, found["proof"], kind)
    _checked(folder / "recipe.json", lambda values: Recipe.from_json(without_parts(values)), found["recipe"])
    preparation = _checked(folder / "preparation.json", Preparation.from_json, found["preparation"])
    _checked(folder / NAME, _require_agreement, manifest, found)
    _checked(folder / NAME, _require_tensors, manifest, preparation, len(classes))
    return {**found, "preparation": preparation, "classes": classes}


def _labels(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8").split("\n")[:-1])


def _checked(path: Path, check: Callable[..., Any], *values: Any) -> Any:
    try:
        return check(*values)
    except _ODD as error:
        said = f"it has no {error}" if isinstance(error, KeyError) else str(error).partition(". ")[0].rstrip(".")
        raise BadData(f"{path} is not as an export writes it: {' '.join(said.split())}. {AGAIN}") from error


def _require_report(report: Mapping[str, Any], metric: str) -> None:
    _require_whole("bytes", report["bytes"])
    for name in ("validation", "test"):
        if report[name] is not None:
            _require_whole(f"{name}.rows", report[name]["rows"])
            values = report[name]["metrics"]
            if not all(isfinite(value) for value in (values[metric], *values.values())):
                raise ValueError(f"{name}.metrics are not finite numbers")


def _require_whole(name: str, value: Any) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} is {value!r}")


def _require_proof(proof: Mapping[str, Any], kind: str) -> None:
    if type(proof["passed"]) is not bool:
        raise ValueError(f"passed is {proof['passed']!r}")
    if proof["metric"] not in GOALS[kind]:
        raise ValueError(f"metric is {proof['metric']!r}")
    if not isinstance(proof["reasons"], list) or not all(isinstance(reason, str) for reason in proof["reasons"]):
        raise ValueError("reasons are not a list of texts")


def _require_agreement(manifest: Manifest, parts: Mapping[str, Any]) -> None:
    """Raise ValueError where another file, which is hashed, tells of another variant; earlier exports tell once."""
    for file, told in (("recipe.json", parts["recipe"].get("export") or {}), ("report.json", parts["report"])):
        for name, value in manifest.variant._asdict().items():
            if told.get(name, value) != value:
                raise ValueError(f"its {name} is {value!r}, and {file} says {told[name]!r}")


def _require_tensors(manifest: Manifest, preparation: Preparation, classes: int) -> None:
    if (classes == 0) != (preparation.target is not None):
        raise ValueError(f"{LABELS} names {classes} classes and preparation.json says otherwise")
    if manifest.output["shape"][1:] != [classes or preparation.facts.get("horizon", 1)]:
        raise ValueError(f"the output's shape is {manifest.output['shape']} and {LABELS} names {classes} classes")
    if tuple(manifest.input["shape"][1:]) != preparation.shape_of_rows():
        shape = preparation.shape_of_rows()
        raise ValueError(f"the input's shape is {manifest.input['shape']} and rows are prepared to {shape}")
