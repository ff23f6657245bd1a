"""Which layer that is served comes nearest to one that is not: in kind, or else in name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

ALIKE = 0.68  # names that are less so have little in common
RECURRENT = "LSTM or GRU"
NAMES = {
    **{f"ConvLSTM{size}D": f"Conv{size}D" for size in (1, 2, 3)},
    **{"Dot": "Multiply", "Einsum": "Dense", "EinsumDense": "Dense", "TimeDistributed": "Dense"},
    **{"CenterCrop": "Cropping2D", "Resizing": "UpSampling2D", "ReversibleEmbedding": "Embedding"},
    **{"GroupNormalization": "LayerNormalization"},
}
FAMILIES = {"attention": RECURRENT, "normalization": "BatchNormalization", "rnn": RECURRENT}  # by Keras's own folders
SPELLED = ("convolutional", "merging", "pooling", "reshaping", "regularization")  # families whose names tell the kind


def nearest(kind: type, served: Sequence[str]) -> str:
    """Return in words which of the layers `served` comes nearest to the class `kind`, "" where none comes near.

    Keras's own are told by kind alone: names are alike where kinds are not, as those of Sort and Sqrt.
    """
    own = [base.__name__ for base in kind.__mro__ if base.__module__.startswith("keras.") and base.__name__ in served]
    known = own[0] if own else NAMES.get(kind.__name__) or FAMILIES.get(_family(kind)) or _spelled(kind, served)
    if known:
        return f"the nearest one that is served is {known}"
    if kind.__module__.startswith("keras."):
        return ""
    near = get_close_matches(kind.__name__, served, n=1, cutoff=ALIKE)
    return f"nearest to it in name is {near[0]}, which is served" if near else ""


def _family(kind: type) -> str:
    """Return the folder of Keras's layers that a class lies in, "" for one that is no layer of Keras's."""
    before, _, folders = kind.__module__.partition("keras.src.layers.")
    return "" if before else folders.partition(".")[0]


def _spelled(kind: type, served: Sequence[str]) -> str | None:
    """Return the one among `served` that is spelled most like it, of a family where that tells the kind."""
    if _family(kind) not in SPELLED:
        return None
    import keras

    of_family = [name for name in served if _family(getattr(keras.layers, name, object)) == _family(kind)]
    return next(iter(get_close_matches(kind.__name__, of_family, n=1, cutoff=0.0)), None)
