"""Training on: a model that lost channels, ranks or weights gets more of the training that it has had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from zoo.compression._continued import continued
from zoo.registry import register
from zoo.space import Float, Int
from zoo.training.refining import refine

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace


@register()
def train_on(
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    *,
    epochs: Annotated[int, Int(1, 10_000, search=())] = 30,
    learning_rate: Annotated[float, Float(1e-7, 10.0, log=True, search=())] = 3e-3,
) -> Trained:
    """Train on for all of `epochs`, at a learning rate of its own; the structure stays, the best epoch's weights count.

    The other steps train with the patience and the learning rate of the first training, after which a small model is
    often not done: larger rates find more when training goes on (Renda 2020).
    """
    network = trained.network()
    changes = {"epochs": epochs, "patience": epochs, "learning_rate": learning_rate}
    return continued(trained, network, refine(network, trained, splits, workspace, changes))
