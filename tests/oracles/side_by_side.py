"""Trainings side by side: the zoo's compiled one, and the same steps by hand in float64 NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .bounds import BOUNDS, sharpest
from .differences import relative
from .losses import mean_of
from .networks import Perceptron, Recurrent, Weights
from .optimizers import Memory, Rates, Step, sgd

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.recipe import Recipe
    from zoo.workspace import Workspace

ROWS, BATCH, EPOCHS = 100, 64, 10  # 20 steps: an epoch's first is of 64 rows, its second of the 36 that are left
STEPS_OF_AN_EPOCH = -(-ROWS // BATCH)
NEAR, NOTHING = 1e-4, 1e-6  # how far apart weights may be: of their norm, and beside it
MOVED = 1e-3  # of their norm, that weights must at least have gone for a comparison to mean something
SEED = 7


@dataclass(frozen=True)
class Case:
    """One comparison: a model and how it is trained, as a recipe says it and as NumPy does it."""

    kind: str  # of the part that is compared: optimizer, loss, activation or network
    name: str
    data: str
    builder: str
    model: Mapping[str, Any]
    train: Mapping[str, Any]
    network: Perceptron | Recurrent
    loss: str
    values: Mapping[str, float] = field(default_factory=dict)  # of the loss
    step: Step = sgd
    rates: Rates = field(default_factory=Rates)

    def recipe(self) -> Recipe:
        """Return what the zoo trains: no dropout, and as many epochs as give 20 steps."""
        from zoo.recipe import Recipe, Source, TrainConfig

        train = {"epochs": EPOCHS, "patience": EPOCHS, "batch_size": BATCH, **self.train}
        return Recipe(Source(self.data), self.builder, self.model, train=TrainConfig(**train), seed=SEED)


@dataclass(frozen=True)
class Comparison:
    """How two trainings went: the distance of their weights after each epoch, relative to their norm.

    `apart` is the greatest of them of any weight alone, `largest` the largest difference of any number, `moved` how
    far the weights came from where they started.
    """

    case: Case
    distances: tuple[float, ...]
    apart: float
    largest: float
    moved: float
    within: bool

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps after which distances were taken."""
        return tuple(range(STEPS_OF_AN_EPOCH, STEPS_OF_AN_EPOCH * EPOCHS + 1, STEPS_OF_AN_EPOCH))


class Snapshots:
    """A callback that keeps the weights before the first epoch and after each."""

    def __init__(self) -> None:
        self.taken: list[list[np.ndarray]] = []
        self._model: Any = None

    def set_model(self, model: Any) -> None:
        """Receive what is trained."""
        self._model = model

    def on_train_begin(self, logs: Any) -> None:
        """Keep the start values."""
        self._keep()

    def on_epoch_end(self, epoch: int, logs: Any) -> None:
        """Keep what an epoch led to."""
        self._keep()

    def _keep(self) -> None:
        self.taken.append([np.array(weight, "float64") for weight in self._model.get_weights()])


def compare(case: Case, workspace: Workspace) -> Comparison:
    """Train `case` both ways from the same start weights over the same batches, and say how far apart they came."""
    recipe = case.recipe()
    splits = few(workspace.splits(recipe.data, recipe.preparation))
    ours = by_zoo(recipe, splits, workspace)
    theirs = by_hand(case, ours[0], splits)
    pairs = [(one, other) for both in zip(ours, theirs, strict=True) for one, other in zip(*both, strict=True)]
    apart = max(float(np.linalg.norm(one - other) / (np.linalg.norm(other) + NOTHING / NEAR)) for one, other in pairs)
    return Comparison(
        case,
        tuple(relative(flat(one), flat(other)) for one, other in zip(ours[1:], theirs[1:], strict=True)),
        apart,
        max(float(np.abs(one - other).max()) for one, other in pairs),
        relative(flat(theirs[-1]), flat(theirs[0])),
        apart <= NEAR,
    )


def few(splits: Splits) -> Splits:
    """Return splits of which only the first rows are learned from and watched."""
    train = replace(splits.train, x=splits.train.x[:ROWS], y=splits.train.y[:ROWS])
    validation = replace(splits.validation, x=splits.validation.x[:BATCH], y=splits.validation.y[:BATCH])
    return replace(splits, train=train, validation=validation)


def by_zoo(recipe: Recipe, splits: Splits, workspace: Workspace) -> list[list[np.ndarray]]:
    """Return the weights before and after each epoch of the compiled training."""
    from zoo.training.fitting import fit

    snapshots = Snapshots()
    fit(recipe, splits, workspace, [snapshots])
    return snapshots.taken


def by_hand(case: Case, start: Weights, splits: Splits) -> list[list[np.ndarray]]:
    """Return the same out of NumPy, in float64 from the start weights on."""
    from zoo.training.weighting import epoch_order

    weights, memory, found = list(start), {}, [list(start)]
    rows = inputs_of(case, splits.train.x)
    for epoch in range(1, EPOCHS + 1):
        order = epoch_order(SEED, epoch, ROWS)
        for begin in range(0, ROWS, BATCH):
            chosen = order[begin : begin + BATCH]
            weights = _stepped(case, weights, memory, (rows[chosen], splits.train.y[chosen]))
        found.append(weights)
    return found


def inputs_of(case: Case, x: np.ndarray) -> np.ndarray:
    """Return rows in float64 as the network takes them: flat, or (rows, steps, features)."""
    shape = (len(x), -1) if isinstance(case.network, Perceptron) else (*x.shape[:2], -1)
    return x.astype("float64").reshape(shape)


def gradients(case: Case, weights: Weights, x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return the mean loss of a batch and its gradient with respect to each weight."""
    scores, tape = case.network.forward(weights, x)
    loss, slopes = mean_of(case.loss, y, scores, **case.values)
    return loss, case.network.backward(weights, tape, slopes)


def flat(weights: Weights) -> np.ndarray:
    """Return all numbers in one vector."""
    return np.concatenate([np.ravel(weight) for weight in weights])


def _stepped(case: Case, weights: Weights, memory: Memory, batch: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """Return the weights after one step, which is taken for all of them as one vector."""
    asked, (_, found) = case.train, gradients(case, weights, *batch)
    if asked.get("sharpness"):
        _, found = gradients(case, sharpest(weights, found, asked["sharpness"]), *batch)
    l2 = asked.get("l2", 0.0)
    found = [g + 2 * l2 * w if w.ndim > 1 else g for g, w in zip(found, weights, strict=True)]
    for name, bound in BOUNDS.items():
        found = bound(found, asked[name]) if asked.get(name) else found
    moved = case.step(flat(weights), flat(found), memory, case.rates)
    ends = np.cumsum([weight.size for weight in weights])[:-1]
    return [part.reshape(w.shape) for part, w in zip(np.split(moved, ends), weights, strict=True)]


def rates_of(train: Mapping[str, Any], constants: Mapping[str, float]) -> Rates:
    """Return the rates that the settings of a training stand for, beside the constants of its optimizer."""
    known = {name: train[name] for name in asdict(Rates()) if name in train}
    return Rates(**{**constants, **known})


def cases_named(cases: Sequence[Case], names: Sequence[str]) -> list[Case]:
    """Return the cases of these names, all of them where none is named."""
    return [case for case in cases if not names or case.name in names]
