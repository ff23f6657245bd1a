"""The portrait of an activation: its curve and its gradient, at several values of what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.activations import ACTIVATIONS, activate, pieces, values_of
from zoo.portraits._curves import Curve, drawn, traced
from zoo.portraits._page import titled
from zoo.showing import summary_of
from zoo.space import Float, Parameter, checked

if TYPE_CHECKING:
    from zoo.task import Task

REACH, POINTS = 5.0, 400  # pre-activations from -REACH to REACH, none of them at a kink
WHOLE = ("softmax", "log_softmax", "sparsemax")  # take all channels of a row together
OTHERS = (0.0, 1.0)  # scores beside the one that moves, for those
PIECES = ((-0.5, -0.5), (1.0, 0.0), (0.2, 0.8), (-1.5, -3.0))  # slopes and starts of what maxout chooses from


def draw(name: str, values: Mapping[str, Any], task: Task | None = None) -> bytes:
    """Return a PNG of the activation beside its gradient; raise UnknownName for a value that it does not take."""
    points = np.linspace(-REACH, REACH, POINTS, dtype="float32")
    own = checked(values_of(name), values, name)
    curves = [*_pieces(name, points), *(_channels(name, points, own) if name in WHOLE else _lines(name, points, own))]
    if values:
        curves = [curve for curve in curves if curve.usual or curve.beside]
    return drawn(titled(name, values), _about(name), points, curves, ("answer", "pre-activation z"))


def _channels(name: str, points: np.ndarray, own: Mapping[str, Any]) -> Iterator[Curve]:
    """Yield a line a channel, as the first score moves."""
    answers, slopes = _answers(name, points, own)
    for channel, label in enumerate(("of z", *(f"of {other:g} beside it" for other in OTHERS))):
        yield Curve(label, answers[:, channel], slopes[:, channel])


def _lines(name: str, points: np.ndarray, own: Mapping[str, Any]) -> Iterator[Curve]:
    """Yield the line of the settings, and those of half and twice the first number among them."""
    for settings, usual in _settings(values_of(name), own):
        answers, slopes = _answers(name, points, settings)
        words = ", ".join(f"{key} {value:g}" for key, value in settings.items() if isinstance(value, float))
        yield Curve(words, answers[:, 0], slopes[:, 0], usual)


def _pieces(name: str, points: np.ndarray) -> Iterator[Curve]:
    """Yield the lines that an activation of several pieces chooses from."""
    for number, (slope, start) in enumerate(PIECES[: pieces(name)] if pieces(name) > 1 else ()):
        yield Curve(
            "" if number else "its pieces",
            slope * points + start,
            np.full_like(points, slope),
            usual=False,
            beside=True,
        )


def _settings(known: Mapping[str, Parameter], own: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    yield dict(own), True
    number = next((key for key, parameter in known.items() if isinstance(parameter.domain, Float)), None)
    if number is None:
        return
    domain, usual = known[number].domain, own[number]
    for other in (usual / 2, usual * 2):
        if domain.low <= other <= domain.high and other != usual:
            yield {**own, number: other}, False


def _answers(name: str, points: np.ndarray, settings: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the answers and their slopes at `points`, each (n, channels), as the built layers give them."""
    import keras

    channels = len(OTHERS) + 1 if name in WHOLE else pieces(name)
    given = keras.Input((channels,))
    network = keras.Model(given, activate(given, name, **settings))
    return traced(lambda moving: network(_rows(name, moving, channels)), points)


def _rows(name: str, moving: Any, channels: int) -> Any:
    """Return the pre-activations (n, channels) that follow from the one that moves."""
    import tensorflow as tf

    if name in WHOLE:
        return tf.stack([moving, *(tf.fill(moving.shape, other) for other in OTHERS)], axis=1)
    if channels > 1:
        return tf.stack([slope * moving + start for slope, start in PIECES[:channels]], axis=1)
    return tf.reshape(moving, (-1, 1))


def _about(name: str) -> str:
    """Return what it is, and what must be said of the picture."""
    summary = summary_of(ACTIVATIONS.entries[name]) if name in ACTIVATIONS.entries else "Keras's own."
    if name in WHOLE:
        return f"{summary} Of the scores z, {' and '.join(f'{other:g}' for other in OTHERS)}; gradients are those to z."
    return f"{summary} Its pieces are learned; these are made up." if pieces(name) > 1 else summary
