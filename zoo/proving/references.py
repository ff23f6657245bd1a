"""References: float32 bundles that hold the very weights that another bundle was made from."""

from __future__ import annotations

from pathlib import Path

from zoo.bundle import Bundle, load
from zoo.errors import BadData
from zoo.manifest import NAME

EXACT = "float32"
CLOSEST = ("keras_file", "saved_model", "tflite")  # the first one is the model itself


def beside(bundle: Bundle) -> Bundle | None:
    """Return the bundle next to this one that holds its weights in float32, as close to the source as there is one.

    One whose own proof failed is none: it does not answer as its source.
    """
    found = {}
    for manifest in bundle.path.resolve().parent.glob(f"*/{NAME}"):
        if manifest.parent == bundle.path.resolve():
            continue
        try:
            other = load(manifest.parent)
        except BadData:
            continue
        if other.variant.precision == EXACT and other.proof["passed"] and _same_weights(bundle, other):
            found[other.variant.format] = other
    return next((found[name] for name in CLOSEST if name in found), None)


def given(against: Bundle | Path | str, bundle: Bundle) -> Bundle:
    """Return the bundle `against`; raise BadData unless it holds the weights of `bundle` in float32."""
    other = against if isinstance(against, Bundle) else load(against)
    if other.variant.precision != EXACT:
        raise BadData(f"{other.path} is of {other.variant.precision}; the reference must be float32. Give another.")
    if not _same_weights(bundle, other):
        raise BadData(f"{other.path} was not made from the weights of {bundle.path}. Give another reference.")
    return other


def _same_weights(one: Bundle, other: Bundle) -> bool:
    return one.report.get("weights") is not None and one.report["weights"] == other.report.get("weights")
