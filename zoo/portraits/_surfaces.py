"""Two surfaces that optimizers are tried on, and the ways that they take down them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.optimizers import make_optimizer

STEPS = 500
RATES = tuple(digit * 10.0**power for power in range(-4, 1) for digit in (1.0, 2.0, 5.0)) + (10.0,)


@dataclass(frozen=True)
class Surface:
    """A function of two numbers, where ways begin, where it is least, and the part of it to draw."""

    name: str
    height: Callable[[Any, Any], Any]
    start: tuple[float, float]
    least: tuple[float, float]
    across: tuple[float, float]
    up: tuple[float, float]


BOWL = Surface(
    "an ill-conditioned bowl, x\u00b2/2 + 25 y\u00b2",
    lambda x, y: x**2 / 2 + 25 * y**2,
    *((-4.0, 1.6), (0.0, 0.0)),
    *((-5.0, 3.0), (-2.0, 2.0)),
)
VALLEY = Surface(
    "Rosenbrock's valley, (1 - x)\u00b2 + 100 (y - x\u00b2)\u00b2",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    *((-1.2, 1.0), (1.0, 1.0)),
    *((-1.8, 1.8), (-0.9, 2.3)),
)
SURFACES = (BOWL, VALLEY)


@dataclass(frozen=True)
class Way:
    """Where an optimizer went: (steps + 1, 2) points, the height of each, and the learning rate it did so with."""

    points: np.ndarray
    heights: np.ndarray
    rate: float


def best_way(name: str, surface: Surface, settings: dict[str, Any], rates: tuple[float, ...] = RATES) -> Way:
    """Return the way of an optimizer by that of `rates` which leads lowest in STEPS steps and stays on the surface.

    Where every rate leaves it, that which leads lowest.
    """
    import keras
    import tensorflow as tf

    optimizer = make_optimizer(name, 1.0, 0.0, **settings)
    place = keras.Variable(np.array(surface.start, "float32"))
    optimizer.build([place])
    fresh = [(variable, variable.numpy()) for variable in (place, *optimizer.variables)]

    @tf.function(autograph=False)
    def walk() -> Any:
        def step(at: Any, walked: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                height = surface.height(*tf.unstack(place.value))
            optimizer.apply([tape.gradient(height, place.value)], [place])
            return at + 1, walked.write(at + 1, place.value.read_value())

        walked = tf.TensorArray("float32", STEPS + 1).write(0, place.value.read_value())
        return tf.while_loop(lambda at, _: at < STEPS, step, (0, walked), parallel_iterations=1)[1].stack()

    ways = []
    for rate in rates:
        for variable, value in fresh:
            variable.assign(value)
        optimizer.learning_rate.assign(rate)
        points = walk().numpy().astype("float64")
        ways.append(Way(points, _heights(surface, points), rate))
    staying = [way for way in ways if _stays(surface, way.points)]
    return min(staying or ways, key=lambda way: way.heights[-1])


def _stays(surface: Surface, points: np.ndarray) -> bool:
    """Return whether all points lie on the part of a surface that is drawn."""
    low, high = np.array([surface.across, surface.up]).T
    return bool(((points >= low) & (points <= high)).all())


def _heights(surface: Surface, points: np.ndarray) -> np.ndarray:
    """Return the height of each point, infinite where it is none."""
    with np.errstate(over="ignore", invalid="ignore"):
        heights = surface.height(points[:, 0], points[:, 1])
    return np.where(np.isfinite(heights), heights, np.inf)
