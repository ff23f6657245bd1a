"""Raw rows in a file that prepares them itself: which preparations it can do, and what its signature is called."""

from __future__ import annotations

from zoo.preparation import Preparation

ROWS = "rows"  # what the input of every signature is called
CLASSIFY, REGRESS = "classify", "regress"  # as TensorFlow Serving calls what takes raw rows
STEPS = ("grey", "impute", "logarithm", "normalise", "piecewise", "pool", "quantile", "rescale", "standardise")


def why_not(preparation: Preparation) -> str:
    """Return why a SavedModel cannot take the raw rows that this prepares, "" where it can."""
    if preparation.is_ragged:
        return f"rows of {preparation.modality} are not of one shape"
    if preparation.categories:
        return f"the column '{next(iter(preparation.categories))}' holds texts"
    names = [step.to_json()["name"] for step in preparation.steps]
    strange = next((name for name in names if name not in STEPS), None)
    if strange is not None:
        return f"the preparation '{strange}' has no TensorFlow graph"
    if preparation.target is not None and preparation.target.window != "none":
        return "forecasts are told above the level of their window"
    return ""


def raw_dtype(preparation: Preparation) -> str:
    """Return the dtype in which raw rows go in: pixels as they are, numbers of tables and series in float64."""
    if preparation.dtype == "uint8":
        return "uint8"
    return "float32" if preparation.modality == "image" else "float64"


def signature_of(preparation: Preparation) -> str:
    """Return what the signature that takes raw rows is called."""
    return CLASSIFY if preparation.target is None else REGRESS
