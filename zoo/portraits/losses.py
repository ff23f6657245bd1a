"""The portrait of a loss: its curve and its gradient over the lead of the right class, or over the error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.losses import DEFAULTS, LOSSES
from zoo.portraits._curves import Curve, drawn, traced
from zoo.portraits._page import titled
from zoo.showing import of_training, summary_of
from zoo.space import checked

if TYPE_CHECKING:
    from zoo.task import Task

REACH, POINTS = 5.0, 200  # leads and errors from -REACH to REACH
OTHERS = {  # values to draw beside the default
    "label_smoothing": (0.1, 0.3),
    "focal_gamma": (0.5, 5.0),
    "huber_delta": (0.5, 2.0),
    "quantile": (0.1, 0.9),
}
BELOW = {
    "classification": "score of the right class, of two, less that of the other",
    "regression": "answer less target, in standard deviations",
}


def draw(name: str, values: Mapping[str, Any], task: Task | None = None) -> bytes:
    """Return a PNG of the loss beside its gradient, and of the usual one; raise UnknownName for a foreign value."""
    points = np.linspace(-REACH, REACH, POINTS, dtype="float32")
    entry = LOSSES.entries[name]
    kind = entry.facts["kinds"][0]
    own = checked(of_training(LOSSES, name), values, "train")
    curves = [_curve(name, points, own, _words(own) or name)]
    if DEFAULTS[kind] != name:
        curves.append(_curve(DEFAULTS[kind], points, {}, DEFAULTS[kind])._replace(usual=False, beside=True))
    if not values:
        others = [{**own, key: other} for key in own for other in OTHERS.get(key, ())]
        curves += [_curve(name, points, one, _words(one))._replace(usual=False) for one in others]
    whole = " Of a batch of one row of each class, both of this lead." if _is_whole(name) else ""
    names = "loss of the batch" if whole else "loss of a row", BELOW[kind]
    return drawn(titled(name, values), summary_of(entry) + whole, points, curves, names)


def _curve(name: str, points: np.ndarray, own: Mapping[str, Any], label: str) -> Curve:
    parts = [traced(lambda moving: _losses(name, moving, own), part) for part in _parts(name, points)]
    values, slopes = (np.concatenate([part[place][:, 0] for part in parts]) for place in (0, 1))
    return Curve(label, values, slopes)


def _parts(name: str, points: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the points that are worth a loss together: each alone where it is that of a whole batch."""
    yield from points[:, None] if _is_whole(name) else [points]


def _losses(name: str, moving: Any, own: Mapping[str, Any]) -> Any:
    """Return the losses (n, 1) of rows that lead, or are off, by `moving` (n,)."""
    import tensorflow as tf

    loss, rows = LOSSES.get(name), tf.size(moving)
    if LOSSES.entries[name].facts["kinds"] == ("regression",):
        return loss(tf.zeros((rows,)), moving[:, None], **own)[:, None]
    zeros = tf.zeros_like(moving)
    if not _is_whole(name):
        return loss(tf.zeros((rows,), "int32"), tf.stack([moving, zeros], axis=1), **own)[:, None]
    scores = tf.concat([tf.stack([moving, zeros], axis=1), tf.stack([zeros, moving], axis=1)], axis=0)
    return tf.reshape(loss(tf.constant([0, 1]), scores, tf.ones((2,)), **own), (1, 1))


def _is_whole(name: str) -> bool:
    return bool(LOSSES.entries[name].facts.get("whole_batch"))


def _words(own: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value:g}" for key, value in own.items())
